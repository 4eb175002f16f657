//! What is wrong with one record or one value of it, and which problem of the whole set that is.
//!
//! Readers and [`crate::recipient`] note defects where they meet them; whoever takes records names record, field and value.

use crate::problem::{ProblemCode, Problems};
use crate::property::Property;

/// What is wrong with one record or one field of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// As which problem it is told.
    pub code: ProblemCode,
    /// The field, where it is one.
    pub field: Option<Property>,
    /// The value, or what there is of it.
    pub value: String,
}

impl Defect {
    /// Of a value of `field`.
    pub fn of(code: ProblemCode, field: Property, value: &str) -> Self {
        // Enough to find it by: values can be as long as anybody wants them.
        let mut shown: String = value.trim_ascii().chars().take(200).collect();
        if shown.len() < value.trim_ascii().len() {
            shown.push('…');
        }
        Self {
            code,
            field: Some(field),
            value: shown,
        }
    }

    /// Adds it to the problems of the set, as one of the record that is called `name`.
    pub fn report(&self, problems: &mut Problems, name: impl FnOnce() -> String) {
        problems.add(self.code, || match self.field {
            Some(field) => format!("{}, {}: {}", name(), field.shown(), self.value),
            None => format!("{}: {}", name(), self.value),
        });
    }
}

/// The record that a message names: its number, and what an admin knows it by.
pub(crate) fn record_name(number: usize, identity: &str) -> String {
    if identity.is_empty() {
        format!("record {number}")
    } else {
        format!("record {number} ({identity})")
    }
}
