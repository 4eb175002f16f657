//! Files as people have them: every entry of `tests/cases/files/cases.json` names a file, or holds its text or bytes, and
//! says what must come of it. Each is read whole and in pieces of a byte.

#[path = "common/cases.rs"]
mod cases;

use base64::Engine as _;
use cases::Case;
use proxycalc::options::{Options, parse};
use proxycalc::read::source::SourceFile;
use proxycalc::worker::Scan;
use serde_json::{Map, Value, json};

/// What came of a scan of one file.
struct Came {
    summary: Value,
    rows: Vec<Value>,
}

fn scan(case: &Case, want: &str, pieces: usize) -> Came {
    let bytes = bytes_of(&case.request);
    let mut options = case.request["options"].clone();
    if options.is_null() {
        options = json!({});
    }
    options["version"] = json!(1);
    options["want"] = json!(want);
    let options: Options = parse(options.to_string().as_bytes()).expect("options");
    let mut scan = Scan::begin(options.understand("").expect("options")).expect("a scan");
    let name = case.request["file"].as_str().unwrap_or("export");
    let file = json!({ "name": name, "format": case.request["format"] });
    let file = SourceFile::parse(file.to_string().as_bytes()).expect("a source");
    scan.source_begin(file).expect("a source");
    for piece in bytes.chunks(pieces) {
        scan.source_push(piece).expect("a piece");
    }
    scan.source_end().expect("an end");
    let summary = serde_json::from_str(&scan.finish().expect("a summary")).expect("JSON");
    let mut rows = Vec::new();
    while let Some(page) = scan.next_page().expect("a page") {
        let mut page: Value = serde_json::from_str(&page).expect("a page in JSON");
        rows.append(page[want].as_array_mut().expect("rows"));
    }
    Came { summary, rows }
}

fn bytes_of(request: &Value) -> Vec<u8> {
    let text = |name: &str| request[name].as_str();
    if let Some(file) = text("file") {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/files");
        return std::fs::read(folder.join(file)).expect("a readable file");
    }
    if let Some(bytes) = text("base64") {
        let engine = base64::engine::general_purpose::STANDARD;
        return engine.decode(bytes).expect("base64");
    }
    let text = text("text").expect("a file, its text or its bytes");
    match request["encoding"].as_str() {
        None => text.as_bytes().to_vec(),
        Some("utf-16le") => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Some("utf-16be") => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Some("utf-32le") => text
            .chars()
            .flat_map(|c| (c as u32).to_le_bytes())
            .collect(),
        // As far as it goes: what one byte cannot hold is a question mark.
        Some("latin-1") => text
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect(),
        Some("ascii") => text
            .bytes()
            .filter(|b| b & 0xc0 != 0x80)
            .map(|b| if b.is_ascii() { b } else { b'?' })
            .collect(),
        Some(other) => panic!("no encoding {other}"),
    }
}

/// A conflict in one line.
fn line(conflict: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let holders = conflict["holders"].as_array().into_iter().flatten();
    let holders =
        holders.map(|holder| format!("{}={}", text(&holder["identity"]), text(&holder["role"])));
    format!(
        "{} {} {}:{} [{}]",
        text(&conflict["severity"]),
        text(&conflict["kind"]),
        text(&conflict["addressType"]),
        text(&conflict["address"]),
        holders.collect::<Vec<_>>().join(", ")
    )
}

/// Expected and come, as far as the case says.
fn pairs(case: &Case, pieces: usize) -> Vec<(&'static str, Value, Value)> {
    let conflicts = scan(case, "conflicts", pieces);
    let problems = conflicts.summary["problems"].as_array().expect("problems");
    // Of the first records the part that the case names is enough.
    let expected = case.expect["problems"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let told: Map<String, Value> = problems
        .iter()
        .map(|problem| {
            let code = problem["code"].as_str().expect("a code");
            let records = problem["firstRecords"].as_array().expect("records");
            let wanted = expected.get(code).and_then(Value::as_array);
            let shown = records.iter().enumerate().map(|(at, record)| {
                let part = wanted
                    .and_then(|wanted| wanted.get(at))
                    .and_then(Value::as_str);
                let has = |part: &&str| record.as_str().is_some_and(|text| text.contains(part));
                part.filter(has).map_or_else(|| record.clone(), Value::from)
            });
            (code.to_owned(), Value::Array(shown.collect()))
        })
        .collect();
    let mut pairs = vec![("problems", Value::Object(expected), Value::Object(told))];
    if case.expect.get("conflicts").is_some() {
        let lines: Vec<String> = conflicts.rows.iter().map(line).collect();
        pairs.push(("conflicts", case.expect["conflicts"].clone(), json!(lines)));
    }
    for member in ["sources", "recipientsRead", "objects"] {
        if let Some(expected) = case.expect.get(member) {
            pairs.push((member, expected.clone(), conflicts.summary[member].clone()));
        }
    }
    if let Some(expected) = case.expect.get("addresses") {
        let rows = scan(case, "addresses", pieces).rows;
        let rows: Vec<String> = rows
            .iter()
            .map(|row| {
                format!(
                    "{} {}",
                    row["identity"].as_str().unwrap(),
                    row["value"].as_str().unwrap()
                )
            })
            .collect();
        pairs.push(("addresses", expected.clone(), json!(rows)));
    }
    if let Some(expected) = case.expect.get("issues") {
        let rows = scan(case, "issues", pieces).rows;
        let codes: Vec<String> = rows
            .iter()
            .map(|issue| {
                format!(
                    "{} {}",
                    issue["code"].as_str().unwrap(),
                    issue["value"].as_str().unwrap()
                )
            })
            .collect();
        pairs.push(("issues", expected.clone(), json!(codes)));
    }
    if let Some(expected) = case.expect.get("remediation") {
        let lines = conflicts
            .rows
            .iter()
            .flat_map(|row| row["remediation"].as_array().unwrap());
        let wanted = expected.as_array().unwrap();
        let held: Vec<&Value> = wanted
            .iter()
            .filter(|line| lines.clone().any(|came| came == *line))
            .collect();
        pairs.push(("remediation", expected.clone(), json!(held)));
    }
    pairs
}

#[test]
fn every_file_gives_what_its_case_says() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/files");
    let text = std::fs::read_to_string(folder.join("cases.json")).expect("the cases");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("cases in JSON");
    assert!(cases.len() > 30);
    let mut wrong = Vec::new();
    let mut used = Vec::new();
    for mut case in cases {
        let case = Case {
            name: case["about"].as_str().expect("what it is about").to_owned(),
            expect: case["expect"].take(),
            request: case,
        };
        used.extend(case.request["file"].as_str().map(str::to_owned));
        for pieces in [usize::MAX >> 1, 1] {
            for (member, expected, came) in pairs(&case, pieces) {
                if expected != came {
                    wrong.push(format!(
                        "{}: {member}:\n  expected {expected}\n  came     {came}",
                        case.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "cases.json")
        .collect();
    files.sort();
    used.sort();
    used.dedup();
    assert_eq!(files, used, "every file has its case");
}
