//! The command lines for the one who should give an address up. Text for an admin to read; nothing here runs anything.
//!
//! Every line parses as one PowerShell command, whatever the names in it hold: values are quoted by [`quote`], and what
//! cannot be quoted gets no line. Parameters are those of the cmdlets' documentation (Exchange Online unless said).

use crate::address::{Address, AddressType};
use crate::object_view::ObjectView;
use crate::recipient::{Role, Roles};
use crate::recipient_type::Class;
use crate::store::CLOUD;

use super::{Kind, Severity};

/// A value in single quotes, with each of the five characters that PowerShell takes for one doubled.
///
/// `None` for a value with control characters or line ends: there is no safe command line for it.
#[must_use]
pub fn quote(value: &str) -> Option<String> {
    let unsafe_here = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if value.chars().any(unsafe_here) {
        return None;
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('\'');
    for c in value.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push('\'');
    Some(quoted)
}

/// What one holder would run to give `value` up.
#[derive(Debug)]
pub struct Request<'v, 's> {
    /// The holder.
    pub holder: &'v ObjectView<'s>,
    /// How it holds the value.
    pub roles: Roles,
    /// The value as read.
    pub value: &'s str,
    /// The name space.
    pub kind: AddressType,
    /// The conflict it is in.
    pub conflict: Kind,
    /// Its severity.
    pub severity: Severity,
}

const IF_SYNCED: &str = "  # if it is synced from on premises";
const IF_CLOUD: &str = "  # if it is managed in the cloud";
const REDIRECTS: &str = "  # mail to the contact goes there from then on";
const REDIRECTS_IF_CLOUD: &str =
    "  # if it is managed in the cloud; mail to the contact goes there from then on";
const WITH_EXCHANGE: &str = "  # with Exchange on premises";
const WITHOUT_EXCHANGE: &str = "  # without Exchange on premises";
pub(crate) const IRREVERSIBLE: &str = "  # irreversible";
pub(crate) const DELTA_SYNC: &str = "Start-ADSyncSyncCycle -PolicyType Delta";

/// Named as Entra ID names a guest who was invited.
fn is_invited(name: &str) -> bool {
    name.to_ascii_lowercase().contains("#ext#")
}

/// `template` with each `{}` replaced by the next of `values`, quoted; `None` where one cannot be.
#[must_use]
pub fn command(template: &str, values: &[&str]) -> Option<String> {
    let mut line = String::new();
    let mut parts = template.split("{}");
    line.push_str(parts.next().unwrap_or(""));
    for (part, value) in parts.zip(values) {
        line.push_str(&quote(value)?);
        line.push_str(part);
    }
    Some(line)
}

/// Collects lines; a value that cannot be quoted drops its line.
#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    /// Adds [`command`] with `label` behind it.
    fn add(&mut self, template: &str, values: &[&str], label: &str) {
        self.0
            .extend(command(template, values).map(|line| line + label));
    }
}

impl Request<'_, '_> {
    /// The lines, in the order in which they are run; none where nothing is to be done or can be.
    #[must_use]
    pub fn command_lines(&self) -> Vec<String> {
        let mut lines = Lines::default();
        if self.holder.soft_deleted {
            if self.conflict == Kind::SoftDeleted && self.severity < Severity::Information {
                self.deleted(&mut lines);
            }
        } else if matches!(
            self.conflict,
            Kind::SoftDeleted
                | Kind::PredictedMoera
                | Kind::SipSmtp
                | Kind::MultiplePrimary
                | Kind::SelfDuplicate
        ) || !self.roles.claims()
        {
            // The live one keeps it; Entra ID solves a MOERA by itself; a SIP value is no trouble; who only forwards to an address does not hold it. What is
            // one object's alone nobody should give up: removing one spelling of a value removes the address.
        } else if self.holder.directory != CLOUD {
            self.on_premises(&mut lines, "");
        } else {
            match (self.holder.synced, self.holder.cloud_managed) {
                (Some(false), _) | (_, true) => self.cloud(&mut lines, ""),
                // Who was invited lives in the cloud. A guest under another name can be synced: Entra Connect can write userType.
                (None, false) if self.holder.guest && is_invited(self.holder.identity) => {
                    self.cloud(&mut lines, "");
                }
                (Some(true), false) => self.on_premises(&mut lines, ""),
                (None, false) => {
                    self.cloud(&mut lines, IF_CLOUD);
                    self.on_premises(&mut lines, IF_SYNCED);
                }
            }
        }
        lines.0
    }

    fn bare(&self) -> &str {
        Address::parse(self.value, self.kind).bare
    }

    /// The value with its prefix: what `-EmailAddresses` and `proxyAddresses` hold.
    fn prefixed(&self) -> String {
        if self.kind == AddressType::Other || self.bare().len() < self.value.trim_ascii().len() {
            self.value.trim_ascii().to_owned()
        } else {
            format!(
                "{}:{}",
                self.kind.name().to_ascii_lowercase(),
                self.value.trim_ascii()
            )
        }
    }

    fn cloud(&self, lines: &mut Lines, label: &str) {
        let holder = self.holder;
        let graph_id = holder.cloud_id.unwrap_or(holder.identity);
        if self.roles.has(Role::UserPrincipalName) {
            lines.add(
                "Update-MgUser -UserId {} -UserPrincipalName {}",
                &[graph_id, "<new UPN>"],
                label,
            );
        }
        if !self.roles.is_proxy() {
            if self.roles.has(Role::Mail) {
                lines.add(
                    "Update-MgUser -UserId {} -Mail {}",
                    &[graph_id, "<other address>"],
                    label,
                );
            }
            return;
        }
        if self.roles.has(Role::LegacyExchangeDn) {
            return;
        }
        // A GUID where there is one: names can be ambiguous.
        let identity = holder
            .exchange_guid
            .or(holder.cloud_id)
            .unwrap_or(holder.identity);
        let (command, new_primary) = match holder.class {
            Class::Mailbox => ("Set-Mailbox -Identity {}", "-WindowsEmailAddress"),
            Class::SystemMailbox("PublicFolder") => (
                "Set-Mailbox -PublicFolder -Identity {}",
                "-WindowsEmailAddress",
            ),
            Class::MailUser | Class::Guest => ("Set-MailUser -Identity {}", "-WindowsEmailAddress"),
            Class::MailContact => ("Set-MailContact -Identity {}", "-ExternalEmailAddress"),
            Class::DistributionGroup => {
                ("Set-DistributionGroup -Identity {}", "-PrimarySmtpAddress")
            }
            Class::DynamicDistributionGroup => (
                "Set-DynamicDistributionGroup -Identity {}",
                "-PrimarySmtpAddress",
            ),
            Class::UnifiedGroup => ("Set-UnifiedGroup -Identity {}", "-PrimarySmtpAddress"),
            Class::PublicFolder => ("Set-MailPublicFolder -Identity {}", "-PrimarySmtpAddress"),
            // No documented command edits the other system mailboxes in the cloud.
            Class::SystemMailbox(_) | Class::RemoteMailbox => return,
            Class::User | Class::Contact | Class::Group | Class::Unknown => {
                lines.add("Get-Recipient -Identity {} | Format-List Name,RecipientTypeDetails,EmailAddresses", &[identity], "  # its type says which Set- command edits it");
                return;
            }
        };
        if self.roles.has(Role::Primary) && self.kind == AddressType::Smtp {
            let replaced = match (holder.class, label) {
                (Class::MailContact, "") => REDIRECTS,
                (Class::MailContact, _) => REDIRECTS_IF_CLOUD,
                _ => label,
            };
            lines.add(
                &format!("{command} {new_primary} {{}}"),
                &[identity, "<new primary address>"],
                replaced,
            );
            // A contact does not keep its old external address, and cannot be without one: no line only takes it
            // away. All others keep it as a secondary one.
            if holder.class == Class::MailContact {
                lines.add(
                    "Remove-MailContact -Identity {} -Confirm",
                    &[identity],
                    "  # instead, where nobody needs the contact",
                );
                return;
            }
            let secondary = format!("smtp:{}", self.bare());
            lines.add(
                &format!("{command} -EmailAddresses @{{remove={{}}}}"),
                &[identity, &secondary],
                label,
            );
        } else {
            lines.add(
                &format!("{command} -EmailAddresses @{{remove={{}}}}"),
                &[identity, &self.prefixed()],
                label,
            );
        }
    }

    fn on_premises(&self, lines: &mut Lines, label: &str) {
        let holder = self.holder;
        let identity = holder.on_premises_dn.unwrap_or(holder.identity);
        let dn = holder.on_premises_dn.unwrap_or("<distinguished name>");
        let before = lines.0.len();
        if self.roles.has(Role::UserPrincipalName) {
            lines.add(
                "Set-ADUser -Identity {} -UserPrincipalName {}",
                &[dn, "<new UPN>"],
                label,
            );
        }
        if !self.roles.is_proxy() {
            if self.roles.has(Role::Mail) {
                lines.add("Set-ADObject -Identity {} -Clear mail", &[dn], label);
            }
        } else if self.roles.has(Role::Sip)
            && !self.roles.has(Role::Primary)
            && !self.roles.has(Role::Secondary)
        {
            lines.add(
                "Set-ADObject -Identity {} -Clear msRTCSIP-PrimaryUserAddress",
                &[dn],
                label,
            );
        } else if !self.roles.has(Role::LegacyExchangeDn) {
            let (with, without) = match (label.is_empty(), holder.exchange_on_premises) {
                (true, true) => (Some(""), None),
                (true, false) => (Some(WITH_EXCHANGE), Some(WITHOUT_EXCHANGE)),
                (false, true) => (Some(label), None),
                (false, false) => (
                    Some("  # if it is synced, with Exchange on premises"),
                    Some("  # if it is synced, without Exchange on premises"),
                ),
            };
            if let Some(label) = with {
                self.with_exchange(lines, identity, label);
            }
            if let Some(label) = without {
                self.without_exchange(lines, dn, label);
            }
        }
        if lines.0.len() > before {
            lines.add(DELTA_SYNC, &[], label);
        }
    }

    /// By the commands of an Exchange server. A policy would add the value again, so it is switched off.
    fn with_exchange(&self, lines: &mut Lines, identity: &str, label: &str) {
        let seen_in_cloud = self.holder.directory == CLOUD;
        let command = match self.holder.class {
            // Its mailbox is in the cloud: on premises it is a remote mailbox.
            Class::RemoteMailbox => "Set-RemoteMailbox -Identity {}",
            Class::Mailbox if seen_in_cloud => "Set-RemoteMailbox -Identity {}",
            Class::Mailbox => "Set-Mailbox -Identity {}",
            Class::SystemMailbox("Arbitration") => "Set-Mailbox -Arbitration -Identity {}",
            Class::SystemMailbox("AuditLog") => "Set-Mailbox -AuditLog -Identity {}",
            Class::SystemMailbox("AuxAuditLog") => "Set-Mailbox -AuxAuditLog -Identity {}",
            Class::SystemMailbox("PublicFolder") => "Set-Mailbox -PublicFolder -Identity {}",
            Class::SystemMailbox("Migration") => "Set-Mailbox -Migration -Identity {}",
            Class::MailUser => "Set-MailUser -Identity {}",
            Class::MailContact => "Set-MailContact -Identity {}",
            Class::DistributionGroup => "Set-DistributionGroup -Identity {}",
            Class::DynamicDistributionGroup => "Set-DynamicDistributionGroup -Identity {}",
            Class::PublicFolder => "Set-MailPublicFolder -Identity {}",
            _ => return,
        };
        let remove =
            format!("{command} -EmailAddressPolicyEnabled $false -EmailAddresses @{{remove={{}}}}");
        if self.roles.has(Role::Primary) && self.kind == AddressType::Smtp {
            let replace =
                format!("{command} -EmailAddressPolicyEnabled $false -PrimarySmtpAddress {{}}");
            lines.add(&replace, &[identity, "<new primary address>"], label);
            lines.add(
                &remove,
                &[identity, &format!("smtp:{}", self.bare())],
                label,
            );
        } else {
            lines.add(&remove, &[identity, &self.prefixed()], label);
        }
    }

    /// By Active Directory's own command, which takes any class. It compares values with case.
    fn without_exchange(&self, lines: &mut Lines, dn: &str, label: &str) {
        let value = self.prefixed();
        if self.roles.has(Role::Primary) && self.kind == AddressType::Smtp {
            let new = ["SMTP:<new primary address>", "<new primary address>"];
            let template = "Set-ADObject -Identity {} -Remove @{proxyAddresses={}} -Add @{proxyAddresses={}} -Replace @{mail={}}";
            lines.add(template, &[dn, &value, new[0], new[1]], label);
        } else {
            lines.add(
                "Set-ADObject -Identity {} -Remove @{proxyAddresses={}}",
                &[dn, &value],
                label,
            );
        }
    }

    /// For a deleted holder: first what keeps the data, then what does not.
    fn deleted(&self, lines: &mut Lines) {
        let holder = self.holder;
        if let Some(id) = holder.cloud_id {
            let restore = "Restore-EntraDeletedDirectoryObject -Id {} -AutoReconcileProxyConflict";
            lines.add(
                restore,
                &[id],
                "  # brings it back without the addresses that are taken",
            );
        }
        if holder.inactive {
            return;
        }
        if let (true, Some(guid)) = (holder.class.is_mailbox(), holder.exchange_guid) {
            let remove = "Get-Mailbox -SoftDeletedMailbox -Identity {} | Remove-Mailbox -PermanentlyDelete -Confirm";
            lines.add(remove, &[guid], IRREVERSIBLE);
        }
        if let Some(id) = holder.cloud_id {
            lines.add(
                "Remove-MgDirectoryDeletedItem -DirectoryObjectId {} -Confirm",
                &[id],
                IRREVERSIBLE,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_five_quotes_are_doubled_and_control_characters_refused() {
        assert_eq!(
            quote("O'Brien \u{2018}\u{2019}\u{201a}\u{201b}").unwrap(),
            "'O''Brien \u{2018}\u{2018}\u{2019}\u{2019}\u{201a}\u{201a}\u{201b}\u{201b}'"
        );
        assert_eq!(quote("$(x) `n ; # |").unwrap(), "'$(x) `n ; # |'");
        for hostile in [
            "a\nb",
            "a\rb",
            "a\u{0}b",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{7f}b",
        ] {
            assert_eq!(quote(hostile), None, "{hostile:?}");
        }
    }
}
