//! Texts of JSON: one line `name: value` for each value, in the order of names, also of JSON inside strings.

use serde_json::Value;

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
