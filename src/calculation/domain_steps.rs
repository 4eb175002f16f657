//! The steps that judge what on premises says: whether anything is calculated, what is discarded, what others hold.

use ahash::AHashMap;

use super::list::{Key, List};
use super::state::OnPremises;
use super::trace::{Action, Attribute, Log, Quarantined};
use super::{Run, Space};
use crate::address::{Address, AddressType};
use crate::reason::Reason;
use crate::rule;

/// A value of proxyAddresses that is left.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    /// As it stands on premises.
    pub value: String,
    /// Without its type, of an SMTP address.
    pub smtp: Option<String>,
    /// Written as the primary SMTP address.
    pub primary: bool,
}

/// What on premises offers after the steps so far.
#[derive(Debug, Default)]
pub(super) struct Offer {
    /// Of proxyAddresses, in their order, each address once.
    pub claims: Vec<Claim>,
    /// `mail`.
    pub mail: Option<String>,
}

impl Offer {
    /// Whether `bare` is one of the SMTP addresses.
    pub fn has_smtp(&self, bare: &str) -> bool {
        self.claims
            .iter()
            .filter_map(|claim| claim.smtp.as_deref())
            .any(|known| known.eq_ignore_ascii_case(bare))
    }
}

/// S1: whether this synchronisation makes Entra ID calculate mail and proxyAddresses at all.
pub(super) fn is_triggered(run: &Run<'_>) -> bool {
    let Some(before) = &run.subject.previous else {
        return true;
    };
    let on_premises = run.on_premises();
    let changed = |shadow: &OnPremises| {
        shadow.proxy_addresses != on_premises.proxy_addresses
            || shadow.user_principal_name != on_premises.user_principal_name
    };
    let domains = before.verified_domains.as_ref();
    run.subject.licensed
        || before.licensed == Some(true)
        || on_premises.has_details()
        || run.is_mail_enabled()
        || before.on_premises.as_ref().is_none_or(changed)
        || domains.is_some_and(|domains| run.tenant.has_other_domains_than(domains))
}

/// S2: what no cloud object takes from on premises.
pub(super) fn discard(run: &mut Run<'_>) -> Offer {
    let on_premises = &run.subject.on_premises;
    let mut claims = Claims::default();
    for value in &on_premises.proxy_addresses {
        match rule::judge(value) {
            Ok(parts) => {
                if let Some(reason) = parts.warning {
                    run.log.warn(reason, value.as_str());
                }
                let is_smtp = parts.kind == AddressType::Smtp;
                let claim = Claim {
                    value: value.clone(),
                    smtp: is_smtp.then(|| parts.bare.to_owned()),
                    primary: is_smtp && parts.primary,
                };
                claims.add(&mut run.log, claim);
            }
            Err(reason) => {
                run.log
                    .line(Attribute::ProxyAddresses, value, Action::Discarded, reason);
            }
        }
    }
    let mut offer = Offer {
        claims: claims.all.into_iter().flatten().collect(),
        mail: None,
    };
    if let Some(mail) = &on_premises.mail {
        match rule::judge_smtp(mail) {
            Ok(_) => offer.mail = Some(mail.clone()),
            Err(reason) => run
                .log
                .line(Attribute::Mail, mail, Action::Discarded, reason),
        }
    }
    offer
}

/// The claims so far, each address once.
#[derive(Default)]
struct Claims {
    all: Vec<Option<Claim>>,
    places: AHashMap<Key, usize>,
}

impl Claims {
    fn add(&mut self, log: &mut Log, claim: Claim) {
        let address = Address::parse(&claim.value, AddressType::Smtp);
        let at = self.all.len();
        let place = self
            .places
            .entry((address.kind, address.bare.to_ascii_lowercase()))
            .or_insert(at);
        let before = self.all.get_mut(*place).and_then(Option::take);
        let dropped = match before {
            None => {
                self.all.push(Some(claim));
                return;
            }
            // It keeps its own place: the first of several primaries is told by it.
            Some(before) if claim.primary && !before.primary => {
                *place = at;
                self.all.push(Some(claim));
                before
            }
            Some(before) => {
                self.all[*place] = Some(before);
                claim
            }
        };
        log.line(
            Attribute::ProxyAddresses,
            &dropped.value,
            Action::Discarded,
            Reason::DuplicateValue,
        );
    }
}

/// S3: addresses of unverified domains go, from what on premises offers and from what the cloud has.
pub(super) fn drop_unverified(run: &mut Run<'_>, offer: &mut Offer, list: &mut List) {
    if !run.needs_verified_domains() {
        return;
    }
    let verified = &run.tenant.verified;
    let holds = |bare: &str| {
        bare.rsplit_once('@')
            .is_some_and(|(_, domain)| verified.holds(domain))
    };
    let log = &mut run.log;
    offer.claims.retain(|claim| {
        let keeps = claim.smtp.as_deref().is_none_or(holds);
        if !keeps {
            log.line(
                Attribute::ProxyAddresses,
                &claim.value,
                Action::Discarded,
                Reason::UnverifiedDomain,
            );
        }
        keeps
    });
    if let Some(mail) = offer.mail.take_if(|mail| !holds(mail)) {
        log.line(
            Attribute::Mail,
            &mail,
            Action::Discarded,
            Reason::UnverifiedDomain,
        );
    }
    list.retain(|entry| {
        let keeps = !entry.is_smtp() || holds(entry.bare());
        if !keeps {
            log.line(
                Attribute::ProxyAddresses,
                &entry.value,
                Action::Removed,
                Reason::UnverifiedDomain,
            );
        }
        keeps
    });
}

/// Duplicate attribute resiliency: what another object holds is quarantined.
pub(super) fn quarantine(run: &mut Run<'_>, offer: &mut Offer) {
    let mut taken = Vec::new();
    offer.claims.retain(|claim| {
        let Some(smtp) = claim.smtp.as_deref() else {
            return true;
        };
        let Some(holder) = run.other_holder(Space::Smtp, smtp) else {
            return true;
        };
        taken.push((Attribute::ProxyAddresses, claim.value.clone(), holder));
        false
    });
    if let Some(mail) = &offer.mail
        && let Some(holder) = run.other_holder(Space::Smtp, mail)
    {
        taken.push((Attribute::Mail, mail.clone(), holder));
        offer.mail = None;
    }
    for (attribute, value, held_by) in taken {
        run.log.detailed(
            attribute,
            &value,
            Action::Discarded,
            Reason::Quarantined,
            held_by_text(&held_by),
        );
        run.log.quarantined.push(Quarantined {
            attribute: attribute.name(),
            value,
            held_by,
            replacement: None,
        });
    }
}

/// Who has a value, for a line of the trace.
pub(super) fn held_by_text(holder: &str) -> String {
    if holder.is_empty() {
        "it is among the taken addresses".to_owned()
    } else {
        format!("held by {holder}")
    }
}
