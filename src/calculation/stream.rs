//! Proxy calculation of a stream: objects of the cloud or earlier states first, then what on premises says, and results as
//! soon as they are made.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;
use serde::Serialize;
use uuid::Uuid;

use super::read::{Who, has_plans, licensed};
use super::{
    COLUMNS, Entry, ObjectError, OnPremises, Previous, Subject, Taken, Tenant, calculate,
    write_reasons,
};
use crate::defect::record_name;
use crate::form::{Page, ResultForm};
use crate::limits::PAGE_BYTES;
use crate::options::CalculationOptions;
use crate::problem::{OpenPages, Problem, ProblemCode, Problems, UnreadColumns};
use crate::property::{NameCache, Property as P};
use crate::read::{Set, Sink};
use crate::record::RawRecord;
use crate::status::Error;

/// Pages that wait to be fetched: filled by the worker, emptied by the caller.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    form: ResultForm,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    pages: VecDeque<String>,
    bytes: usize,
}

impl Pages {
    /// More bytes than these do not wait: no more input is taken until somebody takes results. What is queued already comes
    /// on top of it.
    const MOST: usize = 16 * PAGE_BYTES;

    /// For pages of this form.
    #[must_use]
    pub fn new(form: ResultForm) -> Self {
        Self {
            form,
            waiting: Arc::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, page: String) {
        let mut waiting = self.waiting();
        waiting.bytes += page.len();
        waiting.pages.push_back(page);
    }

    /// The oldest one.
    #[must_use]
    pub fn take(&self) -> Option<String> {
        let mut waiting = self.waiting();
        let page = waiting.pages.pop_front()?;
        waiting.bytes -= page.len();
        Some(page)
    }

    /// Whether so many wait that no more input is taken.
    #[must_use]
    pub fn are_many(&self) -> bool {
        self.waiting().bytes > Self::MOST
    }

    /// A page without results: none wait yet.
    #[must_use]
    pub fn empty(&self) -> String {
        Page::new(self.form, COLUMNS).finish_any(CALCULATIONS)
    }
}

/// The last states, each until its object comes.
#[derive(Debug, Default)]
struct Known {
    states: Vec<Option<Box<(Previous, u32)>>>,
    by_anchor: AHashMap<Uuid, u32>,
    by_upn: AHashMap<Box<str>, u32>,
}

impl Known {
    fn add(&mut self, who: &Who, previous: Previous, taken: &mut Taken) {
        let shadow = previous
            .on_premises
            .as_ref()
            .and_then(|shadow| shadow.user_principal_name.as_deref());
        let upns = [shadow, previous.cloud.user_principal_name.as_deref()];
        let upns: Vec<Box<str>> = upns
            .into_iter()
            .flatten()
            .filter(|upn| crate::identity::is_whole_upn(upn))
            .map(|upn| upn.to_ascii_lowercase().into())
            .collect();
        let again = match who.anchors.as_slice() {
            [] => upns.iter().any(|upn| self.by_upn.contains_key(upn)),
            anchors => anchors
                .iter()
                .any(|anchor| self.by_anchor.contains_key(anchor)),
        };
        // The same object twice would hold its addresses against itself.
        if again {
            return;
        }
        let number = self.states.len() as u32;
        let holder = taken.hold(&who.identity, &previous.cloud);
        for anchor in &who.anchors {
            self.by_anchor.insert(*anchor, number);
        }
        for upn in upns {
            self.by_upn.entry(upn).or_insert(number);
        }
        self.states.push(Some(Box::new((previous, holder))));
    }

    /// The state of an object, by its immutable id, else by its UPN; or the `only` one. Each is given once.
    fn take(&mut self, who: &Who, upn: Option<&str>, only: bool) -> Option<(Previous, u32)> {
        if only {
            return self.states.first_mut()?.take().map(|state| *state);
        }
        let by_anchor = who
            .anchors
            .iter()
            .find_map(|anchor| self.by_anchor.get(anchor));
        let number = match by_anchor {
            Some(number) => *number,
            None => *self.by_upn.get(upn?.to_ascii_lowercase().as_str())?,
        };
        self.states[number as usize].take().map(|state| *state)
    }
}

/// What `proxycalc_scan_finish` answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Objects of the on-premises side, unreadable ones included.
    recipients_read: usize,
    /// Those that were calculated.
    calculated: usize,
    /// Those that could not be.
    errors: usize,
    /// Previous states that arrived.
    previous_read: usize,
    /// Objects that found theirs.
    previous_joined: usize,
    /// What was wrong with the data.
    problems: Vec<Problem>,
}

/// Calculates objects as they come.
#[derive(Debug)]
pub struct Calculator {
    tenant: Tenant,
    taken: Taken,
    /// Said for all objects.
    licensed: Option<bool>,
    previous_of_first: bool,
    form: ResultForm,
    set: Set,
    known: Known,
    page: Page,
    pages: Pages,
    problems: Problems,
    open_pages: OpenPages,
    not_read: UnreadColumns,
    read: usize,
    calculated: usize,
    previous_read: usize,
    previous_joined: usize,
}

impl Calculator {
    /// A calculator for a scan; its pages go to `pages`.
    ///
    /// # Errors
    /// What is wrong with the tenant.
    pub fn new(
        options: &CalculationOptions,
        form: ResultForm,
        pages: Pages,
    ) -> Result<Self, Error> {
        let (tenant, taken) = options.tenant.understand("tenant")?;
        let mut page = Page::new(form, COLUMNS);
        // A reader of rows needs the table of reasons before the first of them.
        if let Page::Separated(rows) = &mut page {
            write_reasons(rows);
        }
        Ok(Self {
            tenant,
            taken,
            licensed: options.licensed,
            previous_of_first: options.previous_of_first,
            form,
            set: Set::default(),
            known: Known::default(),
            page,
            pages,
            problems: Problems::default(),
            open_pages: OpenPages::default(),
            not_read: UnreadColumns::default(),
            read: 0,
            calculated: 0,
            previous_read: 0,
            previous_joined: 0,
        })
    }

    fn subject(&mut self, record: &RawRecord<'_>, who: &Who) -> Result<Subject, ObjectError> {
        let on_premises = OnPremises::read(record)?;
        let known = self.known.take(
            who,
            on_premises.user_principal_name.as_deref(),
            self.previous_of_first && self.read == 1,
        );
        self.previous_joined += usize::from(known.is_some());
        let (previous, holder) = known.unzip();
        let before = previous.as_ref().and_then(|before| before.licensed);
        let plans = has_plans(record) || previous.as_ref().is_some_and(|before| before.has_plans);
        let said = licensed(record)?;
        let licensed_now = self.licensed.or(said).or(before);
        Ok(Subject {
            id: who.identity.clone(),
            identity: who.identity.clone(),
            licensed: licensed_now.unwrap_or(false),
            licence_unknown: licensed_now.is_none() && !plans,
            on_premises,
            previous,
            holder,
        })
    }

    fn add_previous(&mut self, record: &RawRecord<'_>) {
        let who = Who::read(record);
        self.previous_read += 1;
        match Previous::read(record) {
            Ok(previous) => self.known.add(&who, previous, &mut self.taken),
            Err(error) => {
                let number = self.previous_read;
                self.problems.add(ProblemCode::TypeNameInsteadOfValues, || {
                    format!("previous object {number} ({}): {error}", who.identity)
                });
            }
        }
    }

    fn give(&mut self, who: Who, outcome: Result<super::Calculation, ObjectError>) {
        self.calculated += usize::from(outcome.is_ok());
        let entry = Entry {
            id: who.identity.clone(),
            identity: who.identity,
            anchor: who.anchors.first().copied(),
            record: self.read as u64,
            path: String::new(),
            outcome,
            tenant: &self.tenant,
        };
        self.page.add(&entry, Entry::write);
        if self.page.is_full() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let page = std::mem::replace(&mut self.page, Page::new(self.form, COLUMNS));
        if let Some(page) = page.finish(CALCULATIONS) {
            self.pages.put(page);
        }
    }

    /// Ends the input; gives the summary.
    #[must_use]
    pub fn finish(mut self) -> Summary {
        self.flush();
        if self.read == 0 {
            self.problems.add_no_records();
        }
        self.open_pages.check(&mut self.problems);
        if self.previous_read > 0 && self.previous_joined == 0 && self.read > 0 {
            let read = self.previous_read;
            self.problems
                .add_many(ProblemCode::PreviousNotJoined, read, || {
                    format!("{read} previous objects")
                });
        }
        Summary {
            recipients_read: self.read,
            calculated: self.calculated,
            errors: self.read - self.calculated,
            previous_read: self.previous_read,
            previous_joined: self.previous_joined,
            problems: self.problems.list(),
        }
    }
}

/// The member of a page that holds the results.
const CALCULATIONS: &str = "calculations";

/// What `Get-ADUser` gives only when asked for.
const WANTED: &[P] = &[P::ProxyAddresses, P::Mail, P::MailNickname];

impl Sink for Calculator {
    fn names(&self) -> NameCache {
        NameCache::for_calculation()
    }

    fn begin(&mut self, set: Set) {
        self.set = set;
    }

    fn end_of_piece(&mut self) {
        self.flush();
    }

    fn record(&mut self, record: &RawRecord<'_>) {
        if self.set == Set::Previous {
            return self.add_previous(record);
        }
        if record.is_header() {
            return;
        }
        self.read += 1;
        let who = Who::read(record);
        let present = record.present;
        let name = || record_name(self.read, &who.identity);
        for defect in &record.defects {
            defect.report(&mut self.problems, name);
        }
        for (column, value) in &record.not_read {
            self.not_read.add(&mut self.problems, column, value, name);
        }
        if present.has_any(&[P::ObjectGuid, P::SamAccountName])
            && WANTED.iter().any(|wanted| !present.has(*wanted))
        {
            self.problems.add(ProblemCode::PropertiesMissing, name);
        }
        let outcome = self
            .subject(record, &who)
            .and_then(|subject| calculate(subject, &self.tenant, &mut self.taken));
        self.give(who, outcome);
    }

    fn unreadable(&mut self, code: ProblemCode, detail: &str) {
        if self.set == Set::Previous {
            self.previous_read += 1;
            let number = self.previous_read;
            return self
                .problems
                .add(code, || format!("previous object {number}: {detail}"));
        }
        self.read += 1;
        let message = format!("{} {detail}", code.message());
        let path = String::new();
        self.give(
            Who::default(),
            Err(ObjectError::InvalidRecord { message, path }),
        );
    }

    fn page(&mut self, source: &str, context: &str, more: bool) {
        self.open_pages.add(source, context, more);
    }

    fn trouble(&mut self, code: ProblemCode, detail: &str) {
        self.problems.add(code, || detail.to_owned());
    }
}
