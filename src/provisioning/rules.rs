//! The findings in their order: by likelihood, and by how cheap the check is. `docs/provisioning.md` holds the same table.

use super::case::Case;
use super::finding::{Finding, Verdict};
use super::{directory, elsewhere, errors, last_resort, licence};

/// A finding and how it is judged.
pub struct Rule {
    /// Its name; the list is closed.
    pub name: &'static str,
    /// The article to read.
    pub reference: &'static str,
    judge: fn(&Case<'_>) -> Verdict,
}

const fn rule(
    name: &'static str,
    reference: &'static str,
    judge: fn(&Case<'_>) -> Verdict,
) -> Rule {
    Rule {
        name,
        reference,
        judge,
    }
}

/// Every finding of a user without a mailbox.
pub const RULES: &[Rule] = &[
    rule(
        "LicenceAssignmentFailed",
        "Identify and resolve license assignment problems for a group in Microsoft Entra ID",
        licence::assignment_failed,
    ),
    rule(
        "NoExchangePlan",
        "Product names and service plan identifiers for licensing",
        licence::no_exchange_plan,
    ),
    rule(
        "NoUsageLocation",
        "Assign Microsoft 365 licenses to user accounts with PowerShell",
        licence::no_usage_location,
    ),
    rule(
        "PlanNotProvisioned",
        "Delays in provisioning of user/mailbox or synchronizing changes in Exchange Online",
        licence::not_provisioned,
    ),
    rule(
        "DuplicateProxyAddress",
        "\"Proxy address is already being used\" error message in Exchange Online",
        elsewhere::duplicate_address,
    ),
    rule(
        "LiveOnPremisesMailbox",
        "Move mailboxes between on-premises and Exchange Online organizations in hybrid deployments",
        directory::live_mailbox,
    ),
    rule(
        "OnPremisesMailboxAttributes",
        "Enable-RemoteMailbox",
        directory::stale_attributes,
    ),
    rule(
        "RemoteMailboxMigrated",
        "Enable-RemoteMailbox",
        directory::migrated,
    ),
    rule(
        "DehydratedOrganization",
        "Enable-OrganizationCustomization",
        elsewhere::dehydrated,
    ),
    rule(
        "ServiceIncident",
        "How to check Microsoft 365 service health",
        elsewhere::incident,
    ),
    rule(
        "ProvisioningError",
        "onPremisesProvisioningError resource type",
        errors::provisioning_error,
    ),
    rule(
        "DiagnosticAvailable",
        "Self-help diagnostics for issues in Exchange Online and Outlook",
        last_resort::diagnostic,
    ),
    rule(
        "CycleLicence",
        "user: assignLicense",
        last_resort::cycle_licence,
    ),
    rule(
        "RecreateAccount",
        "Restore or remove a recently deleted user",
        last_resort::recreate,
    ),
    rule(
        "OpenTicket",
        "Get support for Microsoft 365 for business",
        last_resort::ticket,
    ),
];

/// The one finding of a user who has a mailbox.
pub const MAILBOX_EXISTS: &str = "MailboxExists";

/// The names of all findings.
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once(MAILBOX_EXISTS).chain(RULES.iter().map(|rule| rule.name))
}

/// The findings of `case`: what holds first, then what cannot be told, then what does not, each in the order of the table.
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
        });
    }
    findings.sort_by_key(|finding| finding.status);
    findings
}
