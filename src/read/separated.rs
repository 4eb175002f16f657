//! Records in the separated form, which callers without a JSON writer send.
//!
//! ```text
//! {"form":"separated","count":2,"fields":["Name","EmailAddresses[]"]}\n
//! Anna U+001F 2 U+001D SMTP:anna@contoso.com U+001D smtp:a@contoso.com U+001E
//! Bert U+001F 0 U+001E
//! ```
//! Every record ends with U+001E; fields stand U+001F apart; a field whose name ends in `[]` is led by the number of its
//! values, each behind U+001D. All counts are checked before anything is taken: a separator inside a value makes one of
//! them wrong, and the caller sends that piece as JSON instead.

use std::ops::Range;

use serde::Deserialize;

use super::{Set, Sink};
use crate::options::or_default;
use crate::property::{Property, PropertySet, is_rest_name};
use crate::record::{FIRST_NAMES, RawRecord};
use crate::status::Error;

const ROW: u8 = 0x1e;
const FIELD: u8 = 0x1f;
const VALUE: u8 = 0x1d;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(rename = "form")]
    _form: Form,
    count: usize,
    fields: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    set: Set,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Separated,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinesHeader {
    #[serde(rename = "form")]
    _form: LinesForm,
    #[serde(default, deserialize_with = "or_default")]
    set: Set,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LinesForm {
    Json,
}

/// The set of a push of JSON lines, and the text behind its header. Without a header it is all text.
///
/// ```text
/// {"form":"json","set":"previous"}\n
/// {"userPrincipalName":"anna@contoso.com", …}\n
/// ```
pub fn lines(text: &str) -> Result<Option<(Set, &str)>, Error> {
    if !is_separated(text) {
        return Ok(Some((Set::default(), text)));
    }
    let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
    match serde_json::from_str::<LinesHeader>(head) {
        Ok(header) => Ok(Some((header.set, rest))),
        // The other form says itself what is wrong with its header.
        Err(error) if head.contains("\"json\"") => Err(Error::invalid(
            "records",
            format!("the header line is wrong: {error}"),
        )),
        Err(_) => Ok(None),
    }
}

/// A checked piece in the separated form.
#[derive(Debug)]
pub struct Piece {
    text: String,
    /// Which objects it holds.
    pub set: Set,
    /// Every property that is read: each record has them all.
    present: PropertySet,
    /// See [`RawRecord::rest`].
    rest: PropertySet,
    /// The first names, where none is known.
    unknown: Vec<String>,
    /// Where the values that are read stand in `text`, and how many there are up to the end of each record: found by
    /// the check, so that the reading need not look again.
    values: Vec<(Property, u32, u32)>,
    ends: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    property: Option<Property>,
    list: bool,
}

/// Whether `text` begins with the header of this form rather than with a record.
#[must_use]
pub fn is_separated(text: &str) -> bool {
    let head = text.trim_ascii_start();
    head.starts_with('{') && head[1..].trim_ascii_start().starts_with("\"form\"")
}

/// Checks a piece. Nothing of it was taken when this fails.
pub fn check(text: &str) -> Result<Piece, Error> {
    let end = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
    let header: Header = serde_json::from_str(&text[..end]).map_err(|error| {
        Error::invalid(
            "records",
            format!("the header line of the separated form is wrong: {error}"),
        )
    })?;
    let column = |name: &String| {
        let (name, list) = name
            .strip_suffix("[]")
            .map_or((name.as_str(), false), |name| (name, true));
        Column {
            property: Property::from_name(name),
            list,
        }
    };
    let columns: Vec<Column> = header.fields.iter().map(column).collect();
    let mut piece = Piece {
        text: String::new(),
        set: header.set,
        present: PropertySet::default(),
        rest: PropertySet::default(),
        unknown: Vec::new(),
        values: Vec::new(),
        ends: Vec::new(),
    };
    for (column, name) in columns.iter().zip(&header.fields) {
        let Some(property) = column.property else {
            continue;
        };
        piece.present.insert(property);
        if is_rest_name(name) {
            piece.rest.insert(property);
        }
    }
    if piece.present.is_empty() {
        let names = header.fields.iter().map(|name| name.trim());
        let names = names.filter(|name| !name.is_empty()).take(FIRST_NAMES);
        piece.unknown = names.map(str::to_owned).collect();
    }
    piece.walk(text, (end + 1).min(text.len()), &columns)?;
    let records = piece.ends.len();
    if records == header.count {
        text.clone_into(&mut piece.text);
        Ok(piece)
    } else {
        Err(mismatch(
            records as u64,
            &format!(
                "{} records were announced and {records} are there",
                header.count
            ),
        ))
    }
}

fn mismatch(record: u64, message: &str) -> Error {
    Error::InvalidRequest {
        message: format!("{message}; send this piece as JSON lines"),
        path: "records".to_owned(),
        record: Some(record),
    }
}

impl Piece {
    /// Gives the records to `sink`.
    pub fn read(&self, sink: &mut impl Sink) {
        let mut record = RawRecord::default();
        let mut start = 0;
        for end in &self.ends {
            record.clear();
            record.present = self.present;
            record.rest = self.rest;
            record.unknown.extend_from_slice(&self.unknown);
            for (property, from, to) in &self.values[start..*end as usize] {
                record.push(*property, &self.text[*from as usize..*to as usize]);
            }
            start = *end as usize;
            sink.record(&record);
        }
    }

    /// Goes through all fields and values of `text` from `start` on and notes where they are.
    fn walk(&mut self, text: &str, mut start: usize, columns: &[Column]) -> Result<(), Error> {
        let body = start;
        let mut column = 0;
        // Values of the present list that are still to come; `None` before its number was read.
        let mut expected: Option<usize> = None;
        for found in memchr::memchr3_iter(ROW, FIELD, VALUE, &text.as_bytes()[body..]) {
            let at = body + found;
            let separator = text.as_bytes()[at];
            let value = start..at;
            start = at + 1;
            let record = self.ends.len() as u64 + 1;
            let field = column + 1;
            let wrong = |what: &str| Err(mismatch(record, &format!("field {field}: {what}")));
            let Some(shape) = columns.get(column) else {
                return wrong("there are more fields than names");
            };
            if shape.list {
                let left = match expected {
                    None => match text[value].parse::<usize>() {
                        Ok(number) => number,
                        Err(_) => return wrong("a list must begin with the number of its values"),
                    },
                    Some(0) => return wrong("there are more values than were announced"),
                    Some(left) => {
                        self.note(shape.property, value);
                        left - 1
                    }
                };
                if separator == VALUE {
                    expected = Some(left);
                    continue;
                }
                if left > 0 {
                    return wrong("there are fewer values than were announced");
                }
                expected = None;
            } else if separator == VALUE {
                return wrong("a single value holds a separator");
            } else {
                self.note(shape.property, value);
            }
            column += 1;
            if separator == ROW {
                if column != columns.len() {
                    return wrong("there are fewer fields than names");
                }
                self.ends.push(self.values.len() as u32);
                column = 0;
            }
        }
        if start != text.len() || column != 0 {
            return Err(mismatch(
                self.ends.len() as u64 + 1,
                "the last record does not end with U+001E",
            ));
        }
        Ok(())
    }

    fn note(&mut self, property: Option<Property>, value: Range<usize>) {
        if let Some(property) = property
            && !value.is_empty()
        {
            // A call is shorter than 4 GiB.
            self.values
                .push((property, value.start as u32, value.end as u32));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(count: usize, body: &str) -> Result<Piece, Error> {
        check(&format!(
            "{{\"form\":\"separated\",\"count\":{count},\"fields\":[\"Name\",\"EmailAddresses[]\",\"x\"]}}\n{body}"
        ))
    }

    struct Rows(Vec<String>);
    impl Sink for Rows {
        fn record(&mut self, record: &RawRecord<'_>) {
            self.0.push(
                record
                    .values
                    .iter()
                    .map(|(_, value)| value.as_ref())
                    .collect::<Vec<_>>()
                    .join("|"),
            );
        }
        fn unreadable(&mut self, _: crate::problem::ProblemCode, _: &str) {}
        fn trouble(&mut self, _: crate::problem::ProblemCode, _: &str) {}
    }

    #[test]
    fn records_fields_and_values_come_back() {
        let mut rows = Rows(Vec::new());
        piece(
            2,
            "Anna\u{1f}2\u{1d}a\u{1d}b\u{1f}\u{1e}Bert\u{1f}0\u{1f}z\u{1e}",
        )
        .unwrap()
        .read(&mut rows);
        assert_eq!(rows.0, ["Anna|a|b", "Bert"]);
        assert!(piece(0, "").is_ok());
    }

    #[test]
    fn every_separator_in_a_value_is_found() {
        let good = ["Anna", "1\u{1d}a", "x"];
        for at in 0..3 {
            for separator in ['\u{1d}', '\u{1e}', '\u{1f}'] {
                let mut fields = good.map(str::to_owned);
                fields[at].push(separator);
                let outcome = piece(1, &format!("{}\u{1e}", fields.join("\u{1f}")));
                assert!(
                    matches!(
                        outcome,
                        Err(Error::InvalidRequest {
                            record: Some(1 | 2),
                            ..
                        })
                    ),
                    "{fields:?}"
                );
            }
        }
        assert!(piece(2, "Anna\u{1f}0\u{1f}\u{1e}").is_err());
        assert!(piece(1, "Anna\u{1f}0\u{1f}").is_err());
        assert!(piece(1, "Anna\u{1f}-1\u{1f}\u{1e}").is_err());
    }
}
