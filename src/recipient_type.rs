//! What kinds of recipients there are, and which command edits each: one table.

use crate::address::same_text;

/// What can be the same object: two records of different families never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Family {
    /// It does not say.
    Unknown = 0,
    /// An account: users, mailboxes of every kind, mail users, guests.
    User = 1,
    /// A group of any kind.
    Group = 2,
    /// A contact.
    Contact = 4,
    /// A mail-enabled public folder.
    PublicFolder = 8,
}

/// What an object is for the keeper and for the commands that change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A mailbox somebody uses, also a resource or shared one.
    Mailbox,
    /// A mailbox of Exchange itself; `Set-Mailbox` wants the switch named here, and does not edit those without.
    SystemMailbox(&'static str),
    /// On premises, the object that stands for a mailbox in the cloud.
    RemoteMailbox,
    /// A user whose mail goes elsewhere.
    MailUser,
    /// A guest.
    Guest,
    /// A mail contact.
    MailContact,
    /// A distribution or mail-enabled security group.
    DistributionGroup,
    /// A group with members by rule.
    DynamicDistributionGroup,
    /// A Microsoft 365 group.
    UnifiedGroup,
    /// A mail-enabled public folder.
    PublicFolder,
    /// A user without mail, or seen by its directory only.
    User,
    /// A contact seen by its directory only.
    Contact,
    /// A group seen by its directory only.
    Group,
    /// Nothing is known.
    Unknown,
}

/// One value of `RecipientTypeDetails`.
#[derive(Debug)]
pub struct RecipientType {
    /// As Exchange and Graph write it.
    pub name: &'static str,
    /// What it is.
    pub class: Class,
    /// `msExchRecipientTypeDetails` in Active Directory, 0 where there is none.
    pub number: u64,
}

const fn row(name: &'static str, class: Class, number: u64) -> RecipientType {
    RecipientType {
        name,
        class,
        number,
    }
}

/// Numbers: `msExchRecipientTypeDetails` as Exchange's schema documents it. Row 0 is "not known".
pub const TYPES: &[RecipientType] = &[
    row("", Class::Unknown, 0),
    row("UserMailbox", Class::Mailbox, 1),
    row("LinkedMailbox", Class::Mailbox, 1 << 1),
    row("SharedMailbox", Class::Mailbox, 1 << 2),
    row("LegacyMailbox", Class::Mailbox, 1 << 3),
    row("RoomMailbox", Class::Mailbox, 1 << 4),
    row("EquipmentMailbox", Class::Mailbox, 1 << 5),
    row("MailContact", Class::MailContact, 1 << 6),
    row("MailUser", Class::MailUser, 1 << 7),
    row(
        "MailUniversalDistributionGroup",
        Class::DistributionGroup,
        1 << 8,
    ),
    row("MailNonUniversalGroup", Class::DistributionGroup, 1 << 9),
    row(
        "MailUniversalSecurityGroup",
        Class::DistributionGroup,
        1 << 10,
    ),
    row(
        "DynamicDistributionGroup",
        Class::DynamicDistributionGroup,
        1 << 11,
    ),
    row("PublicFolder", Class::PublicFolder, 1 << 12),
    row("SystemAttendantMailbox", Class::SystemMailbox(""), 1 << 13),
    row("SystemMailbox", Class::SystemMailbox(""), 1 << 14),
    row("MailForestContact", Class::MailContact, 1 << 15),
    row("User", Class::User, 1 << 16),
    row("Contact", Class::Contact, 1 << 17),
    row("UniversalDistributionGroup", Class::Group, 1 << 18),
    row("UniversalSecurityGroup", Class::Group, 1 << 19),
    row("NonUniversalGroup", Class::Group, 1 << 20),
    row("DisabledUser", Class::User, 1 << 21),
    row("MicrosoftExchange", Class::SystemMailbox(""), 1 << 22),
    row(
        "ArbitrationMailbox",
        Class::SystemMailbox("Arbitration"),
        1 << 23,
    ),
    row("MailboxPlan", Class::Unknown, 1 << 24),
    row("LinkedUser", Class::User, 1 << 25),
    row("RoomList", Class::DistributionGroup, 1 << 28),
    row("DiscoveryMailbox", Class::Mailbox, 1 << 29),
    row("RoleGroup", Class::Group, 1 << 30),
    row("RemoteUserMailbox", Class::RemoteMailbox, 1 << 31),
    row("Computer", Class::Unknown, 1 << 32),
    row("RemoteRoomMailbox", Class::RemoteMailbox, 1 << 33),
    row("RemoteEquipmentMailbox", Class::RemoteMailbox, 1 << 34),
    row("RemoteSharedMailbox", Class::RemoteMailbox, 1 << 35),
    row(
        "PublicFolderMailbox",
        Class::SystemMailbox("PublicFolder"),
        1 << 36,
    ),
    row("TeamMailbox", Class::Mailbox, 1 << 37),
    row("RemoteTeamMailbox", Class::RemoteMailbox, 1 << 38),
    row("MonitoringMailbox", Class::SystemMailbox(""), 1 << 39),
    row("GroupMailbox", Class::UnifiedGroup, 1 << 40),
    row("LinkedRoomMailbox", Class::Mailbox, 1 << 41),
    row("AuditLogMailbox", Class::SystemMailbox("AuditLog"), 1 << 42),
    row("RemoteGroupMailbox", Class::UnifiedGroup, 1 << 43),
    row("SchedulingMailbox", Class::Mailbox, 1 << 44),
    row("GuestMailUser", Class::Guest, 1 << 45),
    row(
        "AuxAuditLogMailbox",
        Class::SystemMailbox("AuxAuditLog"),
        1 << 46,
    ),
    row(
        "SupervisoryReviewPolicyMailbox",
        Class::SystemMailbox(""),
        1 << 47,
    ),
    row("ExchangeSecurityGroup", Class::Group, 1 << 48),
    row("WorkspaceMailbox", Class::Mailbox, 1 << 51),
    row("SharedWithMailUser", Class::MailUser, 1 << 52),
    row("MigrationMailbox", Class::SystemMailbox("Migration"), 0),
    row("Guest", Class::Guest, 0),
    row("Group", Class::Group, 0),
];

impl Class {
    /// What it can be the same object as.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::Mailbox
            | Self::SystemMailbox(_)
            | Self::RemoteMailbox
            | Self::MailUser
            | Self::Guest
            | Self::User => Family::User,
            Self::DistributionGroup
            | Self::DynamicDistributionGroup
            | Self::UnifiedGroup
            | Self::Group => Family::Group,
            Self::MailContact | Self::Contact => Family::Contact,
            Self::PublicFolder => Family::PublicFolder,
            Self::Unknown => Family::Unknown,
        }
    }

    /// A mailbox, here or in the cloud.
    #[must_use]
    pub fn is_mailbox(self) -> bool {
        matches!(
            self,
            Self::Mailbox | Self::SystemMailbox(_) | Self::RemoteMailbox
        )
    }
}

/// The row of [`TYPES`] called `name`, in any case.
#[must_use]
pub fn by_name(name: &str) -> Option<u8> {
    let name = name.trim_ascii();
    // A dozen comparisons of lengths decide nearly always; the first rows are the common ones.
    TYPES
        .iter()
        .position(|row| same_text(row.name, name) && !name.is_empty())
        .map(|at| at as u8)
}

/// The row of [`TYPES`] with `msExchRecipientTypeDetails` of `number`.
#[must_use]
pub fn by_number(number: u64) -> Option<u8> {
    TYPES
        .iter()
        .position(|row| row.number == number && number != 0)
        .map(|at| at as u8)
}

/// The row that a class of Active Directory, Graph or Entra Connect stands for.
#[must_use]
pub fn by_directory_class(class: &str) -> Option<u8> {
    let class = class.trim_ascii();
    let class = class.strip_prefix("#microsoft.graph.").unwrap_or(class);
    let known: &[(&str, &str)] = &[
        ("user", "User"),
        ("inetOrgPerson", "User"),
        ("contact", "Contact"),
        ("orgContact", "Contact"),
        ("group", "Group"),
        ("publicFolder", "PublicFolder"),
        ("msExchDynamicDistributionList", "DynamicDistributionGroup"),
    ];
    known
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(class))
        .and_then(|(_, name)| by_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_found_by_name_number_and_class() {
        assert_eq!(
            TYPES[by_name("usermailbox").unwrap() as usize].name,
            "UserMailbox"
        );
        assert_eq!(
            TYPES[by_number(2_147_483_648).unwrap() as usize].name,
            "RemoteUserMailbox"
        );
        assert_eq!(
            TYPES[by_directory_class("#microsoft.graph.orgContact").unwrap() as usize].class,
            Class::Contact
        );
        assert_eq!(by_name(""), None);
        assert_eq!(by_number(0), None);
        // The summary keeps six bits for a row.
        assert!(TYPES.len() <= 64);
    }
}
