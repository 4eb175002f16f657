//! A record as it was read: which properties it has and their values as text, whatever shape the source gave them.
//!
//! Every reader (JSON, CSV, CLIXML, LDIF) fills a [`RawRecord`]; [`crate::recipient`] says what it means. What is true of a
//! value whatever it means is done here, once for all of them: wrapped lists are unwrapped, text that was read with the
//! wrong encoding is left out and noted, and JSON's dates of Windows PowerShell are made plain.

use std::borrow::Cow;

use serde_json::Value;

use crate::cell;
use crate::defect::Defect;
use crate::limits::PROXYCALC_MAX_VALUE_BYTES;
use crate::problem::ProblemCode;
use crate::property::{self, Property, PropertySet, is_rest_name};

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
    /// What was wrong with its values.
    pub defects: Vec<Defect>,
    /// Columns that were not read although they look like addresses, each with a value.
    pub not_read: Vec<(String, String)>,
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
            defects: Vec::new(),
            not_read: Vec::new(),
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
        self.defects.clear();
        self.not_read.clear();
    }

    /// Notes a name that is not known, for the message where none is.
    pub fn note_unknown(&mut self, name: &str) {
        if self.present.is_empty() && self.unknown.len() < FIRST_NAMES {
            self.unknown.push(name.to_owned());
        }
    }

    /// Notes a column that is not read, where its `value` looks like addresses and its name does not say that they are
    /// somebody else's. `true` where there was something to look at.
    pub fn look_at_unread(&mut self, name: &str, value: &str) -> bool {
        // `proxyAddresses@odata.type` says something of a property, and is none.
        if name.contains('@') {
            return true;
        }
        let holds = match cell::addresses_in(value) {
            None => false,
            Some(cell::Addresses::Prefixed) => true,
            Some(cell::Addresses::Bare) => property::names_own_addresses(name),
        };
        if holds && self.not_read.iter().all(|(known, _)| known != name) {
            let value = value.chars().take(200).collect();
            self.not_read.push((name.to_owned(), value));
        }
        !value.is_empty()
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
        if value.is_empty() {
            return;
        }
        if !value.is_ascii() && value.contains(char::REPLACEMENT_CHARACTER) {
            let defect = Defect::of(ProblemCode::NotUnicode, property, &value);
            return self.defects.push(defect);
        }
        if property.is_address() && cell::may_be_wrapped(&value) {
            return self.push_wrapped(property, value);
        }
        if property == Property::WhenSoftDeleted
            && let Some(time) = json_date(&value)
        {
            return self.push_plain(property, time.into());
        }
        self.push_plain(property, value);
    }

    fn push_plain(&mut self, property: Property, value: Cow<'a, str>) {
        let first = &mut self.first[property as usize];
        if *first == NONE {
            *first = self.values.len() as u32;
        }
        self.values.push((property, value));
    }

    /// Adds what may be a list in brackets or quotes: JSON of any shape, or as another language or Format-List writes it.
    fn push_wrapped(&mut self, property: Property, value: Cow<'a, str>) {
        if value.len() > MAX_LIST_BYTES || is_type_name(&value) {
            return self.push_plain(property, value);
        }
        let text = value.trim();
        if let Ok(json @ (Value::Array(_) | Value::Object(_) | Value::String(_))) =
            serde_json::from_str::<Value>(text)
        {
            let before = self.values.len() + self.defects.len();
            let empty = match &json {
                Value::Array(items) => items.is_empty(),
                Value::Object(fields) => fields.is_empty(),
                _ => false,
            };
            self.push_json(property, json);
            if self.values.len() + self.defects.len() == before && !empty {
                let defect = Defect::of(ProblemCode::ValueNotAnAddress, property, text);
                self.defects.push(defect);
            }
            return;
        }
        let Some(found) = cell::unwrap(&value) else {
            return self.push_plain(property, value);
        };
        if found.cut_off {
            let defect = Defect::of(ProblemCode::ValuesCutOff, property, text);
            self.defects.push(defect);
        }
        let values: Vec<String> = found.values.into_iter().map(Cow::into_owned).collect();
        for value in values {
            self.push(property, value);
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

    /// Whether it is the header of a table, repeated where files were joined: each value is the name of its property.
    #[must_use]
    pub fn is_header(&self) -> bool {
        let named = |(property, value): &(Property, Cow<'_, str>)| {
            Property::from_name(value) == Some(*property)
        };
        // The last value is an address in most records, and then no name.
        self.values.len() > 1
            && self.values.last().is_some_and(|last| {
                !last.1.contains(['@', ':']) && named(last) && self.values.iter().all(named)
            })
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

/// A cell of this size is no list that anybody wrote by hand or exported.
const MAX_LIST_BYTES: usize = PROXYCALC_MAX_VALUE_BYTES * 8;

/// A date as Windows PowerShell writes it to JSON, `/Date(1590263940000)/`, as ISO 8601.
pub(crate) fn json_date(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix("/Date(")?.strip_suffix(")/")?;
    // An offset says only in which zone it was shown.
    let mut signs = inner.char_indices().skip(1);
    let sign = signs.find(|(_, c)| matches!(c, '+' | '-'));
    let number = sign.map_or(inner, |(at, _)| &inner[..at]);
    let time = jiff::Timestamp::from_millisecond(number.parse().ok()?).ok()?;
    Some(time.to_string())
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
    fn a_cell_that_holds_a_list_gives_its_values() {
        let read = |cell: &str| {
            let mut record = RawRecord::default();
            record.push(Property::EmailAddresses, cell.to_owned());
            let values = record.values.iter().map(|(_, value)| value.as_ref());
            let defects = record.defects.iter().map(|defect| defect.code.name());
            values.chain(defects).collect::<Vec<_>>().join(" ")
        };
        for (cell, expected) in [
            ("[\"SMTP:a@x\",\"smtp:o\\u0027b@x\"]", "SMTP:a@x smtp:o'b@x"),
            ("\"SMTP:a@x\"", "SMTP:a@x"),
            ("{\"value\":[\"SMTP:a@x\"],\"Count\":1}", "SMTP:a@x"),
            (
                "[{\"AddressString\":\"a@x\",\"Prefix\":\"smtp\"}]",
                "smtp:a@x",
            ),
            ("{\"Colour\":\"red\"}", "ValueNotAnAddress"),
            ("{SMTP:a@x, smtp:b@x...}", "SMTP:a@x smtp:b@x ValuesCutOff"),
            ("[]", ""),
            ("{}", ""),
            ("j\u{fffd}rg@x", "NotUnicode"),
            ("System.Object[]", "System.Object[]"),
        ] {
            assert_eq!(read(cell), expected, "{cell}");
        }
    }

    #[test]
    fn dates_of_windows_powershell_are_times() {
        for (text, expected) in [
            ("/Date(1590263940000)/", Some("2020-05-23T19:59:00Z")),
            ("/Date(1590263940000+0200)/", Some("2020-05-23T19:59:00Z")),
            ("/Date(-62135596800000)/", Some("0001-01-01T00:00:00Z")),
            ("/Date(x)/", None),
            ("/Date()/", None),
            ("2020-05-23T19:59:00Z", None),
        ] {
            assert_eq!(json_date(text).as_deref(), expected, "{text}");
        }
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
