//! The rules of conflict detection as data: every file of `tests/cases/find_conflicts` is a request and what must come
//! of it. `tests/cases/README.md` describes the format. The C program and the Pester suite run the same files.

#[path = "common/cases.rs"]
mod common;

#[path = "common/difference.rs"]
mod difference;

#[path = "common/mod.rs"]
mod places;

use std::collections::BTreeSet;

use common::{Case, Dice, cases, find, request, scan};
use difference::differences;
use serde_json::{Value, json};

/// The first few differences in one line.
fn told(wrong: &[String]) -> String {
    let mut text = wrong[..wrong.len().min(4)].join(" | ");
    if let Some((end, _)) = text.char_indices().nth(1500) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A conflict in one line.
fn line(conflict: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let holders: Vec<String> = conflict["holders"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|holder| format!("{}={}", text(&holder["identity"]), text(&holder["role"])))
        .collect();
    format!(
        "{} {} {}:{} [{}]",
        text(&conflict["severity"]),
        text(&conflict["kind"]),
        text(&conflict["addressType"]),
        text(&conflict["address"]),
        holders.join(", ")
    )
}

fn lines(conflicts: &Value) -> String {
    let all: Vec<String> = conflicts
        .as_array()
        .into_iter()
        .flatten()
        .map(line)
        .collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join("; ")
    }
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["summary"]["problems"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|problem| problem["code"].as_str())
        .collect()
}

/// What is wrong with `answer`, in one line; `None` where all is as the case says.
fn judge(case: &Case, answer: &Value) -> Option<String> {
    let mut wrong = Vec::new();
    let expected = &case.expect["conflicts"];
    if expected.as_array().map(Vec::len) == answer["conflicts"].as_array().map(Vec::len) {
        differences(expected, &answer["conflicts"], "conflicts", &mut wrong);
    } else {
        wrong.push(format!(
            "expected {}, came {}",
            lines(expected),
            lines(&answer["conflicts"])
        ));
    }
    let ids: Vec<&Value> = answer["conflicts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|conflict| &conflict["conflictId"])
        .collect();
    if ids
        .iter()
        .enumerate()
        .any(|(at, id)| ids[..at].contains(id))
    {
        wrong.push("two conflicts have one conflictId".to_owned());
    }
    let problems: BTreeSet<&str> = case.expect["problems"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut found: BTreeSet<&str> = codes(answer).into_iter().collect();
    // Cases have few columns, which seldom say where a record comes from: those about it look at it.
    if !case.name.starts_with("source_") {
        found.remove("SourceAssumed");
    }
    if problems != found {
        wrong.push(format!(
            "expected the problems {problems:?}, came {found:?}"
        ));
    }
    if let Some(summary) = case.expect.get("summary") {
        differences(summary, &answer["summary"], "summary", &mut wrong);
    }
    (!wrong.is_empty()).then(|| format!("{}: {}", case.name, told(&wrong)))
}

fn report(failures: &[String], of: usize) {
    assert!(
        failures.is_empty(),
        "{} of {of} cases fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn recipients(case: &Case) -> Vec<Value> {
    case.request["recipients"]
        .as_array()
        .unwrap_or_else(|| panic!("{}: recipients is no list", case.name))
        .clone()
}

/// A misspelt member would expect nothing.
fn check_members(case: &Case) {
    for member in case.expect.as_object().expect("expect").keys() {
        assert!(
            ["conflicts", "problems", "summary"].contains(&member.as_str()),
            "{}: expect has no member {member:?}",
            case.name
        );
    }
}

#[test]
fn every_case_gives_what_it_says() {
    let cases = cases();
    assert!(cases.len() >= 60, "only {} cases were found", cases.len());
    cases.iter().for_each(check_members);
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| judge(case, &find(&case.request)))
        .collect();
    report(&failures, cases.len());
}

#[test]
fn the_order_of_records_changes_nothing() {
    let cases = cases();
    let mut failures = Vec::new();
    for case in &cases {
        let straight = find(&case.request);
        let mut dice = Dice(7);
        let mut records = recipients(case);
        for _ in 0..8 {
            dice.shuffle(&mut records);
            let shuffled = find(&request(&case.request["options"], &records));
            if straight["conflicts"] != shuffled["conflicts"] {
                let mut wrong = Vec::new();
                differences(
                    &straight["conflicts"],
                    &shuffled["conflicts"],
                    "conflicts",
                    &mut wrong,
                );
                failures.push(format!("{}: {}", case.name, told(&wrong)));
                break;
            }
            assert_eq!(codes(&straight), codes(&shuffled), "{}", case.name);
            assert_eq!(
                straight["summary"]["objects"], shuffled["summary"]["objects"],
                "{}",
                case.name
            );
        }
    }
    report(&failures, cases.len());
}

/// All of an answer but the words of its problems: those tell of a line where the other form tells of an element.
fn comparable(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for problem in answer["summary"]["problems"].as_array_mut().unwrap() {
        problem["firstRecords"] = Value::Null;
    }
    answer
}

/// One push for each run of `pieces` records, as JSON lines.
fn json_lines(records: &[Value], piece: usize) -> Vec<String> {
    records
        .chunks(piece)
        .map(|records| {
            let lines: Vec<String> = records.iter().map(Value::to_string).collect();
            lines.join("\n")
        })
        .collect()
}

#[test]
fn a_scan_in_pieces_gives_the_same() {
    let cases = cases();
    let mut failures = Vec::new();
    for case in &cases {
        let whole = find(&case.request);
        let records = recipients(case);
        for piece in [1, 2, 1000] {
            let came = scan(&case.request["options"], &json_lines(&records, piece));
            if comparable(&came) != comparable(&whole) {
                let mut wrong = Vec::new();
                differences(&whole, &came, "", &mut wrong);
                failures.push(format!("{}: {}", case.name, told(&wrong)));
                break;
            }
        }
    }
    report(&failures, cases.len());
}

#[test]
fn every_remediation_line_is_one_command() {
    let mut all = BTreeSet::new();
    for case in cases() {
        // Every kind, Information too: the more lines, the better.
        let mut request = case.request;
        if request["options"].is_null() {
            request["options"] = json!({});
        }
        request["options"]["includeInformation"] = json!(true);
        for conflict in find(&request)["conflicts"].as_array().unwrap() {
            for line in conflict["remediation"].as_array().unwrap() {
                let line = line.as_str().unwrap();
                assert!(
                    !line.chars().any(char::is_control),
                    "{}: {line:?}",
                    case.name
                );
                all.insert(line.to_owned());
            }
        }
    }
    assert!(all.len() > 40, "only {} lines", all.len());
    places::parse_with_powershell(&all);
}

/// The same through the C ABI, by a C program that knows the header only.
#[cfg(any(target_os = "linux", windows))]
#[test]
fn a_c_program_gets_the_same() {
    let cases = cases();
    let requests: Vec<String> = cases.iter().map(|case| case.request.to_string()).collect();
    let answers = places::CProgram::compile("cases.c").answers("find_conflicts", &requests);
    assert_eq!(answers.len(), cases.len());
    let failures: Vec<String> = cases
        .iter()
        .zip(&answers)
        .filter_map(|(case, answer)| judge(case, &serde_json::from_str(answer).unwrap()))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
