//! The cases of `tests/cases/calc_proxies`, for the test programs that run them.

// Every test program compiles this file and uses a part of it.
#![allow(dead_code)]

#[path = "difference.rs"]
mod difference;

use std::collections::BTreeMap;
use std::path::Path;

use difference::differences;
use proxycalc::calc_proxies::calc_proxies;
use serde_json::{Value, json};

/// A file of `tests/cases/calc_proxies`.
pub struct Case {
    pub name: String,
    tenant: Value,
    pub steps: Vec<Value>,
    /// The state of each object after the last step, by id.
    states: BTreeMap<String, Value>,
}

/// All cases, by name.
pub fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/calc_proxies");
    let mut cases: Vec<Case> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|file| file.expect("a file").path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).expect("a readable case");
            let mut case: Value =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            check_members(&name, &case, &["about", "tenant", "steps"]);
            let Value::Array(steps) = case["steps"].take() else {
                panic!("{name}: steps is no list")
            };
            for step in &steps {
                check_members(&name, step, &["tenant", "objects", "expect", "refused"]);
            }
            Case {
                name,
                tenant: case["tenant"].take(),
                steps,
                states: BTreeMap::new(),
            }
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

/// A misspelt member would expect nothing.
fn check_members(name: &str, object: &Value, known: &[&str]) {
    for member in object.as_object().expect("an object").keys() {
        assert!(
            known.contains(&member.as_str()),
            "{name}: there is no member {member:?}"
        );
    }
}

impl Case {
    /// The request of a step: each object with the state of the step before as `previous`, unless it names its own.
    pub fn request(&self, step: usize) -> Value {
        let step = &self.steps[step];
        let tenant = step.get("tenant").unwrap_or(&self.tenant);
        let mut request = json!({ "version": 1, "tenant": tenant, "objects": step["objects"] });
        self.feed(&mut request, false);
        request
    }

    /// Gives the objects of a request their last states.
    pub fn feed(&self, request: &mut Value, replace: bool) {
        for object in request["objects"].as_array_mut().into_iter().flatten() {
            let state = object["id"]
                .as_str()
                .and_then(|id| self.states.get(id))
                .cloned();
            if let (Some(state), Some(object)) = (state, object.as_object_mut())
                && (replace || !object.contains_key("previous"))
            {
                object.insert("previous".to_owned(), state);
            }
        }
    }

    /// Keeps the states of an answer.
    pub fn remember(&mut self, answer: &Value) {
        for result in answer["results"].as_array().into_iter().flatten() {
            if let (Some(id), Some(state)) = (result["id"].as_str(), result.get("state")) {
                self.states.insert(id.to_owned(), state.clone());
            }
        }
    }
}

/// What `calc_proxies` answers, or the error.
pub fn calculate(request: &str) -> Value {
    let answer = calc_proxies(request.as_bytes()).unwrap_or_else(|error| error.to_json());
    serde_json::from_str(&answer).expect("an answer in JSON")
}

/// What is wrong with `answer` to a step, in one line.
pub fn judge(case: &Case, step: usize, answer: &Value) -> Option<String> {
    let told = &case.steps[step];
    let mut wrong = Vec::new();
    match (told.get("expect"), told.get("refused")) {
        (Some(expected), None) => {
            let results: Vec<Value> = expected.as_array().expect("expect is a list").clone();
            let given = answer["results"].as_array().cloned().unwrap_or_default();
            if given.len() == results.len() {
                for (at, (one, other)) in results.iter().zip(&given).enumerate() {
                    check_result(one, other, &format!("[{at}]"), &mut wrong);
                }
            } else {
                wrong.push(format!("{} results expected, came {answer}", results.len()));
            }
        }
        (None, Some(refused)) => differences(refused, &answer["error"], "error", &mut wrong),
        _ => wrong.push("a step expects results, or is refused".to_owned()),
    }
    (!wrong.is_empty()).then(|| format!("{} step {}: {}", case.name, step + 1, wrong.join(" | ")))
}

/// The lines `action reason value` of a trace.
pub fn trace_lines(result: &Value) -> Vec<String> {
    let text = |line: &Value, member: &str| line[member].as_str().unwrap_or("-").to_owned();
    let lines = result["trace"].as_array().into_iter().flatten();
    lines
        .map(|line| {
            format!(
                "{} {} {}",
                text(line, "action"),
                text(line, "reason"),
                text(line, "value")
            )
        })
        .collect()
}

fn check_result(expected: &Value, actual: &Value, path: &str, wrong: &mut Vec<String>) {
    for (name, value) in expected.as_object().expect("a result is an object") {
        if name == "trace" {
            let lines = trace_lines(actual);
            for line in value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                if !lines.iter().any(|known| known == line) {
                    wrong.push(format!(
                        "{path}: the trace has no {line:?}; it has {lines:?}"
                    ));
                }
            }
        } else {
            differences(
                value,
                actual.get(name).unwrap_or(&Value::Null),
                &format!("{path}.{name}"),
                wrong,
            );
        }
    }
}
