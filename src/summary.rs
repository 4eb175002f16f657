//! What a scan says beside its conflicts: what it read, what it did not, and what was wrong with the data.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::coverage::NotCovered;
use crate::problem::Problem;

/// What `proxycalc_scan_finish` answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Records that arrived, unreadable ones included.
    pub recipients_read: usize,
    /// Objects they are.
    pub objects: usize,
    /// Addresses of all records, each once a record.
    pub addresses_read: usize,
    /// Conflicts that follow, after all filters.
    pub conflicts: usize,
    /// Issues that follow.
    pub issues: usize,
    /// Conflicts of severity Error.
    pub errors: usize,
    /// Records by source.
    pub sources: BTreeMap<&'static str, usize>,
    /// The order of a plan's steps.
    pub plan_steps: Vec<String>,
    /// What was not read, by code.
    pub not_covered: Vec<&'static str>,
    /// The same with the command that fetches it.
    pub coverage: Vec<NotCovered>,
    /// What was wrong with the data.
    pub problems: Vec<Problem>,
}
