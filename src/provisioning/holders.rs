//! Who else holds what a user needs: its proxy addresses, its UPN and the MOERA to come.

use super::evidence::User;
use super::fields::Known;
use super::people::{Given, People};
use crate::address::{Address, AddressType};
use crate::conflict::remediation::Request;
use crate::conflict::{Kind, Severity};
use crate::error_text::{of_provisioning_error, of_service_error};
use crate::initial_domain::{self, InitialDomain};
use crate::object_view::{ObjectView, addresses_of};
use crate::outcome::{Holding, Outcome};
use crate::recipient::{Role, flags};
use crate::recipient_type::Family;
use crate::store::{CLOUD, RecordId};

/// Somebody else who holds an address.
#[derive(Debug)]
pub struct Holder {
    /// The address, bare.
    pub address: String,
    /// What it is to the user: the name of a role, or the MOERA to come.
    pub wanted_as: &'static str,
    /// Who, for people.
    pub name: String,
    /// What, as the source writes it.
    pub type_name: String,
    /// How it holds it.
    pub role: &'static str,
    /// It is deleted.
    pub deleted: bool,
    /// It may be the user itself: nothing that could tell them apart was fetched.
    pub maybe_itself: bool,
    /// What to run for it to give the address up.
    pub command_lines: Vec<String>,
}

/// What was looked for and who has it.
#[derive(Debug, Default)]
pub struct Held {
    /// How many addresses were looked for.
    pub looked_for: usize,
    /// Who has one of them.
    pub holders: Vec<Holder>,
    /// The MOERA cannot be told: what is missing.
    pub moera_unknown: Option<Missing>,
}

/// What the MOERA to come is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The user's mailNickname.
    MailNickname,
    /// The tenant's initial domain.
    InitialDomain,
}

const MOERA: &str = "MOERA to come";
const REFUSED: &str = "refused";

/// What the errors at the user say was refused: it is not among its addresses any more.
fn refused(user: &User) -> Vec<(String, AddressType)> {
    let sync = user.sync_errors.items().unwrap_or_default().iter();
    let sync =
        sync.map(|error| of_provisioning_error(&error.category, &error.property, &error.value));
    let service = user.service_errors.items().unwrap_or_default().iter();
    let service = service
        .filter(|error| !error.resolved)
        .map(|error| of_service_error(&error.detail));
    sync.chain(service)
        .flat_map(|analysis| analysis.addresses)
        .map(|address| (address.address, address.kind))
        .collect()
}

/// What `user` needs: addresses with what they are to it.
fn wanted(
    people: &People,
    given: &Given,
    initial_domain: Option<&InitialDomain>,
) -> (Vec<(String, AddressType, &'static str)>, Option<Missing>) {
    let Some(root) = people.root(given) else {
        return (Vec::new(), None);
    };
    let members = people.outcome.objects().members(root);
    let addresses = addresses_of(people.outcome.store(), &members);
    let mut all: Vec<(String, AddressType, &'static str)> = addresses
        .iter()
        .filter(|(_, address)| address.roles.claims())
        .map(|(_, address)| {
            (
                address.bare().to_owned(),
                address.kind,
                address.roles.strongest().name(),
            )
        })
        .collect();
    let at_initial = |bare: &str| match initial_domain {
        Some(initial) => initial.holds(bare),
        None => bare
            .rsplit_once('@')
            .is_some_and(|(_, domain)| initial_domain::cloud_of(domain).is_some()),
    };
    // The userPrincipalName may lie there, and is no MOERA.
    let has_moera = addresses.iter().any(|(_, address)| {
        address.kind == AddressType::Smtp && address.roles.is_proxy() && at_initial(address.bare())
    });
    let Ok(user) = &given.user else {
        return (all, None);
    };
    for (bare, kind) in refused(user) {
        let known = |(other, space, _): &(String, AddressType, &str)| {
            *space == kind && other.eq_ignore_ascii_case(&bare)
        };
        if !bare.is_empty() && !all.iter().any(known) {
            all.push((bare, kind, REFUSED));
        }
    }
    if has_moera {
        return (all, None);
    }
    let missing = match (&user.mail_nickname, initial_domain) {
        (_, None) => Some(Missing::InitialDomain),
        (Known::Value(nickname), Some(domain)) => match domain.moera(nickname) {
            Some(moera) => {
                let known = |(bare, kind, _): &(String, AddressType, &str)| {
                    *kind == AddressType::Smtp && bare.eq_ignore_ascii_case(&moera)
                };
                if !all.iter().any(known) {
                    all.push((moera, AddressType::Smtp, MOERA));
                }
                None
            }
            None => Some(Missing::MailNickname),
        },
        _ => Some(Missing::MailNickname),
    };
    (all, missing)
}

/// Looks for everything that the user needs among what was scanned and among the people of the request.
pub fn find(
    people: &mut People,
    user: usize,
    scanned: &mut Outcome,
    itself: &[RecordId],
    initial_domain: Option<&InitialDomain>,
) -> Held {
    let given = &people.users[user];
    let own_root = people.root(given);
    let has_id = !given.id.is_empty();
    let (wanted, moera_unknown) = wanted(people, given, initial_domain);
    let mut held = Held {
        looked_for: wanted.len(),
        holders: Vec::new(),
        moera_unknown,
    };
    for (bare, kind, wanted_as) in &wanted {
        let address = Address {
            kind: *kind,
            bare,
            primary: false,
        };
        let mut known_ids: Vec<String> = Vec::new();
        for holding in scanned.holdings(&address) {
            if !itself.contains(&holding.root) {
                let holder = view(scanned, &holding, bare, wanted_as, has_id);
                held.holders.extend(holder.map(|(id, holder)| {
                    known_ids.push(id);
                    holder
                }));
            }
        }
        for holding in people.outcome.holdings(&address) {
            if Some(holding.root) == own_root {
                continue;
            }
            let holder = view(&people.outcome, &holding, bare, wanted_as, has_id);
            // Whom Exchange and Graph both show is one holder.
            if let Some((id, holder)) = holder
                && (id.is_empty()
                    || !known_ids
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(&id)))
            {
                held.holders.push(holder);
            }
        }
    }
    held
}

/// The holder, with its Entra object id; `None` for one that does not stand in the way.
fn view(
    outcome: &Outcome,
    holding: &Holding,
    bare: &str,
    wanted_as: &'static str,
    has_id: bool,
) -> Option<(String, Holder)> {
    let facts = outcome.objects().flags(holding.root);
    let in_cloud = facts & (flags::CLOUD_LIVE | flags::CLOUD_DELETED) != 0;
    if !in_cloud || !holding.roles.claims() {
        return None;
    }
    let store = outcome.store();
    let view = ObjectView::new(store, outcome.objects(), holding.root, CLOUD);
    let value = store.address_at(holding.record, holding.place).value;
    let family = facts >> flags::FAMILY_SHIFT & 0b1111;
    let account = family == Family::Unknown as u32 || family & Family::User as u32 != 0;
    let (conflict, severity) = match (
        view.soft_deleted,
        holding.roles.has(Role::UserPrincipalName),
    ) {
        (true, _) => (Kind::SoftDeleted, Severity::Warning),
        (false, true) => (Kind::UpnConflict, Severity::Error),
        (false, false) => (Kind::Duplicate, Severity::Error),
    };
    let request = Request {
        holder: &view,
        roles: holding.roles,
        value,
        kind: store.address_at(holding.record, holding.place).kind,
        conflict,
        severity,
        stand_ins: outcome.stand_ins(),
    };
    let holder = Holder {
        address: bare.to_owned(),
        wanted_as,
        name: view.name().to_owned(),
        type_name: view.type_name.to_owned(),
        role: holding.roles.strongest().name(),
        deleted: view.soft_deleted,
        maybe_itself: has_id && account && facts & flags::CLOUD_ID == 0 && !view.soft_deleted,
        command_lines: request.command_lines(),
    };
    Some((view.cloud_id.unwrap_or("").to_owned(), holder))
}
