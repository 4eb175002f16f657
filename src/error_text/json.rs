//! Texts of JSON: one line `name: value` for each value, in the order of names, also of JSON inside strings.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// How deep JSON in strings of JSON is read.
const DEEPEST: usize = 8;

/// The lines of a text that is JSON from its first character to its last; `None` for any other text.
#[must_use]
pub fn flatten_text(text: &str) -> Option<String> {
    let value = parse(text)?;
    Some(flatten(&value))
}

/// The lines of `value`.
#[must_use]
pub fn flatten(value: &Value) -> String {
    let mut lines = String::new();
    add(value, "", 0, &mut lines);
    lines
}

/// The value that `text` is the JSON of, where that is an object, a list or a string.
pub(super) fn parse(text: &str) -> Option<Value> {
    let text = text.trim();
    text.starts_with(['{', '[', '"'])
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

/// A list as Windows PowerShell writes one that a function returned: `{"value":[…],"Count":2}`.
pub(super) fn unwrapped(value: &Value) -> &Value {
    let list = value
        .as_object()
        .filter(|members| members.len() == 2 && members.get("Count").is_some_and(Value::is_u64))
        .and_then(|members| members.get("value"))
        .filter(|list| list.is_array());
    list.unwrap_or(value)
}

/// Reads the texts of a request, of which one that was cut in the middle of a character costs no other: the half of it
/// becomes U+FFFD.
pub fn whole_texts<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<Value>, D::Error> {
    let texts: Vec<Box<RawValue>> = Deserialize::deserialize(json)?;
    let read = |text: &RawValue| {
        serde_json::from_str(text.get()).or_else(|_| serde_json::from_str(&mended(text.get())))
    };
    let texts = texts.iter().map(|text| read(text));
    texts
        .collect::<Result<_, _>>()
        .map_err(serde::de::Error::custom)
}

/// JSON with U+FFFD in place of escaped surrogates that have no other half.
fn mended(json: &str) -> String {
    let unit = |text: &str| {
        let code = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(code, 16).ok()
    };
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(found) = rest.find('\\') {
        out.push_str(&rest[..found]);
        rest = &rest[found..];
        let (escape, length) = match unit(rest) {
            Some(0xd800..0xdc00)
                if matches!(rest.get(6..).and_then(unit), Some(0xdc00..0xe000)) =>
            {
                (&rest[..12], 12)
            }
            Some(0xd800..0xe000) => ("\\ufffd", 6),
            // A backslash, and what it escapes.
            _ => {
                let next = rest[1..].chars().next().map_or(0, char::len_utf8);
                (&rest[..=next], 1 + next)
            }
        };
        out.push_str(escape);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

fn add(value: &Value, name: &str, depth: usize, lines: &mut String) {
    match unwrapped(value) {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| add(item, name, depth, lines)),
        Value::Object(members) => {
            if let Some((key, value)) = key_and_value(value) {
                return add(value, key, depth, lines);
            }
            for (name, value) in members {
                add(value, name, depth, lines);
            }
        }
        Value::String(text) => {
            if depth < DEEPEST
                && let Some(inner @ (Value::Object(_) | Value::Array(_))) = parse(text)
            {
                return add(&inner, name, depth + 1, lines);
            }
            line(name, text, lines);
        }
        Value::Bool(_) | Value::Number(_) => line(name, &value.to_string(), lines),
    }
}

fn line(name: &str, text: &str, lines: &mut String) {
    if !name.is_empty() {
        lines.push_str(name);
        lines.push_str(": ");
    }
    lines.push_str(text);
    lines.push('\n');
}

/// Entra Connect's `{"Key":"ObjectIdInConflict","Value":["…"]}`.
pub(super) fn key_and_value(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 2)?;
    let member = |name: &str| {
        let found = members
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    };
    Some((member("key")?.as_str()?, member("value")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_becomes_the_mark_of_a_lost_one() {
        for (json, expected) in [
            (r#""a\ud83db""#, "a\u{fffd}b"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00\\ud83d""#, "\u{fffd}\u{1f600}\\ud83d"),
            (r#""\ud83d\u0041\"""#, "\u{fffd}A\""),
        ] {
            let text: String = serde_json::from_str(&mended(json)).unwrap();
            assert_eq!(text, expected, "{json}");
        }
    }

    #[test]
    fn json_in_json_becomes_lines() {
        let text = r#"{"error":{"code":"X","message":"{\"a\":\"b\",\"list\":[1,2]}"},"more":[{"Key":"K","Value":["v","w"]}]}"#;
        assert_eq!(
            flatten_text(text).unwrap(),
            "code: X\na: b\nlist: 1\nlist: 2\nK: v\nK: w\n"
        );
        let wrapped = r#"{"Key":"K","Value":{"value":["v"],"Count":1}}"#;
        assert_eq!(flatten_text(wrapped).unwrap(), "K: v\n");
        assert_eq!(flatten_text("plain"), None);
        assert_eq!(flatten_text("{broken"), None);
        assert_eq!(flatten_text("\"a \\\"b\\\"\"").unwrap(), "a \"b\"\n");
    }
}
