//! What an empty property of Graph says.
//!
//! A REST answer holds what was selected: there `null` means that there is none. Objects of the Graph SDK hold every property and
//! leave empty what was not fetched as well as what there is none of. Which it was only the other records of their source can tell:
//! where one of them has a value, the property was fetched. Where none has, it was not, or nobody is synced: that stays unknown.

use crate::property::Property as P;
use crate::recipient::{Recipient, Source, flags};
use crate::record::RawRecord;
use crate::store::{RecordId, Store};

/// A property that only synced objects have, and what is known of a record that was fetched with it and has none.
const FACTS: [(P, u32); 4] = [
    (P::Synced, flags::NOT_SYNCED | flags::NO_IMMUTABLE_ID),
    (P::ImmutableId, flags::NO_IMMUTABLE_ID),
    (P::Sid, flags::SID),
    (P::OnPremisesDistinguishedName, flags::ON_PREMISES_DN),
];

/// The bit of [`FACTS`]`[at]` while it is not known.
const fn open(at: usize) -> u32 {
    1 << (flags::EMPTY_SHIFT as usize + at)
}

/// Whether something about an object with `facts` hangs on properties that are empty throughout their source.
#[must_use]
pub fn is_open(facts: u32) -> bool {
    (0..FACTS.len()).any(|at| facts & open(at) != 0)
}

/// The facts that follow from what is empty in a record of Graph, and the open bits of what does not say it by itself.
#[must_use]
pub fn facts_of_empty(record: &RawRecord<'_>) -> u32 {
    let mut facts = 0;
    for (at, (property, fact)) in FACTS.iter().enumerate() {
        if record.is_empty(*property) {
            facts |= if record.rest.has(*property) {
                *fact
            } else {
                open(at)
            };
        }
    }
    facts
}

/// What [`is_open`] means, for a message.
pub const OPEN: &str = "onPremisesImmutableId and the like are empty in every such object of its source, so they were not fetched, or nobody is synced";

/// Users, groups and contacts are fetched by commands of their own, deleted ones too: each tells of its like.
const KINDS: usize = 16 * 2;

fn kind(facts: u32) -> usize {
    let family = facts >> flags::FAMILY_SHIFT & 0b1111;
    (family as usize) << 1 | usize::from(facts & flags::CLOUD_DELETED != 0)
}

/// What one source was fetched with.
#[derive(Debug, Clone, Default)]
struct Fetch {
    /// Its first record; it goes on to that of the next source.
    first: RecordId,
    /// By kind of record, the places in [`FACTS`] of properties that some record has: one bit each.
    with: [u8; KINDS],
}

/// What each source was fetched with.
#[derive(Debug, Default)]
pub struct Fetched {
    sources: Vec<Fetch>,
    /// Some record has something open.
    any_open: bool,
}

impl Fetched {
    /// Another source begins with record `first`.
    pub fn begin(&mut self, first: RecordId) {
        match self.sources.last_mut() {
            Some(last) if last.first == first => {}
            _ => self.sources.push(Fetch {
                first,
                ..Fetch::default()
            }),
        }
    }

    /// Notes a record.
    pub fn add(&mut self, record: &RawRecord<'_>, recipient: &Recipient<'_>) {
        if recipient.source != Source::Entra {
            return;
        }
        if self.sources.is_empty() {
            self.begin(0);
        }
        self.any_open |= is_open(recipient.flags);
        if let Some(fetch) = self.sources.last_mut() {
            for (at, (property, _)) in FACTS.iter().enumerate() {
                if record.first(*property).is_some() {
                    fetch.with[kind(recipient.flags)] |= 1 << at;
                }
            }
        }
    }

    /// Closes what the other records of a source close.
    pub fn settle(&self, store: &mut Store) {
        if !self.any_open {
            return;
        }
        for (number, fetch) in self.sources.iter().enumerate() {
            let next = self.sources.get(number + 1);
            let end = next.map_or(store.len() as RecordId, |next| next.first);
            for record in fetch.first..end {
                let facts = store.flags(record);
                let with = fetch.with[kind(facts)];
                let mut settled = facts;
                for (at, (_, fact)) in FACTS.iter().enumerate() {
                    if facts & open(at) != 0 && with & 1 << at != 0 {
                        settled = settled & !open(at) | fact;
                    }
                }
                if settled != facts {
                    store.set_flags(record, settled);
                }
            }
        }
    }
}
