//! The addresses, attributes and values of a text: single ones, and those of running text. Every function
//! reads forward and looks at a byte a fixed number of times at most.

use std::ops::Range;

use ahash::AHashMap;

use super::normalise::is_apostrophe;
use crate::address::{Address, AddressType};

/// An address that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAddress {
    /// The name space.
    pub kind: AddressType,
    /// Without prefix.
    pub address: String,
    /// The prefix is written in capitals.
    pub is_primary: bool,
    /// As written, with its prefix where it has one; of a non-delivery report's `IMCEAEX-` the X500 address in it.
    pub value: String,
    /// The attribute that the text names with it.
    pub attribute: Option<String>,
}

/// Attributes, as the directories write them.
const ATTRIBUTES: &[&str] = &[
    "proxyAddresses",
    "userPrincipalName",
    "mail",
    "mailNickname",
    "onPremisesImmutableId",
    "onPremisesSecurityIdentifier",
    "sipProxyAddress",
    "targetAddress",
    "EmailAddresses",
    "windowsLiveId",
    "sourceAnchor",
    "displayName",
    "onPremisesObjectIdentifier",
    "signInName",
    "userCertificate",
    "userSMIMECertificate",
    "thumbnailPhoto",
];

/// What else they are called, folded, and the spelling in [`ATTRIBUTES`].
const OTHER_NAMES: &[(&str, &str)] = &[
    ("proxyaddress", "proxyAddresses"),
    ("proxy", "proxyAddresses"),
    ("upn", "userPrincipalName"),
    ("username", "userPrincipalName"),
    ("nickname", "mailNickname"),
    ("alias", "mailNickname"),
    (
        "onpremisesecurityidentifier",
        "onPremisesSecurityIdentifier",
    ),
    ("immutableid", "onPremisesImmutableId"),
];

/// Attributes whose values are addresses of the type, also without a prefix.
const ADDRESS_ATTRIBUTES: &[(&str, AddressType)] = &[
    ("proxyAddresses", AddressType::Smtp),
    ("EmailAddresses", AddressType::Smtp),
    ("userPrincipalName", AddressType::Smtp),
    ("mail", AddressType::Smtp),
    ("targetAddress", AddressType::Smtp),
    ("windowsLiveId", AddressType::Smtp),
    ("sipProxyAddress", AddressType::Sip),
];

/// Prefixes that make a value in running text an address.
const PREFIXES: &[&str] = &["smtp", "sip", "x500", "x400", "eum", "spo"];

/// A value is never longer than this; what runs on longer is none.
pub(super) const LONGEST: usize = 2200;

/// The attribute in the directories' spelling; any other word as it is written.
#[must_use]
pub fn attribute_name(written: &str) -> Option<String> {
    let word = written
        .trim_matches(|c: char| !c.is_alphanumeric())
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '\n')))
        .next()
        .unwrap_or("");
    match known_attribute(word) {
        None if word.is_empty() || word.len() > 64 => None,
        None => Some(word.replace('\n', "")),
        known => known,
    }
}

/// The attribute in the directories' spelling, where it is one of those that are known.
#[must_use]
pub fn known_attribute(word: &str) -> Option<String> {
    let folded: String = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(64)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == folded);
    let folded = other.map_or(folded.as_str(), |(_, name)| name);
    let known = ATTRIBUTES
        .iter()
        .find(|name| name.eq_ignore_ascii_case(folded));
    known.map(|name| (*name).to_owned())
}

/// Whether the values of `attribute` are addresses, also without a prefix.
#[must_use]
pub fn is_address_attribute(attribute: &str) -> bool {
    ADDRESS_ATTRIBUTES
        .iter()
        .any(|(name, _)| *name == attribute)
}

/// The value as an address; `None` where it is none.
fn address_of(written: &str, attribute: Option<&str>, sure: bool) -> Option<FoundAddress> {
    let bare_type = ADDRESS_ATTRIBUTES
        .iter()
        .find(|(name, _)| attribute == Some(name))
        .map(|(_, kind)| *kind);
    let value = tidy(written);
    let value = legacy_dn(&value).unwrap_or(value);
    let address = Address::parse(&value, bare_type.unwrap_or(AddressType::Smtp));
    let fits = match address.kind {
        _ if address.bare.is_empty() => false,
        AddressType::Other => sure && address.bare.contains(':'),
        AddressType::X500 | AddressType::X400 => address.bare.contains('='),
        _ => sure || is_plausible(address.bare),
    };
    fits.then(|| FoundAddress {
        kind: address.kind,
        address: address.bare.to_owned(),
        is_primary: address.primary,
        value: value.clone(),
        attribute: attribute.map(str::to_owned),
    })
}

/// `IMCEAEX-_O=A_OU=B+20C_CN=d@contoso.com`, the address in a non-delivery report to a legacy distinguished name that nobody
/// has any more, as the X500 address that it stands for: `_` is `/`, and `+` and two hexadecimal digits any other character.
fn legacy_dn(value: &str) -> Option<String> {
    const MARK: &str = "IMCEAEX-";
    let bare = Address::parse(value, AddressType::Smtp).bare;
    let marked = bare.get(..MARK.len())?.eq_ignore_ascii_case(MARK);
    let (encoded, _) = bare
        .get(MARK.len()..)?
        .rsplit_once('@')
        .filter(|_| marked)?;
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match first {
            b'_' => decoded.push(b'/'),
            b'+' => {
                let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
                decoded.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &behind[2..];
            }
            other => decoded.push(*other),
        }
    }
    Some(format!("X500:{}", String::from_utf8(decoded).ok()?))
}

/// A value without the line ends and quotes that pasting added.
pub(super) fn tidy(written: &str) -> String {
    let quote = |c: char| c == '"' || is_apostrophe(c);
    let written = written.trim().trim_matches(quote).trim();
    let written = match written.split_once(':') {
        // « SMTP :a@x »
        Some((prefix, rest))
            if PREFIXES
                .iter()
                .any(|p| p.eq_ignore_ascii_case(prefix.trim())) =>
        {
            format!("{}:{}", prefix.trim(), rest.trim())
        }
        _ => written.to_owned(),
    };
    match Address::parse(&written, AddressType::Smtp).kind {
        AddressType::Smtp | AddressType::Sip | AddressType::Spo | AddressType::Eum
            if !written.contains('<') =>
        {
            // What pastes an apostrophe as a curly one spares no address, and an address never has it.
            let written = written.chars().filter(|c| !c.is_whitespace());
            written
                .map(|c| if is_apostrophe(c) { '\'' } else { c })
                .collect()
        }
        _ => written.replace('\n', " "),
    }
}

/// Has the form of an address in running text: `local@domain.tld`.
fn is_plausible(bare: &str) -> bool {
    bare.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && domain
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
    })
}

/// Addresses in the order found, each once.
#[derive(Debug, Default)]
pub struct Addresses {
    known: AHashMap<(AddressType, String, Option<String>), usize>,
    /// The addresses.
    pub list: Vec<FoundAddress>,
    /// How many bytes were looked at: for the tests of the running time.
    pub steps: usize,
}

impl Addresses {
    fn add(&mut self, found: FoundAddress) {
        // What two attributes hold stands twice: each is to be made right.
        let key = (
            found.kind,
            found.address.to_ascii_lowercase(),
            found.attribute.clone(),
        );
        let next = self.list.len();
        match *self.known.entry(key).or_insert(next) {
            at if at == next => self.list.push(found),
            // The value with its prefix says more.
            at if found.is_primary && !self.list[at].is_primary => {
                self.list[at].is_primary = true;
                self.list[at].value = found.value;
            }
            _ => {}
        }
    }

    /// Adds `written`; false where it is no address. `sure`: it stands where an address does.
    pub fn add_value(&mut self, written: &str, attribute: Option<&str>, sure: bool) -> bool {
        let found = address_of(written, attribute, sure);
        let is_address = found.is_some();
        if let Some(found) = found {
            self.add(found);
        }
        is_address
    }

    /// Adds every address of running text: those with a prefix, and, if there are none, bare ones. `all` adds both.
    pub fn add_running_text(&mut self, text: &str, attribute: Option<&str>, all: bool) {
        let (mut typed, mut bare) = (Vec::new(), Vec::new());
        let mut from = 0;
        while let Some(found) = memchr::memchr2(b':', b'@', &text.as_bytes()[from..]) {
            let at = from + found;
            let steps = &mut self.steps;
            *steps += at - from;
            let (value, list) = if text.as_bytes()[at] == b':' {
                (typed_value(text, from, at, steps), &mut typed)
            } else {
                (bare_value(text, from, at, steps), &mut bare)
            };
            // A value is looked at once.
            from = value.as_ref().map_or(at + 1, |value| value.end);
            list.extend(value.filter(|value| !value.is_empty()));
        }
        let bare = if all || typed.is_empty() {
            bare
        } else {
            Vec::new()
        };
        let mut places: Vec<Range<usize>> = typed.into_iter().chain(bare).collect();
        places.sort_unstable_by_key(|place| place.start);
        for place in places {
            self.add_value(&text[place], attribute, false);
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || ".!#$%&*+-/=?^_{|}~".contains(c) || !c.is_ascii() && !c.is_whitespace()
}

/// The value with a prefix whose colon is at `colon`, not before `from`; empty at the place where one too long was left.
fn typed_value(text: &str, from: usize, colon: usize, steps: &mut usize) -> Option<Range<usize>> {
    let head = text[from..colon].trim_end();
    let prefix = PREFIXES.iter().find(|prefix| {
        let cut = head.len().checked_sub(prefix.len());
        cut.and_then(|cut| head.get(cut..))
            .is_some_and(|end| end.eq_ignore_ascii_case(prefix))
    })?;
    let start = from + head.len() - prefix.len();
    let before = text[from..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/')) {
        return None;
    }
    let rest = &text[colon + 1..];
    let quote = text[..start]
        .trim_end()
        .chars()
        .next_back()
        .filter(|c| *c == '"');
    let free = matches!(*prefix, "x500" | "x400");
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        *steps += 1;
        if at > LONGEST {
            return Some(colon + 1 + at..colon + 1 + at);
        }
        let ends = match c {
            '"' => true,
            ']' | ',' | ';' if quote.is_none() => !free || is_list_end(&rest[at..]),
            '\'' => rest[at + 1..]
                .chars()
                .next()
                .is_none_or(|next| !next.is_alphanumeric()),
            // A legacy distinguished name goes on behind the console's line end, but not into the next property.
            '\n' if quote.is_none() && free => begins_property(&rest[at + 1..]),
            ' ' | '\n' => quote.is_none() && !free && at > 0,
            // Markup ends any value.
            '<' if rest[at..].starts_with("</") => true,
            '<' | '>' | '(' | ')' => {
                quote.is_none() && !free && !is_placeholder(&rest[..at], &rest[at..], c)
            }
            _ => false,
        };
        if ends {
            break;
        }
        end = at + c.len_utf8();
    }
    let value = rest[..end].trim_end_matches(['.', ' ', '\n', '!', '?']);
    (!value.is_empty()).then(|| start..colon + 1 + value.len())
}

/// A separator of a list, and not a part of a value that may hold any.
fn is_list_end(rest: &str) -> bool {
    let after = rest[1..].trim_start();
    rest.starts_with(']')
        || after.is_empty()
        || after.starts_with(']')
        || PREFIXES.iter().any(|known| {
            let prefix = after.get(..known.len());
            prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(known))
                && after[known.len()..].starts_with(':')
        })
}

/// `Name: ` or `Name   : `, as objects are printed.
fn begins_property(line: &str) -> bool {
    let name = line
        .bytes()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'@'))
        .count();
    name > 0 && line[name..].trim_start_matches(' ').starts_with(':')
}

/// `<user>` in a documented text stands for a value, or for a part of one; behind a whole address it is markup.
fn is_placeholder(before: &str, rest: &str, c: char) -> bool {
    match c {
        '<' if before.contains('@') && before.ends_with(char::is_alphanumeric) => false,
        '<' => rest.bytes().take(40).any(|byte| byte == b'>'),
        '>' => rest[1..].starts_with('@'),
        _ => false,
    }
}

/// The address without prefix around the `@` at `at`, not before `from`.
fn bare_value(text: &str, from: usize, at: usize, steps: &mut usize) -> Option<Range<usize>> {
    let before = &text[from..at];
    let local = before
        .char_indices()
        .rev()
        .take(LONGEST)
        .take_while(|(place, c)| {
            // An apostrophe belongs to the name where letters are on both sides.
            let inner = |c: &char| *c == '\'' && before[..*place].ends_with(char::is_alphanumeric);
            is_word(*c) || inner(c)
        })
        .last()
        .map(|(place, _)| from + place)?;
    let rest = &text[at + 1..];
    let domain = rest
        .char_indices()
        .take(LONGEST)
        .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')))
        .map_or(rest.len().min(LONGEST), |(end, _)| end);
    *steps += at - local + domain;
    let domain = rest.get(..domain)?.trim_end_matches(['.', '-', '_']);
    // "mailto:" and Markdown's marks are none of it.
    let local_text =
        text[local..at].trim_start_matches(['*', '_', '/', '|', '=', '.', '-', '{', '}']);
    let local = at - local_text.len();
    (!local_text.is_empty() && !domain.is_empty()).then_some(local..at + 1 + domain.len())
}
