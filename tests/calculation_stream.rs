//! Proxy calculation in a scan: previous objects first, results while it reads, and the same results as `calc_proxies`.

#[path = "common/calculations.rs"]
mod calculations;

use calculations::{calculate, cases};
use proxycalc::options::{Options, parse};
use proxycalc::status::Error;
use proxycalc::worker::Scan;
use serde_json::{Value, json};

fn begin(tenant: &Value, licensed: Option<bool>, form: &str) -> Scan {
    let options = json!({ "version": 1, "want": "calculations", "resultForm": form, "tenant": tenant, "licensed": licensed });
    let options: Options = parse(options.to_string().as_bytes()).unwrap();
    Scan::begin(options.understand("").unwrap()).unwrap()
}

fn contoso() -> Value {
    json!({ "initialDomain": "contoso.onmicrosoft.com", "verifiedDomains": ["contoso.com"] })
}

/// The pages that wait.
fn drain(scan: &mut Scan) -> Vec<Value> {
    let mut all = Vec::new();
    while let Some(page) = scan.next_page().unwrap() {
        let mut page: Value = serde_json::from_str(&page).unwrap();
        let came = page["calculations"].as_array_mut().unwrap();
        // None yet.
        if came.is_empty() {
            break;
        }
        all.append(came);
    }
    all
}

fn finish(scan: &mut Scan) -> (Value, Vec<Value>) {
    let summary = serde_json::from_str(&scan.finish().unwrap()).unwrap();
    (summary, drain(scan))
}

const MEMBERS: &[&str] = &[
    "userPrincipalName",
    "mail",
    "mailNickname",
    "moera",
    "primarySmtpAddress",
    "proxyAddresses",
    "trace",
    "warnings",
    "quarantined",
    "changes",
    "firstSync",
    "state",
];

/// Every step of every case whose objects say nothing that a stream takes elsewhere gives what `calc_proxies` gives: as
/// lines of JSON with the states pushed first.
#[test]
fn a_stream_gives_what_the_request_gives() {
    let mut compared = 0;
    for mut case in cases() {
        for step in 0..case.steps.len() {
            let request = case.request(step);
            let answer = calculate(&request.to_string());
            case.remember(&answer);
            let objects = request["objects"].as_array().unwrap();
            let on_premises: Vec<&Value> =
                objects.iter().map(|object| &object["onPremises"]).collect();
            if answer["results"].is_null() || on_premises.iter().any(|record| !record.is_object()) {
                continue;
            }
            // A stream takes the licence of each from its record; ids join what has no UPN in common.
            let records: Vec<String> = objects
                .iter()
                .enumerate()
                .map(|(at, object)| {
                    let mut record = object["onPremises"].clone();
                    record["ms-DS-ConsistencyGuid"] =
                        json!(format!("{:08x}-0000-4000-8000-000000000001", at + 1));
                    record["licensed"] = object["licensed"].clone();
                    record.to_string()
                })
                .collect();
            let previous: Vec<String> = objects
                .iter()
                .enumerate()
                .filter(|(_, object)| object["previous"].is_object())
                .map(|(at, object)| {
                    let mut state = object["previous"].clone();
                    state["onPremisesImmutableId"] =
                        json!(format!("{:08x}-0000-4000-8000-000000000001", at + 1));
                    state.to_string()
                })
                .collect();
            let mut scan = begin(&request["tenant"], None, "json");
            if !previous.is_empty() {
                push_previous(&mut scan, &previous.join("\n")).unwrap();
            }
            scan.push(records.join("\n").as_bytes()).unwrap();
            let (summary, came) = finish(&mut scan);
            assert_eq!(summary["recipientsRead"], objects.len(), "{}", case.name);
            assert_eq!(
                summary["previousJoined"],
                previous.len(),
                "{}: {summary}",
                case.name
            );
            for (one, other) in answer["results"].as_array().unwrap().iter().zip(&came) {
                assert_eq!(
                    one["error"]["code"], other["error"]["code"],
                    "{}",
                    case.name
                );
                for member in MEMBERS {
                    let (mut one, mut other) = (one[member].clone(), other[member].clone());
                    for state in [&mut one, &mut other] {
                        if let (&"state", Some(state)) = (member, state.as_object_mut()) {
                            state.remove("immutableId");
                        }
                    }
                    // Names differ where the request names the object by its UPN and the stream too: they are the same.
                    assert_eq!(one, other, "{} step {}: {member}", case.name, step + 1);
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 60, "only {compared} results were compared");
}

#[test]
fn results_come_before_the_end() {
    let mut scan = begin(&contoso(), Some(true), "json");
    let none_yet = Some(r#"{"calculations":[]}"#.to_owned());
    assert_eq!(scan.next_page().unwrap(), none_yet);
    scan.push(br#"{"userPrincipalName":"a@contoso.com"}"#)
        .unwrap();
    let started = std::time::Instant::now();
    let first = loop {
        let came = drain(&mut scan);
        if !came.is_empty() {
            break came;
        }
        assert!(started.elapsed().as_secs() < 30, "no result came");
        std::thread::yield_now();
    };
    assert_eq!(first[0]["mail"], "a@contoso.com");
    scan.push(br#"{"userPrincipalName":"b@contoso.com"}"#)
        .unwrap();
    let (summary, rest) = finish(&mut scan);
    assert_eq!((rest.len(), &rest[0]["mail"]), (1, &json!("b@contoso.com")));
    assert_eq!(
        (&summary["calculated"], &summary["errors"]),
        (&json!(2), &json!(0))
    );
    assert!(matches!(scan.push(b"{}"), Err(Error::ScanMisuse(_))));
    assert!(matches!(
        scan.outcome().map(|_| ()),
        Err(Error::ScanMisuse(_))
    ));
}

#[test]
fn previous_objects_are_joined_by_id_and_by_upn() {
    // The bytes of 6f9619ff-8b86-d011-b42d-00c04fc964ff, as objectGUID, as text, and as the cloud's immutable id.
    let mut scan = begin(&contoso(), None, "json");
    let plan = "efb87545-963c-4e0d-99df-69c6916d9eb0 Enabled";
    push_previous(&mut scan, &format!(
        r#"{{"userPrincipalName":"new.name@contoso.com","onPremisesImmutableId":"/xmWb4aLEdC0LQDAT8lk/w==","mailNickname":"ann","proxyAddresses":["SMTP:new.name@contoso.com"],"assignedPlans":["{plan}"]}}
{{"userPrincipalName":"bert@contoso.com","onPremisesImmutableId":"","mailNickname":"bert","proxyAddresses":["SMTP:sales@contoso.com"],"assignedPlans":[]}}
{{"userPrincipalName":"nobody@contoso.com","onPremisesImmutableId":"","mailNickname":"n","proxyAddresses":[],"assignedPlans":[]}}"#
    )).unwrap();
    scan.push(br#"{"userPrincipalName":"ann@contoso.com","mailNickname":"ann","mail":null,"proxyAddresses":[],"ObjectGUID":"6f9619ff-8b86-d011-b42d-00c04fc964ff"}
{"userPrincipalName":"BERT@contoso.com","mailNickname":"bert","proxyAddresses":["smtp:b@contoso.com"]}
{"userPrincipalName":"new@contoso.com","proxyAddresses":["smtp:sales@contoso.com"]}"#).unwrap();
    assert!(matches!(
        push_previous(&mut scan, ""),
        Err(Error::ScanMisuse(_))
    ));
    let (summary, came) = finish(&mut scan);
    assert_eq!(
        (&summary["previousRead"], &summary["previousJoined"]),
        (&json!(3), &json!(2)),
        "{summary}"
    );
    assert_eq!(came[0]["state"]["licensed"], true);
    assert_eq!(
        came[0]["state"]["immutableId"],
        "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    );
    assert_eq!(came[1]["primarySmtpAddress"], "sales@contoso.com");
    assert_eq!(came[2]["quarantined"][0]["heldBy"], "bert@contoso.com");
}

/// Previous objects, as JSON lines.
fn push_previous(scan: &mut Scan, lines: &str) -> Result<(), Error> {
    let source = br#"{"name":"","format":"jsonl","set":"previous"}"#;
    scan.source_begin(proxycalc::read::source::SourceFile::parse(source)?)?;
    scan.source_push(lines.as_bytes())?;
    scan.source_end()
}

#[test]
fn a_state_comes_back_flat() {
    let mut scan = begin(&contoso(), None, "json");
    push_previous(&mut scan, r#"{"immutableId":null,"licensed":true,"userPrincipalName":"a@contoso.com","mail":"a@contoso.com","mailNickname":"a","moera":"a@contoso.onmicrosoft.com","recipientDisplayType":null,"onPremises.userPrincipalName":"a@contoso.com","onPremises.mail":null,"onPremises.mailNickname":null,"verifiedDomains":["contoso.com"],"proxyAddresses":["smtp:old@contoso.com","smtp:a@contoso.onmicrosoft.com","SMTP:a@contoso.com"],"onPremises.proxyAddresses":["smtp:old@contoso.com"]}"#)
        .unwrap();
    scan.push(br#"{"userPrincipalName":"a@contoso.com"}"#)
        .unwrap();
    let (_, came) = finish(&mut scan);
    assert_eq!(
        came[0]["proxyAddresses"],
        json!(["smtp:a@contoso.onmicrosoft.com", "SMTP:a@contoso.com"])
    );
    assert_eq!(came[0]["warnings"], json!([]));
}

#[test]
fn the_one_previous_object_may_belong_to_the_first() {
    for (said, joined) in [(true, true), (false, false)] {
        let options = json!({ "version": 1, "want": "calculations", "tenant": contoso(), "previousOfFirst": said });
        let options: Options = parse(options.to_string().as_bytes()).unwrap();
        let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
        push_previous(
            &mut scan,
            r#"{"userPrincipalName":"old@contoso.com","mailNickname":"kept"}"#,
        )
        .unwrap();
        scan.push(b"{\"userPrincipalName\":\"new@contoso.com\"}")
            .unwrap();
        let (summary, came) = finish(&mut scan);
        assert_eq!(summary["previousJoined"], i32::from(joined));
        assert_eq!(came[0]["mailNickname"] == "kept", joined);
    }
}

#[test]
fn files_of_both_sets_are_read() {
    let mut scan = begin(&contoso(), None, "json");
    for (source, text) in [
        (
            r#"{"name":"cloud.json","set":"previous"}"#,
            r#"{"value":[{"state":{"onPremises":{},"licensed":true,"cloud":{"userPrincipalName":"a@contoso.com","mailNickname":"kept"}}}]}"#,
        ),
        (
            r#"{"name":"ad.csv"}"#,
            "UserPrincipalName,Mail,MailNickname,ProxyAddresses\na@contoso.com,,,\n",
        ),
    ] {
        let source = proxycalc::read::source::SourceFile::parse(source.as_bytes()).unwrap();
        scan.source_begin(source).unwrap();
        scan.source_push(text.as_bytes()).unwrap();
        scan.source_end().unwrap();
    }
    let (_, came) = finish(&mut scan);
    assert_eq!(came[0]["mailNickname"], "kept");
    assert_eq!(came[0]["state"]["licensed"], true);
}

#[test]
fn rows_have_the_table_of_reasons_first() {
    let mut scan = begin(&contoso(), Some(true), "separated");
    scan.push(b"{\"userPrincipalName\":\"a@contoso.com\",\"proxyAddresses\":[\"smtp:a\\u001cb@contoso.com\"]}\n[]\n").unwrap();
    scan.finish().unwrap();
    let mut rows = String::new();
    while let Some(page) = scan.next_page().unwrap() {
        rows.push_str(&page);
    }
    let (heads, rows): (Vec<&str>, Vec<&str>) = rows
        .split_terminator('\u{1e}')
        .partition(|row| row.starts_with('#'));
    assert!(heads[0].starts_with("#\u{1f}C\u{1f}id\u{1f}identity\u{1f}userPrincipalName\u{1f}"));
    let rows: Vec<Vec<&str>> = rows
        .into_iter()
        .map(|row| row.split('\u{1f}').collect())
        .collect();
    let reasons = proxycalc::reason::Reason::ALL.len();
    assert!(
        rows[..reasons]
            .iter()
            .all(|row| row[0] == "R" && row.len() == 5)
    );
    let calculated = &rows[reasons];
    assert_eq!(
        (calculated[0], calculated[3], calculated.len()),
        ("C", "a@contoso.com", 24)
    );
    let first: Vec<&str> = calculated[12]
        .split('\u{1d}')
        .next()
        .unwrap()
        .split('\u{1c}')
        .collect();
    assert_eq!(
        first,
        [
            "proxyAddresses",
            "smtp:a\u{1b}\\b@contoso.com",
            "discarded",
            "InvalidCharacter",
            ""
        ]
    );
    let failed = &rows[reasons + 1];
    assert_eq!(
        (failed[0], failed[3], failed[6], failed.len()),
        ("X", "InvalidRecord", "2", 7)
    );
}

#[test]
fn missing_properties_and_lost_joins_are_told() {
    let mut scan = begin(&contoso(), None, "json");
    push_previous(
        &mut scan,
        "{\"userPrincipalName\":\"x@contoso.com\"}\nnot json\n",
    )
    .unwrap();
    scan.push(br#"{"userPrincipalName":"a@contoso.com","SamAccountName":"a","ObjectGUID":"6f9619ff-8b86-d011-b42d-00c04fc964ff"}"#).unwrap();
    let (summary, came) = finish(&mut scan);
    let problems: Vec<&str> = summary["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        problems,
        ["InvalidJson", "PropertiesMissing", "PreviousNotJoined"]
    );
    assert_eq!(came.len(), 1);
}

#[test]
fn sets_are_for_calculations_only() {
    let options: Options = parse(br#"{"version":1}"#).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    assert!(matches!(
        push_previous(&mut scan, "{}"),
        Err(Error::ScanMisuse(_))
    ));
    assert!(
        proxycalc::read::source::SourceFile::parse(br#"{"name":"","sett":"previous"}"#).is_err()
    );
    scan.push(b"{\"Name\":\"a\",\"EmailAddresses\":[]}")
        .unwrap();
    assert!(scan.finish().unwrap().contains("\"recipientsRead\":1"));
    for options in [
        r#"{"version":1,"want":"calculations"}"#,
        r#"{"version":1,"tenant":{"initialDomain":"a.b"}}"#,
        r#"{"version":1,"licensed":true}"#,
    ] {
        let options: Options = parse(options.as_bytes()).unwrap();
        let outcome = options.understand("").and_then(Scan::begin);
        assert!(matches!(outcome, Err(Error::InvalidRequest { .. })));
    }
}

#[test]
fn an_object_with_too_many_addresses_is_an_error_of_its_own() {
    let many = |count: usize| {
        let addresses: Vec<String> = (0..count)
            .map(|at| format!("smtp:a{at}@contoso.com"))
            .collect();
        json!({ "userPrincipalName": "a@contoso.com", "proxyAddresses": addresses }).to_string()
    };
    let mut scan = begin(&contoso(), Some(true), "json");
    let records = [many(10_000), many(10_001)];
    scan.push(records.join("\n").as_bytes()).unwrap();
    let (summary, came) = finish(&mut scan);
    assert_eq!(
        (&summary["calculated"], &summary["errors"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(came[0]["proxyAddresses"].as_array().unwrap().len(), 10_002);
    assert_eq!(came[1]["error"]["code"], "TooManyValues");
    // What came out goes in again.
    let mut scan = begin(&contoso(), Some(true), "json");
    push_previous(&mut scan, &came[0]["state"].to_string()).unwrap();
    scan.push(records[0].as_bytes()).unwrap();
    assert_eq!(finish(&mut scan).1[0]["changes"], json!([]));
}
