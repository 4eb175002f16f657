//! Why a mailbox is still being prepared, as data: every file of `tests/cases/diagnose_provisioning` is a request and what
//! must come of it. `tests/cases/README.md` describes the format. The C program and the Pester suite run the same files.

#[path = "common/cases.rs"]
mod common;

#[path = "common/mod.rs"]
mod places;

use std::collections::{BTreeMap, BTreeSet};

use common::{Case, cases_in};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proxycalc::options::{Options, parse};
use proxycalc::provisioning::finding::{Name, Status};
use proxycalc::provisioning::rules::RULES;
use proxycalc::provisioning::{diagnose, diagnose_provisioning};
use proxycalc::status::Error;
use proxycalc::worker::Scan;
use serde_json::{Value, json};

fn cases() -> Vec<Case> {
    cases_in("diagnose_provisioning")
}

fn ask(request: &Value) -> Value {
    let answer = diagnose_provisioning(request.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {request}"));
    serde_json::from_str(&answer).expect("an answer in JSON")
}

/// The request asked of a finished scan of its recipients, in the form of `options`.
fn ask_scan(request: &Value, options: &str) -> Result<String, Error> {
    let options: Options = parse(options.as_bytes()).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    let recipients = match &request["recipients"] {
        Value::Object(page) => page["value"].as_array(),
        list => list.as_array(),
    };
    for recipient in recipients.into_iter().flatten() {
        scan.push(recipient.to_string().as_bytes()).unwrap();
    }
    scan.finish().unwrap();
    let mut query = request.clone();
    let members = query.as_object_mut().unwrap();
    members.remove("version");
    members.remove("recipients");
    diagnose(&query.to_string(), scan.outcome().unwrap())
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// What is wrong with `answer`, in lines.
fn judge(case: &Case, answer: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = &case.name;
    let mut same = |what: String, expected: &Value, came: &Value| {
        if !expected.is_null() && expected != came {
            wrong.push(format!("{name}: {what}: expected {expected}, came {came}"));
        }
    };
    let results = answer["results"].as_array().unwrap();
    let expected = case.expect["results"].as_array().expect("results");
    same(
        "results".into(),
        &json!(expected.len()),
        &json!(results.len()),
    );
    for (at, (expected, came)) in expected.iter().zip(results).enumerate() {
        if let Some(error) = expected["error"].as_str() {
            let message = came["error"]["message"].as_str().unwrap_or("no error");
            let starts = message.starts_with(error);
            same(
                format!("{at} error {message:?}"),
                &json!(true),
                &json!(starts),
            );
            continue;
        }
        if expected.get("hasMailbox").is_some() {
            // Here null is a value, too.
            let both = [&expected["hasMailbox"], &came["hasMailbox"]].map(ToString::to_string);
            same(format!("{at} hasMailbox"), &json!(both[0]), &json!(both[1]));
        }
        let findings = came["findings"].as_array().cloned().unwrap_or_default();
        let found: Vec<&Value> = findings
            .iter()
            .filter(|finding| finding["status"] == "Found")
            .map(|finding| &finding["name"])
            .collect();
        same(format!("{at} found"), &expected["found"], &json!(found));
        for (name, expected) in expected["findings"].as_object().into_iter().flatten() {
            let none = Value::Null;
            let finding = findings
                .iter()
                .find(|finding| finding["name"] == **name)
                .unwrap_or(&none);
            for (member, expected) in expected.as_object().expect("a finding") {
                same(format!("{at} {name}.{member}"), expected, &finding[member]);
            }
        }
    }
    let left_out: Vec<&Value> = answer["leftOut"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["path"])
        .collect();
    let none = json!([]);
    same(
        "leftOut".into(),
        case.expect.get("leftOut").unwrap_or(&none),
        &json!(left_out),
    );
    wrong
}

#[track_caller]
fn report(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_case_gives_what_it_says() {
    let cases = cases();
    for case in &cases {
        for member in case.expect.as_object().unwrap().keys() {
            assert!(
                ["results", "leftOut"].contains(&member.as_str()),
                "{}: {member}",
                case.name
            );
        }
        for result in case.expect["results"].as_array().unwrap() {
            for member in result.as_object().unwrap().keys() {
                let known = ["hasMailbox", "found", "findings", "error"];
                assert!(known.contains(&member.as_str()), "{}: {member}", case.name);
            }
        }
    }
    let wrong: Vec<String> = cases
        .iter()
        .flat_map(|case| judge(case, &ask(&case.request)))
        .collect();
    report(&wrong);
}

/// Every finding is shown to hold, not to hold and not to be known, by a case that names it.
#[test]
fn every_finding_has_a_case_for_every_status() {
    let mut shown = BTreeSet::new();
    for case in cases() {
        for result in case.expect["results"].as_array().unwrap() {
            for (name, finding) in result["findings"].as_object().into_iter().flatten() {
                shown.insert((name.clone(), finding["status"].as_str().unwrap().to_owned()));
            }
        }
    }
    for rule in RULES {
        for status in Status::ALL {
            let pair = (rule.name.as_str().to_owned(), status.name().to_owned());
            assert!(shown.contains(&pair), "no case shows {} {}", pair.0, pair.1);
        }
    }
    assert!(shown.contains(&("MailboxExists".to_owned(), "RuledOut".to_owned())));
}

#[test]
fn a_finished_scan_answers_the_same() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut whole = ask(&case.request);
        whole.as_object_mut().unwrap().remove("problems");
        let came: Value =
            serde_json::from_str(&ask_scan(&case.request, r#"{"version":1}"#).unwrap()).unwrap();
        if came != whole {
            wrong.push(format!("{}: {came} is not {whole}", case.name));
        }
    }
    report(&wrong);
}

/// The separated form holds the same as JSON.
#[test]
fn the_separated_form_holds_the_same() {
    for case in cases() {
        let whole = ask(&case.request);
        let text = ask_scan(&case.request, r#"{"version":1,"resultForm":"separated"}"#).unwrap();
        let rows: Vec<Vec<&str>> = text
            .split_terminator('\u{1e}')
            .filter(|row| !row.starts_with('#'))
            .map(|row| row.split('\u{1f}').collect())
            .collect();
        let mut expected = Vec::new();
        for result in whole["results"].as_array().unwrap() {
            let who = |tag: &str| {
                vec![
                    json!(tag),
                    result["userPrincipalName"].clone(),
                    result["id"].clone(),
                ]
            };
            if let Some(error) = result.get("error") {
                expected.push(
                    [
                        who("X"),
                        vec![error["path"].clone(), error["message"].clone()],
                    ]
                    .concat(),
                );
            }
            for finding in result["findings"].as_array().into_iter().flatten() {
                let flag = match &result["hasMailbox"] {
                    Value::Bool(flag) => {
                        if *flag {
                            "1"
                        } else {
                            "0"
                        }
                    }
                    _ => "",
                };
                let list = |name: &str| json!(texts(&finding[name]).join("\u{1d}"));
                expected.push(
                    [
                        who("F"),
                        vec![
                            json!(flag),
                            finding["name"].clone(),
                            finding["status"].clone(),
                            list("evidence"),
                            list("nextStep"),
                            finding["reference"].clone(),
                        ],
                    ]
                    .concat(),
                );
            }
        }
        for left_out in whole["leftOut"].as_array().unwrap() {
            expected.push(vec![
                json!("L"),
                left_out["path"].clone(),
                left_out["message"].clone(),
            ]);
        }
        assert_eq!(json!(rows), json!(expected), "{}", case.name);
    }
}

/// Graph's own answers, its PowerShell objects and exports spell names in their ways.
#[test]
fn the_case_of_names_changes_nothing() {
    fn respell(value: &Value, spell: fn(&str) -> String) -> Value {
        match value {
            Value::Object(map) => map
                .iter()
                .map(|(name, value)| (spell(name), respell(value, spell)))
                .collect(),
            Value::Array(items) => items.iter().map(|item| respell(item, spell)).collect(),
            other => other.clone(),
        }
    }
    fn pascal(name: &str) -> String {
        let mut chars = name.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_ascii_uppercase().to_string() + chars.as_str()
        })
    }
    let spellings: [fn(&str) -> String; 3] = [
        pascal,
        |name| name.to_ascii_uppercase(),
        |name| name.to_ascii_lowercase(),
    ];
    for case in cases() {
        let whole = ask(&case.request);
        for spell in spellings {
            let mut request = case.request.clone();
            for list in [
                "users",
                "onPremisesUsers",
                "deletedUsers",
                "organizationConfig",
                "serviceHealth",
            ] {
                if let Some(value) = request.get_mut(list)
                    && value.get("value").is_none()
                {
                    *value = respell(value, spell);
                }
            }
            let came = ask(&request);
            assert_eq!(came["results"], whole["results"], "{}", case.name);
        }
    }
}

/// What is safe for nobody is offered to nobody: whatever else is true, a command that clears, removes or cycles
/// something stands only in a finding that holds.
#[test]
fn only_what_holds_gives_commands_that_change_something() {
    let reads = ["Get-", "#", "Invoke-MgGraphRequest -Method GET"];
    for case in cases() {
        for result in ask(&case.request)["results"].as_array().unwrap() {
            for finding in result["findings"].as_array().into_iter().flatten() {
                for line in texts(&finding["nextStep"]) {
                    assert!(
                        !line.chars().any(char::is_control),
                        "{}: {line:?}",
                        case.name
                    );
                    let harmless = reads.iter().any(|start| line.starts_with(start));
                    assert!(
                        harmless || finding["status"] == "Found",
                        "{}: {} {} offers {line}",
                        case.name,
                        finding["name"],
                        finding["status"]
                    );
                    if finding["name"] == "LiveOnPremisesMailbox" {
                        assert!(!line.contains("-Clear "), "{}: {line}", case.name);
                    }
                }
                if finding["status"] == "RuledOut" {
                    assert_eq!(finding["nextStep"], json!([]), "{}", case.name);
                } else {
                    assert_ne!(
                        finding["nextStep"],
                        json!([]),
                        "{}: {}",
                        case.name,
                        finding["name"]
                    );
                }
                assert_ne!(
                    finding["evidence"],
                    json!([]),
                    "{}: {}",
                    case.name,
                    finding["name"]
                );
            }
        }
    }
}

#[test]
fn what_is_wrong_with_the_request_is_refused() {
    let user = json!({ "id": "c10d0000-0000-4000-8000-000000000001" });
    for (request, path) in [
        (json!({ "version": 1 }), "users"),
        (json!({ "version": 1, "users": "a@contoso.com" }), "users"),
        (
            json!({ "version": 1, "users": [user], "now": "yesterday" }),
            "now",
        ),
        (
            json!({ "version": 1, "users": [user], "serviceHealth": 5 }),
            "serviceHealth",
        ),
        (json!({ "version": 1, "users": [user], "tennant": {} }), ""),
        (
            json!({ "version": 1, "users": [user], "tenant": { "domain": "x" } }),
            "",
        ),
        (
            json!({ "version": 1, "users": [user], "tenant": { "initialDomain": "contoso" } }),
            "tenant.initialDomain",
        ),
    ] {
        match diagnose_provisioning(request.to_string().as_bytes()) {
            Err(Error::InvalidRequest { path: came, .. }) => assert_eq!(came, path, "{request}"),
            other => panic!("{request}: {other:?}"),
        }
    }
    let query = json!({ "version": 1, "users": [user], "recipients": [] });
    assert!(ask_scan(&query, r#"{"version":1}"#).is_ok());
    let mut scan = Scan::begin(
        parse::<Options>(br#"{"version":1}"#)
            .unwrap()
            .understand("")
            .unwrap(),
    )
    .unwrap();
    scan.finish().unwrap();
    let error = diagnose(r#"{"users":[],"recipients":[]}"#, scan.outcome().unwrap()).unwrap_err();
    assert!(
        matches!(&error, Error::InvalidRequest { path, .. } if path == "diagnose.recipients"),
        "{error:?}"
    );
}

/// Without a time in the request the clock's counts.
#[test]
fn the_clock_is_asked_where_the_request_has_no_time() {
    let plan = json!({ "servicePlanId": "9aaf7827-d63c-4b61-89c3-182f06f82e5c", "capabilityStatus": "Enabled",
        "service": "exchange", "assignedDateTime": "2020-01-01T00:00:00Z" });
    let user = json!({ "id": "c10d0000-0000-4000-8000-000000000001", "assignedPlans": [plan] });
    let answer = ask(&json!({ "version": 1, "users": user }));
    let findings = answer["results"][0]["findings"].as_array().unwrap();
    let diagnostic = findings
        .iter()
        .find(|finding| finding["name"] == "DiagnosticAvailable")
        .unwrap();
    let waited = diagnostic["evidence"][0].as_str().unwrap();
    assert!(waited.contains("since 2020-01-01T00:00:00Z"), "{waited}");
    assert!(waited.starts_with("waited "), "{waited}");
}

/// Thousands of users among tens of thousands of recipients: work grows with their sum, not with their product.
#[test]
fn many_users_are_one_pass() {
    let id = |number: usize| format!("c10d0000-0000-4000-8000-{number:012}");
    let users: Vec<Value> = (0..3000)
        .map(|n| json!({ "id": id(n), "userPrincipalName": format!("u{n}@contoso.com"), "mailNickname": format!("u{n}"),
            "proxyAddresses": [format!("SMTP:u{n}@contoso.com")] }))
        .collect();
    // Every second user has a mailbox; every tenth of the others has its address taken.
    let mut recipients: Vec<Value> = (0..3000)
        .step_by(2)
        .map(|n| json!({ "ExternalDirectoryObjectId": id(n), "RecipientTypeDetails": "UserMailbox", "EmailAddresses": [format!("SMTP:u{n}@contoso.com")] }))
        .collect();
    recipients.extend((1..3000).step_by(10).map(|n| {
        json!({ "ExternalDirectoryObjectId": id(100_000 + n), "RecipientTypeDetails": "MailContact", "Name": format!("Contact {n}"),
            "EmailAddresses": [format!("SMTP:u{n}@contoso.com")] })
    }));
    let request = json!({ "version": 1, "users": users, "recipients": recipients, "tenant": { "initialDomain": "contoso.onmicrosoft.com" } });
    let started = std::time::Instant::now();
    let answer = ask(&request);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for result in answer["results"].as_array().unwrap() {
        for finding in result["findings"].as_array().unwrap() {
            if finding["name"] == "MailboxExists" {
                *counts.entry("mailbox").or_default() += 1;
            }
            if finding["name"] == "DuplicateProxyAddress" && finding["status"] == "Found" {
                *counts.entry("duplicate").or_default() += 1;
            }
        }
    }
    assert_eq!(
        counts,
        BTreeMap::from([("mailbox", 1500), ("duplicate", 300)])
    );
}

/// The same through the C ABI, by a C program that knows the header only.
#[cfg(any(target_os = "linux", windows))]
#[test]
fn a_c_program_gets_the_same() {
    let cases = cases();
    let requests: Vec<String> = cases.iter().map(|case| case.request.to_string()).collect();
    let answers =
        places::CProgram::compile("cases.c").answers("proxycalc_diagnose_provisioning", &requests);
    let wrong: Vec<String> = cases
        .iter()
        .zip(&answers)
        .flat_map(|(case, answer)| judge(case, &serde_json::from_str(answer).unwrap()))
        .collect();
    report(&wrong);
}

#[test]
fn every_line_of_a_next_step_is_one_command_or_a_comment() {
    let mut all = BTreeSet::new();
    for case in cases() {
        for result in ask(&case.request)["results"].as_array().unwrap() {
            for finding in result["findings"].as_array().into_iter().flatten() {
                all.extend(texts(&finding["nextStep"]).into_iter().map(str::to_owned));
            }
        }
    }
    assert!(all.len() > 40, "only {} lines", all.len());
    places::parse_with_powershell(&all);
}

const ID: &str = "c10d0000-0000-4000-8000-000000000001";

/// A user of whom everything is known and who has nothing to lose, and its on-premises side without a trace of a mailbox.
fn known_in_full() -> Value {
    let case = cases()
        .into_iter()
        .find(|case| case.name == "all_ruled_out_leaves_the_last_resorts")
        .expect("the case");
    let mut request = case.request;
    request["users"][0]["onPremisesSecurityIdentifier"] = json!("S-1-5-21-1-2-3-1104");
    request["onPremisesUsers"] = json!([{ "userPrincipalName": "anna@contoso.com", "DistinguishedName": "CN=Anna,DC=contoso,DC=local", "objectSid": "S-1-5-21-1-2-3-1104",
        "homeMDB": null, "msExchMailboxGuid": null, "msExchHomeServerName": null, "msExchRemoteRecipientType": null,
        "msExchRecipientTypeDetails": null }]);
    request
}

/// Where something is changed, and into what: a property of a record, or a whole list.
fn changes() -> Vec<(&'static str, Vec<Value>)> {
    let mailbox = |more: &str| {
        json!([{ "Name": "M", "ExternalDirectoryObjectId": ID, "RecipientTypeDetails": "UserMailbox", more: true,
            "EmailAddresses": ["SMTP:m@contoso.com"] }])
    };
    vec![
        (
            "/users/0/onPremisesSyncEnabled",
            vec![json!(true), json!(false)],
        ),
        ("/users/0/usageLocation", vec![json!("")]),
        ("/users/0/assignedPlans", vec![json!([])]),
        (
            "/users/0/licenseAssignmentStates",
            vec![
                json!([]),
                json!([{ "state": "Error", "error": "CountViolation" }]),
            ],
        ),
        ("/users/0/provisionedPlans", vec![json!([])]),
        (
            "/users/0/proxyAddresses",
            vec![json!([]), json!(["SMTP:bert@contoso.com"])],
        ),
        ("/users/0/mailNickname", vec![]),
        (
            "/users/0/signInActivity",
            vec![
                json!({ "lastSignInDateTime": "2026-11-19T00:00:00Z" }),
                json!({}),
            ],
        ),
        (
            "/onPremisesUsers/0/homeMDB",
            vec![json!("CN=DB1"), json!("")],
        ),
        (
            "/onPremisesUsers/0/msExchMailboxGuid",
            vec![json!("01020304-0506-0708-090a-0b0c0d0e0f10")],
        ),
        (
            "/onPremisesUsers/0/msExchHomeServerName",
            vec![json!("/o=x/cn=EX1")],
        ),
        (
            "/onPremisesUsers/0/msExchRemoteRecipientType",
            vec![json!(1), json!(4), json!(8)],
        ),
        (
            "/onPremisesUsers/0/msExchRecipientTypeDetails",
            vec![json!(1), json!(128), json!("2147483648")],
        ),
        ("/onPremisesUsers", vec![json!([])]),
        (
            "/recipients",
            vec![
                json!([]),
                mailbox("IsSoftDeletedByDisable"),
                mailbox("IsInactiveMailbox"),
                mailbox("IsDirSynced"),
            ],
        ),
        ("/organizationConfig", vec![json!({ "IsDehydrated": true })]),
        (
            "/serviceHealth",
            vec![json!([{ "id": "EX1", "isResolved": false }])],
        ),
        ("/now", vec![json!("2026-11-18T13:00:00Z")]),
    ]
}

/// The same with a few things different: gone, null, or of another value.
fn any_request() -> impl Strategy<Value = Value> {
    let changes = changes();
    let one = (0..changes.len(), any::<prop::sample::Index>());
    let requests = (Just(known_in_full()), prop::collection::vec(one, 0..5));
    requests.prop_map(move |(mut request, chosen)| {
        for (at, which) in chosen {
            let (path, values) = &changes[at];
            let (parent, name) = path.rsplit_once('/').expect("a path");
            let Some(record) = request.pointer_mut(parent).and_then(Value::as_object_mut) else {
                continue;
            };
            match which.index(values.len() + 2) {
                0 => {
                    record.remove(name);
                }
                1 => {
                    record.insert(name.to_owned(), Value::Null);
                }
                value => {
                    record.insert(name.to_owned(), values[value - 2].clone());
                }
            }
        }
        request
    })
}

/// The strategy reaches what the property below is about.
#[test]
fn the_last_resorts_are_within_reach() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let requests = any_request();
    let mut found = BTreeSet::new();
    for _ in 0..2000 {
        let request = requests.new_tree(&mut runner).unwrap().current();
        for finding in ask(&request)["results"][0]["findings"].as_array().unwrap() {
            if finding["status"] == "Found" {
                found.insert(finding["name"].as_str().unwrap().to_owned());
            }
        }
    }
    for name in RULES.iter().map(|rule| rule.name) {
        let seldom = matches!(name, Name::ProvisioningError | Name::PlanNotProvisioned);
        assert!(
            seldom || found.contains(name.as_str()),
            "{} never held",
            name.as_str()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is known and whatever is not: nothing that could lose a mailbox is ever offered without the evidence for it.
    #[test]
    fn what_could_lose_a_mailbox_needs_its_evidence(request in any_request()) {
        let answer = ask(&request);
        let result = &answer["results"][0];
        let user = &request["users"][0];
        let nobody = json!({});
        let directory = request.pointer("/onPremisesUsers/0").unwrap_or(&nobody);
        let findings = result["findings"].as_array().unwrap();
        let own_mailbox = request["recipients"].as_array().is_some_and(|all| all.iter().any(|one| one["ExternalDirectoryObjectId"] == ID));
        let status = |name: &str| findings.iter().find(|finding| finding["name"] == *name).map(|finding| finding["status"].as_str().unwrap());
        let lines: Vec<&str> = findings.iter().flat_map(|finding| texts(&finding["nextStep"])).collect();
        if lines.iter().any(|line| line.starts_with("Set-ADUser") && line.contains("-Clear")) {
            // Empty or null is known to be empty; a property that is not there is not known.
            let empty = |name: &str| directory.get(name).is_some_and(|value| value.is_null() || value == "");
            prop_assert!(empty("homeMDB"), "{directory}");
            prop_assert!(directory.get("msExchRecipientTypeDetails").is_some() || directory.get("msExchRemoteRecipientType").is_some());
            prop_assert!(directory["msExchRecipientTypeDetails"] != 1 && directory["msExchRecipientTypeDetails"] != "2147483648");
        }
        if lines.iter().any(|line| line.starts_with("Disable-RemoteMailbox")) {
            prop_assert_eq!(&directory["msExchRemoteRecipientType"], &json!(4));
            prop_assert!(directory.get("objectSid").is_some());
            prop_assert!(!own_mailbox, "{}", request["recipients"]);
        }
        for name in ["CycleLicence", "RecreateAccount"] {
            if status(name) == Some("Found") {
                prop_assert!(user["onPremisesSyncEnabled"] != true && !own_mailbox);
                prop_assert_eq!(&user["signInActivity"]["lastSignInDateTime"], &Value::Null);
                prop_assert!(user["signInActivity"].get("lastSignInDateTime").is_some());
                let causes = findings.iter().filter(|finding| finding["status"] != "RuledOut");
                let last = ["DiagnosticAvailable", "CycleLicence", "RecreateAccount", "OpenTicket", "DehydratedOrganization"];
                prop_assert!(causes.into_iter().all(|finding| last.contains(&finding["name"].as_str().unwrap())), "{result}");
            }
        }
        let removes = ["Remove-MgUser", "Remove-MgDirectoryDeletedItem", "Remove-Mailbox"];
        if lines.iter().any(|line| removes.iter().any(|command| line.starts_with(command))) {
            prop_assert_eq!(status("RecreateAccount"), Some("Found"));
        }
        prop_assert_eq!(status("MailboxExists").is_some(), findings.len() == 1);
        if let Some(true) = result["hasMailbox"].as_bool() {
            prop_assert!(own_mailbox && findings.len() == 1);
        }
    }
}

/// Exactly one default page of recipients shows neither that a mailbox is missing nor that an address is free.
#[test]
fn a_default_page_of_recipients_shows_nothing() {
    let mut request = known_in_full();
    request["recipientsIncludeSoftDeleted"] = json!(true);
    request["deletedUsers"] = json!([]);
    for (count, expected) in [
        (1000, [json!(null), json!("Unknown")]),
        (1001, [json!(false), json!("RuledOut")]),
    ] {
        let recipient = |number| {
            json!({ "ExternalDirectoryObjectId": format!("c10d0000-0000-4000-8000-{:012}", number + 5000),
                "RecipientTypeDetails": "UserMailbox", "EmailAddresses": [format!("SMTP:{number}@contoso.com")] })
        };
        request["recipients"] = (0..count).map(recipient).collect();
        let answer = ask(&request);
        let result = &answer["results"][0];
        let findings = result["findings"].as_array().unwrap();
        let duplicate = findings
            .iter()
            .find(|finding| finding["name"] == "DuplicateProxyAddress")
            .unwrap();
        assert_eq!(
            [&result["hasMailbox"], &duplicate["status"]],
            [&expected[0], &expected[1]],
            "{count}"
        );
    }
}
