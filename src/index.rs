//! Which keys stand more than once: 12 bytes a key, one pass to fill, one to find.
//!
//! A key is known by 40 bits of its hash and the place of its text. Entries go to one of 256 partitions by the top byte of
//! the hash, and keep its lower half. At the end each partition is read once with two small bitmaps: what meets a bit already set is a
//! candidate. Only candidates are sorted, and compared by text. In a healthy tenant of one source that is next to
//! nothing; with several sources (every object seen more than once) the sorts are small and stay in the cache.
//! A hash table that grows costs six to sixteen times the memory. The hash is keyed afresh for each scan, so that nobody can
//! make addresses that all meet.

use std::hash::{BuildHasher, Hasher};

use ahash::RandomState;

use crate::store::RecordId;

const PARTITIONS: usize = 256;

/// A key and where its text stands.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    hash: u32,
    /// The record.
    pub record: RecordId,
    /// The place in its row.
    pub place: u32,
}

/// Entries by hash.
#[derive(Debug)]
pub struct Index {
    partitions: Vec<Vec<Entry>>,
    random: RandomState,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            partitions: vec![Vec::new(); PARTITIONS],
            random: RandomState::new(),
        }
    }
}

impl Index {
    /// Notes that a text, given `folded`, stands at `place` of `record` in the name space `space`.
    pub fn insert(&mut self, space: u8, folded: &[u8], record: RecordId, place: u32) {
        let (partition, hash) = self.hash(space, folded);
        self.partitions[partition].push(Entry {
            hash,
            record,
            place,
        });
    }

    /// The partition of a key, and what its entry keeps of its hash.
    fn hash(&self, space: u8, folded: &[u8]) -> (usize, u32) {
        let mut hasher = self.random.build_hasher();
        hasher.write(folded);
        hasher.write_u8(space);
        let hash = hasher.finish();
        ((hash >> 56) as usize, hash as u32)
    }

    /// Every entry that may be `text` in `space`; the caller compares.
    pub fn find(&self, space: u8, text: &[u8]) -> impl Iterator<Item = Entry> + '_ {
        let (partition, hash) = self.hash(space, &text.to_ascii_lowercase());
        self.partitions[partition]
            .iter()
            .filter(move |entry| entry.hash == hash)
            .copied()
    }

    /// Calls `each` with every group of two or more entries of one hash that `same` says have one text.
    pub fn groups(
        &self,
        same: impl Fn(&Entry, &Entry) -> bool,
        mut each: impl FnMut(&mut [Entry]),
    ) {
        let mut candidates = Vec::new();
        for partition in &self.partitions {
            collect_candidates(partition, &mut candidates);
            // Among equal hashes the order of arrival; that of equal keys must not depend on it, and does not.
            candidates
                .sort_unstable_by_key(|entry: &Entry| (entry.hash, entry.record, entry.place));
            for run in candidates.chunk_by_mut(|one, other| one.hash == other.hash) {
                split_by_text(run, &same, &mut each);
            }
        }
    }
}

fn collect_candidates(partition: &[Entry], candidates: &mut Vec<Entry>) {
    candidates.clear();
    // Eight bits an entry keep false candidates near one in ten.
    let bits = (partition.len() * 8).next_power_of_two().max(64);
    let mut seen = vec![0_u64; bits / 64];
    let mut twice = vec![0_u64; bits / 64];
    let slot = |entry: &Entry| {
        let bit = entry.hash as usize & (bits - 1);
        (bit / 64, 1_u64 << (bit % 64))
    };
    for entry in partition {
        let (word, mask) = slot(entry);
        twice[word] |= seen[word] & mask;
        seen[word] |= mask;
    }
    candidates.extend(partition.iter().filter(|entry| {
        let (word, mask) = slot(entry);
        twice[word] & mask != 0
    }));
}

/// A run of equal hashes is nearly always one text. Where it is not, texts are sorted out one after another.
fn split_by_text(
    run: &mut [Entry],
    same: &impl Fn(&Entry, &Entry) -> bool,
    each: &mut impl FnMut(&mut [Entry]),
) {
    let mut rest = run;
    while rest.len() > 1 {
        let first = rest[0];
        let mut end = 1;
        for at in 1..rest.len() {
            if same(&first, &rest[at]) {
                rest.swap(end, at);
                end += 1;
            }
        }
        let (group, others) = rest.split_at_mut(end);
        if group.len() > 1 {
            each(group);
        }
        rest = others;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_form_a_group_and_others_do_not() {
        let texts = ["a@x", "b@x", "A@X", "c@x", "a@x", "B@x"];
        let mut index = Index::default();
        for (record, text) in texts.iter().enumerate() {
            index.insert(
                0,
                &text.to_ascii_lowercase().into_bytes(),
                record as RecordId,
                0,
            );
        }
        index.insert(1, b"c@x", 9, 0);
        let mut groups = Vec::new();
        let same = |one: &Entry, other: &Entry| {
            one.record.max(other.record) < 6
                && texts[one.record as usize].eq_ignore_ascii_case(texts[other.record as usize])
        };
        index.groups(same, |group| {
            groups.push(group.iter().map(|entry| entry.record).collect::<Vec<_>>());
        });
        groups.sort();
        assert_eq!(groups, [vec![0, 2, 4], vec![1, 5]]);
        assert_eq!(
            index
                .find(0, b"C@X")
                .map(|entry| entry.record)
                .collect::<Vec<_>>(),
            [3]
        );
    }

    #[test]
    fn texts_of_one_hash_are_told_apart() {
        let entry = |record| Entry {
            hash: 7,
            record,
            place: 0,
        };
        let mut run = [entry(0), entry(1), entry(2), entry(3), entry(4)];
        let mut groups = Vec::new();
        split_by_text(
            &mut run,
            &|one, other| one.record % 2 == other.record % 2,
            &mut |group| groups.push(group.len()),
        );
        assert_eq!(groups, [3, 2]);
    }
}
