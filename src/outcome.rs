//! What came of a scan, given page by page as it is asked for, and questions about it: who holds an address, who has an id.

use ahash::AHashMap;

use crate::address::{Address, AddressType};
use crate::address_row::{self, rows_of};
use crate::conflict::classify::{Findings, SIP_AS_SMTP};
use crate::conflict::render::{self, Conflict, Renderer};
use crate::conflict::stand_in::{self, StandIns};
use crate::form::{Page, ResultForm};
use crate::identity::IdKey;
use crate::index::Index;
use crate::issue::{self, Issue};
use crate::join::Objects;
use crate::options::{ScanOptions, Want};
use crate::recipient::Roles;
use crate::store::{RecordId, Store, StoredAddress, StoredId};
use crate::summary::Summary;

/// What came out. Pages are made as they are asked for.
#[derive(Debug)]
pub struct Outcome {
    pub(crate) options: ScanOptions,
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) index: Index,
    pub(crate) findings: Findings,
    /// What stands in for primaries that leave.
    pub(crate) stand_ins: stand_in::Known,
    /// Conflicts in the order of results.
    pub(crate) order: Vec<usize>,
    pub(crate) issues: Vec<Issue>,
    /// The summary.
    pub summary: Summary,
    /// The next conflict, record or issue to be given.
    pub(crate) next: usize,
    /// A conflict of which some parts were given.
    pub(crate) current: Option<(Conflict, usize)>,
}

impl Outcome {
    /// The next page; `None` at the end.
    pub fn next_page(&mut self) -> Option<String> {
        let columns = match self.options.want {
            Want::Conflicts => render::COLUMNS,
            Want::Addresses => address_row::COLUMNS,
            Want::Issues => issue::COLUMNS,
            Want::Calculations => &[],
        };
        let mut page = Page::new(self.options.form, columns);
        match self.options.want {
            Want::Conflicts => self.fill_conflicts(&mut page),
            Want::Addresses => self.fill_addresses(&mut page),
            Want::Issues => self.fill_issues(&mut page),
            // They are no outcome of what was collected: `crate::calculation::stream` gives them.
            Want::Calculations => {}
        }
        page.finish(match self.options.want {
            Want::Conflicts => "conflicts",
            Want::Addresses => "addresses",
            Want::Issues => "issues",
            Want::Calculations => "calculations",
        })
    }

    fn fill_conflicts(&mut self, page: &mut Page) {
        while !page.is_full() {
            let (conflict, part) = match self.current.take() {
                Some(current) => current,
                None => match self.order.get(self.next) {
                    Some(at) => {
                        self.next += 1;
                        let renderer = Renderer {
                            store: &self.store,
                            objects: &self.objects,
                            findings: &self.findings,
                        };
                        (
                            renderer.render(&self.findings.conflicts[*at], self.stand_ins()),
                            0,
                        )
                    }
                    None => return,
                },
            };
            page.add(&conflict.part(part), render::Part::write);
            if part + 1 < conflict.parts() {
                self.current = Some((conflict, part + 1));
            }
        }
    }

    fn fill_addresses(&mut self, page: &mut Page) {
        let types = &self.options.address_types;
        while !page.is_full() && self.next < self.store.len() {
            let record = self.next as RecordId;
            self.next += 1;
            if self.objects.root(record) == record {
                let takes =
                    |address: &StoredAddress<'_>| types.is_empty() || types.contains(&address.kind);
                rows_of(&self.store, &self.objects, record, takes, |row| {
                    page.add(row, address_row::AddressRow::write);
                });
            }
        }
    }

    fn fill_issues(&mut self, page: &mut Page) {
        while let Some(issue) = self.issues.get(self.next).filter(|_| !page.is_full()) {
            self.next += 1;
            page.add(issue, Issue::write);
        }
    }

    /// The objects that hold the address, by their first records.
    pub(crate) fn holders_of(&mut self, kind: AddressType, bare: &str) -> Vec<RecordId> {
        let wanted = Address {
            kind,
            bare,
            primary: false,
        };
        let mut roots: Vec<RecordId> = self
            .entries_of(&wanted)
            .into_iter()
            .map(|(record, _)| self.objects.root(record))
            .collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// Calls `found` for each id among `wanted`, with its record and what `wanted` has of it. Reads all ids once.
    pub(crate) fn find_ids<T>(
        &self,
        wanted: &mut AHashMap<IdKey, T>,
        mut found: impl FnMut(RecordId, &StoredId<'_>, &mut T),
    ) {
        if wanted.is_empty() {
            return;
        }
        let mut key = IdKey::default();
        for record in 0..self.store.len() as RecordId {
            for id in self.store.row(record).ids() {
                key.set(id.space, id.text);
                if let Some(of_id) = wanted.get_mut(&key) {
                    found(record, &id, of_id);
                }
            }
        }
    }

    /// What stands in for primaries that leave.
    pub(crate) fn stand_ins(&self) -> StandIns<'_> {
        StandIns {
            store: &self.store,
            objects: &self.objects,
            findings: &self.findings,
            known: &self.stand_ins,
        }
    }

    /// The records.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Joined to objects.
    pub(crate) fn objects(&self) -> &Objects {
        &self.objects
    }

    /// How results are written.
    pub(crate) fn form(&self) -> ResultForm {
        self.options.form
    }

    /// Who holds each of `addresses`, in the order asked, then of the records.
    pub fn look_up(&mut self, addresses: &[String]) -> String {
        let mut page = Page::new(self.options.form, address_row::COLUMNS);
        for wanted in addresses {
            let wanted = Address::parse(wanted, AddressType::Smtp);
            let equals = |address: &StoredAddress<'_>| is_address(address, &wanted);
            for root in self.holders_of(wanted.kind, wanted.bare) {
                rows_of(&self.store, &self.objects, root, equals, |row| {
                    page.add(row, address_row::AddressRow::write);
                });
            }
        }
        page.finish_any("addresses")
    }

    /// Where `wanted` stands: record and place in its row.
    fn entries_of(&mut self, wanted: &Address<'_>) -> Vec<(RecordId, u32)> {
        let store = &self.store;
        let found = self.index.find(wanted.kind as u8, wanted.bare.as_bytes());
        found
            .filter(|entry| entry.place & SIP_AS_SMTP == 0)
            .filter(|entry| is_address(&store.address_at(entry.record, entry.place), wanted))
            .map(|entry| (entry.record, entry.place))
            .collect()
    }

    /// The objects that hold `wanted`, in the order read: the root of each, and a record and place of it to each role.
    pub(crate) fn holdings(&mut self, wanted: &Address<'_>) -> Vec<Holding> {
        let mut holdings: Vec<Holding> = Vec::new();
        for (record, place) in self.entries_of(wanted) {
            let root = self.objects.root(record);
            let roles = self.store.address_at(record, place).roles;
            match holdings.iter_mut().find(|known| known.root == root) {
                Some(known) => {
                    if roles.strongest() < known.roles.strongest() {
                        (known.record, known.place) = (record, place);
                    }
                    known.roles = known.roles.with(roles);
                }
                None => holdings.push(Holding {
                    root,
                    record,
                    place,
                    roles,
                }),
            }
        }
        holdings.sort_unstable_by_key(|holding| holding.root);
        holdings
    }

    /// Everything in one answer, as `find_conflicts` gives it.
    pub fn whole(&mut self) -> String {
        let mut text = String::from("{\"version\":1,\"conflicts\":[");
        let mut first = true;
        while let Some(page) = self.next_page() {
            if !first {
                text.push(',');
            }
            first = false;
            // A page is {"conflicts":[…]}: what stands between the brackets goes on here.
            text.push_str(&page["{\"conflicts\":[".len()..page.len() - "]}".len()]);
        }
        text.push_str("],\"summary\":");
        text.push_str(&self.summary_json());
        text.push('}');
        text
    }

    /// The summary as JSON.
    #[must_use]
    pub fn summary_json(&self) -> String {
        serde_json::to_string(&self.summary).unwrap_or_default()
    }
}

/// An object that holds an address, and where its strongest value stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holding {
    /// The record that stands for the object.
    pub root: RecordId,
    /// The record with the value.
    pub record: RecordId,
    /// Its place in that record's row.
    pub place: u32,
    /// In which roles, all records together.
    pub roles: Roles,
}

fn is_address(address: &StoredAddress<'_>, wanted: &Address<'_>) -> bool {
    address.kind == wanted.kind && address.bare().eq_ignore_ascii_case(wanted.bare)
}
