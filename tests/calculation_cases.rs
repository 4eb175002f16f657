//! Proxy calculation as data: every file of `tests/cases/calc_proxies` is a chain of requests and what must come of each.
//! `tests/cases/README.md` describes the format. The C program and the Pester suite run the same files.

#[path = "common/calculations.rs"]
mod calculations;
#[path = "common/mod.rs"]
mod places;

use calculations::{Case, calculate, cases, judge};
use serde_json::{Value, json};

fn report(failures: &[String], of: usize) {
    let failures = failures.join("\n");
    assert!(failures.is_empty(), "of {of} cases fail:\n{failures}");
}

/// Runs all cases step by step, a step of every case at once; `answer` is given the requests.
fn run(answer: impl Fn(&[String]) -> Vec<Value>) {
    let mut cases = cases();
    assert!(cases.len() >= 50, "only {} cases were found", cases.len());
    let of = cases.len();
    let mut failures = Vec::new();
    for step in 0.. {
        let mut running: Vec<&mut Case> = cases
            .iter_mut()
            .filter(|case| step < case.steps.len())
            .collect();
        if running.is_empty() {
            break;
        }
        let requests: Vec<String> = running
            .iter()
            .map(|case| case.request(step).to_string())
            .collect();
        let answers = answer(&requests);
        assert_eq!(answers.len(), requests.len());
        for (case, answer) in running.iter_mut().zip(answers) {
            failures.extend(judge(case, step, &answer));
            case.remember(&answer);
        }
    }
    report(&failures, of);
}

#[test]
fn every_case_gives_what_it_says() {
    run(|requests| requests.iter().map(|request| calculate(request)).collect());
}

/// A second run with the state of the first, and nothing else changed, gives the same.
#[test]
fn every_result_stays_when_nothing_changes() {
    const COMPARED: &[&str] = &[
        "userPrincipalName",
        "mail",
        "mailNickname",
        "moera",
        "proxyAddresses",
        "quarantined",
        "error",
    ];
    let mut failures = Vec::new();
    for mut case in cases() {
        for step in 0..case.steps.len() {
            let answer = calculate(&case.request(step).to_string());
            case.remember(&answer);
            let mut request = case.request(step);
            case.feed(&mut request, true);
            let again = calculate(&request.to_string());
            let pairs = answer["results"]
                .as_array()
                .into_iter()
                .flatten()
                .zip(again["results"].as_array().into_iter().flatten());
            for (one, other) in pairs {
                for member in COMPARED {
                    if one["error"].is_null() && one[member] != other[member] {
                        failures.push(format!(
                            "{} step {}: {member}: {} became {}",
                            case.name,
                            step + 1,
                            one[member],
                            other[member]
                        ));
                    }
                }
            }
        }
    }
    report(&failures, cases().len());
}

/// The same through the C ABI, by a C program that knows the header only.
#[cfg(any(target_os = "linux", windows))]
#[test]
fn a_c_program_gets_the_same() {
    let program = places::CProgram::compile("cases.c");
    run(|requests| {
        let answers = program.answers("calc_proxies", requests);
        answers
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    });
}

/// With the next secondary the UPN comes back to a formerly licensed user, but not from another object that has it as a
/// proxy address by then. No case, as the same once more brings no secondary and so wants nothing.
#[test]
fn a_upn_that_another_object_has_does_not_return() {
    let run = |objects: Value| {
        let tenant =
            json!({ "initialDomain": "c.onmicrosoft.com", "verifiedDomains": ["contoso.com"] });
        let request = json!({ "version": 1, "tenant": tenant, "objects": objects });
        calculate(&request.to_string())["results"].clone()
    };
    let user = |addresses: Value, licensed: bool, previous: &Value| {
        json!({ "onPremises": { "userPrincipalName": "u@contoso.com", "proxyAddresses": addresses },
            "licensed": licensed, "previous": previous })
    };
    let licensed = run(json!([user(json!([]), true, &Value::Null)]));
    let without = run(json!([user(json!([]), false, &licensed[0]["state"])]));
    assert_eq!(
        without[0]["proxyAddresses"],
        json!(["SMTP:u@c.onmicrosoft.com"])
    );
    let other =
        json!({ "userPrincipalName": "b@contoso.com", "proxyAddresses": ["smtp:u@contoso.com"] });
    let both = run(json!([
        { "onPremises": other, "licensed": true },
        user(json!(["smtp:n@contoso.com"]), false, &without[0]["state"]),
    ]));
    assert_eq!(
        both[1]["proxyAddresses"],
        json!(["smtp:n@contoso.com", "SMTP:u@c.onmicrosoft.com"])
    );
    assert_eq!(
        both[1]["quarantined"],
        json!([{ "attribute": "proxyAddresses", "value": "smtp:u@contoso.com",
            "heldBy": "b@contoso.com", "replacement": null }])
    );
}
