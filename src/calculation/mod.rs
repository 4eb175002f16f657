//! Proxy calculation: what Entra ID makes of an on-premises user's proxyAddresses, mail, mailNickname and userPrincipalName.
//!
//! A pure function of what on premises says now and said before, what the cloud has, the licence, the tenant, and the
//! addresses that others hold. Each step is a function that takes what the steps before it made; [`calculate`] is their
//! order. Every decision leaves a line in the trace, with a [`Reason`] that says where the rule stands. The main source
//! is KB 3190357, whose scenarios are cases of `tests/cases/calc_proxies`; `docs/proxy-calculation.md` lists all rules.

mod domain_steps;
mod list;
mod name_steps;
mod object_error;
mod primary_steps;
pub mod read;
mod secondary_steps;
mod state;
pub mod stream;
mod taken;
mod trace;
mod write;

pub(crate) use name_steps::nickname_sources;
pub use object_error::ObjectError;
pub use state::{Calculation, Cloud, OnPremises, Previous, Subject, Tenant};
pub use taken::{Digits, Space, Taken};
pub use trace::{Action, Attribute, Quarantined, TraceLine, Warning};
pub use write::{COLUMNS, Entry, write_reasons};

use std::cell::OnceCell;

use ahash::AHashSet;

use crate::limits::PROXYCALC_MAX_CALCULATION_ADDRESSES;
use crate::reason::Reason;
use crate::recipient_type::Family;
use crate::rule::MAX_PROXY_ADDRESSES;
use list::List;
use trace::Log;

/// What all steps of one calculation share.
struct Run<'r> {
    subject: &'r Subject,
    tenant: &'r Tenant,
    taken: &'r mut Taken,
    /// Number of the object among those that hold addresses.
    holder: u32,
    /// What it has in the cloud, once that was asked for.
    own: OnceCell<Option<Own>>,
    log: Log,
}

/// What an object has in the cloud, in lower case.
struct Own {
    upn: Option<String>,
    smtp: AHashSet<String>,
}

impl Own {
    fn of(cloud: &Cloud) -> Self {
        let moera = cloud.moera.as_deref();
        Self {
            upn: cloud
                .user_principal_name
                .as_ref()
                .map(|upn| upn.to_ascii_lowercase()),
            smtp: cloud
                .smtp_addresses()
                .chain(moera)
                .map(str::to_ascii_lowercase)
                .collect(),
        }
    }

    /// Whether `address` is its UPN, and whether it is one of its proxy addresses.
    fn has(&self, address: &str) -> (bool, bool) {
        let address = address.to_ascii_lowercase();
        (
            self.upn.as_ref() == Some(&address),
            self.smtp.contains(&address),
        )
    }
}

impl<'r> Run<'r> {
    fn on_premises(&self) -> &'r OnPremises {
        &self.subject.on_premises
    }

    fn cloud(&self) -> Option<&'r Cloud> {
        self.subject.previous.as_ref().map(|before| &before.cloud)
    }

    /// What on premises said before; `None` where that is not known.
    fn shadow(&self) -> Option<&'r OnPremises> {
        self.subject.previous.as_ref()?.on_premises.as_ref()
    }

    /// An Exchange plan is enabled, or the object is a recipient without one.
    fn is_mail_enabled(&self) -> bool {
        self.subject.licensed
            || self.on_premises().is_recipient()
            || self.cloud().is_some_and(Cloud::is_mailbox)
    }

    /// Addresses of unverified domains go.
    fn needs_verified_domains(&self) -> bool {
        self.subject.licensed
            || self.on_premises().has_remote_recipient_type()
            || self.cloud().is_some_and(Cloud::is_mailbox)
    }

    /// What the input does not say, and is taken for something all the same. The licence of a remote mailbox changes nothing.
    fn say_what_is_assumed(&mut self) {
        let matters = !(self.is_mail_enabled() && self.needs_verified_domains());
        if let Some(remote) = &self.on_premises().remote_recipient_type
            && !remote.known
        {
            self.log
                .warn(Reason::RemoteTypeUnknown, remote.text.as_str());
        }
        if self.subject.licence_unknown && matters {
            self.log.line(
                Attribute::ProxyAddresses,
                "",
                Action::Kept,
                Reason::LicenceUnknown,
            );
        }
        let previous = self.subject.previous.as_ref();
        if let Some(previous) = previous.filter(|previous| !previous.not_fetched.is_empty()) {
            let names = previous.not_fetched.join(", ");
            self.log.warn(Reason::PreviousNotFetched, names);
        }
    }

    /// Who else holds an address. What the object has in the cloud in that way is its own; and what the caller only said
    /// is taken may be the object's own in any way.
    fn other_holder(&self, space: Space, address: &str) -> Option<String> {
        let other = self.taken.other_holder(space, address, self.holder)?;
        let own = self.own.get_or_init(|| self.cloud().map(Own::of));
        let own = own.as_ref().map_or((false, false), |own| own.has(address));
        let is_own = match space {
            Space::Upn if !other.is_somebody() => own.0,
            Space::Smtp if !other.is_somebody() => own.1,
            _ => own.0 || own.1,
        };
        (!is_own).then(|| self.taken.name(other))
    }
}

/// Calculates one object. `taken` is given what the object holds now, so that the next one cannot have it.
///
/// # Errors
/// What makes the object none that can be calculated.
pub fn calculate(
    subject: Subject,
    tenant: &Tenant,
    taken: &mut Taken,
) -> Result<Calculation, ObjectError> {
    check(&subject)?;
    let holder = taken.holder_of(&subject);
    let mut run = Run {
        subject: &subject,
        tenant,
        taken,
        holder,
        own: OnceCell::new(),
        log: Log::default(),
    };
    let mut list = List::of(run.cloud().map_or(&[][..], |cloud| &cloud.proxy_addresses));
    // The order of the documented procedure; mailNickname before userPrincipalName, which can be made of it.
    let triggered = domain_steps::is_triggered(&run);
    run.say_what_is_assumed();
    let mut offer = domain_steps::discard(&mut run);
    if triggered {
        domain_steps::drop_unverified(&mut run, &mut offer, &mut list);
    }
    domain_steps::quarantine(&mut run, &mut offer);
    let nickname = name_steps::nickname(&mut run)?;
    let mut upn = name_steps::upn(&mut run, &nickname)?;
    upn.held_by = run.other_holder(Space::Smtp, &upn.value);
    let mut moera = name_steps::present_moera(&run, &list, &nickname);
    let mail = if triggered {
        let primary =
            primary_steps::primary(&mut run, &mut offer, &mut list, &upn, moera.as_deref());
        let added =
            secondary_steps::secondaries(&mut run, &offer, &mut list, &upn, moera.as_deref());
        secondary_steps::moera(&mut run, &mut list, &nickname, &upn, &mut moera)?;
        secondary_steps::upn_address(&mut run, &mut list, &upn, moera.is_some() && added);
        primary_steps::moera_instead(&mut run, &mut list, moera.as_deref());
        primary_steps::licence_removed(
            &mut run,
            &offer,
            &mut list,
            &upn,
            primary,
            moera.as_deref(),
        );
        secondary_steps::trace_rest(&mut run, &offer, &list, &upn, moera.as_deref());
        primary_steps::mail(&mut run, &list)
    } else {
        let mail = run.cloud().and_then(|cloud| cloud.mail.clone());
        run.log.line(
            Attribute::ProxyAddresses,
            "",
            Action::Kept,
            Reason::NotTriggered,
        );
        mail
    };
    let proxy_addresses = list.into_values();
    if proxy_addresses.len() > MAX_PROXY_ADDRESSES {
        run.log.warn(
            Reason::TooManyAddresses,
            format!("{} addresses", proxy_addresses.len()),
        );
    }
    let Log {
        trace,
        warnings,
        quarantined,
    } = run.log;
    let cloud = Cloud {
        user_principal_name: Some(upn.value),
        mail,
        mail_nickname: Some(nickname),
        proxy_addresses,
        moera,
        recipient_display_type: subject
            .previous
            .as_ref()
            .and_then(|before| before.cloud.recipient_display_type),
    };
    if let Some(before) = &subject.previous {
        taken.release(holder, &before.cloud);
    }
    taken.give(holder, &cloud);
    let first_sync = subject.previous.is_none();
    let (before, not_fetched) = subject
        .previous
        .map(|before| (before.cloud, before.not_fetched))
        .unzip();
    Ok(Calculation {
        id: subject.id,
        identity: subject.identity,
        first_sync,
        before,
        not_fetched: not_fetched.unwrap_or_default(),
        on_premises: subject.on_premises,
        licensed: subject.licensed,
        cloud,
        trace,
        warnings,
        quarantined,
    })
}

/// Refuses what the documented procedure does not speak of.
fn check(subject: &Subject) -> Result<(), ObjectError> {
    let on_premises = &subject.on_premises;
    let family = on_premises.class.family();
    if matches!(
        family,
        Family::Group | Family::Contact | Family::PublicFolder
    ) {
        return Err(ObjectError::NotAUser {
            what: on_premises.type_name.clone(),
        });
    }
    let before = subject.previous.as_ref();
    let shadow = before.and_then(|before| before.on_premises.as_ref());
    let most = PROXYCALC_MAX_CALCULATION_ADDRESSES;
    // What came out once, with the addresses that are added to it, can go in again.
    for (list, limit) in [
        (Some(&on_premises.proxy_addresses), most),
        (shadow.map(|shadow| &shadow.proxy_addresses), most),
        (before.map(|before| &before.cloud.proxy_addresses), 2 * most),
    ] {
        let count = list.map_or(0, Vec::len);
        if count > limit {
            return Err(ObjectError::TooManyValues { count });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_addresses_has_the_limit() {
        let most = PROXYCALC_MAX_CALCULATION_ADDRESSES;
        let many = vec![String::new(); most + 1];
        let listed = |proxy_addresses: Vec<String>| OnPremises {
            user_principal_name: Some("u@contoso.com".to_owned()),
            proxy_addresses,
            ..OnPremises::default()
        };
        let before = |shadow: Vec<String>, cloud: Vec<String>| Previous {
            on_premises: Some(listed(shadow)),
            cloud: Cloud {
                proxy_addresses: cloud,
                ..Cloud::default()
            },
            ..Previous::default()
        };
        for (now, previous) in [
            (many.clone(), before(vec![], vec![])),
            (vec![], before(many.clone(), vec![])),
            (vec![], before(vec![], vec![String::new(); 2 * most + 1])),
        ] {
            let subject = Subject {
                on_premises: listed(now),
                previous: Some(previous),
                ..Subject::default()
            };
            assert!(matches!(
                check(&subject),
                Err(ObjectError::TooManyValues { .. })
            ));
        }
    }
}
