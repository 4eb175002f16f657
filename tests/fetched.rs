//! What an empty property of Graph says does not hang on the format it comes in.

#[path = "common/cases.rs"]
mod common;

use std::fmt::Write as _;

use proxycalc::options::{Options, parse};
use proxycalc::read::Set;
use proxycalc::read::source::{Format, SourceFile};
use proxycalc::worker::Scan;
use serde_json::{Value, json};

/// A user of the cloud and one of Active Directory with one address, as rows of a table: name and value.
type Row<'r> = Vec<(&'r str, &'r str)>;

const REST: [&str; 4] = [
    "id",
    "userPrincipalName",
    "proxyAddresses",
    "onPremisesImmutableId",
];
const SDK: [&str; 4] = [
    "Id",
    "UserPrincipalName",
    "ProxyAddresses",
    "OnPremisesImmutableId",
];

fn cloud(names: [&str; 4], with_anchor_beside: bool) -> Vec<Row<'_>> {
    let user = |id, upn, proxy, anchor| names.into_iter().zip([id, upn, proxy, anchor]).collect();
    let mut users = vec![user(
        "c10d0000-0000-4000-8000-000000000001",
        "c@x.com",
        "SMTP:a@x.com",
        "",
    )];
    if with_anchor_beside {
        let anchor = "AAECAwQFBgcICQoLDA0ODw==";
        users.push(user(
            "c10d0000-0000-4000-8000-000000000002",
            "d@x.com",
            "SMTP:d@x.com",
            anchor,
        ));
    }
    users
}

fn directory() -> Vec<Row<'static>> {
    vec![vec![
        ("DistinguishedName", "CN=N,DC=x"),
        ("ObjectClass", "user"),
        ("ObjectGUID", "5d1c0f8a-c011-45b2-9e0a-1b2c3d4e5f60"),
        ("proxyAddresses", "SMTP:a@x.com"),
    ]]
}

fn json_record(row: &Row<'_>) -> Value {
    row.iter()
        .map(|(name, value)| {
            (
                (*name).to_owned(),
                if value.is_empty() {
                    Value::Null
                } else {
                    json!(value)
                },
            )
        })
        .collect()
}

/// The rows as one file of each format.
fn files(rows: &[Row<'_>]) -> Vec<(&'static str, String)> {
    let records: Vec<Value> = rows.iter().map(json_record).collect();
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let cells = |pick: fn(&(&str, &str)) -> String, row: &Row<'_>| -> String {
        row.iter().map(pick).collect::<Vec<_>>().join(",")
    };
    let mut csv = cells(|(name, _)| format!("\"{name}\""), &rows[0]);
    let mut clixml = String::from(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">",
    );
    for row in rows {
        csv += "\n";
        csv += &cells(|(_, value)| format!("\"{value}\""), row);
        clixml += "<Obj><Props>";
        for (name, value) in row {
            let written = match *value {
                "" => write!(clixml, "<Nil N=\"{name}\" />"),
                value => write!(clixml, "<S N=\"{name}\">{value}</S>"),
            };
            written.unwrap();
        }
        clixml += "</Props></Obj>";
    }
    clixml += "</Objs>";
    vec![
        ("json", json!(records).to_string()),
        ("page", json!({ "value": records }).to_string()),
        ("jsonl", lines.join("\n")),
        ("csv", csv),
        ("clixml", clixml),
    ]
}

/// Kinds with severity and the codes of problems, of a scan of `files`.
fn answer_of(files: &[&str]) -> Vec<String> {
    let options: Options = parse(br#"{"version":1}"#).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    for (at, file) in files.iter().enumerate() {
        let file_at = SourceFile {
            name: format!("file {at}"),
            format: Format::Auto,
            set: Set::default(),
        };
        scan.source_begin(file_at).unwrap();
        scan.source_push(file.as_bytes()).unwrap();
        scan.source_end().unwrap();
    }
    let summary: Value = serde_json::from_str(&scan.finish().unwrap()).unwrap();
    let mut conflicts = Vec::new();
    while let Some(page) = scan.next_page().unwrap() {
        let page: Value = serde_json::from_str(&page).unwrap();
        conflicts.extend(page["conflicts"].as_array().unwrap().clone());
    }
    said(&conflicts, &summary)
}

fn said(conflicts: &[Value], summary: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let kinds = conflicts.iter().map(|conflict| {
        format!(
            "{} {}",
            text(&conflict["kind"]),
            text(&conflict["severity"])
        )
    });
    let problems = summary["problems"].as_array().unwrap().iter();
    kinds
        .chain(problems.map(|problem| text(&problem["code"])))
        .collect()
}

#[test]
fn every_format_says_the_same() {
    let directory = files(&directory());
    for (names, beside, expected) in [
        (REST, false, "CrossDirectory Warning"),
        (REST, true, "CrossDirectory Warning"),
        (SDK, false, "DirectoriesNotJoined"),
        (SDK, true, "CrossDirectory Warning"),
    ] {
        let rows = cloud(names, beside);
        for (at, (format, file)) in files(&rows).iter().enumerate() {
            let came = answer_of(&[file, &directory[at].1]);
            assert_eq!(came, [expected], "{names:?} {beside} {format}");
        }
    }
}

#[test]
fn a_file_says_nothing_of_what_another_was_fetched_with() {
    let users = cloud(SDK, true);
    let [one, other] = [&users[..1], &users[1..]].map(|rows| files(rows).swap_remove(0).1);
    let directory = files(&directory()).swap_remove(0).1;
    for order in [[&one, &other, &directory], [&directory, &other, &one]] {
        let came = answer_of(&order.map(String::as_str));
        assert_eq!(came, ["DirectoriesNotJoined"]);
    }
}

#[test]
fn a_problem_says_what_is_not_known() {
    let rows: Vec<Value> = cloud(SDK, false)
        .iter()
        .chain(&directory())
        .map(json_record)
        .collect();
    let answer = common::find(&common::request(&Value::Null, &rows));
    let problem = &answer["summary"]["problems"][0];
    let first = problem["firstRecords"][0].as_str().unwrap();
    assert!(
        first.starts_with("record 1 (c@x.com) and record 2 (CN=N,DC=x): "),
        "{first}"
    );
    assert!(
        first.contains("not fetched, or nobody is synced"),
        "{first}"
    );
    assert!(!answer.to_string().contains("not asked for"));
}
