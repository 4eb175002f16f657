//! A cell that holds several addresses: joined by separators, or as a list that some program wrapped and quoted.
//!
//! Exports print lists in many ways: `a;b`, `{a, b}` (Format-List), `["a","b"]` (JSON), `@('a','b')`, `array('a', 'b')`.
//! [`unwrap`] takes the wrapper off, [`split`] cuts what is joined, and [`salvage`] reads what it can of a piece that is no
//! address as a whole. Nothing is dropped here: what cannot be read is handed to the caller by name.

use std::borrow::Cow;

use crate::address::{
    Address, AddressType, looks_like_smtp, starts_with_known_prefix, trim_outside,
};

/// Cuts a cell that holds several joined addresses (`;`, `|`, `,`, `+`, blank, newline between them) into its pieces.
///
/// A cut is made only where the next piece starts a new address, so that an X500 value keeps its commas, a display
/// name its blanks and `john+tag@contoso.com` its plus sign: after `+`, inside values that may hold anything, and
/// after a piece that has no `@` yet, only a known prefix starts one.
pub(crate) fn split<'a>(cell: &'a str, mut each: impl FnMut(&'a str)) {
    let bytes = cell.as_bytes();
    let mut start = 0;
    let mut at = 0;
    let mut free_form = is_free_form(cell);
    while let Some(found) = next_separator(&bytes[at..]) {
        let separator = at + found;
        let mut next = separator;
        let mut plus = false;
        let mut marks = 0;
        while next < bytes.len() && is_separator(bytes[next]) {
            plus |= bytes[next] == b'+';
            marks += usize::from(!bytes[next].is_ascii_whitespace());
            next += 1;
        }
        let rest = &cell[next..];
        let is_x400 =
            || Address::parse(&cell[start..], AddressType::Smtp).kind == AddressType::X400;
        let whole =
            || !free_form && !plus && memchr::memchr(b'@', &bytes[start..separator]).is_some();
        if starts_with_known_prefix(rest) || (whole() && starts_bare(rest)) {
            // An X400 value ends with a semicolon of its own, in front of the one that separates.
            let own = usize::from(marks > 1 && bytes[separator] == b';' && is_x400());
            each(&cell[start..separator + own]);
            start = next;
            free_form = is_free_form(rest);
        } else if rest.trim_ascii().is_empty() {
            // The value is kept as it was written.
            let end = if is_x400() { cell.len() } else { separator };
            each(&cell[start..end]);
            return;
        }
        at = next;
    }
    each(&cell[start..]);
}

fn is_separator(byte: u8) -> bool {
    matches!(
        byte,
        b';' | b'|' | b',' | b'+' | b' ' | b'\n' | b'\r' | b'\t'
    )
}

fn next_separator(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| is_separator(*byte))
}

/// X500, X400 and unknown types may hold any of the separators.
fn is_free_form(piece: &str) -> bool {
    !matches!(
        Address::parse(piece, AddressType::Smtp).kind,
        AddressType::Smtp | AddressType::Sip | AddressType::Spo
    )
}

fn starts_bare(piece: &str) -> bool {
    let end = next_separator(piece.as_bytes()).unwrap_or(piece.len());
    let word = &piece.as_bytes()[..end];
    memchr::memchr(b'@', word).is_some_and(|at| at > 0 && at + 1 < word.len())
}

/// A mark with which a shortened list or text ends, and the text before it.
pub(crate) fn cut_off(text: &str) -> Option<&str> {
    let text = text.trim_end();
    text.strip_suffix("...").or_else(|| text.strip_suffix('…'))
}

/// Reads the addresses of a piece that is none as a whole: `value` gets each, `left` what is none. A separator between two
/// of them that nobody thought of is neither.
pub(crate) fn salvage<'a>(
    piece: &'a str,
    mut value: impl FnMut(&'a str),
    mut left: impl FnMut(&'a str),
) {
    let mut rest = piece.trim();
    while let Some(end) = leading_address(rest) {
        value(&rest[..end]);
        let tail = &rest[end..];
        let Some(next) = next_address(tail) else {
            rest = tail.trim();
            break;
        };
        let gap = tail[..next].trim();
        if !is_gap(gap) {
            left(gap);
        }
        rest = &tail[next..];
    }
    // Of a bracket or a quote it is not known what it closes.
    let closes = |c: char| closes(OPEN, c) || closes(QUOTES, c);
    if !(rest.is_empty()
        || rest.len() < piece.trim().len() && is_gap(rest) && !rest.contains(closes))
    {
        left(rest);
    }
}

/// The end of the SMTP address with which `text` begins, its prefix included.
fn leading_address(text: &str) -> Option<usize> {
    let bare = match text.split_at_checked(5) {
        Some((prefix, bare)) if prefix.eq_ignore_ascii_case("smtp:") => bare,
        _ => text,
    };
    let domain = bare.find('@')? + 1;
    let in_domain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    let length = bare[domain..]
        .find(|c| !in_domain(c))
        .unwrap_or(bare.len() - domain);
    let end = domain + length;
    let address = &bare[..end];
    let whole = !bare[end..].starts_with('@') && cut_off(address).is_none();
    (whole && looks_like_smtp(address)).then(|| end + text.len() - bare.len())
}

/// Where the next address begins in what follows one: at a known prefix, or after a character that no address has.
fn next_address(tail: &str) -> Option<usize> {
    let mut before = ' ';
    let prefixed = tail.char_indices().find(|(at, c)| {
        let starts = !before.is_alphanumeric() && c.is_ascii_alphabetic();
        before = *c;
        starts && *at > 0 && starts_with_known_prefix(&tail[*at..])
    });
    if let Some((at, _)) = prefixed {
        return Some(at);
    }
    let first = tail.chars().next()?;
    if first == '+' || first.is_ascii() && !is_separator(first as u8) {
        return None;
    }
    let next = tail.find(|c: char| c.is_ascii() && !c.is_ascii_whitespace() && c != ',')?;
    leading_address(&tail[next..]).map(|_| next)
}

/// What can stand between two addresses without being one: marks, a line break as HTML or an escape writes it.
fn is_gap(text: &str) -> bool {
    let breaks = ["<br>", "<br/>", "<br />", "\\n", "\\r\\n", "`n", "`r`n"];
    !text.contains(char::is_alphanumeric)
        || breaks
            .iter()
            .any(|known| text.trim().eq_ignore_ascii_case(known))
}

/// What a wrapped list held.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unwrapped<'a> {
    /// Its values, unquoted.
    pub values: Vec<Cow<'a, str>>,
    /// The export broke the list off: values may be missing.
    pub cut_off: bool,
    /// The last value, where it is broken off itself.
    pub broken: Option<&'a str>,
}

const OPEN: &[(char, char)] = &[('{', '}'), ('[', ']'), ('(', ')'), ('<', '>')];
const QUOTES: &[(char, char)] = &[
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('„', '“'),
    ('”', '”'),
    ('‘', '’'),
    ('‚', '‘'),
    ('’', '’'),
    ('«', '»'),
    ('»', '«'),
    ('‹', '›'),
];

fn close_of(table: &[(char, char)], open: char) -> Option<char> {
    table
        .iter()
        .find(|(known, _)| *known == open)
        .map(|(_, close)| *close)
}

fn closes(table: &[(char, char)], close: char) -> bool {
    table.iter().any(|(_, known)| *known == close)
}

/// Whether `cell` may be a wrapped list, or quoted: worth a call of [`unwrap`]. Hardly any value is.
pub(crate) fn may_be_wrapped(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'=' | b'.' | b';' | b'_' | b'-')
    };
    if bytes.first().is_none_or(plain) && bytes.last().is_none_or(plain) {
        return false;
    }
    let text = cell.trim();
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else {
        return false;
    };
    let opens =
        close_of(OPEN, first).is_some() || close_of(QUOTES, first).is_some() || first == '@';
    // An X500 value may end with a parenthesis of its own.
    opens || (closes(OPEN, last) || closes(QUOTES, last)) && !starts_with_known_prefix(text)
}

/// Takes the wrapper off a list, and the quotes off its values; `None` where the text is no such list.
pub(crate) fn unwrap(cell: &str) -> Option<Unwrapped<'_>> {
    let mut text = cell.trim();
    let mut found = Unwrapped::default();
    let mut wrapped = false;
    // Nested deeper than this it is no list that anybody wrote.
    for _ in 0..4 {
        let Some(inner) = inside(text, &mut found) else {
            break;
        };
        text = inner.trim();
        wrapped = true;
    }
    if let Some(before) = cut_off(text).filter(|_| wrapped) {
        text = before.trim_end_matches([',', ';', ' ']);
        found.cut_off = true;
    }
    if let Some(values) = quoted(text) {
        found.values = values;
    } else if wrapped {
        if !text.is_empty() {
            split(text, |piece| found.values.push(Cow::Borrowed(piece)));
        }
    } else {
        return None;
    }
    if found.broken.is_some() {
        // The export shortened the line: what stands last is not known to be whole.
        found.values.pop();
    }
    Some(found)
}

/// What stands inside the brackets of `text`, with or without a name before them.
fn inside<'a>(text: &'a str, found: &mut Unwrapped<'a>) -> Option<&'a str> {
    let named = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '@' | '_' | '`')))
        .filter(|length| *length <= 20)?;
    let bracket = &text[named..];
    let open = bracket.chars().next()?;
    // Only round brackets follow a name; `@{` is a hash table, and read as its values.
    let fits = named == 0 || open == '(' || text.starts_with('@') && named == 1;
    let close = close_of(OPEN, open).filter(|_| fits)?;
    let inner = &bracket[1..];
    // The address of a system mailbox begins with a bracket, too: it goes on after the closing one.
    if let Some(end) = inner.strip_suffix(close) {
        return Some(end);
    }
    if inner.contains(close) && cut_off(inner).is_none() {
        return None;
    }
    found.cut_off = true;
    let last = inner
        .rfind([',', ';', ' ', '\n'])
        .map_or(inner, |at| &inner[at + 1..]);
    found.broken = Some(last.trim());
    Some(inner)
}

/// The values of a list, each in quotes: what stands between them is passed over where it is no address itself.
fn quoted(text: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut values = Vec::new();
    let mut rest = text;
    let mut some = false;
    loop {
        let open = rest.char_indices().find_map(|(at, c)| {
            let before = rest[..at].chars().next_back();
            let free = before.is_none_or(|c| !c.is_alphanumeric()) || is_string_mark(&rest[..at]);
            Some((at, c, close_of(QUOTES, c)?)).filter(|_| free)
        });
        let (between, token) = match open {
            Some((at, open, close)) => (&rest[..at], Some((at + open.len_utf8(), open, close))),
            None => (rest, None),
        };
        if between.contains('@') || starts_with_known_prefix(between.trim_start_matches(is_mark)) {
            return None;
        }
        let Some((start, open, close)) = token else {
            return some.then_some(values);
        };
        let (value, length) = token_of(&rest[start..], open, close)?;
        rest = &rest[start + length..];
        let after = rest.trim_start();
        // `'Count': 2`, `0 => 'x'`: a name, not a value.
        let is_name = after.starts_with(':') || after.starts_with("=>") || after.starts_with('=');
        let ends = rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
            && !rest.starts_with(['@', '.', '_']);
        if !ends {
            return None;
        }
        some = true;
        if !is_name && !value.trim().is_empty() {
            values.push(value);
        }
    }
}

fn is_mark(c: char) -> bool {
    !c.is_alphanumeric()
}

/// `u'…'`, `b"…"`, `r'…'` of Python, where nothing but a mark stands before the letter.
fn is_string_mark(before: &str) -> bool {
    let mut letters = before.chars().rev();
    matches!(
        letters.next(),
        Some('u' | 'U' | 'b' | 'B' | 'r' | 'R' | 'N')
    ) && letters
        .next()
        .is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';' | '[' | '(' | '{'))
}

/// A quoted value, without its quotes and escapes, and its length with the closing quote.
fn token_of(text: &str, open: char, close: char) -> Option<(Cow<'_, str>, usize)> {
    let mut owned: Option<String> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let doubled =
            c == close && open == close && chars.peek().is_some_and(|(_, next)| *next == close);
        let escaped = c == '\\' && chars.peek().is_some_and(|(_, n)| *n == close || *n == '\\');
        if doubled || escaped {
            let kept = owned.get_or_insert_with(|| text[..at].to_owned());
            kept.extend(chars.next().map(|(_, next)| next));
        } else if c == close {
            let value = owned.map_or(Cow::Borrowed(&text[..at]), Cow::Owned);
            return Some((value, at + c.len_utf8()));
        } else if let Some(kept) = &mut owned {
            kept.push(c);
        }
    }
    None
}

/// Whether `text` holds addresses as a column of addresses would: with a prefix, or bare.
pub(crate) fn addresses_in(text: &str) -> Option<Addresses> {
    let text = trim_outside(text).trim_start_matches(|c: char| {
        close_of(OPEN, c).is_some() || close_of(QUOTES, c).is_some() || c == '@'
    });
    if starts_with_known_prefix(text) {
        let (_, rest) = text.split_once(':')?;
        return (rest.contains('@') || rest.starts_with('/')).then_some(Addresses::Prefixed);
    }
    let end = text
        .find(|c: char| c.is_whitespace() || ";,|\"'".contains(c))
        .unwrap_or(text.len());
    looks_like_smtp(&text[..end]).then_some(Addresses::Bare)
}

/// How a column writes its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// `smtp:a@contoso.com`.
    Prefixed,
    /// `a@contoso.com`, as many other columns do.
    Bare,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(cell: &str) -> Vec<&str> {
        let mut all = Vec::new();
        split(cell, |piece| all.push(piece));
        all
    }

    #[test]
    fn a_cell_is_cut_only_where_an_address_starts() {
        assert_eq!(pieces("SMTP:a@x;smtp:b@x"), ["SMTP:a@x", "smtp:b@x"]);
        assert_eq!(
            pieces("SMTP:a@x smtp:b@x\r\nSIP:c@x"),
            ["SMTP:a@x", "smtp:b@x", "SIP:c@x"]
        );
        assert_eq!(pieces("a@x, b@x|c@x"), ["a@x", "b@x", "c@x"]);
        assert_eq!(
            pieces("smtp:john+tag@x+SMTP:b@x"),
            ["smtp:john+tag@x", "SMTP:b@x"]
        );
        assert_eq!(
            pieces("X500:/o=A/cn=Doe, John a@b;smtp:c@x"),
            ["X500:/o=A/cn=Doe, John a@b", "smtp:c@x"]
        );
        assert_eq!(
            pieces("X400:c=US;a= ;p=A;o=B;s=C;smtp:c@x"),
            ["X400:c=US;a= ;p=A;o=B;s=C", "smtp:c@x"]
        );
        assert_eq!(
            pieces("X400:c=US;s=C;|smtp:c@x"),
            ["X400:c=US;s=C;", "smtp:c@x"]
        );
        assert_eq!(pieces("smtp:a@x;"), ["smtp:a@x"]);
        assert_eq!(pieces("smtp:a b@x"), ["smtp:a b@x"]);
        assert_eq!(pieces(""), [""]);
    }

    /// The values of a wrapped cell, joined; a mark where it is cut off.
    fn unwrapped(cell: &str) -> String {
        assert!(
            may_be_wrapped(cell),
            "{cell} is not taken for a wrapped list"
        );
        let Some(found) = unwrap(cell) else {
            return "no list".to_owned();
        };
        let mut text = found.values.join(" ");
        if found.cut_off {
            text.push_str(" CUT");
        }
        if let Some(broken) = found.broken {
            text.push(' ');
            text.push_str(broken);
        }
        text
    }

    #[test]
    fn lists_of_any_language_give_their_values() {
        for cell in [
            "{SMTP:a@x, smtp:b@x}",
            "{SMTP:a@x;smtp:b@x}",
            "{ SMTP:a@x smtp:b@x }",
            "(SMTP:a@x|smtp:b@x)",
            "[SMTP:a@x, smtp:b@x]",
            "<SMTP:a@x, smtp:b@x>",
            "{{SMTP:a@x, smtp:b@x}}",
            "@('SMTP:a@x','smtp:b@x')",
            "@(\"SMTP:a@x\"; \"smtp:b@x\")",
            "('SMTP:a@x', 'smtp:b@x')",
            "['SMTP:a@x', 'smtp:b@x']",
            "[u'SMTP:a@x', u'smtp:b@x']",
            "[b'SMTP:a@x' b'smtp:b@x']",
            "array(['SMTP:a@x', 'smtp:b@x'], dtype=object)",
            "array(0 => 'SMTP:a@x', 1 => 'smtp:b@x')",
            "set(['SMTP:a@x', 'smtp:b@x'])",
            "List(SMTP:a@x, smtp:b@x)",
            "\"SMTP:a@x\",\"smtp:b@x\"",
            "\"SMTP:a@x\" / \"smtp:b@x\"",
            "'SMTP:a@x';'smtp:b@x'",
            "“SMTP:a@x”, “smtp:b@x”",
            "«SMTP:a@x» «smtp:b@x»",
            "`SMTP:a@x`, `smtp:b@x`",
            "'SMTP:a@x;smtp:b@x'",
        ] {
            let joined = unwrapped(cell).replace(';', " ");
            assert_eq!(joined, "SMTP:a@x smtp:b@x", "{cell}");
        }
        assert_eq!(unwrapped("{o'brien@x, d'arcy@x}"), "o'brien@x d'arcy@x");
        assert_eq!(unwrapped("{b'rien@x, d'arcy@x}"), "b'rien@x d'arcy@x");
        assert_eq!(
            unwrapped("['o''brien@x', 'd\\'arcy@x']"),
            "o'brien@x d'arcy@x"
        );
        assert_eq!(unwrapped("{}"), "");
        assert_eq!(unwrapped("@()"), "");
    }

    #[test]
    fn a_list_that_is_cut_off_says_so() {
        for (cell, expected) in [
            ("{SMTP:a@x, smtp:b@x...}", "SMTP:a@x smtp:b@x CUT"),
            ("{SMTP:a@x, smtp:b@x…}", "SMTP:a@x smtp:b@x CUT"),
            ("{SMTP:a@x, smtp:b@x, ...}", "SMTP:a@x smtp:b@x CUT"),
            ("{SMTP:a@x, smtp:b@conto...", "SMTP:a@x CUT smtp:b@conto..."),
            ("{SMTP:a@x, smtp:b@conto…", "SMTP:a@x CUT smtp:b@conto…"),
            ("{SMTP:a@x, smtp:b@con", "SMTP:a@x CUT smtp:b@con"),
        ] {
            assert_eq!(unwrapped(cell), expected, "{cell}");
        }
    }

    #[test]
    fn what_only_looks_wrapped_stays() {
        for plain in [
            "x500:/O=A/CN=D'AGOSTINI (HR)",
            "SMTP:a@x",
            "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@x",
            "/o=A/cn=b",
        ] {
            assert!(!may_be_wrapped(plain), "{plain}");
        }
        assert_eq!(unwrap("\"john doe\"@x"), None);
        assert_eq!(unwrap("{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@x"), None);
        assert_eq!(unwrap("<a@x> b"), None);
    }

    fn salvaged(piece: &str) -> (String, String) {
        let (mut values, mut rest) = (Vec::new(), Vec::new());
        salvage(piece, |value| values.push(value), |left| rest.push(left));
        (values.join(" "), rest.join(" | "))
    }

    #[test]
    fn what_a_split_leaves_over_is_told() {
        for (piece, values, left) in [
            (
                "SMTP:a@c.com+user+tag@c.com",
                "SMTP:a@c.com",
                "+user+tag@c.com",
            ),
            ("SMTP:a@c.com; nonsense", "SMTP:a@c.com", "; nonsense"),
            (
                "SMTP:a@c.com / smtp:b@c.com",
                "SMTP:a@c.com smtp:b@c.com",
                "",
            ),
            ("SMTP:a@c.com^smtp:b@c.com", "SMTP:a@c.com smtp:b@c.com", ""),
            (
                "SMTP:a@c.com<br>smtp:b@c.com",
                "SMTP:a@c.com smtp:b@c.com",
                "",
            ),
            ("a@c.com；b@c.com", "a@c.com b@c.com", ""),
            ("a@c.com、b@c.com", "a@c.com b@c.com", ""),
            ("a@c.com and smtp:b@c.com", "a@c.com smtp:b@c.com", "and"),
            ("a@c.com/b@c.com", "a@c.com", "/b@c.com"),
            ("SMTP:a@c.com /", "SMTP:a@c.com", ""),
            ("SMTP:a@c.com]", "SMTP:a@c.com", "]"),
            ("/", "", "/"),
            ("a@b@c.com", "", "a@b@c.com"),
            ("smtp:smtp:a@b", "", "smtp:smtp:a@b"),
            ("smtp:{a@b", "", "smtp:{a@b"),
            ("smtp:john smith@c.com", "", "smtp:john smith@c.com"),
            ("Anna <a@c.com>", "", "Anna <a@c.com>"),
            ("nobody", "", "nobody"),
        ] {
            assert_eq!(
                salvaged(piece),
                (values.to_owned(), left.to_owned()),
                "{piece}"
            );
        }
    }

    #[test]
    fn a_column_of_addresses_is_seen() {
        use Addresses::{Bare, Prefixed};
        for (text, expected) in [
            ("smtp:a@x", Some(Prefixed)),
            ("{SMTP:a@x, smtp:b@x}", Some(Prefixed)),
            ("[\"SMTP:a@x\"]", Some(Prefixed)),
            ("X500:/o=A", Some(Prefixed)),
            ("a@x;b@x", Some(Bare)),
            ("a@x", Some(Bare)),
            ("smtp: off", None),
            ("Anna", None),
            ("(Alias -like 'smtp:*')", None),
            ("", None),
        ] {
            assert_eq!(addresses_in(text), expected, "{text}");
        }
    }
}
