//! Records of a table: `Export-Csv`, the admin centers' exports, csvde, a table saved from a spreadsheet.

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::Sink;
use super::ldif::text_of;
use crate::problem::ProblemCode;
use crate::property::NameCache;
use crate::record::RawRecord;

/// Reads a table whose first line names the properties. What csvde writes has a notation of its own for bytes and lists.
pub(super) fn read(
    text: &mut impl BufRead,
    csvde: Option<bool>,
    sink: &mut impl Sink,
) -> io::Result<()> {
    // The lines that the table's reader does not count.
    let mut uncounted = 0;
    let mut told = None;
    loop {
        let start = text.fill_buf()?;
        let line = &start[..memchr::memchr(b'\n', start).map_or(start.len(), |at| at + 1)];
        if !is_preamble(line) {
            break;
        }
        told = delimiter_told(line).or(told);
        let length = line.len();
        text.consume(length);
        uncounted += 1;
    }
    let start = text.fill_buf()?;
    let header = &start[..memchr::memchr(b'\n', start).unwrap_or(start.len())];
    // It ends a record at CR, and counts the line with the LF, which it meets in the next record.
    uncounted += u64::from(header.ends_with(b"\r"));
    let delimiter = told.unwrap_or_else(|| delimiter_of(header));
    let mut table = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text);
    let names: Vec<String> = table
        .byte_headers()
        .map_err(invalid)?
        .iter()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let csvde = csvde.unwrap_or_else(|| names.first().is_some_and(|name| name == "DN"));
    let mut cache = sink.names();
    let mut line = csv::ByteRecord::new();
    while table.read_byte_record(&mut line).map_err(invalid)? {
        if is_no_row(&line, &names, delimiter) {
            continue;
        }
        if line.len() != names.len() {
            let place = uncounted + line.position().map_or(0, csv::Position::line);
            sink.unreadable(
                ProblemCode::FieldCountDiffers,
                &format!(
                    "line {place} has {} cells, the header {}",
                    line.len(),
                    names.len()
                ),
            );
            continue;
        }
        let mut record = RawRecord::default();
        cache.restart();
        for (cell, name) in line.iter().zip(&names) {
            // A byte that is no UTF-8 becomes U+FFFD, which the record says of its value.
            read_cell(
                &mut record,
                &mut cache,
                name,
                &String::from_utf8_lossy(cell),
                csvde,
            );
        }
        sink.record(&record);
    }
    Ok(())
}

fn read_cell(
    record: &mut RawRecord<'_>,
    cache: &mut NameCache,
    name: &str,
    cell: &str,
    csvde: bool,
) {
    let Some(property) = cache.find(name) else {
        record.note_unknown(name);
        if cache.wants_a_look(name) && record.look_at_unread(name, cell) {
            cache.looked();
        }
        return;
    };
    record.spelled(property, name);
    if !csvde {
        return record.push(property, cell.to_owned());
    }
    if cell.is_empty() {
        return record.push(property, "");
    }
    // A name has backslashes of its own, and is never a list.
    if property == crate::property::Property::DistinguishedName {
        return record.push(property, plain_of(property, cell).into_owned());
    }
    for value in values_of(cell) {
        let value = plain_of(property, &value).into_owned();
        record.push(property, value);
    }
}

/// What stands before the header: Windows PowerShell's `#TYPE …`, and `sep=;` for Excel.
fn is_preamble(line: &[u8]) -> bool {
    line.starts_with(b"#TYPE") || delimiter_told(line).is_some()
}

/// The delimiter of a line `sep=;`, with or without quotes.
fn delimiter_told(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_end();
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let (sep, delimiter) = line.split_first_chunk::<4>()?;
    match delimiter {
        [delimiter] if sep.eq_ignore_ascii_case(b"sep=") => Some(*delimiter),
        // A tab at the end of a line is white space.
        [] if sep.eq_ignore_ascii_case(b"sep=") => Some(b'\t'),
        _ => None,
    }
}

/// What joined files repeat between their rows: a header, or what stands before one. Blank lines the table's reader skips.
fn is_no_row(line: &csv::ByteRecord, names: &[String], delimiter: u8) -> bool {
    let Some(first) = line.get(0) else {
        return true;
    };
    if line.len() < names.len() && line.len() <= 2 {
        let whole = line.as_slice();
        return first.starts_with(b"#TYPE")
            || is_preamble(whole)
            || is_preamble(&[whole, &[delimiter]].concat());
    }
    line.len() == names.len()
        && names.len() > 1
        && line
            .iter()
            .zip(names)
            .all(|(cell, name)| cell == name.as_bytes())
}

/// The values of a cell of csvde: `;` between them, `\;` and `\\` inside.
fn values_of(cell: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        let value = values.last_mut();
        match (c, chars.peek(), value) {
            ('\\', Some(next @ (';' | '\\')), Some(value)) => {
                value.push(*next);
                chars.next();
            }
            (';', _, _) => values.push(String::new()),
            (c, _, Some(value)) => value.push(c),
            _ => {}
        }
    }
    values.retain(|value| !value.is_empty());
    values
}

/// A value of csvde: bytes stand as `X'0a1b…'`.
fn plain_of(property: crate::property::Property, value: &str) -> Cow<'_, str> {
    let digits = value
        .strip_prefix("X'")
        .and_then(|digits| digits.strip_suffix('\''));
    let bytes = digits.and_then(|digits| {
        data_encoding::HEXLOWER_PERMISSIVE
            .decode(digits.as_bytes())
            .ok()
    });
    match bytes {
        Some(bytes) => Cow::Owned(text_of(property, bytes)),
        None => Cow::Borrowed(value),
    }
}

fn invalid(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
    }
}

/// The delimiter that stands most often in the header line.
fn delimiter_of(header: &[u8]) -> u8 {
    let count = |delimiter: &u8| memchr::memchr_iter(*delimiter, header).count();
    [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}
