//! Error texts as data: every file of `tests/cases/resolve_error` is a request and what must come of it, in one call, by
//! a query to a scan, and through the C ABI by a C program. The Pester suite runs the same files.

mod common;

use proxycalc::error_text::Code;
use proxycalc::options::{Options, parse};
use proxycalc::resolve_error::{answer, resolve_error};
use proxycalc::status::Error;
use proxycalc::worker::Scan;
use serde_json::{Value, json};

struct Case {
    name: String,
    request: Value,
    expected: Vec<Value>,
}

fn cases() -> Vec<Case> {
    let folder = common::root().join("tests/cases/resolve_error");
    let mut cases: Vec<Case> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            Case {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                request: case["request"].clone(),
                expected: case["expect"]["results"].as_array().unwrap().clone(),
            }
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(cases.len() >= 35, "only {} cases were found", cases.len());
    cases
}

/// Where `actual` is not what `expected` asks for: objects need only the members that are named, lists all their items.
fn differences(expected: &Value, actual: &Value, path: &str, out: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, value) in expected {
                let found = actual.get(name);
                let found = found.unwrap_or_else(|| panic!("{path} has no member {name}"));
                differences(value, found, &format!("{path}.{name}"), out);
            }
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (at, (one, other)) in expected.iter().zip(actual).enumerate() {
                differences(one, other, &format!("{path}[{at}]"), out);
            }
        }
        _ if expected == actual => {}
        _ => out.push(format!("{path}: expected {expected}, came {actual}")),
    }
}

#[track_caller]
fn check(case: &Case, answer: &str) {
    let answer: Value = serde_json::from_str(answer).unwrap();
    let mut wrong = Vec::new();
    differences(
        &json!({ "version": 1, "results": case.expected }),
        &answer,
        "",
        &mut wrong,
    );
    assert!(wrong.is_empty(), "{}:\n{}", case.name, wrong.join("\n"));
}

fn resolve(request: &Value) -> String {
    resolve_error(request.to_string().as_bytes()).unwrap()
}

#[test]
fn every_case_gives_what_it_says() {
    let mut seen = Vec::new();
    for case in cases() {
        let answer = resolve(&case.request);
        check(&case, &answer);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        for result in answer["results"].as_array().unwrap() {
            seen.push(result["code"].as_str().unwrap().to_owned());
            assert!(!result["explanation"].as_str().unwrap().is_empty());
        }
    }
    for code in Code::all() {
        assert!(
            seen.iter().any(|seen| seen == code.name()),
            "no case gives {}",
            code.name()
        );
    }
}

/// A text that was cut in the middle of a character is read, costs no other, and says so where a name is concerned.
#[test]
fn half_a_character_of_a_text_is_told_where_it_matters() {
    let text = |start: &str, name: &str| {
        format!(
            r#""{start}The proxy address \"SMTP:a@contoso.com\" is already being used by the proxy addresses or LegacyExchangeDN of \"{name}\".""#
        )
    };
    let texts = [
        text(r"\ud83d ", "HR"),
        text("", r"HR \ud83d"),
        text("", r"HR \ud83d\ude00"),
        format!(r#"{{"message":{}}}"#, text("", r"HR \udc00")),
    ];
    let request = format!(r#"{{"version":1,"texts":[{}]}}"#, texts.join(","));
    let answer: Value = serde_json::from_str(&resolve_error(request.as_bytes()).unwrap()).unwrap();
    for (result, (name, told)) in answer["results"].as_array().unwrap().iter().zip([
        ("HR", false),
        ("HR \u{fffd}", true),
        ("HR \u{1f600}", false),
        ("HR \u{fffd}", true),
    ]) {
        assert_eq!(result["code"], "ProxyAddressInUse");
        assert_eq!(result["holder"]["name"], name);
        let explanation = result["explanation"].as_str().unwrap();
        assert_eq!(explanation.contains("was lost"), told, "{explanation}");
    }
    assert_eq!(answer["results"].as_array().unwrap().len(), 4);
}

/// The same question to a scan that was fed the recipients.
fn query(case: &Case, form: &str) -> Result<String, Error> {
    let options = json!({ "version": 1, "want": "addresses", "resultForm": form }).to_string();
    let options: Options = parse(options.as_bytes()).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    for record in case.request["recipients"].as_array().into_iter().flatten() {
        scan.push(record.to_string().as_bytes()).unwrap();
    }
    scan.finish().unwrap();
    let texts = case.request["texts"].as_array().unwrap();
    answer(scan.outcome().unwrap(), texts, "resolve.texts")
}

#[test]
fn a_query_to_a_scan_gives_the_same() {
    for case in cases() {
        assert_eq!(
            query(&case, "json").unwrap(),
            resolve(&case.request),
            "{}",
            case.name
        );
    }
}

#[test]
fn the_separated_form_holds_the_same() {
    for case in cases() {
        let mut request = case.request.clone();
        request["resultForm"] = json!("separated");
        let page = resolve(&request);
        assert_eq!(page, query(&case, "separated").unwrap(), "{}", case.name);
        let answer: Value = serde_json::from_str(&resolve(&case.request)).unwrap();
        let mut rows = page
            .strip_suffix('\u{1e}')
            .into_iter()
            .flat_map(|page| page.split('\u{1e}'))
            .filter(|row| !row.starts_with('#'))
            .map(|row| row.split('\u{1f}').collect::<Vec<_>>());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| -> String {
            let items: Vec<String> = value.as_array().unwrap().iter().map(text).collect();
            items.join("\u{1d}")
        };
        let flag = |value: bool| if value { "1" } else { "0" }.to_owned();
        for result in answer["results"].as_array().unwrap() {
            let (holder, loser) = (&result["holder"], &result["loser"]);
            let expected = [
                "E".to_owned(),
                result["text"].to_string(),
                text(&result["code"]),
                flag(result["isConflict"] == true),
                text(&result["attribute"]),
                text(&result["value"]),
                text(&result["explanation"]),
                text(&result["reference"]),
                list(&result["alsoFound"]),
                list(&result["nextSteps"]),
                flag(!holder.is_null()),
                text(&holder["name"]),
                text(&holder["distinguishedName"]),
                text(&holder["objectType"]),
                text(&holder["id"]),
                flag(!loser.is_null()),
                text(&loser["identity"]),
                text(&loser["displayName"]),
                text(&loser["id"]),
                text(&loser["objectType"]),
            ];
            assert_eq!(rows.next().unwrap(), expected, "{}", case.name);
            for address in result["addresses"].as_array().unwrap() {
                let expected = [
                    "V".to_owned(),
                    text(&address["addressType"]),
                    text(&address["address"]),
                    flag(address["isPrimary"] == true),
                    text(&address["value"]),
                    text(&address["attribute"]),
                ];
                assert_eq!(rows.next().unwrap(), expected, "{}", case.name);
            }
            for holder in result["holders"].as_array().unwrap() {
                let row = rows.next().unwrap();
                assert_eq!((row[0], row.len()), ("A", 13), "{}", case.name);
                assert_eq!(row[1], text(&holder["address"]), "{}", case.name);
            }
        }
        assert_eq!(rows.next(), None, "{}", case.name);
    }
}

#[test]
fn every_next_step_is_one_command_or_one_comment() {
    let mut all = std::collections::BTreeSet::new();
    for case in cases() {
        let answer: Value = serde_json::from_str(&resolve(&case.request)).unwrap();
        for result in answer["results"].as_array().unwrap() {
            let steps = result["nextSteps"].as_array().unwrap();
            all.extend(steps.iter().map(|step| step.as_str().unwrap().to_owned()));
        }
    }
    assert!(all.len() > 100, "only {} lines", all.len());
    common::parse_with_powershell(&all);
}

#[cfg(any(target_os = "linux", windows))]
#[test]
fn a_c_program_gets_the_same() {
    let cases = cases();
    let requests: Vec<String> = cases.iter().map(|case| case.request.to_string()).collect();
    let answers =
        common::CProgram::compile("cases.c").answers("proxycalc_resolve_error", &requests);
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(&answers) {
        check(case, answer);
    }
}

/// An element of `onPremisesProvisioningErrors` says the same at every door: at its user, by itself, as JSON, and to
/// `Test-MailboxProvisioning`.
#[test]
fn a_provisioning_error_says_the_same_at_every_door() {
    let error = |category: &str, attribute: &str, value: &str| json!({ "category": category, "propertyCausingError": attribute, "value": value, "occurredDateTime": "2026-11-01T00:00:00Z" });
    for error in [
        error(
            "PropertyConflict",
            "ProxyAddresses",
            "SMTP:john@contoso.com",
        ),
        error(
            "PropertyConflict",
            "ProxyAddress",
            "smtp:o'neil@contoso.com",
        ),
        error("propertyconflict", "UserPrincipalName", "john@contoso.com"),
        error("PropertyConflict", "UserPrincipalName", "john"),
        error(
            "PropertyConflict",
            "ProxyAddresses",
            "X500:/o=Contoso/ou=A B/cn=c,d",
        ),
        error("PropertyConflict", "ProxyAddresses", "SMTP:a b@contoso.com"),
        error(
            "PropertyConflict",
            "ProxyAddresses",
            "smtp:\"quoted\"@contoso.com",
        ),
        error(
            "PropertyConflict",
            "ProxyAddresses",
            "smtp:a,b;c@contoso.com",
        ),
        error("PropertyConflict", "ProxyAddresses", ""),
        error("PropertyConflict", "MailNickname", "john"),
        error("PropertyConflict", "Mail", "<john@contoso.com>"),
        error("SomethingElse", "ProxyAddresses", "smtp:john@contoso.com"),
        error(
            "PropertyConflict",
            "ProxyAddresses",
            "The proxy address \"smtp:x@contoso.com\" is already being used by \"y\"",
        ),
        error("", "ProxyAddresses", "smtp:john@contoso.com"),
        error("PropertyConflict", "SomethingNew", "5"),
    ] {
        let user = json!({
            "id": "c10d0000-0000-4000-8000-000000000001", "userPrincipalName": "anna@contoso.com",
            "onPremisesProvisioningErrors": [error], "serviceProvisioningErrors": [],
        });
        let texts = json!([user, error, error.to_string(), user.to_string()]);
        let answer: Value =
            serde_json::from_str(&resolve(&json!({ "version": 1, "texts": texts }))).unwrap();
        let results = answer["results"].as_array().unwrap();
        assert_eq!(results.len(), 4, "{error}");
        for result in results {
            for member in [
                "code",
                "attribute",
                "value",
                "addresses",
                "explanation",
                "nextSteps",
            ] {
                assert_eq!(result[member], results[0][member], "{error}: {member}");
            }
        }
        let request = json!({ "version": 1, "users": [user] });
        let answer =
            proxycalc::provisioning::diagnose_provisioning(request.to_string().as_bytes()).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let findings = answer["results"][0]["findings"].as_array().unwrap();
        let finding = findings
            .iter()
            .find(|finding| finding["name"] == "ProvisioningError");
        let finding = finding.expect("a finding for the error");
        let (code, explanation) = (&results[0]["code"], &results[0]["explanation"]);
        let said = format!(
            "{}: {}",
            code.as_str().unwrap(),
            explanation.as_str().unwrap()
        );
        assert_eq!(finding["evidence"][1], said, "{error}");
        assert_eq!(finding["nextStep"], results[0]["nextSteps"], "{error}");
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    for (request, path, part) in [
        (json!({ "version": 1 }), "", "missing field `texts`"),
        (
            json!({ "version": 1, "texts": "x" }),
            "",
            "expected a sequence",
        ),
        (
            json!({ "version": 1, "texts": [], "text": [] }),
            "",
            "unknown field `text`",
        ),
        (
            json!({ "version": 1, "texts": ["x", 5] }),
            "texts[1]",
            "a text is a string",
        ),
        (
            json!({ "version": 1, "texts": [null] }),
            "texts[0]",
            "a text is a string",
        ),
        (
            json!({ "version": 1, "texts": [], "recipients": 5 }),
            "recipients",
            "expected",
        ),
        (
            json!({ "version": 1, "texts": [], "resultForm": "xml" }),
            "",
            "unknown variant",
        ),
    ] {
        let error = resolve_error(request.to_string().as_bytes()).unwrap_err();
        assert!(
            matches!(&error, Error::InvalidRequest { path: at, message, .. } if at == path && message.contains(part)),
            "{request}: {error:?}"
        );
    }
    let empty = r#"{"version":1,"texts":[],"recipients":null,"resultForm":null}"#;
    assert_eq!(
        resolve_error(empty.as_bytes()).unwrap(),
        r#"{"version":1,"results":[]}"#
    );
}
