//! From keys that stand more than once to conflicts.
//!
//! For each key: who holds it, sorted by directory and object; then, a directory at a time, the strongest kind; then,
//! where no directory has one of its own, across directories. What cannot be decided for want of ids is counted, never
//! guessed.

use std::ops::Range;

use ahash::AHashSet;

use super::across::Across;
use super::{Kind, Severity};
use crate::address::AddressType;
use crate::index::{Entry, Index};
use crate::join::Objects;
use crate::recipient::{Role, Roles, flags};
use crate::store::{CLOUD, Directory, RecordId, Store};

/// Marks the place of a SIP value that was indexed among the SMTP keys, see [`Kind::SipSmtp`]. Rows are far shorter.
pub const SIP_AS_SMTP: u32 = 1 << 31;

/// An object that holds a key, in one directory.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    /// The object.
    pub root: RecordId,
    /// The directory, trees joined.
    pub directory: Directory,
    /// The record whose value is shown.
    pub record: RecordId,
    /// Where in its row.
    pub place: u32,
    /// All roles, of all the object's records there.
    pub roles: Roles,
    /// Only its SIP value equals the SMTP key.
    pub sip_only: bool,
}

/// A conflict found, not yet put into words.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its kind.
    pub kind: Kind,
    /// Its severity.
    pub severity: Severity,
    /// Of a conflict between the cloud and a forest, what the sync will make of it.
    pub across: Option<Across>,
    /// The type of the address: SMTP, where a SIP value meets one.
    pub address_type: AddressType,
    /// The address in [`Findings::keys`].
    pub key: Range<usize>,
    /// Its holders in [`Findings::holdings`].
    pub holders: Range<usize>,
    /// How many conflicts before it say the same of an object with the same id: of two objects that share one, nothing
    /// else tells apart the ids of the conflicts that are about one object alone.
    pub twin: u32,
}

/// What one scan found.
#[derive(Debug, Default)]
pub struct Findings {
    /// The conflicts.
    pub conflicts: Vec<Found>,
    /// The holders of all of them.
    pub holdings: Vec<Holding>,
    /// The addresses of all of them in lower case, kept while their rows are at hand: rows lie all over the memory.
    pub keys: String,
    /// Pairs across sources that may be one object: the first records, and how many.
    pub records_not_joined: Vec<RecordId>,
    /// Pairs of the cloud and a forest that nothing could have joined.
    pub directories_not_joined: Vec<(RecordId, RecordId)>,
}

/// Which conflicts are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Kinds asked for by name; none means all.
    pub kinds: Vec<Kind>,
    /// Severity Information too.
    pub information: bool,
}

impl Wanted {
    /// Whether a conflict of `kind` and `severity` is wanted.
    #[must_use]
    pub fn takes(&self, kind: Kind, severity: Severity) -> bool {
        if self.kinds.is_empty() {
            self.information || severity < Severity::Information
        } else {
            self.kinds.contains(&kind)
        }
    }

    /// Whether SIP values must be compared with SMTP keys.
    #[must_use]
    pub fn needs_sip_as_smtp(&self) -> bool {
        self.takes(Kind::SipSmtp, Severity::Information)
    }
}

/// What one directory says of a key.
enum Verdict {
    /// No conflict.
    Nothing,
    /// A conflict, or a problem in its place.
    Said,
    /// Only deleted objects are in the way of nobody: worth no more than information, and not to hide what stands
    /// between directories, nor a MOERA that will be another.
    OnlyDeleted,
}

/// What the classification works on.
pub struct Classifier<'s> {
    /// The records.
    pub store: &'s Store,
    /// Joined to objects.
    pub objects: &'s Objects,
    /// See [`Store::trees`].
    pub trees: &'s [Directory],
    /// Objects that were excluded.
    pub excluded: &'s AHashSet<RecordId>,
    /// Records whose predicted MOERA their object will get.
    pub predicted: &'s AHashSet<RecordId>,
    /// What is wanted.
    pub wanted: &'s Wanted,
    /// What was found.
    pub findings: Findings,
}

impl Classifier<'_> {
    /// Classifies every key that stands more than once in `index`.
    pub fn run(&mut self, index: &Index) {
        let store = self.store;
        let same = |one: &Entry, other: &Entry| {
            let key = |entry: &Entry| {
                let address = store.address_at(entry.record, entry.place & !SIP_AS_SMTP);
                (
                    if entry.place & SIP_AS_SMTP == 0 {
                        address.kind
                    } else {
                        AddressType::Smtp
                    },
                    address.bare(),
                )
            };
            let (a, b) = (key(one), key(other));
            a.0 == b.0 && a.1.eq_ignore_ascii_case(b.1)
        };
        let mut holdings = Vec::new();
        index.groups(same, |group| {
            self.holdings_of(group, &mut holdings);
            if holdings.len() > 1 {
                self.classify_key(&holdings);
            }
        });
    }

    /// One holding an object and directory, from the entries of one key.
    fn holdings_of(&self, group: &[Entry], holdings: &mut Vec<Holding>) {
        holdings.clear();
        for entry in group {
            let root = self.objects.root(entry.record);
            if self.excluded.contains(&root) {
                continue;
            }
            let place = entry.place & !SIP_AS_SMTP;
            let roles = self.store.address_at(entry.record, place).roles;
            if roles.is_predicted() && !self.predicted.contains(&entry.record) {
                continue;
            }
            holdings.push(Holding {
                root,
                directory: if roles.is_predicted() {
                    CLOUD
                } else {
                    self.trees[self.store.directory(entry.record) as usize]
                },
                record: entry.record,
                place,
                roles,
                sip_only: entry.place != place,
            });
        }
        // Of one object's records in one role, the row decides (its source first), not which came first.
        let key = |holding: &Holding| {
            (
                holding.directory,
                holding.root,
                holding.sip_only,
                holding.roles.strongest(),
            )
        };
        holdings.sort_unstable_by(|one, other| {
            key(one).cmp(&key(other)).then_with(|| {
                let row = |holding: &Holding| self.store.row_bytes(holding.record);
                (row(one), one.place).cmp(&(row(other), other.place))
            })
        });
        holdings.dedup_by(|later, first| {
            let one = (later.directory, later.root) == (first.directory, first.root);
            if one && later.sip_only == first.sip_only {
                first.roles = first.roles.with(later.roles);
            }
            one
        });
    }

    fn classify_key(&mut self, all: &[Holding]) {
        // A SIP value is another key: it must not change what is said of the SMTP one, nor join its holders.
        let holdings: Vec<Holding> = all
            .iter()
            .filter(|holding| !holding.sip_only)
            .copied()
            .collect();
        let directory = |one: &Holding, other: &Holding| one.directory == other.directory;
        let (mut said, mut aside) = (Vec::new(), Vec::new());
        for holdings in holdings.chunk_by(directory) {
            match self.classify_directory(holdings) {
                Verdict::Nothing => {}
                Verdict::Said => said.push(holdings[0].directory),
                Verdict::OnlyDeleted => aside.push(holdings),
            }
        }
        let before = self.findings.conflicts.len();
        let across = said.is_empty()
            && holdings.first().map(|holding| holding.directory)
                != holdings.last().map(|holding| holding.directory)
            && self.classify_across(&holdings);
        let crossed = self.findings.conflicts.len();
        let cloud = |holdings: &&[Holding]| holdings[0].directory == CLOUD;
        if !across
            && !said.contains(&CLOUD)
            && let Some(cloud) = holdings.chunk_by(directory).find(cloud)
            && self.classify_predicted(cloud)
        {
            said.push(CLOUD);
        }
        let predicted = self.findings.conflicts.len() > crossed;
        for holdings in &aside {
            if crossed == before && !(predicted && cloud(holdings)) {
                self.add(Kind::SoftDeleted, Severity::Information, holdings);
            }
        }
        if !across {
            said.extend(aside.iter().map(|holdings| holdings[0].directory));
            for holdings in all.chunk_by(directory) {
                if !said.contains(&holdings[0].directory) {
                    self.classify_sip(holdings);
                }
            }
        }
    }

    /// The strongest kind inside one directory.
    fn classify_directory(&mut self, holdings: &[Holding]) -> Verdict {
        if holdings.len() < 2 {
            return Verdict::Nothing;
        }
        let directory = holdings[0].directory;
        let live: Vec<Holding> = holdings
            .iter()
            .filter(|holding| !self.objects.is_deleted(holding.root, directory))
            .copied()
            .collect();
        if let Some((kind, severity)) = self.kind_of(&live) {
            if directory == CLOUD && self.may_be_one(&live) {
                self.findings.records_not_joined.push(first_record(&live));
            } else {
                self.add(kind, severity, holdings);
            }
            return Verdict::Said;
        }
        if self.kind_of(holdings).is_some() {
            if directory == CLOUD && self.may_be_one(holdings) {
                self.findings
                    .records_not_joined
                    .push(first_record(holdings));
                return Verdict::Said;
            }
            return match live.iter().find(|holding| wants(holding)) {
                Some(holding) if !holding.roles.is_proxy() => {
                    self.add(Kind::SoftDeleted, Severity::Warning, holdings);
                    Verdict::Said
                }
                _ => Verdict::OnlyDeleted,
            };
        }
        Verdict::Nothing
    }

    /// A MOERA to come against a live object that has it, or against another one to come. Returns whether anything was said.
    fn classify_predicted(&mut self, holdings: &[Holding]) -> bool {
        let predicted = holdings
            .iter()
            .filter(|holding| holding.roles.is_predicted());
        let taken = |holding: &&Holding| {
            holding.roles.claims() && !self.objects.is_deleted(holding.root, CLOUD)
        };
        let predicted = predicted.take(2).count();
        let meets =
            predicted > 1 || (predicted == 1 && holdings.iter().any(|holding| taken(&holding)));
        if meets {
            self.add(Kind::PredictedMoera, Severity::Information, holdings);
        }
        meets
    }

    /// The SIP value of one against the SMTP value of another, both live.
    fn classify_sip(&mut self, holdings: &[Holding]) {
        let live =
            |holding: &&Holding| !self.objects.is_deleted(holding.root, holdings[0].directory);
        let mut live = holdings.iter().filter(live);
        if live.clone().any(|holding| holding.sip_only)
            && live.any(|holding| !holding.sip_only && holding.roles.claims())
        {
            self.add(Kind::SipSmtp, Severity::Information, holdings);
        }
    }

    /// The kind of a conflict among live objects of one directory.
    fn kind_of(&self, holdings: &[Holding]) -> Option<(Kind, Severity)> {
        let wants = || holdings.iter().filter(|holding| wants(holding));
        let claims = || holdings.iter().filter(|holding| holding.roles.claims());
        // Guests who were invited by one address are in nobody's way, unless somebody has it.
        let claiming = claims().take(2).count();
        if claiming == 0 || wants().take(2).count() < 2 {
            return None;
        }
        if claims()
            .filter(|holding| holding.roles.is_proxy())
            .take(2)
            .count()
            == 2
        {
            return Some((Kind::Duplicate, Severity::Error));
        }
        if claiming == 2 && claims().any(|holding| holding.roles.has(Role::UserPrincipalName)) {
            return Some((Kind::UpnConflict, Severity::Error));
        }
        // A guest's invitation works although its mail is taken; only its proxy address is left out.
        let strong = wants().filter(|holding| !self.is_weak(holding)).take(2);
        Some((
            Kind::MailConflict,
            if strong.count() < 2 {
                Severity::Warning
            } else {
                Severity::Error
            },
        ))
    }

    /// A guest who has the address only as mail or of its invitation.
    pub(super) fn is_weak(&self, holding: &Holding) -> bool {
        !holding.roles.is_proxy()
            && (holding.roles.is_invitation()
                || self.objects.flags(holding.root) & flags::GUEST != 0)
    }

    /// Whether all who claim the key may be one object that lost its ids: every two of them come from different
    /// sources, one of the two has no cloud id, and their types do not exclude it.
    fn may_be_one(&self, holdings: &[Holding]) -> bool {
        let claims: Vec<u32> = holdings
            .iter()
            .filter(|holding| wants(holding))
            .map(|holding| self.objects.flags(holding.root))
            .collect();
        let possible = |one: u32, other: u32| {
            let families = |facts: u32| facts >> flags::FAMILY_SHIFT & 0b1111;
            let sources = one & other & flags::SOURCES == 0;
            let unknown_id = one & other & flags::CLOUD_ID == 0;
            let same_family =
                families(one) == 0 || families(other) == 0 || families(one) & families(other) != 0;
            sources && unknown_id && same_family
        };
        claims.len() <= 6
            && claims
                .iter()
                .enumerate()
                .all(|(at, one)| claims[..at].iter().all(|other| possible(*one, *other)))
    }

    /// Adds a conflict of one object, which [`super::super::scan`] saw when it read the record.
    pub fn add_single(&mut self, kind: Kind, severity: Severity, record: RecordId, place: u32) {
        let root = self.objects.root(record);
        if !self.excluded.contains(&root) {
            let roles = self.store.address_at(record, place).roles;
            let directory = self.trees[self.store.directory(record) as usize];
            self.add(
                kind,
                severity,
                &[Holding {
                    root,
                    directory,
                    record,
                    place,
                    roles,
                    sip_only: false,
                }],
            );
        }
    }

    fn add(&mut self, kind: Kind, severity: Severity, holdings: &[Holding]) {
        self.add_found(kind, severity, None, holdings);
    }

    pub(super) fn add_found(
        &mut self,
        kind: Kind,
        severity: Severity,
        across: Option<Across>,
        holdings: &[Holding],
    ) {
        if self.wanted.takes(kind, severity) {
            let with_key = holdings.iter().find(|holding| !holding.sip_only);
            let with_key = with_key.unwrap_or(&holdings[0]);
            let address = self.store.address_at(with_key.record, with_key.place);
            let key = self.findings.keys.len();
            self.findings.keys.push_str(address.bare());
            self.findings.keys[key..].make_ascii_lowercase();
            let start = self.findings.holdings.len();
            self.findings.holdings.extend_from_slice(holdings);
            self.findings.conflicts.push(Found {
                kind,
                severity,
                across,
                address_type: address.kind,
                key: key..self.findings.keys.len(),
                holders: start..self.findings.holdings.len(),
                twin: 0,
            });
        }
    }
}

/// Whether the object would have the address for itself, be it only for an invitation.
pub(super) fn wants(holding: &Holding) -> bool {
    holding.roles.claims() || holding.roles.is_invitation()
}

fn first_record(holdings: &[Holding]) -> RecordId {
    holdings
        .iter()
        .map(|holding| holding.record)
        .min()
        .unwrap_or(0)
}
