//! A user of Graph, read once from the record that an admin has.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::fields::{FieldError, Fields, Known};
use crate::conflict::remediation::quote;
use crate::exchange_plan::{self, Plan};
use crate::identity;

/// One of `assignedPlans`.
#[derive(Debug)]
pub struct AssignedPlan {
    /// Its id as written.
    pub id: String,
    /// Its row, where the table has one.
    pub plan: Option<&'static Plan>,
    /// `exchange`, `SharePoint`, …
    pub service: String,
    /// `Enabled`, `Warning`, `Suspended`, `LockedOut`, `Deleted`.
    pub capability: String,
    /// When it was assigned.
    pub since: Option<Timestamp>,
}

impl AssignedPlan {
    /// Enabled, or in the grace period, in which all works.
    pub fn is_usable(&self) -> bool {
        is_usable(&self.capability)
    }
}

fn is_usable(capability: &str) -> bool {
    capability.eq_ignore_ascii_case("Enabled") || capability.eq_ignore_ascii_case("Warning")
}

/// One of `provisionedPlans`. It names a service, not a plan.
#[derive(Debug)]
pub struct ProvisionedPlan {
    /// `exchange`, …
    pub service: String,
    /// As in [`AssignedPlan`].
    pub usable: bool,
    /// `Success`, `Disabled`, `Error`, `PendingInput`, `PendingActivation`, `PendingProvisioning`.
    pub status: String,
}

/// One of `assignedLicenses`.
#[derive(Debug)]
pub struct Licence {
    /// The product.
    pub sku: String,
    /// Its plans that are switched off.
    pub disabled: Vec<String>,
}

impl Licence {
    /// Whether `plan` is switched off in the product.
    pub fn has_off(&self, plan: &Plan) -> bool {
        let id = plan.id.to_string();
        self.disabled
            .iter()
            .any(|off| off.eq_ignore_ascii_case(&id))
    }
}

/// One of `licenseAssignmentStates`.
#[derive(Debug)]
pub struct LicenceState {
    /// The product.
    pub sku: String,
    /// The group that assigns it; empty for a direct assignment.
    pub group: String,
    /// `Active`, `ActiveWithError`, `Disabled`, `Error`.
    pub state: String,
    /// `None`, or what went wrong.
    pub error: String,
}

impl LicenceState {
    /// Whether the assignment failed.
    pub fn failed(&self) -> bool {
        let no_error = self.error.is_empty() || self.error.eq_ignore_ascii_case("None");
        !no_error || self.state.to_ascii_lowercase().ends_with("error")
    }
}

/// A plan of a product in `licenseDetails` (`Get-MgUserLicenseDetail`).
#[derive(Debug)]
pub struct DetailPlan {
    /// The product.
    pub sku: String,
    /// Its row.
    pub plan: Option<&'static Plan>,
    /// `EXCHANGE_S_STANDARD`, …
    pub name: String,
    /// As in [`ProvisionedPlan`].
    pub status: String,
}

impl DetailPlan {
    /// It is not switched off.
    pub fn is_enabled(&self) -> bool {
        !self.status.eq_ignore_ascii_case("Disabled")
    }

    /// An enabled plan of Exchange that the table does not have: it may give a mailbox.
    pub fn is_unknown_exchange(&self) -> bool {
        let exchange = self.name.to_ascii_uppercase().starts_with("EXCHANGE_");
        self.plan.is_none() && exchange && self.is_enabled()
    }
}

/// One of `onPremisesProvisioningErrors`.
#[derive(Debug)]
pub struct SyncError {
    /// `PropertyConflict`.
    pub category: String,
    /// `ProxyAddresses`, `UserPrincipalName`.
    pub property: String,
    /// The value in conflict.
    pub value: String,
}

/// One of `serviceProvisioningErrors`.
#[derive(Debug)]
pub struct ServiceError {
    /// `exchange/NAMPR…`.
    pub instance: String,
    /// What the service said, XML and all.
    pub detail: String,
    /// Somebody attended to it.
    pub resolved: bool,
}

/// A user of Graph.
#[derive(Debug)]
pub struct User {
    /// The Entra object id.
    pub id: String,
    /// The user principal name.
    pub upn: String,
    /// `mail`; empty where there is none.
    pub mail: String,
    /// Null where it is known to be empty.
    pub usage_location: Known<String>,
    /// The alias.
    pub mail_nickname: Known<String>,
    /// Whether Entra Connect syncs it, where known.
    pub synced: Option<bool>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// `proxyAddresses` was fetched.
    pub has_proxy_addresses: bool,
    /// Ways to name it to `Get-ADUser`, the surest first.
    pub on_premises_names: Vec<String>,
    /// Products.
    pub licences: Known<Vec<Licence>>,
    /// Plans.
    pub plans: Known<Vec<AssignedPlan>>,
    /// What the services say of them.
    pub provisioned: Known<Vec<ProvisionedPlan>>,
    /// How each licence came, or did not.
    pub states: Known<Vec<LicenceState>>,
    /// Plans of the products, with what the services say.
    pub details: Known<Vec<DetailPlan>>,
    /// What the sync could not write.
    pub sync_errors: Known<Vec<SyncError>>,
    /// What services could not do.
    pub service_errors: Known<Vec<ServiceError>>,
    /// Whether somebody ever signed in, where known.
    pub signed_in: Option<bool>,
}

/// What Graph gives only when asked. One of them with a value shows that the admin asked; one that is not there shows a
/// source that leaves out what was not asked for, whose null is therefore empty. Objects of Graph's PowerShell module have all.
const ON_REQUEST: &[&str] = &[
    "createdDateTime",
    "usageLocation",
    "assignedLicenses",
    "assignedPlans",
    "provisionedPlans",
    "licenseAssignmentStates",
    "proxyAddresses",
    "mailNickname",
    "userType",
    "onPremisesSyncEnabled",
];

impl User {
    /// Reads the user at `fields`.
    ///
    /// # Errors
    /// A property of another type than Graph gives it, or nothing that says who it is.
    pub fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        let asked = ON_REQUEST.iter().any(
            |name| matches!(fields.get(name), Known::Value(value) if value.as_str() != Some("")),
        );
        let omits = ON_REQUEST.iter().any(|name| fields.get(name).is_missing());
        let (id, upn) = who(fields)?;
        if id.is_empty() && upn.is_empty() {
            return Err(FieldError {
                path: fields.path().to_owned(),
                expected: "a user with id or userPrincipalName, as Get-MgUser gives it",
                found: "an object with neither".to_owned(),
            });
        }
        // A group has an id as well, and no licence of its own: nothing could be said of it.
        let of_a_group = ["groupTypes", "securityEnabled"];
        if upn.is_empty() && of_a_group.iter().any(|name| !fields.get(name).is_missing()) {
            return Err(FieldError {
                path: fields.path().to_owned(),
                expected: "a user with id or userPrincipalName, as Get-MgUser gives it",
                found: "a group".to_owned(),
            });
        }
        let has_sync_errors = fields
            .list("onPremisesProvisioningErrors")?
            .items()
            .is_some();
        let nullable = |value: Known<String>| match value {
            // An SDK object has null for what was not fetched, too.
            Known::Null if !asked && !omits => Known::Missing,
            Known::Value(text) if text.is_empty() => Known::Null,
            other => other,
        };
        Ok(Self {
            id,
            upn,
            mail: fields.text_or_empty("mail")?,
            usage_location: nullable(fields.text("usageLocation")?),
            mail_nickname: nullable(fields.text("mailNickname")?),
            synced: match fields.flag("onPremisesSyncEnabled")? {
                Known::Value(synced) => Some(synced),
                // Graph: null for a user that was never synced. Who asked for its errors asked for the sync.
                Known::Null if omits || has_sync_errors => Some(false),
                _ => None,
            },
            created: fields.time("createdDateTime")?,
            has_proxy_addresses: fields.get("proxyAddresses").value().is_some(),
            on_premises_names: on_premises_names(fields)?,
            licences: read_list(fields, "assignedLicenses", |licence| {
                Ok(Licence {
                    sku: licence.text_or_empty("skuId")?,
                    disabled: licence.texts("disabledPlans")?,
                })
            })?,
            plans: read_list(fields, "assignedPlans", |plan| {
                let id = plan.text_or_empty("servicePlanId")?;
                Ok(AssignedPlan {
                    plan: find_plan(&id),
                    id,
                    service: plan.text_or_empty("service")?,
                    capability: plan.text_or_empty("capabilityStatus")?,
                    since: plan.time("assignedDateTime")?,
                })
            })?,
            provisioned: read_list(fields, "provisionedPlans", |plan| {
                Ok(ProvisionedPlan {
                    service: plan.text_or_empty("service")?,
                    usable: is_usable(&plan.text_or_empty("capabilityStatus")?),
                    status: plan.text_or_empty("provisioningStatus")?,
                })
            })?,
            states: read_list(fields, "licenseAssignmentStates", |state| {
                Ok(LicenceState {
                    sku: state.text_or_empty("skuId")?,
                    group: state.text_or_empty("assignedByGroup")?,
                    state: state.text_or_empty("state")?,
                    error: state.text_or_empty("error")?,
                })
            })?,
            details: read_details(fields)?,
            sync_errors: read_list(fields, "onPremisesProvisioningErrors", |error| {
                Ok(SyncError {
                    category: error.text_or_empty("category")?,
                    property: error.text_or_empty("propertyCausingError")?,
                    value: error.text_or_empty("value")?,
                })
            })?,
            service_errors: read_list(fields, "serviceProvisioningErrors", |error| {
                Ok(ServiceError {
                    instance: error.text_or_empty("serviceInstance")?,
                    detail: error.text_or_empty("errorDetail")?,
                    resolved: error.flag("isResolved")?.value() == Some(&true),
                })
            })?,
            signed_in: read_sign_in(fields)?,
        })
    }

    /// What names it in a command: the id, else the UPN; neither where nothing quotes it safely.
    pub fn name(&self) -> &str {
        [&self.id, &self.upn]
            .into_iter()
            .find(|name| !name.is_empty() && quote(name).is_some())
            .map_or("<user>", String::as_str)
    }

    /// What people call it: the UPN, else the id.
    pub fn people_name(&self) -> &str {
        if self.upn.is_empty() {
            &self.id
        } else {
            &self.upn
        }
    }

    /// An e-mail address that a command can name it by: what its mail says, else the UPN.
    pub fn address(&self) -> &str {
        [&self.mail, &self.upn]
            .into_iter()
            .find(|address| address.contains('@') && quote(address).is_some())
            .map_or("<address>", String::as_str)
    }

    /// Plans in use that give a mailbox; `None` where `assignedPlans` was not fetched.
    pub fn mailbox_plans(&self) -> Option<Vec<&AssignedPlan>> {
        let gives = |plan: &&AssignedPlan| plan.is_usable() && plan.plan.is_some_and(|p| p.mailbox);
        Some(self.plans.items()?.iter().filter(gives).collect())
    }
}

/// What names the user to `Get-ADUser`, the surest first. The immutable id is the GUID there, where nobody chose another anchor.
fn on_premises_names(fields: &Fields<'_>) -> Result<Vec<String>, FieldError> {
    let mut names = Vec::new();
    for name in [
        "onPremisesSecurityIdentifier",
        "onPremisesDistinguishedName",
        "onPremisesSamAccountName",
    ] {
        names.push(fields.text_or_empty(name)?);
    }
    let anchor = identity::guid(&fields.text_or_empty("onPremisesImmutableId")?);
    names.extend(anchor.map(|id| id.to_string()));
    names.retain(|name| !name.is_empty());
    Ok(names)
}

/// Id and UPN of a record that may be no user at all.
pub fn who(fields: &Fields<'_>) -> Result<(String, String), FieldError> {
    let id = fields.text_or_empty("id")?;
    let id = if id.is_empty() {
        fields.text_or_empty("objectId")?
    } else {
        id
    };
    Ok((id, fields.text_or_empty("userPrincipalName")?))
}

fn read_list<'v, T>(
    fields: &Fields<'v>,
    name: &str,
    read: impl Fn(&Fields<'v>) -> Result<T, FieldError>,
) -> Result<Known<Vec<T>>, FieldError> {
    Ok(match fields.list(name)? {
        Known::Missing => Known::Missing,
        Known::Null => Known::Null,
        Known::Value(items) => Known::Value(items.iter().map(read).collect::<Result<_, _>>()?),
    })
}

fn find_plan(id: &str) -> Option<&'static Plan> {
    exchange_plan::find(Uuid::try_parse(id).ok()?)
}

fn read_details(fields: &Fields<'_>) -> Result<Known<Vec<DetailPlan>>, FieldError> {
    let products = match fields.list("licenseDetails")? {
        Known::Missing => return Ok(Known::Missing),
        Known::Null => return Ok(Known::Null),
        Known::Value(products) => products,
    };
    let mut all = Vec::new();
    for product in products {
        let sku = product.text_or_empty("skuId")?;
        for plan in product.list("servicePlans")?.value().into_iter().flatten() {
            all.push(DetailPlan {
                sku: sku.clone(),
                plan: find_plan(&plan.text_or_empty("servicePlanId")?),
                name: plan.text_or_empty("servicePlanName")?,
                status: plan.text_or_empty("provisioningStatus")?,
            });
        }
    }
    Ok(Known::Value(all))
}

/// `signInActivity` is an object whose dates are null for a user who never signed in.
fn read_sign_in(fields: &Fields<'_>) -> Result<Option<bool>, FieldError> {
    const DATES: [&str; 3] = [
        "lastSignInDateTime",
        "lastNonInteractiveSignInDateTime",
        "lastSuccessfulSignInDateTime",
    ];
    let Known::Value(value @ Value::Object(_)) = fields.get("signInActivity") else {
        return Ok(None);
    };
    let activity = Fields::of(value, format!("{}.signInActivity", fields.path()))?;
    let mut any = None;
    for name in DATES {
        let text = activity.text(name)?;
        let min_date = |text: &str| text.starts_with("0001-01-01");
        match text {
            Known::Missing => {}
            Known::Value(text) if !text.is_empty() && !min_date(&text) => return Ok(Some(true)),
            Known::Null | Known::Value(_) => any = Some(false),
        }
    }
    Ok(any)
}
