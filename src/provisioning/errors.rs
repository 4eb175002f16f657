//! Errors that the sync or a service left at the user, read by the same eyes as an error text that an admin pastes.

use super::case::Case;
use super::finding::{Steps, Verdict, say};
use crate::error_text::{Analysis, of_provisioning_error, of_service_error};

/// What an error says, in a line.
fn tell(analysis: &Analysis) -> String {
    format!("{}: {}", analysis.code.name(), analysis.explanation)
}

/// `ProvisioningError`.
pub fn provisioning_error(case: &Case<'_>) -> Verdict {
    let user = case.user;
    let sync = user.sync_errors.items();
    let service = user.service_errors.items();
    let mut errors: Vec<(String, Analysis)> = Vec::new();
    for error in sync.unwrap_or_default() {
        let what = format!(
            "onPremisesProvisioningErrors: {} {} {}",
            error.category, error.property, error.value
        );
        let analysis = of_provisioning_error(&error.category, &error.property, &error.value);
        errors.push((what, analysis));
    }
    for error in service.unwrap_or_default() {
        if !error.resolved {
            let what = format!(
                "serviceProvisioningErrors: {} {}",
                error.instance, error.detail
            );
            errors.push((what, of_service_error(&error.detail)));
        }
    }
    if errors.is_empty() {
        return match (sync, service) {
            (Some(_), Some(_)) => {
                Verdict::ruled_out(say("no error of the sync or of a service is open"))
            }
            _ => Verdict::unknown(say("provisioning errors: not fetched"), case.fetch_user()),
        };
    }
    let mut evidence = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for (what, analysis) in &errors {
        evidence.extend([what.clone(), tell(analysis)]);
        for line in &analysis.next_steps {
            if !lines.contains(line) {
                lines.push(line.clone());
            }
        }
    }
    let mut verdict = Verdict::found(evidence, Steps::default().then(&lines));
    verdict.reference = errors.iter().find_map(|(_, analysis)| analysis.reference());
    verdict
}
