//! What is wrong with single addresses, as data: every file of `tests/cases/issues` is records, options, and the issues
//! that must come of them. The Pester suite runs the same files.

mod common;

use proxycalc::issue;
use proxycalc::options::{Options, parse};
use proxycalc::worker::Scan;
use serde_json::{Value, json};

/// All issues of `records`.
fn issues(options: &Value, records: &[Value]) -> Vec<Value> {
    let mut options = if options.is_null() {
        json!({})
    } else {
        options.clone()
    };
    options["version"] = json!(1);
    options["want"] = json!("issues");
    let options: Options = parse(options.to_string().as_bytes()).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    for record in records {
        scan.push(record.to_string().as_bytes()).unwrap();
    }
    let summary: Value = serde_json::from_str(&scan.finish().unwrap()).unwrap();
    let mut all = Vec::new();
    while let Some(page) = scan.next_page().unwrap() {
        let page: Value = serde_json::from_str(&page).unwrap();
        all.extend(page["issues"].as_array().unwrap().iter().cloned());
    }
    assert_eq!(summary["issues"], all.len());
    all
}

/// The members of `expected` that `actual` has otherwise.
fn differences<'v>(expected: &'v Value, actual: &Value) -> Vec<(&'v str, String)> {
    let members = expected.as_object().unwrap().iter();
    members
        .filter(|(name, value)| actual[name.as_str()] != **value)
        .map(|(name, value)| {
            (
                name.as_str(),
                format!("{value} expected, {} came", actual[name.as_str()]),
            )
        })
        .collect()
}

#[test]
fn every_case_gives_what_it_says() {
    let mut count = 0;
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(common::root().join("tests/cases/issues")).unwrap() {
        let path = entry.unwrap().path();
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let found = issues(
            &case["request"]["options"],
            case["request"]["recipients"].as_array().unwrap(),
        );
        let expected = case["expect"]["issues"].as_array().unwrap();
        assert_eq!(expected.len(), found.len(), "{name}: {}", json!(found));
        for (expected, found) in expected.iter().zip(&found) {
            assert_eq!(differences(expected, found), [], "{name}: {found}");
        }
        seen.extend(
            found
                .iter()
                .map(|issue| issue["code"].as_str().unwrap().to_owned()),
        );
        count += 1;
    }
    assert!(count >= 15, "only {count} cases were found");
    // Sovereign domains are ReservedDomain's twin, and three hundred addresses have a test of their own.
    let unseen: Vec<&str> = issue::codes()
        .filter(|code| !seen.iter().any(|seen| seen == code))
        .collect();
    assert_eq!(unseen, ["ReservedDomainSovereign", "TooManyProxyAddresses"]);
}

#[test]
fn three_hundred_proxy_addresses_are_the_most() {
    for (count, expected) in [(300, 0), (301, 1)] {
        let mut all = vec!["SMTP:a@contoso.com".to_owned()];
        all.extend((1..count).map(|at| format!("smtp:a{at}@contoso.com")));
        let record =
            json!({ "Name": "a", "RecipientTypeDetails": "UserMailbox", "EmailAddresses": all });
        let found = issues(&Value::Null, &[record]);
        assert_eq!(found.len(), expected);
        assert!(
            found
                .iter()
                .all(|issue| issue["code"] == "TooManyProxyAddresses")
        );
    }
}
