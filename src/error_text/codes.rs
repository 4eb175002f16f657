//! What an error text can say: the closed list of codes.

/// What an error text says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// Exchange: another recipient has the proxy address, or it is part of one's legacy distinguished name.
    ProxyAddressInUse,
    /// Another object has the name.
    NameInUse,
    /// Another object has the alias, which the directories call mailNickname.
    AliasInUse,
    /// Active Directory: another object of the forest has the userPrincipalName.
    UserPrincipalNameInUse,
    /// Entra ID: another object has the value.
    DirectoryObjectConflict,
    /// As before, and the other object is a mail-enabled public folder that may exist in Entra ID only.
    OrphanedMailPublicFolder,
    /// Entra ID took a value off a synced object, because another object has it.
    DuplicateAttributeQuarantined,
    /// Entra ID refused a synced object, because another object has one of its values.
    AttributeValueMustBeUnique,
    /// A license could not be assigned, because a proxy address of the user is in use.
    LicenseAssignmentConflict,
    /// More proxy addresses than a recipient can have.
    TooManyProxyAddresses,
    /// Another recipient has the mailbox GUID or archive GUID.
    ExchangeGuidInUse,
    /// The domain of an address is none of the organization's.
    NotAcceptedDomain,
    /// The object is edited on premises, or is being moved.
    OnPremisesMastered,
    /// The object that a command names is not there.
    ObjectNotFound,
    /// Several objects go by the name that a command was given.
    RecipientNotUnique,
    /// A synced object meets, by address or UPN, an object that has another source anchor.
    InvalidSoftMatch,
    /// A synced object meets, by source anchor, an object that it must not take over.
    InvalidHardMatch,
    /// A synced object meets an object of another type.
    ObjectTypeMismatch,
    /// A synced object must not change the on-premises object that an object of Entra ID belongs to.
    AttributeUpdateNotAllowed,
    /// A synced user has the UPN of an account with an admin role.
    ExistingAdminRoleConflict,
    /// A value of a synced object is not valid, mostly its UPN.
    IdentityDataValidationFailed,
    /// The same, or the on-premises object of an object of Entra ID was changed by a hard match.
    DataValidationFailed,
    /// A synced object is larger than Entra ID takes.
    LargeObject,
    /// A value of a synced object is longer, or an attribute has more values, than Entra ID takes.
    ExceededAllowedLength,
    /// Synchronization tried to delete an object that is managed in the cloud.
    DeletingCloudOnlyObjectNotAllowed,
    /// Synchronization tried to change the password of a user that is managed in the cloud.
    PasswordAccessViolation,
    /// The suffix of a synced user's UPN went from one federated domain to another.
    FederatedDomainChangeError,
    /// The user's mailbox is still on premises.
    OnPremisesMailbox,
    /// The admin center's summary: some users have errors.
    UsersWithErrors,
    /// The mailbox is not there yet.
    PreparingMailbox,
    /// None of these.
    #[default]
    Unknown,
}

/// Code, name, whether two objects want one value, and the article that describes it, by title.
type Row = (Code, &'static str, bool, Option<&'static str>);

const IN_USE: Option<&str> = Some(
    "\"Proxy address is already being used\" or \"Another object with the same value for property proxyAddresses already exists\" error messages in Exchange Online",
);
const NOT_SYNCED: Option<&str> = Some("Email addresses aren't synced to Microsoft Entra ID");
const SYNC_ERRORS: Option<&str> =
    Some("Understanding errors during Microsoft Entra synchronization");
const RESILIENCY: Option<&str> =
    Some("Identity synchronization and duplicate attribute resiliency");
const LICENSES: Option<&str> =
    Some("Identify and resolve license assignment problems for a group in Microsoft Entra ID");

const TABLE: &[Row] = &[
    (Code::ProxyAddressInUse, "ProxyAddressInUse", true, IN_USE),
    (Code::NameInUse, "NameInUse", true, None),
    (Code::AliasInUse, "AliasInUse", true, None),
    (
        Code::UserPrincipalNameInUse,
        "UserPrincipalNameInUse",
        true,
        Some("SPN and UPN uniqueness"),
    ),
    (
        Code::DirectoryObjectConflict,
        "DirectoryObjectConflict",
        true,
        IN_USE,
    ),
    (
        Code::OrphanedMailPublicFolder,
        "OrphanedMailPublicFolder",
        true,
        IN_USE,
    ),
    (
        Code::DuplicateAttributeQuarantined,
        "DuplicateAttributeQuarantined",
        true,
        RESILIENCY,
    ),
    (
        Code::AttributeValueMustBeUnique,
        "AttributeValueMustBeUnique",
        true,
        SYNC_ERRORS,
    ),
    (
        Code::LicenseAssignmentConflict,
        "LicenseAssignmentConflict",
        true,
        LICENSES,
    ),
    (
        Code::TooManyProxyAddresses,
        "TooManyProxyAddresses",
        false,
        Some("Exchange Online limits"),
    ),
    (Code::ExchangeGuidInUse, "ExchangeGuidInUse", true, None),
    (Code::NotAcceptedDomain, "NotAcceptedDomain", false, None),
    (Code::OnPremisesMastered, "OnPremisesMastered", false, None),
    (Code::ObjectNotFound, "ObjectNotFound", false, None),
    (Code::RecipientNotUnique, "RecipientNotUnique", false, None),
    (
        Code::InvalidSoftMatch,
        "InvalidSoftMatch",
        true,
        SYNC_ERRORS,
    ),
    (
        Code::InvalidHardMatch,
        "InvalidHardMatch",
        true,
        SYNC_ERRORS,
    ),
    (
        Code::ObjectTypeMismatch,
        "ObjectTypeMismatch",
        true,
        SYNC_ERRORS,
    ),
    (
        Code::AttributeUpdateNotAllowed,
        "AttributeUpdateNotAllowed",
        true,
        SYNC_ERRORS,
    ),
    (
        Code::ExistingAdminRoleConflict,
        "ExistingAdminRoleConflict",
        true,
        SYNC_ERRORS,
    ),
    (
        Code::IdentityDataValidationFailed,
        "IdentityDataValidationFailed",
        false,
        SYNC_ERRORS,
    ),
    (
        Code::DataValidationFailed,
        "DataValidationFailed",
        false,
        SYNC_ERRORS,
    ),
    (Code::LargeObject, "LargeObject", false, SYNC_ERRORS),
    (
        Code::ExceededAllowedLength,
        "ExceededAllowedLength",
        false,
        SYNC_ERRORS,
    ),
    (
        Code::DeletingCloudOnlyObjectNotAllowed,
        "DeletingCloudOnlyObjectNotAllowed",
        false,
        SYNC_ERRORS,
    ),
    (
        Code::PasswordAccessViolation,
        "PasswordAccessViolation",
        false,
        SYNC_ERRORS,
    ),
    (
        Code::FederatedDomainChangeError,
        "FederatedDomainChangeError",
        false,
        SYNC_ERRORS,
    ),
    (Code::OnPremisesMailbox, "OnPremisesMailbox", false, None),
    (Code::UsersWithErrors, "UsersWithErrors", false, NOT_SYNCED),
    (Code::PreparingMailbox, "PreparingMailbox", false, IN_USE),
    (Code::Unknown, "Unknown", false, None),
];

impl Code {
    /// Every code, [`Code::Unknown`] last.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static Row {
        // The order is that of the enum; a test holds them together.
        &TABLE[self as usize]
    }

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Whether two objects want one value.
    #[must_use]
    pub fn is_conflict(self) -> bool {
        self.row().2
    }

    /// The title of the article of Microsoft's documentation that describes it.
    #[must_use]
    pub fn reference(self) -> Option<&'static str> {
        self.row().3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, at, "{}", row.1);
            assert_eq!(format!("{:?}", row.0), row.1);
        }
        assert_eq!(Code::all().last(), Some(Code::Unknown));
    }
}
