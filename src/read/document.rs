//! Records of a JSON document: an array, Graph's `{"value":[…]}`, or objects one after another.
//!
//! Where a record ends is told by brackets and quotes alone, and each is then read by itself: what is wrong within one
//! (bytes that are no text, half a character, a number that is none) costs no other.

use std::io::{self, BufRead};

use serde::de::IgnoredAny;

use super::Sink;
use super::json::read_record;
use crate::limits::PROXYCALC_MAX_RECORD_BYTES;
use crate::problem::ProblemCode;
use crate::property::{NameCache, Property};
use crate::record::NAMES;

/// Reads documents until the text ends.
///
/// # Errors
/// What the reader says, and where the text is no JSON between its records. What came before was read.
pub fn read_documents(
    text: &mut impl BufRead,
    names: &mut NameCache,
    sink: &mut impl Sink,
) -> io::Result<()> {
    let mut lexer = Lexer::new(text);
    while let Some(first) = lexer.peek()? {
        match first {
            b'[' => elements(&mut lexer, names, sink)?,
            b'{' => object(&mut lexer, names, sink)?,
            b'"' => {
                let mut kept = Kept::default();
                lexer.value(&mut kept)?;
                read_record(&kept.bytes, kept.length, names, sink);
            }
            _ => return Err(lexer.expected("an object or an array")),
        }
    }
    Ok(())
}

fn elements(
    lexer: &mut Lexer<impl BufRead>,
    names: &mut NameCache,
    sink: &mut impl Sink,
) -> io::Result<()> {
    lexer.take(b"[")?;
    if lexer.peek()? == Some(b']') {
        return lexer.take(b"]").map(|_| ());
    }
    let mut kept = Kept::default();
    loop {
        kept.clear();
        lexer.value(&mut kept)?;
        read_record(&kept.bytes, kept.length, names, sink);
        if lexer.take(b",]")? == b']' {
            return Ok(());
        }
    }
}

/// A page, whose records are in `value`, or a record itself.
fn object(
    lexer: &mut Lexer<impl BufRead>,
    names: &mut NameCache,
    sink: &mut impl Sink,
) -> io::Result<()> {
    let mut page = false;
    let mut context = String::new();
    let mut more = false;
    let mut record = Kept::default();
    record.add(b"{");
    lexer.fields(|lexer, key| {
        if key == b"\"value\"" && lexer.peek()? == Some(b'[') {
            page = true;
            return elements(lexer, names, sink);
        }
        if record.length > 1 {
            record.add(b",");
        }
        record.add(key);
        record.add(b":");
        let start = record.bytes.len();
        lexer.value(&mut record)?;
        let text = || serde_json::from_slice::<String>(&record.bytes[start..]).unwrap_or_default();
        if key.eq_ignore_ascii_case(b"\"@odata.nextLink\"") {
            more = !text().trim().is_empty();
        } else if key.eq_ignore_ascii_case(b"\"@odata.context\"") {
            context = text();
        }
        Ok(())
    })?;
    record.add(b"}");
    if !page {
        read_record(&record.bytes, record.length, names, sink);
        return Ok(());
    }
    sink.page("", &context, more);
    if serde_json::from_slice::<IgnoredAny>(&record.bytes).is_err() {
        // Nobody reads it, but a file that is damaged there may be so where nobody can see it.
        let what = "what a page has beside its records is no JSON";
        sink.trouble(ProblemCode::SourceUnreadable, what);
    }
    Ok(())
}

/// What an admin knows the record by, as far as it can be read, and the field in which byte `at` stands.
pub(super) fn place_of(record: &[u8], at: Option<usize>) -> (Option<String>, Option<String>) {
    let mut identity: Option<(usize, String)> = None;
    let mut field = None;
    let text = |json: &[u8]| serde_json::from_str::<String>(&String::from_utf8_lossy(json)).ok();
    let mut value = Kept::default();
    // Where it is no JSON any more there is nothing further to be said.
    let _ = Lexer::new(record).fields(|lexer, key| {
        let start = lexer.read;
        value.clear();
        let end = lexer.value(&mut value);
        let key = text(key).unwrap_or_default();
        let known = Property::from_name(&key);
        if let Some(rank) = NAMES.iter().position(|name| Some(*name) == known)
            && identity.as_ref().is_none_or(|(other, _)| rank < *other)
            && let Some(text) = text(&value.bytes).filter(|text| !text.is_empty())
        {
            identity = Some((rank, text.chars().take(256).collect()));
        }
        if at.is_some_and(|at| start <= at && at <= lexer.read) {
            field = Some(key);
        }
        end
    });
    (identity.map(|(_, text)| text), field)
}

/// Bytes, of which one more than a record may have are kept.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    length: usize,
}

impl Kept {
    fn clear(&mut self) {
        self.bytes.clear();
        self.length = 0;
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = PROXYCALC_MAX_RECORD_BYTES + 1 - self.bytes.len();
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.length += bytes.len();
    }
}

struct Lexer<R> {
    text: R,
    /// Bytes read so far.
    read: usize,
}

impl<R: BufRead> Lexer<R> {
    fn new(text: R) -> Self {
        Self { text, read: 0 }
    }

    fn consume(&mut self, count: usize) {
        self.text.consume(count);
        self.read += count;
    }

    /// The next byte that is no white space; `None` at the end.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let bytes = self.text.fill_buf()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let blank = |byte: &&u8| byte.is_ascii_whitespace();
            let blanks = bytes.iter().take_while(blank).count();
            let found = bytes.get(blanks).copied();
            self.consume(blanks);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Takes the next byte, which is one of `wanted`.
    fn take(&mut self, wanted: &[u8]) -> io::Result<u8> {
        match self.peek()? {
            Some(byte) if wanted.contains(&byte) => {
                self.consume(1);
                Ok(byte)
            }
            Some(_) => {
                let all = wanted.iter().map(|byte| format!("`{}`", char::from(*byte)));
                Err(self.expected(&all.collect::<Vec<_>>().join(" or ")))
            }
            None => Err(self.ended()),
        }
    }

    /// Adds the bytes of the next value to `kept`.
    fn value(&mut self, kept: &mut Kept) -> io::Result<()> {
        self.peek()?;
        let start = self.read;
        let mut scan = Scan::default();
        loop {
            let bytes = self.text.fill_buf()?;
            if bytes.is_empty() {
                return Err(self.ended());
            }
            let (count, ended) = scan.advance(bytes);
            kept.add(&bytes[..count]);
            self.consume(count);
            if ended && self.read == start {
                return Err(self.expected("a value"));
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// Reads an object: `field` is called with each key, in its quotes, and reads the value.
    fn fields(
        &mut self,
        mut field: impl FnMut(&mut Self, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.take(b"{")?;
        if self.peek()? == Some(b'}') {
            return self.take(b"}").map(|_| ());
        }
        let mut key = Kept::default();
        loop {
            if !matches!(self.peek()?, Some(b'"') | None) {
                return Err(self.expected("a name in quotes"));
            }
            key.clear();
            self.value(&mut key)?;
            self.take(b":")?;
            field(self, &key.bytes)?;
            if self.take(b",}")? == b'}' {
                return Ok(());
            }
        }
    }

    fn expected(&self, what: &str) -> io::Error {
        let at = self.read + 1;
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{what} was expected at byte {at}"),
        )
    }

    fn ended(&self) -> io::Error {
        io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!("it ends at byte {}", self.read),
        )
    }
}

/// Where in a value the bytes read so far end.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    /// How many of `bytes` belong to the value, and whether it ends there.
    fn advance(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < bytes.len() {
            if self.escaped {
                self.escaped = false;
                at += 1;
            } else if self.in_text {
                let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else {
                    break;
                };
                at += found + 1;
                self.escaped = bytes[at - 1] == b'\\';
                self.in_text = self.escaped;
                if !self.in_text && self.depth == 0 {
                    return (at, true);
                }
            } else {
                let byte = bytes[at];
                match byte {
                    b'"' => self.in_text = true,
                    b'{' | b'[' => self.depth += 1,
                    // A number and the like ends before what is no part of it.
                    b'}' | b']' | b',' | b':' if self.depth == 0 => return (at, true),
                    byte if self.depth == 0 && byte.is_ascii_whitespace() => return (at, true),
                    b'}' | b']' => self.depth -= 1,
                    _ => {}
                }
                at += 1;
                if self.depth == 0 && matches!(byte, b'}' | b']') {
                    return (at, true);
                }
            }
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RawRecord;

    /// What was read, a line each.
    #[derive(Default)]
    struct Rows(Vec<String>);
    impl Sink for Rows {
        fn record(&mut self, record: &RawRecord<'_>) {
            let values = record.values.iter().map(|(_, value)| value.as_ref());
            let mut row = values.collect::<Vec<_>>().join("|");
            for defect in &record.defects {
                let field = defect.field.map(|field| format!("{field:?}"));
                let told = [
                    Some(defect.code.name()),
                    field.as_deref(),
                    Some(&defect.value),
                ];
                for part in told.into_iter().flatten() {
                    row = format!("{row} {part}");
                }
            }
            self.0.push(row);
        }
        fn unreadable(&mut self, code: ProblemCode, detail: &str) {
            self.0.push(format!("{} {detail}", code.name()));
        }
        fn trouble(&mut self, _: ProblemCode, _: &str) {}
    }

    fn read(mut text: &[u8]) -> (Vec<String>, Option<String>) {
        let mut rows = Rows::default();
        let outcome = read_documents(&mut text, &mut NameCache::default(), &mut rows);
        (rows.0, outcome.err().map(|error| error.to_string()))
    }

    #[test]
    fn a_broken_record_costs_no_other_and_is_named() {
        for (record, expected) in [
            (
                &b"{\"EmailAddresses\":[\"smtp:x@y\"],\"DisplayName\":\"\xff\",\"Name\":\"Ann\"}"[..],
                "smtp:x@y|Ann NotUnicode DisplayName \u{fffd}",
            ),
            (
                b"{ \"Name\": \"Ann\",\n  \"EmailAddresses\": [\"smtp:x\\ud83d@y\"] }",
                "InvalidJson Ann, EmailAddresses: unexpected end of hex escape at line 2 column 35",
            ),
            (
                b"{\"Name\":\"Ann\",\"Mail\":0x1}",
                "InvalidJson Ann, Mail: ",
            ),
            (
                b"{\"Mail\":\"a@b\" \"Name\":1}",
                "InvalidJson a@b: expected `,` or `}` at line 1 column 15",
            ),
            (
                b"{\"Name\":\"\\udc00\"}",
                "InvalidJson {\"Name\":\"\\udc00\"}, Name: ",
            ),
            (b"[{\"Name\":\"a\"}]", "RecordNotAnObject "),
            (
                b"\"ann@contoso.com\"",
                "RecordNotAnObject \"ann@contoso.com\"",
            ),
            (b"-7", "RecordNotAnObject -7"),
            (b"null", "RecordNotAnObject null"),
            (b"nul", "InvalidJson nul: "),
        ] {
            let list = [
                b"[ {\"Name\":\"a\"} , ",
                record,
                b",{\"Name\":\"b]}\\\"\"}\n]",
            ]
            .concat();
            let page = [
                b"{\"@odata.context\":\"x\",\"value\":",
                &list[..],
                b",\"n\":1}",
            ]
            .concat();
            for text in [list, page] {
                let (rows, error) = read(&text);
                assert_eq!(error, None);
                assert_eq!((&*rows[0], &*rows[2]), ("a", "b]}\""), "{rows:?}");
                assert!(rows.len() == 3 && rows[1].starts_with(expected), "{rows:?}");
            }
        }
    }

    #[test]
    fn a_record_over_the_limit_costs_no_other() {
        let filler = vec![b'x'; PROXYCALC_MAX_RECORD_BYTES];
        let big = [
            b"[{\"Name\":\"big\",\"Notes\":\"",
            &filler[..],
            b"\"},{\"Name\":\"b\"}]",
        ]
        .concat();
        let (rows, error) = read(&big);
        assert_eq!(
            rows,
            [
                &format!("RecordTooLarge big: {} bytes", filler.len() + 25),
                "b"
            ]
        );
        assert_eq!(error, None);
    }

    #[test]
    fn what_is_no_json_between_records_ends_the_reading_and_says_where() {
        for (text, records, expected) in [
            (
                "[{\"Name\":\"a\"} {\"Name\":\"b\"}]",
                1,
                "`,` or `]` was expected at byte 15",
            ),
            ("[{\"Name\":\"a\"},]", 1, "a value was expected at byte 15"),
            ("[{\"Name\":\"a\"},{\"Name\":\"b", 1, "it ends at byte 24"),
            ("[{\"Name\":\"a\"},1", 1, "it ends at byte 15"),
            (
                "[{\"Name\":\"a\"}]]",
                1,
                "an object or an array was expected at byte 15",
            ),
            ("{\"Name\" 1}", 0, "`:` was expected at byte 9"),
            (
                "{\"Name\":1,}",
                0,
                "a name in quotes was expected at byte 11",
            ),
            ("{\"value\":[{\"Name\":\"a\"}]", 1, "it ends at byte 23"),
        ] {
            let (rows, error) = read(text.as_bytes());
            assert_eq!(
                (rows.len(), error.as_deref()),
                (records, Some(expected)),
                "{text}"
            );
        }
        assert_eq!(read(b" [ ] { } [{}]\n"), (vec![String::new(); 2], None));
    }
}
