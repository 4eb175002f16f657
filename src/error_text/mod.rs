//! Error texts that admins paste: which error it is, which address, who has it, what to do next.
//!
//! [`analyse`] reads one text. [`normalise`] makes it plain, [`matching`] finds the known texts of [`templates`],
//! [`addresses`], [`list`] and [`holder`] read what stands in and around them, [`typed`] what the admin had typed; [`explain`] says it
//! in a sentence and [`next_steps`] what to run, with the look-ups of [`look_up`].
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
pub mod list;
pub mod look_up;
pub mod matching;
pub mod next_steps;
pub mod normalise;
pub mod public_folder;
pub mod subject;
pub mod templates;
pub mod typed;

pub use addresses::FoundAddress;
pub use codes::Code;
pub use holder::Holder;
pub use typed::Typed;

use addresses::Addresses;
use matching::{Found, Match};
use normalise::Plain;
use templates::Rank;

/// What a text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// The limit that was passed, as the text has it.
    pub limit: Option<String>,
    /// What Entra ID put in place of the value, which another object has.
    pub replacement: Option<String>,
    /// What was asked for, where that is another address than the one in conflict.
    pub typed: Option<Typed>,
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

/// Reads an element of Graph's `onPremisesProvisioningErrors`. Whoever has one, in whatever form, reads it here.
#[must_use]
pub fn of_provisioning_error(category: &str, attribute: &str, value: &str) -> Analysis {
    let (category, value) = (category.trim(), value.trim());
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
        attribute,
        addresses: addresses.list,
        value: Some(value.to_owned()).filter(|value| !is_address && !value.is_empty()),
        ..Analysis::default()
    };
    analysis.word();
    analysis
}

/// Reads the `errorDetail` of an element of Graph's `serviceProvisioningErrors`: what the service said, XML and all.
#[must_use]
pub fn of_service_error(detail: &str) -> Analysis {
    analyse(detail)
}

/// The value of the line `name: value` of a text; empty where there is none.
fn field<'t>(text: &'t str, name: &str) -> &'t str {
    let value = |line: &'t str| {
        let (known, value) = line.split_once(':')?;
        known
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim())
    };
    text.lines().find_map(value).unwrap_or("")
}

/// An element of `onPremisesProvisioningErrors` as text: printed by PowerShell, or of JSON.
fn printed_provisioning_error(plain: &Plain) -> Option<Analysis> {
    let [category, attribute, value] =
        ["category", "propertyCausingError", "value"].map(|name| field(&plain.text, name));
    (!category.is_empty() && !attribute.is_empty())
        .then(|| of_provisioning_error(category, attribute, value))
}

/// What the matches of one error say.
#[derive(Default)]
struct Said {
    addresses: Addresses,
    values: Vec<(String, String)>,
    attribute: Option<String>,
    holder: Option<Holder>,
    limit: Option<String>,
    replacement: Option<String>,
}

impl Said {
    fn read_match(&mut self, plain: &Plain, one: &Match) {
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
            self.read_value(template.code, value, named.as_deref());
        }
        if template.places.list {
            let from = plain.place_behind(one.end());
            list::add_bracket(&plain.text, from, &mut self.addresses, &mut self.values);
        }
        if template.places.behind == templates::Behind::Limit && self.limit.is_none() {
            self.limit = holder::number_behind(plain, one);
        }
        self.attribute = self.attribute.take().or(named);
        self.holder = self
            .holder
            .take()
            .or_else(|| holder::holder_behind(plain, one));
    }

    /// Reads the value that a template holds: an address, or what else its code is about.
    fn read_value(&mut self, code: Code, value: &str, attribute: Option<&str>) {
        let value = value.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '.'));
        let addresses = &mut self.addresses;
        let is_address = match code {
            Code::ProxyAddressInUse => addresses.add_value(value, attribute, true),
            Code::DuplicateAttributeQuarantined => {
                // "from a@x to b@y": the first is the one in conflict, the second what the object got instead.
                let mut written = value
                    .split([' ', '\n'])
                    .filter(|word| word.contains('@'))
                    .map(addresses::tidy);
                let first = written.next();
                self.replacement = self.replacement.take().or(written.next());
                addresses.add_value(first.as_deref().unwrap_or(value), attribute, false)
            }
            Code::ObjectNotFound | Code::RecipientNotUnique | Code::UserPrincipalNameInUse => {
                addresses.add_value(value, attribute, false)
            }
            _ => false,
        };
        if !is_address && !value.is_empty() {
            self.values.push((
                attribute.unwrap_or_default().to_owned(),
                value.replace('\n', " "),
            ));
        }
    }
}

/// Reads a plain text.
fn read(plain: &Plain) -> Analysis {
    let found = matching::search(plain);
    let best = best_match(&found);
    let mut said = Said::default();
    let (marked, own_id, marked_attribute) =
        holder::read_markers(plain, &found, &mut said.addresses, &mut said.values);
    for one in found.matches.iter().filter(|one| counts_with(one, best)) {
        if is_provisioning_error(one)
            && let Some(analysis) = printed_provisioning_error(plain)
        {
            return analysis;
        }
        said.read_match(plain, one);
    }
    let mut code = code_of(&found, best);
    if best.is_none_or(|best| best.template().rank == Rank::Weak) {
        code = read_any_language(plain, &found, code, &mut said);
    }
    let holder = merge(said.holder, marked);
    let Said {
        mut addresses,
        values,
        ..
    } = said;
    let attribute = said
        .attribute
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
    let code = match (code, &holder, attribute.as_deref()) {
        (Code::DirectoryObjectConflict, Some(holder), _)
            if holder.object_type == Some("PublicFolder") =>
        {
            Code::OrphanedMailPublicFolder
        }
        (Code::DirectoryObjectConflict, _, Some("mailNickname")) => Code::AliasInUse,
        (code, _, _) => code,
    };
    let typed = (code == Code::ProxyAddressInUse)
        .then(|| typed::find(plain, &found, &addresses.list))
        .flatten();
    let mut analysis = Analysis {
        code,
        also: further_codes(&found, code),
        attribute,
        addresses: addresses.list,
        value: values.into_iter().next().map(|(_, value)| value),
        limit: said.limit,
        replacement: said.replacement,
        typed,
        holder,
        own_id,
        error_name: found.error_name,
        ..Analysis::default()
    };
    analysis.word();
    analysis
}

fn is_provisioning_error(one: &Match) -> bool {
    let template = one.template();
    template.code == Code::DuplicateAttributeQuarantined
        && template.parts[0].1[0].starts_with("category")
}

/// Reads what no language translates: Entra Connect's bracket, and the names that a user had and got.
fn read_any_language(plain: &Plain, found: &Found, code: Code, said: &mut Said) -> Code {
    if let Some(open) = list::find_bracket(&plain.text) {
        list::add_bracket(&plain.text, open, &mut said.addresses, &mut said.values);
        return match found.error_name {
            Some(name) => name,
            None if list::follows_mark(&plain.text, open) => Code::AttributeValueMustBeUnique,
            None => Code::DuplicateAttributeQuarantined,
        };
    }
    if code == Code::Unknown
        && let Some((lost, replacement)) = typed::replaced_name(&plain.text)
    {
        said.addresses
            .add_value(&lost, Some("userPrincipalName"), false);
        said.replacement = Some(replacement);
        return Code::DuplicateAttributeQuarantined;
    }
    code
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
            || other == Code::DirectoryObjectConflict
                && matches!(code, Code::OrphanedMailPublicFolder | Code::AliasInUse)
            || other == Code::AttributeValueMustBeUnique && found.error_name == Some(code)
    };
    // Of two that begin at one place the first in the table counts.
    let covered = |one: &Match| {
        found
            .matches
            .iter()
            .any(|other| other.start() == one.start() && other.row < one.row)
    };
    let mut also: Vec<Code> = Vec::new();
    for one in &found.matches {
        let template = one.template();
        if template.rank == Rank::Whole
            && !same(template.code)
            && !also.contains(&template.code)
            && !covered(one)
        {
            also.push(template.code);
        }
    }
    also
}

fn merge(said: Option<Holder>, marked: Holder) -> Option<Holder> {
    let mut holder = said.unwrap_or_default();
    holder.object_type = holder.object_type.or(marked.object_type);
    holder.id = holder.id.or(marked.id);
    (holder != Holder::default()).then_some(holder)
}

#[cfg(test)]
mod tests;
