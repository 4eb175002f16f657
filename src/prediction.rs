//! The MOERA that Entra ID will add to an object that has none.
//!
//! Every record of a user says what it knows: a mailNickname, and whether the object will get one at all. Where records are
//! joined, the best of what they say counts; an object with an SMTP address in the initial domain has its MOERA already.
//! The rules are S5 and S8 of docs/proxy-calculation.md.

use ahash::{AHashMap, AHashSet};

use crate::address::{Address, AddressType};
use crate::calculation::read::licensed;
use crate::calculation::{OnPremises, nickname_sources};
use crate::initial_domain::InitialDomain;
use crate::join::Objects;
use crate::property::Property as P;
use crate::reason::Reason;
use crate::recipient::{HeldAddress, Recipient, Role, Roles, Source, flags};
use crate::recipient_type::{Class, Family, TYPES};
use crate::record::RawRecord;
use crate::store::{RecordId, Store};

/// What one record says.
#[derive(Debug, Clone, Copy)]
struct Said {
    record: RecordId,
    /// Where its nickname comes from, the best first.
    rank: u8,
    /// The record does not have the address of that nickname already.
    usable: bool,
    /// It shows that the object will get one.
    gets: bool,
    /// It has one.
    has: bool,
}

/// Collects what records say of the MOERAs to come.
#[derive(Debug, Default)]
pub struct Predictor {
    /// `None` where nothing is predicted.
    initial_domain: Option<InitialDomain>,
    said: Vec<Said>,
}

/// What a record would have as MOERA.
#[derive(Debug)]
pub struct Offer {
    /// With its prefix; empty where no name can be made.
    value: String,
    said: Said,
}

impl Predictor {
    /// For a tenant with this initial domain; without one nothing is predicted.
    #[must_use]
    pub fn new(initial_domain: Option<InitialDomain>) -> Self {
        Self {
            initial_domain,
            said: Vec::new(),
        }
    }

    /// What `record` says, before it is known under a number.
    #[must_use]
    pub fn offer(&self, record: &RawRecord<'_>, recipient: &Recipient<'_>) -> Option<Offer> {
        let initial_domain = self.initial_domain.as_ref()?;
        let class = TYPES[recipient.type_row as usize].class;
        let deleted = recipient.flags & (flags::CLOUD_DELETED | flags::FOREST_DELETED) != 0;
        if class.family() != Family::User || class == Class::Guest || deleted {
            return None;
        }
        let in_initial = |held: &HeldAddress<'_>| {
            held.kind == AddressType::Smtp
                && held.roles.is_proxy()
                && initial_domain.holds(held.bare)
        };
        // What on premises says in a reserved domain is discarded.
        let has = !recipient.source.is_on_premises() && recipient.addresses.iter().any(in_initial);
        let (rank, nickname) = nickname(record, recipient).unwrap_or((u8::MAX, String::new()));
        let moera = initial_domain.moera(&nickname);
        let named = moera.is_some();
        let bare = moera.unwrap_or_default();
        let held = |held: &HeldAddress<'_>| {
            held.kind == AddressType::Smtp && held.bare.eq_ignore_ascii_case(&bare)
        };
        let usable = named && !recipient.addresses.iter().any(held);
        Some(Offer {
            value: if usable {
                format!("smtp:{bare}")
            } else {
                String::new()
            },
            said: Said {
                record: 0,
                // A record that has the address says what the object gets as well as one that will have it.
                rank: if named { rank } else { u8::MAX },
                usable,
                gets: gets_one(record, class),
                has,
            },
        })
    }

    /// Keeps what a record, now number `record`, says.
    pub fn keep(&mut self, offer: &Offer, record: RecordId) {
        self.said.push(Said {
            record,
            ..offer.said
        });
    }

    /// The records whose offer is what their object will get.
    #[must_use]
    pub fn predicted(&self, objects: &Objects, store: &Store) -> AHashSet<RecordId> {
        // Of two that know it equally well what they hold decides, not which came first.
        let key = |said: &Said| (said.rank, store.row_bytes(said.record));
        let mut best: AHashMap<RecordId, Said> = AHashMap::new();
        for said in &self.said {
            best.entry(objects.root(said.record))
                .and_modify(|known| {
                    let (gets, has) = (known.gets || said.gets, known.has || said.has);
                    if key(said) < key(known) {
                        *known = *said;
                    }
                    (known.gets, known.has) = (gets, has);
                })
                .or_insert(*said);
        }
        let comes = best
            .into_values()
            .filter(|said| said.gets && !said.has && said.usable);
        comes.map(|said| said.record).collect()
    }
}

impl Offer {
    /// As an address of the record; `None` where no name can be made.
    #[must_use]
    pub fn held(&self) -> Option<HeldAddress<'_>> {
        let address = Address::parse(&self.value, AddressType::Smtp);
        (!address.bare.is_empty()).then(|| HeldAddress {
            kind: address.kind,
            roles: Roles::of(Role::Predicted),
            value: &self.value,
            bare: address.bare,
        })
    }
}

/// The nickname by S5, with its rank: what the cloud has stays; else the attribute on premises, else what the calculation
/// would make it of. The account name stands behind a userPrincipalName that another record may show.
fn nickname(record: &RawRecord<'_>, recipient: &Recipient<'_>) -> Option<(u8, String)> {
    let cloud = matches!(
        recipient.source,
        Source::Entra | Source::ExchangeOnline | Source::EntraConnect
    );
    if let Some(name) = record.first(P::MailNickname) {
        return Some((u8::from(!cloud), name.to_owned()));
    }
    let said = OnPremises::read(record).ok()?;
    let from = |reason: Reason| {
        let found = nickname_sources(&said)
            .into_iter()
            .find(|source| source.1 == reason);
        found.and_then(|(text, _)| text).map(str::to_owned)
    };
    // Exchange has the primary address as a property of its own, too.
    let exchange = || {
        let (name, _) = record.first(P::PrimarySmtpAddress)?.rsplit_once('@')?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    let upn = if said.account_name.is_some() { 5 } else { 4 };
    let primary = from(Reason::NicknameFromPrimary).or_else(exchange);
    primary
        .map(|name| (2, name))
        .or_else(|| Some((3, from(Reason::NicknameFromMail)?)))
        .or_else(|| Some((upn, from(Reason::NicknameFromUpn)?)))
        .or_else(|| Some((6, from(Reason::NicknameFromSecondary)?)))
}

/// A licensed user has one coming, and a recipient by its type.
fn gets_one(record: &RawRecord<'_>, class: Class) -> bool {
    let remote = || OnPremises::read(record).is_ok_and(|said| said.is_recipient());
    class.is_mailbox() || matches!(licensed(record), Ok(Some(true))) || remote()
}
