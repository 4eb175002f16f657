//! How an answer is compared with what a case expects.

use serde_json::Value;

/// Where `actual` is not what `expected` asks for: objects need only the members that are named, lists all their items.
pub fn differences(expected: &Value, actual: &Value, path: &str, out: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, value) in expected {
                let found = actual.get(name).unwrap_or(&Value::Null);
                differences(value, found, &format!("{path}.{name}"), out);
            }
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (at, (one, other)) in expected.iter().zip(actual).enumerate() {
                differences(one, other, &format!("{path}[{at}]"), out);
            }
        }
        _ if expected == actual => {}
        _ => {
            let (expected, actual) = (expected.to_string(), actual.to_string());
            let short = |text: &str| text.chars().take(400).collect::<String>();
            out.push(format!(
                "{path}: expected {}, came {}",
                short(&expected),
                short(&actual)
            ));
        }
    }
}
