//! What a record means: where it comes from, which object it is, and which addresses it holds in which role.

mod addresses;
mod ids;
mod role;
mod source;

pub use addresses::HeldAddress;
pub(crate) use addresses::is_alone;
pub use ids::Id;
pub use role::{Role, Roles};
pub use source::Source;
pub(crate) use source::type_of;

use crate::address::trim_outside;
use crate::defect::Defect;
use crate::fetched;
use crate::identity::{self, DnPlace};
use crate::limits::PROXYCALC_MAX_VALUE_BYTES;
use crate::problem::ProblemCode;
use crate::property::Property as P;
use crate::recipient_type::{Class, TYPES};
use crate::record::RawRecord;
use source::source_of;

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
    /// The cloud has an immutable id of it: it is, or was, synced from an object on premises.
    pub const IMMUTABLE_ID: u32 = 1 << 23;
    /// Known to have no immutable id.
    pub const NO_IMMUTABLE_ID: u32 = 1 << 24;
    /// Four bits: what is empty in an object of the Graph SDK, see `fetched.rs`.
    pub const EMPTY_SHIFT: u32 = 25;
    /// A mailbox that is deleted because its license is gone, and not because its account is.
    pub const LICENSE_LOST: u32 = 1 << 31;
}

/// A record, understood.
#[derive(Debug)]
pub struct Recipient<'r> {
    /// Where it comes from.
    pub source: Source,
    /// That is a guess: none of its properties says it.
    pub source_assumed: bool,
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
    /// The account name in Active Directory.
    pub account: &'r str,
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
    /// It should have proxy addresses, and has none.
    pub lacks_proxies: bool,
    /// What was wrong with its values, beside what the reader noted in the record.
    pub defects: Vec<Defect>,
    /// Values of the list of proxy addresses that are no addresses.
    pub rejected: Vec<&'r str>,
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

/// The memory of a recipient's lists, to be used again for the next: most of the time of a short list is its allocation.
#[derive(Debug, Default)]
pub struct Lists {
    ids: Vec<Id<'static>>,
    addresses: Vec<HeldAddress<'static>>,
}

/// An empty list with the memory of `used`.
fn emptied<T, U>(mut used: Vec<T>) -> Vec<U> {
    used.clear();
    // There is nothing to be mapped: `collect` keeps the memory of a vector whose elements have the same layout.
    used.into_iter().map(|_| unreachable!()).collect()
}

impl<'r> Recipient<'r> {
    /// Reads `record`.
    #[must_use]
    pub fn read(record: &'r RawRecord<'_>) -> Self {
        Self::read_into(record, Lists::default(), None)
    }

    /// Its lists, for the next.
    #[must_use]
    pub fn into_lists(self) -> Lists {
        Lists {
            ids: emptied(self.ids),
            addresses: emptied(self.addresses),
        }
    }

    /// Reads `record` into `lists`. `said` is where records come from whose properties do not say it.
    #[must_use]
    pub fn read_into(record: &'r RawRecord<'_>, lists: Lists, said: Option<Source>) -> Self {
        let dn = record.first(P::DistinguishedName).unwrap_or("");
        let place = identity::place_of_dn(dn);
        let type_row = type_of(record);
        let (guess, certain) = source_of(record, &place, TYPES[type_row as usize].class);
        let source = said.filter(|_| !certain).unwrap_or(guess);
        let mut recipient = Self {
            source,
            source_assumed: !certain && said.is_none(),
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
            account: record.first(P::SamAccountName).unwrap_or(""),
            when_deleted: "",
            ids: lists.ids,
            addresses: lists.addresses,
            repeats: Vec::new(),
            primaries: 0,
            has_address_property: record.present.has_any(ADDRESS_PROPERTIES),
            lacks_proxies: false,
            defects: Vec::new(),
            rejected: Vec::new(),
        };
        recipient.read_names(record);
        recipient.read_state(record, identity::is_deleted_dn(dn));
        recipient.read_ids(record);
        recipient.read_addresses(record);
        recipient.note_lost_letters(record);
        recipient.lacks_proxies = recipient.lacks_proxies(record);
        recipient
    }

    /// Whether it should have proxy addresses and has none. Graph's users, groups and contacts all have the property;
    /// elsewhere whoever has a primary address or a mailbox has some, but for a directory's user with nothing but mail.
    fn lacks_proxies(&self, record: &RawRecord<'_>) -> bool {
        let has = |role| self.addresses.iter().any(|held| held.roles.has(role));
        if !self.has_address_property || has(Role::Primary) || has(Role::Secondary) {
            return false;
        }
        // A guest who lost the address of the invitation has none: a REST answer says so for sure.
        if has(Role::OtherMail) && record.rest.has(P::ProxyAddresses) {
            return false;
        }
        let asked = self.source == Source::ActiveDirectory && record.present.has(P::ProxyAddresses);
        self.source == Source::Entra || self.class().is_mailbox() || has(Role::Mail) && !asked
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
        let inactive = self.is_true(record, P::InactiveMailbox) == Some(true);
        let license_lost = self.is_true(record, P::SoftDeletedByDisable) == Some(true);
        let removed = self.is_true(record, P::SoftDeleted) == Some(true);
        let deleted =
            inactive || license_lost || removed || !self.when_deleted.is_empty() || deleted_dn;
        self.flags |= match (self.source.is_on_premises(), deleted) {
            (false, false) => flags::CLOUD_LIVE,
            (false, true) => flags::CLOUD_DELETED,
            (true, false) => flags::FOREST_LIVE,
            (true, true) => flags::FOREST_DELETED,
        };
        if inactive {
            self.flags |= flags::INACTIVE;
        }
        if license_lost && !removed {
            self.flags |= flags::LICENSE_LOST;
        }
        self.flags |= match self.is_true(record, P::Synced) {
            Some(true) => flags::SYNCED,
            // It was synced before, and mostly has the immutable id still: who never was has null.
            Some(false) if self.source == Source::Entra => flags::NOT_SYNCED,
            Some(false) => flags::NOT_SYNCED | flags::NO_IMMUTABLE_ID,
            None => 0,
        };
        if self.is_true(record, P::ExchangeCloudManaged) == Some(true) {
            self.flags |= flags::CLOUD_MANAGED;
        }
        if self.source == Source::Entra {
            self.flags |= fetched::facts_of_empty(record);
        }
        let class = self.class();
        self.flags |= (class.family() as u32) << flags::FAMILY_SHIFT;
        if class == Class::Guest {
            self.flags |= flags::GUEST;
        }
    }

    /// Whether a property is true, in one of its values; `None` where it does not say. A word that is not known says nothing.
    fn is_true(&mut self, record: &RawRecord<'_>, property: P) -> Option<bool> {
        if !record.present.has(property) {
            return None;
        }
        let mut said = None;
        for (_, value) in record.values.iter().filter(|(known, _)| *known == property) {
            match as_bool(value) {
                Some(flag) => said = Some(said.unwrap_or(false) || flag),
                None if trim_outside(value).is_empty() => {}
                None => {
                    let defect = Defect::of(ProblemCode::BooleanNotRead, property, value);
                    self.defects.push(defect);
                }
            }
        }
        said
    }

    /// Notes values as an export leaves them that could not write every letter. Not display names: they may ask a question.
    fn note_lost_letters(&mut self, record: &RawRecord<'_>) {
        for (property, value) in &record.values {
            let named = match property {
                P::DistinguishedName | P::OnPremisesDistinguishedName | P::UserPrincipalName => {
                    identity::has_lost_letter(value)
                }
                P::Name | P::DisplayName | P::Identity => identity::has_lost_letter_inside(value),
                _ => false,
            };
            if named {
                let defect = Defect::of(ProblemCode::LettersLost, *property, value);
                self.defects.push(defect);
            }
        }
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

/// What a word says that can only mean one thing. Any other says nothing.
pub(crate) fn as_bool(text: &str) -> Option<bool> {
    let text = trim_outside(text);
    let text = text.strip_prefix('$').unwrap_or(text);
    let is = |words: [&str; 3]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match (is(["true", "yes", "1"]), is(["false", "no", "0"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
