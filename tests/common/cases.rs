//! What the test programs share: the cases, the library's answers as JSON, a repeatable shuffle.

// Every test program compiles this file and uses a part of it.
#![allow(dead_code)]

use std::path::Path;

use proxycalc::find_conflicts::find_conflicts;
use proxycalc::options::{Options, parse};
use proxycalc::worker::Scan;
use serde_json::{Value, json};

/// A file of a folder of `tests/cases`.
pub struct Case {
    pub name: String,
    pub request: Value,
    pub expect: Value,
}

/// All cases of `find_conflicts`, by name.
pub fn cases() -> Vec<Case> {
    cases_in("find_conflicts")
}

/// All cases of a function, by name.
pub fn cases_in(function: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(function);
    let mut cases: Vec<Case> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).expect("a readable case");
            let mut case: Value =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for member in case.as_object().expect("an object").keys() {
                assert!(
                    ["about", "request", "expect"].contains(&member.as_str()),
                    "{name}: a case has no member {member:?}"
                );
            }
            Case {
                request: case["request"].take(),
                expect: case["expect"].take(),
                name,
            }
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

/// What `find_conflicts` answers.
pub fn find(request: &Value) -> Value {
    let answer = find_conflicts(request.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {request}"));
    serde_json::from_str(&answer).expect("an answer in JSON")
}

/// A request for `recipients` with `options`.
pub fn request(options: &Value, recipients: &[Value]) -> Value {
    let options = if options.is_null() {
        &json!({})
    } else {
        options
    };
    json!({ "version": 1, "options": options, "recipients": recipients })
}

/// What a scan answers that is fed `pushes`, in the form of [`find`].
pub fn scan(options: &Value, pushes: &[String]) -> Value {
    let mut options = if options.is_null() {
        json!({})
    } else {
        options.clone()
    };
    options["version"] = json!(1);
    let options: Options = parse(options.to_string().as_bytes()).expect("options");
    let mut scan = Scan::begin(options.understand("").expect("options")).expect("a scan");
    for push in pushes {
        scan.push(push.as_bytes())
            .unwrap_or_else(|error| panic!("{error}: {push:?}"));
    }
    let summary: Value = serde_json::from_str(&scan.finish().expect("a summary")).expect("JSON");
    let mut conflicts = Vec::new();
    while let Some(page) = scan.next_page().expect("a page") {
        let mut page: Value = serde_json::from_str(&page).expect("a page in JSON");
        conflicts.append(page["conflicts"].as_array_mut().expect("conflicts"));
    }
    json!({ "version": 1, "conflicts": conflicts, "summary": summary })
}

/// Numbers that are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        // The generator of Knuth's MMIX; its high bits are good enough to shuffle with.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}
