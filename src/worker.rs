//! The scan as the C ABI sees it: pushes are checked and queued, a thread of its own does the rest.
//!
//! The queue is short, so a caller that is faster than the scan waits instead of filling memory. A file is read by the
//! same thread, straight from the queue.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use crate::calculation::stream::{Calculator, Pages};
use crate::guard;
use crate::options::{ScanOptions, Want, utf8};
use crate::outcome::Outcome;
use crate::read::json::read_lines;
use crate::read::source::{self, SourceFile};
use crate::read::{Set, Sink};
use crate::scan::Collector;
use crate::status::Error;

/// Pieces that wait for the worker at most.
const QUEUE: usize = 4;

/// One piece of work.
enum Work {
    Lines(String),
    Source(SourceFile),
    Bytes(Vec<u8>),
    EndOfSource,
    #[cfg(test)]
    Panic,
}

/// A scan in one of its states.
#[derive(Debug)]
pub struct Scan {
    state: State,
    canceller: Canceller,
}

/// Cancels a scan, from any thread.
#[derive(Debug, Clone, Default)]
pub struct Canceller(Arc<AtomicBool>);

impl Canceller {
    /// The worker stops at its next piece; a call that waits for it, and every later one, gives [`Error::Cancelled`].
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn check(&self) -> Result<(), Error> {
        if self.is_cancelled() {
            return Err(Error::Cancelled);
        }
        Ok(())
    }
}

#[derive(Debug)]
enum State {
    Reading {
        queue: SyncSender<Work>,
        worker: JoinHandle<Result<Engine, Error>>,
        in_source: bool,
        /// Of a scan for calculations, which gives results while it reads.
        pages: Option<Pages>,
        /// What on premises says has begun to come.
        on_premises: bool,
    },
    Done(Box<Outcome>),
    /// A scan for calculations: results that were not fetched yet.
    Calculated(Pages),
    /// A panic ended it: every further call gives the same error.
    Poisoned(Error),
}

impl std::fmt::Debug for Work {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Work")
    }
}

/// What the records go to.
#[derive(Debug)]
enum Engine {
    Conflicts(Box<Collector>),
    Calculations(Box<Calculator>),
}

impl Engine {
    fn collect(&mut self, work: &Receiver<Work>, cancelled: &Canceller) {
        match self {
            Self::Conflicts(collector) => collect(work, cancelled, &mut **collector),
            Self::Calculations(calculator) => collect(work, cancelled, &mut **calculator),
        }
    }
}

impl Scan {
    /// Starts the worker.
    pub fn begin(options: ScanOptions) -> Result<Self, Error> {
        let mut pages = None;
        let mut engine = if options.want == Want::Calculations {
            let given = pages.insert(Pages::new(options.form));
            let calculator = Calculator::new(&options.calculation, options.form, given.clone())?;
            Engine::Calculations(Box::new(calculator))
        } else {
            Engine::Conflicts(Box::new(Collector::new(options)))
        };
        let (queue, work) = sync_channel(QUEUE);
        let canceller = Canceller::default();
        let watched = canceller.clone();
        let worker = Builder::new()
            .name("proxycalc-scan".to_owned())
            .spawn(move || {
                guard::catch(|| {
                    engine.collect(&work, &watched);
                    Ok(engine)
                })
            })
            .map_err(|error| Error::InternalPanic {
                message: format!("no thread for the scan: {error}"),
                place: String::new(),
            })?;
        Ok(Self {
            state: State::Reading {
                queue,
                worker,
                in_source: false,
                pages,
                on_premises: false,
            },
            canceller,
        })
    }

    /// What cancels it.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// Checks that results that wait are not too many already.
    fn check_waiting(&self) -> Result<(), Error> {
        match &self.state {
            State::Reading {
                pages: Some(pages), ..
            } if pages.are_many() => Err(Error::ResultsWaiting),
            _ => Ok(()),
        }
    }

    /// Checks that `set` can come now.
    fn check_set(&self, set: Set) -> Result<(), Error> {
        match (&self.state, set) {
            (State::Reading { pages: None, .. }, Set::Previous) => Err(Error::ScanMisuse(
                "only a scan for calculations takes previous objects",
            )),
            (
                State::Reading {
                    on_premises: true, ..
                },
                Set::Previous,
            ) => Err(Error::ScanMisuse("previous objects come before all others")),
            _ => Ok(()),
        }
    }

    /// Notes that objects of `set` came.
    fn note_set(&mut self, set: Set) {
        if let State::Reading { on_premises, .. } = &mut self.state {
            *on_premises |= set == Set::OnPremises;
        }
    }

    /// Takes whole records: JSON lines.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.reading()? {
            return Err(Error::ScanMisuse(
                "a source is open: end it before pushing records",
            ));
        }
        let lines = utf8(bytes)?;
        self.check_waiting()?;
        self.send(Work::Lines(lines.to_owned()))?;
        self.note_set(Set::default());
        Ok(())
    }

    /// Opens a file.
    pub fn source_begin(&mut self, file: SourceFile) -> Result<(), Error> {
        if self.reading()? {
            return Err(Error::ScanMisuse("a source is open already"));
        }
        let set = file.set;
        self.check_set(set)?;
        self.send(Work::Source(file))?;
        self.note_set(set);
        self.set_in_source(true);
        Ok(())
    }

    /// Takes any piece of the open file.
    pub fn source_push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if !self.reading()? {
            return Err(Error::ScanMisuse("no source is open"));
        }
        self.check_waiting()?;
        self.send(Work::Bytes(bytes.to_vec()))
    }

    /// Ends the open file.
    pub fn source_end(&mut self) -> Result<(), Error> {
        if !self.reading()? {
            return Err(Error::ScanMisuse("no source is open"));
        }
        self.send(Work::EndOfSource)?;
        self.set_in_source(false);
        Ok(())
    }

    /// Waits for the worker, finds what is wanted, and gives the summary.
    pub fn finish(&mut self) -> Result<String, Error> {
        if self.reading()? {
            return Err(Error::ScanMisuse(
                "a source is open: end it before finishing",
            ));
        }
        let poisoned = State::Poisoned(Error::InternalPanic {
            message: "the scan did not finish".to_owned(),
            place: String::new(),
        });
        if let State::Reading {
            queue,
            worker,
            pages,
            ..
        } = std::mem::replace(&mut self.state, poisoned)
        {
            drop(queue);
            let ended = join(worker);
            self.canceller.check()?;
            match ended {
                Ok(Engine::Conflicts(collector)) => {
                    self.state = State::Done(Box::new(collector.finish()));
                }
                Ok(Engine::Calculations(calculator)) => {
                    self.state = State::Calculated(pages.unwrap_or_default());
                    let summary = calculator.finish();
                    return Ok(serde_json::to_string(&summary).unwrap_or_default());
                }
                Err(error) => {
                    self.state = State::Poisoned(error.clone());
                    return Err(error);
                }
            }
        }
        self.outcome().map(|outcome| outcome.summary_json())
    }

    /// The next page of results; `None` at the end. Of calculations also those made so far: where none wait and more may
    /// come, an empty page.
    pub fn next_page(&mut self) -> Result<Option<String>, Error> {
        self.canceller.check()?;
        match &self.state {
            State::Reading {
                pages: Some(pages), ..
            } => Ok(Some(pages.take().unwrap_or_else(|| pages.empty()))),
            State::Calculated(pages) => Ok(pages.take()),
            _ => self.outcome().map(Outcome::next_page),
        }
    }

    /// What the finished scan found.
    pub fn outcome(&mut self) -> Result<&mut Outcome, Error> {
        self.canceller.check()?;
        match &mut self.state {
            State::Done(outcome) => Ok(outcome),
            State::Reading { .. } => Err(Error::ScanMisuse("the scan is not finished")),
            State::Calculated(_) => Err(Error::ScanMisuse(
                "a scan for calculations answers no query",
            )),
            State::Poisoned(error) => Err(error.clone()),
        }
    }

    /// Whether a source is open, of a scan that still reads.
    fn reading(&self) -> Result<bool, Error> {
        self.canceller.check()?;
        match &self.state {
            State::Reading { in_source, .. } => Ok(*in_source),
            State::Done(_) | State::Calculated(_) => {
                Err(Error::ScanMisuse("the scan is finished: it takes no more"))
            }
            State::Poisoned(error) => Err(error.clone()),
        }
    }

    fn set_in_source(&mut self, open: bool) {
        if let State::Reading { in_source, .. } = &mut self.state {
            *in_source = open;
        }
    }

    fn send(&mut self, work: Work) -> Result<(), Error> {
        let State::Reading { queue, .. } = &self.state else {
            return Ok(());
        };
        if queue.send(work).is_ok() {
            return Ok(());
        }
        self.canceller.check()?;
        // The worker is gone: only a panic ends it before the queue does.
        let poisoned = State::Poisoned(Error::InternalPanic {
            message: "the scan's thread ended".to_owned(),
            place: String::new(),
        });
        let State::Reading { worker, .. } = std::mem::replace(&mut self.state, poisoned) else {
            return Ok(());
        };
        if let Err(error) = join(worker) {
            self.state = State::Poisoned(error);
        }
        self.reading().map(|_| ())
    }
}

impl Drop for Scan {
    /// Cancels: what is queued is not read any more.
    fn drop(&mut self) {
        let gone = State::Poisoned(Error::ScanMisuse("the scan was freed"));
        if let State::Reading { queue, worker, .. } = std::mem::replace(&mut self.state, gone) {
            self.canceller.cancel();
            drop(queue);
            let _ = join(worker);
        }
    }
}

fn join(worker: JoinHandle<Result<Engine, Error>>) -> Result<Engine, Error> {
    let lost = |_| {
        Err(Error::InternalPanic {
            message: "the scan's thread was lost".to_owned(),
            place: String::new(),
        })
    };
    worker.join().unwrap_or_else(lost)
}

fn collect(work: &Receiver<Work>, cancelled: &Canceller, sink: &mut impl Sink) {
    let mut names = sink.names();
    while let Ok(piece) = work.recv() {
        if cancelled.is_cancelled() {
            break;
        }
        match piece {
            Work::Lines(text) => {
                sink.begin(Set::default());
                read_lines(&text, &mut names, sink);
            }
            Work::Source(file) => {
                sink.begin(file.set);
                let mut bytes = QueuedBytes {
                    work,
                    cancelled,
                    piece: Vec::new(),
                    taken: 0,
                    ended: false,
                };
                source::read(&file, &mut bytes, sink);
                // A reader that gave up early leaves the rest of the file in the queue.
                let _ = io::copy(&mut bytes, &mut io::sink());
            }
            Work::Bytes(_) | Work::EndOfSource => {}
            #[cfg(test)]
            Work::Panic => panic!("asked to"),
        }
        sink.end_of_piece();
    }
}

/// The open file: its bytes as they come through the queue.
struct QueuedBytes<'w> {
    work: &'w Receiver<Work>,
    cancelled: &'w Canceller,
    piece: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl Read for QueuedBytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.piece.len() && !self.ended {
            match self.work.recv() {
                Ok(Work::Bytes(piece)) if !self.cancelled.is_cancelled() => {
                    self.piece = piece;
                    self.taken = 0;
                }
                _ => self.ended = true,
            }
        }
        let rest = &self.piece[self.taken..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_worker_poisons_the_scan() {
        let mut scan = Scan::begin(ScanOptions::default()).unwrap();
        scan.send(Work::Panic).unwrap();
        let error = scan.finish().unwrap_err();
        assert!(
            matches!(&error, Error::InternalPanic { message, place } if message == "asked to" && place.contains("worker.rs")),
            "{error:?}"
        );
        assert_eq!(scan.push(b"{}").unwrap_err(), error);
        assert_eq!(scan.next_page().unwrap_err(), error);
    }

    #[test]
    fn a_full_queue_of_a_dead_worker_does_not_block() {
        let mut scan = Scan::begin(ScanOptions::default()).unwrap();
        scan.send(Work::Panic).unwrap();
        let error = (0..100).find_map(|_| scan.push(b"{}").err());
        assert!(matches!(error, Some(Error::InternalPanic { .. })));
    }

    #[test]
    fn out_of_turn_is_misuse() {
        let mut scan = Scan::begin(ScanOptions::default()).unwrap();
        assert!(matches!(scan.next_page(), Err(Error::ScanMisuse(_))));
        assert!(matches!(scan.source_push(b""), Err(Error::ScanMisuse(_))));
        scan.source_begin(SourceFile {
            name: "x".into(),
            format: source::Format::Auto,
            set: Set::default(),
        })
        .unwrap();
        assert!(matches!(scan.push(b"{}"), Err(Error::ScanMisuse(_))));
        assert!(matches!(scan.finish(), Err(Error::ScanMisuse(_))));
        scan.source_end().unwrap();
        scan.finish().unwrap();
        assert!(matches!(scan.push(b"{}"), Err(Error::ScanMisuse(_))));
        assert_eq!(scan.next_page().unwrap(), None);
    }

    #[test]
    fn a_push_that_waits_is_woken_by_a_cancel() {
        let mut scan = Scan::begin(ScanOptions::default()).unwrap();
        let canceller = scan.canceller();
        let line =
            b"{\"Identity\":\"a\",\"EmailAddresses\":[\"SMTP:a@contoso.com\"]}\n".repeat(2000);
        let pushing = std::thread::spawn(move || {
            let error = std::iter::repeat_with(|| scan.push(&line)).find_map(Result::err);
            (
                error,
                scan.finish().unwrap_err(),
                scan.next_page().unwrap_err(),
            )
        });
        canceller.cancel();
        canceller.cancel();
        let (push, finish, next) = pushing.join().unwrap();
        assert_eq!(
            [push.unwrap(), finish, next],
            [Error::Cancelled, Error::Cancelled, Error::Cancelled]
        );
    }

    #[test]
    fn freeing_in_the_middle_of_a_source_ends_the_worker() {
        let mut scan = Scan::begin(ScanOptions::default()).unwrap();
        scan.source_begin(SourceFile {
            name: "x".into(),
            format: source::Format::Auto,
            set: Set::default(),
        })
        .unwrap();
        scan.source_push(b"[{\"Name\":").unwrap();
        drop(scan);
    }
}
