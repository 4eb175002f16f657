//! One text out of the many ways in which an error is pasted.
//!
//! JSON escapes and HTML entities are undone, colors and marks dropped, every kind of quote becomes a plain one (but not the
//! apostrophe of O’Neill: by another the object would not be found), lines
//! that only point into a script are put aside, as is what PowerShell says about the record (category, error id). Then
//! the text is folded for matching: lower case, without white space, so that a console's line wrap, in mid-sentence or
//! mid-word, changes nothing. Every step goes over the text once.

use std::borrow::Cow;

/// A text made plain.
#[derive(Debug, Default)]
pub struct Plain {
    /// For people: straight quotes, one blank between words, a line end where there was one.
    pub text: String,
    /// `text` for matching: see [`fold`].
    pub folded: Vec<u8>,
    /// Where each byte of `folded` stands in `text`.
    pub at: Vec<u32>,
    /// What PowerShell says about the record: category, target, error id.
    pub envelope: String,
    /// The lines of script that PowerShell quotes: what was typed.
    pub script: String,
}

impl Plain {
    /// Makes `raw` plain.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        let unescaped = undo_backslashes(raw);
        let unescaped = undo_entities(&unescaped);
        let mut plain = Self::default();
        let mut lines = String::with_capacity(unescaped.len());
        sort_lines(&unescaped, &mut lines, &mut plain);
        plain.text = plain_characters(&lines);
        (plain.folded, plain.at) = fold(&plain.text);
        plain
    }

    /// Where the byte `at` of the folded text stands in the text; its end for the end.
    #[must_use]
    pub fn place(&self, at: usize) -> usize {
        self.at.get(at).map_or(self.text.len(), |at| *at as usize)
    }

    /// The text behind the byte before `at` of the folded text: white space that follows is included.
    #[must_use]
    pub fn place_behind(&self, at: usize) -> usize {
        let Some(last) = at.checked_sub(1) else {
            return 0;
        };
        let next = self.place(last) + 1;
        // An apostrophe of several bytes is folded to one.
        (next..self.text.len())
            .find(|place| self.text.is_char_boundary(*place))
            .unwrap_or(self.text.len())
    }
}

/// Lower case (ASCII), no white space, single quotes as double ones; and where each byte came from.
#[must_use]
pub fn fold(text: &str) -> (Vec<u8>, Vec<u32>) {
    let mut folded = Vec::with_capacity(text.len());
    let mut at = Vec::with_capacity(text.len());
    for (place, c) in text.char_indices() {
        if matches!(c, ' ' | '\n') {
            continue;
        }
        let c = if is_apostrophe(c) { '"' } else { c };
        let mut bytes = [0; 4];
        for (byte, place) in c.encode_utf8(&mut bytes).bytes().zip(place as u32..) {
            folded.push(byte.to_ascii_lowercase());
            at.push(place);
        }
    }
    (folded, at)
}

/// A single quote of any kind.
#[must_use]
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201b}' | '´' | '′' | '\u{ff07}')
}

/// Undoes the escapes of JSON in JSON and of Markdown: `\"`, `\\\"`, `\u0022`, `\<`, `\_`; and `\n`, where quotes are escaped.
fn undo_backslashes(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let escaped_quotes = raw.contains("\\\"");
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(found) = rest.find('\\') {
        out.push_str(&rest[..found]);
        let run = &rest[found..];
        let after = run.trim_start_matches('\\');
        let slashes = &run[..run.len() - after.len()];
        let code = after
            .strip_prefix('u')
            .and_then(|code| code.get(..4))
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok());
        rest = after;
        match (code, after.as_bytes().first()) {
            (Some(code), _) => {
                out.extend(char::from_u32(code));
                rest = &after[5..];
            }
            (_, Some(b'"' | b'<' | b'>' | b'_' | b'*' | b'`')) => {}
            (_, Some(b'r' | b'n' | b't')) if escaped_quotes => {
                out.push('\n');
                rest = &after[1..];
            }
            _ => out.push_str(slashes),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Undoes HTML entities, twice where they were escaped themselves, and the line ends of PowerShell's XML.
fn undo_entities(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..2 {
        if text.contains('&') {
            // As in an attribute: a name without its semicolon stays what it is, as in `r&d@contoso.com`.
            text = Cow::Owned(htmlize::unescape_attribute(text.as_ref()).into_owned());
        }
    }
    if text.contains("_x00") {
        text = Cow::Owned(text.replace("_x000D_", "").replace("_x000A_", "\n"));
    }
    text
}

/// What begins a line, or stands in one behind `+`, that says something about the record.
const RECORD_FIELDS: &[&str] = &["CategoryInfo", "FullyQualifiedErrorId"];

/// Puts the lines of the message into `message`, those about the record and those of script into `plain`.
fn sort_lines(text: &str, message: &mut String, plain: &mut Plain) {
    let Plain {
        envelope, script, ..
    } = plain;
    let mut about_record = false;
    for line in text.lines() {
        let line = line.trim_end();
        let mut inner = line.trim_start();
        let indent = line.len() - inner.len();
        // A quoted mail; the frame that PowerShell 7 draws; a frame's line of source.
        inner = inner.trim_start_matches('>').trim_start();
        if let Some(framed) = inner.strip_prefix('|') {
            inner = framed.trim_start();
        }
        let number = inner.trim_start_matches(|c: char| c.is_ascii_digit());
        let source = number
            .trim_start()
            .strip_prefix('|')
            .filter(|_| number.len() < inner.len());
        script.extend(source.map(|source| format!("{source}\n")));
        let points = source.is_some()
            || inner == "Line |"
            || inner.starts_with("At line:")
            || inner.starts_with("At ") && inner.contains(" char:");
        if points {
            about_record = false;
            continue;
        }
        if RECORD_FIELDS.iter().any(|field| inner.starts_with(field)) {
            about_record = true;
        } else if let Some(added) = inner.strip_prefix("+ ") {
            about_record = RECORD_FIELDS
                .iter()
                .any(|field| added.trim_start().starts_with(field));
            if !about_record {
                // Source, or the marks under it.
                script.push_str(added);
                script.push('\n');
                continue;
            }
        } else if indent < 3 || inner.is_empty() {
            about_record = false;
        }
        if about_record {
            envelope.push_str(inner);
            envelope.push('\n');
            continue;
        }
        // All on one line, as a log keeps it.
        let cut = RECORD_FIELDS
            .iter()
            .filter_map(|field| inner.find(&format!("+ {field}")))
            .min();
        let (said, about) = inner.split_at(cut.unwrap_or(inner.len()));
        message.push_str(said);
        message.push('\n');
        if !about.is_empty() {
            envelope.push_str(about);
            envelope.push('\n');
        }
    }
}

/// Tags that say nothing; all other text in angle brackets is a placeholder and stays.
const TAGS: &[&str] = &[
    "pii", "br", "b", "i", "p", "div", "span", "strong", "em", "code", "li", "ul", "td", "tr",
];

/// The length of a tag at the start of `text`, and whether it ends a line.
fn tag(text: &str) -> Option<(usize, bool)> {
    let inner = text.strip_prefix('<')?;
    let closing = inner.starts_with('/');
    let name_start = inner.strip_prefix('/').unwrap_or(inner);
    let end = name_start
        .bytes()
        .take(8)
        .position(|byte| !byte.is_ascii_alphanumeric())?;
    let name = &name_start[..end];
    if !TAGS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return None;
    }
    let rest = &name_start.as_bytes()[end..];
    // Attributes are short; an unclosed tag is none.
    let close = memchr::memchr(b'>', &rest[..rest.len().min(200)])?;
    let length = 1 + usize::from(closing) + end + close + 1;
    let breaks = ["br", "p", "div", "li", "tr"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    Some((length, breaks))
}

/// The length of a color or other control sequence of a console at the start of `text`.
fn control_sequence(text: &str) -> Option<usize> {
    let body = text.strip_prefix("\u{1b}[")?;
    let end = body
        .bytes()
        .take(32)
        .position(|byte| (0x40..0x7f).contains(&byte))?;
    Some(2 + end + 1)
}

fn plain_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Single quotes that no other has closed yet.
    let mut open = 0_usize;
    while let Some(c) = rest.chars().next() {
        if let Some((length, breaks)) = (c == '<').then(|| tag(rest)).flatten() {
            if breaks {
                push(&mut out, '\n');
            }
            rest = &rest[length..];
            continue;
        }
        if let Some(length) = (c == '\u{1b}').then(|| control_sequence(rest)).flatten() {
            rest = &rest[length..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '"'
            | '\u{201c}'..='\u{201f}'
            | '«'
            | '»'
            | '\u{ff02}'
            | '″'
            | '「'
            | '」'
            | '『'
            | '』' => {
                let behind = rest.trim_start_matches('"');
                // A quote doubled, as CSV and PowerShell write one inside a text, beside a word; else an empty text.
                if behind.len() < rest.len() && !doubles(&out, behind) {
                    push(&mut out, '"');
                }
                push(&mut out, '"');
                rest = behind;
            }
            c if is_apostrophe(c) => {
                let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                match (word(out.chars().next_back()), word(rest.chars().next())) {
                    (true, true) => push(&mut out, c),
                    // Parents’ evening.
                    (true, false) if open == 0 && rest.starts_with(' ') => push(&mut out, c),
                    (behind_word, _) => {
                        open = if behind_word {
                            open.saturating_sub(1)
                        } else {
                            open + 1
                        };
                        push(&mut out, '\'');
                    }
                }
            }
            // Markdown's and PowerShell's; zero width; soft hyphen.
            '`' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            '：' => push(&mut out, ':'),
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => push(&mut out, '\n'),
            c if c.is_whitespace() || c.is_control() => push(&mut out, ' '),
            c => push(&mut out, c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether quotes that follow one another are one: a word is on exactly one side of them.
fn doubles(before: &str, behind: &str) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "<>/_@".contains(c));
    word(before.chars().next_back()) != word(behind.chars().next())
}

/// Adds `c`; white space only once, and a line end wins over blanks.
fn push(out: &mut String, c: char) {
    match (out.as_bytes().last(), c) {
        (None, ' ' | '\n') | (Some(b' ' | b'\n'), ' ') | (Some(b'\n'), '\n') => {}
        (Some(b' '), '\n') => {
            out.pop();
            out.push('\n');
        }
        _ => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(raw: &str) -> String {
        Plain::new(raw).text
    }

    #[test]
    fn quotes_of_every_kind_become_plain() {
        for raw in [
            r#"of "HR"."#,
            "of “HR”.",
            "of „HR“.",
            "of «HR».",
            r#"of \"HR\"."#,
            r#"of \\\"HR\\\"."#,
            r"of \u0022HR\u0022.",
            "of &quot;HR&quot;.",
            "of &amp;quot;HR&amp;quot;.",
            r#"of ""HR""."#,
            "of `\"HR`\".",
            "of \u{1b}[31;1m\"HR\"\u{1b}[0m.",
            "of \"<pii>HR</pii>\".",
            "of &quot;&lt;pii&gt;HR&lt;/pii&gt;&quot;.",
        ] {
            assert_eq!(plain(raw), r#"of "HR"."#, "{raw}");
        }
        assert_eq!(plain("« SMTP\u{a0}:a@x »"), "\" SMTP :a@x \"");
        assert_eq!(plain(r#"name "" is"#), r#"name "" is"#);
    }

    #[test]
    fn an_apostrophe_stays_as_it_was_written() {
        for (raw, expected) in [
            ("of “O’Neill”.", "of \"O’Neill\"."),
            ("of ‘O’Neill’.", "of 'O’Neill'."),
            ("of ’O’Neill’.", "of 'O’Neill'."),
            ("of 'D´Angelo’.", "of 'D´Angelo'."),
            ("of “Boys’ Club”.", "of \"Boys’ Club\"."),
            ("of ‘Boys’ Club’.", "of 'Boys' Club'."),
            ("of “O'Neill”.", "of \"O'Neill\"."),
        ] {
            assert_eq!(plain(raw), expected, "{raw}");
            let straight = raw.replace(is_apostrophe, "'");
            assert_eq!(Plain::new(raw).folded, Plain::new(&straight).folded);
        }
    }

    #[test]
    fn what_only_looks_like_an_escape_stays() {
        for text in [
            r"C:\new\tools",
            "r&d@contoso.com",
            "smtp:<name>",
            "<user>@contoso.com",
            "a < b",
        ] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain(r"PublicFolder\_\<GUID\>"), "PublicFolder_<GUID>");
    }

    #[test]
    fn what_a_console_adds_is_put_aside() {
        let raw = "Set-Mailbox : It is\r\nin use.\r\nAt line:1 char:1\r\n+ Set-Mailbox -Identity a@x\r\n+ ~~~~~~~~~~~\r\n    + CategoryInfo          : NotSpecified: (a@x:String) [Set-Mailbox], SomeExcep\r\n   tion\r\n    + FullyQualifiedErrorId : [Server=X] 6F9304,Some.Type\r\n\r\nnext";
        let plain = Plain::new(raw);
        assert_eq!(plain.text, "Set-Mailbox : It is\nin use.\nnext");
        assert!(plain.envelope.contains("SomeExcep\ntion") && plain.envelope.contains("6F9304"));
        let seven = "Set-Mailbox:\nLine |\n   2 |  Set-Mailbox -Identity a@x\n     |  ~~~~~~~~~\n     | It is\n     | in use.";
        assert_eq!(
            Plain::new(seven).text,
            "Set-Mailbox:\n~~~~~~~~~\nIt is\nin use."
        );
    }

    #[test]
    fn folded_bytes_know_their_place() {
        let plain = Plain::new("It ISN’T\n here");
        assert_eq!(plain.folded, b"itisn\"there");
        assert_eq!(&plain.text[plain.place(2)..plain.place_behind(7)], "ISN’T");
        assert_eq!(plain.place_behind(6), plain.place(6));
        assert_eq!(plain.place(99), plain.text.len());
    }
}
