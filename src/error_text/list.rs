//! Entra Connect's lists: `[ProxyAddresses SMTP:a@x,smtp:b@x,Mail a@x;UserPrincipalName b@x;]`, and the same without
//! brackets in `AttributeConflictValues`. A semicolon or a comma ends a value; a word and a blank begin another attribute.
//! What has separators of its own (X400 values, legacy distinguished names, names of people) goes on behind one.

use super::addresses::{
    Addresses, LONGEST, attribute_name, is_address_attribute, known_attribute, tidy,
};
use crate::address::{Address, AddressType};
use crate::cell;

/// An attribute, where it is known, and one of its values.
type Entry = (Option<String>, String);

/// The values so far, with the name space of the last.
#[derive(Default)]
struct Values {
    entries: Vec<Entry>,
    last: Option<AddressType>,
    attribute: Option<String>,
}

/// What may follow a list's bracket.
const BEHIND_BRACKET: &[char] = &['.', ')', ' ', '\n', '"', '\'', '<', '。'];

/// Brackets that are looked at.
const MOST_BRACKETS: usize = 200;

/// Attributes whose name in a bracket says that it is Entra Connect's, in any language.
const UNTRANSLATED: &[&str] = &[
    "proxyAddresses",
    "userPrincipalName",
    "sipProxyAddress",
    "mail",
    "mailNickname",
    "onPremisesSecurityIdentifier",
];

/// The word that `piece` begins with and what is behind it, where both are there.
fn split_word(piece: &str) -> Option<(&str, &str)> {
    let name = piece.bytes().take(65).take_while(u8::is_ascii_alphanumeric);
    let (word, rest) = piece.split_at(name.count());
    let rest = rest.strip_prefix([' ', '\n'])?;
    (!word.is_empty()).then_some((word, rest))
}

/// Whether `value` has a known prefix.
fn has_prefix(value: &str) -> bool {
    value.contains(':') && Address::parse(value, AddressType::Smtp).kind != AddressType::Other
}

fn looks_like_address(value: &str) -> bool {
    has_prefix(value) || value.contains('@')
}

/// Where the comma at `at` ends a value: nothing but a line's wrap is behind it, or a new attribute with an address.
fn comma_ends(list: &str, at: usize) -> bool {
    let behind = &list[at + 1..];
    if !behind.starts_with(' ') {
        return true;
    }
    let behind = behind.trim_start();
    split_word(&behind[..behind.len().min(behind_limit(behind))]).is_some_and(|(word, value)| {
        known_attribute(word).is_some()
            && looks_like_address(value.split([',', ';']).next().unwrap_or(""))
    })
}

/// How much of a text is looked at for one value, at the boundary of a character.
fn behind_limit(text: &str) -> usize {
    (LONGEST..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}

/// The values of `list`. `any_name`: any word may be an attribute's name behind a semicolon, not only a known one.
fn split(list: &str, attribute: Option<&str>, any_name: bool) -> Vec<Entry> {
    let mut values = Values {
        attribute: attribute.map(str::to_owned),
        ..Values::default()
    };
    let ends = memchr::memchr2_iter(b';', b',', list.as_bytes())
        .filter(|at| list.as_bytes()[*at] == b';' || comma_ends(list, *at));
    let mut start = 0;
    let mut mark = ';';
    for end in ends.chain([list.len()]) {
        let raw = &list[start..end];
        let piece = raw.trim();
        if !piece.is_empty() {
            values.add_piece(raw, mark, any_name);
        }
        mark = if list.as_bytes().get(end) == Some(&b',') {
            ','
        } else {
            ';'
        };
        start = end + 1;
    }
    values.entries
}

impl Values {
    fn add_piece(&mut self, raw: &str, mark: char, any_name: bool) {
        let piece = raw.trim();
        let named = split_word(piece).and_then(|(word, value)| {
            let name = if any_name && mark == ';' {
                attribute_name(word)
            } else {
                known_attribute(word)
            };
            name.map(|name| (name, value))
        });
        let (name, value) = match named {
            Some((name, value)) => (Some(name), value),
            None => (None, piece),
        };
        let goes_on = match self.last {
            // A name of an organization can have an "at".
            Some(AddressType::X500 | AddressType::X400) => {
                !has_prefix(value) && (mark == ',' || !value.contains('@'))
            }
            Some(AddressType::Other) => !looks_like_address(value),
            _ => false,
        };
        match self.entries.last_mut() {
            Some((_, before)) if name.is_none() && goes_on => {
                before.push(mark);
                before.push_str(raw);
            }
            _ => {
                self.attribute = name.or(self.attribute.take());
                self.last = Some(Address::parse(value, AddressType::Smtp).kind);
                // White space behind a value is cut where it ends, not where it goes on.
                let start = raw.len() - raw.trim_start().len() + piece.len() - value.len();
                self.entries
                    .push((self.attribute.clone(), raw[start..].to_owned()));
            }
        }
    }
}

/// Adds the values of `list`, which belong to `attribute` as far as it names no other.
pub fn add_values(
    list: &str,
    attribute: Option<&str>,
    any_name: bool,
    addresses: &mut Addresses,
    values: &mut Vec<(String, String)>,
) {
    for (attribute, entry) in split(list, attribute, any_name) {
        cell::split(&entry, |value| {
            let name = attribute.as_deref();
            let sure = name.is_some_and(is_address_attribute);
            if !addresses.add_value(value, name, sure)
                && let Some(name) = name
            {
                values.push((name.to_owned(), tidy(value)));
            }
        });
    }
}

/// The inside of the bracket that opens at `open`. A value can hold brackets: the list ends where a sentence can go on.
fn inside(text: &str, open: usize) -> &str {
    let list = &text[open + 1..];
    let closes = |at: &usize| {
        let behind = &list[at + 1..];
        behind.is_empty()
            || behind == ","
            || behind.starts_with(", ")
            || behind.starts_with(BEHIND_BRACKET)
    };
    let close = memchr::memchr_iter(b']', list.as_bytes()).find(closes);
    &list[..close.unwrap_or(list.len())]
}

/// Adds the list in brackets that follows soon behind `from`.
pub fn add_bracket(
    text: &str,
    from: usize,
    addresses: &mut Addresses,
    values: &mut Vec<(String, String)>,
) {
    // "… in your local directory services: ["
    let open = text[from..].bytes().take(200).position(|byte| byte == b'[');
    if let Some(open) = open {
        add_values(inside(text, from + open), None, true, addresses, values);
    }
}

/// Where a bracket of Entra Connect's opens in a text of any language.
#[must_use]
pub fn find_bracket(text: &str) -> Option<usize> {
    let mut opens = memchr::memchr_iter(b'[', text.as_bytes()).take(MOST_BRACKETS);
    opens.find(|open| {
        let list = text[open + 1..].trim_start();
        let list = &list[..behind_limit(list)];
        let Some((word, value)) = split_word(list) else {
            return false;
        };
        let value = value.split([';', ',', ']']).next().unwrap_or("").trim();
        let attribute = known_attribute(word).filter(|name| UNTRANSLATED.contains(&name.as_str()));
        match attribute.as_deref() {
            // A common word: only a whole list counts.
            Some("mail") => value.contains('@') && list.contains(";]"),
            Some("onPremisesSecurityIdentifier") => value.starts_with("S-1-"),
            Some("mailNickname") => list.contains(";]"),
            Some(_) => looks_like_address(value),
            None => false,
        }
    })
}

/// Whether the words before the bracket at `open` end with a mark, as in the sentence for an object that was refused. In
/// the one for a value in quarantine the bracket follows a word. That much survives a translation. A bracket alone is taken
/// for the first, whose steps begin with a comparison.
#[must_use]
pub fn follows_mark(text: &str, open: usize) -> bool {
    let before = text[..open].trim_end();
    before.is_empty() || before.ends_with([':', '.', '：', '。'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(list: &str, any_name: bool) -> Vec<String> {
        let entries = split(list, Some("given"), any_name).into_iter();
        entries
            .map(|(name, value)| format!("{} {}", name.unwrap_or_default(), value.trim()))
            .collect()
    }

    #[test]
    fn a_comma_without_a_blank_ends_a_value_and_a_word_begins_an_attribute() {
        for (list, expected) in [
            (
                "ProxyAddresses SMTP:a@x.y,smtp:b@x.y,Mail a@x.y;",
                &[
                    "proxyAddresses SMTP:a@x.y",
                    "proxyAddresses smtp:b@x.y",
                    "mail a@x.y",
                ][..],
            ),
            (
                "SMTP:a@x.y,\nsmtp:b@x.y",
                &["given SMTP:a@x.y", "given smtp:b@x.y"],
            ),
            (
                "a@x.y,b@x.y;c@x.y",
                &["given a@x.y", "given b@x.y", "given c@x.y"],
            ),
            (
                "SMTP:a@x.y,UserPrincipalName a@x.y, Mail b@x.y",
                &["given SMTP:a@x.y", "userPrincipalName a@x.y", "mail b@x.y"],
            ),
            ("DisplayName Doe, Jane;", &["displayName Doe, Jane"]),
            (
                "ProxyAddresses X500:/o=A,B/cn=c,d e,smtp:a@x.y",
                &[
                    "proxyAddresses X500:/o=A,B/cn=c,d e",
                    "proxyAddresses smtp:a@x.y",
                ],
            ),
            (
                "ProxyAddresses X400:c=us;a= ;p=o;s=j;,Mail a@x.y",
                &["proxyAddresses X400:c=us;a= ;p=o;s=j", "mail a@x.y"],
            ),
            (
                "OnPremiseSecurityIdentifier S-1-5-21-1;",
                &["onPremisesSecurityIdentifier S-1-5-21-1"],
            ),
        ] {
            assert_eq!(values(list, true), expected, "{list}");
        }
        assert_eq!(values("Jane Doe", false), ["given Jane Doe"]);
    }

    #[test]
    fn a_bracket_is_known_by_its_untranslated_attribute() {
        for text in [
            "Objekt [ProxyAddresses SMTP:a@x.y;] x",
            "[UserPrincipalName a@x.y]",
            "a [b] [ Mail a@x.y;]",
            "[OnPremiseSecurityIdentifier S-1-5-21-1;]",
        ] {
            assert!(find_bracket(text).is_some(), "{text}");
        }
        for text in [
            "",
            "[",
            "[mail me](a@x.y)",
            "[ProxyAddresses]",
            "[proxyAddresses are unique]",
            "[x SMTP:a@x.y;]",
        ] {
            assert_eq!(find_bracket(text), None, "{text}");
        }
    }
}
