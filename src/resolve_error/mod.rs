//! `proxycalc_resolve_error`: error texts in, what they say out; with recipients, also who really has the address.

mod render;

use ahash::AHashMap;
use base64::Engine as _;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::address_row::AddressRow;
use crate::conflict::remediation::Request as Remediation;
use crate::conflict::{Kind, Severity};
use crate::error_text::json::whole_texts;
use crate::error_text::next_steps::{self, Steps};
use crate::error_text::subject::{self, Subject};
use crate::error_text::{Analysis, Code, FoundAddress};
use crate::error_text::{look_up, public_folder};
use crate::find_conflicts::read_recipients;
use crate::form::Page;
use crate::form::ResultForm;
use crate::identity::{self, IdKey, IdSpace};
use crate::object_view::{ObjectView, addresses_of};
use crate::options::{ScanOptions, Want, or_default, parse};
use crate::outcome::Outcome;
use crate::recipient::{Role, Source};
use crate::recipient_type::Class;
use crate::status::Error;
use crate::store::{RecordId, StoredAddress};

use render::Resolved;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request<'r> {
    #[serde(rename = "version")]
    _version: serde::de::IgnoredAny,
    #[serde(deserialize_with = "whole_texts")]
    texts: Vec<Value>,
    #[serde(borrow, default)]
    recipients: Option<&'r RawValue>,
    #[serde(default, deserialize_with = "or_default")]
    result_form: ResultForm,
}

/// The part of a query that stands for a request's texts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Texts, or objects that carry errors.
    #[serde(deserialize_with = "whole_texts")]
    pub texts: Vec<Value>,
}

/// Answers a request.
///
/// # Errors
/// What is wrong with the request; a text that is not known is a result.
pub fn resolve_error(request: &[u8]) -> Result<String, Error> {
    let request: Request<'_> = parse(request)?;
    let options = ScanOptions {
        want: Want::Addresses,
        form: request.result_form,
        ..ScanOptions::default()
    };
    let mut outcome = read_recipients(options, request.recipients)?.finish();
    answer(&mut outcome, &request.texts, "texts")
}

/// Answers `texts` with what was scanned as the recipients. `path` is where they stand in the request.
pub fn answer(outcome: &mut Outcome, texts: &[Value], path: &str) -> Result<String, Error> {
    let mut subjects = Vec::new();
    for (number, entry) in texts.iter().enumerate() {
        if !subject::add(entry, number, &mut subjects) {
            let message = "a text is a string, or an object that carries errors";
            return Err(Error::invalid(format!("{path}[{number}]"), message));
        }
    }
    let mut ids = wanted_ids(&subjects);
    outcome.find_ids(&mut ids, |record, _, roots| {
        let root = outcome.objects().root(record);
        if !roots.contains(&root) {
            roots.push(root);
        }
    });
    let found: Vec<Found> = subjects
        .iter()
        .map(|subject| find(outcome, subject, &ids))
        .collect();
    let mut page = Page::new(outcome.form(), render::COLUMNS);
    for (subject, found) in subjects.iter_mut().zip(found) {
        let only_upn = subject.analysis.code == Code::UserPrincipalNameInUse;
        let holders = holders(outcome, &found.holders, only_upn);
        if outcome.summary.recipients_read > 0 {
            let losers = self::holders(outcome, &found.losers, only_upn);
            join(outcome, subject, &found, &holders, &losers);
        }
        page.add(&Resolved::new(subject, &holders), Resolved::write);
    }
    Ok(page.whole("results"))
}

/// An object that has one of the addresses, or the id.
struct Match {
    root: RecordId,
    /// The addresses of the text that it has; none where it was found by its id.
    addresses: Vec<FoundAddress>,
}

/// What was found for one subject.
#[derive(Default)]
struct Found {
    holders: Vec<Match>,
    /// Who lost the value can have it still, on premises.
    losers: Vec<Match>,
}

/// The objects that have an id, by their first records.
type Ids = AHashMap<IdKey, Vec<RecordId>>;

/// The ids that the texts name: of holders, of mailboxes, and of those who lost.
fn wanted_ids(subjects: &[Subject]) -> Ids {
    let mut ids = Ids::default();
    for subject in subjects {
        for key in holder_ids(&subject.analysis) {
            ids.entry(key).or_default();
        }
        for (space, text) in subject.loser.iter().flat_map(|loser| &loser.ids) {
            ids.entry(IdKey::new(*space, text)).or_default();
        }
    }
    ids
}

fn holder_ids(analysis: &Analysis) -> Vec<IdKey> {
    let holder = analysis.holder.as_ref();
    let mut ids = Vec::new();
    if let Some(id) = holder.and_then(|holder| holder.id.as_deref()) {
        ids.push(IdKey::new(IdSpace::Cloud, id));
    }
    if let (Code::ExchangeGuidInUse, Some(guid)) = (analysis.code, &analysis.value)
        && identity::guid(guid).is_some()
    {
        ids.push(IdKey::new(IdSpace::MailboxGuid, guid));
    }
    ids
}

/// Who has the addresses, in the order of the text; then who has the ids. Whoever lost a value is not its holder.
fn find(outcome: &mut Outcome, subject: &Subject, ids: &Ids) -> Found {
    let losers: Vec<RecordId> = subject
        .loser
        .iter()
        .flat_map(|loser| &loser.ids)
        .filter_map(|(space, text)| ids.get(&IdKey::new(*space, text)))
        .flatten()
        .copied()
        .collect();
    let mut found = Found::default();
    for address in &subject.analysis.addresses {
        for root in outcome.holders_of(address.kind, &address.address) {
            let matches = if losers.contains(&root) {
                &mut found.losers
            } else {
                &mut found.holders
            };
            match matches.iter_mut().find(|known| known.root == root) {
                Some(known) => known.addresses.push(address.clone()),
                None => matches.push(Match {
                    root,
                    addresses: vec![address.clone()],
                }),
            }
        }
    }
    for key in holder_ids(&subject.analysis) {
        for root in ids.get(&key).into_iter().flatten() {
            let known = found.holders.iter().any(|known| known.root == *root);
            if !losers.contains(root) && !known {
                found.holders.push(Match {
                    root: *root,
                    addresses: Vec::new(),
                });
            }
        }
    }
    found
}

/// A holder as the answer shows it.
struct FoundHolder<'s> {
    view: ObjectView<'s>,
    rows: Vec<AddressRow<'s>>,
    lines: Vec<String>,
}

/// The holders to be shown; where only a user principal name is in use, nobody who has the value as anything else.
fn holders<'s>(outcome: &'s Outcome, matches: &[Match], only_upn: bool) -> Vec<FoundHolder<'s>> {
    let (store, objects) = (outcome.store(), outcome.objects());
    let make = |found: &Match| {
        let view = ObjectView::new(store, objects, found.root, store.directory(found.root));
        // Who only forwards to an address does not have it.
        let has = |address: &StoredAddress<'_>| {
            let same = |wanted: &FoundAddress| {
                wanted.kind == address.kind && wanted.address.eq_ignore_ascii_case(address.bare())
            };
            let counts =
                address.roles.claims() && (!only_upn || address.roles.has(Role::UserPrincipalName));
            counts && found.addresses.iter().any(same)
        };
        let mut rows = Vec::new();
        let mut lines = Vec::new();
        for (record, address) in addresses_of(store, &objects.members(found.root)) {
            // Found by its id: its first address shows which object it is.
            if has(&address) || found.addresses.is_empty() && rows.is_empty() {
                rows.push(AddressRow::new(store, &view, record, &address));
            }
            if has(&address) {
                lines.extend(give_up(outcome, &view, &address));
            }
        }
        FoundHolder { view, rows, lines }
    };
    let shown = |holder: &FoundHolder<'_>| !holder.rows.is_empty();
    matches.iter().map(make).filter(shown).collect()
}

/// What the holder would run to give the address up.
fn give_up<'s>(
    outcome: &'s Outcome,
    view: &ObjectView<'s>,
    address: &StoredAddress<'s>,
) -> Vec<String> {
    let (conflict, severity) = if view.soft_deleted {
        (Kind::SoftDeleted, Severity::Warning)
    } else {
        (Kind::Duplicate, Severity::Error)
    };
    let request = Remediation {
        holder: view,
        roles: address.roles,
        value: address.value,
        kind: address.kind,
        conflict,
        severity,
        stand_ins: outcome.stand_ins(),
    };
    request.command_lines()
}

/// Puts what the recipients say into the analysis.
fn join(
    outcome: &Outcome,
    subject: &mut Subject,
    found: &Found,
    holders: &[FoundHolder<'_>],
    losers: &[FoundHolder<'_>],
) {
    let analysis = &mut subject.analysis;
    if analysis.code == Code::OrphanedMailPublicFolder && holders.iter().any(is_healthy_folder) {
        analysis.code = Code::DirectoryObjectConflict;
        analysis.word();
    }
    if !analysis.is_conflict() && analysis.code != Code::Unknown {
        return;
    }
    analysis
        .explanation
        .push_str(&who_has_it(analysis, holders));
    if analysis.code == Code::OrphanedMailPublicFolder {
        let anchor = found
            .holders
            .iter()
            .find_map(|found| source_anchor(outcome, found.root));
        let mut steps = Steps::default();
        public_folder::orphaned_folder(&mut steps, analysis, anchor.as_deref());
        analysis.next_steps = steps.finish();
    } else if !holders.is_empty() && analysis.code != Code::Unknown {
        let mut steps = Steps::default();
        next_steps::before_holders(&mut steps, analysis);
        for holder in holders.iter().take(MOST_HOLDERS) {
            add_steps(&mut steps, analysis, holder);
        }
        if holders.len() > MOST_HOLDERS {
            steps.say("There are more; Test-ProxyConflict has the commands for all of them.");
        }
        if let Some(loser) = &subject.loser {
            steps.say_with("{} is the one without it.", &[&loser.identity]);
        }
        for loser in losers {
            steps.say("If the others keep it, it is to be taken off there as well, or the error comes again:");
            steps.add(loser.lines.iter().cloned());
        }
        next_steps::after_holders(&mut steps, analysis);
        analysis.next_steps = steps.finish();
    } else if holders.is_empty() {
        analysis.next_steps = next_steps::generic(analysis, true);
    }
}

/// A mail-enabled public folder that Exchange or Active Directory has, and not only Entra ID.
fn is_healthy_folder(holder: &FoundHolder<'_>) -> bool {
    holder.view.class == Class::PublicFolder
        && holder.view.sources.iter().any(|source| {
            matches!(
                source,
                Source::ExchangeOnline | Source::ExchangeOnPremises | Source::ActiveDirectory
            )
        })
}

/// Who the holder is, and what it would run.
fn add_steps(steps: &mut Steps, analysis: &Analysis, holder: &FoundHolder<'_>) {
    let value = holder.rows.first().map_or("", AddressRow::value);
    let facts = [holder.view.name(), holder.view.type_name, value];
    if analysis.typed.is_some() {
        steps.say_with("{} ({}) has {}, and keeps it:", &facts);
        look_up::show(steps, holder.view.id);
        return;
    }
    let template = match (holder.lines.is_empty(), analysis.addresses.is_empty()) {
        (false, _) => "{} ({}) has {}. If it should not:",
        (true, true) => "{} ({}), known by {}, is the one that has it.",
        (true, false) => "{} ({}) has {}, and no command takes that away: choose another value.",
    };
    steps.say_with(template, &facts);
    if analysis.addresses.is_empty() {
        look_up::show(steps, holder.view.id);
    }
    if holder.view.soft_deleted && !holder.lines.is_empty() {
        steps.say("It is deleted. Restored, it has the address again unless a live object has it by then; deleted for good, the address is free.");
    }
    steps.add(holder.lines.iter().cloned());
}

/// Holders that get commands.
const MOST_HOLDERS: usize = 10;
/// Holders named in a sentence.
const MOST_NAMES: usize = 3;

fn who_has_it(analysis: &Analysis, holders: &[FoundHolder<'_>]) -> String {
    if holders.is_empty() {
        return match (&analysis.addresses[..], analysis.holder.as_ref()) {
            ([], None) => String::new(),
            _ => " None of the recipients given has it.".to_owned(),
        };
    }
    let mut names: Vec<String> = holders
        .iter()
        .take(MOST_NAMES)
        .map(|holder| {
            let deleted = holder.view.soft_deleted.then_some("deleted");
            let facts: Vec<&str> = [holder.view.type_name]
                .into_iter()
                .filter(|name| !name.is_empty())
                .chain(deleted)
                .collect();
            if facts.is_empty() {
                format!("\"{}\"", holder.view.name())
            } else {
                format!("\"{}\" ({})", holder.view.name(), facts.join(", "))
            }
        })
        .collect();
    if holders.len() > MOST_NAMES {
        names.push(format!("{} more", holders.len() - MOST_NAMES));
    }
    let verb = if holders.len() == 1 { "has" } else { "have" };
    let names = names.join(", ");
    format!(" Of the recipients given, {names} {verb} it.")
}

/// The source anchor of a folder that Entra Connect's tools gave, in base64 as they write it.
fn source_anchor(outcome: &Outcome, root: RecordId) -> Option<String> {
    let store = outcome.store();
    let members = outcome.objects().members(root);
    let rows = members.iter().map(|record| store.row(*record));
    let mut anchors = rows
        .filter(|row| row.source == Source::EntraConnect)
        .flat_map(|row| row.ids().collect::<Vec<_>>())
        .filter(|id| id.space == IdSpace::DirectoryGuid);
    let guid = anchors.find_map(|id| identity::guid(id.text))?;
    Some(base64::engine::general_purpose::STANDARD.encode(guid.to_bytes_le()))
}
