//! Where a record comes from, and which type of recipient it says it is.

use std::borrow::Cow;

use crate::identity::DnPlace;
use crate::property::Property as P;
use crate::recipient_type::{self, Class};
use crate::record::RawRecord;

/// Which command or product a record comes from, told by its properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Source {
    /// `Get-EXORecipient`, `Get-EXOMailbox`, `Get-Mailbox` … of Exchange Online.
    ExchangeOnline,
    /// The same commands of an Exchange server.
    ExchangeOnPremises,
    /// Graph: `Get-MgUser` and its like, and the admin centre's exports.
    Entra,
    /// `Get-ADUser` and its like.
    ActiveDirectory,
    /// `Get-ADSyncToolsAadObject`.
    EntraConnect,
    /// It cannot be told.
    Unknown,
}

impl Source {
    /// Every source, in the order of their bits.
    pub const ALL: [Self; 6] = [
        Self::ExchangeOnline,
        Self::ExchangeOnPremises,
        Self::Entra,
        Self::ActiveDirectory,
        Self::EntraConnect,
        Self::Unknown,
    ];

    /// The source that a caller names: any but the unknown one, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let known =
            |source: &Self| *source != Self::Unknown && source.name().eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(known)
    }

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ExchangeOnline => "ExchangeOnline",
            Self::ExchangeOnPremises => "ExchangeOnPremises",
            Self::Entra => "Entra",
            Self::ActiveDirectory => "ActiveDirectory",
            Self::EntraConnect => "EntraConnect",
            Self::Unknown => "Unknown",
        }
    }

    /// What a guess is called in messages.
    #[must_use]
    pub(crate) fn assumed_as(self) -> &'static str {
        match self {
            Self::Unknown => "taken to be of the cloud",
            Self::Entra => "taken to come from Entra ID",
            _ => "taken to come from Exchange Online",
        }
    }

    /// Whether its objects live in a forest rather than in the cloud.
    #[must_use]
    pub fn is_on_premises(self) -> bool {
        matches!(self, Self::ExchangeOnPremises | Self::ActiveDirectory)
    }
}

/// Only Exchange's commands give these.
pub(super) const EXCHANGE_PROPERTIES: &[P] = &[
    P::EmailAddresses,
    P::PrimarySmtpAddress,
    P::RecipientTypeDetails,
    P::RecipientType,
    P::ExternalDirectoryObjectId,
    P::OrganizationId,
];

/// Only Active Directory gives these.
const DIRECTORY_PROPERTIES: &[P] = &[
    P::ObjectGuid,
    P::SamAccountName,
    P::MsExchRecipientTypeDetails,
    P::MsDsExternalDirectoryObjectId,
];

/// Only Graph gives these, or the exports made of it.
const GRAPH_PROPERTIES: &[P] = &[
    P::Id,
    P::ODataType,
    P::UserType,
    P::GroupTypes,
    P::OnPremisesDistinguishedName,
    P::OnPremisesUserPrincipalName,
    P::OtherMails,
    P::UserPrincipalName,
];

/// What no other of the two kinds of Exchange gives, or no source but one of the cloud.
const TELLING: &[P] = &[
    P::ExternalDirectoryObjectId,
    P::OrganizationId,
    P::Synced,
    P::Id,
    P::ODataType,
    P::UserType,
    P::GroupTypes,
    P::OnPremisesDistinguishedName,
];

/// Where a record comes from, and whether its properties say so: some columns are common to all sources.
pub(super) fn source_of(
    record: &RawRecord<'_>,
    place: &DnPlace<'_>,
    class: Class,
) -> (Source, bool) {
    let present = record.present;
    if present.has(P::CloudAnchor) {
        return (Source::EntraConnect, true);
    }
    if *place == DnPlace::ExchangeOnline {
        return (Source::ExchangeOnline, true);
    }
    let forest = matches!(place, DnPlace::Forest(_));
    if present.has_any(DIRECTORY_PROPERTIES) {
        return (Source::ActiveDirectory, true);
    }
    let told = present.has_any(TELLING);
    if present.has_any(EXCHANGE_PROPERTIES) {
        return if forest || class == Class::RemoteMailbox {
            (Source::ExchangeOnPremises, true)
        } else {
            // Microsoft 365 groups live nowhere else.
            (Source::ExchangeOnline, told || class == Class::UnifiedGroup)
        };
    }
    if forest {
        return (Source::ActiveDirectory, true);
    }
    if present.has_any(GRAPH_PROPERTIES) {
        return (Source::Entra, told);
    }
    (Source::Unknown, told)
}

/// The row of [`TYPES`]: the most telling property first.
pub(crate) fn type_of(record: &RawRecord<'_>) -> u8 {
    let by_text = |text: &str| match text.trim_ascii().parse::<u64>() {
        Ok(number) => recipient_type::by_number(number),
        Err(_) => recipient_type::by_name(text),
    };
    let details = record.first(P::RecipientTypeDetails);
    if let Some(text) = details {
        return by_text(text).unwrap_or(0);
    }
    let values = |property: P| {
        record
            .values
            .iter()
            .filter(move |(known, _)| *known == property)
            .map(|(_, value)| value)
    };
    if values(P::UserType).any(|value| value.eq_ignore_ascii_case("guest")) {
        return recipient_type::by_name("Guest").unwrap_or(0);
    }
    if values(P::GroupTypes).any(|value| value.contains("Unified")) {
        return recipient_type::by_name("GroupMailbox").unwrap_or(0);
    }
    let by_number = record
        .first(P::MsExchRecipientTypeDetails)
        .and_then(by_text);
    let by_type = || record.first(P::RecipientType).and_then(by_text);
    // objectClass goes from the general to the special: the last one known counts.
    let last_class = |value: &Cow<'_, str>| {
        value
            .split([';', '|', ' ', ','])
            .rev()
            .find_map(recipient_type::by_directory_class)
    };
    let by_class = || {
        values(P::ODataType)
            .chain(values(P::ObjectClass))
            .filter_map(last_class)
            .next_back()
    };
    let by_group = || {
        record
            .present
            .has_any(&[P::GroupTypes, P::SecurityEnabled])
            .then(|| recipient_type::by_name("Group"))
            .flatten()
    };
    let by_upn = || {
        let upn = record.first(P::UserPrincipalName)?;
        recipient_type::by_name(if upn.contains("#EXT#") {
            "Guest"
        } else {
            "User"
        })
    };
    by_number
        .or_else(by_type)
        .or_else(by_class)
        .or_else(by_group)
        .or_else(by_upn)
        .unwrap_or(0)
}
