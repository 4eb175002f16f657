//! Records as JSON, each a text by itself.
//!
//! Values are borrowed from the text where they can be. Properties nobody uses are skipped by `serde_json` without
//! being built.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

use super::Sink;
use super::document::place_of;
use crate::limits::{PROXYCALC_MAX_RECORD_BYTES, PROXYCALC_MAX_RECORD_DEPTH};
use crate::problem::ProblemCode;
use crate::property::{NameCache, Property};
use crate::record::RawRecord;

/// Reads one JSON object a line. A line that is none is reported and left out.
pub fn read_lines(text: &str, names: &mut NameCache, sink: &mut impl Sink) {
    let mut record = RawRecord::default();
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        // What Windows ends a line with is no part of the record.
        let line = bytes[start..end].trim_ascii_end();
        start = end + 1;
        if !line.is_empty() {
            read_into(&mut record, line, line.len(), names, sink);
        }
    }
}

/// Reads a record that stands by itself, of `length` bytes. One that is none is reported and left out.
pub(super) fn read_record(
    bytes: &[u8],
    length: usize,
    names: &mut NameCache,
    sink: &mut impl Sink,
) {
    read_into(&mut RawRecord::default(), bytes, length, names, sink);
}

fn read_into<'t>(
    record: &mut RawRecord<'t>,
    bytes: &'t [u8],
    length: usize,
    names: &mut NameCache,
    sink: &mut impl Sink,
) {
    use ProblemCode::{InvalidJson, RecordNotAnObject, RecordTooLarge};
    let mut unreadable = |code, at: Option<usize>, what: &dyn fmt::Display| {
        let (identity, field) = place_of(bytes, at);
        let who = identity.unwrap_or_else(|| excerpt(&String::from_utf8_lossy(bytes)));
        let field = field.map_or_else(String::new, |name| format!(", {name}"));
        sink.unreadable(code, &format!("{who}{field}: {what}"));
    };
    if length > PROXYCALC_MAX_RECORD_BYTES {
        return unreadable(RecordTooLarge, None, &format_args!("{length} bytes"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        // What cannot be read of a value is its problem; the record's other values count.
        let text = String::from_utf8_lossy(bytes);
        let length = length.min(PROXYCALC_MAX_RECORD_BYTES);
        return read_into(
            &mut RawRecord::default(),
            text.as_bytes(),
            length,
            names,
            sink,
        );
    };
    record.clear();
    let mut json = serde_json::Deserializer::from_str(text);
    let outcome = RecordSeed { record, names }
        .deserialize(&mut json)
        .and_then(|is_object| json.end().map(|()| is_object));
    match outcome {
        // One that nests too deep must not cost the others of its document.
        Ok(true) if record.too_deep => unreadable(
            InvalidJson,
            None,
            &format_args!("deeper than {PROXYCALC_MAX_RECORD_DEPTH} levels"),
        ),
        Ok(true) => sink.record(record),
        Ok(false) => sink.unreadable(RecordNotAnObject, &excerpt(text)),
        Err(error) => unreadable(InvalidJson, Some(offset_of(&error, bytes)), &error),
    }
}

/// The field of a record in which its reader met `error`.
#[must_use]
pub fn field_of(error: &serde_json::Error, record: &str) -> Option<String> {
    let bytes = record.as_bytes();
    place_of(bytes, Some(offset_of(error, bytes))).1
}

/// The place of an error in the text that was read.
fn offset_of(error: &serde_json::Error, bytes: &[u8]) -> usize {
    let lines = memchr::memchr_iter(b'\n', bytes);
    let start = match error.line() {
        0 | 1 => 0,
        line => lines.skip(line - 2).map(|at| at + 1).next().unwrap_or(0),
    };
    start + error.column()
}

/// The beginning of a text, for a message.
fn excerpt(text: &str) -> String {
    let text = text.trim_ascii();
    let start: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if start.len() < text.len() {
        format!("{start}…")
    } else {
        start
    }
}

/// The rest of a visitor that answers whether it found what it reads: text, numbers and the like are no such thing.
macro_rules! plain_values_are_none {
    ($none:expr) => {
        plain_values_are_none!($none, visit_str(&str), visit_bool(bool), visit_u64(u64), visit_i64(i64), visit_f64(f64), visit_unit());
    };
    ($none:expr, $($visit:ident($($value:ty)?)),*) => {
        $(fn $visit<E>(self $(, _: $value)?) -> Result<Self::Value, E> {
            Ok($none)
        })*
    };
}

/// Reads one record. `false` where it is no object; then nothing was read.
pub struct RecordSeed<'r, 'de, 'n> {
    /// Filled.
    pub record: &'r mut RawRecord<'de>,
    /// Names seen.
    pub names: &'n mut NameCache,
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_, 'de, '_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_, 'de, '_> {
    type Value = bool;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<bool, A::Error> {
        self.names.restart();
        while let Some(Text(name)) = fields.next_key()? {
            read_field(&name, &mut fields, self.record, self.names)?;
        }
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    plain_values_are_none!(false);
}

fn read_field<'de, A: MapAccess<'de>>(
    name: &str,
    fields: &mut A,
    record: &mut RawRecord<'de>,
    names: &mut NameCache,
) -> Result<(), A::Error> {
    if let Some(prefix) = names.nested(name) {
        return fields.next_value_seed(NestedSeed {
            record,
            names,
            prefix,
            depth: 2,
        });
    }
    let Some(property) = names.find(name) else {
        record.note_unknown(name);
        if names.wants_a_look(name) {
            if fields.next_value_seed(LookSeed { record, name })? {
                names.looked();
            }
            return Ok(());
        }
        return fields.next_value::<IgnoredAny>().map(|_| ());
    };
    record.spelled(property, name);
    fields.next_value_seed(ValueSeed {
        record,
        property,
        depth: 2,
    })
}

/// Looks at a value that is not read: a text, or the first texts of a list. `true` where there was one.
struct LookSeed<'r, 'de, 'n> {
    record: &'r mut RawRecord<'de>,
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for LookSeed<'_, 'de, '_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LookSeed<'_, 'de, '_> {
    type Value = bool;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(self.record.look_at_unread(self.name, text))
    }

    plain_values_are_none!(
        true,
        visit_bool(bool),
        visit_u64(u64),
        visit_i64(i64),
        visit_f64(f64)
    );
    plain_values_are_none!(false, visit_unit());

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        let mut some = false;
        while let Some(found) = elements.next_element_seed(LookSeed {
            record: &mut *self.record,
            name: self.name,
        })? {
            some |= found;
        }
        Ok(some)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<bool, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(true)
    }
}

/// An object of an earlier result, whose properties are read as the record's own under longer names.
struct NestedSeed<'r, 'de, 'n> {
    record: &'r mut RawRecord<'de>,
    names: &'n NameCache,
    prefix: &'static str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for NestedSeed<'_, 'de, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NestedSeed<'_, 'de, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object of an earlier result")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        if let Some(property) = Property::from_name(self.prefix.trim_end_matches('.')) {
            self.record.present.insert(property);
        }
        while let Some(Text(name)) = fields.next_key()? {
            // A state has two objects in it, and those none.
            let nested = self.names.nested(&name).filter(|_| self.depth == 2);
            let property = Property::from_name(&format!("{}{name}", self.prefix));
            match (nested, property) {
                (Some(prefix), _) => fields.next_value_seed(NestedSeed {
                    record: &mut *self.record,
                    names: self.names,
                    prefix,
                    depth: self.depth + 1,
                })?,
                (None, Some(property)) => fields.next_value_seed(ValueSeed {
                    record: &mut *self.record,
                    property,
                    depth: self.depth + 1,
                })?,
                (None, None) => fields.next_value::<IgnoredAny>().map(|_| ())?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    plain_values_are_none!(());
}

/// A text, borrowed where it has no escapes.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        json.deserialize_str(TextVisitor)
    }
}

/// The value of a known property, of any shape.
struct ValueSeed<'r, 'de> {
    record: &'r mut RawRecord<'de>,
    property: Property,
    /// Levels down to this value, the record itself being the first.
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.record.push(self.property, text);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.record.push(self.property, text.to_owned());
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.record
            .push(self.property, if flag { "true" } else { "false" });
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.record.push(self.property, number.to_string());
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.record.push(self.property, number.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.record.push(self.property, number.to_string());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.record.present.insert(self.property);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        self.record.present.insert(self.property);
        if self.property.holds_addresses() && self.depth <= PROXYCALC_MAX_RECORD_DEPTH {
            while elements
                .next_element_seed(ValueSeed {
                    record: &mut *self.record,
                    property: self.property,
                    depth: self.depth + 1,
                })?
                .is_some()
            {}
            return Ok(());
        }
        // Ids can be bytes: they must be seen together.
        let items = self.whole().visit_seq(elements)?;
        self.record.push_json(self.property, items);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, fields: A) -> Result<(), A::Error> {
        let object = self.whole().visit_map(fields)?;
        self.record.push_json(self.property, object);
        Ok(())
    }
}

impl ValueSeed<'_, '_> {
    fn whole(&mut self) -> WholeSeed<'_> {
        WholeSeed {
            depth: self.depth,
            too_deep: &mut self.record.too_deep,
        }
    }
}

/// A value as a whole. What is deeper than the limit is skipped, which takes no stack.
struct WholeSeed<'d> {
    depth: usize,
    too_deep: &'d mut bool,
}

impl WholeSeed<'_> {
    /// For a value one level down.
    fn inner(&mut self) -> WholeSeed<'_> {
        WholeSeed {
            depth: self.depth + 1,
            too_deep: self.too_deep,
        }
    }

    fn is_too_deep(&mut self) -> bool {
        let too_deep = self.depth > PROXYCALC_MAX_RECORD_DEPTH;
        *self.too_deep |= too_deep;
        too_deep
    }
}

impl<'de> DeserializeSeed<'de> for WholeSeed<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for WholeSeed<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        if self.is_too_deep() {
            while elements.next_element::<IgnoredAny>()?.is_some() {}
        } else {
            while let Some(item) = elements.next_element_seed(self.inner())? {
                items.push(item);
            }
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = serde_json::Map::new();
        if self.is_too_deep() {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        } else {
            while let Some(Text(name)) = fields.next_key()? {
                object.insert(name.into_owned(), fields.next_value_seed(self.inner())?);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document::read_documents;

    #[derive(Default)]
    struct Counts {
        records: usize,
        unreadable: usize,
    }
    impl Sink for Counts {
        fn record(&mut self, _: &RawRecord<'_>) {
            self.records += 1;
        }
        fn unreadable(&mut self, _: ProblemCode, _: &str) {
            self.unreadable += 1;
        }
        fn trouble(&mut self, _: ProblemCode, _: &str) {}
    }

    #[test]
    fn a_property_called_value_of_any_kind_is_no_list_of_records() {
        for value in ["true", "-1", "1.5", "1", "null", "\"a\"", "{\"b\":1}"] {
            let mut sink = Counts::default();
            let text = format!("{{\"Name\":\"a\",\"value\":{value}}}");
            let outcome =
                read_documents(&mut text.as_bytes(), &mut NameCache::default(), &mut sink);
            assert!(outcome.is_ok(), "{text}: {outcome:?}");
            assert_eq!((sink.records, sink.unreadable), (1, 0), "{text}");
        }
    }

    #[test]
    fn a_record_that_nests_too_deep_costs_no_other() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for property in ["EmailAddresses", "Id"] {
                let record = |depth: usize| {
                    let (open, close) = (open.repeat(depth - 1), close.repeat(depth - 1));
                    format!("{{\"{property}\":{open}1{close}}}")
                };
                let good = record(PROXYCALC_MAX_RECORD_DEPTH);
                let bad = record(PROXYCALC_MAX_RECORD_DEPTH + 1);
                let worse = record(5_000);
                let list = format!("[{bad},{good},{worse}]");
                for text in [list.clone(), format!("{{\"value\":{list}}}")] {
                    let mut sink = Counts::default();
                    let outcome =
                        read_documents(&mut text.as_bytes(), &mut NameCache::default(), &mut sink);
                    assert!(outcome.is_ok(), "{property} {open}: {outcome:?}");
                    assert_eq!((sink.records, sink.unreadable), (1, 2));
                }
                let mut sink = Counts::default();
                let lines = format!("{bad}\n{good}\n{worse}\n");
                read_lines(&lines, &mut NameCache::default(), &mut sink);
                assert_eq!((sink.records, sink.unreadable), (1, 2));
            }
        }
    }
}
