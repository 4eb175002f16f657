//! A file as a source: gzip and UTF-16 undone, its format found, its records read one after another.
//!
//! The bytes may come in any pieces; nothing here needs the whole file in memory.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;

use super::document::read_documents;
use super::json::read_record;
use super::{Set, Sink, clixml, csv, encoding, ldif, shape};
use crate::limits::PROXYCALC_MAX_RECORD_BYTES;
use crate::options::{self, or_default};
use crate::problem::ProblemCode;
use crate::property::NameCache;
use crate::status::Error;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Found from the first bytes.
    #[default]
    Auto,
    /// A table with a header.
    #[serde(alias = "tsv")]
    Csv,
    /// An array, Graph's `{"value":[…]}`, or objects one after another.
    Json,
    /// One object a line.
    #[serde(alias = "jsonl")]
    JsonLines,
    /// `Export-Clixml`.
    Clixml,
    /// ldifde's and other directory tools' export.
    Ldif,
    /// csvde's table.
    Csvde,
}

/// A file, as `proxycalc_source_begin` names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// For messages.
    pub name: String,
    /// What it is written in.
    #[serde(default, deserialize_with = "or_default")]
    pub format: Format,
    /// Which objects it holds.
    #[serde(default, deserialize_with = "or_default")]
    pub set: Set,
}

impl SourceFile {
    /// Reads `{"name":"users.json","format":"auto"}`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let text = options::utf8(bytes)?;
        options::check_object(text)?;
        serde_json::from_str(text).map_err(|error| Error::invalid("source", error.to_string()))
    }
}

/// Reads all records of `bytes`.
pub fn read(file: &SourceFile, bytes: impl Read, sink: &mut impl Sink) {
    sink.source();
    let mut named = Named {
        name: &file.name,
        sink,
        records: 0,
    };
    match read_any(file.format, bytes, &mut named) {
        Err(Stop::Error(error)) => named.io_trouble(&error),
        Err(Stop::NoData(code, what)) => named.trouble(code, what),
        // What has no name is no file: the heads of pages whose records came as objects.
        Ok(()) if named.records == 0 && !file.name.is_empty() => {
            named.trouble(ProblemCode::SourceEmpty, "no record");
        }
        Ok(()) => {}
    }
    sink.source();
}

/// Why a file is not read, or not to its end.
pub(super) enum Stop {
    /// It cannot be read.
    Error(io::Error),
    /// It is something that is known, and no data.
    NoData(ProblemCode, &'static str),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Error(error)
    }
}

fn read_any<S: Sink>(
    format: Format,
    bytes: impl Read,
    sink: &mut Named<'_, S>,
) -> Result<(), Stop> {
    let mut raw = BufReader::with_capacity(1 << 16, Full::new(bytes));
    let gzip = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let plain: Box<dyn Read + '_> = if gzip {
        Box::new(MultiGzDecoder::new(raw))
    } else {
        Box::new(raw)
    };
    let mut plain = BufReader::with_capacity(1 << 16, Full::new(plain));
    shape::check_bytes(plain.fill_buf()?)?;
    let encoding = encoding::of(plain.fill_buf()?)?;
    // A byte order mark decides between UTF-8 and UTF-16; UTF-8 passes as it is.
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(encoding)
        .utf8_passthru(true)
        .strip_bom(true)
        .bom_override(true)
        .build(plain);
    let mut text = BufReader::with_capacity(1 << 16, Full::new(decoded));
    let start = text.fill_buf()?;
    if start.trim_ascii().is_empty() {
        let error = "it is empty; look for the error of the command that wrote it";
        return Err(io::Error::new(io::ErrorKind::InvalidData, error).into());
    }
    let format = if format == Format::Auto {
        shape::check_text(start)?;
        detect(start)
    } else {
        format
    };
    match format {
        Format::Csv => csv::read(&mut text, None, sink)?,
        Format::Csvde => csv::read(&mut text, Some(true), sink)?,
        Format::Ldif => ldif::read(&mut text, sink)?,
        Format::Clixml => clixml::read(&mut text, sink)?,
        Format::JsonLines => json_lines(&mut text, sink)?,
        Format::Json | Format::Auto => read_documents(&mut text, &mut sink.names(), sink)?,
    }
    Ok(())
}

/// `{"value":[…]}`.
#[derive(Deserialize)]
struct Page {
    #[serde(rename = "value")]
    _value: Vec<serde::de::IgnoredAny>,
}

/// The format of a file that begins with `start`.
fn detect(start: &[u8]) -> Format {
    let trimmed = start.trim_ascii_start();
    match trimmed.first() {
        None => Format::JsonLines,
        Some(b'<') => Format::Clixml,
        Some(b'[') => Format::Json,
        Some(b'{') => {
            // Lines, where one is a whole object: the first, or the second, where the first is broken, and not one that
            // goes on there.
            let mut lines = trimmed
                .split(|byte| *byte == b'\n')
                .map(<[u8]>::trim_ascii)
                .filter(|line| !line.is_empty());
            let whole = |line: &[u8]| {
                line.first() == Some(&b'{')
                    && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
            };
            let goes_on = || {
                let mut values = serde_json::Deserializer::from_slice(trimmed)
                    .into_iter::<serde::de::IgnoredAny>();
                !matches!(values.next(), Some(Err(error)) if !error.is_eof())
            };
            let (first, second) = (lines.next().unwrap_or_default(), lines.next());
            let line = if whole(first) {
                second.map(|_| first)
            } else {
                second.filter(|line| whole(line) && !goes_on())
            };
            // One of Graph's pages is a document, also where it stands on one line, and pages may follow one another.
            match line {
                Some(line) if serde_json::from_slice::<Page>(line).is_err() => Format::JsonLines,
                _ => Format::Json,
            }
        }
        Some(_) if shape::is_ldif(trimmed) => Format::Ldif,
        Some(_) => Format::Csv,
    }
}

fn json_lines<S: Sink>(text: &mut impl BufRead, sink: &mut Named<'_, S>) -> io::Result<()> {
    let mut names = sink.names();
    let mut line = Vec::new();
    loop {
        line.clear();
        // Two bytes more than a record may have, for the end of the line: a longer one is not kept in memory.
        let most = PROXYCALC_MAX_RECORD_BYTES as u64 + 2;
        if text.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() > PROXYCALC_MAX_RECORD_BYTES && line.last() != Some(&b'\n') {
            let length = line.len() + skip_line(text)?;
            read_record(&line, length, &mut names, sink);
            line = Vec::new();
        } else if let record @ [_, ..] = line.trim_ascii_end() {
            read_record(record, record.len(), &mut names, sink);
        }
    }
}

/// Skips the rest of a line; gives how many bytes that were.
pub(super) fn skip_line(text: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0;
    loop {
        let bytes = text.fill_buf()?;
        let (count, last) = match memchr::memchr(b'\n', bytes) {
            Some(at) => (at + 1, true),
            None => (bytes.len(), bytes.is_empty()),
        };
        text.consume(count);
        skipped += count;
        if last {
            return Ok(skipped);
        }
    }
}

/// Fills every buffer as far as there are bytes. What a file is, is told from its first buffer, which must not depend on
/// the pieces in which it came.
struct Full<R> {
    inner: R,
    /// Met after some bytes, which go first.
    failed: Option<io::Error>,
}

impl<R> Full<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            failed: None,
        }
    }
}

impl<R: Read> Read for Full<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut count = 0;
        while count < buffer.len() {
            match self.inner.read(&mut buffer[count..]) {
                Ok(0) => break,
                Ok(more) => count += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if count == 0 => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        Ok(count)
    }
}

/// Puts the file and the number of the record before every message.
pub(super) struct Named<'s, S> {
    name: &'s str,
    sink: &'s mut S,
    records: usize,
}

impl<S: Sink> Named<'_, S> {
    fn io_trouble(&mut self, error: &io::Error) {
        let code = match error.kind() {
            io::ErrorKind::UnexpectedEof => ProblemCode::SourceTruncated,
            _ => ProblemCode::SourceUnreadable,
        };
        self.trouble(code, &format!("after {} records: {error}", self.records));
    }
}

impl<S: Sink> Sink for Named<'_, S> {
    fn names(&self) -> NameCache {
        self.sink.names()
    }

    fn record(&mut self, record: &crate::record::RawRecord<'_>) {
        self.records += 1;
        self.sink.record(record);
    }

    fn unreadable(&mut self, code: ProblemCode, detail: &str) {
        self.records += 1;
        self.sink.unreadable(
            code,
            &format!("{}, record {}: {detail}", self.name, self.records),
        );
    }

    fn page(&mut self, _: &str, context: &str, more: bool) {
        self.sink.page(self.name, context, more);
    }

    fn trouble(&mut self, code: ProblemCode, detail: &str) {
        self.sink.trouble(code, &format!("{}: {detail}", self.name));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::record::RawRecord;

    #[derive(Default, Debug, PartialEq)]
    struct Rows {
        rows: Vec<String>,
        details: Vec<String>,
    }
    impl Sink for Rows {
        fn record(&mut self, record: &RawRecord<'_>) {
            let values = record.values.iter().map(|(_, value)| value.as_ref());
            self.rows.push(values.collect::<Vec<_>>().join("|"));
        }
        fn unreadable(&mut self, code: ProblemCode, detail: &str) {
            self.trouble(code, detail);
        }
        fn trouble(&mut self, code: ProblemCode, detail: &str) {
            self.rows.push(code.name().to_owned());
            self.details.push(detail.to_owned());
        }
    }

    /// Gives one byte a call, as a caller may.
    struct Drops<'f>(&'f [u8]);
    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    fn rows(bytes: impl Read) -> Vec<String> {
        all(bytes).rows
    }

    fn all(bytes: impl Read) -> Rows {
        let file = SourceFile {
            name: "f".to_owned(),
            format: Format::Auto,
            set: Set::default(),
        };
        let mut rows = Rows::default();
        read(&file, bytes, &mut rows);
        rows
    }

    #[test]
    fn a_file_means_the_same_in_any_pieces() {
        let lines = b"{\"Name\":\"a\"}\n{bad\n{\"Name\":\"b\"}\n".to_vec();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&lines).unwrap();
        let gzip = gzip.finish().unwrap();
        let expected = ["a", "InvalidJson", "b"];
        for (file, expected) in [
            (lines, &expected[..]),
            (gzip, &expected),
            (
                b"#TYPE Selected\r\nName;DisplayName\r\na;1\r\nb;2,0\r\n".to_vec(),
                &["a|1", "b|2,0"],
            ),
        ] {
            assert_eq!(rows(&*file), expected);
            assert_eq!(rows(Drops(&file)), expected);
        }
    }

    #[test]
    fn a_file_written_on_windows_means_the_same() {
        for file in [
            "{\"Name\":\"é\"}\n{bad\n\n{\"Name\":\"b\"}\n",
            "[\n  {\"Name\":\"é\"},\n  {\"Name\":\"b\"}\n]\n",
            "#TYPE Selected\nName,DisplayName\né,\"1\"\nb\nc,2\n",
            "<Objs>\n<Obj><MS>\n<S N=\"Name\">é</S>\n</MS></Obj>\n</Objs>\n",
        ] {
            let expected = all(file.as_bytes());
            assert_eq!(expected.rows[0].split('|').next(), Some("é"), "{file}");
            let windows = file.replace('\n', "\r\n");
            assert_eq!(all(windows.as_bytes()), expected);
            let marked = format!("\u{feff}{windows}");
            assert_eq!(all(marked.as_bytes()), expected);
            let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(all(&*utf16), expected);
        }
    }

    #[test]
    fn the_line_of_a_table_is_the_one_that_an_editor_shows() {
        for first in ["", "#TYPE Selected\n"] {
            let file = format!("{first}Name,DisplayName\n\"a\nb\",1\nc\n");
            for file in [file.replace('\n', "\r\n"), file] {
                let expected = format!("line {} has 1 cells", 4 + first.lines().count());
                assert!(
                    all(file.as_bytes()).details[0].contains(&expected),
                    "{file:?}"
                );
            }
        }
    }

    #[test]
    fn the_end_of_a_line_does_not_count_for_the_limit() {
        let short = b"{\"Name\":\"a\"}\n";
        let frame = "{\"Name\":\"b\"}".len();
        for (more, row) in [(0, "b"), (1, "RecordTooLarge")] {
            let blanks = " ".repeat(PROXYCALC_MAX_RECORD_BYTES - frame + more);
            let long = format!("{{\"Name\":\"b\"{blanks}}}");
            for end in ["", "\n", "\r\n"] {
                let file = short.chain(long.as_bytes()).chain(end.as_bytes());
                assert_eq!(rows(file), ["a", row], "{more} {end:?}");
            }
        }
    }

    #[test]
    fn a_file_without_records_is_a_problem_that_names_it() {
        for (file, expected) in [
            (
                "",
                "SourceUnreadable f: after 0 records: it is empty; look for the error of the command that wrote it",
            ),
            (
                " \r\n",
                "SourceUnreadable f: after 0 records: it is empty; look for the error of the command that wrote it",
            ),
            (
                "<html>x</html>",
                "SourceUnreadable f: after 0 records: at byte 0: <html> is no CLIXML, which begins with <Objs>",
            ),
            ("<Objs Version=\"1.1.0.1\" />", "SourceEmpty f: no record"),
            ("[]", "SourceEmpty f: no record"),
            ("{\"value\":[]}", "SourceEmpty f: no record"),
            ("Identity,EmailAddresses\r\n", "SourceEmpty f: no record"),
        ] {
            let came = all(file.as_bytes());
            let came = [&came.rows[..], &came.details].concat().join(" ");
            assert_eq!(came, expected, "{file:?}");
        }
    }

    #[test]
    fn a_page_on_one_line_is_a_document() {
        let page = "{\"@odata.context\":\"x\",\"value\":[{\"Name\":\"a\"},{\"Name\":\"b\"}]}\n";
        assert_eq!(rows(page.as_bytes()), ["a", "b"]);
        assert_eq!(rows(page.repeat(2).as_bytes()), ["a", "b", "a", "b"]);
        let lines = "{\"Name\":\"a\",\"value\":1}\n{\"Name\":\"b\"}\n";
        assert_eq!(rows(lines.as_bytes()), ["a", "b"]);
    }

    #[test]
    fn a_page_whose_records_stand_on_lines_is_a_document() {
        for page in [
            "{\"value\":[\n{\"Name\":\"a\"}\n]}",
            "{\"@odata.context\":\"x\",\"value\":[\n{\"Name\":\"a\"}\n,{\"Name\":\"b\"}\n]}",
        ] {
            let records = page.matches("Name").count();
            assert_eq!(rows(page.as_bytes()), ["a", "b"][..records]);
        }
    }

    #[test]
    fn a_page_that_is_broken_beside_its_records_gives_them_and_says_so() {
        let page = "{\"value\":[{\"Name\":\"a\"}],\"n\":01}[{\"Name\":\"b\"}]";
        assert_eq!(rows(page.as_bytes()), ["a", "SourceUnreadable", "b"]);
    }

    #[test]
    fn a_broken_first_line_costs_no_other() {
        for broken in [
            "{\"Name\":\"x\",}",
            "{\"Name\":\"x",
            "{\"Name\":\"\\ud83d\"}",
        ] {
            let lines = format!("{broken}\n\n{{\"Name\":\"a\"}}\n{{\"Name\":\"b\"}}");
            assert_eq!(rows(lines.as_bytes()), ["InvalidJson", "a", "b"]);
        }
    }

    #[test]
    fn a_line_over_the_limit_is_left_out_and_the_next_one_counts() {
        // The limit and a half: the rest of the line must not be taken for a record of its own.
        let filler = io::repeat(b' ').take(PROXYCALC_MAX_RECORD_BYTES as u64 * 3 / 2);
        let file = b"{\"Name\":\"a\"}\n{\"Name\":\"b\"".chain(filler);
        let file = file.chain(&b"}\n{\"Name\":\"c\"}"[..]);
        assert_eq!(rows(file), ["a", "RecordTooLarge", "c"]);
    }

    #[test]
    fn what_was_read_before_a_file_breaks_off_counts() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        gzip.write_all(b"{\"Name\":\"a\"}\n{\"Name\":\"b\"}\n{\"Name\":\"c\"}\n")
            .unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(
            rows(&gzip[..gzip.len() - 12]),
            ["a", "b", "SourceTruncated"]
        );
    }
}
