//! Which command of Exchange edits which class of recipients, in Exchange Online and on a server: two tables.

use super::step::Shell;
use crate::recipient_type::Class;

/// How a class of recipients is edited.
pub(super) struct Editor {
    /// Where.
    pub shell: Shell,
    /// The command and its identity.
    pub command: &'static str,
    /// The parameter that makes an address the primary one.
    pub primary: &'static str,
    /// The parameter for where its mail goes, of those whose mail goes elsewhere.
    pub target: Option<&'static str>,
}

impl Editor {
    fn new(shell: Shell, command: &'static str, primary: &'static str) -> Self {
        Self {
            shell,
            command,
            primary,
            target: None,
        }
    }

    fn with_target(self, target: &'static str) -> Self {
        Self {
            target: Some(target),
            ..self
        }
    }

    /// In Exchange Online.
    pub fn online(class: Class) -> Option<Self> {
        const EXTERNAL: &str = "-ExternalEmailAddress";
        const WINDOWS: &str = "-WindowsEmailAddress";
        const PRIMARY: &str = "-PrimarySmtpAddress";
        let editor = |command, primary| Self::new(Shell::ExchangeOnline, command, primary);
        Some(match class {
            Class::Mailbox => editor("Set-Mailbox -Identity {}", WINDOWS),
            Class::SystemMailbox("PublicFolder") => {
                editor("Set-Mailbox -PublicFolder -Identity {}", WINDOWS)
            }
            Class::MailUser | Class::Guest => {
                editor("Set-MailUser -Identity {}", WINDOWS).with_target(EXTERNAL)
            }
            // Graph only reads contacts.
            Class::MailContact | Class::Contact => {
                editor("Set-MailContact -Identity {}", WINDOWS).with_target(EXTERNAL)
            }
            Class::DistributionGroup => editor("Set-DistributionGroup -Identity {}", PRIMARY),
            Class::DynamicDistributionGroup => {
                editor("Set-DynamicDistributionGroup -Identity {}", PRIMARY)
            }
            Class::UnifiedGroup => editor("Set-UnifiedGroup -Identity {}", PRIMARY),
            Class::PublicFolder => editor("Set-MailPublicFolder -Identity {}", PRIMARY),
            // No documented command edits the other system mailboxes in the cloud.
            Class::SystemMailbox(_)
            | Class::RemoteMailbox
            | Class::User
            | Class::Group
            | Class::Unknown => return None,
        })
    }

    /// On an Exchange server. A policy would add the value again, so it is switched off.
    pub fn on_premises(class: Class, seen_in_cloud: bool) -> Option<Self> {
        macro_rules! editor {
            ($command:literal) => {
                Self::new(
                    Shell::ExchangeOnPremises,
                    concat!($command, " -Identity {} -EmailAddressPolicyEnabled $false"),
                    "-PrimarySmtpAddress",
                )
            };
        }
        Some(match class {
            // Its mailbox is in the cloud: on premises it is a remote mailbox.
            Class::RemoteMailbox => {
                editor!("Set-RemoteMailbox").with_target("-RemoteRoutingAddress")
            }
            Class::Mailbox if seen_in_cloud => {
                editor!("Set-RemoteMailbox").with_target("-RemoteRoutingAddress")
            }
            Class::Mailbox => editor!("Set-Mailbox"),
            Class::SystemMailbox("Arbitration") => editor!("Set-Mailbox -Arbitration"),
            Class::SystemMailbox("AuditLog") => editor!("Set-Mailbox -AuditLog"),
            Class::SystemMailbox("AuxAuditLog") => editor!("Set-Mailbox -AuxAuditLog"),
            Class::SystemMailbox("PublicFolder") => editor!("Set-Mailbox -PublicFolder"),
            // Documented as a switch and as a Boolean: this way it is either.
            Class::SystemMailbox("Migration") => editor!("Set-Mailbox -Migration:$true"),
            Class::MailUser => editor!("Set-MailUser").with_target("-ExternalEmailAddress"),
            Class::MailContact => editor!("Set-MailContact").with_target("-ExternalEmailAddress"),
            Class::DistributionGroup => editor!("Set-DistributionGroup"),
            Class::DynamicDistributionGroup => editor!("Set-DynamicDistributionGroup"),
            Class::PublicFolder => editor!("Set-MailPublicFolder"),
            _ => return None,
        })
    }
}
