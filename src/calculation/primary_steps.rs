//! The steps about the primary SMTP address and mail.

use super::Run;
use super::domain_steps::Offer;
use super::list::List;
use super::name_steps::Upn;
use super::trace::{Action, Attribute};
use crate::reason::Reason;

const PROXY: Attribute = Attribute::ProxyAddresses;

/// Where the primary comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrimaryFrom {
    /// proxyAddresses or mail.
    OnPremises,
    /// It was there.
    Cloud,
    /// The userPrincipalName.
    Upn,
    /// There is none.
    Nowhere,
}

/// S6: the primary. Further `SMTP:` values of the offer become secondaries.
pub(super) fn primary(
    run: &mut Run<'_>,
    offer: &mut Offer,
    list: &mut List,
    upn: &Upn,
    moera: Option<&str>,
) -> PrimaryFrom {
    let said = offer.claims.iter().position(|claim| claim.primary);
    if let Some(first) = said {
        for claim in offer
            .claims
            .iter_mut()
            .skip(first + 1)
            .filter(|claim| claim.primary)
        {
            claim.primary = false;
            run.log
                .line(PROXY, &claim.value, Action::Demoted, Reason::FurtherPrimary);
            run.log.warn(Reason::FurtherPrimary, claim.value.as_str());
        }
    }
    let first = said.and_then(|at| offer.claims[at].smtp.clone());
    if let (Some(first), Some(mail)) = (&first, &offer.mail)
        && !first.eq_ignore_ascii_case(mail)
    {
        let added = offer.has_smtp(mail);
        if !added {
            run.log.line(
                Attribute::Mail,
                mail,
                Action::Discarded,
                Reason::MailNotPrimary,
            );
        }
        run.log.warn(Reason::MailNotPrimary, mail.as_str());
    }
    let wanted = match (first, &offer.mail) {
        (Some(first), _) => Some((first, Reason::PrimaryFromProxyAddresses)),
        (None, Some(mail)) if offer.has_smtp(mail) => Some((mail.clone(), Reason::MailIsSecondary)),
        (None, Some(mail)) => Some((mail.clone(), Reason::PrimaryFromMail)),
        (None, None) => None,
    };
    if let Some((bare, reason)) = wanted {
        set(run, offer, list, upn, moera, &bare, reason);
        return PrimaryFrom::OnPremises;
    }
    if let Some(present) = list.primary() {
        run.log
            .line(PROXY, &present.value, Action::Kept, Reason::PrimaryKept);
        return PrimaryFrom::Cloud;
    }
    if run.is_mail_enabled() && upn.held_by.is_none() {
        set(
            run,
            offer,
            list,
            upn,
            moera,
            &upn.value,
            Reason::PrimaryFromUpn,
        );
        return PrimaryFrom::Upn;
    }
    PrimaryFrom::Nowhere
}

/// Makes `bare` the primary: the one before goes, or stays as a secondary where it has another ground to be there.
fn set(
    run: &mut Run<'_>,
    offer: &Offer,
    list: &mut List,
    upn: &Upn,
    moera: Option<&str>,
    bare: &str,
    reason: Reason,
) {
    if let Some(present) = list.primary() {
        if present.is(bare) {
            run.log.line(PROXY, &present.value, Action::Kept, reason);
            return;
        }
        let (old, value) = (present.bare().to_owned(), present.value.clone());
        let is_upn = run.is_mail_enabled() && old.eq_ignore_ascii_case(&upn.value);
        let is_moera = moera.is_some_and(|moera| moera.eq_ignore_ascii_case(&old));
        if is_upn || is_moera || offer.has_smtp(&old) {
            list.demote();
            run.log
                .line(PROXY, &value, Action::Demoted, Reason::PrimaryDemoted);
        } else {
            list.remove_smtp(&old);
            run.log.detailed(
                PROXY,
                &value,
                Action::Replaced,
                Reason::PrimaryReplaced,
                format!("by SMTP:{bare}"),
            );
        }
    }
    let action = if list.smtp(bare).is_some() {
        list.promote(bare);
        Action::Promoted
    } else {
        list.add_smtp(bare, true);
        Action::Added
    };
    let value = list
        .primary()
        .map_or(String::new(), |entry| entry.value.clone());
    run.log.line(PROXY, &value, action, reason);
}

/// The MOERA as the primary, where another object has the address of the userPrincipalName.
pub(super) fn moera_instead(run: &mut Run<'_>, list: &mut List, moera: Option<&str>) {
    let Some(moera) = moera.filter(|_| run.is_mail_enabled() && list.primary().is_none()) else {
        return;
    };
    list.promote(moera);
    let value = format!("SMTP:{moera}");
    run.log
        .line(PROXY, &value, Action::Promoted, Reason::PrimaryFromMoera);
}

/// S10: with the licence goes a primary that is the userPrincipalName, and the MOERA takes its place.
pub(super) fn licence_removed(
    run: &mut Run<'_>,
    offer: &Offer,
    list: &mut List,
    upn: &Upn,
    from: PrimaryFrom,
    moera: Option<&str>,
) {
    let was_licensed = run
        .subject
        .previous
        .as_ref()
        .and_then(|before| before.licensed)
        == Some(true);
    if !was_licensed || run.is_mail_enabled() || from != PrimaryFrom::Cloud {
        return;
    }
    let former = run
        .cloud()
        .and_then(|cloud| cloud.user_principal_name.clone());
    let (Some(moera), Some(primary)) = (moera, list.primary()) else {
        return;
    };
    let is_upn = primary.is(&upn.value) || former.is_some_and(|former| primary.is(&former));
    if !is_upn || primary.is(moera) || list.smtp(moera).is_none() {
        return;
    }
    let (bare, value) = (primary.bare().to_owned(), primary.value.clone());
    // One of the initial domain was the MOERA until the UPN changed in this same step.
    let was_moera = run.tenant.initial_domain.holds(&bare);
    if was_moera || offer.has_smtp(&bare) {
        list.demote();
        run.log
            .line(PROXY, &value, Action::Demoted, Reason::PrimaryDemoted);
    } else {
        list.remove_smtp(&bare);
        run.log
            .line(PROXY, &value, Action::Removed, Reason::LicenceRemoved);
    }
    // It was kept only until here.
    run.log
        .trace
        .retain(|line| line.reason != Reason::PrimaryKept);
    list.promote(moera);
    run.log.line(
        PROXY,
        &format!("SMTP:{moera}"),
        Action::Promoted,
        Reason::MoeraPromoted,
    );
}

/// S11: mail.
pub(super) fn mail(run: &mut Run<'_>, list: &List) -> Option<String> {
    let mail = list.primary().map(|primary| primary.bare().to_owned());
    let before = run.cloud().and_then(|cloud| cloud.mail.clone());
    let action = match (&before, &mail) {
        (None, None) => return None,
        (None, Some(_)) => Action::Added,
        (Some(_), None) => Action::Removed,
        (Some(before), Some(mail)) if before == mail => Action::Kept,
        (Some(_), Some(_)) => Action::Replaced,
    };
    let shown = mail.as_ref().or(before.as_ref()).map_or("", String::as_str);
    run.log
        .line(Attribute::Mail, shown, action, Reason::MailFromPrimary);
    mail
}
