//! Errors that the sync or a service left at the user.

use super::case::Case;
use super::finding::{Steps, Verdict, say};

/// `ProvisioningError`.
pub fn provisioning_error(case: &Case<'_>) -> Verdict {
    let user = case.user;
    let sync = user.sync_errors.items();
    let service = user.service_errors.items();
    let mut evidence = Vec::new();
    for error in sync.unwrap_or_default() {
        evidence.push(format!(
            "onPremisesProvisioningErrors: {} {} {}",
            error.category, error.property, error.value
        ));
    }
    for error in service
        .unwrap_or_default()
        .iter()
        .filter(|error| !error.resolved)
    {
        evidence.push(format!(
            "serviceProvisioningErrors: {} {}",
            error.instance, error.detail
        ));
    }
    if !evidence.is_empty() {
        return Verdict::found(evidence, Steps::default());
    }
    match (sync, service) {
        (Some(_), Some(_)) => {
            Verdict::ruled_out(say("no error of the sync or of a service is open"))
        }
        _ => Verdict::unknown(say("provisioning errors: not fetched"), case.fetch_user()),
    }
}
