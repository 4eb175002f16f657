//! The sample tenant: what was planted is found, and what is healthy gives no row.

use std::fs;
use std::path::Path;

use proxycalc::options::{Options, parse};
use proxycalc::read::source::{Format, SourceFile};
use proxycalc::worker::Scan;
use serde_json::Value;

const FILES: &[&str] = &[
    "exchange-online.json",
    "entra-users.json",
    "entra-groups.json",
    "entra-deleted-users.json",
    "active-directory.csv",
];

/// Kind, severity, type, folded address and the holders' ids.
type Row = (String, String, String, String, Vec<String>);

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn row(conflict: &Value, mut ids: Vec<String>) -> Row {
    ids.sort();
    (
        text(conflict, "kind"),
        text(conflict, "severity"),
        text(conflict, "addressType"),
        text(conflict, "address").to_ascii_lowercase(),
        ids,
    )
}

fn scan(files: &[&str]) -> (Vec<Value>, Value) {
    let tenant = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/tenant");
    let options: Options = parse(br#"{"version":1,"includeInformation":true}"#).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    for name in files {
        let file = SourceFile {
            name: (*name).to_owned(),
            format: Format::Auto,
            set: proxycalc::read::Set::default(),
        };
        scan.source_begin(file).unwrap();
        for piece in fs::read(tenant.join(name)).unwrap().chunks(4099) {
            scan.source_push(piece).unwrap();
        }
        scan.source_end().unwrap();
    }
    let summary: Value = serde_json::from_str(&scan.finish().unwrap()).unwrap();
    let mut conflicts = Vec::new();
    while let Some(page) = scan.next_page().unwrap() {
        let page: Value = serde_json::from_str(&page).unwrap();
        conflicts.extend(page["conflicts"].as_array().unwrap().clone());
    }
    (conflicts, summary)
}

#[test]
fn what_was_planted_is_found_and_nothing_else() {
    let planted = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/tenant/planted.json");
    let planted: Value = serde_json::from_str(&fs::read_to_string(planted).unwrap()).unwrap();
    let strings = |value: &Value| -> Vec<String> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect()
    };
    let expected = planted["conflicts"].as_array().unwrap();
    let mut expected: Vec<Row> = expected
        .iter()
        .map(|c| row(c, strings(&c["holderIds"])))
        .collect();
    let (conflicts, summary) = scan(FILES);
    let ids = |conflict: &Value| -> Vec<String> {
        conflict["holders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|holder| text(holder, "id"))
            .collect()
    };
    let mut found: Vec<Row> = conflicts
        .iter()
        .map(|conflict| row(conflict, ids(conflict)))
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{summary:#}");
    assert_eq!(summary["problems"], Value::Array(Vec::new()));
    assert_eq!(summary["conflicts"], found.len());
}

#[test]
fn the_order_of_files_does_not_matter() {
    let (conflicts, _) = scan(FILES);
    let mut reversed = FILES.to_vec();
    reversed.reverse();
    assert_eq!(scan(&reversed).0, conflicts);
}
