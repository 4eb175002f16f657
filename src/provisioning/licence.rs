//! The licence: whether it was assigned, holds an Exchange plan, and was provisioned.

use super::case::Case;
use super::evidence::AssignedPlan;
use super::fields::Known;
use super::finding::{Name, Status, Steps, Verdict, say};
use super::last_resort::{WAIT_HOURS, hours, waiting_since};
use crate::exchange_plan::PLANS;
use crate::exchange_product;

/// What a failed assignment calls for, by the error that Graph names.
const LICENCE_ERRORS: &[(&str, &str)] = &[
    (
        "CountViolation",
        "No license of the product is left: free one, or buy more (Get-MgSubscribedSku shows ConsumedUnits and PrepaidUnits).",
    ),
    (
        "MutuallyExclusiveViolation",
        "A service plan of the product excludes one that the user has from another: switch one of the two off.",
    ),
    (
        "DependencyViolation",
        "A service plan needs another one that is switched off or not assigned: enable that one too.",
    ),
    (
        "ProhibitedInUsageLocationViolation",
        "A service is not sold where the user is: set the usage location, or switch that plan off.",
    ),
    (
        "UniquenessViolation",
        "An address of the user is in use elsewhere: see DuplicateProxyAddress, and let the other object give it up.",
    ),
];

/// `LicenceAssignmentFailed`.
pub fn assignment_failed(case: &Case<'_>) -> Verdict {
    // Where the licences were not fetched, it may have one.
    let licences = case.user.licences.items();
    let licensed = licences.is_none_or(|all| !all.is_empty());
    let states = match case.user.states.items() {
        // Who has a licence has a state for it: an empty list was not asked for.
        Some(states) if !(states.is_empty() && licensed) => states,
        _ => {
            return Verdict::unknown(
                say("licenseAssignmentStates: not fetched"),
                case.fetch_user(),
            );
        }
    };
    let failed: Vec<_> = states.iter().filter(|state| state.failed()).collect();
    if failed.is_empty() {
        return Verdict::ruled_out(say(format!(
            "licenseAssignmentStates: {} without error",
            states.len()
        )));
    }
    let mut steps = Steps::default();
    for (error, advice) in LICENCE_ERRORS {
        if failed
            .iter()
            .any(|state| state.error.eq_ignore_ascii_case(error))
        {
            steps = steps.note(&format!("{error}: {advice}"));
        }
    }
    let by_group = failed.iter().any(|state| !state.group.is_empty());
    let steps = if by_group {
        steps
            .note("Then have the licenses that come from groups processed again:")
            .run("Invoke-MgLicenseUser -UserId {}", &[case.user.name()])
    } else {
        steps.note("Then assign the license again.")
    };
    let evidence = failed.iter().map(|state| {
        let by = if state.group.is_empty() {
            "assigned directly".to_owned()
        } else {
            format!("assigned by group {}", state.group)
        };
        format!(
            "licenseAssignmentStates: {} {} (product {}, {by})",
            state.state, state.error, state.sku
        )
    });
    Verdict::found(evidence, steps)
}

/// `EXCHANGE_S_STANDARD (Exchange Online (Plan 1)) Enabled, since …`
fn describe(plan: &AssignedPlan) -> String {
    let name = match plan.plan {
        Some(known) => format!("{} ({})", known.name, known.friendly),
        None => format!("{} of the service {}", plan.id, plan.service),
    };
    let since = plan
        .since
        .map_or_else(String::new, |since| format!(", since {since}"));
    format!("assignedPlans: {name} {}{since}", plan.capability)
}

/// `NoExchangePlan`.
pub fn no_exchange_plan(case: &Case<'_>) -> Verdict {
    let user = case.user;
    let Some(plans) = user.plans.items() else {
        if user.licences.items().is_some_and(<[_]>::is_empty) {
            return Verdict::found(say("assignedLicenses: none"), enable_steps(case));
        }
        return match user.details.items() {
            Some(details)
                if details
                    .iter()
                    .any(|d| d.plan.is_some_and(|p| p.mailbox) && d.is_enabled()) =>
            {
                Verdict::ruled_out(say("licenseDetails: an Exchange Online plan is enabled"))
            }
            Some(details) => match details.iter().find(|d| d.is_unknown_exchange()) {
                Some(unknown) => Verdict::unknown(
                    say(format!(
                        "licenseDetails: {} is enabled, which this version does not know",
                        unknown.name
                    )),
                    case.fetch_user(),
                ),
                None => Verdict::found(
                    say("licenseDetails: no enabled Exchange Online plan"),
                    enable_steps(case),
                ),
            },
            None => by_products(case),
        };
    };
    let with_mailbox: Vec<_> = user.mailbox_plans().unwrap_or_default();
    if !with_mailbox.is_empty() {
        return Verdict::ruled_out(with_mailbox.into_iter().map(describe));
    }
    let exchange =
        |plan: &&AssignedPlan| plan.plan.is_some() || plan.service.eq_ignore_ascii_case("exchange");
    let unknown: Vec<_> = plans
        .iter()
        .filter(|plan| plan.is_usable() && plan.plan.is_none() && exchange(plan))
        .collect();
    if !unknown.is_empty() {
        let steps = Steps::default()
            .note("Plans of Exchange that this version does not know: their names say whether one of them gives a mailbox.")
            .run("Get-MgUserLicenseDetail -UserId {}", &[user.name()]);
        return Verdict::unknown(unknown.into_iter().map(describe), steps);
    }
    // Those that would give one, were they enabled, tell more than those that never do.
    let mut seen: Vec<_> = plans.iter().filter(exchange).collect();
    seen.sort_by_key(|plan| !plan.plan.is_some_and(|known| known.mailbox));
    let mut evidence: Vec<String> = seen.into_iter().map(describe).collect();
    if evidence.is_empty() {
        evidence.push(match user.licences.items() {
            Some([]) => "assignedLicenses: none".to_owned(),
            _ => "assignedPlans: none of Exchange Online".to_owned(),
        });
    }
    Verdict::found(evidence, enable_steps(case))
}

/// [`no_exchange_plan`] by what Microsoft says of the products, where the user's plans were not fetched.
fn by_products(case: &Case<'_>) -> Verdict {
    let (mut on, mut off, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for licence in case.user.licences.items().unwrap_or_default() {
        let Some(product) = exchange_product::find(&licence.sku) else {
            unknown.push(format!(
                "assignedLicenses: {} is a product that this version does not know",
                licence.sku
            ));
            continue;
        };
        let name = product.name;
        match product.mailbox {
            None => off.push(format!(
                "assignedLicenses: {name} has no plan with a mailbox"
            )),
            Some(plan) => {
                let plan_name = format!("{} ({})", plan.name, plan.friendly);
                if licence.has_off(plan) {
                    off.push(format!(
                        "assignedLicenses: {plan_name} of {name} is switched off"
                    ));
                } else {
                    on.push(format!(
                        "assignedLicenses: {name} has {plan_name}, which is on"
                    ));
                }
            }
        }
    }
    if !on.is_empty() {
        return Verdict::ruled_out(on);
    }
    if !unknown.is_empty() || off.is_empty() {
        unknown.insert(0, "assignedPlans: not fetched".to_owned());
        return Verdict::unknown(unknown, case.fetch_user());
    }
    Verdict::found(off, enable_steps(case))
}

fn enable_steps(case: &Case<'_>) -> Steps {
    let mut steps = Steps::default();
    if case
        .so_far(Status::Found)
        .contains(&Name::LicenceAssignmentFailed)
    {
        steps = steps
            .note("First solve LicenceAssignmentFailed: the license was given and did not arrive.");
    }
    let switched_off = case
        .user
        .licences
        .items()
        .into_iter()
        .flatten()
        .find_map(|licence| {
            let plan = PLANS
                .iter()
                .find(|plan| plan.mailbox && licence.has_off(plan))?;
            Some((licence, plan))
        });
    if let Some((licence, plan)) = switched_off {
        let rest: Vec<&str> = licence
            .disabled
            .iter()
            .map(String::as_str)
            .filter(|id| !id.eq_ignore_ascii_case(&plan.id.to_string()))
            .collect();
        return set_plans(
            steps.note(&format!(
                "{} ({}) is switched off in a product that the user has; switch it on:",
                plan.name, plan.friendly
            )),
            case.user.name(),
            &licence.sku,
            &rest,
        );
    }
    steps
        .note("Assign a product with an Exchange Online mailbox plan (EXCHANGE_S_STANDARD, EXCHANGE_S_ENTERPRISE, EXCHANGE_S_DESKLESS). EXCHANGE_S_FOUNDATION and the archive add-ons give no mailbox.")
        .run("Get-MgSubscribedSku -All", &[])
        .run(
            "Set-MgUserLicense -UserId {} -AddLicenses @{SkuId={}} -RemoveLicenses @()",
            &[case.user.name(), "<skuId of that product>"],
        )
}

/// Sets which plans of a product are off.
pub fn set_plans(steps: Steps, user: &str, sku: &str, disabled: &[&str]) -> Steps {
    let holes = vec!["{}"; disabled.len()].join(",");
    let template = format!(
        "Set-MgUserLicense -UserId {{}} -AddLicenses @{{SkuId={{}}; DisabledPlans=@({holes})}} -RemoveLicenses @()"
    );
    let values: Vec<&str> = [user, sku]
        .into_iter()
        .chain(disabled.iter().copied())
        .collect();
    steps.run(&template, &values)
}

/// `NoUsageLocation`.
pub fn no_usage_location(case: &Case<'_>) -> Verdict {
    match &case.user.usage_location {
        Known::Value(location) => Verdict::ruled_out(say(format!("usageLocation: {location}"))),
        Known::Missing => Verdict::unknown(say("usageLocation: not fetched"), case.fetch_user()),
        Known::Null => Verdict::found(
            say("usageLocation: empty"),
            Steps::default()
                .note("The country of the user, as two letters (US, DE, …). Without it no license can be assigned.")
                .run(
                    "Update-MgUser -UserId {} -UsageLocation {}",
                    &[case.user.name(), "<country>"],
                ),
        ),
    }
}

/// `PlanNotProvisioned`.
pub fn not_provisioned(case: &Case<'_>) -> Verdict {
    let user = case.user;
    if let Some(plans) = user.mailbox_plans()
        && plans.is_empty()
    {
        return Verdict::ruled_out(say("no Exchange Online plan is enabled, so none can hang"));
    }
    // By plan where the details say it, else by service: provisionedPlans does not name plans.
    let details = user.details.items().unwrap_or_default().iter();
    let by_plan: Vec<(&str, &str)> = details
        .filter_map(|detail| {
            Some((
                detail.plan.filter(|plan| plan.mailbox)?.name,
                detail.status.as_str(),
            ))
        })
        .collect();
    let off = |(_, status): &(&str, &str)| status.eq_ignore_ascii_case("Disabled");
    if user.mailbox_plans().is_none() && !by_plan.is_empty() && by_plan.iter().all(off) {
        return Verdict::ruled_out(say(
            "licenseDetails: no Exchange Online plan is enabled, so none can hang",
        ));
    }
    let by_service = by_plan.is_empty();
    let (source, states) = if by_service {
        if user.mailbox_plans().is_none() {
            return Verdict::unknown(say("assignedPlans: not fetched"), case.fetch_user());
        }
        let provisioned = user.provisioned.items().unwrap_or_default().iter();
        let exchange = provisioned
            .filter(|plan| plan.usable && plan.service.eq_ignore_ascii_case("exchange"))
            .map(|plan| (plan.service.as_str(), plan.status.as_str()));
        ("provisionedPlans", exchange.collect())
    } else {
        ("licenseDetails", by_plan)
    };
    let fetch_details =
        |steps: Steps| steps.run("Get-MgUserLicenseDetail -UserId {}", &[user.name()]);
    if states.is_empty() {
        let what = match user.provisioned {
            Known::Value(_) => "provisionedPlans: nothing of Exchange yet",
            _ => "provisionedPlans: not fetched",
        };
        return Verdict::unknown(say(what), fetch_details(case.fetch_user()));
    }
    let (done, hanging): (Vec<_>, Vec<_>) = states
        .iter()
        .partition(|(_, status)| status.eq_ignore_ascii_case("Success"));
    let tell = |states: &[(&str, &str)]| -> Vec<String> {
        let line = |(name, status): &(&str, &str)| format!("{source}: {name} {status}");
        let mut lines: Vec<String> = states.iter().map(line).collect();
        lines.dedup();
        lines
    };
    match (done.is_empty(), hanging.is_empty()) {
        (false, true) => return Verdict::ruled_out(tell(&done)),
        // A product's plan may be off or hang while another's works.
        (false, false) if !by_service => return Verdict::ruled_out(tell(&done)),
        // The service has further plans, and which of them hangs is not said.
        (false, false) => {
            return Verdict::unknown(tell(&states), fetch_details(Steps::default()));
        }
        (true, _) => {}
    }
    let mut evidence = tell(&hanging);
    let pending = hanging
        .iter()
        .any(|(_, status)| status.to_ascii_lowercase().starts_with("pending"));
    let steps = match waiting_since(case) {
        _ if !pending => Steps::default().note("The service did not take the plan over: switch it off and on again, as CycleLicence says where that is safe."),
        None => case.fetch_user().note(&format!(
            "It is under way: usually minutes, at most {WAIT_HOURS} hours. Since when is not known: assignedPlans with assignedDateTime says it. After that see DiagnosticAvailable, CycleLicence and OpenTicket."
        )),
        Some((since, source)) => {
            let waited = hours(case, since);
            evidence.push(format!("waited {waited} h, since {since} ({source})"));
            Steps::default().note(&if waited < WAIT_HOURS {
                format!("It is under way: usually minutes, at most {WAIT_HOURS} hours. After that see DiagnosticAvailable, CycleLicence and OpenTicket.")
            } else {
                format!("It hangs: more than {WAIT_HOURS} hours are over. See DiagnosticAvailable first, then CycleLicence and OpenTicket.")
            })
        }
    };
    Verdict::found(evidence, fetch_details(steps))
}
