//! What a record means: where it comes from, which object it is, and which addresses it holds in which role.

use std::borrow::Cow;

use crate::address::{Address, AddressType, split_joined};
use crate::identity::{self, DnPlace, IdSpace};
use crate::limits::{PROXYCALC_MAX_RECORD_ADDRESSES, PROXYCALC_MAX_VALUE_BYTES};
use crate::property::Property as P;
use crate::recipient_type::{self, Class, TYPES};
use crate::record::{RawRecord, is_type_name};

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

    /// Whether its objects live in a forest rather than in the cloud.
    #[must_use]
    pub fn is_on_premises(self) -> bool {
        matches!(self, Self::ExchangeOnPremises | Self::ActiveDirectory)
    }
}

/// How an object holds an address. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// A proxy address with a prefix in capitals.
    Primary,
    /// Any other proxy address.
    Secondary,
    /// The sign-in name.
    UserPrincipalName,
    /// `mail`, or the primary SMTP address as a property of its own.
    Mail,
    /// Where mail is sent on to.
    TargetAddress,
    /// The legacy Exchange distinguished name.
    LegacyExchangeDn,
    /// A SIP address as a property of its own.
    Sip,
    /// Wanted by a plan.
    Planned,
    /// To be added by Entra.
    Predicted,
}

impl Role {
    /// Every role, the strongest first.
    pub const ALL: [Self; 9] = [
        Self::Primary,
        Self::Secondary,
        Self::UserPrincipalName,
        Self::Mail,
        Self::TargetAddress,
        Self::LegacyExchangeDn,
        Self::Sip,
        Self::Planned,
        Self::Predicted,
    ];

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
            Self::UserPrincipalName => "UserPrincipalName",
            Self::Mail => "Mail",
            Self::TargetAddress => "TargetAddress",
            Self::LegacyExchangeDn => "LegacyExchangeDN",
            Self::Sip => "Sip",
            Self::Planned => "Planned",
            Self::Predicted => "Predicted",
        }
    }
}

/// The roles in which one object holds one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(pub u16);

impl Roles {
    /// One role.
    #[must_use]
    pub fn of(role: Role) -> Self {
        Self(1 << role as u16)
    }

    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `role` is one of them.
    #[must_use]
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// The strongest.
    #[must_use]
    pub fn strongest(self) -> Role {
        Role::ALL
            .get(self.0.trailing_zeros() as usize)
            .copied()
            .unwrap_or(Role::Predicted)
    }

    /// The object has the value among its proxy addresses, or holds the key as firmly as that: Exchange checks new
    /// addresses against legacy distinguished names, and a SIP attribute becomes a proxy address.
    #[must_use]
    pub fn is_proxy(self) -> bool {
        self.has(Role::Primary)
            || self.has(Role::Secondary)
            || self.has(Role::LegacyExchangeDn)
            || self.has(Role::Sip)
    }

    /// The object does not have the address yet: Entra will add it.
    #[must_use]
    pub fn is_predicted(self) -> bool {
        self == Self::of(Role::Predicted)
    }

    /// The object needs the address for itself: everything but forwarding. A contact's `mail` is where it forwards to.
    #[must_use]
    pub fn claims(self) -> bool {
        let mail = self.has(Role::Mail) && !self.has(Role::TargetAddress);
        self.is_proxy() || self.has(Role::UserPrincipalName) || mail
    }
}

/// Facts of a record in one word, so that those of an object are the union of its records'.
pub mod flags {
    /// Sources take the first six bits, in the order of [`super::Source`].
    pub const SOURCES: u32 = 0b11_1111;
    /// It has an Entra object id.
    pub const CLOUD_ID: u32 = 1 << 6;
    /// It has a directory GUID, SID or on-premises DN: ids by which the cloud and a forest are joined.
    pub const DIRECTORY_GUID: u32 = 1 << 7;
    /// See [`DIRECTORY_GUID`].
    pub const SID: u32 = 1 << 8;
    /// See [`DIRECTORY_GUID`].
    pub const ON_PREMISES_DN: u32 = 1 << 9;
    /// Live in the cloud.
    pub const CLOUD_LIVE: u32 = 1 << 10;
    /// Deleted in the cloud.
    pub const CLOUD_DELETED: u32 = 1 << 11;
    /// Live in a forest.
    pub const FOREST_LIVE: u32 = 1 << 12;
    /// Deleted in a forest.
    pub const FOREST_DELETED: u32 = 1 << 13;
    /// Four bits: the families of [`crate::recipient_type::Family`].
    pub const FAMILY_SHIFT: u32 = 14;
    /// A guest.
    pub const GUEST: u32 = 1 << 18;
    /// Said to be synced from on premises.
    pub const SYNCED: u32 = 1 << 19;
    /// Said not to be.
    pub const NOT_SYNCED: u32 = 1 << 20;
    /// Its Exchange attributes are edited in the cloud although it is synced.
    pub const CLOUD_MANAGED: u32 = 1 << 21;
    /// An inactive mailbox.
    pub const INACTIVE: u32 = 1 << 22;
}

/// A value with its roles.
#[derive(Debug, Clone, Copy)]
pub struct HeldAddress<'r> {
    /// The name space.
    pub kind: AddressType,
    /// In which roles.
    pub roles: Roles,
    /// As read, in the strongest role.
    pub value: &'r str,
    /// Without prefix.
    pub bare: &'r str,
}

/// One id.
#[derive(Debug, Clone)]
pub struct Id<'r> {
    /// Its space.
    pub space: IdSpace,
    /// It is the object's distinguished name in its own directory.
    pub is_dn: bool,
    /// The object's own id in its own directory: two records of one directory that differ in it are two objects.
    pub own: bool,
    /// In the kept form.
    pub text: Cow<'r, str>,
}

/// What is wrong with one record or one field of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    /// A cell holds the name of a collection's type.
    TypeName {
        /// The text of the cell.
        value: String,
    },
    /// A value is longer than a value can be.
    ValueTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// More addresses than a record can have.
    TooManyValues {
        /// How many.
        count: usize,
    },
}

/// A record, understood.
#[derive(Debug)]
pub struct Recipient<'r> {
    /// Where it comes from.
    pub source: Source,
    /// The facts of [`flags`].
    pub flags: u32,
    /// The `DC=` end of its forest; empty in the cloud, and where a forest does not say its name.
    pub forest: &'r str,
    /// Row of [`TYPES`].
    pub type_row: u8,
    /// The type as written, where the table does not know it.
    pub type_text: &'r str,
    /// What an admin knows it by.
    pub identity: &'r str,
    /// The display name.
    pub display_name: &'r str,
    /// When it was deleted, as the source writes it.
    pub when_deleted: &'r str,
    /// Its ids.
    pub ids: Vec<Id<'r>>,
    /// Each address once, with all its roles.
    pub addresses: Vec<HeldAddress<'r>>,
    /// Values that repeat an address of the record in other letters.
    pub repeats: Vec<&'r str>,
    /// How many different SMTP values claim to be the primary one.
    pub primaries: usize,
    /// It has a property that could hold addresses.
    pub has_address_property: bool,
    /// What was wrong.
    pub defects: Vec<Defect>,
}

/// Any of these is a property that could hold addresses.
const ADDRESS_PROPERTIES: &[P] = &[
    P::EmailAddresses,
    P::ProxyAddresses,
    P::PrimarySmtpAddress,
    P::Mail,
    P::SipAddress,
    P::TargetAddress,
];

/// Only Exchange's commands give these.
const EXCHANGE_PROPERTIES: &[P] = &[
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
    P::UserPrincipalName,
];

impl<'r> Recipient<'r> {
    /// Reads `record`.
    #[must_use]
    pub fn read(record: &'r RawRecord<'_>) -> Self {
        let dn = record.first(P::DistinguishedName).unwrap_or("");
        let place = identity::place_of_dn(dn);
        let type_row = type_of(record);
        let source = source_of(record, &place, TYPES[type_row as usize].class);
        let mut recipient = Self {
            source,
            flags: 1 << source as u32,
            forest: match place {
                DnPlace::Forest(end) if source.is_on_premises() => end,
                _ => "",
            },
            type_row,
            type_text: if type_row == 0 {
                record.first(P::RecipientTypeDetails).unwrap_or("")
            } else {
                ""
            },
            identity: "",
            display_name: record.first(P::DisplayName).unwrap_or(""),
            when_deleted: "",
            ids: Vec::with_capacity(6),
            addresses: Vec::with_capacity(record.values.len()),
            repeats: Vec::new(),
            primaries: 0,
            has_address_property: record.present.has_any(ADDRESS_PROPERTIES),
            defects: Vec::new(),
        };
        recipient.read_names(record);
        recipient.read_state(record, identity::is_deleted_dn(dn));
        recipient.read_ids(record);
        recipient.read_addresses(record);
        recipient
    }

    fn class(&self) -> Class {
        TYPES[self.type_row as usize].class
    }

    fn read_names(&mut self, record: &'r RawRecord<'_>) {
        let by_account = [P::Identity, P::UserPrincipalName, P::DisplayName, P::Name];
        let by_name = [P::Identity, P::Name, P::UserPrincipalName, P::DisplayName];
        let order = if self.source == Source::Entra {
            by_account
        } else {
            by_name
        };
        let further = [
            P::SamAccountName,
            P::Mail,
            P::PrimarySmtpAddress,
            P::DistinguishedName,
            P::Id,
        ];
        let known = order
            .iter()
            .chain(&further)
            .find_map(|property| record.first(*property));
        // Last resort: an address names the object better than a number does.
        let any = || record.values.first().map(|(_, value)| value.as_ref());
        self.identity = clip(known.or_else(any).unwrap_or(""));
        self.display_name = clip(self.display_name);
    }

    fn read_state(&mut self, record: &'r RawRecord<'_>, deleted_dn: bool) {
        self.when_deleted = record.first(P::WhenSoftDeleted).map_or("", clip);
        let inactive = any_true(record, P::InactiveMailbox);
        let deleted = inactive
            || any_true(record, P::SoftDeleted)
            || !self.when_deleted.is_empty()
            || deleted_dn;
        self.flags |= match (self.source.is_on_premises(), deleted) {
            (false, false) => flags::CLOUD_LIVE,
            (false, true) => flags::CLOUD_DELETED,
            (true, false) => flags::FOREST_LIVE,
            (true, true) => flags::FOREST_DELETED,
        };
        if inactive {
            self.flags |= flags::INACTIVE;
        }
        if let Some(synced) = record.first(P::Synced) {
            self.flags |= if is_true(synced) {
                flags::SYNCED
            } else {
                flags::NOT_SYNCED
            };
        }
        if any_true(record, P::ExchangeCloudManaged) {
            self.flags |= flags::CLOUD_MANAGED;
        }
        let class = self.class();
        self.flags |= (class.family() as u32) << flags::FAMILY_SHIFT;
        if class == Class::Guest {
            self.flags |= flags::GUEST;
        }
    }

    fn read_ids(&mut self, record: &'r RawRecord<'_>) {
        let exchange = record.present.has_any(EXCHANGE_PROPERTIES);
        let on_premises = self.source.is_on_premises();
        for (property, value) in &record.values {
            let space = match property {
                P::ExternalDirectoryObjectId | P::MsDsExternalDirectoryObjectId => IdSpace::Cloud,
                P::Id if !exchange => IdSpace::Cloud,
                P::CloudAnchor if value.contains('_') => IdSpace::Cloud,
                P::CloudAnchor | P::ObjectGuid | P::ImmutableId => IdSpace::DirectoryGuid,
                P::Guid if on_premises => IdSpace::DirectoryGuid,
                P::Guid => IdSpace::ExchangeGuid,
                P::MailboxGuid => IdSpace::MailboxGuid,
                P::Sid => IdSpace::Sid,
                P::DistinguishedName | P::OnPremisesDistinguishedName => IdSpace::Dn,
                _ => continue,
            };
            let text = match space {
                IdSpace::Sid => identity::sid(value).map(Cow::Borrowed),
                IdSpace::Dn => identity::dn(clip(value)).map(Cow::Borrowed),
                // `User_<guid>`, where it is no GUID by itself.
                _ => identity::guid(value)
                    .map(|id| identity::guid_text(id, value))
                    .or_else(|| {
                        let guid = value.rsplit_once('_')?.1;
                        identity::guid(guid).map(|id| identity::guid_text(id, guid))
                    }),
            };
            let Some(text) = text else { continue };
            if space == IdSpace::Dn && (on_premises || *property == P::OnPremisesDistinguishedName)
            {
                self.flags |= flags::ON_PREMISES_DN;
            }
            let own = match property {
                P::ExternalDirectoryObjectId | P::Id => true,
                P::ObjectGuid | P::Guid => on_premises,
                _ => false,
            };
            self.add_id(Id {
                space,
                is_dn: *property == P::DistinguishedName,
                own,
                text,
            });
        }
        // An object that says that it is not synced has no counterpart on premises: that is known, not missing.
        if self.flags & flags::NOT_SYNCED != 0 {
            self.flags |= flags::DIRECTORY_GUID;
        }
    }

    fn add_id(&mut self, id: Id<'r>) {
        let same = |known: &&mut Id<'_>| {
            known.space == id.space && known.text.eq_ignore_ascii_case(&id.text)
        };
        if let Some(known) = self.ids.iter_mut().find(same) {
            known.own |= id.own;
            return;
        }
        self.flags |= match id.space {
            IdSpace::Cloud => flags::CLOUD_ID,
            IdSpace::DirectoryGuid => flags::DIRECTORY_GUID,
            IdSpace::Sid => flags::SID,
            IdSpace::MailboxGuid | IdSpace::ExchangeGuid | IdSpace::Dn => 0,
        };
        self.ids.push(id);
    }

    fn read_addresses(&mut self, record: &'r RawRecord<'_>) {
        for (at, (property, value)) in record.values.iter().enumerate() {
            let (bare_type, role) = match property {
                P::EmailAddresses | P::ProxyAddresses => (AddressType::Smtp, Role::Secondary),
                P::UserPrincipalName => (AddressType::Smtp, Role::UserPrincipalName),
                P::PrimarySmtpAddress | P::Mail => (AddressType::Smtp, Role::Mail),
                P::TargetAddress => (AddressType::Smtp, Role::TargetAddress),
                P::SipAddress => (AddressType::Sip, Role::Sip),
                P::LegacyExchangeDn => (AddressType::X500, Role::LegacyExchangeDn),
                _ => continue,
            };
            let deleted =
                self.flags & flags::CLOUD_DELETED != 0 && *property == P::UserPrincipalName;
            let value = if deleted {
                identity::upn_before_deletion(value)
            } else {
                value.as_ref()
            };
            if property.holds_addresses()
                && is_alone(record, at)
                && value.len() <= PROXYCALC_MAX_VALUE_BYTES * 8
            {
                split_joined(value, |piece| self.add_address(bare_type, role, piece));
            } else {
                self.add_address(bare_type, role, value);
            }
        }
        if self.addresses.len() + self.repeats.len() > PROXYCALC_MAX_RECORD_ADDRESSES {
            self.defects.push(Defect::TooManyValues {
                count: self.addresses.len() + self.repeats.len(),
            });
            self.addresses.clear();
            self.repeats.clear();
        }
        self.merge_equal();
    }

    fn add_address(&mut self, bare_type: AddressType, role: Role, value: &'r str) {
        if value.len() > PROXYCALC_MAX_VALUE_BYTES {
            self.defects
                .push(Defect::ValueTooLong { bytes: value.len() });
            return;
        }
        if is_type_name(value) {
            self.defects.push(Defect::TypeName {
                value: value.trim_ascii().to_owned(),
            });
            return;
        }
        let address = Address::parse(value, bare_type);
        if address.bare.is_empty() {
            return;
        }
        let role = match (role, address.primary) {
            (Role::Secondary, true) => Role::Primary,
            (role, _) => role,
        };
        // A UPN is compared with SMTP addresses whatever it looks like.
        let kind = if role == Role::UserPrincipalName {
            AddressType::Smtp
        } else {
            address.kind
        };
        self.addresses.push(HeldAddress {
            kind,
            roles: Roles::of(role),
            value,
            bare: address.bare,
        });
    }

    /// Makes every address stand once. A value that a proxy address repeats in other letters is kept in `repeats`.
    fn merge_equal(&mut self) {
        // Few values: comparing each with each is fastest. Many (and somebody's hostile record): sort.
        if self.addresses.len() > 48 {
            self.merge_many();
        } else {
            let mut kept = 0;
            for at in 0..self.addresses.len() {
                let held = self.addresses[at];
                let same = |known: &HeldAddress<'_>| {
                    known.kind == held.kind && known.bare.eq_ignore_ascii_case(held.bare)
                };
                if let Some(known) = self.addresses[..kept].iter().position(same) {
                    self.merge_into(known, &held);
                } else {
                    self.addresses[kept] = held;
                    kept += 1;
                }
            }
            self.addresses.truncate(kept);
        }
        let primary = |held: &&HeldAddress<'_>| {
            held.kind == AddressType::Smtp && held.roles.has(Role::Primary)
        };
        self.primaries = self.addresses.iter().filter(primary).count();
    }

    fn merge_many(&mut self) {
        let all = std::mem::take(&mut self.addresses);
        let mut order: Vec<(AddressType, Vec<u8>, usize)> = all
            .iter()
            .enumerate()
            .map(|(at, held)| (held.kind, held.bare.to_ascii_lowercase().into_bytes(), at))
            .collect();
        order.sort();
        let mut into: Vec<usize> = (0..all.len()).collect();
        for pair in 1..order.len() {
            if order[pair].0 == order[pair - 1].0 && order[pair].1 == order[pair - 1].1 {
                into[order[pair].2] = into[order[pair - 1].2];
            }
        }
        let mut place = vec![usize::MAX; all.len()];
        for (at, held) in all.into_iter().enumerate() {
            let first = into[at];
            if place[first] == usize::MAX {
                place[first] = self.addresses.len();
                self.addresses.push(held);
            } else {
                self.merge_into(place[first], &held);
            }
        }
    }

    fn merge_into(&mut self, known: usize, held: &HeldAddress<'r>) {
        let target = &mut self.addresses[known];
        let proxies = Roles(Roles::of(Role::Primary).0 | Roles::of(Role::Secondary).0);
        if target.roles.0 & proxies.0 != 0
            && held.roles.0 & proxies.0 != 0
            && target.value != held.value
        {
            self.repeats.push(held.value);
        }
        if held.roles.strongest() < target.roles.strongest() {
            target.value = held.value;
            target.bare = held.bare;
        }
        target.roles = target.roles.with(held.roles);
    }
}

/// A name that is longer than a value can be is cut; names identify nothing.
fn clip(text: &str) -> &str {
    if text.len() <= PROXYCALC_MAX_VALUE_BYTES {
        return text;
    }
    let end = (0..=1024)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    &text[..end]
}

/// Whether the value at `at` is the only one of its property, whose values stand side by side.
pub(crate) fn is_alone(record: &RawRecord<'_>, at: usize) -> bool {
    let property = record.values[at].0;
    let other = |at: usize| {
        record
            .values
            .get(at)
            .is_some_and(|(known, _)| *known == property)
    };
    !other(at + 1) && (at == 0 || !other(at - 1))
}

pub(crate) fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text == "1"
}

fn any_true(record: &RawRecord<'_>, property: P) -> bool {
    record.present.has(property)
        && record
            .values
            .iter()
            .any(|(known, value)| *known == property && is_true(value))
}

fn source_of(record: &RawRecord<'_>, place: &DnPlace<'_>, class: Class) -> Source {
    let present = record.present;
    if present.has(P::CloudAnchor) {
        return Source::EntraConnect;
    }
    if *place == DnPlace::ExchangeOnline {
        return Source::ExchangeOnline;
    }
    let forest = matches!(place, DnPlace::Forest(_));
    if present.has_any(DIRECTORY_PROPERTIES) {
        return Source::ActiveDirectory;
    }
    if present.has_any(EXCHANGE_PROPERTIES) {
        return if forest || class == Class::RemoteMailbox {
            Source::ExchangeOnPremises
        } else {
            Source::ExchangeOnline
        };
    }
    if forest {
        return Source::ActiveDirectory;
    }
    if present.has_any(GRAPH_PROPERTIES) {
        return Source::Entra;
    }
    Source::Unknown
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
