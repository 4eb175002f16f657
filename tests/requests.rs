//! What a request may say, and what follows from how much was read.

#[path = "common/cases.rs"]
mod common;

use common::{find, request};
use proxycalc::find_conflicts::find_conflicts;
use proxycalc::options::{Options, parse};
use proxycalc::worker::Scan;
use serde_json::{Value, json};

fn mailbox(number: usize) -> Value {
    json!({ "Name": format!("User {number}"), "RecipientTypeDetails": "UserMailbox",
            "ExternalDirectoryObjectId": format!("c10d0000-0000-4000-8000-{number:012}"),
            "EmailAddresses": [format!("SMTP:{number}@contoso.com")] })
}

fn user(number: usize) -> Value {
    json!({ "id": format!("c10d0000-0000-4000-8000-{number:012}"), "userPrincipalName": format!("{number}@contoso.com"),
            "proxyAddresses": [format!("SMTP:{number}@contoso.com")] })
}

fn codes(answer: &Value) -> Vec<&str> {
    let problems = answer["summary"]["problems"].as_array().unwrap();
    problems
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_default_page_is_a_warning() {
    for (record, page) in [(mailbox as fn(usize) -> Value, 1000), (user, 100)] {
        for (count, expected) in [
            (page - 1, &[][..]),
            (page, &["DefaultPageSize"][..]),
            (page + 1, &[][..]),
        ] {
            let records: Vec<Value> = (0..count).map(record).collect();
            let answer = find(&request(&Value::Null, &records));
            assert_eq!(codes(&answer), expected, "{count}");
        }
    }
}

#[test]
fn an_id_on_dozens_of_records_is_reported() {
    let records: Vec<Value> = (0..60)
        .map(|number| {
            let mut record = mailbox(number);
            record["ExternalDirectoryObjectId"] = json!("c10d0000-0000-4000-8000-000000000001");
            record
        })
        .collect();
    let answer = find(&request(&Value::Null, &records));
    assert_eq!(codes(&answer), ["IdJoinsManyRecords"]);
}

#[test]
fn every_holder_is_listed() {
    let records: Vec<Value> = (0..2500)
        .map(|number| {
            let mut record = mailbox(number);
            record["EmailAddresses"] = json!(["smtp:info@contoso.com"]);
            record
        })
        .collect();
    let answer = find(&request(&Value::Null, &records));
    let parts = answer["conflicts"].as_array().unwrap();
    let listed: usize = parts
        .iter()
        .map(|part| part["holders"].as_array().unwrap().len())
        .sum();
    assert_eq!(listed, 2500);
    assert!(parts.iter().all(|part| part["holderCount"] == 2500));
    assert_eq!(answer["summary"]["conflicts"], 1);
}

#[test]
fn null_means_absent() {
    let records = [mailbox(1), mailbox(2)];
    let absent = find(&request(&Value::Null, &records));
    let options = [
        "want",
        "resultForm",
        "initialDomain",
        "includeInformation",
        "kinds",
        "addressTypes",
        "addresses",
        "excludeIds",
    ];
    for option in options {
        assert_eq!(
            find(&request(&json!({ option: null }), &records)),
            absent,
            "{option}"
        );
    }
    let whole = json!({ "version": 1, "options": null, "recipients": records, "planned": null });
    assert_eq!(find(&whole), absent);
}

#[test]
fn records_come_as_a_list_or_as_graph_answers() {
    let records = [user(1), user(2)];
    let list = find(&request(&Value::Null, &records));
    let graph = json!({ "version": 1, "recipients":
        { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": records } });
    assert_eq!(find(&graph), list);
}

/// Half a character in one record costs that record only, whatever the request; the answer says where.
#[test]
fn a_broken_record_costs_no_other() {
    let list = r#"[{"id":"1","userPrincipalName":"a@contoso.com","mail":"a@contoso.com"},
        {"id":"2","displayName":"B","mail":"\ud83d@contoso.com","userPrincipalName":"b@contoso.com"},
        {"id":"3","userPrincipalName":"c@contoso.com","mail":"a@contoso.com"}]"#;
    let answer = |function: fn(&[u8]) -> Result<String, proxycalc::status::Error>,
                  request: &str| {
        let answer = function(request.as_bytes()).unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    for recipients in [list.to_owned(), format!(r#"{{"value":{list}}}"#)] {
        let request = format!(r#"{{"version":1,"recipients":{recipients}}}"#);
        let found = answer(find_conflicts, &request);
        assert_eq!(found["conflicts"][0]["holderCount"], 2);
        assert_eq!(found["summary"]["recipientsRead"], 3);
        let problem = &found["summary"]["problems"][0];
        assert_eq!(
            (&problem["code"], &problem["count"]),
            (&json!("InvalidJson"), &json!(1))
        );
        let first = problem["firstRecords"][0].as_str().unwrap();
        assert!(
            first.starts_with("record 2: b@contoso.com, mail: "),
            "{first}"
        );
    }

    let request = format!(
        r#"{{"version":1,"users":{list},"onPremisesUsers":[{{"Name":"\udc00"}}],"serviceHealth":{{"value":[{{"id":"\udc00"}}]}}}}"#
    );
    let found = answer(proxycalc::provisioning::diagnose_provisioning, &request);
    let error = found["results"][1]["error"]["message"].as_str().unwrap();
    assert!(
        error.starts_with("users[1].mail: expected valid JSON, found"),
        "{error}"
    );
    for user in [0, 2] {
        assert!(found["results"][user]["findings"][0].is_object());
    }
    let left_out = found["leftOut"].as_array().unwrap();
    let paths = left_out.iter().map(|error| error["path"].as_str().unwrap());
    assert!(
        paths.eq(["serviceHealth[0].id", "onPremisesUsers[0].Name"]),
        "{left_out:?}"
    );

    let request = r#"{"version":1,"tenant":{"initialDomain":"contoso.onmicrosoft.com"},"objects":[
        {"id":"1","onPremises":{"userPrincipalName":"a@contoso.com","mail":"\ud83d@contoso.com"}},
        {"id":"2","onPremises":{"userPrincipalName":"b@contoso.com"}}]}"#;
    let found = answer(proxycalc::calc_proxies::calc_proxies, request);
    assert_eq!(
        found["results"][0]["error"]["path"],
        "objects[0].onPremises.mail"
    );
    assert_eq!(
        found["results"][1]["userPrincipalName"],
        "b@contoso.onmicrosoft.com"
    );
}

#[test]
fn what_only_a_scan_gives_is_refused() {
    for options in [
        json!({ "resultForm": "separated" }),
        json!({ "want": "addresses" }),
    ] {
        let request = request(&options, &[mailbox(1)]).to_string();
        let error = find_conflicts(request.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("only a scan"), "{error}");
    }
}

/// A million records that say nothing: each is counted, one problem stands for all, and nothing is silently clean.
#[test]
fn a_million_empty_records_are_one_problem() {
    let options: Options = parse(br#"{"version":1}"#).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    let piece = "{}\n".repeat(10_000);
    for _ in 0..100 {
        scan.push(piece.as_bytes()).unwrap();
    }
    let summary: Value = serde_json::from_str(&scan.finish().unwrap()).unwrap();
    assert_eq!(summary["recipientsRead"], 1_000_000);
    let problems = summary["problems"].as_array().unwrap();
    let missing = problems
        .iter()
        .find(|problem| problem["code"] == "PropertiesUnknown")
        .unwrap();
    assert_eq!(
        (&missing["count"], &missing["severity"]),
        (&json!(1_000_000), &json!("Error"))
    );
    assert_eq!(missing["firstRecords"].as_array().unwrap().len(), 5);
}
