//! A scan: records go in, a summary and pages of results come out.
//!
//! [`Collector`] takes records and fills the store and the indexes. [`Collector::finish`] joins records to objects and
//! finds what is wanted; [`Outcome`] gives it page by page. Nothing here knows threads ([`crate::worker`]) or C ([`crate::ffi`]).

use ahash::{AHashMap, AHashSet};

use crate::address::{Address, AddressType};
use crate::address_row::rows_of;
use crate::conflict::classify::{Classifier, Findings, SIP_AS_SMTP};
use crate::conflict::render::{self, Conflict, Renderer};
use crate::conflict::{Kind, Severity};
use crate::form::{Page, ResultForm};
use crate::identity::IdKey;
use crate::index::Index;
use crate::issue::Issue;
use crate::issue::check::Checker;
use crate::join::{IdIndex, Objects};
use crate::limits::PROXYCALC_MAX_SCAN_RECORDS;
use crate::options::{ScanOptions, Want};
use crate::prediction::{Offer, Predictor};
use crate::read::Sink;
use crate::recipient::{Defect, Lists, Recipient, Roles};
use crate::record::RawRecord;
use crate::store::{Places, RecordId, Store, StoredAddress, StoredId};
use crate::summary::{Coverage, OpenPages, ProblemCode, Problems, Summary};

/// Takes records.
#[derive(Debug, Default)]
pub struct Collector {
    options: ScanOptions,
    store: Store,
    ids: IdIndex,
    index: Index,
    places: Places,
    lists: Lists,
    coverage: Coverage,
    problems: Problems,
    pages: OpenPages,
    /// Which of the ids that are to be left out were met.
    excluded_ids: Vec<bool>,
    /// Records that arrived, unreadable ones included.
    read: usize,
    addresses: usize,
    /// Records with several primary values, and where the first is.
    several_primaries: Vec<(RecordId, u32)>,
    /// Records with a value twice, and where the first is.
    repeats: Vec<(RecordId, u32)>,
    excluded: Vec<RecordId>,
    checker: Checker,
    predictor: Predictor,
}

impl Sink for Collector {
    fn record(&mut self, record: &RawRecord<'_>) {
        self.read += 1;
        if self.store.len() >= PROXYCALC_MAX_SCAN_RECORDS {
            return self.problems.add(ProblemCode::TooManyRecords, || {
                "the first one left out".to_owned()
            });
        }
        let mut recipient = Recipient::read_into(record, std::mem::take(&mut self.lists));
        let offer = self.predictor.offer(record, &recipient);
        self.note_problems(record, &recipient);
        self.coverage.add(&recipient);
        self.addresses += recipient.addresses.len();
        recipient
            .addresses
            .extend(offer.iter().filter_map(Offer::held));
        let id = self.store.add(&recipient, &mut self.places);
        // Of records without any value it is not known whether they are one.
        if !record.values.is_empty() {
            self.ids.insert(id, &recipient.ids, &self.places);
        }
        self.index_addresses(&recipient, id);
        if let Some(offer) = &offer {
            self.predictor.keep(offer, id);
        }
        if !self.options.exclude_ids.is_empty() && self.is_excluded(&recipient) {
            self.excluded.push(id);
        } else if self.options.want == Want::Issues {
            self.checker.check(record, &recipient);
        }
        self.lists = recipient.into_lists();
    }

    fn unreadable(&mut self, code: ProblemCode, detail: &str) {
        self.read += 1;
        let number = self.read;
        self.problems
            .add(code, || format!("record {number}: {detail}"));
    }

    fn page(&mut self, source: &str, context: &str, more: bool) {
        self.pages.add(source, context, more);
    }

    fn trouble(&mut self, code: ProblemCode, detail: &str) {
        self.problems.add(code, || detail.to_owned());
    }
}

/// The bytes by which keys are ordered.
fn folded(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// The names of a record that has none that is known, and what to do where they are a whole line of a table.
fn names_of(unknown: &[String]) -> String {
    let clip = |name: &String| name.chars().take(100).collect::<String>();
    let names = unknown.iter().map(clip).collect::<Vec<_>>().join(", ");
    let delimiter = [(';', "';'"), ('\t', "\"`t\"")];
    match delimiter.iter().find(|(c, _)| names.contains(*c)) {
        _ if names.is_empty() => "it has no property".to_owned(),
        Some((_, written)) => format!("{names} (read it with Import-Csv -Delimiter {written})"),
        None => names,
    }
}

impl Collector {
    /// A collector for a scan with `options`.
    #[must_use]
    pub fn new(options: ScanOptions) -> Self {
        Self {
            checker: Checker::new(&options.initial_domain, &options.verified_domains),
            predictor: Predictor::new(if options.want == Want::Conflicts {
                &options.initial_domain
            } else {
                ""
            }),
            excluded_ids: vec![false; options.exclude_ids.len()],
            options,
            ..Self::default()
        }
    }

    fn index_addresses(&mut self, recipient: &Recipient<'_>, id: RecordId) {
        let sip_too = self.options.wanted.needs_sip_as_smtp();
        let mut first_primary: Option<(&str, u32)> = None;
        for (held, place) in recipient.addresses.iter().zip(&self.places.addresses) {
            if !self.options.address_types.is_empty()
                && !self.options.address_types.contains(&held.kind)
            {
                continue;
            }
            let key = self.places.key(*place);
            self.index.insert(held.kind as u8, key, id, place.at);
            if sip_too && held.kind == AddressType::Sip {
                let as_smtp = AddressType::Smtp as u8;
                self.index.insert(as_smtp, key, id, place.at | SIP_AS_SMTP);
            }
            if held.kind == AddressType::Smtp && held.roles.has(crate::recipient::Role::Primary) {
                // Sources give values in any order: the first by the alphabet is shown.
                if first_primary.is_none_or(|(bare, _)| folded(held.bare).lt(folded(bare))) {
                    first_primary = Some((held.bare, place.at));
                }
            }
        }
        if let (true, Some((_, place))) = (recipient.primaries > 1, first_primary) {
            self.several_primaries.push((id, place));
        }
        let repeats = recipient.repeats.iter();
        let repeats = repeats.map(|repeat| Address::parse(repeat, AddressType::Smtp));
        if let Some(repeat) = repeats.min_by(|one, other| {
            folded(one.bare)
                .cmp(folded(other.bare))
                .then(one.kind.cmp(&other.kind))
        }) {
            let same = recipient.addresses.iter().position(|held| {
                held.kind == repeat.kind && held.bare.eq_ignore_ascii_case(repeat.bare)
            });
            self.repeats
                .extend(same.map(|at| (id, self.places.addresses[at].at)));
        }
    }

    fn is_excluded(&mut self, recipient: &Recipient<'_>) -> bool {
        let mut excluded = false;
        for (id, met) in self.options.exclude_ids.iter().zip(&mut self.excluded_ids) {
            let same = |text: &str| id.eq_ignore_ascii_case(text);
            if same(recipient.identity) || recipient.ids.iter().any(|id| same(&id.text)) {
                *met = true;
                excluded = true;
            }
        }
        excluded
    }

    fn note_problems(&mut self, record: &RawRecord<'_>, recipient: &Recipient<'_>) {
        let number = self.read;
        let name = || {
            if recipient.identity.is_empty() {
                format!("record {number}")
            } else {
                format!("record {number} ({})", recipient.identity)
            }
        };
        if record.present.is_empty() {
            self.problems.add(ProblemCode::PropertiesUnknown, || {
                format!("{}: {}", name(), names_of(&record.unknown))
            });
        } else if !recipient.has_address_property {
            self.problems.add(ProblemCode::EmailAddressesMissing, name);
        }
        for defect in &recipient.defects {
            match defect {
                Defect::TypeName { value } => {
                    self.problems.add(ProblemCode::TypeNameInsteadOfValues, || {
                        format!("{}: {value}", name())
                    });
                }
                Defect::ValueTooLong { bytes } => {
                    self.problems.add(ProblemCode::ValueTooLong, || {
                        format!("{}: {bytes} bytes", name())
                    });
                }
                Defect::TooManyValues { count } => {
                    self.problems.add(ProblemCode::TooManyValues, || {
                        format!("{}: {count} addresses", name())
                    });
                }
            }
        }
    }

    /// Joins, finds, and sums up.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        self.store.shrink();
        let objects = Objects::join(&self.store, std::mem::take(&mut self.ids));
        let mut findings = self.find(&objects);
        self.note_joins(&objects, &findings);
        self.coverage.check(&mut self.problems, self.read);
        self.pages.check(&mut self.problems);
        self.note_excluded();
        let order = render::order(&self.store, &objects, &mut findings);
        let missing = self.coverage.missing();
        let summary = Summary {
            recipients_read: self.read,
            objects: objects.count,
            addresses_read: self.addresses,
            conflicts: order.len(),
            issues: self.checker.issues.len(),
            errors: findings
                .conflicts
                .iter()
                .filter(|found| found.severity == Severity::Error)
                .count(),
            sources: self.coverage.sources(),
            plan_steps: Vec::new(),
            not_covered: missing.iter().map(|area| area.code).collect(),
            coverage: missing,
            problems: self.problems.list(),
        };
        Outcome {
            options: self.options,
            store: self.store,
            objects,
            index: self.index,
            findings,
            order,
            issues: self.checker.issues,
            summary,
            next: 0,
            current: None,
        }
    }

    fn note_excluded(&mut self) {
        let ids = self.options.exclude_ids.iter().zip(&self.excluded_ids);
        for (id, _) in ids.filter(|(id, met)| !**met && !id.is_empty()) {
            self.problems
                .add(ProblemCode::ExcludeIdNotFound, || id.clone());
        }
    }

    fn find(&self, objects: &Objects) -> Findings {
        if self.options.want != Want::Conflicts {
            return Findings::default();
        }
        let trees = self.store.trees();
        let excluded: AHashSet<RecordId> = self
            .excluded
            .iter()
            .map(|record| objects.root(*record))
            .collect();
        let predicted = self.predictor.predicted(objects, &self.store);
        let mut classifier = Classifier {
            store: &self.store,
            objects,
            trees: &trees,
            excluded: &excluded,
            predicted: &predicted,
            wanted: &self.options.wanted,
            findings: Findings::default(),
        };
        classifier.run(&self.index);
        for (kind, severity, single) in [
            (
                Kind::MultiplePrimary,
                Severity::Warning,
                &self.several_primaries,
            ),
            (Kind::SelfDuplicate, Severity::Information, &self.repeats),
        ] {
            // One object counts once, however many of its records say so, and whichever comes first.
            let key = |&(record, place): &(RecordId, u32)| {
                let address = self.store.address_at(record, place);
                (address.bare().to_ascii_lowercase(), address.kind)
            };
            let mut single = single.clone();
            single.sort_by_cached_key(|at| {
                (
                    objects.root(at.0),
                    key(at),
                    self.store.row_bytes(at.0),
                    at.1,
                )
            });
            single.dedup_by_key(|at| objects.root(at.0));
            for (record, place) in single {
                classifier.add_single(kind, severity, record, place);
            }
        }
        classifier.findings
    }

    fn note_joins(&mut self, objects: &Objects, findings: &Findings) {
        let store = &self.store;
        let name =
            |record: &RecordId| format!("record {} ({})", record + 1, store.row(*record).identity);
        let mut add = |code, records: &mut dyn Iterator<Item = String>| {
            for record in records {
                self.problems.add(code, || record);
            }
        };
        let sorted = |records: &[RecordId]| {
            let mut records = records.to_vec();
            records.sort_unstable();
            records
        };
        add(
            ProblemCode::RepeatedRecords,
            &mut objects.repeated.iter().map(name),
        );
        add(
            ProblemCode::RecordsNotJoined,
            &mut sorted(&findings.records_not_joined).iter().map(name),
        );
        add(
            ProblemCode::DirectoriesNotJoined,
            &mut sorted(&findings.directories_not_joined).iter().map(name),
        );
        let guids = objects.shared_mailbox_guids.iter().map(|(guid, roots)| {
            format!(
                "{guid}: {}",
                roots.iter().map(name).collect::<Vec<_>>().join(", ")
            )
        });
        add(ProblemCode::ExchangeGuidInUse, &mut { guids });
        let unlikely = objects
            .unlikely
            .iter()
            .map(|(id, count, first)| format!("{id} on {count} records, first {}", name(first)));
        add(ProblemCode::IdJoinsManyRecords, &mut { unlikely });
    }
}

/// What came out. Pages are made as they are asked for.
#[derive(Debug)]
pub struct Outcome {
    options: ScanOptions,
    store: Store,
    objects: Objects,
    index: Index,
    findings: Findings,
    /// Conflicts in the order of results.
    order: Vec<usize>,
    issues: Vec<Issue>,
    /// The summary.
    pub summary: Summary,
    /// The next conflict, record or issue to be given.
    next: usize,
    /// A conflict of which some parts were given.
    current: Option<(Conflict, usize)>,
}

impl Outcome {
    /// The next page; `None` at the end.
    pub fn next_page(&mut self) -> Option<String> {
        let mut page = Page::new(self.options.form);
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
                        (renderer.render(&self.findings.conflicts[*at]), 0)
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
                    page.add(row, super::address_row::AddressRow::write);
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
        let mut page = Page::new(self.options.form);
        for wanted in addresses {
            let wanted = Address::parse(wanted, AddressType::Smtp);
            let equals = |address: &StoredAddress<'_>| is_address(address, &wanted);
            for root in self.holders_of(wanted.kind, wanted.bare) {
                rows_of(&self.store, &self.objects, root, equals, |row| {
                    page.add(row, super::address_row::AddressRow::write);
                });
            }
        }
        page.finish("addresses")
            .unwrap_or_else(|| match self.options.form {
                ResultForm::Json => "{\"addresses\":[]}".to_owned(),
                ResultForm::Separated => String::new(),
            })
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
