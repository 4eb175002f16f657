//! Records of `Export-Clixml`: typed, and the only export that loses nothing.
//!
//! An object's properties stand in `<Props>` and `<MS>`; lists in `<LST>`, `<IE>`, `<STK>` or `<QUE>`; a type that is no plain
//! value has its text in `<ToString>`. The objects of the file stand below `<Objs>`, or in a list below one object.

use std::io::{self, BufRead};

use ahash::AHashMap;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Sink;
use crate::limits::PROXYCALC_MAX_RECORD_ADDRESSES;
use crate::property::{self, Property};
use crate::record::{RawRecord, text_of_bytes};

/// References kept of property values: Exchange shares an empty list between objects, never millions of full ones.
const MOST_REFERENCES: usize = 100_000;

/// Elements in each other at most. `Export-Clixml` writes no more than 100 levels of objects, of a few elements each; the
/// work for an element grows with their number.
const DEEPEST: usize = 1000;

/// In the place of the names of an object that is a dictionary.
const DICTIONARY: &str =
    "a dictionary, whose keys are not read from CLIXML: write it with ConvertTo-Json -Depth 4";

/// What an open element is.
enum Open {
    /// An object of the file: a record, unless it only wraps others.
    Record {
        record: Box<RawRecord<'static>>,
        wraps: bool,
        head: PageHead,
    },
    /// What a page of Graph says of itself: the name and its text.
    Head { next: bool, text: String },
    /// A known property of the record, with what it had so far.
    Property {
        property: Property,
        /// As the object spells it.
        name: String,
        id: Option<String>,
        values: Vec<String>,
        text: Option<String>,
    },
    /// A property that is not known, with its texts, a line each: it may hold addresses.
    Unread { name: String, text: String },
    /// One of the texts of such a property.
    UnreadText,
    /// Plain text inside a property: the kind of element.
    Value(Vec<u8>),
    /// `<ToString>` of a property's value.
    ToString,
    /// Anything else.
    Other,
    /// A property that is known and not used: what stands in it, such as the licenses of a user, is no record.
    Unused,
}

/// See [`Sink::page`].
#[derive(Default)]
struct PageHead {
    context: String,
    more: bool,
}

/// Reads a CLIXML document.
pub(super) fn read(text: &mut impl BufRead, sink: &mut impl Sink) -> io::Result<()> {
    let mut xml = Reader::from_reader(text);
    let mut buffer = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut references: AHashMap<String, Vec<String>> = AHashMap::new();
    loop {
        buffer.clear();
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            // Every syntax error of this kind is an element or text that the file does not end.
            Err(quick_xml::Error::Syntax(_)) => return Err(breaks_off(&xml)),
            Err(error) => return Err(invalid(&xml, &error)),
        };
        match event {
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err(breaks_off(&xml)),
            Event::Start(_) if open.len() == DEEPEST => {
                return Err(invalid(
                    &xml,
                    &format_args!("more than {DEEPEST} elements stand in each other"),
                ));
            }
            Event::Start(element) | Event::Empty(element)
                if open.is_empty() && element.local_name().as_ref() != b"Objs" =>
            {
                let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
                return Err(invalid(
                    &xml,
                    &format_args!("<{name}> is no CLIXML, which begins with <Objs>"),
                ));
            }
            Event::Start(element) => {
                note_unknown(&element, &mut open);
                open.push(begin(&element, &open));
            }
            Event::Empty(element) => {
                note_unknown(&element, &mut open);
                refer(&element, &mut open, &references);
                let opened = begin(&element, &open);
                open.push(opened);
                end(&mut open, &mut references, sink);
            }
            Event::Text(piece) => {
                let piece = piece.decode().map_err(|error| invalid(&xml, &error))?;
                add_text(&mut open, &piece);
            }
            Event::GeneralRef(reference) => {
                let resolved = match reference
                    .resolve_char_ref()
                    .map_err(|error| invalid(&xml, &error))?
                {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(
                        &reference.decode().unwrap_or_default(),
                    )
                    .unwrap_or("")
                    .to_owned(),
                };
                add_text(&mut open, &resolved);
            }
            Event::End(_) => end(&mut open, &mut references, sink),
            _ => {}
        }
    }
}

fn invalid<R>(xml: &Reader<R>, error: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("at byte {}: {error}", xml.error_position()),
    )
}

fn breaks_off<R>(xml: &Reader<R>) -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        format!("it ends at byte {}", xml.buffer_position()),
    )
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let value = element.try_get_attribute(name).ok()??;
    value.unescape_value().ok().map(|text| unescape(&text))
}

fn begin(element: &BytesStart<'_>, open: &[Open]) -> Open {
    let name = element.name();
    let inside_property = open
        .iter()
        .any(|outer| matches!(outer, Open::Property { .. }));
    if inside_property {
        return match name.as_ref() {
            b"ToString" => Open::ToString,
            b"Obj" | b"LST" | b"IE" | b"STK" | b"QUE" | b"DCT" | b"En" | b"TN" | b"T"
            | b"TNRef" | b"Props" | b"MS" => Open::Other,
            // Inside a value's own properties nothing is read: its text says it.
            _ if open
                .iter()
                .rev()
                .take_while(|outer| !matches!(outer, Open::Property { .. }))
                .count()
                > 3 =>
            {
                Open::Other
            }
            kind => Open::Value(kind.to_vec()),
        };
    }
    let in_record = open
        .iter()
        .any(|outer| matches!(outer, Open::Record { .. }));
    if in_record
        && let Some(known) = attribute(element, "N")
        && let Some(property) = Property::from_name(&known)
    {
        let list = name.as_ref() == b"Obj";
        let text = (!list && name.as_ref() != b"Nil").then(String::new);
        return Open::Property {
            property,
            name: known,
            id: attribute(element, "RefId").filter(|_| list),
            values: Vec::new(),
            text,
        };
    }
    if in_record
        && let Some(name) = attribute(element, "N").filter(|name| name.starts_with("@odata."))
    {
        let next = name.eq_ignore_ascii_case("@odata.nextLink");
        if next || name.eq_ignore_ascii_case("@odata.context") {
            let text = String::new();
            return Open::Head { next, text };
        }
    }
    if open.iter().any(|outer| matches!(outer, Open::Unused)) {
        return Open::Other;
    }
    let in_unread = || {
        let mut outer = open.iter().rev();
        matches!(outer.next(), Some(Open::Unread { .. }))
            || matches!(outer.next(), Some(Open::Unread { .. }))
    };
    match (name.as_ref(), attribute(element, "N")) {
        (b"S" | b"Obj", Some(name)) if in_record && !property::is_known(&name) => {
            let text = String::new();
            return Open::Unread { name, text };
        }
        (b"S", None) if in_unread() => return Open::UnreadText,
        _ => {}
    }
    match attribute(element, "N") {
        None if name.as_ref() == b"Obj" => Open::Record {
            record: Box::default(),
            wraps: false,
            head: PageHead::default(),
        },
        Some(name) if in_record && property::is_known(&name) => Open::Unused,
        _ => Open::Other,
    }
}

/// Notes the name of a property that is not known, for a record that has no other.
fn note_unknown(element: &BytesStart<'_>, open: &mut [Open]) {
    // Only what stands in a record's <Props> or <MS> is its own; the entries of a dictionary stand in <DCT>.
    let record = match open {
        [.., Open::Record { record, .. }, Open::Other] => record,
        [.., Open::Record { record, .. }, Open::Other, Open::Other] => {
            if record.unknown.is_empty() {
                record.note_unknown(DICTIONARY);
            }
            return;
        }
        _ => return,
    };
    if record.present.is_empty()
        && let Some(name) = attribute(element, "N")
        && Property::from_name(&name).is_none()
    {
        record.note_unknown(&name);
    }
}

/// `<Ref N="EmailAddresses" RefId="7" />` stands for a value given before.
fn refer(element: &BytesStart<'_>, open: &mut [Open], references: &AHashMap<String, Vec<String>>) {
    if element.name().as_ref() != b"Ref" {
        return;
    }
    let property = attribute(element, "N").and_then(|name| Property::from_name(&name));
    let values = attribute(element, "RefId").and_then(|id| references.get(&id));
    if let (Some(property), Some(values), Some(record)) = (property, values, innermost_record(open))
    {
        // A few bytes stand for any number of values here: no more than make the record too large by its count.
        let room = (PROXYCALC_MAX_RECORD_ADDRESSES + 1).saturating_sub(record.values.len());
        for value in values.iter().take(room) {
            record.push(property, value.clone());
        }
    }
}

fn innermost_record(open: &mut [Open]) -> Option<&mut RawRecord<'static>> {
    open.iter_mut().rev().find_map(|outer| match outer {
        Open::Record { record, .. } => Some(&mut **record),
        _ => None,
    })
}

fn add_text(open: &mut [Open], piece: &str) {
    let Some((last, outer)) = open.split_last_mut() else {
        return;
    };
    match last {
        Open::Property {
            text: Some(text), ..
        }
        | Open::Unread { text, .. }
        | Open::Head { text, .. } => text.push_str(piece),
        Open::UnreadText => {
            let unread = outer.iter_mut().rev().find_map(|outer| match outer {
                Open::Unread { text, .. } => Some(text),
                _ => None,
            });
            if let Some(text) = unread {
                text.push('\n');
                text.push_str(piece);
            }
        }
        Open::Value(_) | Open::ToString => {
            let property = outer.iter_mut().rev().find_map(|outer| match outer {
                Open::Property { text, .. } => Some(text),
                _ => None,
            });
            if let Some(text) = property {
                text.get_or_insert_default().push_str(piece);
            }
        }
        _ => {}
    }
}

fn end(open: &mut Vec<Open>, references: &mut AHashMap<String, Vec<String>>, sink: &mut impl Sink) {
    match open.pop() {
        Some(Open::Value(kind)) => take_value(open, &kind),
        Some(Open::ToString) => take_value(open, b"S"),
        Some(Open::Property {
            property,
            name,
            id,
            mut values,
            text,
        }) => {
            values.extend(text.map(|text| decoded(property, b"S", &text)));
            if let Some(record) = innermost_record(open) {
                record.spelled(property, &name);
                record.push(property, "");
                for value in &values {
                    record.push(property, value.clone());
                }
            }
            if let (Some(id), true) = (id, references.len() < MOST_REFERENCES) {
                references.insert(id, values);
            }
        }
        Some(Open::Unread { name, text }) => {
            if let Some(record) = innermost_record(open) {
                for text in text.split('\n') {
                    record.look_at_unread(&name, text.trim());
                }
            }
        }
        Some(Open::Head { next, text }) => {
            let record = open.iter_mut().rev().find_map(|outer| match outer {
                Open::Record { head, .. } => Some(head),
                _ => None,
            });
            match record {
                Some(head) if next => head.more = !text.trim().is_empty(),
                Some(head) => head.context = text,
                None => {}
            }
        }
        // An object that only wraps others has no property of its own.
        Some(Open::Record {
            wraps: true,
            head,
            record,
        }) if record.present.is_empty() => sink.page("", &head.context, head.more),
        Some(Open::Record { record, wraps, .. })
            if !record.present.is_empty() || (!wraps && !record.unknown.is_empty()) =>
        {
            for outer in open.iter_mut() {
                if let Open::Record { wraps, .. } = outer {
                    *wraps = true;
                }
            }
            sink.record(&record);
        }
        _ => {}
    }
}

fn take_value(open: &mut [Open], kind: &[u8]) {
    for outer in open.iter_mut().rev() {
        if let Open::Property {
            property,
            values,
            text,
            ..
        } = outer
        {
            if let Some(text) = text.take() {
                values.push(decoded(*property, kind, &text));
            }
            return;
        }
    }
}

/// Undoes `_x000A_`, and makes an id's bytes readable.
fn decoded(property: Property, kind: &[u8], text: &str) -> String {
    if kind == b"BA"
        && let Ok(bytes) = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            text.trim_ascii(),
        )
    {
        return text_of_bytes(property, &bytes);
    }
    unescape(text)
}

/// CLIXML writes a UTF-16 unit that XML cannot hold as `_xHHHH_`.
fn unescape(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let unit = rest
            .strip_prefix("_x")
            .filter(|tail| tail.as_bytes().get(4) == Some(&b'_'))
            .and_then(|tail| u16::from_str_radix(tail.get(..4)?, 16).ok());
        if let Some(unit) = unit {
            units.push(unit);
            rest = &rest[7..];
        } else {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            rest = &rest[c.len_utf8()..];
        }
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Rows(Vec<Vec<String>>);
    impl Sink for Rows {
        fn record(&mut self, record: &RawRecord<'_>) {
            self.0.push(
                record
                    .values
                    .iter()
                    .map(|(property, value)| format!("{property:?}={value}"))
                    .collect(),
            );
        }
        fn unreadable(&mut self, _: crate::problem::ProblemCode, _: &str) {}
        fn trouble(&mut self, _: crate::problem::ProblemCode, _: &str) {}
    }

    struct Columns(Vec<(String, String)>);
    impl Sink for Columns {
        fn record(&mut self, record: &RawRecord<'_>) {
            self.0.extend(record.not_read.iter().cloned());
        }
        fn unreadable(&mut self, _: crate::problem::ProblemCode, _: &str) {}
        fn trouble(&mut self, _: crate::problem::ProblemCode, _: &str) {}
    }

    #[test]
    fn a_property_that_looks_like_addresses_and_is_not_known_is_noted() {
        let xml = r#"<Objs Version="1.1.0.1"><Obj RefId="0"><MS><S N="Name">a</S>
          <S N="Weitere">smtp:b@x</S><S N="Notes">hello</S>
          <Obj N="Kurznamen" RefId="1"><LST><S>smtp:c@x</S><S>smtp:d@x</S></LST></Obj>
          </MS></Obj></Objs>"#;
        let mut columns = Columns(Vec::new());
        read(&mut xml.as_bytes(), &mut columns).unwrap();
        let expected = [("Weitere", "smtp:b@x"), ("Kurznamen", "smtp:c@x")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(columns.0, expected);
    }

    #[test]
    fn objects_lists_enums_bytes_and_references_are_read() {
        let xml = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
          <Obj RefId="0"><TN RefId="0"><T>X</T></TN><ToString>anna</ToString><Props>
            <S N="Name">A&amp;nna_x000A_&#x41;</S><Nil N="DisplayName" />
            <Obj N="EmailAddresses" RefId="1"><TN RefId="1"><T>L</T></TN><LST><S>SMTP:a@x</S><S>smtp:b@x</S></LST></Obj>
            <Obj N="RecipientTypeDetails" RefId="2"><TN RefId="2"><T>E</T></TN><ToString>UserMailbox</ToString><I32>1</I32></Obj>
            <BA N="ObjectGUID">AQIDBAUGBwgJCgsMDQ4PEA==</BA><B N="IsDirSynced">true</B></Props></Obj>
          <Obj RefId="3"><MS><S N="Name">Bert</S><Ref N="EmailAddresses" RefId="1" /></MS></Obj>
        </Objs>"#;
        let mut rows = Rows(Vec::new());
        read(&mut xml.as_bytes(), &mut rows).unwrap();
        assert_eq!(
            rows.0[0][..3],
            [
                "Name=A&nna\nA",
                "EmailAddresses=SMTP:a@x",
                "EmailAddresses=smtp:b@x"
            ]
        );
        assert_eq!(rows.0[0][3], "RecipientTypeDetails=UserMailbox");
        assert!(
            rows.0[0].contains(&"ObjectGuid=AQIDBAUGBwgJCgsMDQ4PEA==".to_owned())
                && rows.0[0].contains(&"Synced=true".to_owned())
        );
        assert_eq!(
            rows.0[1],
            [
                "Name=Bert",
                "EmailAddresses=SMTP:a@x",
                "EmailAddresses=smtp:b@x"
            ]
        );
    }

    #[test]
    fn objects_in_a_property_that_is_not_used_are_no_records() {
        let xml = r#"<Objs><Obj><MS>
          <Obj N="AssignedLicenses"><LST><Obj><MS><S N="SkuId">1</S></MS></Obj></LST></Obj>
          <S N="Id">u1</S>
          <Obj N="licenseAssignmentStates"><LST><Obj><MS><S N="error">None</S></MS></Obj></LST></Obj>
          </MS></Obj>
          <Obj><MS><Obj N="value"><LST><Obj><MS><S N="Id">u2</S></MS></Obj></LST></Obj></MS></Obj></Objs>"#;
        let mut rows = Rows(Vec::new());
        read(&mut xml.as_bytes(), &mut rows).unwrap();
        assert_eq!(rows.0, [["Id=u1"], ["Id=u2"]]);
    }

    #[test]
    fn a_file_that_breaks_off_says_so() {
        let mut rows = Rows(Vec::new());
        let error = read(
            &mut &b"<Objs><Obj><MS><S N=\"Name\">A</S></MS></Obj><Obj><MS><S N"[..],
            &mut rows,
        )
        .unwrap_err();
        assert_eq!(
            (error.kind(), rows.0.len()),
            (io::ErrorKind::UnexpectedEof, 1),
            "{error}"
        );
    }

    #[test]
    fn elements_without_end_are_refused_at_once() {
        let xml = format!("<Objs>{}", "<Obj>".repeat(1_000_000));
        let error = read(&mut xml.as_bytes(), &mut Rows(Vec::new())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("in each other"), "{error}");
    }

    #[test]
    fn a_record_of_references_does_not_grow_without_bound() {
        let list = "<S>smtp:a@x</S>".repeat(1_000);
        let references = "<Ref N=\"EmailAddresses\" RefId=\"1\" />".repeat(10_000);
        let xml = format!(
            "<Objs><Obj><MS><Obj N=\"EmailAddresses\" RefId=\"1\"><LST>{list}</LST></Obj></MS></Obj>\
             <Obj><MS>{references}</MS></Obj></Objs>"
        );
        let mut rows = Rows(Vec::new());
        read(&mut xml.as_bytes(), &mut rows).unwrap();
        assert_eq!(rows.0[1].len(), PROXYCALC_MAX_RECORD_ADDRESSES + 1);
    }
}
