//! The steps about all other addresses: secondaries, the MOERA, the userPrincipalName.

use ahash::AHashSet;

use super::domain_steps::{Offer, held_by_text};
use super::list::List;
use super::name_steps::Upn;
use super::object_error::ObjectError;
use super::trace::{Action, Attribute, Quarantined};
use super::{Run, Space};
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
    remove_gone(run, offer, list, upn, moera);
    let mut added = false;
    for claim in &offer.claims {
        if let Some(present) = list.same_as(&claim.value) {
            if !(present.is_smtp() && present.primary) {
                let value = present.value.clone();
                run.log.line(
                    PROXY,
                    &value,
                    Action::Kept,
                    Reason::SecondaryFromProxyAddresses,
                );
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
        run.log.line(
            PROXY,
            &value,
            Action::Added,
            Reason::SecondaryFromProxyAddresses,
        );
    }
    added
}

/// Removes what proxyAddresses said before and does not say now, unless it has another ground to be there.
fn remove_gone(run: &mut Run<'_>, offer: &Offer, list: &mut List, upn: &Upn, moera: Option<&str>) {
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
    let before = values_of(shadow.proxy_addresses.iter());
    let now = values_of(offer.claims.iter().map(|claim| &claim.value));
    let mail_enabled = run.is_mail_enabled();
    let log = &mut run.log;
    list.retain(|entry| {
        let has_ground = (entry.is_smtp() && entry.primary)
            || moera.is_some_and(|moera| entry.is(moera))
            || (mail_enabled && entry.is(&upn.value));
        let keeps = has_ground
            || before.same_as(&entry.value).is_none()
            || now.same_as(&entry.value).is_some();
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

fn values_of<'v>(values: impl Iterator<Item = &'v String>) -> List {
    List::of(&values.cloned().collect::<Vec<_>>())
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
            add(run, list, present, Reason::MoeraKept, String::new());
        }
        return Ok(());
    }
    if !run.is_mail_enabled() {
        return Ok(());
    }
    let plain = format!("{nickname}@{}", run.tenant.initial_domain);
    let own = upn.value.eq_ignore_ascii_case(&plain);
    let holder = if own {
        None
    } else {
        run.other_holder(Space::Both, &plain)
    };
    let address = match holder {
        None => {
            add(run, list, &plain, Reason::MoeraAdded, String::new());
            plain
        }
        Some(holder) => {
            let address = run
                .taken
                .with_digits(nickname, &run.tenant.initial_domain)?;
            let detail = format!("{plain}: {}", held_by_text(&holder));
            add(run, list, &address, Reason::MoeraCollision, detail);
            address
        }
    };
    *moera = Some(address);
    Ok(())
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
    if run.is_mail_enabled() {
        add(run, list, &upn.value, Reason::UpnAdded, String::new());
    } else if returns && list.smtp(&upn.value).is_none() {
        match run.other_holder(Space::Smtp, &upn.value) {
            None => add(
                run,
                list,
                &upn.value,
                Reason::UpnAddedWithSecondary,
                String::new(),
            ),
            Some(held_by) => run.log.quarantined.push(Quarantined {
                attribute: PROXY.name(),
                value: format!("smtp:{}", upn.value),
                held_by,
                replacement: None,
            }),
        }
    }
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
    let now = values_of(offer.claims.iter().map(|claim| &claim.value));
    let lines = run.log.trace.iter();
    let added = lines.filter(|line| line.action == Action::Added);
    let added: AHashSet<String> = added.map(|line| line.value.clone()).collect();
    let mut unknown = 0;
    for entry in list.iter() {
        let explained = (entry.is_smtp() && entry.primary)
            || moera.is_some_and(|moera| entry.is(moera))
            || (run.is_mail_enabled() && entry.is(&upn.value))
            || added.contains(entry.value.as_str())
            || now.same_as(&entry.value).is_some();
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
