//! What is left when no cause holds and the user has waited a day. The surest and least invasive first.

use jiff::Timestamp;

use super::case::{Case, fetch_recipients, fetch_soft_deleted};
use super::fields::Known;
use super::finding::{Name, Status, Steps, Verdict, say};
use super::licence::set_plans;
use super::seen::Mailbox;
use crate::conflict::remediation::IRREVERSIBLE;
use crate::exchange_plan::Plan;

/// Provisioning takes minutes; support asks to wait this long.
pub const WAIT_HOURS: i64 = 24;

/// Since when the user waits, with where that is from: the assignment of the Exchange plan, or for a user younger than
/// the wait the creation.
pub fn waiting_since(case: &Case<'_>) -> Option<(Timestamp, &'static str)> {
    let assigned = case.user.mailbox_plans().unwrap_or_default();
    let first = assigned.iter().filter_map(|plan| plan.since).min();
    let young = case
        .user
        .created
        .filter(|created| hours(case, *created) < WAIT_HOURS);
    first
        .map(|since| (since, "assignedPlans"))
        .or_else(|| young.map(|created| (created, "createdDateTime")))
}

pub fn hours(case: &Case<'_>, since: Timestamp) -> i64 {
    (case.tenant.now.as_second() - since.as_second()) / 3600
}

/// The names in a row.
fn list(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    names.join(", ")
}

/// Why the last resorts are not for this user yet; the evidence that they are, where they are.
fn not_yet(case: &Case<'_>) -> Result<Vec<String>, Verdict> {
    let mut causes = case.so_far(Status::Found);
    causes.retain(|name| name.is_cause());
    if !causes.is_empty() {
        return Err(Verdict::ruled_out(say(format!(
            "not its turn while a cause is found: {}",
            list(&causes)
        ))));
    }
    let Some((since, source)) = waiting_since(case) else {
        return Err(Verdict::unknown(
            say(
                "since when the user waits is not known: assignedPlans with assignedDateTime was not fetched",
            ),
            case.fetch_user(),
        ));
    };
    let waited = hours(case, since);
    let evidence = format!("waited {waited} h, since {since} ({source})");
    if waited < WAIT_HOURS {
        return Err(Verdict::ruled_out([
            evidence,
            format!("not its turn yet: provisioning may take {WAIT_HOURS} h"),
        ]));
    }
    let mut unknown = case.so_far(Status::Unknown);
    unknown.retain(|name| !name.is_last_resort());
    if !unknown.is_empty() {
        return Err(Verdict::unknown(
            [evidence, format!("not judged yet: {}", list(&unknown))],
            Steps::default()
                .note("Fetch what is missing first: the next steps of those findings say how."),
        ));
    }
    Ok(vec![evidence])
}

/// `DiagnosticAvailable`.
pub fn diagnostic(case: &Case<'_>) -> Verdict {
    match not_yet(case) {
        Err(verdict) => verdict,
        Ok(evidence) => Verdict::found(
            evidence,
            Steps::default()
                .note("In the Microsoft 365 admin center, under Help & support, type:")
                .note("Diag: EXO Recipient Object Failures")
                .note(&format!("with the user {}.", case.user.people_name()))
                .note("Or in Exchange Online PowerShell, also where the admin center has no diagnostics. It repairs what it finds and asks nothing before; it takes one address a call, and an organization has 100 calls an hour:")
                .run(
                    "Invoke-ProvisioningRecipientDiagnostic -Recipients {}",
                    &[case.user.address()],
                ),
        ),
    }
}

/// Whether the user is known to have nothing that could be lost: cloud only, no mailbox, no hold, no data.
fn nothing_to_lose(case: &Case<'_>) -> Result<Vec<String>, Verdict> {
    let mut evidence = match case.synced() {
        Some(false) => {
            vec!["onPremisesSyncEnabled: no, the user lives in the cloud only".to_owned()]
        }
        Some(true) => {
            return Err(Verdict::ruled_out(say("the user is synced: not for it")));
        }
        None => {
            return Err(Verdict::unknown(
                say("onPremisesSyncEnabled: not fetched"),
                case.fetch_user(),
            ));
        }
    };
    if let Some(deleted) = case.scanned.deleted_mailboxes.first() {
        return Err(Verdict::ruled_out(say(format!(
            "it has a mailbox that can be restored or is on hold: {deleted}"
        ))));
    }
    match &case.scanned.mailbox {
        Mailbox::None(how) if case.recipients.soft_deleted => {
            evidence.push(format!(
                "mailbox: none, also no soft-deleted or inactive one, so no hold on one; {how}"
            ));
        }
        Mailbox::None(_) => {
            return Err(Verdict::unknown(
                say("no soft-deleted recipient was read"),
                fetch_soft_deleted(),
            ));
        }
        Mailbox::Exists(name) => return Err(Verdict::ruled_out(say(format!("mailbox: {name}")))),
        Mailbox::Unknown(why) => {
            return Err(Verdict::unknown(say(why.text()), fetch_recipients()));
        }
    }
    match case.user.signed_in {
        Some(false) => {
            evidence.push("signInActivity: never signed in, so no data of its own".to_owned());
        }
        Some(true) => {
            return Err(Verdict::unknown(
                say("signInActivity: it has signed in, so it may have files, chats or mail"),
                Steps::default()
                    .note("Not for a user with data. Whether it has any cannot be seen here."),
            ));
        }
        None => {
            return Err(Verdict::unknown(
                say("signInActivity: not fetched, so it may have data"),
                case.fetch_sign_ins(),
            ));
        }
    }
    Ok(evidence)
}

/// The product that holds the Exchange plan, its plans that are off, and the plan.
fn product<'c>(case: &'c Case<'_>) -> Option<(&'c str, Vec<&'c str>, &'static Plan)> {
    let plan = case.user.mailbox_plans()?.first()?.plan?;
    let detail = case
        .user
        .details
        .items()
        .unwrap_or_default()
        .iter()
        .find(|detail| detail.plan.is_some_and(|known| known.id == plan.id));
    let licences = case.user.licences.items()?;
    let licence = match (detail, licences) {
        (Some(detail), _) => licences
            .iter()
            .find(|licence| licence.sku.eq_ignore_ascii_case(&detail.sku))?,
        (None, [only]) => only,
        _ => return None,
    };
    Some((
        &licence.sku,
        licence.disabled.iter().map(String::as_str).collect(),
        plan,
    ))
}

/// Whether it is time for a step that destroys what the user has, and whether that is nothing; with the evidence for both.
fn waited_in_vain(case: &Case<'_>) -> Result<Vec<String>, Verdict> {
    let mut evidence = not_yet(case)?;
    evidence.extend(nothing_to_lose(case)?);
    Ok(evidence)
}

/// `CycleLicence`.
pub fn cycle_licence(case: &Case<'_>) -> Verdict {
    let mut evidence = match waited_in_vain(case) {
        Ok(evidence) => evidence,
        Err(verdict) => return verdict,
    };
    let by_group = case
        .user
        .states
        .items()
        .into_iter()
        .flatten()
        .find(|state| !state.group.is_empty());
    if let Some(state) = by_group {
        evidence.push(format!(
            "licenseAssignmentStates: product {} comes from group {}",
            state.sku, state.group
        ));
        return Verdict::found(
            evidence,
            Steps::default().note("The license comes from a group: take the user out of the group, wait until the plan is gone, and put it back."),
        );
    }
    let Some((sku, disabled, plan)) = product(case) else {
        return Verdict::unknown(
            say("which of the user's products holds the Exchange plan is not known"),
            Steps::default().run("Get-MgUserLicenseDetail -UserId {}", &[case.user.name()]),
        );
    };
    let id = plan.id.to_string();
    let mut off = disabled.clone();
    off.push(&id);
    let user = case.user.name();
    let steps = set_plans(
        Steps::default().note(&format!("Switch {} off, only this plan:", plan.name)),
        user,
        sku,
        &off,
    );
    let steps = set_plans(steps.note("Wait until it is gone (some minutes), then on again:"), user, sku, &disabled)
        .note("If it still hangs: the same with a trial of another product that has an Exchange Online plan, then back.");
    Verdict::found(evidence, steps)
}

/// `RecreateAccount`.
pub fn recreate(case: &Case<'_>) -> Verdict {
    let evidence = match waited_in_vain(case) {
        Ok(evidence) => evidence,
        Err(verdict) => return verdict,
    };
    if case.user.id.is_empty() {
        return Verdict::unknown(
            say("id: not fetched; deleting goes by id, never by address"),
            case.fetch_user(),
        );
    }
    let id = case.user.id.as_str();
    let steps = Steps::default()
        .note("Only when CycleLicence did not help. Groups, roles and app assignments go with the account: note them first.")
        .run("Remove-MgUser -UserId {} -Confirm", &[id])
        .run_labelled("Remove-MgDirectoryDeletedItem -DirectoryObjectId {} -Confirm", &[id], IRREVERSIBLE)
        .note("Wait 15 minutes until its addresses are free, then create it again and assign the license.");
    Verdict::found(evidence, steps)
}

/// `OpenTicket`.
pub fn ticket(case: &Case<'_>) -> Verdict {
    match not_yet(case) {
        Err(verdict) => verdict,
        Ok(mut evidence) => {
            let checked = list(&case.so_far(Status::RuledOut));
            if case
                .so_far(Status::Found)
                .contains(&Name::PlanNotProvisioned)
            {
                evidence.push(format!("found: {}", Name::PlanNotProvisioned.as_str()));
            }
            evidence.push(format!("checked and ruled out: {checked}"));
            let plan = case.user.mailbox_plans().unwrap_or_default();
            let plan = plan
                .first()
                .and_then(|plan| plan.plan)
                .map_or("", |plan| plan.name);
            let location = match &case.user.usage_location {
                Known::Value(location) => location.as_str(),
                _ => "",
            };
            let steps = Steps::default()
                .note("Open a ticket with Microsoft support (severity B) in the admin center. Say:")
                .note(&format!(
                    "User {} ({}) waits for its mailbox since the plan {plan} was assigned; usage location {location}; run the diagnostic EXO Recipient Object Failures first and name its result.",
                    case.user.upn, case.user.id
                ))
                .note(&format!("Ruled out: {checked}."))
                .note("Ask them to provision the recipient object again.");
            Verdict::found(evidence, steps)
        }
    }
}
