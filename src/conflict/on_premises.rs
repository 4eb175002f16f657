//! What is done on premises: by the commands of an Exchange server, and by those of Active Directory, which take any class.

use super::editor::Editor;
use super::remediation::{CHOOSE, NEW_PRIMARY, NEW_UPN, REDIRECTS, Request, Steps};
use super::step::{Shell, Step};
use crate::address::AddressType;
use crate::error_text::look_up::ldap_escaped;
use crate::fetch::{FOREST, GLOBAL_CATALOG};
use crate::identity::{DnPlace, place_of_dn};
use crate::recipient::Role;
use crate::store::CLOUD;

const WITH_EXCHANGE: &str = "with Exchange on premises";
const WITHOUT_EXCHANGE: &str = "without Exchange on premises";
const NO_DN: &str = "<distinguished name>";
const QUARANTINE: &str = "a quarantined value comes back within about an hour once it is free";

/// The domain of a distinguished name: the cmdlets of Active Directory find nothing of another domain than the server's.
pub(super) fn domain_of(dn: &str) -> String {
    let DnPlace::Forest(end) = place_of_dn(dn) else {
        return "<domain>".to_owned();
    };
    let labels = end.split(',').filter_map(|part| part.trim_ascii().get(3..));
    labels.collect::<Vec<_>>().join(".")
}

impl Request<'_, '_> {
    fn dn(&self) -> &str {
        self.holder.on_premises_dn.unwrap_or(NO_DN)
    }

    pub(super) fn domain(&self) -> String {
        domain_of(self.dn())
    }

    /// The steps where its attributes are mastered on premises, and the sync behind them.
    pub(super) fn on_premises(&self, steps: &mut Steps<'_>) {
        let holder = self.holder;
        let before = steps.all.len();
        let proxy = self.roles.is_proxy();
        let changes = self.roles.has(Role::UserPrincipalName)
            || !self.roles.has(Role::LegacyExchangeDn) && (proxy || self.roles.has(Role::Mail));
        if changes && holder.on_premises_dn.is_none() {
            self.find_dn(steps);
        }
        if self.roles.has(Role::UserPrincipalName) {
            self.user_principal_name_on_premises(steps);
        }
        let sip_only = self.roles.has(Role::Sip)
            && !self.roles.has(Role::Primary)
            && !self.roles.has(Role::Secondary);
        if self.roles.has(Role::LegacyExchangeDn) {
            // Nothing takes it away.
        } else if sip_only {
            steps.add(
                Shell::ActiveDirectory,
                "Set-ADObject -Identity {} -Server {} -Clear msRTCSIP-PrimaryUserAddress",
                &[self.dn(), &self.domain()],
            );
        } else if proxy {
            self.addresses_on_premises(steps);
        } else if self.roles.has(Role::Mail) {
            self.mail_on_premises(steps);
        }
        if steps.all.len() > before {
            self.sync(steps);
        }
    }

    fn addresses_on_premises(&self, steps: &mut Steps<'_>) {
        let holder = self.holder;
        let seen_in_cloud = holder.directory == CLOUD;
        let editor = Editor::on_premises(holder.class, seen_in_cloud);
        let synced = steps.condition;
        // A name of Exchange Online need not be one of the server's.
        let name = Some(holder.identity).filter(|name| !seen_in_cloud && self.names_it(name));
        let identity = holder.on_premises_dn.or(name).unwrap_or(NO_DN);
        let Some(editor) = editor else {
            return self.in_directory(steps);
        };
        let (with, without) = match (synced.is_empty(), holder.exchange_on_premises) {
            (_, true) => (synced, None),
            (true, false) => (WITH_EXCHANGE, Some(WITHOUT_EXCHANGE)),
            (false, false) => (
                "if it is synced, with Exchange on premises",
                Some("if it is synced, without Exchange on premises"),
            ),
        };
        steps.condition = with;
        self.edit(steps, &editor, identity);
        if let Some(without) = without {
            steps.condition = without;
            self.in_directory(steps);
        }
        steps.condition = synced;
    }

    /// By Active Directory's own command, which takes any class. It takes away before it adds.
    fn in_directory(&self, steps: &mut Steps<'_>) {
        let holder = self.holder;
        let value = self.prefixed();
        let others = self.others();
        let primary = self.roles.has(Role::Primary) && self.kind == AddressType::Smtp;
        let target = self.is_target(primary, &others);
        let new_target = format!("SMTP:{}", self.new_target());
        let mut remove = vec![value.as_str()];
        let mut note = "";
        let bare = if !primary {
            None
        } else if target {
            Some(self.new_target())
        } else if let Some(address) = self.stand_ins.find(holder, false, &others, self.bare()) {
            remove.push(address.value);
            Some(address.bare())
        } else {
            note = CHOOSE;
            Some(NEW_PRIMARY)
        };
        let mut template = format!(
            "Set-ADObject -Identity {{}} -Server {{}} -Remove @{{proxyAddresses={}}}",
            vec!["{}"; remove.len()].join(",")
        );
        let domain = self.domain();
        let mut values = vec![self.dn(), &domain];
        values.append(&mut remove);
        let new = bare.map(|bare| format!("SMTP:{bare}"));
        if let (Some(bare), Some(new)) = (bare, &new) {
            template.push_str(" -Add @{proxyAddresses={}} -Replace @{mail={}");
            values.extend([new.as_str(), bare]);
            if target {
                template.push_str(";targetAddress={}");
                values.push(new);
            }
            template.push('}');
        } else if target {
            template.push_str(" -Replace @{targetAddress={}}");
            values.push(&new_target);
        }
        if target {
            note = REDIRECTS;
        }
        steps.add_with(Shell::ActiveDirectory, &template, &values, |step| {
            step.note(note)
        });
    }

    pub(super) fn user_principal_name_on_premises(&self, steps: &mut Steps<'_>) {
        steps.add(
            Shell::ActiveDirectory,
            "Set-ADUser -Identity {} -Server {} -UserPrincipalName {}",
            &[self.dn(), &self.domain(), NEW_UPN],
        );
    }

    pub(super) fn mail_on_premises(&self, steps: &mut Steps<'_>) {
        steps.add(
            Shell::ActiveDirectory,
            "Set-ADObject -Identity {} -Server {} -Clear mail",
            &[self.dn(), &self.domain()],
        );
    }

    /// The distinguished name is not known: a global catalog finds it in the whole forest.
    fn find_dn(&self, steps: &mut Steps<'_>) {
        let proxy = ldap_escaped(&self.prefixed());
        let filter = if self.kind == AddressType::Smtp {
            let bare = ldap_escaped(self.bare());
            format!("(|(proxyAddresses={proxy})(mail={bare})(userPrincipalName={bare}))")
        } else {
            format!("(proxyAddresses={proxy})")
        };
        steps.add_with(
            Shell::ActiveDirectory,
            FOREST,
            &[GLOBAL_CATALOG, &filter],
            |step| step.note("finds its distinguished name"),
        );
    }

    pub(super) fn sync(&self, steps: &mut Steps<'_>) {
        let quarantines = self.kind == AddressType::Smtp;
        let note = if quarantines { QUARANTINE } else { "" };
        steps
            .all
            .push(Step::sync().when(steps.condition).note(note));
    }
}
