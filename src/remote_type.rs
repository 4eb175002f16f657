//! `msExchRemoteRecipientType`: how a mailbox in the cloud came to be, or is to go. Active Directory gives a sum of bits,
//! Exchange's own commands print names, exports either, as one text or as a list.

use crate::property::Property as P;
use crate::record::RawRecord;

/// The value, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteType {
    /// As written; of a list, joined.
    pub text: String,
    /// The sum of its bits.
    pub bits: u64,
    /// All of it is understood: a bit that is not set is known not to be.
    pub known: bool,
}

/// The names, as Exchange prints them, and their bits. What is shared is room and equipment at once.
const NAMES: &[(&str, u64)] = &[
    ("None", 0),
    ("ProvisionMailbox", RemoteType::PROVISION_MAILBOX),
    ("ProvisionArchive", RemoteType::PROVISION_ARCHIVE),
    ("Migrated", RemoteType::MIGRATED),
    ("DeprovisionMailbox", RemoteType::DEPROVISION_MAILBOX),
    ("DeprovisionArchive", RemoteType::DEPROVISION_ARCHIVE),
    ("RoomMailbox", RemoteType::ROOM),
    ("EquipmentMailbox", RemoteType::EQUIPMENT),
    ("SharedMailbox", RemoteType::ROOM | RemoteType::EQUIPMENT),
    ("TeamMailbox", 128),
];

impl RemoteType {
    /// A mailbox in the cloud is to be made.
    pub const PROVISION_MAILBOX: u64 = 1;
    /// An archive in the cloud is to be made.
    pub const PROVISION_ARCHIVE: u64 = 2;
    /// The mailbox was moved to the cloud.
    pub const MIGRATED: u64 = 4;
    /// The mailbox in the cloud is to go.
    pub const DEPROVISION_MAILBOX: u64 = 8;
    /// The archive in the cloud is to go.
    pub const DEPROVISION_ARCHIVE: u64 = 16;
    /// For a room.
    pub const ROOM: u64 = 32;
    /// For equipment.
    pub const EQUIPMENT: u64 = 64;
    const ALL: u64 = 0xff;

    /// Reads it of a record, whose values may be a list; `None` where it is empty.
    #[must_use]
    pub fn of_record(record: &RawRecord<'_>) -> Option<Self> {
        let values = record.values.iter();
        let of_it = values.filter(|(property, _)| *property == P::RemoteRecipientType);
        Self::read(of_it.map(|(_, value)| value.as_ref()))
    }

    /// Reads values: numbers, names, or both; `None` where there is nothing but blanks.
    #[must_use]
    pub fn read<'v>(values: impl Iterator<Item = &'v str>) -> Option<Self> {
        let values: Vec<&str> = values
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect();
        if values.is_empty() {
            return None;
        }
        let mut read = Self {
            text: values.join(", "),
            bits: 0,
            known: true,
        };
        let between =
            |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '+' | '{' | '}' | '"');
        let words = values.iter().flat_map(|value| value.split(between));
        for word in words.filter(|word| !word.is_empty()) {
            let bits = match word.parse() {
                Ok(number) => Some(number),
                Err(_) => NAMES
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(word))
                    .map(|(_, bits)| *bits),
            };
            read.bits |= bits.unwrap_or(0) & Self::ALL;
            read.known &= bits.is_some_and(|bits| bits & !Self::ALL == 0);
        }
        Some(read)
    }

    /// Whether one of `bits` is set.
    #[must_use]
    pub fn has(&self, bits: u64) -> bool {
        self.bits & bits != 0
    }

    /// The object stands for a mailbox in the cloud: one to be made, or one that was moved there.
    #[must_use]
    pub fn is_remote_mailbox(&self) -> bool {
        self.has(Self::PROVISION_MAILBOX | Self::MIGRATED)
    }

    /// The switch by which `Enable-RemoteMailbox` makes a mailbox of this kind, with a blank in front; empty for a user's.
    #[must_use]
    pub fn resource_switch(&self) -> &'static str {
        match (self.has(Self::ROOM), self.has(Self::EQUIPMENT)) {
            (true, true) => " -Shared",
            (true, false) => " -Room",
            (false, true) => " -Equipment",
            (false, false) => "",
        }
    }

    /// A mailbox or an archive of it is in the cloud, or is to be made there.
    #[must_use]
    pub fn is_in_the_cloud(&self) -> bool {
        self.is_remote_mailbox() || self.has(Self::PROVISION_ARCHIVE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u64, bool)> {
        RemoteType::read(std::iter::once(text)).map(|kind| (kind.bits, kind.known))
    }

    #[test]
    fn numbers_names_and_lists_say_the_same() {
        for (text, expected) in [
            ("4", Some((4, true))),
            (" 4 ", Some((4, true))),
            ("Migrated", Some((4, true))),
            ("ProvisionMailbox, Migrated", Some((5, true))),
            ("provisionmailbox,migrated", Some((5, true))),
            ("ProvisionMailbox Migrated", Some((5, true))),
            ("Migrated, SharedMailbox", Some((100, true))),
            ("100", Some((100, true))),
            ("{Migrated, SharedMailbox}", Some((100, true))),
            ("DeprovisionMailbox", Some((8, true))),
            ("None", Some((0, true))),
            ("0", Some((0, true))),
            ("", None),
            (" ", None),
            ("Moved", Some((0, false))),
            ("Migrated, Moved", Some((4, false))),
            ("260", Some((4, false))),
            ("-1", Some((0, false))),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
        let list = RemoteType::read(["ProvisionMailbox", "", "Migrated"].into_iter()).unwrap();
        assert_eq!(
            (list.bits, list.text.as_str()),
            (5, "ProvisionMailbox, Migrated")
        );
    }
}
