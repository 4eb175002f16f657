//! A scan: records go in, a summary and pages of results come out.
//!
//! [`Collector`] takes records and fills the store and the indexes. [`Collector::finish`] joins records to objects and
//! finds what is wanted; the [`Outcome`] gives it page by page. Nothing here knows threads ([`crate::worker`]) or C ([`crate::ffi`]).

use ahash::AHashSet;

use crate::address::{Address, AddressType};
use crate::conflict::classify::{Classifier, Findings, SIP_AS_SMTP};
use crate::conflict::render;
use crate::conflict::stand_in;
use crate::conflict::{Kind, Severity};
use crate::coverage::Coverage;
use crate::defect::record_name;
use crate::fetched::{self, Fetched};
use crate::index::Index;
use crate::issue::Issue;
use crate::issue::check::Checker;
use crate::join::{IdIndex, Objects};
use crate::limits::PROXYCALC_MAX_SCAN_RECORDS;
use crate::options::{ScanOptions, Want};
use crate::outcome::Outcome;
use crate::prediction::{Offer, Predictor};
use crate::problem::{OpenPages, ProblemCode, Problems, UnreadColumns};
use crate::read::Sink;
use crate::recipient::{Lists, Recipient};
use crate::record::RawRecord;
use crate::store::{Places, RecordId, Store};
use crate::summary::Summary;

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
    fetched: Fetched,
    problems: Problems,
    pages: OpenPages,
    not_read: UnreadColumns,
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
    fn source(&mut self) {
        self.fetched.begin(self.store.len() as RecordId);
    }

    fn record(&mut self, record: &RawRecord<'_>) {
        if record.is_header() {
            return;
        }
        self.read += 1;
        if self.store.len() >= PROXYCALC_MAX_SCAN_RECORDS {
            return self.problems.add(ProblemCode::TooManyRecords, || {
                "the first one left out".to_owned()
            });
        }
        let mut recipient =
            Recipient::read_into(record, std::mem::take(&mut self.lists), self.options.source);
        let offer = self.predictor.offer(record, &recipient);
        self.coverage.add(&recipient);
        self.fetched.add(record, &recipient);
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
        let checked = if !self.options.exclude_ids.is_empty() && self.is_excluded(&recipient) {
            self.excluded.push(id);
            &[]
        } else if self.options.want == Want::Issues {
            self.checker.check(record, &recipient)
        } else {
            &[]
        };
        note_problems(&mut self.problems, self.read, record, &recipient, checked);
        for (column, value) in &record.not_read {
            self.not_read.add(&mut self.problems, column, value, || {
                record_name(self.read, recipient.identity)
            });
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

/// What is wrong with a record, beside what the checker made issues of.
fn note_problems(
    problems: &mut Problems,
    number: usize,
    record: &RawRecord<'_>,
    recipient: &Recipient<'_>,
    issues: &[Issue],
) {
    let name = || record_name(number, recipient.identity);
    if record.present.is_empty() {
        let has = |known: &str| record.unknown.iter().any(|name| name == known);
        let code = if has(FORMATTED) {
            ProblemCode::FormattedOutput
        } else if has("responses") {
            ProblemCode::GraphBatch
        } else {
            ProblemCode::PropertiesUnknown
        };
        problems.add(code, || {
            format!("{}: {}", name(), names_of(&record.unknown))
        });
    } else if !recipient.has_address_property {
        problems.add(ProblemCode::EmailAddressesMissing, name);
    }
    if recipient.source_assumed && !record.values.is_empty() {
        let source = recipient.source.assumed_as();
        problems.add(ProblemCode::SourceAssumed, || {
            format!("{}: {source}", name())
        });
    }
    for defect in record.defects.iter().chain(&recipient.defects) {
        let told = defect.code == ProblemCode::ValueNotAnAddress
            && issues.iter().any(|issue| issue.value == defect.value);
        if !told {
            defect.report(problems, name);
        }
    }
}

/// The first property of the objects that Format-List and Format-Table make: the same in every version of PowerShell.
const FORMATTED: &str = "ClassId2e4f51ef21dd47e99d3c952918aff9cd";

impl Collector {
    /// A collector for a scan with `options`.
    #[must_use]
    pub fn new(options: ScanOptions) -> Self {
        Self {
            checker: Checker::new(options.initial_domain.as_ref(), &options.verified_domains),
            predictor: Predictor::new(
                (options.want == Want::Conflicts)
                    .then(|| options.initial_domain.clone())
                    .flatten(),
            ),
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

    /// Joins, finds, and sums up.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        self.store.shrink();
        self.fetched.settle(&mut self.store);
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
            stand_ins: stand_in::Known::new(
                self.options.initial_domain.as_ref(),
                &self.options.verified_domains,
            ),
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
        let mut pairs = findings.directories_not_joined.clone();
        pairs.sort_unstable();
        let mut pairs = pairs.iter().map(|(cloud, forest)| {
            let pair = format!("{} and {}", name(cloud), name(forest));
            if fetched::is_open(objects.flags(objects.root(*cloud))) {
                format!("{pair}: {}", fetched::OPEN)
            } else {
                pair
            }
        });
        add(ProblemCode::DirectoriesNotJoined, &mut pairs);
        let dns = objects.shared_dns.iter().map(|(dn, records)| {
            let names: Vec<String> = records.iter().take(5).map(name).collect();
            format!("{dn}: {}", names.join(", "))
        });
        add(ProblemCode::DistinguishedNameNotUnique, &mut { dns });
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
