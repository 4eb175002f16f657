//! The closed lists of the documentation are those of the code.

use proxycalc::conflict::{Kind, Severity};
use proxycalc::coverage::Coverage;
use proxycalc::error_text::Code;
use proxycalc::issue;
use proxycalc::problem::ProblemCode;
use proxycalc::provisioning::rules::RULES;
use proxycalc::reason::Reason;
use proxycalc::recipient::{Role, Source};

mod common;

/// The tables of docs/proxy-calculation.md are the table of reasons: each once, with its basis, rule and source.
#[test]
fn every_reason_is_documented_as_it_is() {
    let text = std::fs::read_to_string(common::root().join("docs/proxy-calculation.md")).unwrap();
    let rows: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.replace("&lt;", "<"))
        .collect();
    let expected: Vec<String> = Reason::ALL
        .iter()
        .map(|reason| {
            let (code, basis) = (reason.code(), reason.basis().name());
            let (rule, source) = (reason.explanation(), reason.source());
            format!("| `{code}` | {basis} | {rule} | {source} |")
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn every_issue_is_documented_with_its_sentence() {
    let text = std::fs::read_to_string(common::root().join("docs/address-issues.md")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    // The head of the table is a row too.
    assert_eq!(rows.len(), 1 + issue::codes().count());
    for (code, message) in issue::codes().zip(issue::messages()) {
        let row = rows
            .iter()
            .find(|row| row.starts_with(&format!("| {code} |")));
        let row =
            row.unwrap_or_else(|| panic!("docs/address-issues.md does not say what {code} is"));
        assert!(
            row.replace("\\|", "|").contains(message),
            "{code}: {message}"
        );
    }
}

#[test]
fn every_name_of_a_closed_list_is_documented() {
    let text = std::fs::read_to_string(common::root().join("docs/conflicts.md")).unwrap();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let names = Kind::ALL.iter().map(|kind| kind.name());
    let names = names.chain(Severity::ALL.iter().map(|severity| severity.name()));
    let names = names.chain(Role::ALL.iter().map(|role| role.name()));
    let names = names.chain(Source::ALL.iter().map(|source| source.name()));
    let names = names.chain(ProblemCode::ALL.iter().map(|code| code.name()));
    for name in names.chain(Coverage::codes()) {
        assert!(
            words.contains(&name),
            "docs/conflicts.md does not say what {name} is"
        );
    }
}

#[test]
fn the_table_of_error_texts_is_that_of_the_code() {
    let text = std::fs::read_to_string(common::root().join("docs/error-texts.md")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let expected: Vec<(&str, &str)> = Code::all()
        .map(|code| (code.name(), if code.is_conflict() { "yes" } else { "no" }))
        .collect();
    let found: Vec<(&str, &str)> = rows.iter().map(|row| (row[1], row[2])).collect();
    assert_eq!(found, expected);
    // Code, conflict, text, what to do; nothing is empty.
    for row in rows {
        assert!(
            row.len() == 6 && row[1..5].iter().all(|cell| !cell.is_empty()),
            "{row:?}"
        );
    }
}

/// The table of findings: the names and the articles, in the order of the code.
#[test]
fn every_finding_is_documented_in_its_place() {
    let text = std::fs::read_to_string(common::root().join("docs/provisioning.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    let documented: Vec<(&str, &str)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 5, "{row}");
            (cells[0], cells[4])
        })
        .collect();
    let known: Vec<(&str, &str)> = RULES
        .iter()
        .map(|rule| (rule.name.as_str(), rule.reference))
        .collect();
    assert_eq!(documented, known);
}
