//! One object seen in several sources is one object: records are joined by their ids.
//!
//! Ids of one space that are equal join their records, also transitively (a union-find). Two records of one directory
//! that differ in their own directory id stay two objects whatever else matches. A group of records in which that
//! would be broken is taken apart and joined again, id by id in the order of [`IdSpace`] and then of the ids
//! themselves, leaving out every id that would make one of two: so the outcome depends on the data, never on its order.
//! A distinguished name is text that an export can spoil: it joins nothing where its records show several accounts.

use ahash::{AHashMap, AHashSet};

use crate::address::AddressType;
use crate::identity::IdSpace;
use crate::index::{Entry, Index};
use crate::recipient::{Id, Role, flags};
use crate::store::{CLOUD, Directory, Places, RecordId, Store};

/// The name space of whole rows, beside those of [`IdSpace`]: records without any id that are equal are one.
const ROWS: u8 = 0xff;

/// An id that joins this many records or more is reported: one object is seen a handful of times.
const UNLIKELY: usize = 24;

/// Ids as they come in.
#[derive(Debug, Default)]
pub struct IdIndex {
    index: Index,
}

impl IdIndex {
    /// Notes the ids of a record just added.
    pub fn insert(&mut self, record: RecordId, ids: &[Id<'_>], places: &Places) {
        for (id, place) in ids.iter().zip(&places.ids) {
            self.index
                .insert(id.space as u8, places.key(*place), record, place.at);
        }
        if ids.is_empty() {
            self.index.insert(ROWS, places.row(), record, u32::MAX);
        }
    }
}

/// Records joined to objects.
#[derive(Debug)]
pub struct Objects {
    parent: Vec<RecordId>,
    /// The next record of the same object, in a ring.
    next: Vec<RecordId>,
    /// Facts of the object, at its root.
    flags: Vec<u32>,
    /// How many objects there are.
    pub count: usize,
    /// Records that repeat another in every field.
    pub repeated: Vec<RecordId>,
    /// Ids that join an unlikely number of records: the text, how many, and the first.
    pub unlikely: Vec<(String, usize, RecordId)>,
    /// Mailbox GUIDs that several objects of one directory have: the GUID and the objects' roots.
    pub shared_mailbox_guids: Vec<(String, Vec<RecordId>)>,
    /// Distinguished names of several accounts, which joined nothing, and their records.
    pub shared_dns: Vec<(String, Vec<RecordId>)>,
}

impl Objects {
    /// Joins all records of `store`.
    #[must_use]
    pub fn join(store: &Store, ids: IdIndex) -> Self {
        let mut objects = Self {
            parent: (0..store.len() as RecordId).collect(),
            next: (0..store.len() as RecordId).collect(),
            flags: Vec::new(),
            count: store.len(),
            repeated: Vec::new(),
            unlikely: Vec::new(),
            shared_mailbox_guids: Vec::new(),
            shared_dns: Vec::new(),
        };
        let mailbox_groups = objects.join_groups(store, &ids.index);
        drop(ids);
        objects.shared_dns.sort_unstable();
        objects.part_what_is_two(store);
        objects.report_shared_mailbox_guids(store, mailbox_groups);
        objects.gather_flags(store);
        // Where other ids made one of them, nothing is lost.
        let mut dns = std::mem::take(&mut objects.shared_dns);
        dns.retain(|(_, records)| {
            let root = |record: &RecordId| objects.root(*record);
            records
                .iter()
                .any(|record| root(record) != root(&records[0]))
        });
        objects.shared_dns = dns;
        objects.repeated.sort_unstable();
        objects.repeated.dedup();
        objects.unlikely.sort_unstable();
        objects
    }

    /// The record that stands for the object of `record`.
    #[must_use]
    pub fn root(&self, record: RecordId) -> RecordId {
        let mut at = record;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        at
    }

    /// The facts of the object with `root`.
    #[must_use]
    pub fn flags(&self, root: RecordId) -> u32 {
        self.flags[root as usize]
    }

    /// The records of the object that `record` belongs to, in the order read.
    #[must_use]
    pub fn members(&self, record: RecordId) -> Vec<RecordId> {
        let mut members = vec![record];
        let mut at = self.next[record as usize];
        while at != record {
            members.push(at);
            at = self.next[at as usize];
        }
        members.sort_unstable();
        members
    }

    /// The root, halving the path to it.
    fn root_halving(&mut self, record: RecordId) -> RecordId {
        let mut at = record as usize;
        while self.parent[at] as usize != at {
            self.parent[at] = self.parent[self.parent[at] as usize];
            at = self.parent[at] as usize;
        }
        at as RecordId
    }

    fn union(&mut self, one: RecordId, other: RecordId) {
        let (one, other) = (self.root_halving(one), self.root_halving(other));
        if one == other {
            return;
        }
        // The first record read stays the root, so that roots do not depend on the hash of this run.
        let (low, high) = (one.min(other), one.max(other));
        self.parent[high as usize] = low;
        self.next.swap(low as usize, high as usize);
        self.count -= 1;
    }

    /// Joins by every id, and returns the groups of mailbox GUIDs that may be in use twice.
    fn join_groups(&mut self, store: &Store, index: &Index) -> Vec<Vec<Entry>> {
        let mut mailbox_groups = Vec::new();
        let same = |one: &Entry, other: &Entry| match (one.place, other.place) {
            (u32::MAX, u32::MAX) => store.same_row(one.record, other.record),
            (u32::MAX, _) | (_, u32::MAX) => false,
            _ => store
                .id_at(one.record, one.place)
                .same(&store.id_at(other.record, other.place)),
        };
        index.groups(same, |group| {
            let first = group[0];
            if first.place == u32::MAX {
                self.repeated
                    .extend(group[1..].iter().map(|entry| entry.record));
            } else {
                self.note_repeated(store, group);
                let id = store.id_at(first.record, first.place);
                if id.space == IdSpace::Dn && is_of_several(store, id.text, group) {
                    let mut records: Vec<RecordId> =
                        group.iter().map(|entry| entry.record).collect();
                    self.join_equal_rows(store, records.clone());
                    records.sort_unstable();
                    self.shared_dns
                        .push((id.text.to_ascii_lowercase(), records));
                    return;
                }
                if group.len() >= UNLIKELY {
                    self.unlikely.push((
                        format!("{} {}", id.space.name(), id.text),
                        group.len(),
                        first.record,
                    ));
                }
                if id.space == IdSpace::MailboxGuid {
                    let in_cloud = group
                        .iter()
                        .filter(|entry| store.directory(entry.record) == CLOUD)
                        .count();
                    if in_cloud > 1 || group.len() - in_cloud > 1 {
                        mailbox_groups.push(group.to_vec());
                    }
                    // It joins on premises with the cloud, and nothing else; but what is read twice is one.
                    if in_cloud == 0 || in_cloud == group.len() {
                        self.join_equal_rows(
                            store,
                            group.iter().map(|entry| entry.record).collect(),
                        );
                        return;
                    }
                }
            }
            for entry in &group[1..] {
                self.union(first.record, entry.record);
            }
            // Flat trees: every later look-up is one step.
            let root = self.root(first.record);
            for entry in group.iter() {
                self.parent[entry.record as usize] = root;
            }
        });
        mailbox_groups
    }

    fn join_equal_rows(&mut self, store: &Store, mut records: Vec<RecordId>) {
        records.sort_unstable_by_key(|record| {
            (
                store.row_bytes(*record),
                store.flags(*record),
                store.account(*record),
            )
        });
        for pair in records.windows(2) {
            if store.same_row(pair[0], pair[1]) {
                self.union(pair[0], pair[1]);
            }
        }
    }

    fn note_repeated(&mut self, store: &Store, group: &[Entry]) {
        for (at, entry) in group.iter().enumerate().skip(1) {
            // An object is seen a handful of times. A short look back keeps a group of thousands linear.
            let before = &group[at.saturating_sub(UNLIKELY)..at];
            if before.iter().any(|other| {
                other.record != entry.record && store.same_row(other.record, entry.record)
            }) {
                self.repeated.push(entry.record);
            }
        }
    }

    /// Finds objects that hold two different own ids of one directory, and joins their records again with care.
    fn part_what_is_two(&mut self, store: &Store) {
        let mut broken = AHashSet::new();
        let mut owns: AHashMap<(RecordId, Directory), &str> = AHashMap::new();
        for record in 0..store.len() as RecordId {
            // Only joined records can be wrong.
            if self.next[record as usize] == record {
                continue;
            }
            let root = self.root(record);
            if let Some(own) = own_id(store, record)
                && !owns
                    .entry((root, store.directory(record)))
                    .or_insert(own)
                    .eq_ignore_ascii_case(own)
            {
                broken.insert(root);
            }
        }
        for root in broken {
            self.rejoin(store, root);
        }
    }

    fn rejoin(&mut self, store: &Store, root: RecordId) {
        let members = self.members(root);
        self.count += members.len() - 1;
        for member in &members {
            self.parent[*member as usize] = *member;
            self.next[*member as usize] = *member;
        }
        // What is read twice is one, also where its ids are left out below.
        self.join_equal_rows(store, members.clone());
        let mut ids: Vec<(IdSpace, String, &[u8], RecordId)> = Vec::new();
        for member in &members {
            ids.extend(store.row(*member).ids().map(|id| {
                (
                    id.space,
                    id.text.to_ascii_lowercase(),
                    store.row_bytes(*member),
                    *member,
                )
            }));
        }
        ids.sort_unstable();
        let mut owns: AHashMap<RecordId, Vec<(Directory, String)>> = AHashMap::new();
        for member in &members {
            owns.insert(
                *member,
                own_id(store, *member)
                    .map(|own| (store.directory(*member), own.to_ascii_lowercase()))
                    .into_iter()
                    .collect(),
            );
        }
        for group in ids.chunk_by(|one, other| (one.0, &one.1) == (other.0, &other.1)) {
            let in_cloud = group
                .iter()
                .filter(|id| store.directory(id.3) == CLOUD)
                .count();
            if group[0].0 == IdSpace::MailboxGuid && (in_cloud == 0 || in_cloud == group.len()) {
                continue;
            }
            let known = |(dn, _): &(String, Vec<RecordId>)| dn.as_str().cmp(group[0].1.as_str());
            if group[0].0 == IdSpace::Dn && self.shared_dns.binary_search_by(known).is_ok() {
                continue;
            }
            let mut roots: Vec<RecordId> = group.iter().map(|id| self.root(id.3)).collect();
            roots.sort_unstable();
            roots.dedup();
            let mut together: Vec<(Directory, String)> = roots
                .iter()
                .flat_map(|root| owns[root].iter().cloned())
                .collect();
            together.sort_unstable();
            together.dedup();
            // Which of two the others belong to, this id cannot say: it joins nothing.
            if together
                .chunk_by(|one, other| one.0 == other.0)
                .any(|directory| directory.len() > 1)
            {
                continue;
            }
            for root in &roots[1..] {
                self.union(roots[0], *root);
            }
            owns.insert(self.root(roots[0]), together);
        }
    }

    fn report_shared_mailbox_guids(&mut self, store: &Store, groups: Vec<Vec<Entry>>) {
        for group in groups {
            let mut roots: Vec<(Directory, RecordId)> = group
                .iter()
                .map(|entry| (store.directory(entry.record), self.root(entry.record)))
                .collect();
            roots.sort_unstable();
            roots.dedup();
            if roots
                .chunk_by(|one, other| one.0 == other.0)
                .any(|directory| directory.len() > 1)
            {
                let id = store.id_at(group[0].record, group[0].place);
                let mut objects: Vec<RecordId> = roots.into_iter().map(|(_, root)| root).collect();
                objects.sort_unstable();
                objects.dedup();
                self.shared_mailbox_guids
                    .push((id.text.to_owned(), objects));
            }
        }
        self.shared_mailbox_guids.sort_unstable();
    }

    fn gather_flags(&mut self, store: &Store) {
        self.flags = (0..store.len() as RecordId)
            .map(|record| store.flags(record))
            .collect();
        for record in 0..store.len() as RecordId {
            let root = self.root(record);
            self.parent[record as usize] = root;
            if root != record {
                self.flags[root as usize] |= self.flags[record as usize];
            }
        }
    }

    /// Whether the object is deleted in `directory`: every record there says so. Where there is none, nobody does: a user on
    /// premises whose account in the cloud is still to come is not deleted there.
    #[must_use]
    pub fn is_deleted(&self, root: RecordId, directory: Directory) -> bool {
        let (live, deleted) = if directory == CLOUD {
            (flags::CLOUD_LIVE, flags::CLOUD_DELETED)
        } else {
            (flags::FOREST_LIVE, flags::FOREST_DELETED)
        };
        self.flags(root) & (live | deleted) == deleted
    }
}

/// Whether records with the distinguished name `dn` are of several accounts: two of one source that do not have one id of
/// their own differ in UPN, account name or primary address. An object has one distinguished name, but letters that an export
/// lost make one of two. Where a `?` may stand for such a letter, records of all sources are held against each other.
fn is_of_several(store: &Store, dn: &str, group: &[Entry]) -> bool {
    let source = |entry: &Entry| store.row_bytes(entry.record)[0];
    if dn.contains('?') {
        return differ(store, group);
    }
    // Nearly all: one object, seen by two sources.
    if let [one, other] = group
        && source(one) != source(other)
    {
        return false;
    }
    let mut entries = group.to_vec();
    entries.sort_unstable_by_key(source);
    entries
        .chunk_by(|one, other| source(one) == source(other))
        .any(|entries| {
            let own = |entry: &Entry| own_id(store, entry.record);
            let same = |entry: &Entry| match (own(entry), own(&entries[0])) {
                (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
                _ => false,
            };
            !entries.iter().all(same) && differ(store, entries)
        })
}

/// Whether two records have different values of what an account has once.
fn differ(store: &Store, entries: &[Entry]) -> bool {
    let of_role = |record: RecordId, role: Role| {
        let held = store.row(record);
        let mut held: Vec<String> = held
            .addresses()
            .filter(|held| held.kind == AddressType::Smtp && held.roles.has(role))
            .map(|held| held.bare().to_ascii_lowercase())
            .collect();
        held.sort_unstable();
        held
    };
    let accounts = entries
        .iter()
        .filter_map(|entry| store.account(entry.record));
    if !all_equal(accounts) {
        return true;
    }
    let roles = [Role::UserPrincipalName, Role::Primary, Role::Mail];
    roles.into_iter().any(|role| {
        let values = entries.iter().map(|entry| of_role(entry.record, role));
        !all_equal(values.filter(|values| !values.is_empty()))
    })
}

fn all_equal<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let first = values.next();
    values.all(|value| first.as_ref() == Some(&value))
}

fn own_id(store: &Store, record: RecordId) -> Option<&str> {
    store.row(record).ids().find(|id| id.own).map(|id| id.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::Property as P;
    use crate::recipient::Recipient;
    use crate::record::RawRecord;

    fn join(records: &[&[(P, &str)]]) -> (Store, Objects) {
        let (mut store, mut places, mut ids) =
            (Store::default(), Places::default(), IdIndex::default());
        for fields in records {
            let mut record = RawRecord::default();
            for (property, value) in *fields {
                record.push(*property, *value);
            }
            let recipient = Recipient::read(&record);
            let id = store.add(&recipient, &mut places);
            ids.insert(id, &recipient.ids, &places);
        }
        let objects = Objects::join(&store, ids);
        (store, objects)
    }

    const A: &str = "aaaaaaaa-0000-0000-0000-000000000001";
    const B: &str = "bbbbbbbb-0000-0000-0000-000000000002";
    const G: &str = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    const G64: &str = "/xmWb4aLEdC0LQDAT8lk/w==";

    #[test]
    fn three_sources_of_one_person_are_one_object() {
        let exchange: &[(P, &str)] = &[
            (P::ExternalDirectoryObjectId, A),
            (P::EmailAddresses, "SMTP:a@x"),
        ];
        let graph: &[(P, &str)] = &[
            (P::Id, A),
            (P::UserPrincipalName, "a@x"),
            (P::ImmutableId, G64),
        ];
        let directory: &[(P, &str)] = &[
            (P::ObjectGuid, G),
            (P::DistinguishedName, "CN=a,DC=x"),
            (P::ProxyAddresses, "SMTP:a@x"),
        ];
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]] {
            let all = [exchange, graph, directory];
            let (_, objects) = join(&order.map(|at| all[at]));
            assert_eq!(objects.count, 1, "{order:?}");
            assert_eq!(objects.members(1), [0, 1, 2]);
        }
    }

    #[test]
    fn an_id_joins_only_in_its_own_space() {
        let (_, objects) = join(&[
            &[(P::ExternalDirectoryObjectId, A)],
            &[(P::Guid, A), (P::EmailAddresses, "b@x")],
            &[(P::ObjectGuid, A)],
        ]);
        assert_eq!(objects.count, 3);
    }

    #[test]
    fn two_own_ids_of_one_directory_stay_two_objects_in_any_order() {
        // Two mailboxes in the cloud, and one object on premises that carries the mailbox GUID of both.
        let one: &[(P, &str)] = &[(P::ExternalDirectoryObjectId, A), (P::MailboxGuid, G)];
        let two: &[(P, &str)] = &[(P::ExternalDirectoryObjectId, B), (P::MailboxGuid, G)];
        let third: &[(P, &str)] = &[
            (P::ObjectGuid, B),
            (P::MailboxGuid, G),
            (P::DistinguishedName, "CN=a,DC=x"),
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let all = [one, two, third];
            let (_, objects) = join(&order.map(|at| all[at]));
            assert_eq!(objects.count, 3, "{order:?}");
            assert_eq!(objects.shared_mailbox_guids.len(), 1);
        }
    }

    #[test]
    fn equal_records_without_ids_count_once_and_others_do_not() {
        let (_, objects) = join(&[
            &[(P::Mail, "a@x")],
            &[(P::Mail, "a@x")],
            &[(P::Mail, "b@x")],
        ]);
        assert_eq!((objects.count, objects.repeated.as_slice()), (2, &[1][..]));
    }

    #[test]
    fn what_lost_letters_is_no_id() {
        let spoiled = "CN=M\u{fffd}ller,DC=x";
        let (_, objects) = join(&[
            &[(P::DistinguishedName, spoiled), (P::Mail, "a@x")],
            &[(P::DistinguishedName, spoiled), (P::Mail, "b@x")],
            &[(P::OnPremisesDistinguishedName, spoiled), (P::Id, A)],
        ]);
        assert_eq!((objects.count, objects.shared_dns.len()), (3, 0));
    }

    #[test]
    fn a_name_of_several_accounts_joins_nothing_in_any_order() {
        let dn = "CN=M?ller,DC=x";
        let one: &[(P, &str)] = &[(P::DistinguishedName, dn), (P::SamAccountName, "mueller")];
        let two: &[(P, &str)] = &[(P::DistinguishedName, dn), (P::SamAccountName, "moeller")];
        let third: &[(P, &str)] = &[(P::OnPremisesDistinguishedName, dn), (P::Id, A)];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let all = [one, two, third];
            let (_, objects) = join(&order.map(|at| all[at]));
            assert_eq!(objects.count, 3, "{order:?}");
            assert_eq!(
                objects.shared_dns,
                [("cn=m?ller,dc=x".to_owned(), vec![0, 1, 2])]
            );
        }
        let (_, objects) = join(&[one, third]);
        assert_eq!((objects.count, objects.shared_dns.len()), (1, 0));
    }

    #[test]
    fn an_object_is_deleted_only_where_it_was() {
        let (_, objects) = join(&[&[(P::ObjectGuid, A), (P::DistinguishedName, "CN=a,DC=x")]]);
        assert!(!objects.is_deleted(0, CLOUD) && !objects.is_deleted(0, 1));
    }

    #[test]
    fn an_id_on_every_record_is_reported() {
        let names: Vec<String> = (0..30).map(|at| format!("n{at}")).collect();
        let records: Vec<Vec<(P, &str)>> = names
            .iter()
            .map(|name| vec![(P::ExternalDirectoryObjectId, A), (P::Name, name.as_str())])
            .collect();
        let (_, objects) = join(&records.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert_eq!(
            (objects.count, objects.unlikely.len(), objects.unlikely[0].1),
            (1, 1, 30)
        );
    }
}
