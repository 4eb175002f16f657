//! The steps that make names: mailNickname, userPrincipalName, and the MOERA that is there already.

use super::domain_steps::held_by_text;
use super::list::List;
use super::object_error::ObjectError;
use super::trace::{Action, Attribute, Quarantined};
use super::{OnPremises, Run, Space};
use crate::address::{Address, AddressType};
use crate::nickname::clean;
use crate::reason::Reason;
use crate::rule::{self, MAX_LOCAL_PART};

/// The userPrincipalName that the cloud will have.
#[derive(Debug)]
pub(super) struct Upn {
    pub value: String,
    /// It was calculated anew, and lies in the initial domain instead of being the value on premises.
    pub fell_back: bool,
    /// Who else has it as a proxy address.
    pub held_by: Option<String>,
}

/// S5: mailNickname.
pub(super) fn nickname(run: &mut Run<'_>) -> Result<String, ObjectError> {
    let on_premises = &run.subject.on_premises;
    let said = on_premises.mail_nickname.as_deref();
    let present = run.cloud().and_then(|cloud| cloud.mail_nickname.as_deref());
    if let Some(present) = present {
        let changed = said.filter(|said| match run.shadow() {
            Some(shadow) => shadow.mail_nickname.as_deref() != Some(said),
            None => clean(said) != present,
        });
        let Some(said) = changed else {
            // As it stands, also where no new one could.
            let line = (Action::Kept, Reason::NicknameKept);
            run.log
                .line(Attribute::MailNickname, present, line.0, line.1);
            return Ok(present.to_owned());
        };
        let action = if clean(said) == present {
            Action::Kept
        } else {
            Action::Replaced
        };
        let reason = Reason::NicknameFromOnPremises;
        return Ok(take_nickname(run, said, action, reason));
    }
    let found = nickname_sources(on_premises)
        .into_iter()
        .find_map(|(text, reason)| Some((text?.to_owned(), reason)));
    let (nickname, reason) = found.ok_or(ObjectError::NothingToCalculate)?;
    Ok(take_nickname(run, &nickname, Action::Added, reason))
}

/// What a mailNickname can be made of, the best first, as it stands there: also what is discarded has a name.
pub(crate) fn nickname_sources(on_premises: &OnPremises) -> [(Option<&str>, Reason); 5] {
    let raw = |primary: bool| {
        on_premises.proxy_addresses.iter().filter_map(move |value| {
            let address = Address::parse(value, AddressType::Other);
            let fits = address.kind == AddressType::Smtp && address.primary == primary;
            fits.then_some(address.bare)
        })
    };
    let upn = on_premises.user_principal_name.as_deref();
    [
        (
            on_premises.mail_nickname.as_deref(),
            Reason::NicknameFromOnPremises,
        ),
        (raw(true).find_map(prefix), Reason::NicknameFromPrimary),
        (
            on_premises.mail.as_deref().and_then(prefix),
            Reason::NicknameFromMail,
        ),
        (
            upn.map(|upn| upn.split('@').next().unwrap_or(upn))
                .or(on_premises.account_name.as_deref()),
            Reason::NicknameFromUpn,
        ),
        (raw(false).find_map(prefix), Reason::NicknameFromSecondary),
    ]
    .map(|(text, reason)| (text.filter(|text| !text.trim_ascii().is_empty()), reason))
}

fn take_nickname(run: &mut Run<'_>, nickname: &str, action: Action, reason: Reason) -> String {
    let cleaned = clean(nickname);
    let shown = || -> String { nickname.chars().take(100).collect() };
    // What is left out at the end is another rule than what became an underscore.
    if !nickname.starts_with(&cleaned) {
        run.log.warn(Reason::NicknameCleaned, shown());
    }
    if nickname.trim_ascii().chars().count() > MAX_LOCAL_PART {
        run.log.warn(Reason::NicknameCut, shown());
    }
    if !cleaned.is_ascii() {
        run.log.warn(Reason::NicknameBeyondAscii, shown());
    }
    run.log
        .line(Attribute::MailNickname, &cleaned, action, reason);
    cleaned
}

/// In front of the last `@`.
fn prefix(address: &str) -> Option<&str> {
    let (prefix, _) = address.rsplit_once('@')?;
    (!prefix.is_empty()).then_some(prefix)
}

/// S4: userPrincipalName. The one in the cloud stays unless the one on premises or the verified domains change.
pub(super) fn upn(run: &mut Run<'_>, nickname: &str) -> Result<Upn, ObjectError> {
    let tenant = run.tenant;
    let said = run.subject.on_premises.user_principal_name.as_deref();
    let usable = usable_upn(said, tenant);
    let present = run
        .cloud()
        .and_then(|cloud| cloud.user_principal_name.as_deref());
    if let Some(present) = present.filter(|present| !is_recalculated(run, usable, present)) {
        let present = present.to_owned();
        run.log.line(
            Attribute::UserPrincipalName,
            &present,
            Action::Kept,
            Reason::UpnKept,
        );
        return Ok(Upn {
            value: present,
            fell_back: false,
            held_by: None,
        });
    }
    if run.subject.on_premises.upn_of_account {
        run.log.warn(Reason::UpnFromAccountName, said.unwrap_or(""));
    }
    let fallback = || tenant.initial_domain.moera(nickname).unwrap_or_default();
    let (wanted, reason) = match (usable, said) {
        (Ok(upn), _) => (upn.to_owned(), Reason::UpnFromOnPremises),
        (Err(reason), said) => {
            run.log.line(
                Attribute::UserPrincipalName,
                said.unwrap_or(""),
                Action::Discarded,
                reason,
            );
            (fallback(), Reason::UpnFallback)
        }
    };
    let space = if run.is_mail_enabled() || usable.is_err() {
        Space::Both
    } else {
        Space::Upn
    };
    let action = match present {
        None => Action::Added,
        Some(present) if present == wanted => Action::Kept,
        Some(_) => Action::Replaced,
    };
    let Some(held_by) = run.other_holder(space, &wanted) else {
        run.log
            .line(Attribute::UserPrincipalName, &wanted, action, reason);
        return Ok(Upn {
            fell_back: usable.is_err() && action != Action::Kept,
            value: wanted,
            held_by: None,
        });
    };
    let prefix = wanted.split('@').next().unwrap_or(nickname);
    let value = match present {
        // What replaced it before goes on replacing it.
        Some(present) if is_replacement(present, prefix, tenant.initial_domain.as_str()) => {
            present.to_owned()
        }
        _ => run
            .taken
            .with_digits(prefix, tenant.initial_domain.as_str())?,
    };
    let unchanged = present == Some(value.as_str());
    run.log.detailed(
        Attribute::UserPrincipalName,
        &value,
        if unchanged { Action::Kept } else { action },
        Reason::UpnQuarantined,
        format!("{wanted}: {}", held_by_text(&held_by)),
    );
    run.log.quarantined.push(Quarantined {
        attribute: Attribute::UserPrincipalName.name(),
        value: wanted,
        held_by,
        replacement: Some(value.clone()),
    });
    Ok(Upn {
        value,
        // What replaces a value that another object holds is no MOERA.
        fell_back: usable.is_err() && !unchanged,
        held_by: None,
    })
}

/// The value on premises, where the cloud can take it.
fn usable_upn<'u>(said: Option<&'u str>, tenant: &super::Tenant) -> Result<&'u str, Reason> {
    let upn = said.ok_or(Reason::UpnMissing)?;
    let (_, suffix) = rule::judge_upn(upn)?;
    if tenant.verified.holds(suffix) {
        Ok(upn)
    } else {
        Err(Reason::UpnUnverifiedDomain)
    }
}

fn is_recalculated(run: &Run<'_>, usable: Result<&str, Reason>, present: &str) -> bool {
    let Some(before) = &run.subject.previous else {
        return true;
    };
    let said = &run.subject.on_premises.user_principal_name;
    let changed = run
        .shadow()
        .is_some_and(|shadow| shadow.user_principal_name != *said);
    let domains = before
        .verified_domains
        .as_ref()
        .is_some_and(|domains| run.tenant.has_other_domains_than(domains));
    let suffix = present.rsplit_once('@').map_or("", |(_, suffix)| suffix);
    let lost = !run.tenant.verified.holds(suffix);
    // It waits for its domain to be verified, or for another object to give it up.
    let waits = usable.is_ok_and(|upn| !upn.eq_ignore_ascii_case(present));
    changed || domains || lost || waits
}

/// Whether `upn` is `prefix`, four digits, and the initial domain.
fn is_replacement(upn: &str, prefix: &str, initial_domain: &str) -> bool {
    let Some((local, suffix)) = upn.rsplit_once('@') else {
        return false;
    };
    let Some((name, digits)) = local.split_at_checked(local.len().saturating_sub(4)) else {
        return false;
    };
    let begins = prefix
        .get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name));
    let whole = name.len() == prefix.len() || name.chars().count() == MAX_LOCAL_PART - 4;
    suffix.eq_ignore_ascii_case(initial_domain)
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && begins
        && whole
}

/// The MOERA that the object has: said so, or the address of the initial domain that looks most like one.
pub(super) fn present_moera(run: &Run<'_>, list: &List, nickname: &str) -> Option<String> {
    let cloud = run.cloud()?;
    if let Some(moera) = &cloud.moera {
        return Some(moera.clone());
    }
    let mut found: Vec<&str> = list
        .iter()
        .filter(|entry| entry.is_smtp())
        .map(super::list::Entry::bare)
        .filter(|bare| run.tenant.initial_domain.holds(bare))
        .collect();
    let upn = cloud.user_principal_name.as_deref().unwrap_or("");
    let local = |bare: &str| {
        bare.rsplit_once('@')
            .map_or("", |(local, _)| local)
            .to_ascii_lowercase()
    };
    // New ones come in front: without anything else the last is the oldest, and the sort keeps their order.
    found.reverse();
    let names = [nickname.to_ascii_lowercase(), local(upn)];
    found.sort_by_key(|bare| {
        names
            .iter()
            .position(|name| *name == local(bare))
            .unwrap_or(names.len())
    });
    found.first().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_is_told_from_a_name_with_digits() {
        let domain = "contoso.onmicrosoft.com";
        assert!(is_replacement(
            "john1234@Contoso.onmicrosoft.com",
            "john",
            domain
        ));
        assert!(!is_replacement(
            "john123@contoso.onmicrosoft.com",
            "john",
            domain
        ));
        assert!(!is_replacement(
            "jo1234@contoso.onmicrosoft.com",
            "john",
            domain
        ));
        assert!(!is_replacement("john1234@contoso.com", "john", domain));
        let long = "a".repeat(64);
        assert!(is_replacement(
            &format!("{}1234@{domain}", "a".repeat(60)),
            &long,
            domain
        ));
    }
}
