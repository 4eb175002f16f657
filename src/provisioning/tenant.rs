//! What is true of the whole tenant: its initial domain, whether it is dehydrated, what is broken in the service, what time it is.

use jiff::Timestamp;

use super::fields::{FieldError, Fields};
use crate::initial_domain::InitialDomain;

/// One issue of the service.
#[derive(Debug)]
pub struct Issue {
    /// `EX1044062`, or the like.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// `advisory` or `incident`.
    pub classification: String,
    /// `serviceDegradation`, …
    pub status: String,
    /// The service.
    pub service: String,
    /// Whether it goes on; `None` where the record does not say.
    pub open: Option<bool>,
}

/// States of an issue that is over.
const OVER: &[&str] = &[
    "serviceOperational",
    "serviceRestored",
    "falsePositive",
    "postIncidentReviewPublished",
    "resolved",
    "resolvedExternal",
    "mitigated",
    "mitigatedExternal",
];

impl Issue {
    /// Reads the issue at `fields`.
    pub fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        let status = fields.text_or_empty("status")?;
        let open = match fields.flag("isResolved")?.value() {
            Some(resolved) => Some(!resolved),
            None if status.is_empty() => None,
            None => Some(!OVER.iter().any(|over| over.eq_ignore_ascii_case(&status))),
        };
        Ok(Self {
            id: fields.text_or_empty("id")?,
            title: fields.text_or_empty("title")?,
            classification: fields.text_or_empty("classification")?,
            service: fields.text_or_empty("service")?,
            status,
            open,
        })
    }

    /// An issue of Exchange Online: by its service, else by its id, which begins with EX.
    pub fn is_exchange(&self) -> bool {
        if self.service.is_empty() {
            return self
                .id
                .get(..2)
                .is_some_and(|start| start.eq_ignore_ascii_case("EX"));
        }
        self.service.to_ascii_lowercase().starts_with("exchange")
    }
}

/// The tenant.
#[derive(Debug)]
pub struct Tenant {
    /// `contoso.onmicrosoft.com`, where known.
    pub initial_domain: Option<InitialDomain>,
    /// `IsDehydrated`; `None` where it is not known.
    pub dehydrated: Option<bool>,
    /// Issues; `None` where nobody looked.
    pub issues: Option<Vec<Issue>>,
    /// The time of this look.
    pub now: Timestamp,
}

/// The initial domain that `Get-OrganizationConfig` shows as the organization's name.
pub fn initial_domain_of(organization: &Fields<'_>) -> Option<InitialDomain> {
    ["Name", "Identity", "OrganizationId"]
        .into_iter()
        .find_map(|name| InitialDomain::of_organization(organization.text(name).ok()?.value()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_issue_is_open_until_the_service_says_otherwise() {
        for (record, open, exchange) in [
            (
                json!({ "id": "EX1", "isResolved": false }),
                Some(true),
                true,
            ),
            (
                json!({ "Id": "EX1", "IsResolved": true, "status": "investigating" }),
                Some(false),
                true,
            ),
            (
                json!({ "id": "X", "service": "Exchange Online", "status": "ServiceDegradation" }),
                Some(true),
                true,
            ),
            (
                json!({ "id": "EX1", "service": "Microsoft Teams", "status": "serviceRestored" }),
                Some(false),
                false,
            ),
            (json!({ "id": "TM1" }), None, false),
        ] {
            let issue = Issue::read(&Fields::of(&record, String::new()).unwrap()).unwrap();
            assert_eq!(
                (issue.open, issue.is_exchange()),
                (open, exchange),
                "{record}"
            );
        }
    }

    #[test]
    fn the_organization_tells_its_initial_domain() {
        for (record, domain) in [
            (
                json!({ "Name": "contoso.onmicrosoft.com" }),
                Some("contoso.onmicrosoft.com"),
            ),
            (
                json!({ "Name": "Contoso", "Identity": "contoso.onmicrosoft.com" }),
                Some("contoso.onmicrosoft.com"),
            ),
            (json!({ "Name": "Contoso", "Identity": { "a": 1 } }), None),
        ] {
            let fields = Fields::of(&record, String::new()).unwrap();
            let came = initial_domain_of(&fields);
            assert_eq!(came.as_ref().map(InitialDomain::as_str), domain);
        }
    }
}
