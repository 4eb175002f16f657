//! How the objects look in each export: the property names, shapes and order that the source prints.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Object, OnPremises, text, when};

const HOSTED: &str = "OU=contoso.onmicrosoft.com,OU=Microsoft Exchange Hosted Organizations,\
    DC=EURPR05A001,DC=PROD,DC=OUTLOOK,DC=COM";
const ORGANIZATION: &str = "EURPR05A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/\
    contoso.onmicrosoft.com - EURPR05A001.PROD.OUTLOOK.COM/ConfigurationUnits/contoso.onmicrosoft.com/Configuration";

/// A record with its properties in the order in which the source prints them, which a `serde_json` map would sort.
pub(crate) struct Record(pub(crate) Vec<(&'static str, Value)>);

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Properties by name, in order.
macro_rules! record {
    ($($name:literal => $value:expr,)*) => { $crate::exports::Record(vec![$(($name, serde_json::json!($value))),*]) };
}

pub(crate) fn exchange_online(object: &Object) -> Record {
    let kind = object.kind;
    let unit = when(object.deleted.is_some(), "OU=Soft Deleted Objects,");
    record! {
        "ExternalDirectoryObjectId" => text(object.id),
        "ExchangeObjectId" => object.guid.to_string(),
        "Guid" => object.guid.to_string(),
        "ExchangeGuid" => object.mailbox.to_string(),
        "Identity" => object.name,
        "Name" => object.name,
        "Alias" => object.alias,
        "DisplayName" => object.display,
        "DistinguishedName" => format!("CN={},{unit}{HOSTED}", object.name.replace(',', "\\,")),
        "EmailAddresses" => object.proxies,
        "PrimarySmtpAddress" => object.mail,
        "WindowsLiveID" => when(["user", "guest"].contains(&kind.home), &object.upn),
        "ExternalEmailAddress" => object.external,
        "RecipientType" => kind.recipient,
        "RecipientTypeDetails" => kind.details,
        "IsDirSynced" => object.forest.is_some(),
        "EmailAddressPolicyEnabled" => false,
        "WhenCreated" => object.created,
        "WhenSoftDeleted" => object.deleted,
        "ExchangeVersion" => "0.20 (15.0.0.0)",
        "OrganizationId" => ORGANIZATION,
    }
}

pub(crate) fn entra(object: &Object) -> Record {
    let (kind, half) = (object.kind, object.forest.as_ref());
    let mail = Some(&object.mail).filter(|mail| !mail.is_empty());
    let (sip, others): (Vec<&String>, Vec<_>) = object
        .proxies
        .iter()
        .partition(|value| value.starts_with("SIP:"));
    let in_directory = others.iter().filter(|value| !value.starts_with("SPO:"));
    let mut both = record! {
        "id" => object.id.to_string(),
        "displayName" => object.display,
        "mail" => mail,
        "mailNickname" => object.alias,
        "proxyAddresses" => in_directory.collect::<Vec<_>>(),
        "createdDateTime" => object.created,
        "onPremisesSyncEnabled" => half.map(|_| true),
        "onPremisesSecurityIdentifier" => half.map(|half| &half.sid),
        "onPremisesSamAccountName" => half.map(|_| &object.alias),
    };
    // A deleted user's sign-in name is free again: Entra ID puts the id before it.
    let mark = when(object.deleted.is_some(), object.id.simple().to_string());
    let conflict = object.refused.as_ref().map(|value| {
        json!([{ "category": "PropertyConflict", "occurredDateTime": "2026-07-10T05:12:44Z",
                 "propertyCausingError": "ProxyAddresses", "value": value }])
    });
    let own = if kind.home == "group" {
        record! {
            "mailEnabled" => mail.is_some(),
            "securityEnabled" => kind.details.contains("Security"),
            "groupTypes" => if kind.is("GroupMailbox") { vec!["Unified"] } else { Vec::new() },
        }
    } else {
        record! {
            "userPrincipalName" => mark + &object.upn,
            "userType" => if kind.home == "guest" { "Guest" } else { "Member" },
            "imAddresses" => sip.iter().map(|value| &value[4..]).collect::<Vec<_>>(),
            "onPremisesImmutableId" => half.map(|half| BASE64.encode(half.anchor.to_bytes_le())),
            "onPremisesDistinguishedName" => half.map(OnPremises::dn),
            "onPremisesUserPrincipalName" => half.map(|half| &half.upn),
            "onPremisesProvisioningErrors" => conflict.unwrap_or(json!([])),
        }
    };
    both.0.extend(own.0);
    both.0.extend(
        object
            .deleted
            .as_ref()
            .map(|date| ("deletedDateTime", json!(date))),
    );
    both
}

pub(crate) fn active_directory(object: &Object, half: &OnPremises) -> Record {
    let (class, synced) = (half.class, object.kind.home != "forest");
    record! {
        "DistinguishedName" => half.dn(),
        "ObjectGUID" => text(half.guid),
        "objectSid" => half.sid,
        "ObjectClass" => class,
        "SamAccountName" => when(class != "contact", &object.alias),
        "UserPrincipalName" => half.upn,
        "mail" => object.mail,
        "mailNickname" => when(!object.mail.is_empty(), &object.alias),
        "proxyAddresses" => half.proxies.join(";"),
        "targetAddress" => half.target,
        "legacyExchangeDN" => half.legacy,
        "msExchRecipientTypeDetails" => object.kind.ad_details,
        "msExchRemoteRecipientType" => half.remote,
        "msExchMailboxGuid" => text(half.mailbox),
        // Written back for users; for contacts only where the administrator added the rule, for groups not here.
        "msDS-ExternalDirectoryObjectID" => match class {
            "user" if synced => format!("User_{}", object.id),
            "contact" if synced => format!("Contact_{}", object.id),
            _ => String::new(),
        },
        "mS-DS-ConsistencyGuid" =>
            when(synced && class == "user", BASE64.encode(half.anchor.to_bytes_le())),
        "DisplayName" => object.display,
    }
}

pub(crate) fn csv(records: &[Record]) -> String {
    let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let row = |cells: Vec<String>| cells.join(",") + "\n";
    let names = records[0].0.iter().map(|(name, _)| quote(name)).collect();
    let values = |record: &Record| {
        let cells = record
            .0
            .iter()
            .map(|(_, value)| quote(value.as_str().expect("text")));
        row(cells.collect())
    };
    row(names) + &records.iter().map(values).collect::<String>()
}

/// As `ConvertTo-Json` of PowerShell 7 indents.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("plain data") + "\n"
}
