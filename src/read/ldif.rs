//! Records of an LDIF file (RFC 2849), as ldifde and other directory tools export them.

use std::io::{self, BufRead, Read as _};

use base64::Engine as _;

use super::Sink;
use super::source::skip_line;
use crate::limits::PROXYCALC_MAX_RECORD_BYTES;
use crate::problem::ProblemCode;
use crate::property::{NameCache, Property};
use crate::record::{RawRecord, text_of_bytes};

/// Reads entry after entry. An entry that only changes an object is no data, and is named.
pub(super) fn read(text: &mut impl BufRead, sink: &mut impl Sink) -> io::Result<()> {
    let mut names = sink.names();
    let mut entry = Entry::default();
    let mut lines = Lines { text, next: None };
    while let Some(line) = lines.unfolded()? {
        if line.is_empty() {
            entry.end(sink);
            names.restart();
        } else if line[0] != b'#' {
            entry.add(&line, &mut names);
        }
    }
    entry.end(sink);
    Ok(())
}

/// Lines with what continues them: a line that begins with a blank goes on where the one before ended.
struct Lines<R> {
    text: R,
    next: Option<Vec<u8>>,
}

impl<R: BufRead> Lines<R> {
    fn raw(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.next.take() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        // A longer line is kept only as far as it shows that the entry is over the limit.
        let most = PROXYCALC_MAX_RECORD_BYTES as u64 + 2;
        if self.text.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.len() > PROXYCALC_MAX_RECORD_BYTES && line.last() != Some(&b'\n') {
            skip_line(&mut self.text)?;
        }
        while matches!(line.last(), Some(b'\n' | b'\r')) {
            line.pop();
        }
        Ok(Some(line))
    }

    fn unfolded(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(mut line) = self.raw()? else {
            return Ok(None);
        };
        while let Some(next) = self.raw()? {
            match next.split_first() {
                Some((b' ', rest)) if !line.is_empty() => {
                    let room = (PROXYCALC_MAX_RECORD_BYTES + 1).saturating_sub(line.len());
                    line.extend_from_slice(&rest[..rest.len().min(room)]);
                }
                _ => {
                    self.next = Some(next);
                    break;
                }
            }
        }
        Ok(Some(line))
    }
}

#[derive(Default)]
struct Entry {
    record: RawRecord<'static>,
    /// Its bytes, for the limit.
    length: usize,
    /// Its name, where it has one: `version: 1` stands alone.
    dn: Option<String>,
    /// `changetype`, where it is none that brings a whole object.
    change: Option<String>,
    /// Lines that are none of LDIF.
    broken: Vec<String>,
}

impl Entry {
    fn add(&mut self, line: &[u8], names: &mut NameCache) {
        self.length += line.len();
        let Some(colon) = memchr::memchr(b':', line) else {
            let shown = String::from_utf8_lossy(&line[..line.len().min(60)]).into_owned();
            return self.broken.push(format!("{shown:?} is no `name: value`"));
        };
        let name = String::from_utf8_lossy(&line[..colon]);
        // `userCertificate;binary`, `member;range=0-1499`
        let name = name.split(';').next().unwrap_or_default().trim();
        let value = &line[colon + 1..];
        let (value, encoded) = match value.first() {
            Some(b':') => (value[1..].trim_ascii(), true),
            // A file elsewhere, which nobody opens.
            Some(b'<') => {
                return self
                    .broken
                    .push(format!("{name} stands in a file of its own"));
            }
            _ => (value.trim_ascii_start(), false),
        };
        if name.eq_ignore_ascii_case("changetype") {
            let change = String::from_utf8_lossy(value).into_owned();
            self.change = (!change.eq_ignore_ascii_case("add")).then_some(change);
            return;
        }
        let Some(property) = names.find(name) else {
            self.record.note_unknown(name);
            if names.wants_a_look(name)
                && self
                    .record
                    .look_at_unread(name, &String::from_utf8_lossy(value))
            {
                names.looked();
            }
            return;
        };
        let value = if encoded {
            match base64::engine::general_purpose::STANDARD.decode(value) {
                Ok(bytes) => text_of(property, bytes),
                Err(error) => return self.broken.push(format!("{name} is no base64: {error}")),
            }
        } else {
            String::from_utf8_lossy(value).into_owned()
        };
        if property == Property::DistinguishedName {
            // ldifde writes letters beyond ASCII in a name as `\C3\B6`, whatever the file is written in.
            let dn = unescaped(&value);
            self.dn.get_or_insert_with(|| dn.clone());
            return self.record.push(property, dn);
        }
        self.record.push(property, value);
    }

    fn end(&mut self, sink: &mut impl Sink) {
        let entry = std::mem::take(self);
        let who = || entry.dn.clone().unwrap_or_default();
        if entry.length > PROXYCALC_MAX_RECORD_BYTES {
            let what = format!("{}: {} bytes", who(), entry.length);
            return sink.unreadable(ProblemCode::RecordTooLarge, &what);
        }
        if let Some(change) = &entry.change {
            let what = format!("{}: changetype {change} is a change, not an object", who());
            return sink.unreadable(ProblemCode::RecordNotAnObject, &what);
        }
        if !entry.broken.is_empty() {
            // What was read of it counts.
            let what = format!("{}: {}", who(), entry.broken.join("; "));
            sink.trouble(ProblemCode::SourceUnreadable, &what);
        }
        let some = !entry.record.present.is_empty() || !entry.record.unknown.is_empty();
        // `version: 1` and `search: 2` are no objects.
        if some && (entry.dn.is_some() || !entry.record.present.is_empty()) {
            sink.record(&entry.record);
        }
    }
}

/// Bytes of a property as text: ids in the form that [`crate::identity`] reads, all else as UTF-8.
pub(super) fn text_of(property: Property, bytes: Vec<u8>) -> String {
    match property {
        Property::Sid
        | Property::ObjectGuid
        | Property::ImmutableId
        | Property::MailboxGuid
        | Property::Guid => text_of_bytes(property, &bytes),
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    }
}

/// A name without the escapes of bytes beyond ASCII (RFC 4514). Those of commas and the like belong to it.
fn unescaped(dn: &str) -> String {
    let bytes = dn.as_bytes();
    let hex = |at: usize| {
        let digits = bytes.get(at + 1..at + 3)?;
        let value = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        (bytes[at] == b'\\' && !value.is_ascii()).then_some(value)
    };
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = hex(at);
        plain.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).unwrap_or_else(|_| dn.to_owned())
}
