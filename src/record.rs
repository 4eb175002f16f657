//! A record as it was read: which properties it has and their values as text, whatever shape the source gave them.
//!
//! Every reader (JSON, separated, CSV, CLIXML) fills a [`RawRecord`]; [`crate::recipient`] says what it means.

use std::borrow::Cow;

use serde_json::Value;

use crate::property::{Property, PropertySet, is_rest_name};

/// The properties of one record. Reused from record to record: [`RawRecord::clear`] keeps the memory.
#[derive(Debug)]
pub struct RawRecord<'a> {
    /// Property and one of its values, in the order read.
    pub values: Vec<(Property, Cow<'a, str>)>,
    /// Every known property that the record has, empty ones included.
    pub present: PropertySet,
    /// Those of them that are spelled as REST answers do: see [`RawRecord::spelled`].
    pub rest: PropertySet,
    /// The first names that are not known, of a record that has no other.
    pub unknown: Vec<String>,
    /// Where the first value of each property stands in `values`.
    first: [u32; 64],
    /// Nested deeper than the limit, and so not read to the end.
    pub too_deep: bool,
}

/// Properties by which an admin knows a record, the best first.
pub(crate) const NAMES: &[Property] = &[
    Property::Identity,
    Property::UserPrincipalName,
    Property::Name,
    Property::DisplayName,
    Property::SamAccountName,
    Property::Mail,
    Property::DistinguishedName,
    Property::Id,
];

/// How many names are told of a record that has none that is known.
pub(crate) const FIRST_NAMES: usize = 3;

/// No value.
const NONE: u32 = u32::MAX;

impl Default for RawRecord<'_> {
    fn default() -> Self {
        Self {
            values: Vec::with_capacity(24),
            present: PropertySet::default(),
            rest: PropertySet::default(),
            unknown: Vec::new(),
            first: [NONE; 64],
            too_deep: false,
        }
    }
}

impl<'a> RawRecord<'a> {
    /// Empties the record.
    pub fn clear(&mut self) {
        self.values.clear();
        self.present = PropertySet::default();
        self.rest = PropertySet::default();
        self.unknown.clear();
        self.first = [NONE; 64];
        self.too_deep = false;
    }

    /// Notes a name that is not known, for the message where none is.
    pub fn note_unknown(&mut self, name: &str) {
        if self.present.is_empty() && self.unknown.len() < FIRST_NAMES {
            self.unknown.push(name.to_owned());
        }
    }

    /// Notes how the source spells the name of `property`: what an empty one says depends on it.
    pub fn spelled(&mut self, property: Property, name: &str) {
        if is_rest_name(name) {
            self.rest.insert(property);
        }
    }

    /// Whether the record has `property`, and no value of it.
    #[must_use]
    pub fn is_empty(&self, property: Property) -> bool {
        self.present.has(property) && self.first(property).is_none()
    }

    /// Adds a value. An empty one says only that the property is there.
    pub fn push(&mut self, property: Property, value: impl Into<Cow<'a, str>>) {
        self.present.insert(property);
        let value = value.into();
        if !value.is_empty() {
            let first = &mut self.first[property as usize];
            if *first == NONE {
                *first = self.values.len() as u32;
            }
            self.values.push((property, value));
        }
    }

    /// The first value of `property`.
    #[must_use]
    pub fn first(&self, property: Property) -> Option<&str> {
        let first = self.first[property as usize];
        // NONE lies beyond every vector.
        self.values
            .get(first as usize)
            .map(|(_, value)| value.as_ref())
    }

    /// What an admin knows it by.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        NAMES.iter().find_map(|name| self.first(*name))
    }

    /// Adds what a JSON value of any shape holds: a list, a wrapped list, one of Exchange's own types.
    pub fn push_json(&mut self, property: Property, value: Value) {
        self.present.insert(property);
        match value {
            Value::Null => {}
            Value::Bool(flag) => self.push(property, if flag { "true" } else { "false" }),
            Value::Number(number) => self.push(property, number.to_string()),
            Value::String(text) => self.push(property, text),
            Value::Array(items) => match bytes_of(&items) {
                Some(bytes) => self.push(property, text_of_bytes(property, &bytes)),
                None => items
                    .into_iter()
                    .for_each(|item| self.push_json(property, item)),
            },
            Value::Object(object) => self.push_object(property, &object),
        }
    }

    /// Exchange's types, as `ConvertTo-Json` writes their properties.
    fn push_object(&mut self, property: Property, object: &serde_json::Map<String, Value>) {
        // {"value":[…],"Count":n} is how Windows PowerShell 5.1 wraps a list; an id is {"value","Guid"}, a SID {"Value",…}.
        const WHOLE: &[&str] = &["ProxyAddressString", "Address", "SmtpAddress", "value"];
        if property == Property::AssignedPlans
            && let Some(Value::String(id)) = find(object, "servicePlanId")
        {
            let status = find(object, "capabilityStatus").and_then(Value::as_str);
            return self.push(property, format!("{id} {}", status.unwrap_or("")));
        }
        if property == Property::Identity
            && let Some(Value::String(dn)) = find(object, "DistinguishedName")
        {
            self.push(Property::DistinguishedName, dn.clone());
        }
        let named = if property == Property::Identity {
            &["Name"][..]
        } else {
            &[]
        };
        let wanted = named
            .iter()
            .chain(WHOLE)
            .chain(&["Guid", "ObjectGuid", "Name"]);
        for name in wanted {
            if let Some(value) = find(object, name)
                && !value.is_null()
            {
                let value = value.clone();
                return self.push_json(property, value);
            }
        }
        let Some(Value::String(address)) = find(object, "AddressString") else {
            return;
        };
        // Without it a SIP address would be taken for an SMTP one, and a primary for a secondary.
        match prefix_of(object) {
            Some(prefix) => self.push(property, format!("{prefix}:{address}")),
            None => self.push(property, address.clone()),
        }
    }
}

/// The prefix of an address object, in the case that says whether it is a primary.
fn prefix_of(object: &serde_json::Map<String, Value>) -> Option<String> {
    let prefix = match (find(object, "PrefixString"), find(object, "Prefix")) {
        (Some(Value::String(prefix)), _) => return Some(prefix.clone()),
        (_, Some(Value::String(prefix))) => prefix,
        (_, Some(Value::Object(prefix))) => find(prefix, "PrimaryPrefix")?.as_str()?,
        _ => return None,
    };
    Some(match find(object, "IsPrimaryAddress") {
        Some(Value::Bool(true)) => prefix.to_ascii_uppercase(),
        _ => prefix.to_ascii_lowercase(),
    })
}

fn find<'v>(object: &'v serde_json::Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// A list of 16 to 68 numbers below 256 is a GUID or a SID as bytes.
fn bytes_of(items: &[Value]) -> Option<Vec<u8>> {
    if !(16..=68).contains(&items.len()) {
        return None;
    }
    items
        .iter()
        .map(|item| item.as_u64().and_then(|byte| u8::try_from(byte).ok()))
        .collect()
}

/// Bytes of an id as the text that [`crate::identity`] reads.
pub(crate) fn text_of_bytes(property: Property, bytes: &[u8]) -> String {
    match (property, sid_text(bytes)) {
        (Property::Sid, Some(sid)) => sid,
        _ => base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes),
    }
}

/// A binary SID as `S-1-…`. The layout is that of [MS-DTYP] 2.4.2.2.
pub(crate) fn sid_text(bytes: &[u8]) -> Option<String> {
    use std::fmt::Write as _;
    let (head, parts) = bytes.split_at_checked(8)?;
    if head[0] != 1 || parts.len() != usize::from(head[1]) * 4 {
        return None;
    }
    let authority = head[2..]
        .iter()
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for part in parts.chunks_exact(4) {
        let _ = write!(
            text,
            "-{}",
            u32::from_le_bytes([part[0], part[1], part[2], part[3]])
        );
    }
    Some(text)
}

/// Texts that stand where values should: a collection printed by its type's name. Compared at the beginning.
const TYPE_NAMES: &[&str] = &[
    "System.Object[]",
    "System.String[]",
    "System.Byte[]",
    "System.Collections.",
    "System.Management.Automation.PSObject",
    "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection",
    "Microsoft.Exchange.Data.ProxyAddressCollection",
    "Deserialized.Microsoft.Exchange.Data.ProxyAddressCollection",
    "Microsoft.Exchange.Data.MultiValuedProperty",
    "Deserialized.System.Collections.",
    "Microsoft.Exchange.Data.ProxyAddress",
    "Microsoft.Graph.PowerShell.Models.",
];

/// Whether a cell holds only the name of a collection's type: the export lost the values.
#[must_use]
pub fn is_type_name(value: &str) -> bool {
    // Hardly any value begins like one: all others are done with here.
    let start = value.trim_ascii_start();
    matches!(
        start.as_bytes(),
        [b'S', b'y', ..] | [b'M', b'i', ..] | [b'D', b'e', ..]
    ) && is_listed_type_name(start.trim_ascii_end())
}

fn is_listed_type_name(value: &str) -> bool {
    !value.contains('@')
        && (TYPE_NAMES.iter().any(|name| value.starts_with(name))
            || (value.starts_with("Microsoft.")
                && (value.contains("ProxyAddressCollection")
                    || value.contains("MultiValuedProperty"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(property: Property, value: Value) -> Vec<String> {
        let mut record = RawRecord::default();
        record.push_json(property, value);
        record
            .values
            .into_iter()
            .map(|(_, value)| value.into_owned())
            .collect()
    }

    #[test]
    fn every_shape_of_a_multi_valued_property_gives_its_values() {
        let both = ["SMTP:a@x", "smtp:b@x"];
        let property = Property::EmailAddresses;
        assert_eq!(read(property, json!(both)), both);
        assert_eq!(read(property, json!({ "value": both, "Count": 2 })), both);
        assert_eq!(read(property, json!({ "Count": 0, "value": [] })), [""; 0]);
        assert_eq!(
            read(
                property,
                json!([{ "ProxyAddressString": "SMTP:a@x", "AddressString": "a@x", "IsPrimaryAddress": true }])
            ),
            ["SMTP:a@x"]
        );
        assert_eq!(
            read(
                property,
                json!([{ "PrefixString": "smtp", "AddressString": "b@x" }])
            ),
            ["smtp:b@x"]
        );
        assert_eq!(
            read(
                Property::Mail,
                json!({ "Local": "a", "Domain": "x", "Address": "a@x" })
            ),
            ["a@x"]
        );
        assert_eq!(
            read(Property::Id, json!({ "value": "7", "Guid": "8" })),
            ["7"]
        );
        assert_eq!(
            read(
                Property::Identity,
                json!({ "Name": "n", "DistinguishedName": "CN=n" })
            ),
            ["CN=n", "n"]
        );
        assert_eq!(
            read(
                Property::Sid,
                json!({ "BinaryLength": 28, "Value": "S-1-5-21-1" })
            ),
            ["S-1-5-21-1"]
        );
        assert_eq!(read(property, Value::Null), [""; 0]);
    }

    #[test]
    fn bytes_become_the_text_of_an_id() {
        let sid = [1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 7, 0, 0, 0];
        assert_eq!(read(Property::Sid, json!(sid)), ["S-1-5-21-7"]);
        assert_eq!(
            read(Property::ObjectGuid, json!(vec![0; 16])),
            ["AAAAAAAAAAAAAAAAAAAAAA=="]
        );
    }

    #[test]
    fn a_type_name_is_told_from_an_address() {
        assert!(is_type_name("System.Object[]"));
        assert!(is_type_name(
            "System.Collections.Generic.List`1[System.String]"
        ));
        assert!(is_type_name(
            "Microsoft.Exchange.Data.MultiValuedProperty`1[Microsoft.Exchange.Data.ProxyAddress]"
        ));
        assert!(!is_type_name("SMTP:System.Object@contoso.com"));
        assert!(!is_type_name("System.Object@contoso.com"));
    }
}
