//! The proxy addresses of one object while they are calculated: each once, new ones in front.

use ahash::{AHashMap, AHashSet};

use crate::address::{Address, AddressType};

/// Type and folded address: equal where two values are the same address.
pub(super) type Key = (AddressType, String);

/// The keys of `values`, where each of many is looked for.
pub(super) fn keys_of<'v>(values: impl Iterator<Item = &'v String>) -> AHashSet<Key> {
    values.map(|value| Entry::new(value).key()).collect()
}

/// One value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// With its type.
    pub value: String,
    kind: AddressType,
    /// Where the address begins in `value`.
    bare: usize,
    /// The primary of its type.
    pub primary: bool,
}

impl Entry {
    pub fn new(value: &str) -> Self {
        let address = Address::parse(value, AddressType::Smtp);
        // An SMTP address without a type gets one; what is of no type is compared whole.
        let value = match address.kind {
            AddressType::Smtp if !value.contains(':') => format!("smtp:{}", address.bare),
            _ => value.trim_ascii().to_owned(),
        };
        // It is the end of the value, whatever stands before it.
        let bare = value.rfind(address.bare).unwrap_or(0);
        Self {
            kind: address.kind,
            bare,
            primary: address.primary,
            value,
        }
    }

    /// Without the type; the whole value of an unknown type.
    pub fn bare(&self) -> &str {
        &self.value[self.bare..]
    }

    /// An SMTP address.
    pub fn is_smtp(&self) -> bool {
        self.kind == AddressType::Smtp
    }

    /// The SMTP address `bare`.
    pub fn is(&self, bare: &str) -> bool {
        self.is_smtp() && self.bare().eq_ignore_ascii_case(bare)
    }

    /// What is equal for the same address.
    pub fn key(&self) -> Key {
        let address = Address::parse(&self.value, AddressType::Smtp);
        (self.kind, address.bare.to_ascii_lowercase())
    }

    fn make_primary(&mut self, primary: bool) {
        self.primary = primary;
        let prefix = if primary { "SMTP:" } else { "smtp:" };
        self.value = format!("{prefix}{}", self.bare().trim_ascii());
        self.bare = prefix.len();
    }
}

/// The list. Kept with its front at the end, where adding is cheap.
#[derive(Debug, Default)]
pub(super) struct List {
    entries: Vec<Entry>,
}

impl List {
    /// The values of the cloud: each once, and at most one primary.
    pub fn of(values: &[String]) -> Self {
        let mut list = Self::default();
        let mut has_primary = false;
        let mut known = AHashSet::new();
        for value in values {
            let mut entry = Entry::new(value);
            if entry.bare().is_empty() || !known.insert(entry.key()) {
                continue;
            }
            if entry.is_smtp() {
                if entry.primary && has_primary {
                    entry.make_primary(false);
                }
                has_primary |= entry.primary;
            }
            list.entries.push(entry);
        }
        list.entries.reverse();
        list
    }

    fn find_smtp(&self, bare: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.is(bare))
    }

    /// In the order of results.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev()
    }

    /// The primary SMTP address.
    pub fn primary(&self) -> Option<&Entry> {
        self.iter().find(|entry| entry.is_smtp() && entry.primary)
    }

    /// The SMTP address `bare`, as it stands.
    pub fn smtp(&self, bare: &str) -> Option<&Entry> {
        self.find_smtp(bare).map(|at| &self.entries[at])
    }

    /// Every value by its key, as it stands.
    pub fn by_key(&self) -> AHashMap<Key, Entry> {
        let entries = self.entries.iter();
        entries.map(|entry| (entry.key(), entry.clone())).collect()
    }

    /// Puts a value in front. It must not be there yet.
    pub fn add(&mut self, value: &str) {
        self.entries.push(Entry::new(value));
    }

    /// Puts the secondary `bare` in front; gives its value.
    pub fn add_smtp(&mut self, bare: &str, primary: bool) -> String {
        let value = format!("{}:{bare}", if primary { "SMTP" } else { "smtp" });
        self.add(&value);
        value
    }

    /// Makes the present primary a secondary where it stands.
    pub fn demote(&mut self) {
        for entry in &mut self.entries {
            if entry.is_smtp() && entry.primary {
                entry.make_primary(false);
            }
        }
    }

    /// Makes a secondary the primary and puts it in front. No other may be the primary.
    pub fn promote(&mut self, bare: &str) {
        if let Some(at) = self.find_smtp(bare) {
            let mut entry = self.entries.remove(at);
            entry.make_primary(true);
            self.entries.push(entry);
        }
    }

    /// Removes the SMTP address `bare`.
    pub fn remove_smtp(&mut self, bare: &str) {
        self.entries.retain(|entry| !entry.is(bare));
    }

    /// Keeps what `keeps` says, in the order of results.
    pub fn retain(&mut self, mut keeps: impl FnMut(&Entry) -> bool) {
        let kept: Vec<bool> = self.entries.iter().rev().map(&mut keeps).collect();
        let mut kept = kept.into_iter().rev();
        self.entries.retain(|_| kept.next().unwrap_or(true));
    }

    /// The values, in the order of results.
    pub fn into_values(self) -> Vec<String> {
        self.entries
            .into_iter()
            .rev()
            .map(|entry| entry.value)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(values: &[&str]) -> List {
        List::of(&values.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn each_address_stands_once_and_new_ones_in_front() {
        let mut list = list(&[
            "smtp:b@x",
            "SMTP:a@x",
            "SMTP:c@x",
            "smtp:A@X",
            "X500:/o=A",
            "",
        ]);
        list.add("smtp:d@x");
        let keys = keys_of([&"x500:/O=a".to_owned()].into_iter());
        assert!(list.smtp("D@X").is_some() && list.iter().any(|one| keys.contains(&one.key())));
        list.demote();
        list.promote("c@x");
        assert_eq!(
            list.into_values(),
            ["SMTP:c@x", "smtp:d@x", "smtp:b@x", "smtp:a@x", "X500:/o=A"]
        );
    }

    #[test]
    fn a_value_of_the_cloud_without_a_type_is_smtp() {
        assert_eq!(list(&["a@x"]).into_values(), ["smtp:a@x"]);
    }
}
