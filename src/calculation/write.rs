//! Results as they cross: JSON, and rows of the separated form.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Number;
use uuid::Uuid;

use super::object_error::ObjectError;
use super::state::{Calculation, Cloud, OnPremises, Tenant};
use super::trace::{Quarantined, TraceLine, Warning};
use crate::form::{Columns, Separated};
use crate::reason::Reason;

/// What comes out for one object.
#[derive(Debug)]
pub struct Entry<'t> {
    /// The caller's name for it.
    pub id: String,
    /// What an admin knows it by.
    pub identity: String,
    /// What joins it with the cloud.
    pub anchor: Option<Uuid>,
    /// Its number among the objects, counted from 1.
    pub record: u64,
    /// Where it stands in a request, as `objects[3]`; empty in a scan.
    pub path: String,
    /// The values, or why there are none.
    pub outcome: Result<Calculation, ObjectError>,
    /// The tenant.
    pub tenant: &'t Tenant,
}

/// `mail` and the like that differ from what the cloud is known to have had; `None` at a first synchronisation.
fn changes(calculation: &Calculation) -> Option<Vec<&'static str>> {
    let before = calculation.before.as_ref()?;
    let now = &calculation.cloud;
    let sorted = |cloud: &Cloud| {
        let mut values = cloud.proxy_addresses.clone();
        values.sort_unstable();
        values
    };
    let compared = [
        (
            "userPrincipalName",
            before.user_principal_name != now.user_principal_name,
        ),
        ("mail", before.mail != now.mail),
        ("mailNickname", before.mail_nickname != now.mail_nickname),
        ("proxyAddresses", sorted(before) != sorted(now)),
    ];
    Some(
        compared
            .into_iter()
            .filter(|(name, differs)| *differs && !calculation.not_fetched.contains(name))
            .map(|(name, _)| name)
            .collect(),
    )
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut entry = to.serialize_map(None)?;
        entry.serialize_entry("id", &self.id)?;
        match &self.outcome {
            Err(error) => {
                let path = self.error_path(error);
                entry.serialize_entry(
                    "error",
                    &ErrorBody {
                        code: error.code(),
                        message: error.to_string(),
                        path: Some(path.as_str()).filter(|path| !path.is_empty()),
                        record: self.record,
                    },
                )?;
            }
            Ok(calculation) => {
                let cloud = &calculation.cloud;
                entry.serialize_entry("identity", &self.identity)?;
                entry.serialize_entry("userPrincipalName", &cloud.user_principal_name)?;
                entry.serialize_entry("mail", &cloud.mail)?;
                entry.serialize_entry("mailNickname", &cloud.mail_nickname)?;
                entry.serialize_entry("primarySmtpAddress", &cloud.primary())?;
                entry.serialize_entry("moera", &cloud.moera)?;
                entry.serialize_entry("proxyAddresses", &cloud.proxy_addresses)?;
                entry.serialize_entry("firstSync", &calculation.before.is_none())?;
                entry.serialize_entry("changes", &changes(calculation))?;
                entry.serialize_entry("trace", &calculation.trace)?;
                entry.serialize_entry("warnings", &calculation.warnings)?;
                entry.serialize_entry("quarantined", &calculation.quarantined)?;
                entry.serialize_entry("state", &State::of(self, calculation))?;
            }
        }
        entry.end()
    }
}

#[derive(Serialize)]
struct ErrorBody<'e> {
    code: &'e str,
    message: String,
    path: Option<&'e str>,
    record: u64,
}

impl Serialize for TraceLine {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut line = to.serialize_map(Some(6))?;
        line.serialize_entry("attribute", &self.attribute)?;
        line.serialize_entry("value", &self.value)?;
        line.serialize_entry("action", &self.action)?;
        line.serialize_entry("reason", &self.reason)?;
        line.serialize_entry("basis", &self.reason.basis())?;
        let detail = if self.detail.is_empty() {
            self.reason.explanation()
        } else {
            &self.detail
        };
        line.serialize_entry("detail", detail)?;
        line.end()
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut warning = to.serialize_map(Some(2))?;
        warning.serialize_entry("code", &self.reason)?;
        warning.serialize_entry(
            "message",
            &format_args!("{} ({})", self.reason.explanation(), self.detail),
        )?;
        warning.end()
    }
}

/// What the next calculation takes as `previous`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct State<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    immutable_id: Option<String>,
    on_premises: Shadow<'c>,
    licensed: bool,
    cloud: CloudState<'c>,
    verified_domains: &'c [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shadow<'c> {
    user_principal_name: &'c Option<String>,
    mail: &'c Option<String>,
    mail_nickname: &'c Option<String>,
    proxy_addresses: &'c [String],
    target_address: &'c Option<String>,
    #[serde(rename = "msExchRemoteRecipientType")]
    remote_recipient_type: NumberOrText<'c>,
    #[serde(rename = "msExchRecipientTypeDetails")]
    recipient_type_details: NumberOrText<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CloudState<'c> {
    user_principal_name: &'c Option<String>,
    mail: &'c Option<String>,
    mail_nickname: &'c Option<String>,
    proxy_addresses: &'c [String],
    moera: &'c Option<String>,
    recipient_display_type: Option<u64>,
}

impl<'c> State<'c> {
    fn of(entry: &Entry<'c>, calculation: &'c Calculation) -> Self {
        let OnPremises {
            user_principal_name,
            mail,
            mail_nickname,
            proxy_addresses,
            target_address,
            remote_recipient_type,
            recipient_type_details,
            ..
        } = &calculation.on_premises;
        Self {
            immutable_id: entry.anchor.map(|id| id.to_string()),
            on_premises: Shadow {
                user_principal_name,
                mail,
                mail_nickname,
                proxy_addresses,
                target_address,
                remote_recipient_type: NumberOrText(
                    remote_recipient_type
                        .as_ref()
                        .map(|kind| kind.text.as_str()),
                ),
                recipient_type_details: NumberOrText(recipient_type_details.as_deref()),
            },
            licensed: calculation.licensed,
            cloud: CloudState {
                user_principal_name: &calculation.cloud.user_principal_name,
                mail: &calculation.cloud.mail,
                mail_nickname: &calculation.cloud.mail_nickname,
                proxy_addresses: &calculation.cloud.proxy_addresses,
                moera: &calculation.cloud.moera,
                recipient_display_type: calculation.cloud.recipient_display_type,
            },
            verified_domains: &entry.tenant.verified_names,
        }
    }
}

/// A number in Active Directory, a name in Exchange.
struct NumberOrText<'c>(Option<&'c str>);

impl Serialize for NumberOrText<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.map(|text| (text, text.parse::<u64>())) {
            None => to.serialize_none(),
            Some((_, Ok(number))) => Number::from(number).serialize(to),
            Some((text, Err(_))) => to.serialize_str(text),
        }
    }
}

/// The rows of a page: a calculation, an object that cannot be calculated, a reason. Parts of a value stand in brackets.
pub const COLUMNS: &[Columns] = &[
    (
        "C",
        &[
            "id",
            "identity",
            "userPrincipalName",
            "mail",
            "mailNickname",
            "primarySmtpAddress",
            "moera",
            "proxyAddresses",
            "licensed",
            "firstSync",
            "changes",
            "trace(attribute,value,action,reason,detail)",
            "warnings(code,detail)",
            "quarantined(attribute,value,heldBy,replacement)",
            "immutableId",
            "onPremises.userPrincipalName",
            "onPremises.mail",
            "onPremises.mailNickname",
            "onPremises.proxyAddresses",
            "onPremises.targetAddress",
            "onPremises.msExchRemoteRecipientType",
            "onPremises.msExchRecipientTypeDetails",
            "recipientDisplayType",
        ],
    ),
    (
        "X",
        &["id", "identity", "code", "message", "path", "record"],
    ),
    ("R", &["code", "basis", "source", "explanation"]),
];

/// Writes the whole table of reasons: rows `R` with code, basis, source, explanation.
pub fn write_reasons(page: &mut Separated) {
    for reason in Reason::ALL {
        page.row("R")
            .text(reason.code())
            .text(reason.basis().name())
            .text(reason.source())
            .text(reason.explanation())
            .end();
    }
}

fn text(text: Option<&String>) -> &str {
    text.map_or("", String::as_str)
}

impl Entry<'_> {
    fn error_path(&self, error: &ObjectError) -> String {
        match (self.path.as_str(), error.path()) {
            (path, "") | ("", path) => path.to_owned(),
            (object, path) => format!("{object}.{path}"),
        }
    }

    /// Writes a row `C`, or `X` for an error. The reasons stand in rows `R`: see [`write_reasons`].
    pub fn write(&self, page: &mut Separated) {
        let calculation = match &self.outcome {
            Ok(calculation) => calculation,
            Err(error) => {
                return page
                    .row("X")
                    .text(&self.id)
                    .text(&self.identity)
                    .text(error.code())
                    .text(&error.to_string())
                    .text(&self.error_path(error))
                    .number(self.record as usize)
                    .end();
            }
        };
        let (cloud, shadow) = (&calculation.cloud, &calculation.on_premises);
        page.row("C")
            .text(&self.id)
            .text(&self.identity)
            .text(text(cloud.user_principal_name.as_ref()))
            .text(text(cloud.mail.as_ref()))
            .text(text(cloud.mail_nickname.as_ref()))
            .text(cloud.primary().unwrap_or(""))
            .text(text(cloud.moera.as_ref()))
            .list(cloud.proxy_addresses.iter().map(String::as_str));
        page.flag(Some(calculation.licensed))
            .flag(Some(calculation.before.is_none()))
            .list(changes(calculation).unwrap_or_default());
        page.lists(calculation.trace.iter().map(|line| {
            let TraceLine {
                attribute,
                value,
                action,
                reason,
                detail,
            } = line;
            [
                attribute.name(),
                value,
                action.name(),
                reason.code(),
                detail,
            ]
        }));
        page.lists(
            calculation
                .warnings
                .iter()
                .map(|warning| [warning.reason.code(), &warning.detail]),
        );
        page.lists(calculation.quarantined.iter().map(|value| {
            let Quarantined {
                attribute,
                value,
                held_by,
                replacement,
            } = value;
            [*attribute, value, held_by, text(replacement.as_ref())]
        }));
        let anchor = self.anchor.map(|id| id.to_string()).unwrap_or_default();
        page.text(&anchor)
            .text(text(shadow.user_principal_name.as_ref()))
            .text(text(shadow.mail.as_ref()))
            .text(text(shadow.mail_nickname.as_ref()))
            .list(shadow.proxy_addresses.iter().map(String::as_str));
        let display_type = cloud
            .recipient_display_type
            .map(|kind| kind.to_string())
            .unwrap_or_default();
        page.text(text(shadow.target_address.as_ref()))
            .text(
                shadow
                    .remote_recipient_type
                    .as_ref()
                    .map_or("", |kind| kind.text.as_str()),
            )
            .text(text(shadow.recipient_type_details.as_ref()))
            .text(&display_type)
            .end();
    }
}
