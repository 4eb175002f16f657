//! Records of a CSV file: `Export-Csv`, the admin centres' exports, a table saved from a spreadsheet.

use std::io::{self, BufRead};

use super::Sink;
use crate::problem::ProblemCode;
use crate::property::Property;
use crate::record::RawRecord;

/// Reads a table whose first line names the properties.
pub(super) fn read(text: &mut impl BufRead, sink: &mut impl Sink) -> io::Result<()> {
    // The lines that the table's reader does not count.
    let mut uncounted = 0;
    // Windows PowerShell writes a line "#TYPE …" first.
    if text.fill_buf()?.starts_with(b"#TYPE") {
        text.read_until(b'\n', &mut Vec::new())?;
        uncounted += 1;
    }
    let start = text.fill_buf()?;
    let header = &start[..memchr::memchr(b'\n', start).unwrap_or(start.len())];
    // It ends a record at CR, and counts the line with the LF, which it meets in the next record.
    uncounted += u64::from(header.ends_with(b"\r"));
    let delimiter = delimiter_of(header);
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
    let columns: Vec<Option<Property>> =
        names.iter().map(|name| Property::from_name(name)).collect();
    let mut line = csv::ByteRecord::new();
    while table.read_byte_record(&mut line).map_err(invalid)? {
        if line.len() != columns.len() {
            let place = uncounted + line.position().map_or(0, csv::Position::line);
            sink.unreadable(
                ProblemCode::FieldCountDiffers,
                &format!(
                    "line {place} has {} cells, the header {}",
                    line.len(),
                    columns.len()
                ),
            );
            continue;
        }
        let mut record = RawRecord::default();
        let mut broken = None;
        for ((cell, property), name) in line.iter().zip(&columns).zip(&names) {
            let Some(property) = property else {
                record.note_unknown(name);
                continue;
            };
            match std::str::from_utf8(cell) {
                Ok(cell) => {
                    record.spelled(*property, name);
                    record.push(*property, cell);
                }
                Err(error) => broken = Some((name, error.valid_up_to() + 1)),
            }
        }
        match broken {
            None => sink.record(&record),
            Some((name, byte)) => {
                let who = record
                    .name()
                    .map_or_else(String::new, |name| format!("{name}, "));
                sink.unreadable(
                    ProblemCode::InvalidUtf8,
                    &format!("{who}{name}: byte {byte} of the cell is no UTF-8"),
                );
            }
        }
    }
    Ok(())
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
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}
