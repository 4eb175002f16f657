//! One proxy address: its type, the bare address, and the key by which two of them are the same.
//!
//! A value is `prefix:address`. The case of the prefix says whether it is the primary; nothing else does. Two values
//! are the same when type and address are, in any case of ASCII letters: Exchange compares ordinally, so `İ`, the
//! Kelvin sign and full-width letters are letters of their own, and `ß` is not `ss`.

/// The name space an address lives in. Values of different types never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum AddressType {
    /// An e-mail address. UPN, `mail` and the like count here too.
    Smtp,
    /// A session initiation address (Teams, Skype for Business).
    Sip,
    /// A legacy Exchange distinguished name, kept whole.
    X500,
    /// An X.400 originator/recipient address, kept whole.
    X400,
    /// An Exchange unified messaging extension.
    Eum,
    /// A `SharePoint` address.
    Spo,
    /// Any other prefix, or none. Its key holds the prefix as well.
    Other,
}

/// Prefix (lower case) and type.
const PREFIXES: &[(&str, AddressType)] = &[
    ("smtp", AddressType::Smtp),
    ("sip", AddressType::Sip),
    ("x500", AddressType::X500),
    ("x400", AddressType::X400),
    ("eum", AddressType::Eum),
    ("spo", AddressType::Spo),
];

/// Prefixes of no type of their own, known so that a joined cell is split before them.
const FURTHER_PREFIXES: &[&str] = &[
    "ccmail", "gwise", "msmail", "ms", "notes", "fax", "eas", "mobile", "ex", "meum", "airsync",
];

impl AddressType {
    /// The name in requests and results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Sip => "SIP",
            Self::X500 => "X500",
            Self::X400 => "X400",
            Self::Eum => "EUM",
            Self::Spo => "SPO",
            Self::Other => "Other",
        }
    }

    /// The type called `name`, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all()
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// Every type.
    #[must_use]
    pub fn all() -> [Self; 7] {
        [
            Self::Smtp,
            Self::Sip,
            Self::X500,
            Self::X400,
            Self::Eum,
            Self::Spo,
            Self::Other,
        ]
    }

    pub(crate) fn from_tag(tag: u8) -> Self {
        Self::all()
            .get(tag as usize)
            .copied()
            .unwrap_or(Self::Other)
    }
}

/// A value taken apart. Borrowed from the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// The name space.
    pub kind: AddressType,
    /// Without prefix and outer white space; the whole value for [`AddressType::Other`].
    pub bare: &'a str,
    /// The prefix is written in capitals: this is the primary of its type.
    pub primary: bool,
}

impl<'a> Address<'a> {
    /// Takes `value` apart. What has no prefix is of type `bare_type`, unless it looks like a legacy DN.
    ///
    /// Never fails: what is no address at all is [`AddressType::Other`] and compared whole.
    #[must_use]
    pub fn parse(value: &'a str, bare_type: AddressType) -> Self {
        let value = value.trim_ascii();
        // Nearly all: worth a short cut.
        if let Some((b"smtp:" | b"SMTP:", _)) = value.as_bytes().split_first_chunk::<5>() {
            let primary = value.starts_with('S');
            return Self {
                kind: AddressType::Smtp,
                bare: value[5..].trim_ascii_start(),
                primary,
            };
        }
        if let Some((prefix, rest)) = split_prefix(value) {
            let primary = !prefix.bytes().any(|b| b.is_ascii_lowercase());
            let known = PREFIXES
                .iter()
                .find(|(name, _)| prefix.eq_ignore_ascii_case(name));
            return match known {
                Some((_, kind)) => Self {
                    kind: *kind,
                    bare: if *kind == AddressType::X400 {
                        // It ends with `;`, which a joined cell loses: with and without it is one address.
                        rest.trim_ascii().trim_end_matches(';')
                    } else {
                        rest.trim_ascii()
                    },
                    primary,
                },
                None => Self {
                    kind: AddressType::Other,
                    bare: value,
                    primary,
                },
            };
        }
        let kind = match value.as_bytes() {
            [b'/', b'o' | b'O', b'=', ..] => AddressType::X500,
            bytes if bare_type == AddressType::Smtp && memchr::memchr(b'@', bytes).is_none() => {
                AddressType::Other
            }
            _ => bare_type,
        };
        Self {
            kind,
            bare: value,
            primary: false,
        }
    }

    /// The part behind the last `@`, of an SMTP or SIP address.
    #[must_use]
    pub fn domain(&self) -> Option<&'a str> {
        match self.kind {
            AddressType::Smtp | AddressType::Sip => {
                self.bare.rsplit_once('@').map(|(_, domain)| domain)
            }
            _ => None,
        }
    }
}

/// `prefix` and rest of `prefix:rest`, where the prefix is one that a proxy address can have.
fn split_prefix(value: &str) -> Option<(&str, &str)> {
    let head = &value.as_bytes()[..value.len().min(24)];
    let colon = memchr::memchr(b':', head)?;
    let prefix = &value[..colon];
    let plausible = !prefix.is_empty()
        && prefix
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    plausible.then(|| (prefix, &value[colon + 1..]))
}

/// Whether both are equal in any case of ASCII letters. Equal ones are nearly always written alike.
pub(crate) fn same_text(one: &str, other: &str) -> bool {
    one.len() == other.len() && (one == other || one.eq_ignore_ascii_case(other))
}

/// Appends `text` with ASCII letters in lower case: the only folding of keys and ids there is.
pub(crate) fn fold_into(buffer: &mut Vec<u8>, text: &[u8]) {
    let start = buffer.len();
    buffer.extend_from_slice(text);
    buffer[start..].make_ascii_lowercase();
}

/// Cuts a cell that holds several joined addresses (`;`, `|`, `,`, `+`, blank, newline between them) into its pieces.
///
/// A cut is made only where the next piece starts a new address, so that an X500 value keeps its commas, a display
/// name its blanks and `john+tag@contoso.com` its plus sign: behind `+`, inside values that may hold anything, and
/// behind a piece that has no `@` yet, only a known prefix starts one.
pub(crate) fn split_joined<'a>(cell: &'a str, mut each: impl FnMut(&'a str)) {
    let bytes = cell.as_bytes();
    let mut start = 0;
    let mut at = 0;
    let mut free_form = is_free_form(cell);
    while let Some(found) = next_separator(&bytes[at..]) {
        let separator = at + found;
        let mut next = separator;
        let mut plus = false;
        while next < bytes.len() && is_separator(bytes[next]) {
            plus |= bytes[next] == b'+';
            next += 1;
        }
        let rest = &cell[next..];
        let whole =
            || !free_form && !plus && memchr::memchr(b'@', &bytes[start..separator]).is_some();
        if starts_with_known_prefix(rest) || (whole() && starts_bare(rest)) {
            each(&cell[start..separator]);
            start = next;
            free_form = is_free_form(rest);
        } else if rest.trim_ascii().is_empty() {
            // The value is kept as it was written: an X400 value ends with a semicolon of its own.
            let is_x400 =
                Address::parse(&cell[start..], AddressType::Smtp).kind == AddressType::X400;
            let end = if is_x400 { cell.len() } else { separator };
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

fn starts_with_known_prefix(piece: &str) -> bool {
    split_prefix(piece).is_some_and(|(prefix, rest)| {
        !rest.is_empty()
            && (PREFIXES
                .iter()
                .any(|(name, _)| prefix.eq_ignore_ascii_case(name))
                || FURTHER_PREFIXES
                    .iter()
                    .any(|name| prefix.eq_ignore_ascii_case(name)))
    })
}

fn starts_bare(piece: &str) -> bool {
    let end = next_separator(piece.as_bytes()).unwrap_or(piece.len());
    let word = &piece.as_bytes()[..end];
    memchr::memchr(b'@', word).is_some_and(|at| at > 0 && at + 1 < word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> (AddressType, &str, bool) {
        let address = Address::parse(value, AddressType::Smtp);
        (address.kind, address.bare, address.primary)
    }

    #[test]
    fn the_prefix_says_type_and_primary() {
        assert_eq!(parse("SMTP:a@x"), (AddressType::Smtp, "a@x", true));
        assert_eq!(parse("smtp:a@x"), (AddressType::Smtp, "a@x", false));
        assert_eq!(parse("Smtp:a@x"), (AddressType::Smtp, "a@x", false));
        assert_eq!(parse(" a@x "), (AddressType::Smtp, "a@x", false));
        assert_eq!(
            parse("x500:/o=A/cn=b, c:(d)'"),
            (AddressType::X500, "/o=A/cn=b, c:(d)'", false)
        );
        assert_eq!(parse("/O=A/CN=b"), (AddressType::X500, "/O=A/CN=b", false));
        assert_eq!(
            parse("GWISE:a.b.c"),
            (AddressType::Other, "GWISE:a.b.c", true)
        );
        assert_eq!(parse("nobody"), (AddressType::Other, "nobody", false));
        assert_eq!(parse(""), (AddressType::Other, "", false));
        assert_eq!(parse("smtp:"), (AddressType::Smtp, "", false));
        assert_eq!(
            Address::parse("a@x", AddressType::Sip).kind,
            AddressType::Sip
        );
    }

    fn pieces(cell: &str) -> Vec<&str> {
        let mut all = Vec::new();
        split_joined(cell, |piece| all.push(piece));
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
        assert_eq!(pieces("smtp:a@x;"), ["smtp:a@x"]);
        assert_eq!(pieces("smtp:a b@x"), ["smtp:a b@x"]);
        assert_eq!(pieces(""), [""]);
    }
}
