//! The findings in their order: by likelihood, and by how cheap the check is. `docs/provisioning.md` holds the same table.

use super::case::Case;
use super::finding::{Finding, Name, Verdict};
use super::{directory, elsewhere, errors, last_resort, licence};

/// A finding and how it is judged.
pub struct Rule {
    /// Its name; the list is closed.
    pub name: Name,
    /// The article to read.
    pub reference: &'static str,
    judge: fn(&Case<'_>) -> Verdict,
}

const fn rule(name: Name, reference: &'static str, judge: fn(&Case<'_>) -> Verdict) -> Rule {
    Rule {
        name,
        reference,
        judge,
    }
}

/// Every finding of a user without a mailbox.
pub const RULES: &[Rule] = &[
    rule(
        Name::LicenceAssignmentFailed,
        "Identify and resolve license assignment problems for a group in Microsoft Entra ID",
        licence::assignment_failed,
    ),
    rule(
        Name::NoExchangePlan,
        "Product names and service plan identifiers for licensing",
        licence::no_exchange_plan,
    ),
    rule(
        Name::NoUsageLocation,
        "Assign Microsoft 365 licenses to user accounts with PowerShell",
        licence::no_usage_location,
    ),
    rule(
        Name::PlanNotProvisioned,
        "Delays in provisioning of user/mailbox or synchronizing changes in Exchange Online",
        licence::not_provisioned,
    ),
    rule(
        Name::DuplicateProxyAddress,
        "\"Proxy address is already being used\" error message in Exchange Online",
        elsewhere::duplicate_address,
    ),
    rule(
        Name::LiveOnPremisesMailbox,
        "Move mailboxes between on-premises and Exchange Online organizations in hybrid deployments",
        directory::live_mailbox,
    ),
    rule(
        Name::OnPremisesMailboxAttributes,
        "Enable-RemoteMailbox",
        directory::stale_attributes,
    ),
    rule(
        Name::RemoteMailboxMigrated,
        "Enable-RemoteMailbox",
        directory::migrated,
    ),
    rule(
        Name::ServiceIncident,
        "How to check Microsoft 365 service health",
        elsewhere::incident,
    ),
    rule(
        Name::ProvisioningError,
        "onPremisesProvisioningError resource type",
        errors::provisioning_error,
    ),
    rule(
        Name::DiagnosticAvailable,
        "Self-help diagnostics for issues in Exchange Online and Outlook",
        last_resort::diagnostic,
    ),
    rule(
        Name::CycleLicence,
        "user: assignLicense",
        last_resort::cycle_licence,
    ),
    rule(
        Name::RecreateAccount,
        "Restore or remove a recently deleted user",
        last_resort::recreate,
    ),
    rule(
        Name::OpenTicket,
        "Get support for Microsoft 365 for business",
        last_resort::ticket,
    ),
    rule(
        Name::DehydratedOrganization,
        "Enable-OrganizationCustomization",
        elsewhere::dehydrated,
    ),
];

/// The names of all findings.
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once(Name::MailboxExists)
        .chain(RULES.iter().map(|rule| rule.name))
        .map(Name::as_str)
}

/// The findings of `case`: what holds first, then what cannot be told, what the data speaks for before the rest, then what
/// does not; each in the order of the table.
pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::with_capacity(RULES.len());
    for rule in RULES {
        let verdict = (rule.judge)(&Case {
            above: &findings,
            ..*case
        });
        findings.push(Finding {
            name: rule.name,
            status: verdict.status,
            evidence: verdict.evidence,
            next_step: verdict.next_step,
            reference: verdict.reference.unwrap_or(rule.reference),
            likely: verdict.likely,
        });
    }
    findings.sort_by_key(|finding| (finding.status, !finding.likely));
    findings
}
