//! Reading a record's properties whatever case their names are in, and telling "not fetched" from "empty".
//!
//! Graph omits what was not asked for and gives `null` for what is empty; its PowerShell objects have every property,
//! with `null` for both. So three states are told apart, and [`crate::provisioning::evidence`] decides what `null` says.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::property::fold_name;
use crate::read::json::field_of;
use crate::record::is_type_name;

/// A property that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {expected}, found {found}")]
pub struct FieldError {
    /// Where, as `users[3].assignedPlans`.
    pub path: String,
    /// What belongs there.
    pub expected: &'static str,
    /// What is there.
    pub found: String,
}

/// What a record says of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Known<T> {
    /// The record has no such property.
    #[default]
    Missing,
    /// It has, without a value.
    Null,
    /// Its value, which may be an empty text or list.
    Value(T),
}

impl<T> Known<T> {
    /// The value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Null => None,
        }
    }

    /// Whether the record says nothing of it.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl<T> Known<Vec<T>> {
    /// The items; `None` where the list was not fetched. Graph never gives `null` for a list that it was asked for.
    pub fn items(&self) -> Option<&[T]> {
        self.value().map(Vec::as_slice)
    }
}

/// A record of a request, or why it is none.
pub type Element = Result<Value, Broken>;

/// JSON that holds its brackets, but not what must stand between them.
#[derive(Debug)]
pub struct Broken {
    /// The property.
    field: Option<String>,
    /// What is wrong with it.
    message: String,
}

/// Reads a record by itself: what is wrong within it costs no other.
pub fn element(json: &RawValue) -> Element {
    serde_json::from_str(json.get()).map_err(|error| Broken {
        field: field_of(&error, json.get()),
        message: error.to_string(),
    })
}

/// The properties of one record, or of an object in it.
#[derive(Debug, Clone)]
pub struct Fields<'v> {
    map: &'v Map<String, Value>,
    path: String,
}

impl<'v> Fields<'v> {
    /// The properties of `record`, which stands at `path`.
    pub fn of_element(record: &'v Element, path: String) -> Result<Self, FieldError> {
        match record {
            Ok(value) => Self::of(value, path),
            Err(broken) => Err(FieldError {
                path: match &broken.field {
                    Some(field) => format!("{path}.{field}"),
                    None => path,
                },
                expected: "valid JSON",
                found: broken.message.clone(),
            }),
        }
    }

    /// The properties of `value`, which stands at `path`.
    pub fn of(value: &'v Value, path: String) -> Result<Self, FieldError> {
        match value {
            Value::Object(map) => Ok(Self { map, path }),
            other => Err(FieldError {
                path,
                expected: "an object with properties",
                found: excerpt(other),
            }),
        }
    }

    /// Where the record stands in the request.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// All properties.
    pub fn iter(&self) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
        self.map.iter()
    }

    fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    fn wrong(&self, name: &str, expected: &'static str, found: &Value) -> FieldError {
        FieldError {
            path: self.at(name),
            expected,
            found: excerpt(found),
        }
    }

    /// The property called `name`, in any case.
    pub fn get(&self, name: &str) -> Known<&'v Value> {
        let named = |(key, value): (&String, &'v Value)| {
            (key.eq_ignore_ascii_case(name) || fold_name(key) == fold_name(name)).then_some(value)
        };
        // The first look is without a copy; a name with blanks or underscores is rare.
        let found = self
            .map
            .get(name)
            .or_else(|| self.map.iter().find_map(named));
        match found {
            None => Known::Missing,
            Some(Value::Null) => Known::Null,
            Some(value) => Known::Value(value),
        }
    }

    /// A text. Numbers and flags are taken as they are written, a list by its first item (Active Directory's collections).
    pub fn text(&self, name: &str) -> Result<Known<String>, FieldError> {
        let value = match self.get(name) {
            Known::Missing => return Ok(Known::Missing),
            Known::Null => return Ok(Known::Null),
            Known::Value(Value::Array(items)) => match items.first() {
                None => return Ok(Known::Null),
                Some(first) => first,
            },
            Known::Value(value) => value,
        };
        match value {
            Value::Null => Ok(Known::Null),
            Value::String(text) => Ok(Known::Value(text.trim().to_owned())),
            Value::Bool(flag) => Ok(Known::Value(flag.to_string())),
            Value::Number(number) => Ok(Known::Value(number.to_string())),
            // Exchange's and Graph's own types, as ConvertTo-Json writes them.
            Value::Object(_) => {
                let inner = Fields::of(value, self.at(name))?;
                match (inner.get("value"), inner.get("Name")) {
                    (Known::Value(Value::String(text)), _)
                    | (_, Known::Value(Value::String(text))) => Ok(Known::Value(text.clone())),
                    _ => Err(self.wrong(name, "a text", value)),
                }
            }
            Value::Array(_) => Err(self.wrong(name, "a text", value)),
        }
    }

    /// A text, empty where there is none.
    pub fn text_or_empty(&self, name: &str) -> Result<String, FieldError> {
        Ok(self.text(name)?.value().cloned().unwrap_or_default())
    }

    /// `true` or `false`, also written as text.
    pub fn flag(&self, name: &str) -> Result<Known<bool>, FieldError> {
        Ok(match self.text(name)? {
            Known::Missing => Known::Missing,
            Known::Null => Known::Null,
            Known::Value(text) if text.is_empty() => Known::Null,
            Known::Value(text) if text.eq_ignore_ascii_case("true") || text == "1" => {
                Known::Value(true)
            }
            Known::Value(text) if text.eq_ignore_ascii_case("false") || text == "0" => {
                Known::Value(false)
            }
            Known::Value(text) => {
                return Err(self.wrong(name, "true or false", &Value::String(text)));
            }
        })
    }

    /// A point in time. What cannot be read is taken as none: a date in some culture's form says nothing for sure.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, FieldError> {
        Ok(self.text(name)?.value().and_then(|text| parse_time(text)))
    }

    /// A list of objects: an array, Graph's `{"value":[…]}`, or one object alone.
    pub fn list(&self, name: &str) -> Result<Known<Vec<Fields<'v>>>, FieldError> {
        let value = match self.get(name) {
            Known::Missing => return Ok(Known::Missing),
            Known::Null => return Ok(Known::Null),
            Known::Value(value) => value,
        };
        let items = match value {
            Value::Array(items) => items.as_slice(),
            Value::Object(map) => match map.get("value").or_else(|| map.get("Value")) {
                Some(Value::Array(items)) => items.as_slice(),
                _ => std::slice::from_ref(value),
            },
            Value::String(text) if text.trim().is_empty() => &[],
            Value::String(text) if is_type_name(text) => {
                return Err(self.wrong(
                    name,
                    "a list of objects (the export lost them: use Export-Clixml -Depth 4 or ConvertTo-Json -Depth 5)",
                    value,
                ));
            }
            _ => return Err(self.wrong(name, "a list of objects", value)),
        };
        let fields = items
            .iter()
            .enumerate()
            .filter(|(_, item)| !item.is_null())
            .map(|(at, item)| Fields::of(item, format!("{}[{at}]", self.at(name))));
        fields.collect::<Result<_, _>>().map(Known::Value)
    }

    /// A list of texts; one text alone is a list of one.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, FieldError> {
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.trim().to_owned()),
            other => Err(self.wrong(name, "a list of texts", other)),
        };
        match self.get(name) {
            Known::Missing | Known::Null => Ok(Vec::new()),
            Known::Value(Value::Array(items)) => items.iter().map(text).collect(),
            Known::Value(value) => Ok(vec![text(value)?]),
        }
    }
}

/// The beginning of a value, for a message.
fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(80).collect();
    if cut.len() < text.len() {
        format!("{cut}…")
    } else {
        cut
    }
}

/// A time in ISO 8601, UTC where it names no zone, or as Windows PowerShell 5.1 writes it: `/Date(1700000000000)/`.
/// .NET's smallest date stands for none.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let ticks = text
        .strip_prefix("/Date(")
        .and_then(|rest| rest.strip_suffix(")/"));
    let time = match ticks {
        Some(ticks) => Timestamp::from_millisecond(ticks.parse().ok()?).ok()?,
        None => text.parse::<Timestamp>().ok().or_else(|| {
            let civil: DateTime = text.parse().ok()?;
            Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
        })?,
    };
    (time > Timestamp::UNIX_EPOCH).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_of_every_source_are_read() {
        let expected: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
        for text in [
            "2026-11-20T08:00:00Z",
            "2026-11-20T08:00:00",
            "2026-11-20T08:00:00.0000000Z",
            "2026-11-20T09:00:00+01:00",
            " 2026-11-20 08:00:00 ",
            "/Date(1795161600000)/",
        ] {
            assert_eq!(parse_time(text), Some(expected), "{text}");
        }
        for text in [
            "0001-01-01T00:00:00Z",
            "20.11.2026 08:00",
            "soon",
            "",
            "/Date(x)/",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn null_missing_and_empty_are_three() {
        let record = json!({ "UsageLocation": null, "AssignedPlans": [], "Assigned Licenses": { "SkuId": "x" } });
        let fields = Fields::of(&record, "users[0]".to_owned()).unwrap();
        assert_eq!(fields.text("usageLocation").unwrap(), Known::Null);
        assert_eq!(fields.text("mail").unwrap(), Known::Missing);
        assert_eq!(
            fields
                .list("assignedPlans")
                .unwrap()
                .items()
                .map(<[_]>::len),
            Some(0)
        );
        let licences = fields.list("assignedLicenses").unwrap();
        assert_eq!(
            licences.items().unwrap()[0].text("skuid").unwrap(),
            Known::Value("x".to_owned())
        );
    }

    #[test]
    fn what_is_wrong_names_its_place() {
        let record = json!({ "assignedPlans": "Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedPlan", "accountEnabled": "perhaps" });
        let fields = Fields::of(&record, "users[2]".to_owned()).unwrap();
        let error = fields.list("assignedPlans").unwrap_err().to_string();
        assert!(
            error.starts_with("users[2].assignedPlans: expected a list")
                && error.contains("ConvertTo-Json -Depth 5"),
            "{error}"
        );
        assert_eq!(
            fields.flag("accountEnabled").unwrap_err().path,
            "users[2].accountEnabled"
        );
        assert!(Fields::of(&json!("a@b.c"), "users[3]".to_owned()).is_err());
    }
}
