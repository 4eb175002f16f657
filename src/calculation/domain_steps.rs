//! The steps that judge what on premises says: whether anything is calculated, what is discarded, what others hold.

use super::list::{List, key_of};
use super::state::OnPremises;
use super::trace::{Action, Attribute, Quarantined};
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
    key: u64,
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
    let mut offer = Offer::default();
    for value in &on_premises.proxy_addresses {
        match rule::judge(value) {
            Ok(parts) => {
                if let Some(reason) = parts.warning {
                    run.log.warn(reason, value.as_str());
                }
                let is_smtp = parts.kind == AddressType::Smtp;
                add_once(
                    run,
                    &mut offer,
                    Claim {
                        value: value.clone(),
                        smtp: is_smtp.then(|| parts.bare.to_owned()),
                        primary: is_smtp && parts.primary,
                        key: key_of(parts.kind, Address::parse(value, AddressType::Smtp).bare),
                    },
                );
            }
            Err(reason) => {
                run.log
                    .line(Attribute::ProxyAddresses, value, Action::Discarded, reason);
            }
        }
    }
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

fn add_once(run: &mut Run<'_>, offer: &mut Offer, claim: Claim) {
    let same = |known: &Claim| known.key == claim.key && is_same(&known.value, &claim.value);
    let Some(at) = offer.claims.iter().position(same) else {
        offer.claims.push(claim);
        return;
    };
    let dropped = if claim.primary && !offer.claims[at].primary {
        // It keeps its own place: the first of several primaries is told by it.
        let dropped = offer.claims.remove(at);
        offer.claims.push(claim);
        dropped
    } else {
        claim
    };
    run.log.line(
        Attribute::ProxyAddresses,
        &dropped.value,
        Action::Discarded,
        Reason::DuplicateValue,
    );
}

fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (
        Address::parse(one, AddressType::Smtp),
        Address::parse(other, AddressType::Smtp),
    );
    one.kind == other.kind && one.bare.eq_ignore_ascii_case(other.bare)
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
