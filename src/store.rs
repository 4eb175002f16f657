//! What is kept of every record: one compact row of text, in blocks that never move, and 20 bytes beside it.
//!
//! A tenant has a million recipients and a few conflicts. Rows are written once, and read again only for what turns
//! out to be in a conflict. An index entry (see [`crate::index`]) names a value by record and place in its row.

use crate::address::{Address, AddressType, fold_into};
use crate::identity::IdSpace;
use crate::recipient::{HeldAddress, Id, Recipient, Roles, Source};

/// The number of a record in its scan, from 0.
pub type RecordId = u32;

/// Bytes of a block. A larger row has a block of its own.
const BLOCK: usize = 1 << 20;

/// One record beside its row.
#[derive(Debug, Clone, Copy)]
struct Slot {
    block: u32,
    start: u32,
    length: u32,
    flags: u32,
    directory: u8,
    /// Bits of a hash of its account name, 0 where it has none: they take the place of padding.
    account: [u8; 3],
}

const _: () = assert!(size_of::<Slot>() == 20);

/// Where a value stands in its row.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// What an index entry keeps.
    pub at: u32,
    /// Of an id its text, of an address the bare address.
    key: (u32, u32),
}

/// Where the values of the row just written stand, by kind.
#[derive(Debug, Default)]
pub struct Places {
    /// Places of the ids, in the order given.
    pub ids: Vec<Place>,
    /// Places of the addresses, in the order given.
    pub addresses: Vec<Place>,
    /// The row, folded in one go: quicker than key by key.
    folded: Vec<u8>,
}

impl Places {
    /// What the value at `place` is known by, folded.
    #[must_use]
    pub fn key(&self, place: Place) -> &[u8] {
        &self.folded[place.key.0 as usize..place.key.1 as usize]
    }

    /// The whole row, folded.
    #[must_use]
    pub fn row(&self) -> &[u8] {
        &self.folded
    }
}

/// All records of a scan.
#[derive(Debug, Default)]
pub struct Store {
    blocks: Vec<Vec<u8>>,
    slots: Vec<Slot>,
    /// The row being written.
    row: Vec<u8>,
    /// The `DC=` ends of the forests seen, folded; index 0 stands for the cloud.
    forests: Vec<String>,
}

/// A directory: the cloud is 0, forests follow.
pub type Directory = u8;

/// The directory of Exchange Online and Entra.
pub const CLOUD: Directory = 0;

impl Store {
    /// Keeps `recipient`; fills `places` for the index.
    pub fn add(&mut self, recipient: &Recipient<'_>, places: &mut Places) -> RecordId {
        let directory = self.directory_of(recipient);
        write_row(&mut self.row, recipient, places);
        let need = self.row.len();
        if self
            .blocks
            .last()
            .is_none_or(|block| block.capacity() - block.len() < need)
        {
            self.blocks.push(Vec::with_capacity(need.max(BLOCK)));
        }
        let block = self.blocks.len() - 1;
        let rows = &mut self.blocks[block];
        let id = self.slots.len() as RecordId;
        self.slots.push(Slot {
            block: block as u32,
            start: rows.len() as u32,
            length: need as u32,
            flags: recipient.flags,
            directory,
            account: account_bits(recipient.account),
        });
        rows.extend_from_slice(&self.row);
        id
    }

    fn directory_of(&mut self, recipient: &Recipient<'_>) -> Directory {
        if !recipient.source.is_on_premises() {
            return CLOUD;
        }
        let known = self
            .forests
            .iter()
            .position(|forest| forest.eq_ignore_ascii_case(recipient.forest));
        let at = known.unwrap_or_else(|| {
            // More forests than one byte counts share the last.
            if self.forests.len() < 254 {
                self.forests.push(recipient.forest.to_ascii_lowercase());
            }
            self.forests.len() - 1
        });
        at as Directory + 1
    }

    /// The directory that each one counts as: the domains of one tree (`dc=eu,dc=contoso,dc=com`, `dc=contoso,dc=com`)
    /// are one forest.
    #[must_use]
    pub fn trees(&self) -> Vec<Directory> {
        let root_of = |forest: &String| {
            let is_root = |other: &&String| {
                forest == *other || (!other.is_empty() && forest.ends_with(&format!(",{other}")))
            };
            let root = self
                .forests
                .iter()
                .filter(is_root)
                .min_by_key(|other| other.len());
            root.and_then(|root| self.forests.iter().position(|other| other == root))
                .unwrap_or(0) as Directory
                + 1
        };
        std::iter::once(CLOUD)
            .chain(self.forests.iter().map(root_of))
            .collect()
    }

    /// The `DC=` end of a forest, in lower case; empty for the cloud.
    #[must_use]
    pub fn forest(&self, directory: Directory) -> &str {
        let forest = usize::from(directory).checked_sub(1);
        forest
            .and_then(|at| self.forests.get(at))
            .map_or("", String::as_str)
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The facts of a record.
    #[must_use]
    pub fn flags(&self, record: RecordId) -> u32 {
        self.slots[record as usize].flags
    }

    /// Replaces the facts of a record.
    pub(crate) fn set_flags(&mut self, record: RecordId, flags: u32) {
        self.slots[record as usize].flags = flags;
    }

    /// What is kept of a record's account name: equal for equal names; `None` where it has none.
    #[must_use]
    pub fn account(&self, record: RecordId) -> Option<[u8; 3]> {
        Some(self.slots[record as usize].account).filter(|bits| *bits != [0; 3])
    }

    /// The directory of a record, before trees are joined.
    #[must_use]
    pub fn directory(&self, record: RecordId) -> Directory {
        self.slots[record as usize].directory
    }

    fn bytes(&self, record: RecordId) -> &[u8] {
        let slot = self.slots[record as usize];
        &self.blocks[slot.block as usize][slot.start as usize..(slot.start + slot.length) as usize]
    }

    /// The row of a record.
    #[must_use]
    pub fn row(&self, record: RecordId) -> Row<'_> {
        Row::read(self.bytes(record))
    }

    /// Whether two records are equal in everything that is kept.
    #[must_use]
    pub fn same_row(&self, one: RecordId, other: RecordId) -> bool {
        // The row does not say whether the record is deleted or synced: the flags do.
        self.flags(one) == self.flags(other)
            && self.account(one) == self.account(other)
            && self.bytes(one) == self.bytes(other)
    }

    /// The bytes of a row, for a hash.
    #[must_use]
    pub fn row_bytes(&self, record: RecordId) -> &[u8] {
        self.bytes(record)
    }

    /// The id at `place` of a record's row.
    #[must_use]
    pub fn id_at(&self, record: RecordId, place: u32) -> StoredId<'_> {
        read_id(&self.bytes(record)[place as usize..]).0
    }

    /// The address at `place` of a record's row.
    #[must_use]
    pub fn address_at(&self, record: RecordId, place: u32) -> StoredAddress<'_> {
        read_address(&self.bytes(record)[place as usize..]).0
    }

    /// Makes room for no more than there is.
    pub fn shrink(&mut self) {
        self.slots.shrink_to_fit();
        self.row = Vec::new();
    }
}

/// An id, read from a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredId<'s> {
    /// Its space.
    pub space: IdSpace,
    /// See [`Id::own`].
    pub own: bool,
    /// See [`Id::is_dn`].
    pub is_dn: bool,
    /// In the kept form.
    pub text: &'s str,
}

impl StoredId<'_> {
    /// Whether both are one id.
    #[must_use]
    pub fn same(&self, other: &StoredId<'_>) -> bool {
        self.space == other.space && self.text.eq_ignore_ascii_case(other.text)
    }
}

/// An address, read from a row.
#[derive(Debug, Clone, Copy)]
pub struct StoredAddress<'s> {
    /// The name space.
    pub kind: AddressType,
    /// In which roles.
    pub roles: Roles,
    /// As read.
    pub value: &'s str,
}

impl<'s> StoredAddress<'s> {
    /// Without prefix.
    #[must_use]
    pub fn bare(&self) -> &'s str {
        let address = Address::parse(self.value, self.kind);
        // A UPN that is no address is kept as SMTP, and is its own bare form.
        if address.kind == self.kind {
            address.bare
        } else {
            self.value.trim_ascii()
        }
    }

    /// Whether both have one key.
    #[must_use]
    pub fn same_key(&self, other: &StoredAddress<'_>) -> bool {
        self.kind == other.kind && self.bare().eq_ignore_ascii_case(other.bare())
    }
}

/// A row, read.
#[derive(Debug, Clone, Copy)]
pub struct Row<'s> {
    /// Where it comes from.
    pub source: Source,
    /// Row of the table of recipient types.
    pub type_row: u8,
    /// The type as written, where the table does not know it.
    pub type_text: &'s str,
    /// What an admin knows it by.
    pub identity: &'s str,
    /// The display name.
    pub display_name: &'s str,
    /// When it was deleted.
    pub when_deleted: &'s str,
    rest: &'s [u8],
}

impl<'s> Row<'s> {
    fn read(bytes: &'s [u8]) -> Self {
        let mut rest = &bytes[3..];
        let mut text = || {
            let (text, after) = read_text(rest);
            rest = after;
            text
        };
        let (type_text, identity, display_name, when_deleted) = (text(), text(), text(), text());
        Self {
            source: Source::ALL[bytes[0] as usize],
            type_row: bytes[1],
            type_text,
            identity,
            display_name: if bytes[2] != 0 {
                identity
            } else {
                display_name
            },
            when_deleted,
            rest,
        }
    }

    /// The distinguished name in its own directory.
    #[must_use]
    pub fn dn(&self) -> Option<&'s str> {
        self.ids().find(|id| id.is_dn).map(|id| id.text)
    }

    /// The ids.
    pub fn ids(&self) -> impl Iterator<Item = StoredId<'s>> {
        let (count, mut rest) = read_number(self.rest);
        (0..count).map(move |_| {
            let (id, after) = read_id(rest);
            rest = after;
            id
        })
    }

    /// The addresses.
    pub fn addresses(&self) -> impl Iterator<Item = StoredAddress<'s>> {
        let (count, mut rest) = read_number(self.rest);
        for _ in 0..count {
            rest = read_id(rest).1;
        }
        let (count, mut rest) = read_number(rest);
        (0..count).map(move |_| {
            let (address, after) = read_address(rest);
            rest = after;
            address
        })
    }
}

/// See [`Slot::account`]: FNV-1a, the same in every run. 0 stands for no name.
fn account_bits(account: &str) -> [u8; 3] {
    let account = account.trim_ascii();
    if account.is_empty() {
        return [0; 3];
    }
    let hash = account.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
    });
    let [low, middle, high, top] = hash.to_le_bytes();
    // Never all zero.
    [low ^ top, middle, high | 1]
}

fn write_row(row: &mut Vec<u8>, recipient: &Recipient<'_>, places: &mut Places) {
    row.clear();
    places.ids.clear();
    places.addresses.clear();
    // Names are often equal: then one is kept, and the third byte says so.
    let same = recipient.display_name == recipient.identity;
    let display_name = if same { "" } else { recipient.display_name };
    row.extend_from_slice(&[recipient.source as u8, recipient.type_row, u8::from(same)]);
    for text in [
        recipient.type_text,
        recipient.identity,
        display_name,
        recipient.when_deleted,
    ] {
        write_text(row, text.as_bytes());
    }
    write_number(row, recipient.ids.len());
    for Id {
        space,
        is_dn,
        own,
        text,
    } in &recipient.ids
    {
        let at = row.len() as u32;
        row.push(*space as u8 | u8::from(*is_dn) << 6 | u8::from(*own) << 7);
        write_text(row, text.as_bytes());
        let end = row.len() as u32;
        places.ids.push(Place {
            at,
            key: (end - text.len() as u32, end),
        });
    }
    write_number(row, recipient.addresses.len());
    for HeldAddress {
        kind,
        roles,
        value,
        bare,
    } in &recipient.addresses
    {
        let at = row.len() as u32;
        let [low, high] = roles.0.to_le_bytes();
        row.extend_from_slice(&[*kind as u8, low, high]);
        write_text(row, value.as_bytes());
        // The bare address is a part of the value.
        let behind_prefix = value.len() - (bare.as_ptr() as usize - value.as_ptr() as usize);
        let start = (row.len() - behind_prefix) as u32;
        places.addresses.push(Place {
            at,
            key: (start, start + bare.len() as u32),
        });
    }
    places.folded.clear();
    fold_into(&mut places.folded, row);
}

fn read_id(bytes: &[u8]) -> (StoredId<'_>, &[u8]) {
    let tag = bytes[0];
    let (text, rest) = read_text(&bytes[1..]);
    (
        StoredId {
            space: IdSpace::from_tag(tag & 0x3f),
            own: tag & 0x80 != 0,
            is_dn: tag & 0x40 != 0,
            text,
        },
        rest,
    )
}

fn read_address(bytes: &[u8]) -> (StoredAddress<'_>, &[u8]) {
    let (value, rest) = read_text(&bytes[3..]);
    let roles = Roles(u16::from_le_bytes([bytes[1], bytes[2]]));
    (
        StoredAddress {
            kind: AddressType::from_tag(bytes[0]),
            roles,
            value,
        },
        rest,
    )
}

/// Seven bits a byte, the lowest first.
fn write_number(row: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        row.push(number as u8 | 0x80);
        number >>= 7;
    }
    row.push(number as u8);
}

fn read_number(bytes: &[u8]) -> (usize, &[u8]) {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return (number, &bytes[at + 1..]);
        }
    }
    (number, &[])
}

fn write_text(row: &mut Vec<u8>, text: &[u8]) {
    write_number(row, text.len());
    row.extend_from_slice(text);
}

fn read_bytes(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = read_number(bytes);
    rest.split_at(length)
}

fn read_text(bytes: &[u8]) -> (&str, &[u8]) {
    let (text, rest) = read_bytes(bytes);
    // Rows are written from &str; a check here would cost more than all else. It is still no unsafe place.
    (std::str::from_utf8(text).unwrap_or(""), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::Property;
    use crate::record::RawRecord;

    #[test]
    fn an_account_name_is_kept_in_any_case() {
        assert_eq!(account_bits("MMueller"), account_bits(" mmueller"));
        assert_ne!(account_bits("mmueller"), account_bits("mmoeller"));
        assert_eq!((account_bits(""), account_bits(" ")), ([0; 3], [0; 3]));
    }

    #[test]
    fn a_row_reads_back_as_it_was_written() {
        let mut record = RawRecord::default();
        record.push(Property::Identity, "jürgen");
        record.push(Property::DisplayName, "jürgen");
        record.push(Property::DistinguishedName, "CN=j,DC=contoso,DC=com");
        record.push(Property::ObjectGuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff");
        for at in 0..200 {
            record.push(Property::ProxyAddresses, format!("smtp:a{at}@contoso.com"));
        }
        let recipient = Recipient::read(&record);
        let (mut store, mut places) = (Store::default(), Places::default());
        let id = store.add(&recipient, &mut places);
        let row = store.row(id);
        assert_eq!(
            (row.identity, row.display_name, row.dn()),
            ("jürgen", "jürgen", Some("CN=j,DC=contoso,DC=com"))
        );
        assert_eq!(row.source, Source::ActiveDirectory);
        assert_eq!(
            row.ids().map(|id| (id.space, id.own)).collect::<Vec<_>>(),
            [(IdSpace::Dn, false), (IdSpace::DirectoryGuid, true)]
        );
        assert_eq!(row.addresses().count(), 200);
        assert_eq!(
            store.address_at(id, places.addresses[150].at).bare(),
            "a150@contoso.com"
        );
        assert_eq!(
            store.id_at(id, places.ids[1].at).text,
            "6f9619ff-8b86-d011-b42d-00c04fc964ff"
        );
        assert_eq!(store.directory(id), 1);
    }

    #[test]
    fn rows_of_many_blocks_read_back() {
        let (mut store, mut places) = (Store::default(), Places::default());
        let text = "x".repeat(BLOCK / 4);
        let empty = RawRecord::default();
        // Four to a block, and some too large for any.
        for at in 0..20 {
            let address = format!("smtp:{at}@{}", text.repeat(if at % 7 == 6 { 5 } else { 1 }));
            let mut recipient = Recipient::read(&empty);
            let held = Address::parse(&address, AddressType::Smtp);
            recipient.addresses.push(HeldAddress {
                kind: held.kind,
                roles: Roles::default(),
                value: &address,
                bare: held.bare,
            });
            store.add(&recipient, &mut places);
        }
        store.shrink();
        for at in 0..20 {
            let start = format!("{at}@x");
            let address = store.row(at).addresses().next().unwrap();
            assert!(address.bare().starts_with(&start), "{at}");
        }
    }
}
