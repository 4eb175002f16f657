//! Error texts that admins paste: which error it is, which address, who has it, what to do next.
//!
//! [`analyse`] reads one text. [`normalise`] makes it plain, [`matching`] finds the known texts of [`templates`],
//! [`addresses`] and [`holder`] read what stands in and around them, [`explain`] says it in a sentence and [`next_steps`] what to run.
//! [`json`] makes texts of the objects that Graph and Entra Connect give instead of one; [`subject`] knows those that
//! say whose error it is.
//!
//! Two errors in one text: the one that comes first counts, and [`Analysis::also`] names the others. A mere state
//! ("We are preparing a mailbox", "users with errors") counts only where no error is in the text.

pub mod addresses;
pub mod codes;
pub mod explain;
pub mod holder;
pub mod json;
pub mod matching;
pub mod next_steps;
pub mod normalise;
pub mod subject;
pub mod templates;

pub use addresses::FoundAddress;
pub use codes::Code;
pub use holder::Holder;

use addresses::Addresses;
use matching::{Found, Match};
use normalise::Plain;
use templates::Rank;

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// Which error it is.
    pub code: Code,
    /// Further errors in the same text.
    pub also: Vec<Code>,
    /// The attribute in conflict, in the directories' spelling.
    pub attribute: Option<String>,
    /// The addresses in conflict; of an unknown text every address in it.
    pub addresses: Vec<FoundAddress>,
    /// The value that it is about, where that is no address: a GUID, a name, a number.
    pub value: Option<String>,
    /// Who has the value, as far as the text says.
    pub holder: Option<Holder>,
    /// The Entra id of the object that was refused, where the text gives it.
    pub own_id: Option<String>,
    /// Entra Connect's name of the error, where it stands in the text.
    pub error_name: Option<Code>,
    /// What it means, in a sentence or two.
    pub explanation: String,
    /// What to run: commands, and comments that say when. Every line is safe to paste.
    pub next_steps: Vec<String>,
}

impl Analysis {
    /// Whether two objects want one value.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code.is_conflict()
    }

    /// The title of the article that describes it.
    #[must_use]
    pub fn reference(&self) -> Option<&'static str> {
        self.code.reference()
    }

    /// Words it: to be called again where something was found out that the text does not say.
    pub fn word(&mut self) {
        self.explanation = explain::explain(self);
        self.next_steps = next_steps::generic(self, false);
    }
}

/// Reads one text, whatever it is. JSON is read as such, also JSON in strings of JSON.
#[must_use]
pub fn analyse(text: &str) -> Analysis {
    let flat = json::flatten_text(text);
    read(&Plain::new(flat.as_deref().unwrap_or(text)))
}

/// Reads an element of Graph's `onPremisesProvisioningErrors`.
#[must_use]
pub fn of_provisioning_error(category: &str, attribute: &str, value: &str) -> Analysis {
    let attribute = addresses::attribute_name(attribute);
    let mut addresses = Addresses::default();
    let is_address = addresses.add_value(value, attribute.as_deref(), true);
    let mut analysis = Analysis {
        // The one category that Graph documents.
        code: if category.eq_ignore_ascii_case("PropertyConflict") {
            Code::DuplicateAttributeQuarantined
        } else {
            Code::Unknown
        },
        also: Vec::new(),
        attribute,
        addresses: addresses.list,
        value: Some(value.to_owned()).filter(|value| !is_address && !value.is_empty()),
        holder: None,
        own_id: None,
        error_name: None,
        explanation: String::new(),
        next_steps: Vec::new(),
    };
    analysis.word();
    analysis
}

/// Reads a plain text.
fn read(plain: &Plain) -> Analysis {
    let found = matching::search(plain);
    let best = best_match(&found);
    let code = code_of(&found, best);
    let mut addresses = Addresses::default();
    let mut values = Vec::new();
    let (marked, own_id, marked_attribute) = holder::read_markers(plain, &found, &mut addresses);
    let mut attribute = None;
    let mut holder = None;
    for one in found.matches.iter().filter(|one| counts_with(one, best)) {
        let template = one.template();
        let at = |gap: Option<usize>| gap.map(|gap| one.gap(plain, gap));
        let named = at(template.places.attribute).and_then(addresses::attribute_name);
        let named = named.or_else(|| {
            (template.places.behind == templates::Behind::Attribute)
                .then(|| holder::attribute_behind(plain, one))
                .flatten()
        });
        let named = named.or_else(|| template.attribute.map(str::to_owned));
        if let Some(value) = at(template.places.value) {
            read_value(code, value, named.as_deref(), &mut addresses, &mut values);
        }
        if template.places.list {
            addresses::add_list(plain, one.end(), &mut addresses, &mut values);
        }
        attribute = attribute.or(named);
        holder = holder.or_else(|| holder::holder_behind(plain, one));
    }
    let holder = merge(holder, marked);
    let attribute = attribute
        .or(marked_attribute)
        .or_else(|| {
            addresses
                .list
                .iter()
                .find_map(|found| found.attribute.clone())
        })
        .or_else(|| values.first().map(|(name, _)| name.clone()))
        .filter(|name| !name.is_empty());
    if addresses.list.is_empty() && values.is_empty() {
        addresses.add_running_text(&plain.text, attribute.as_deref(), code == Code::Unknown);
    }
    let code = match (code, &holder) {
        (Code::DirectoryObjectConflict, Some(holder))
            if holder.object_type == Some("PublicFolder") =>
        {
            Code::OrphanedMailPublicFolder
        }
        (code, _) => code,
    };
    let mut analysis = Analysis {
        code,
        also: further_codes(&found, code),
        attribute,
        addresses: addresses.list,
        value: values.into_iter().next().map(|(_, value)| value),
        holder,
        own_id,
        error_name: found.error_name,
        explanation: String::new(),
        next_steps: Vec::new(),
    };
    analysis.word();
    analysis
}

/// The surest; of those the first in the text, and of those the first in the table.
fn best_match(found: &Found) -> Option<&Match> {
    let key = |one: &&Match| (std::cmp::Reverse(one.template().rank), one.start(), one.row);
    found.matches.iter().min_by_key(key)
}

/// Entra Connect's own name of an error says more than the sentence under it, which several of them share.
fn code_of(found: &Found, best: Option<&Match>) -> Code {
    match (best.map(Match::template), found.error_name) {
        (Some(best), Some(name))
            if best.code == Code::AttributeValueMustBeUnique || best.rank == Rank::Weak =>
        {
            name
        }
        (Some(best), _) => best.code,
        (None, Some(name)) => name,
        (None, None) => found.exception.unwrap_or(Code::Unknown),
    }
}

/// Whether `one` says the same error as `best`, perhaps of another address.
fn counts_with(one: &Match, best: Option<&Match>) -> bool {
    best.is_some_and(|best| {
        let (one_row, best_row) = (one.template(), best.template());
        let same = one_row.code == best_row.code && one_row.rank == best_row.rank;
        // Of two that begin at one place the first in the table counts.
        same && (one.row == best.row || one.start() != best.start())
    })
}

fn further_codes(found: &Found, code: Code) -> Vec<Code> {
    let same = |other: Code| {
        other == code
            || other == Code::DirectoryObjectConflict && code == Code::OrphanedMailPublicFolder
            || other == Code::AttributeValueMustBeUnique && found.error_name == Some(code)
    };
    let mut also: Vec<Code> = Vec::new();
    for one in &found.matches {
        let template = one.template();
        if template.rank == Rank::Whole && !same(template.code) && !also.contains(&template.code) {
            also.push(template.code);
        }
    }
    also
}

/// Reads the value that a template holds: an address, or what else its code is about.
fn read_value(
    code: Code,
    value: &str,
    attribute: Option<&str>,
    addresses: &mut Addresses,
    values: &mut Vec<(String, String)>,
) {
    let value = value.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '.'));
    let is_address = match code {
        Code::ProxyAddressInUse => addresses.add_value(value, attribute, true),
        Code::DuplicateAttributeQuarantined => {
            // "from a@x to b@y": the first is the one in conflict.
            let first = value.split([' ', '\n']).find(|word| word.contains('@'));
            addresses.add_value(first.unwrap_or(value), attribute, false)
        }
        Code::ObjectNotFound => addresses.add_value(value, attribute, false),
        _ => false,
    };
    if !is_address && !value.is_empty() {
        values.push((
            attribute.unwrap_or_default().to_owned(),
            value.replace('\n', " "),
        ));
    }
}

fn merge(said: Option<Holder>, marked: Holder) -> Option<Holder> {
    let mut holder = said.unwrap_or_default();
    holder.object_type = holder.object_type.or(marked.object_type);
    holder.id = holder.id.or(marked.id);
    (holder != Holder::default()).then_some(holder)
}

#[cfg(test)]
mod tests;
