//! Finds templates, names and markers in a folded text, all in one pass.
//!
//! One automaton knows every part. A template's parts are chained as they come: a part counts when the part before it
//! ended near enough, and only the latest such chain is kept, so the work is bounded by the text's length.

use aho_corasick::AhoCorasick;
use once_cell::sync::Lazy;

use super::codes::Code;
use super::normalise::{Plain, fold};
use super::templates::{self, Gap, Template};

/// What leads to a value, wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// `Contact_<id>` follows: who has the value.
    Holder,
    /// The holder's id follows.
    HolderId,
    /// The id of the object that was refused follows.
    OwnId,
    /// The attribute follows.
    Attribute,
    /// The value follows.
    Value,
}

const MARKERS: &[(&str, Marker)] = &[
    ("ConflictingObject:", Marker::Holder),
    ("ObjectConflict with:", Marker::Holder),
    ("\"target\":", Marker::Holder),
    ("target:", Marker::Holder),
    ("ObjectIdInConflict", Marker::HolderId),
    ("\"ObjectId\",", Marker::OwnId),
    ("ObjectId:", Marker::OwnId),
    ("AttributeConflictName", Marker::Attribute),
    ("propertyCausingError", Marker::Attribute),
    ("AttributeConflictValues", Marker::Value),
];

/// Names and numbers that Entra Connect gives its errors.
const ERROR_NAMES: &[(&str, Code)] = &[
    ("InvalidSoftMatch", Code::InvalidSoftMatch),
    ("InvalidHardMatch", Code::InvalidHardMatch),
    ("Error Type 103", Code::InvalidHardMatch),
    ("Error Type: 103", Code::InvalidHardMatch),
    ("ObjectTypeMismatch", Code::ObjectTypeMismatch),
    (
        "FederatedDomainChangeError",
        Code::FederatedDomainChangeError,
    ),
    (
        "AttributeValueMustBeUnique",
        Code::AttributeValueMustBeUnique,
    ),
    ("AttributeUpdateNotAllowed", Code::AttributeUpdateNotAllowed),
    ("Error Type 96", Code::AttributeUpdateNotAllowed),
    ("Error Type: 96", Code::AttributeUpdateNotAllowed),
    ("ExistingAdminRoleConflict", Code::ExistingAdminRoleConflict),
    (
        "IdentityDataValidationFailed",
        Code::IdentityDataValidationFailed,
    ),
    ("DataValidationFailed", Code::DataValidationFailed),
    ("LargeObject", Code::LargeObject),
    ("ExceededAllowedLength", Code::ExceededAllowedLength),
    (
        "DeletingCloudOnlyObjectNotAllowed",
        Code::DeletingCloudOnlyObjectNotAllowed,
    ),
    ("Error Type 114", Code::DeletingCloudOnlyObjectNotAllowed),
    ("Error Type: 114", Code::DeletingCloudOnlyObjectNotAllowed),
    (
        "DeletionAccessViolation",
        Code::DeletingCloudOnlyObjectNotAllowed,
    ),
    ("PasswordAccessViolation", Code::PasswordAccessViolation),
];

/// What stands before such a name, with a colon or the like between.
const BEFORE_NAME: &[&str] = &["error", "code", "name", "type"];
/// What may stand before it with nothing between.
const RIGHT_BEFORE_NAME: &[&str] = &["errorname", "errorcode", "errortype"];

/// Exchange's exceptions, for texts in a language that the templates do not know.
const EXCEPTIONS: &[(&str, Code)] = &[
    ("ProxyAddressExistsException", Code::ProxyAddressInUse),
    ("NotAcceptedDomainException", Code::NotAcceptedDomain),
    ("ManagementObjectNotFoundException", Code::ObjectNotFound),
];

/// A value in quotes can be a legacy distinguished name.
const LONGEST_QUOTED: usize = 2200;
/// More parts than any template has.
const MOST_PARTS: usize = 4;
/// Markers of one kind that are looked at: an object has more values than that in no list.
const MOST_MARKERS: usize = 400;

#[derive(Debug, Clone, Copy)]
enum Target {
    Part(usize, usize),
    Marker(Marker),
    Name(Code),
    Exception(Code),
}

struct Machine {
    automaton: AhoCorasick,
    targets: Vec<Vec<Target>>,
}

static MACHINE: Lazy<Option<Machine>> = Lazy::new(|| {
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    let mut targets: Vec<Vec<Target>> = Vec::new();
    let mut add = |text: &str, target: Target| {
        let folded = fold(&text.replace('\u{a0}', " ")).0;
        if let Some(known) = patterns.iter().position(|known| *known == folded) {
            targets[known].push(target);
        } else {
            patterns.push(folded);
            targets.push(vec![target]);
        }
    };
    for (row, template) in templates::all().enumerate() {
        for (part, (_, texts)) in template.parts.iter().enumerate() {
            for text in *texts {
                add(text, Target::Part(row, part));
            }
        }
    }
    for (text, marker) in MARKERS {
        add(text, Target::Marker(*marker));
    }
    for (text, code) in ERROR_NAMES {
        add(text, Target::Name(*code));
    }
    for (text, code) in EXCEPTIONS {
        add(text, Target::Exception(*code));
    }
    // It fails for more patterns than memory can hold, which these are not; a test builds it.
    let automaton = AhoCorasick::new(&patterns).ok()?;
    Some(Machine { automaton, targets })
});

/// A template found, with the places of its parts in the folded text.
#[derive(Debug, Clone, Copy)]
pub struct Match {
    /// Row of [`templates::all`].
    pub row: usize,
    /// Start and end of each part.
    pub parts: [(usize, usize); MOST_PARTS],
}

impl Match {
    /// The template.
    #[must_use]
    pub fn template(&self) -> &'static Template {
        templates::row(self.row)
    }

    /// Where it begins.
    #[must_use]
    pub fn start(&self) -> usize {
        self.parts[0].0
    }

    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> usize {
        self.parts[self.template().parts.len() - 1].1
    }

    /// What stands before part `number`, as written.
    #[must_use]
    pub fn gap<'p>(&self, plain: &'p Plain, number: usize) -> &'p str {
        let (start, end) = self.parts[number - 1];
        let from = if self.template().places.prefix_in_part {
            plain.place_behind(start + 1)
        } else {
            plain.place_behind(end)
        };
        let to = plain.place(self.parts[number].0);
        plain.text.get(from..to).unwrap_or("").trim()
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Templates, in the order of their ends.
    pub matches: Vec<Match>,
    /// Where markers end.
    pub markers: Vec<(Marker, usize)>,
    /// The first error name that stands where a name does.
    pub error_name: Option<Code>,
    /// What Exchange's exception says.
    pub exception: Option<Code>,
    /// How much was looked at, in bytes and parts: for the tests of the running time.
    pub steps: usize,
}

/// Searches `plain`.
#[must_use]
pub fn search(plain: &Plain) -> Found {
    let mut found = Found::default();
    let Some(machine) = MACHINE.as_ref() else {
        return found;
    };
    let mut chains = vec![[None::<[(usize, usize); MOST_PARTS]>; MOST_PARTS]; templates::COUNT];
    found.steps += plain.folded.len();
    for hit in machine.automaton.find_overlapping_iter(&plain.folded) {
        let (start, end) = (hit.start(), hit.end());
        for target in &machine.targets[hit.pattern().as_usize()] {
            found.steps += 1;
            match *target {
                Target::Part(row, part) => {
                    let template = templates::row(row);
                    let before = match part {
                        0 => Some([(0, 0); MOST_PARTS]),
                        _ => chains[row][part - 1].filter(|chain| {
                            fits(
                                plain,
                                template.parts[part].0,
                                chain[part - 1].1,
                                start,
                                &mut found.steps,
                            )
                        }),
                    };
                    let Some(mut parts) = before else { continue };
                    parts[part] = (start, end);
                    if part + 1 < template.parts.len() {
                        chains[row][part] = Some(parts);
                    } else if !template.sentence || is_sentence(plain, parts[0].0, end) {
                        found.matches.push(Match { row, parts });
                    }
                }
                Target::Marker(marker) => {
                    let known = found.markers.iter().filter(|known| known.0 == marker);
                    if known.count() < MOST_MARKERS {
                        found.markers.push((marker, end));
                    }
                }
                Target::Name(code) => {
                    if found.error_name.is_none() && is_error_name(plain, start, end) {
                        found.error_name = Some(code);
                    }
                }
                Target::Exception(code) => {
                    let typed = start > 0
                        && plain.folded[start - 1] == b'.'
                        && plain.folded.get(end) == Some(&b'|');
                    if typed {
                        found.exception.get_or_insert(code);
                    }
                }
            }
        }
    }
    let envelope: String = plain.envelope.split_whitespace().collect();
    let named = EXCEPTIONS.iter().find(|(name, _)| envelope.contains(name));
    found.exception = found.exception.or(named.map(|(_, code)| *code));
    found
}

/// Whether what stands between two parts is what the template allows there.
fn fits(plain: &Plain, gap: Gap, from: usize, to: usize, steps: &mut usize) -> bool {
    let Some(length) = to.checked_sub(from) else {
        return false;
    };
    match gap {
        Gap::None => length == 0,
        Gap::UpTo(most) => length <= most,
        Gap::Quoted => {
            if length > LONGEST_QUOTED {
                return false;
            }
            *steps += length;
            // Only the double quote: an address can have an apostrophe.
            let between = plain.place_behind(from)..plain.place(to);
            memchr::memchr(b'"', &plain.text.as_bytes()[between]).is_none()
        }
    }
}

/// Whether a sentence of its own stands in the folded text from `start` to `end`.
fn is_sentence(plain: &Plain, start: usize, end: usize) -> bool {
    let begins = start.checked_sub(1).is_none_or(|before| {
        matches!(
            plain.folded[before],
            b'.' | b':' | b'!' | b'|' | b'"' | b'*' | b'>' | b'-' | b'[' | b')'
        ) || ends_in_ellipsis(&plain.folded[..start])
            || plain.text.as_bytes()[plain.place(before)..plain.place(start)].contains(&b'\n')
    });
    let line_ends = |end: usize| {
        plain.text.as_bytes()[plain.place_behind(end)..plain.place(end)].contains(&b'\n')
    };
    let ends = match plain.folded.get(end) {
        // A title in quotes, in the middle of somebody's sentence, is none.
        Some(b'"') => {
            matches!(
                plain.folded.get(end + 1),
                None | Some(b'.' | b',' | b'}' | b']')
            ) || line_ends(end + 1)
        }
        None | Some(b'.' | b'!' | b'*' | b'|' | b'<' | b']' | b',' | b';') => true,
        Some(_) => line_ends(end),
    };
    begins && ends
}

fn ends_in_ellipsis(text: &[u8]) -> bool {
    text.ends_with("…".as_bytes())
}

/// Whether an error's name stands from `start` to `end`: after "Error Name:" or the like, or alone.
fn is_error_name(plain: &Plain, start: usize, end: usize) -> bool {
    let next = plain.text[plain.place_behind(end)..].chars().next();
    if next.is_some_and(char::is_alphanumeric) {
        return false;
    }
    // The label is a part of it.
    if plain.folded[start..end].starts_with(b"errortype") {
        return true;
    }
    let before = &plain.folded[..start];
    let mark = |byte: &u8| matches!(byte, b':' | b'"' | b'=' | b'|' | b'[' | b'*' | b',');
    let marks = before
        .iter()
        .rev()
        .take(8)
        .take_while(|byte| mark(byte))
        .count();
    let label = &before[..before.len() - marks];
    let ends_with = |labels: &[&str]| labels.iter().any(|known| label.ends_with(known.as_bytes()));
    if ends_with(RIGHT_BEFORE_NAME) || marks > 0 && ends_with(BEFORE_NAME) {
        return true;
    }
    let alone_before = start == 0
        || marks > 0
        || plain.text.as_bytes()[plain.place(start - 1)..plain.place(start)].contains(&b'\n');
    let alone_behind = match plain.folded.get(end) {
        // Its number follows: "InvalidHardMatch / 103".
        None => true,
        Some(b'/' | b'(') if plain.folded.get(end + 1).is_some_and(u8::is_ascii_digit) => true,
        Some(_) => {
            plain.text.as_bytes()[plain.place_behind(end)..plain.place(end)].contains(&b'\n')
        }
    };
    alone_before && alone_behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        assert!(MACHINE.is_some());
        for template in templates::all() {
            assert!(
                (1..=MOST_PARTS).contains(&template.parts.len()),
                "{template:?}"
            );
            assert_eq!(template.parts[0].0, Gap::None, "{template:?}");
            let gaps = [template.places.value, template.places.attribute];
            assert!(
                gaps.into_iter()
                    .flatten()
                    .all(|gap| (1..template.parts.len()).contains(&gap))
            );
            assert_ne!(template.code, Code::Unknown);
        }
    }
}
