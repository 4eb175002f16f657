//! Who has the value, as far as a text says it: a name in quotes, a type with a name, a type with an id.

use super::addresses::{Addresses, LONGEST, attribute_name};
use super::list;
use super::matching::{Found, Marker, Match};
use super::normalise::Plain;
use super::templates::Behind;
use crate::identity;

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

/// How the admin center calls them, longer names first.
const TYPE_WORDS: &[(&str, &str)] = &[
    ("mail-enabled security group", "MailEnabledSecurityGroup"),
    ("dynamic distribution list", "DistributionGroup"),
    ("dynamic distribution group", "DistributionGroup"),
    ("distribution list", "DistributionGroup"),
    ("distribution group", "DistributionGroup"),
    ("microsoft 365 group", "Microsoft365Group"),
    ("office 365 group", "Microsoft365Group"),
    ("shared mailbox", "SharedMailbox"),
    ("public folder", "PublicFolder"),
    ("mail contact", "Contact"),
    ("mail user", "User"),
    ("mail-enabled user", "User"),
    ("guest user", "User"),
    ("user mailbox", "Mailbox"),
    ("room mailbox", "Mailbox"),
    ("equipment mailbox", "Mailbox"),
    ("resource mailbox", "Mailbox"),
    ("mailbox", "Mailbox"),
    ("contact", "Contact"),
    ("group", "Group"),
    ("user", "User"),
];

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

/// The attribute that `text` begins with.
fn leading_attribute(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_alphanumeric());
    attribute_name(&text[..end.unwrap_or(text.len())])
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

/// More values than an object has.
const MOST_VALUES: usize = 1000;

/// Where a list of JSON ends that is open already.
fn json_list_end(text: &str) -> usize {
    let closes = text.find("\"]").into_iter();
    // A single value without a list.
    let ends = text.find("\"}").into_iter().chain(text.find(']'));
    closes
        .chain(ends)
        .min()
        .unwrap_or_else(|| text.trim_end_matches('"').len())
}

/// Holder, own id, attribute and values behind markers.
pub fn read_markers(
    plain: &Plain,
    found: &Found,
    addresses: &mut Addresses,
    values: &mut Vec<(String, String)>,
) -> (Holder, Option<String>, Option<String>) {
    let mut holder = Holder::default();
    let (mut own, mut attribute) = (None, None);
    // What one list held is not read again.
    let mut read_to = 0;
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
                attribute = leading_attribute(rest);
            }
            Marker::Value if plain.text.len() - rest.len() >= read_to => {
                // In a line of its own; or as a list of JSON: `["…","…"]`.
                let end = rest.find('\n').unwrap_or(rest.len());
                let end = rest[..end]
                    .find(['"', ']'])
                    .map_or(end, |_| json_list_end(&rest[..end]));
                read_to = plain.text.len() - rest.len() + end;
                for value in rest[..end].split("\",\"").take(MOST_VALUES) {
                    list::add_values(value, attribute.as_deref(), false, addresses, values);
                }
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
        Behind::Nothing | Behind::Attribute | Behind::Limit => None,
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
    leading_attribute(behind(plain, found.end()))
}

/// The number behind a template, with the marks that group its digits.
#[must_use]
pub fn number_behind(plain: &Plain, found: &Match) -> Option<String> {
    let rest = plain.text[plain.place_behind(found.end())..].trim_start();
    let grouped = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
    let end = rest.find(|c| !grouped(c)).unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches([',', '.']);
    (!number.is_empty()).then(|| number.to_owned())
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

/// `the contact John Doe.`, with the article or without; a name without a type where no type is known.
fn typed_name(rest: &str) -> Option<Holder> {
    let rest = rest.trim_start();
    let article = ["the", "a", "an"].into_iter().find_map(|word| {
        let (first, behind) = rest.split_once([' ', '\n'])?;
        first.eq_ignore_ascii_case(word).then_some(behind)
    });
    let rest = article.unwrap_or(rest).trim_start();
    let known = TYPE_WORDS.iter().find(|(word, _)| {
        let start = rest.get(..word.len());
        start.is_some_and(|start| start.replace('\n', " ").eq_ignore_ascii_case(word))
            && rest[word.len()..]
                .chars()
                .next()
                .is_none_or(|c| !c.is_alphanumeric())
    });
    let (word, object_type) = known.map_or(("", None), |(word, object_type)| {
        (*word, Some(*object_type))
    });
    let name = rest[word.len()..].trim_start_matches([' ', ':']);
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
    let end = end.or_else(|| name.char_indices().nth(300));
    let end = end.map_or(name.len(), |(at, _)| at);
    let quotes = |c: char| c == '"' || c == '\'';
    let name = name[..end].trim().trim_matches(quotes).replace('\n', " ");
    let holder = Holder {
        name: Some(name).filter(|name| !name.is_empty()),
        object_type,
        ..Holder::default()
    };
    (holder != Holder::default()).then_some(holder)
}
