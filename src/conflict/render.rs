//! A conflict found becomes a result: who holds the address, who should keep it, what the others run.

use std::fmt::Write as _;

use ahash::AHashMap;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::across;
use super::classify::{Findings, Found, Holding};
use super::keeper::{self, Because, Candidate};
use super::remediation::Request;
use super::stand_in::StandIns;
use super::step::{Shell, Step};
use super::{Kind, Severity};
use crate::address::AddressType;
use crate::form::{Columns, Separated};
use crate::join::Objects;
use crate::limits::HOLDERS_A_PART;
use crate::object_view::ObjectView;
use crate::recipient::Role;
use crate::store::{CLOUD, Store, StoredAddress};

/// A result as it crosses: `ProxyCalc.Conflict`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// Same kind, key and holders give the same id in every run.
    pub conflict_id: String,
    /// Bare, as most holders write it.
    pub address: String,
    /// Its name space.
    pub address_type: &'static str,
    /// [`Kind`].
    pub kind: &'static str,
    /// [`Severity`].
    pub severity: &'static str,
    /// How many there are, all parts together.
    pub holder_count: usize,
    /// All of them.
    pub holders: Vec<Holder>,
    /// The identity of the one who should keep it, or `undecided`.
    pub suggested_keeper: String,
    /// Why it is a conflict, and why the keeper.
    pub reason: String,
    /// What each holder that should give it up does.
    #[serde(skip)]
    pub steps: Vec<Vec<Step>>,
}

/// One who holds the address: `ProxyCalc.Holder`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    identity: String,
    display_name: String,
    id: String,
    recipient_type_details: String,
    role: &'static str,
    value: String,
    sources: Vec<&'static str>,
    synced: Option<bool>,
    soft_deleted: bool,
    when_soft_deleted: Option<String>,
}

/// See [`Renderer::sort_key`]. The order of the fields is that of their weight.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SortKey<'s> {
    severity: Severity,
    address: &'s str,
    kind: AddressType,
    conflict: Kind,
    forests: [&'s str; 2],
    record: &'s [u8],
}

/// What stands in `suggestedKeeper` where nothing speaks for one holder.
const UNDECIDED: &str = "undecided";

/// Turns findings into results.
#[derive(Debug, Clone, Copy)]
pub struct Renderer<'s> {
    /// The records.
    pub store: &'s Store,
    /// Joined to objects.
    pub objects: &'s Objects,
    /// What was found.
    pub findings: &'s Findings,
}

/// A holder on the way to its result.
struct Held<'s> {
    holding: Holding,
    address: StoredAddress<'s>,
    view: ObjectView<'s>,
}

/// The order of the results: places in [`Findings::conflicts`]. Tells twins apart on the way.
pub fn order(store: &Store, objects: &Objects, findings: &mut Findings) -> Vec<usize> {
    let renderer = Renderer {
        store,
        objects,
        findings,
    };
    let mut keyed: Vec<(SortKey<'_>, usize)> = (0..findings.conflicts.len())
        .map(|at| (renderer.sort_key(&findings.conflicts[at]), at))
        .collect();
    keyed.sort_unstable();
    let mut twins = Vec::new();
    for run in keyed.chunk_by(|(one, _), (other, _)| one.says_the_same(other)) {
        // A key gives one conflict of a kind a directory: only those about one object can say the same.
        if run.len() > 1 {
            let mut seen: AHashMap<&str, u32> = AHashMap::new();
            for (_, at) in run {
                let count = seen
                    .entry(renderer.first_holder(&findings.conflicts[*at]))
                    .or_default();
                twins.push((*at, *count));
                *count += 1;
            }
        }
    }
    let order = keyed.into_iter().map(|(_, at)| at).collect();
    for (at, twin) in twins {
        findings.conflicts[at].twin = twin;
    }
    order
}

impl SortKey<'_> {
    fn says_the_same(&self, other: &Self) -> bool {
        let words = |key: &Self| (key.severity, key.kind, key.conflict);
        words(self) == words(other)
            && self.address == other.address
            && self.forests == other.forests
    }
}

impl<'s> Renderer<'s> {
    /// Who the first holder is in the id.
    fn first_holder(&self, found: &Found) -> &'s str {
        let held = &self.findings.holdings[found.holders.start];
        ObjectView::new(self.store, self.objects, held.record, held.directory).key()
    }

    fn address(&self, holding: &Holding) -> StoredAddress<'s> {
        self.store.address_at(holding.record, holding.place)
    }

    fn key(&self, found: &Found) -> &'s str {
        &self.findings.keys[found.key.clone()]
    }

    /// What results are sorted by: it depends on the data alone, never on the order it came in.
    fn sort_key(&self, found: &Found) -> SortKey<'s> {
        let holdings = &self.findings.holdings[found.holders.clone()];
        let forests = [holdings.first(), holdings.last()]
            .map(|held| held.map_or("", |held| self.store.forest(held.directory)));
        SortKey {
            severity: found.severity,
            address: self.key(found),
            kind: found.address_type,
            conflict: found.kind,
            forests,
            // Only conflicts of one object each can be equal so far.
            record: match holdings {
                [only] => self.store.row_bytes(only.record),
                _ => &[],
            },
        }
    }

    /// 20 hexadecimal digits of SHA-256 over kind, key and the holders' ids in order, and which of its twins it is.
    fn conflict_id(&self, found: &Found, held: &[Held<'_>]) -> String {
        let mut keys: Vec<(&str, &str)> = held
            .iter()
            .map(|held| (held.view.key(), self.store.forest(held.view.directory)))
            .collect();
        keys.sort_unstable();
        let mut hash = Sha256::new();
        for part in [
            found.kind.name(),
            found.address_type.name(),
            self.key(found),
        ] {
            hash.update(part);
            hash.update([0]);
        }
        for (key, forest) in keys {
            hash.update(key);
            hash.update([0]);
            // The same objects can conflict in the cloud and in each of their forests: those are different conflicts.
            hash.update(forest);
            hash.update([0]);
        }
        if found.twin > 0 {
            hash.update(found.twin.to_le_bytes());
        }
        let mut id = String::with_capacity(20);
        for byte in &hash.finalize()[..10] {
            let _ = write!(id, "{byte:02x}");
        }
        id
    }

    /// The result for `found`.
    #[must_use]
    pub fn render(&self, found: &Found, stand_ins: StandIns<'s>) -> Conflict {
        let kind = found.address_type;
        let mut held: Vec<Held<'s>> = self.findings.holdings[found.holders.clone()]
            .iter()
            .map(|holding| Held {
                holding: *holding,
                address: self.address(holding),
                view: ObjectView::new(self.store, self.objects, holding.record, holding.directory),
            })
            .collect();
        held.sort_by(|one, other| {
            let key = |held: &Held<'s>| {
                (
                    held.holding.roles.strongest(),
                    held.view.identity,
                    held.view.id,
                    held.address.value,
                    // Records without ids may be equal so far: the rest of the row decides.
                    self.store.row_bytes(held.holding.record),
                    self.store.flags(held.holding.record),
                )
            };
            key(one).cmp(&key(other))
        });
        let candidates: Vec<Candidate<'_, 's>> = held
            .iter()
            .map(|held| Candidate {
                view: &held.view,
                roles: held.holding.roles,
            })
            .collect();
        let compare = found.across.filter(|across| across.compares());
        let (keeper, because) = if compare.is_some() {
            (None, Because::MayBeOne)
        } else if held.len() > 1 && found.kind != Kind::SipSmtp {
            keeper::choose(&candidates)
        } else {
            (None, Because::Nothing)
        };
        let steps = held
            .iter()
            .enumerate()
            .map(|(at, held)| {
                if Some(at) == keeper {
                    return Vec::new();
                }
                // Nothing is taken from anybody before it is known whether they are two.
                if compare.is_some() {
                    return across::comparison(&held.view);
                }
                let request = Request {
                    holder: &held.view,
                    roles: held.holding.roles,
                    value: held.address.value,
                    kind: held.address.kind,
                    conflict: found.kind,
                    severity: found.severity,
                    stand_ins,
                };
                request.steps()
            })
            .collect();
        let address = spelling(&held, kind);
        Conflict {
            conflict_id: self.conflict_id(found, &held),
            address: address.to_owned(),
            address_type: kind.name(),
            kind: found.kind.name(),
            severity: found.severity.name(),
            holder_count: held.len(),
            suggested_keeper: keeper
                .map_or(UNDECIDED, |at| held[at].view.name())
                .to_owned(),
            reason: reason(found, &held, keeper, because),
            steps,
            holders: held.iter().map(holder).collect(),
        }
    }
}

fn holder(held: &Held<'_>) -> Holder {
    let view = &held.view;
    Holder {
        identity: view.identity.to_owned(),
        display_name: view.display_name.to_owned(),
        id: view.id.to_owned(),
        recipient_type_details: view.type_name.to_owned(),
        role: if held.holding.sip_only {
            Role::Sip
        } else {
            held.holding.roles.strongest()
        }
        .name(),
        value: held.address.value.to_owned(),
        sources: view.sources.iter().map(|source| source.name()).collect(),
        synced: view.synced,
        soft_deleted: view.soft_deleted,
        when_soft_deleted: Some(view.when_deleted)
            .filter(|when| !when.is_empty())
            .map(str::to_owned),
    }
}

/// The address as most holders write it; of equally common spellings the first, ordinally.
fn spelling<'s>(held: &[Held<'s>], kind: AddressType) -> &'s str {
    let mut spellings: Vec<&'s str> = held
        .iter()
        .filter(|held| held.address.kind == kind)
        .map(|held| held.address.bare())
        .collect();
    spellings.sort_unstable();
    let runs = spellings.chunk_by(|one, other| one == other);
    let best = runs.max_by(|one, other| one.len().cmp(&other.len()).then(other[0].cmp(one[0])));
    best.map_or("", |run| run[0])
}

/// Why this is a conflict, in a sentence an admin can act on; then who should keep the address, and why.
fn reason(found: &Found, held: &[Held<'_>], keeper: Option<usize>, because: Because) -> String {
    let name_of = |test: &dyn Fn(&Held<'_>) -> bool| {
        held.iter()
            .find(|held| test(held))
            .map_or("", |held| held.view.name())
    };
    let count = held.len();
    let upn = |held: &Held<'_>| held.holding.roles.has(Role::UserPrincipalName);
    let live = |held: &Held<'_>| !held.view.soft_deleted;
    let mut text = match found.kind {
        Kind::Duplicate => format!("{} objects have it among their proxy addresses; only one can.", held.iter().filter(|held| held.holding.roles.is_proxy()).count()),
        Kind::UpnConflict => format!("It is the user principal name of {}, and another object has it as an address or name.", name_of(&upn)),
        Kind::MailConflict if found.severity == Severity::Warning => {
            across::INVITED.to_owned()
        }
        Kind::MailConflict => "One object has it as mail or primary address only, and another object holds it.".to_owned(),
        Kind::SoftDeleted => match (found.severity, name_of(&live)) {
            (_, "") => "Only deleted objects hold it.".to_owned(),
            (Severity::Warning, live) => format!("{live} needs it and does not have it among its proxy addresses: a deleted object may block it."),
            (_, live) => format!("{live} has it; a deleted object had it before. Nothing is to be done unless the deleted one is restored."),
        },
        Kind::CrossDirectory => {
            let side = |in_cloud: bool| held.iter().find(|held| (held.view.directory == CLOUD) == in_cloud);
            match (found.across, side(true), side(false)) {
                (Some(across), Some(cloud), Some(forest)) => across.reason(&cloud.view, &forest.view),
                _ => String::new(),
            }
        }
        Kind::MultiplePrimary => format!("{} has more than one primary SMTP address (prefix in capitals); Exchange takes one of them.", held[0].view.name()),
        Kind::SelfDuplicate => format!("{} has it twice, in different letters.", held[0].view.name()),
        Kind::SipSmtp => "It is the SIP address of one object and the SMTP address of another: meetings and mail reach different people.".to_owned(),
        Kind::PredictedMoera => match held.iter().filter(|held| held.holding.roles.is_predicted()).count() {
            1 => format!(
                "Entra ID makes it the routing address (MOERA) of {}; as it is taken, it will append four digits to the name in it.",
                name_of(&|held| held.holding.roles.is_predicted())
            ),
            count => format!("Entra ID makes it the routing address (MOERA) of {count} objects; who comes later, or second to one who has it, gets four digits appended to the name in it."),
        },
        Kind::Planned => String::new(),
    };
    if count > 1 && found.kind != Kind::SipSmtp {
        let because = because.text();
        let _ = match keeper {
            Some(at) => write!(text, " {} should keep it: {because}.", held[at].view.name()),
            None => write!(text, " Who should keep it is undecided: {because}."),
        };
    }
    text
}

/// One part of a conflict: all of it, or a thousand holders of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part<'c> {
    #[serde(flatten)]
    head: Head<'c>,
    holders: &'c [Holder],
    remediation: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "part")]
    number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Head<'c> {
    conflict_id: &'c str,
    address: &'c str,
    address_type: &'c str,
    kind: &'c str,
    severity: &'c str,
    holder_count: usize,
    suggested_keeper: &'c str,
    reason: &'c str,
}

impl Conflict {
    /// How many parts it crosses in.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.holders.len().div_ceil(HOLDERS_A_PART).max(1)
    }

    /// Part `at`, from 0.
    #[must_use]
    pub fn part(&self, at: usize) -> Part<'_> {
        let range = at * HOLDERS_A_PART..self.holders.len().min((at + 1) * HOLDERS_A_PART);
        let several = self.parts() > 1;
        let steps: Vec<&Step> = self.steps[range.clone()].iter().flatten().collect();
        // One sync after all changes is enough: of equal ones the last stays, unless they are two holders' own.
        let keep = |(at, step): (usize, &&Step)| {
            let again = step.shell == Shell::EntraConnect && steps[at + 1..].contains(step);
            (several || !again).then(|| step.line())
        };
        Part {
            head: Head {
                conflict_id: &self.conflict_id,
                address: &self.address,
                address_type: self.address_type,
                kind: self.kind,
                severity: self.severity,
                holder_count: self.holder_count,
                suggested_keeper: &self.suggested_keeper,
                reason: &self.reason,
            },
            holders: &self.holders[range],
            remediation: steps.iter().enumerate().filter_map(keep).collect(),
            number: several.then_some(at + 1),
            last: several.then_some(at + 1 == self.parts()),
        }
    }
}

/// The rows of a page of conflicts: a conflict, or a part of one, and behind it its holders.
pub const COLUMNS: &[Columns] = &[
    (
        "C",
        &[
            "conflictId",
            "address",
            "addressType",
            "kind",
            "severity",
            "holderCount",
            "suggestedKeeper",
            "reason",
            "remediation",
            "last",
        ],
    ),
    (
        "H",
        &[
            "identity",
            "displayName",
            "id",
            "recipientTypeDetails",
            "role",
            "value",
            "sources",
            "synced",
            "softDeleted",
            "whenSoftDeleted",
        ],
    ),
];

impl Part<'_> {
    /// Writes a row `C` and a row `H` for each holder.
    pub fn write(&self, page: &mut Separated) {
        let head = &self.head;
        page.row("C")
            .text(head.conflict_id)
            .text(head.address)
            .text(head.address_type)
            .text(head.kind)
            .text(head.severity);
        page.number(head.holder_count)
            .text(head.suggested_keeper)
            .text(head.reason)
            .list(self.remediation.iter().map(String::as_str));
        page.flag(Some(self.last.unwrap_or(true))).end();
        for holder in self.holders {
            page.row("H")
                .text(&holder.identity)
                .text(&holder.display_name)
                .text(&holder.id)
                .text(&holder.recipient_type_details);
            page.text(holder.role)
                .text(&holder.value)
                .list(holder.sources.iter().copied());
            page.flag(holder.synced)
                .flag(Some(holder.soft_deleted))
                .text(holder.when_soft_deleted.as_deref().unwrap_or(""))
                .end();
        }
    }
}
