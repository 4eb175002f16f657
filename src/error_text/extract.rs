//! What a text names: addresses, attributes, the holder, ids. Every function reads forward and looks at a byte a fixed
//! number of times at most.

use std::ops::Range;

use ahash::AHashMap;

use super::matching::{Found, Marker, Match};
use super::normalise::Plain;
use super::templates::Behind;
use crate::address::{Address, AddressType, split_joined};
use crate::identity;

/// An address that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAddress {
    /// The name space.
    pub kind: AddressType,
    /// Without prefix.
    pub address: String,
    /// The prefix is written in capitals.
    pub is_primary: bool,
    /// As written, with its prefix where it has one.
    pub value: String,
    /// The attribute that the text names with it.
    pub attribute: Option<String>,
}

/// Who has the value, as far as the text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// The name; of a canonical or distinguished name the last part.
    pub name: Option<String>,
    /// The distinguished or canonical name, whichever the text gives.
    pub distinguished_name: Option<String>,
    /// One of [`OBJECT_TYPES`].
    pub object_type: Option<&'static str>,
    /// The id in Entra ID.
    pub id: Option<String>,
}

/// What holders can be.
pub const OBJECT_TYPES: &[&str] = &[
    "User",
    "Group",
    "Contact",
    "PublicFolder",
    "DistributionGroup",
    "MailEnabledSecurityGroup",
    "Microsoft365Group",
    "Mailbox",
    "SharedMailbox",
];

/// How the admin centre calls them, longer names first.
const TYPE_WORDS: &[(&str, &str)] = &[
    ("mail-enabled security group", "MailEnabledSecurityGroup"),
    ("distribution list", "DistributionGroup"),
    ("distribution group", "DistributionGroup"),
    ("microsoft 365 group", "Microsoft365Group"),
    ("office 365 group", "Microsoft365Group"),
    ("shared mailbox", "SharedMailbox"),
    ("public folder", "PublicFolder"),
    ("mail contact", "Contact"),
    ("mailbox", "Mailbox"),
    ("contact", "Contact"),
    ("group", "Group"),
    ("user", "User"),
];

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
const LONGEST: usize = 2200;

/// The attribute in the directories' spelling.
#[must_use]
pub fn attribute_name(written: &str) -> Option<String> {
    let word = written
        .trim_matches(|c: char| !c.is_alphanumeric())
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '\n')))
        .next()
        .unwrap_or("");
    let folded: String = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    // What the portal calls it.
    let folded = match folded.as_str() {
        "proxyaddress" | "proxy" => "proxyaddresses",
        "upn" => "userprincipalname",
        "onpremisesecurityidentifier" => "onpremisessecurityidentifier",
        other => other,
    };
    let known = ATTRIBUTES
        .iter()
        .find(|name| name.eq_ignore_ascii_case(folded));
    match known {
        Some(name) => Some((*name).to_owned()),
        None if word.is_empty() || word.len() > 64 => None,
        None => Some(word.replace('\n', "")),
    }
}

/// The value as an address; `None` where it is none.
fn address_of(written: &str, attribute: Option<&str>, sure: bool) -> Option<FoundAddress> {
    let bare_type = ADDRESS_ATTRIBUTES
        .iter()
        .find(|(name, _)| attribute == Some(name))
        .map(|(_, kind)| *kind);
    let value = tidy(written);
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

/// A value without the line ends and quotes that pasting added.
fn tidy(written: &str) -> String {
    let written = written.trim().trim_matches(['"', '\'']).trim();
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
            written.chars().filter(|c| !c.is_whitespace()).collect()
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
    known: AHashMap<(AddressType, String), usize>,
    /// The addresses.
    pub list: Vec<FoundAddress>,
    /// How many bytes were looked at: for the tests of the running time.
    pub steps: usize,
}

impl Addresses {
    fn add(&mut self, found: FoundAddress) {
        let key = (found.kind, found.address.to_ascii_lowercase());
        let next = self.list.len();
        match *self.known.entry(key).or_insert(next) {
            at if at == next => self.list.push(found),
            // The UPN and the primary address, for example: the value with its prefix says more.
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
            ' ' | '\n' => quote.is_none() && !free && at > 0,
            '<' | '>' | '(' | ')' => quote.is_none() && !free && !is_placeholder(&rest[at..], c),
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

/// `<user>` in a documented text stands for a value.
fn is_placeholder(rest: &str, c: char) -> bool {
    match c {
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

/// The list `[ProxyAddresses SMTP:a@x;UserPrincipalName b@x;]` behind a template.
pub fn add_list(
    plain: &Plain,
    from: usize,
    addresses: &mut Addresses,
    values: &mut Vec<(String, String)>,
) {
    let rest = &plain.text[plain.place_behind(from)..];
    // "… in your local directory services: ["
    let Some(open) = rest.bytes().take(200).position(|byte| byte == b'[') else {
        return;
    };
    let list = &rest[open + 1..];
    // A value can hold brackets: the list ends where a sentence can go on.
    let closes = |at: &usize| {
        let next = list.as_bytes().get(at + 1);
        next.is_none_or(|next| matches!(next, b'.' | b',' | b' ' | b'\n' | b'"' | b'<'))
    };
    let close = memchr::memchr_iter(b']', list.as_bytes()).find(closes);
    let list = &list[..close.unwrap_or(list.len())];
    let mut attribute: Option<String> = None;
    let mut entries: Vec<(Option<String>, String)> = Vec::new();
    for piece in list.split(';') {
        let (raw, piece) = (piece, piece.trim());
        if piece.is_empty() {
            continue;
        }
        let (name, value) = match piece.split_once([' ', '\n']) {
            Some((name, value)) if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                (attribute_name(name), value)
            }
            _ => (None, piece),
        };
        let starts =
            name.is_some() || Address::parse(value, AddressType::Smtp).kind != AddressType::Other;
        attribute = name.or(attribute);
        match entries.last_mut() {
            // An X400 value has semicolons of its own.
            Some((_, value_before)) if !starts => {
                value_before.push(';');
                value_before.push_str(raw);
            }
            _ => {
                // White space behind a value is cut where it ends, not where it goes on.
                let start = raw.len() - raw.trim_start().len() + piece.len() - value.len();
                entries.push((attribute.clone(), raw[start..].to_owned()));
            }
        }
    }
    for (attribute, entry) in entries {
        split_joined(&entry, |value| {
            let name = attribute.as_deref();
            let sure = ADDRESS_ATTRIBUTES
                .iter()
                .any(|(known, _)| name == Some(known));
            if !addresses.add_value(value, name, sure)
                && let Some(name) = name
            {
                values.push((name.to_owned(), tidy(value)));
            }
        });
    }
}

/// What stands behind a marker, without the punctuation of JSON and lists.
fn behind(plain: &Plain, end: usize) -> &str {
    const MARKS: &[char] = &['"', '\'', ':', ',', '[', '{', ' ', '\n', '=', '(', '-', '>'];
    let rest = plain.text[plain.place_behind(end)..].trim_start_matches(MARKS);
    // {"Key":"ObjectIdInConflict","Value":["…"]}
    let word = rest
        .get(..5)
        .filter(|word| word.eq_ignore_ascii_case("value"));
    word.map_or(rest, |_| rest[5..].trim_start_matches(MARKS))
}

/// The GUID that `text` begins with.
fn leading_guid(text: &str) -> Option<String> {
    let written = text.get(..36)?;
    identity::guid(written).map(|_| written.to_ascii_lowercase())
}

/// `Contact_<id>`: type and id. A placeholder for the id gives the type alone.
fn typed_id(text: &str) -> Option<Holder> {
    OBJECT_TYPES[..4].iter().find_map(|name| {
        let rest = text
            .get(..name.len())
            .filter(|start| start.eq_ignore_ascii_case(name))?;
        let id = text[rest.len()..].strip_prefix('_')?;
        Some(Holder {
            object_type: Some(name),
            id: leading_guid(id),
            ..Holder::default()
        })
    })
}

/// Holder, own id, attribute and values behind markers.
pub fn read_markers(
    plain: &Plain,
    found: &Found,
    addresses: &mut Addresses,
) -> (Holder, Option<String>, Option<String>) {
    let mut holder = Holder::default();
    let (mut own, mut attribute) = (None, None);
    for (marker, end) in &found.markers {
        let rest = behind(plain, *end);
        match marker {
            Marker::Holder if holder.object_type.is_none() => {
                if let Some(typed) = typed_id(rest) {
                    holder = typed;
                }
            }
            Marker::HolderId if holder.id.is_none() => holder.id = leading_guid(rest),
            Marker::OwnId if own.is_none() => own = leading_guid(rest),
            Marker::Attribute if attribute.is_none() => {
                let end = rest
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(rest.len());
                attribute = attribute_name(&rest[..end]);
            }
            Marker::Value => {
                let end = rest.find(['"', ']', '\n']).unwrap_or(rest.len());
                addresses.add_value(&rest[..end.min(LONGEST)], attribute.as_deref(), false);
            }
            _ => {}
        }
    }
    (holder, own, attribute)
}

/// The holder that a template's text names behind it.
#[must_use]
pub fn holder_behind(plain: &Plain, found: &Match) -> Option<Holder> {
    match found.template().places.behind {
        Behind::Nothing | Behind::Attribute => None,
        Behind::TypedHolder => typed_name(&plain.text[plain.place_behind(found.end())..]),
        Behind::QuotedHolder => {
            // In other languages the verb may stand behind the holder: the name follows the words for "already".
            let foreign = found.template().rank == super::templates::Rank::Weak;
            let from = if foreign {
                found.parts[1].1
            } else {
                found.end()
            };
            let rest = plain.text[plain.place_behind(from)..].trim_start();
            let rest = rest.strip_prefix("of ").unwrap_or(rest);
            quoted_name(rest, foreign).map(named)
        }
    }
}

/// The attribute behind a template.
#[must_use]
pub fn attribute_behind(plain: &Plain, found: &Match) -> Option<String> {
    let rest = behind(plain, found.end());
    let end = rest
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(rest.len());
    attribute_name(&rest[..end])
}

/// The text in quotes that `rest` begins with, or, in other languages, that follows in the same sentence.
fn quoted_name(rest: &str, anywhere: bool) -> Option<&str> {
    let open = if anywhere {
        let window = rest
            .char_indices()
            .take(600)
            .find(|(at, c)| *c == '"' || *c == '.' && rest[at + 1..].starts_with([' ', '\n']));
        window.filter(|(_, c)| *c == '"').map(|(at, _)| at)?
    } else {
        rest.starts_with(['"', '\'']).then_some(0)?
    };
    let quote = rest[open..].chars().next()?;
    let inner = &rest[open + 1..];
    let closes = || {
        inner
            .char_indices()
            .take(LONGEST)
            .filter(|(_, c)| *c == quote)
            .map(|(at, _)| at)
    };
    // A name can hold quotes: the sentence ends behind the last one.
    let last = closes().find(|at| {
        !anywhere
            && inner[at + 1..]
                .chars()
                .next()
                .is_none_or(|c| matches!(c, '.' | '\n' | '<'))
    });
    let end = last.or_else(|| closes().next())?;
    Some(inner[..end].trim()).filter(|name| !name.is_empty())
}

/// Name, canonical name or distinguished name.
fn named(text: &str) -> Holder {
    let text = text.replace('\n', " ");
    let whole = Some(text.clone());
    if let Some(id) = leading_guid(&text).filter(|_| text.len() == 36) {
        return Holder {
            id: Some(id),
            ..Holder::default()
        };
    }
    // A slash of the name itself is written `\/`.
    let last = text
        .char_indices()
        .rev()
        .find(|(at, c)| *c == '/' && !text[..*at].ends_with('\\'));
    let name = match last {
        Some((at, _)) => {
            let part = &text[at + 1..];
            let part = part
                .split_once('=')
                .filter(|_| text.starts_with('/'))
                .map_or(part, |(_, value)| value);
            part.replace("\\/", "/")
        }
        None => match identity::dn(&text) {
            Some(dn) => {
                let first = dn.split_once('=').map_or(dn, |(_, rest)| rest);
                let end = first
                    .char_indices()
                    .find(|(at, c)| *c == ',' && !first[..*at].ends_with('\\'));
                first[..end.map_or(first.len(), |(at, _)| at)].replace('\\', "")
            }
            None => {
                return Holder {
                    name: whole,
                    ..Holder::default()
                };
            }
        },
    };
    Holder {
        name: Some(name).filter(|name| !name.is_empty()),
        distinguished_name: whole,
        ..Holder::default()
    }
}

/// `contact John Doe.`
fn typed_name(rest: &str) -> Option<Holder> {
    let rest = rest.trim_start();
    let (word, object_type) = TYPE_WORDS.iter().find(|(word, _)| {
        let start = rest.get(..word.len());
        start.is_some_and(|start| start.replace('\n', " ").eq_ignore_ascii_case(word))
            && rest[word.len()..]
                .chars()
                .next()
                .is_none_or(|c| !c.is_alphanumeric())
    })?;
    let name = &rest[word.len()..];
    // Up to the end of the sentence; a full stop inside a name is followed by more of it.
    let end = name.char_indices().take(300).find(|(at, c)| {
        let after = &name[at + c.len_utf8()..];
        let next = after.trim_start();
        *c == '.'
            && (next.is_empty()
                || after.starts_with(['\n', '"', '\'', '<'])
                || ["Choose", "Please", "Try", "Use", "Enter", "To ", "You"]
                    .iter()
                    .any(|word| next.starts_with(word)))
    });
    let end = end.map_or_else(
        || {
            name.char_indices()
                .nth(300)
                .map_or(name.len(), |(at, _)| at)
        },
        |(at, _)| at,
    );
    let name = name[..end].trim().trim_matches('"').replace('\n', " ");
    Some(Holder {
        name: Some(name).filter(|name| !name.is_empty()),
        object_type: Some(object_type),
        ..Holder::default()
    })
}
