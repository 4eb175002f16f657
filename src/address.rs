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
        let value = trim_outside(value);
        // Nearly all: worth a short cut.
        if let Some((b"smtp:" | b"SMTP:", _)) = value.as_bytes().split_first_chunk::<5>() {
            let primary = value.starts_with('S');
            return Self {
                kind: AddressType::Smtp,
                bare: trim_outside(&value[5..]),
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
                        trim_outside(rest).trim_end_matches(';')
                    } else {
                        trim_outside(rest)
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
    // Exchange writes the type of an address that is switched off with `=` before it.
    let named = prefix.strip_prefix('=').unwrap_or(prefix);
    let plausible = !named.is_empty()
        && named
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

/// White space, and what cannot be seen: marks of direction, zero-width and soft hyphens, no-break spaces. An address has
/// none of them inside, and at its ends they do not count.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}')
}

/// `text` without the white space and the invisible characters at its ends.
pub(crate) fn trim_outside(text: &str) -> &str {
    let seen = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if seen(bytes.first()) && seen(bytes.last()) {
        return text;
    }
    text.trim_matches(is_invisible)
}

/// Whether a bare value looks like an SMTP address: one `@` with something on both sides, and nothing that only a broken
/// or joined value has. Only such a value is a key of the SMTP space.
///
/// Quotes of RFC 5322 may hold anything; the braces of system mailboxes (`SystemMailbox{<GUID>}@…`) are their own.
pub(crate) fn looks_like_smtp(bare: &str) -> bool {
    let mut at = 0;
    for byte in bare.bytes() {
        match byte {
            b'@' => at += 1,
            b'{'
            | b'}'
            | b'['
            | b']'
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'"'
            | b':'
            | b';'
            | b','
            | 0..=b' '
            | 0x7f..=0xff => return looks_like_smtp_slowly(bare),
            _ => {}
        }
    }
    at == 1 && !bare.starts_with('@') && !bare.ends_with('@')
}

fn looks_like_smtp_slowly(bare: &str) -> bool {
    let Some((local, domain)) = bare.rsplit_once('@') else {
        return false;
    };
    let fits = |c: char| {
        !is_invisible(c) && !c.is_control() && c != '\u{fffd}' && !"{}[]()<>\":;,@".contains(c)
    };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let local_fits = || match local.split_once('{') {
        Some((name, rest)) => rest.split_once('}').is_some_and(|(id, end)| {
            uuid::Uuid::try_parse(id).is_ok() && name.chars().chain(end.chars()).all(fits)
        }),
        None => !local.is_empty() && local.chars().all(fits),
    };
    !domain.is_empty() && domain.chars().all(fits) && (quoted || local_fits())
}

/// Whether `piece` begins with a type that is known, and has something after it.
pub(crate) fn starts_with_known_prefix(piece: &str) -> bool {
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

    #[test]
    fn only_what_looks_like_an_address_is_an_smtp_key() {
        for (bare, expected) in [
            ("a@contoso.com", true),
            ("o'brien@contoso.com", true),
            ("john+tag@contoso.com", true),
            ("tim_fabrikam.org#EXT#@contoso.onmicrosoft.com", true),
            ("jürgen@contoso.com", true),
            ("\"john (x): doe\"@contoso.com", true),
            (
                "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.com",
                true,
            ),
            ("a@localhost", true),
            ("", false),
            ("a", false),
            ("@contoso.com", false),
            ("a@", false),
            ("a@b@contoso.com", false),
            ("smtp:a@contoso.com", false),
            ("{a@contoso.com", false),
            ("{a}@contoso.com", false),
            ("john smith@contoso.com", false),
            ("john\u{a0}smith@contoso.com", false),
            ("john\u{200b}smith@contoso.com", false),
            ("j\u{fffd}rg@contoso.com", false),
            ("a@contoso.com]", false),
            ("Anna <a@contoso.com>", false),
            ("a@contoso.com,Mail", false),
            ("a\u{1b}@contoso.com", false),
        ] {
            assert_eq!(looks_like_smtp(bare), expected, "{bare:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_at_the_ends_does_not_count() {
        let nbsp = "\u{a0}SMTP:a@x\u{200b}";
        assert_eq!(parse(nbsp), (AddressType::Smtp, "a@x", true));
        assert_eq!(trim_outside("\u{feff} a b \u{2060}"), "a b");
        assert_eq!(trim_outside("\u{a0}"), "");
    }
}
