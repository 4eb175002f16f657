//! What a file is that is no data, told from its first bytes, and the way out of it.

use super::source::Stop;
use crate::problem::ProblemCode;

/// How many lines are looked at.
const LINES: usize = 40;

/// Refuses a file that is no text, but known.
pub(super) fn check_bytes(start: &[u8]) -> Result<(), Stop> {
    // A workbook is a zip archive; before 2007 it was a compound file.
    if start.starts_with(b"PK\x03\x04") || start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Stop::NoData(
            ProblemCode::ExcelWorkbook,
            "it is a workbook, or another archive",
        ));
    }
    Ok(())
}

/// Refuses text that is known to be no data.
pub(super) fn check_text(start: &[u8]) -> Result<(), Stop> {
    if is_format_list(start) {
        return Err(Stop::NoData(
            ProblemCode::FormattedOutput,
            "it is what Format-List prints",
        ));
    }
    if is_format_table(start) {
        return Err(Stop::NoData(
            ProblemCode::FormattedOutput,
            "it is what Format-Table prints",
        ));
    }
    Ok(())
}

fn lines(start: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = start
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    lines.filter(|line| !line.is_empty()).take(LINES)
}

/// `Name     : value`, with the colon in one column. A list of one property has one line.
fn is_format_list(start: &[u8]) -> bool {
    let colon = |line: &[u8]| {
        let at = memchr::memmem::find(line, b" :")? + 1;
        let name = line[..at].trim_ascii_end();
        let fits = !name.is_empty()
            && !name[0].is_ascii_whitespace()
            && !name.contains(&b'"')
            && name
                .iter()
                .all(|byte| !matches!(byte, b',' | b';' | b'\t' | b'{' | b'<'));
        (fits && matches!(line.get(at + 1), None | Some(b' '))).then_some(at)
    };
    let mut all = lines(start);
    let Some(column) = all.next().and_then(colon) else {
        return false;
    };
    // Values that go on stand below the value, further right.
    all.all(|line| {
        colon(line) == Some(column) || line.len() > column && line[..column].trim_ascii().is_empty()
    })
}

/// A line of dashes below the names.
fn is_format_table(start: &[u8]) -> bool {
    let Some(dashes) = lines(start).nth(1) else {
        return false;
    };
    let dashes = dashes.trim_ascii();
    dashes.starts_with(b"--") && dashes.iter().all(|byte| matches!(byte, b'-' | b' '))
}

/// `dn: …`, with comments and `version: 1` before it.
pub(super) fn is_ldif(start: &[u8]) -> bool {
    let first = lines(start).find(|line| !line.starts_with(b"#"));
    first.is_some_and(|line| {
        let begins = |name: &[u8]| {
            let head = line.get(..name.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(name))
        };
        begins(b"dn:") || begins(b"version:")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_data_is_known() {
        for (text, expected) in [
            (
                "\n\nName  : A\nMail  : a@x\n        b@x\n\nName  : B\nMail  :\n",
                "FormattedOutput",
            ),
            ("Name : A\n", "FormattedOutput"),
            (
                "\nName EmailAddresses\n---- --------------\nA    {SMTP:a@x}\n",
                "FormattedOutput",
            ),
            ("PK\u{3}\u{4}xl", "ExcelWorkbook"),
            ("Name,Notes\nA,see : b\n", "data"),
            ("Name;Title : x\nA;B\n", "data"),
            ("Name,Mail\n--,--\n", "data"),
            ("dn: CN=A\nmail: a@x\n", "data"),
            ("Name\nA\n", "data"),
        ] {
            let outcome = check_bytes(text.as_bytes()).and_then(|()| check_text(text.as_bytes()));
            let came = match outcome {
                Ok(()) => "data",
                Err(Stop::NoData(code, _)) => code.name(),
                Err(Stop::Error(_)) => "error",
            };
            assert_eq!(came, expected, "{text}");
        }
        assert!(is_ldif(b"# comment\nversion: 1\ndn: CN=A\n") && is_ldif(b"DN:: Q049QQ==\n"));
        assert!(!is_ldif(b"dn,mail\n"));
    }
}
