//! Readers: from bytes of any form to [`RawRecord`]s, one after another.

mod clixml;
mod csv;
pub mod document;
mod encoding;
pub mod json;
mod ldif;
mod shape;
pub mod source;

use serde::Deserialize;

use crate::problem::ProblemCode;
use crate::property::NameCache;
use crate::record::RawRecord;

/// Which objects a piece holds, for a scan that tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Set {
    /// What is to be calculated.
    #[default]
    OnPremises,
    /// How things were before: objects of the cloud, or states of earlier results.
    Previous,
}

/// Takes what a reader reads.
pub trait Sink {
    /// What follows is of `set`.
    fn begin(&mut self, _set: Set) {}

    /// What follows is another file, or what is pushed after one.
    fn source(&mut self) {}

    /// What was read so far came in one piece, and the next may be long in coming.
    fn end_of_piece(&mut self) {}

    /// Finds the properties that this sink uses.
    fn names(&self) -> NameCache {
        NameCache::default()
    }

    /// A record.
    fn record(&mut self, record: &RawRecord<'_>);

    /// A page of Graph ends, whose records were given; `more` where it names a next one.
    fn page(&mut self, _source: &str, _context: &str, _more: bool) {}

    /// A record that could not be read; it is counted like the others. `detail` says where and what.
    fn unreadable(&mut self, code: ProblemCode, detail: &str);

    /// Something wrong with a whole source, which is no record.
    fn trouble(&mut self, code: ProblemCode, detail: &str);
}
