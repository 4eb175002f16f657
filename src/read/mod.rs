//! Readers: from bytes of any form to [`RawRecord`]s, one after another.

mod clixml;
mod csv;
pub mod json;
pub mod separated;
pub mod source;

use crate::property::NameCache;
use crate::record::RawRecord;
use crate::summary::ProblemCode;

/// Takes what a reader reads.
pub trait Sink {
    /// Finds the properties that this sink uses.
    fn names(&self) -> NameCache {
        NameCache::default()
    }

    /// A record.
    fn record(&mut self, record: &RawRecord<'_>);

    /// A record that could not be read; it is counted like the others. `detail` says where and what.
    fn unreadable(&mut self, code: ProblemCode, detail: &str);

    /// Something wrong with a whole source, which is no record.
    fn trouble(&mut self, code: ProblemCode, detail: &str);
}
