//! Causes beyond the licence and the directory: addresses in use, the organization, the service, errors of provisioning.

use super::case::{Case, fetch_recipients, fetch_soft_deleted};
use super::finding::{IN_EXCHANGE_ONLINE, Steps, Verdict, say};
use super::holders::Missing;
use crate::fetch;

/// `DuplicateProxyAddress`.
pub fn duplicate_address(case: &Case<'_>) -> Verdict {
    let held = case.held;
    let tell = |holder: &super::holders::Holder| {
        let deleted = if holder.deleted { ", deleted" } else { "" };
        let kind = if holder.type_name.is_empty() {
            "of unknown type"
        } else {
            &holder.type_name
        };
        format!(
            "{} ({}): held by {} ({kind}, {}{deleted})",
            holder.address, holder.wanted_as, holder.name, holder.role
        )
    };
    let (others, maybe): (Vec<_>, Vec<_>) =
        held.holders.iter().partition(|holder| !holder.maybe_itself);
    if !others.is_empty() {
        let mut steps = Steps::default().note(
            "One of the two must give the address up: the other object (below), or the user.",
        );
        let mut known: Vec<&String> = Vec::new();
        for holder in &others {
            let new: Vec<String> = holder
                .command_lines
                .iter()
                .filter(|line| !known.contains(line))
                .cloned()
                .collect();
            known.extend(&holder.command_lines);
            steps = steps.then(&new);
        }
        return Verdict::found(others.into_iter().map(tell), steps);
    }
    if !maybe.is_empty() {
        let steps = fetch_recipients()
            .note("These may be the user itself: their ExternalDirectoryObjectId tells.");
        return Verdict::unknown(maybe.into_iter().map(tell), steps);
    }
    if let Some(doubt) = case.recipients.doubt {
        return Verdict::unknown(say(doubt.text()), fetch_recipients());
    }
    if !case.user.has_proxy_addresses {
        return Verdict::unknown(say("proxyAddresses: not fetched"), case.fetch_user());
    }
    let free = format!(
        "addresses of the user: {}, held by nobody else among {} recipients of Exchange Online and {} deleted users",
        held.looked_for,
        case.recipients.count,
        case.deleted_users.unwrap_or(0)
    );
    // A deleted one may hold an address for thirty days: who did not look does not know.
    let mut unseen = vec![free.clone()];
    let mut steps = Steps::default();
    if !case.recipients.soft_deleted {
        unseen.push("soft-deleted recipients: not fetched, or none".to_owned());
        steps = fetch_soft_deleted();
    }
    if case.deleted_users.is_none() {
        unseen.push("deleted users: not fetched".to_owned());
        steps = steps.run(fetch::DELETED_USERS, &[]);
    }
    if unseen.len() > 1 {
        return Verdict::unknown(unseen, steps);
    }
    match held.moera_unknown {
        None => Verdict::ruled_out(say(free)),
        Some(Missing::MailNickname) => Verdict::unknown(
            [
                free,
                "MOERA to come: mailNickname was not fetched".to_owned(),
            ],
            case.fetch_user(),
        ),
        Some(Missing::InitialDomain) => Verdict::unknown(
            [
                free,
                "MOERA to come: the initial domain is not known".to_owned(),
            ],
            Steps::default()
                .note("Give the initial domain with -InitialDomain. It is the one with IsInitial:")
                .run("Get-MgDomain -All | Select-Object Id,IsInitial", &[]),
        ),
    }
}

/// `DehydratedOrganization`. Guides name it as a cause, Microsoft does not: it comes last, and nothing waits for it.
pub fn dehydrated(case: &Case<'_>) -> Verdict {
    match case.tenant.dehydrated {
        Some(true) => Verdict::found(
            [
                "IsDehydrated: True".to_owned(),
                "it says only that Enable-OrganizationCustomization was never run; some guides name it as a cause, Microsoft does not".to_owned(),
            ],
            Steps::default()
                .note("Try this last. It changes the whole organization and cannot be undone; those who name it say that mailboxes come within half an hour.")
                .run("Enable-OrganizationCustomization -Confirm", &[]),
        ),
        Some(false) => Verdict::ruled_out(say("IsDehydrated: False")),
        None => Verdict::unknown(
            say("IsDehydrated: not fetched"),
            Steps::default().run_labelled(
                "Get-OrganizationConfig | Select-Object Name,IsDehydrated",
                &[],
                IN_EXCHANGE_ONLINE,
            ),
        ),
    }
}

/// `ServiceIncident`.
pub fn incident(case: &Case<'_>) -> Verdict {
    let fetch = || {
        Steps::default().run(
            "Get-MgServiceAnnouncementIssue -All -Filter {}",
            &["service eq 'Exchange Online' and isResolved eq false"],
        )
    };
    let Some(issues) = &case.tenant.issues else {
        return Verdict::unknown(say("service health: not fetched"), fetch());
    };
    let tell = |issue: &&super::tenant::Issue| {
        let id = if issue.id.is_empty() {
            "(no id)"
        } else {
            &issue.id
        };
        let state = [issue.classification.as_str(), &issue.status].join(" ");
        format!("{id}: {} ({})", issue.title, state.trim())
    };
    let exchange = || issues.iter().filter(|issue| issue.is_exchange());
    let open: Vec<String> = exchange()
        .filter(|issue| issue.open == Some(true))
        .map(|issue| tell(&issue))
        .collect();
    if !open.is_empty() {
        return Verdict::found(
            open,
            Steps::default().note("Wait until the service is healthy: nothing done before will hold. Follow it in the admin center under Health, Service health."),
        );
    }
    let unclear: Vec<String> = exchange()
        .filter(|issue| issue.open.is_none())
        .map(|issue| tell(&issue))
        .collect();
    if !unclear.is_empty() {
        return Verdict::unknown(unclear, fetch());
    }
    Verdict::ruled_out(say(format!(
        "service health: {} read, no issue of Exchange Online is open",
        issues.len()
    )))
}
