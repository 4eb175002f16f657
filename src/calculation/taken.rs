//! Which addresses are held, and by whom; and the four digits that make a taken one free.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};

use ahash::AHashMap;

use super::object_error::ObjectError;
use super::state::{Cloud, Subject};
use crate::rule::MAX_LOCAL_PART;
use crate::status::Error;

/// In which way an address is held. Entra ID compares UPNs with UPNs and proxy addresses with proxy addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// As a user principal name.
    Upn,
    /// As a proxy address.
    Smtp,
    /// In both ways.
    Both,
}

/// Who holds an address, by number: in each way the first, as hardly any address has two; those that have are [`Shared`].
#[derive(Debug, Clone, Copy, Default)]
struct Holders {
    upn: Option<u32>,
    smtp: Option<u32>,
}

/// All holders of an address that has two, for each [`Space`]. Sets, as an address can be held by all objects there are.
type Shared = [BTreeSet<u32>; 3];

/// The holder of what the caller only said is taken.
const SOMEBODY: u32 = 0;

/// Another object that holds an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Other {
    holder: u32,
    /// Further objects that hold it.
    more: usize,
}

impl Other {
    /// The caller only said that it is taken.
    pub fn is_somebody(self) -> bool {
        self.holder == SOMEBODY
    }
}

/// The addresses that are held.
///
/// Keys are 64-bit hashes of the folded address: among ten million addresses two that differ collide with a probability
/// of three in a million, and texts would take ten times the memory.
#[derive(Debug)]
pub struct Taken {
    hasher: ahash::RandomState,
    keys: AHashMap<u64, Holders>,
    shared: AHashMap<u64, Shared>,
    names: Vec<Box<str>>,
    digits: Digits,
}

impl Taken {
    /// `addresses` are held by somebody, as UPN or proxy address, with or without their types.
    #[must_use]
    pub fn new<'a>(addresses: impl IntoIterator<Item = &'a str>, digits: Digits) -> Self {
        let mut taken = Self {
            hasher: ahash::RandomState::new(),
            keys: AHashMap::new(),
            shared: AHashMap::new(),
            names: vec!["".into()],
            digits,
        };
        for address in addresses {
            let address = address.trim_ascii();
            let bare = match address.split_once(':') {
                Some((prefix, bare)) if prefix.eq_ignore_ascii_case("smtp") => bare,
                _ => address,
            };
            taken.insert(Space::Both, bare, SOMEBODY);
        }
        taken
    }

    fn key(&self, address: &str) -> u64 {
        // No address that can be held is longer than a value can be.
        let mut buffer = [0_u8; 320];
        match buffer.get_mut(..address.len()) {
            Some(folded) => {
                folded.copy_from_slice(address.as_bytes());
                folded.make_ascii_lowercase();
                self.hasher.hash_one(&*folded)
            }
            None => self
                .hasher
                .hash_one(address.to_ascii_lowercase().as_bytes()),
        }
    }

    fn insert(&mut self, space: Space, address: &str, holder: u32) {
        if address.is_empty() {
            return;
        }
        let key = self.key(address);
        let holders = match self.keys.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Holders::default()),
        };
        // What somebody holds stays held, whoever else gives it up.
        if holders.upn == Some(SOMEBODY) {
            return;
        }
        let known = [holders.upn, holders.smtp];
        if space != Space::Smtp {
            holders.upn.get_or_insert(holder);
        }
        if space != Space::Upn {
            holders.smtp.get_or_insert(holder);
        }
        let Holders { upn, smtp } = *holders;
        let is_shared = known.into_iter().flatten().any(|known| known != holder)
            || self.shared.contains_key(&key);
        if is_shared {
            let shared = self.shared.entry(key).or_insert_with(|| {
                [
                    upn.into_iter().collect(),
                    smtp.into_iter().collect(),
                    upn.into_iter().chain(smtp).collect(),
                ]
            });
            shared[space as usize].insert(holder);
            shared[Space::Both as usize].insert(holder);
        }
    }

    /// Notes what an object has in the cloud; gives its number.
    pub fn hold(&mut self, name: &str, cloud: &Cloud) -> u32 {
        let holder = self.names.len() as u32;
        self.names.push(name.into());
        self.give(holder, cloud);
        holder
    }

    /// The number of an object: the one it has, or a new one.
    pub(super) fn holder_of(&mut self, subject: &Subject) -> u32 {
        if let Some(holder) = subject.holder {
            return holder;
        }
        self.names.push(subject.identity.as_str().into());
        (self.names.len() - 1) as u32
    }

    /// Notes what the object `holder` has now.
    pub(super) fn give(&mut self, holder: u32, cloud: &Cloud) {
        if let Some(upn) = &cloud.user_principal_name {
            self.insert(Space::Upn, upn, holder);
        }
        if let Some(moera) = &cloud.moera {
            self.insert(Space::Smtp, moera, holder);
        }
        for address in cloud.smtp_addresses() {
            self.insert(Space::Smtp, address, holder);
        }
    }

    /// Notes that the object `holder` gave up what it had.
    pub(super) fn release(&mut self, holder: u32, cloud: &Cloud) {
        let upn = cloud.user_principal_name.iter().map(String::as_str);
        let moera = cloud.moera.iter().map(String::as_str);
        for address in upn.chain(moera).chain(cloud.smtp_addresses()) {
            let key = self.key(address);
            if let Some(holders) = self.keys.get_mut(&key) {
                holders.upn = holders.upn.filter(|known| *known != holder);
                holders.smtp = holders.smtp.filter(|known| *known != holder);
                if let Some(shared) = self.shared.get_mut(&key) {
                    for holders in shared.iter_mut() {
                        holders.remove(&holder);
                    }
                    holders.upn = shared[Space::Upn as usize].first().copied();
                    holders.smtp = shared[Space::Smtp as usize].first().copied();
                }
            }
        }
    }

    /// Who holds `address` beside `holder`.
    pub(super) fn other_holder(&self, space: Space, address: &str, holder: u32) -> Option<Other> {
        let key = self.key(address);
        if let Some(shared) = self.shared.get(&key) {
            let holders = &shared[space as usize];
            let first = holders.iter().find(|known| **known != holder)?;
            return Some(Other {
                holder: *first,
                more: holders.len() - 1 - usize::from(holders.contains(&holder)),
            });
        }
        let holders = self.keys.get(&key)?;
        let upn = holders.upn.filter(|_| space != Space::Smtp);
        let smtp = holders.smtp.filter(|_| space != Space::Upn);
        let mut known = upn.into_iter().chain(smtp);
        let holder = known.find(|known| *known != holder)?;
        Some(Other { holder, more: 0 })
    }

    /// What an admin knows the holders by; empty for what the caller only said is taken.
    pub(super) fn name(&self, other: Other) -> String {
        let name = &self.names[other.holder as usize];
        match other.more {
            0 => name.to_string(),
            _ if name.is_empty() => String::new(),
            more => format!("{name} and {more} more"),
        }
    }

    /// `prefix@domain` with four digits behind the prefix, held by nobody.
    pub(super) fn with_digits(
        &mut self,
        prefix: &str,
        domain: &str,
    ) -> Result<String, ObjectError> {
        let end = prefix
            .char_indices()
            .nth(MAX_LOCAL_PART - 4)
            .map_or(prefix.len(), |(at, _)| at);
        let mut number = self.digits.first();
        for _ in 0..10_000 {
            let address = format!("{}{number:04}@{domain}", &prefix[..end]);
            let holders = self.keys.get(&self.key(&address));
            if holders.is_none_or(|holders| holders.upn.or(holders.smtp).is_none()) {
                return Ok(address);
            }
            number = self.digits.next_after(number);
        }
        Err(ObjectError::NoFreeAddress {
            address: format!("{prefix}@{domain}"),
        })
    }
}

/// Where four digits come from.
#[derive(Debug)]
pub struct Digits {
    /// To be used first, the next one last.
    given: Vec<u16>,
    /// Counted up behind those; `None` while digits are random.
    last: Option<u16>,
    random: RandomState,
    drawn: u64,
}

impl Digits {
    /// Takes `given` in order, then counts up from the last; random without any.
    ///
    /// # Errors
    /// Something that is not four digits. `path` is where they stand in the request.
    pub fn new(given: &[String], path: &str) -> Result<Self, Error> {
        let mut numbers = Vec::new();
        for (at, text) in given.iter().enumerate() {
            let digits = text.trim_ascii();
            let number = (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| digits.parse().ok())
                .flatten();
            numbers.push(number.ok_or_else(|| {
                let shown: String = digits.chars().take(20).collect();
                Error::invalid(
                    format!("{path}[{at}]"),
                    format!("{shown:?} is not four digits"),
                )
            })?);
        }
        let last = numbers.last().copied();
        numbers.reverse();
        Ok(Self {
            given: numbers,
            last,
            random: RandomState::new(),
            drawn: 0,
        })
    }

    fn first(&mut self) -> u16 {
        if let Some(number) = self.given.pop() {
            return number;
        }
        if let Some(last) = self.last {
            return self.count_up(last);
        }
        self.drawn += 1;
        (self.random.hash_one(self.drawn) % 10_000) as u16
    }

    fn next_after(&mut self, number: u16) -> u16 {
        if self.last.is_some() {
            return self.first();
        }
        (number + 1) % 10_000
    }

    fn count_up(&mut self, last: u16) -> u16 {
        let number = (last + 1) % 10_000;
        self.last = Some(number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(given: &[&str]) -> Digits {
        Digits::new(
            &given.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "d",
        )
        .unwrap()
    }

    #[test]
    fn digits_come_in_order_and_are_counted_up() {
        let mut taken = Taken::new(["smtp:A9999@x", "a0000@x"], digits(&["0007", "9999"]));
        let mut next = || taken.with_digits("a", "x").unwrap();
        assert_eq!([next(), next(), next()], ["a0007@x", "a0001@x", "a0002@x"]);
    }

    #[test]
    fn random_digits_never_collide_and_end() {
        let mut taken = Taken::new([], digits(&[]));
        let mut given = BTreeSet::new();
        for _ in 0..10_000 {
            let address = taken.with_digits("a", "x").unwrap();
            taken.insert(Space::Smtp, &address, 0);
            assert!(given.insert(address));
        }
        assert!(matches!(
            taken.with_digits("a", "x"),
            Err(ObjectError::NoFreeAddress { .. })
        ));
    }

    #[test]
    fn a_long_name_makes_room_for_the_digits() {
        let mut taken = Taken::new([], digits(&["1234"]));
        let address = taken.with_digits(&"a".repeat(64), "x").unwrap();
        assert_eq!(address, format!("{}1234@x", "a".repeat(60)));
    }

    #[test]
    fn only_four_digits_are_taken() {
        for wrong in ["", "123", "12345", "12a4", "+123"] {
            assert!(Digits::new(&[wrong.to_owned()], "d").is_err(), "{wrong}");
        }
    }

    #[test]
    fn spaces_are_apart_and_every_holder_counts() {
        let mut taken = Taken::new(["given@x"], digits(&[]));
        let cloud = |upn: &str, proxy: &str| Cloud {
            user_principal_name: Some(upn.to_owned()),
            proxy_addresses: vec![proxy.to_owned()],
            ..Cloud::default()
        };
        let one = taken.hold("one", &cloud("u@x", "smtp:p@x"));
        let two = taken.hold("two", &cloud("v@x", "smtp:p@x"));
        let other = |space, address, holder| {
            let other = taken.other_holder(space, address, holder);
            other.map(|other| taken.name(other))
        };
        assert_eq!(other(Space::Upn, "U@X", two).as_deref(), Some("one"));
        assert_eq!(other(Space::Smtp, "u@x", two), None);
        assert_eq!(other(Space::Smtp, "p@x", one).as_deref(), Some("two"));
        assert_eq!(other(Space::Smtp, "p@x", two).as_deref(), Some("one"));
        assert_eq!(
            other(Space::Both, "p@x", 9).as_deref(),
            Some("one and 1 more")
        );
        assert_eq!(other(Space::Upn, "given@x", two).as_deref(), Some(""));
    }

    proptest::proptest! {
        #[test]
        fn holders_are_those_of_a_plain_list(
            steps in proptest::collection::vec((proptest::bool::ANY, 1..5_u32, 0..3_u8, 0..3_u8), 0..30)
        ) {
            let mut taken = Taken::new([], digits(&[]));
            let mut list: Vec<(Space, String, u32)> = Vec::new();
            for (gives, holder, upn, proxy) in steps {
                let (upn, proxy) = (format!("{upn}@x"), format!("{proxy}@x"));
                let cloud = Cloud {
                    user_principal_name: Some(upn.clone()),
                    proxy_addresses: vec![format!("smtp:{proxy}")],
                    ..Cloud::default()
                };
                if gives {
                    taken.give(holder, &cloud);
                    list.extend([(Space::Upn, upn, holder), (Space::Smtp, proxy, holder)]);
                } else {
                    taken.release(holder, &cloud);
                    list.retain(|(_, address, of)| *of != holder || ![&upn, &proxy].contains(&address));
                }
                for (space, address, holder) in [Space::Upn, Space::Smtp, Space::Both].into_iter().flat_map(|space| {
                    (0..3).flat_map(move |address| (1..6).map(move |holder| (space, format!("{address}@x"), holder)))
                }) {
                    let others: BTreeSet<u32> = list
                        .iter()
                        .filter(|(way, known, of)| {
                            (space == Space::Both || *way == space) && *known == address && *of != holder
                        })
                        .map(|(.., of)| *of)
                        .collect();
                    let expected = others.first().map(|first| Other { holder: *first, more: others.len() - 1 });
                    assert_eq!(taken.other_holder(space, &address, holder), expected);
                }
            }
        }
    }
}
