//! What one entry of a request is about: a text, or an object that carries errors.
//!
//! A user, group or contact of Graph with `onPremisesProvisioningErrors` gives one subject an error, and says who lost
//! the value; a healthy one gives none. Lists are taken apart. Every other object is read as a text ([`super::json`]).

use serde_json::{Map, Value};

use super::json;
use super::{Analysis, analyse, of_provisioning_error, of_service_error};
use crate::identity::IdSpace;
use crate::property::Property;
use crate::recipient::Recipient;
use crate::recipient_type::{Family, TYPES};
use crate::record::RawRecord;

/// An object that lost a value, or was refused with it.
#[derive(Debug, Clone, Default)]
pub struct Loser {
    /// What an admin knows it by.
    pub identity: String,
    /// The display name.
    pub display_name: String,
    /// The Entra object id.
    pub id: Option<String>,
    /// User, Group, Contact or `PublicFolder`.
    pub object_type: Option<&'static str>,
    /// All its ids, folded.
    pub ids: Vec<(IdSpace, String)>,
}

/// One error, and whose it is.
#[derive(Debug)]
pub struct Subject {
    /// The number of the request's entry, from 0.
    pub text: usize,
    /// What the error says.
    pub analysis: Analysis,
    /// Who lost the value, where that is known.
    pub loser: Option<Loser>,
}

/// Adds the subjects of the entry `text`; `false` where it is neither text nor object.
pub fn add(entry: &Value, text: usize, subjects: &mut Vec<Subject>) -> bool {
    let entry = json::unwrapped(entry);
    match entry {
        Value::String(written) => {
            if let Some(inner @ (Value::Object(_) | Value::Array(_))) = json::parse(written) {
                return add(&inner, text, subjects);
            }
            push(analyse(written), None, text, subjects);
            true
        }
        Value::Array(items) if items.iter().any(|item| json::key_and_value(item).is_none()) => {
            items.iter().all(|item| add(item, text, subjects))
        }
        Value::Object(members) => {
            add_object(entry, members, text, subjects);
            true
        }
        Value::Array(items) if items.is_empty() => true,
        Value::Array(_) => {
            push(analyse(&entry.to_string()), None, text, subjects);
            true
        }
        _ => false,
    }
}

fn push(analysis: Analysis, loser: Option<Loser>, text: usize, subjects: &mut Vec<Subject>) {
    // Entra Connect names the object that it could not synchronize.
    let loser = loser.or_else(|| {
        let id = analysis.own_id.clone()?;
        Some(Loser {
            identity: id.clone(),
            id: Some(id.clone()),
            ids: vec![(IdSpace::Cloud, id)],
            ..Loser::default()
        })
    });
    subjects.push(Subject {
        text,
        analysis,
        loser,
    });
}

/// The member called `name`, in any case; `null` is as absent.
fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    let mut found = members
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value)
}

fn text_of<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    member(members, name).and_then(Value::as_str)
}

/// A list, or one element without it.
fn elements(value: Option<&Value>) -> &[Value] {
    match value.map(json::unwrapped) {
        Some(Value::Array(items)) => items,
        Some(item @ Value::Object(_)) => std::slice::from_ref(item),
        _ => &[],
    }
}

fn add_object(
    entry: &Value,
    members: &Map<String, Value>,
    text: usize,
    subjects: &mut Vec<Subject>,
) {
    let directory = member(members, "onPremisesProvisioningErrors");
    let service = member(members, "serviceProvisioningErrors");
    let only_a_list = members
        .keys()
        .all(|name| name.starts_with("@odata.") || name.eq_ignore_ascii_case("value"));
    if directory.is_some() || service.is_some() {
        let loser = loser(members);
        for error in elements(directory) {
            push(
                provisioning_error(error),
                Some(loser.clone()),
                text,
                subjects,
            );
        }
        for error in elements(service) {
            let resolved = error
                .as_object()
                .and_then(|error| member(error, "isResolved"));
            if resolved != Some(&Value::Bool(true)) {
                push(service_error(error), Some(loser.clone()), text, subjects);
            }
        }
    } else if let (true, Some(Value::Array(items))) = (only_a_list, member(members, "value")) {
        for item in items {
            add(item, text, subjects);
        }
    } else {
        // An element of a list of errors, by itself.
        let analysis = if member(members, "propertyCausingError").is_some() {
            provisioning_error(entry)
        } else {
            analyse(&entry.to_string())
        };
        push(analysis, None, text, subjects);
    }
}

/// An element of `onPremisesProvisioningErrors`.
fn provisioning_error(error: &Value) -> Analysis {
    let field = |name: &str| {
        let members = error.as_object();
        members
            .and_then(|members| text_of(members, name))
            .unwrap_or_default()
    };
    of_provisioning_error(
        field("category"),
        field("propertyCausingError"),
        field("value"),
    )
}

/// An element of `serviceProvisioningErrors`.
fn service_error(error: &Value) -> Analysis {
    let members = error.as_object();
    match members.and_then(|members| text_of(members, "errorDetail")) {
        Some(detail) => of_service_error(detail),
        None => analyse(&error.to_string()),
    }
}

/// The object itself, read like any recipient.
fn loser(members: &Map<String, Value>) -> Loser {
    let mut record = RawRecord::default();
    for (name, value) in members {
        if let Some(property) = Property::from_name(name) {
            record.push_json(property, value.clone());
        }
    }
    let recipient = Recipient::read(&record);
    let ids: Vec<(IdSpace, String)> = recipient
        .ids
        .iter()
        .map(|id| (id.space, id.text.to_ascii_lowercase()))
        .collect();
    Loser {
        identity: recipient.identity.to_owned(),
        display_name: recipient.display_name.to_owned(),
        id: ids
            .iter()
            .find(|(space, _)| *space == IdSpace::Cloud)
            .map(|(_, id)| id.clone()),
        object_type: match TYPES[recipient.type_row as usize].class.family() {
            Family::User => Some("User"),
            Family::Group => Some("Group"),
            Family::Contact => Some("Contact"),
            Family::PublicFolder => Some("PublicFolder"),
            Family::Unknown => None,
        },
        ids,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_text::Code;
    use serde_json::json;

    fn subjects(entry: &Value) -> Vec<Subject> {
        let mut all = Vec::new();
        assert!(add(entry, 3, &mut all));
        assert!(all.iter().all(|subject| subject.text == 3));
        all
    }

    #[test]
    fn an_object_gives_a_subject_for_each_error_it_carries() {
        let error = |value: &str| json!({ "category": "PropertyConflict", "propertyCausingError": "ProxyAddresses", "value": value, "occurredDateTime": "2026-11-01T00:00:00Z" });
        let user = json!({ "Id": "11111111-1111-1111-1111-111111111111", "DisplayName": "Ann", "UserPrincipalName": "ann@contoso.com",
            "OnPremisesProvisioningErrors": [error("SMTP:a@contoso.com"), error("smtp:b@contoso.com")],
            "ServiceProvisioningErrors": [{ "isResolved": true, "errorDetail": "x" }, { "isResolved": false,
                "errorDetail": "<ErrorDetail>The proxy address &quot;smtp:c@contoso.com&quot; is already being used by the proxy addresses or LegacyExchangeDN.</ErrorDetail>" }] });
        let all = subjects(&user);
        let codes: Vec<Code> = all.iter().map(|subject| subject.analysis.code).collect();
        assert_eq!(
            codes,
            [
                Code::DuplicateAttributeQuarantined,
                Code::DuplicateAttributeQuarantined,
                Code::ProxyAddressInUse
            ]
        );
        for (subject, address) in
            all.iter()
                .zip(["a@contoso.com", "b@contoso.com", "c@contoso.com"])
        {
            assert_eq!(subject.analysis.addresses[0].address, address);
            let loser = subject.loser.as_ref().unwrap();
            assert_eq!(
                (
                    loser.identity.as_str(),
                    loser.display_name.as_str(),
                    loser.object_type
                ),
                ("ann@contoso.com", "Ann", Some("User"))
            );
            assert_eq!(
                loser.id.as_deref(),
                Some("11111111-1111-1111-1111-111111111111")
            );
        }
        let wrapped = json!({ "Id": "1", "onPremisesProvisioningErrors": { "value": [error("smtp:a@contoso.com")], "Count": 1 } });
        assert_eq!(subjects(&wrapped).len(), 1);
        let whole = json!({ "@odata.context": "x", "value": [user, { "id": "2", "onPremisesProvisioningErrors": [] }, { "id": "3", "onPremisesProvisioningErrors": null }] });
        assert_eq!(subjects(&whole).len(), 3);
        assert_eq!(subjects(&json!(whole.to_string())).len(), 3);
    }

    #[test]
    fn the_object_that_entra_connect_refused_is_known_by_its_id() {
        let error = json!([{ "Key": "ObjectId", "Value": ["677e2ead-14e8-4e18-9b25-49d5c75472f1"] },
            { "Key": "ObjectIdInConflict", "Value": ["7505ed65-e7f5-4dca-9f78-2617a247f047"] },
            { "Key": "AttributeConflictName", "Value": ["ProxyAddresses"] },
            { "Key": "AttributeConflictValues", "Value": ["SMTP:a@contoso.com"] }]);
        for entry in [
            error.clone(),
            json!({ "ErrorExtraDetails": error, "ErrorCode": "AttributeValueMustBeUnique" }),
            json!({ "ErrorExtraDetails": error.to_string() }),
        ] {
            let all = subjects(&entry);
            assert_eq!(all.len(), 1);
            assert_eq!(all[0].analysis.code, Code::AttributeValueMustBeUnique);
            assert_eq!(all[0].analysis.attribute.as_deref(), Some("proxyAddresses"));
            assert_eq!(
                all[0].loser.as_ref().unwrap().id.as_deref(),
                Some("677e2ead-14e8-4e18-9b25-49d5c75472f1")
            );
        }
    }

    #[test]
    fn what_is_neither_text_nor_object_is_refused() {
        for entry in [json!(null), json!(1), json!(true), json!(["a", 1])] {
            assert!(!add(&entry, 0, &mut Vec::new()), "{entry}");
        }
        assert!(subjects(&json!([])).is_empty());
        assert_eq!(subjects(&json!({}))[0].analysis.code, Code::Unknown);
    }
}
