//! The steps about all other addresses: secondaries, the MOERA, the userPrincipalName.

use ahash::AHashSet;

use super::domain_steps::{Claim, Offer, held_by_text};
use super::list::{Entry, Key, List, keys_of};
use super::name_steps::Upn;
use super::object_error::ObjectError;
use super::trace::{Action, Attribute, Quarantined};
use super::{Run, Space};
use crate::initial_domain;
use crate::nickname;
use crate::reason::Reason;

const PROXY: Attribute = Attribute::ProxyAddresses;

/// S7: what on premises no longer has goes, what it has is added. Whether something was added.
pub(super) fn secondaries(
    run: &mut Run<'_>,
    offer: &Offer,
    list: &mut List,
    upn: &Upn,
    moera: Option<&str>,
) -> bool {
    let now = keys_of(offer.claims.iter().map(|claim| &claim.value));
    remove_gone(run, &now, list, upn, moera);
    let mut added = false;
    // Each claim is another address: what is added here is not looked for again.
    let present = list.by_key();
    for claim in &offer.claims {
        if let Some(present) = present.get(&Entry::new(&claim.value).key()) {
            if !(present.is_smtp() && present.primary) {
                run.log
                    .line(PROXY, &present.value, Action::Kept, ground_of(claim));
            }
            continue;
        }
        let value = if let Some(smtp) = &claim.smtp {
            list.add_smtp(smtp, false)
        } else {
            list.add(&claim.value);
            claim.value.clone()
        };
        added = true;
        run.log.line(PROXY, &value, Action::Added, ground_of(claim));
    }
    added
}

/// Why a secondary is there. The article's list of reserved domains, read by the letter, holds that of hybrid routing too.
fn ground_of(claim: &Claim) -> Reason {
    let domain = claim.smtp.as_deref().and_then(|bare| bare.rsplit_once('@'));
    match domain {
        Some((_, domain)) if initial_domain::is_in_the_cloud(domain) => Reason::RoutingAddressKept,
        _ => Reason::SecondaryFromProxyAddresses,
    }
}

/// Removes what proxyAddresses said before and does not say now, unless it has another ground to be there.
fn remove_gone(
    run: &mut Run<'_>,
    now: &AHashSet<Key>,
    list: &mut List,
    upn: &Upn,
    moera: Option<&str>,
) {
    let Some(shadow) = run
        .subject
        .previous
        .as_ref()
        .and_then(|before| before.on_premises.as_ref())
    else {
        return;
    };
    if shadow.proxy_addresses.is_empty() {
        return;
    }
    let before = keys_of(shadow.proxy_addresses.iter());
    let mail_enabled = run.is_mail_enabled();
    let log = &mut run.log;
    list.retain(|entry| {
        let has_ground = (entry.is_smtp() && entry.primary)
            || moera.is_some_and(|moera| entry.is(moera))
            || (mail_enabled && entry.is(&upn.value));
        let key = entry.key();
        let keeps = has_ground || !before.contains(&key) || now.contains(&key);
        if !keeps {
            log.line(
                PROXY,
                &entry.value,
                Action::Removed,
                Reason::RemovedOnPremises,
            );
        }
        keeps
    });
}

/// S8: the MOERA. `moera` is the one that the object has, and afterwards the one it will have.
pub(super) fn moera(
    run: &mut Run<'_>,
    list: &mut List,
    nickname: &str,
    upn: &Upn,
    moera: &mut Option<String>,
) -> Result<(), ObjectError> {
    if let Some(present) = moera.as_deref() {
        let is_new = upn.fell_back && !present.eq_ignore_ascii_case(&upn.value);
        if is_new {
            add(
                run,
                list,
                &upn.value,
                Reason::MoeraRecalculated,
                String::new(),
            );
            *moera = Some(upn.value.clone());
        } else {
            let said = run.cloud().is_some_and(|cloud| cloud.moera.is_some());
            let reason = if said {
                Reason::MoeraKept
            } else {
                Reason::MoeraAssumed
            };
            add(run, list, present, reason, String::new());
        }
        return Ok(());
    }
    if !run.is_mail_enabled() {
        return Ok(());
    }
    let plain = run
        .tenant
        .initial_domain
        .moera(nickname)
        .ok_or(ObjectError::NothingToCalculate)?;
    let own = upn.value.eq_ignore_ascii_case(&plain);
    let holder = if own {
        None
    } else {
        run.other_holder(Space::Both, &plain)
    };
    let address = match holder {
        None => {
            let reason = if had_its_chance(run) {
                Reason::MoeraAddedLater
            } else {
                Reason::MoeraAdded
            };
            add(run, list, &plain, reason, String::new());
            plain
        }
        Some(holder) => {
            let local = nickname::in_an_address(nickname);
            let address = run
                .taken
                .with_digits(&local, run.tenant.initial_domain.as_str())?;
            let detail = format!("{plain}: {}", held_by_text(&holder));
            add(run, list, &address, Reason::MoeraCollision, detail);
            address
        }
    };
    *moera = Some(address);
    Ok(())
}

/// Whether an earlier calculation would have added the MOERA, and did not: the object had an Exchange plan or was a mailbox
/// then, or nobody knows. The scenarios speak only of those that become licensed.
fn had_its_chance(run: &Run<'_>) -> bool {
    run.subject
        .previous
        .as_ref()
        .is_some_and(|before| before.licensed != Some(false) || before.cloud.is_mailbox())
}

/// Adds a secondary, or says that it stays.
fn add(run: &mut Run<'_>, list: &mut List, bare: &str, reason: Reason, detail: String) {
    let (value, action) = match list.smtp(bare) {
        Some(present) => (present.value.clone(), Action::Kept),
        None => (list.add_smtp(bare, false), Action::Added),
    };
    run.log.detailed(PROXY, &value, action, reason, detail);
}

/// S9: the userPrincipalName as an address. `returns`: a secondary came to an object that has a MOERA.
pub(super) fn upn_address(run: &mut Run<'_>, list: &mut List, upn: &Upn, returns: bool) {
    let reason = if run.is_mail_enabled() {
        Reason::UpnAdded
    } else if returns && list.smtp(&upn.value).is_none() {
        Reason::UpnAddedWithSecondary
    } else {
        return;
    };
    match &upn.held_by {
        None => add(run, list, &upn.value, reason, String::new()),
        Some(held_by) => quarantine_upn(run, upn, held_by),
    }
}

/// Says that another object has the userPrincipalName as a proxy address, unless that was said of a value on premises.
fn quarantine_upn(run: &mut Run<'_>, upn: &Upn, held_by: &str) {
    let value = format!("smtp:{}", upn.value);
    let mut known = run.log.quarantined.iter();
    if known
        .any(|known| known.attribute == PROXY.name() && known.value.eq_ignore_ascii_case(&value))
    {
        return;
    }
    run.log.detailed(
        PROXY,
        &value,
        Action::Discarded,
        Reason::Quarantined,
        held_by_text(held_by),
    );
    run.log.quarantined.push(Quarantined {
        attribute: PROXY.name(),
        value,
        held_by: held_by.to_owned(),
        replacement: None,
    });
}

/// Says why the rest is there: what no step spoke of comes from the cloud.
pub(super) fn trace_rest(
    run: &mut Run<'_>,
    offer: &Offer,
    list: &List,
    upn: &Upn,
    moera: Option<&str>,
) {
    let shadow_known = run.subject.previous.is_none() || run.shadow().is_some();
    let now = keys_of(offer.claims.iter().map(|claim| &claim.value));
    let lines = run.log.trace.iter();
    let added: AHashSet<String> = lines
        .filter(|line| line.action == Action::Added)
        .map(|line| line.value.clone())
        .collect();
    let mut unknown = 0;
    for entry in list.iter() {
        let explained = (entry.is_smtp() && entry.primary)
            || moera.is_some_and(|moera| entry.is(moera))
            || (run.is_mail_enabled() && entry.is(&upn.value))
            || now.contains(&entry.key())
            || added.contains(&entry.value);
        if explained {
            continue;
        }
        let reason = if shadow_known || !entry.is_smtp() {
            Reason::KeptInCloud
        } else {
            unknown += 1;
            Reason::OriginUnknown
        };
        run.log.line(PROXY, &entry.value, Action::Kept, reason);
    }
    if unknown > 0 {
        run.log
            .warn(Reason::OriginUnknown, format!("{unknown} addresses"));
    }
}
