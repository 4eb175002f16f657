//! Every cmdlet and parameter that the product prints is one of `tests/commands.txt`, where each was checked against its
//! documentation: what is printed is run by somebody at night.

#[path = "common/cases.rs"]
mod common;

#[path = "common/mod.rs"]
mod places;

#[path = "common/powershell.rs"]
mod powershell;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use powershell::{Text, Use, uses};
use proxycalc::provisioning::diagnose_provisioning;
use proxycalc::resolve_error::resolve_error;
use serde_json::Value;

/// The list: for each shell its cmdlets with their parameters.
struct Known(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

/// Every cmdlet of PowerShell has them.
const COMMON: &[&str] = &[
    "ErrorAction",
    "ErrorVariable",
    "InformationAction",
    "OutVariable",
    "PipelineVariable",
    "Verbose",
    "WarningAction",
    "WarningVariable",
];

impl Known {
    fn read() -> Self {
        let text = std::fs::read_to_string(places::root().join("tests/commands.txt")).unwrap();
        let mut all: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        let mut shell = None;
        for line in text
            .lines()
            .map(|line| line.split(" # ").next().unwrap_or("").trim())
        {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                shell = Some(name.trim_end_matches(']').to_owned());
                continue;
            }
            let cmdlets = all
                .entry(shell.clone().expect("a shell before the cmdlets"))
                .or_default();
            let mut words = line.split_whitespace();
            let name = words.next().unwrap();
            let parameters = cmdlets.entry(name.to_owned()).or_default();
            assert!(parameters.is_empty(), "{name} stands twice in one shell");
            for word in words {
                let parameter = word
                    .strip_prefix('-')
                    .unwrap_or_else(|| panic!("{name}: {word} is no parameter"));
                assert!(
                    parameters.insert(parameter.to_owned()),
                    "{name} {word} stands twice"
                );
            }
        }
        Self(all)
    }

    fn has(&self, used: &Use) -> bool {
        let fits = |cmdlets: &BTreeMap<String, BTreeSet<String>>| {
            cmdlets.get(&used.cmdlet).is_some_and(|parameters| {
                // PowerShell takes a parameter in any case.
                let is = |known: &str| known.eq_ignore_ascii_case(&used.parameter);
                used.parameter.is_empty()
                    || parameters.iter().any(|known| is(known))
                    || COMMON.iter().any(|known| is(known))
            })
        };
        match used.shell {
            // PowerShell's own cmdlets are in every shell.
            Some(shell) => [shell, "PowerShell"]
                .iter()
                .any(|shell| self.0.get(*shell).is_some_and(fits)),
            None => self.0.values().any(fits),
        }
    }
}

/// Part of error texts that are read, and nothing to be run.
const READ_ONLY: &[&str] = &["Write-ErrorMessage"];

/// Printed although it is wrong: to be mended, and then to go from here.
const WRONG: &[(&str, &str)] = &[("Invoke-ProvisioningRecipientDiagnostic", "Confirm")];

/// The module's own commands: its own tests hold their help against their parameters.
fn is_own(cmdlet: &str) -> bool {
    let noun = cmdlet.split_once('-').map_or("", |(_, noun)| noun);
    noun.starts_with("Proxy") || noun == "MailboxProvisioning"
}

/// Where each use was seen first.
#[derive(Default)]
struct Seen(BTreeMap<Use, String>);

impl Seen {
    fn add(&mut self, place: &str, text: &str, kind: Text) {
        for used in uses(text, kind) {
            if !is_own(&used.cmdlet) && !READ_ONLY.contains(&used.cmdlet.as_str()) {
                self.0.entry(used).or_insert_with(|| place.to_owned());
            }
        }
    }

    /// Every text of an answer. A line that begins with a command is one; all else is prose.
    fn add_answer(&mut self, place: &str, answer: &Value) {
        match answer {
            Value::String(text) => {
                for line in text.lines() {
                    let first = line.split([' ', '\t']).next().unwrap_or("");
                    let kind = if powershell::is_cmdlet(first) {
                        Text::Code
                    } else {
                        Text::Prose
                    };
                    self.add(place, line, kind);
                }
            }
            Value::Array(all) => all.iter().for_each(|value| self.add_answer(place, value)),
            Value::Object(all) => all.values().for_each(|value| self.add_answer(place, value)),
            _ => {}
        }
    }
}

fn files(folder: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return all;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path, ends));
        } else if path
            .extension()
            .is_some_and(|end| ends.iter().any(|known| end == *known))
        {
            all.push(path);
        }
    }
    all.sort();
    all
}

fn answers(seen: &mut Seen) {
    let json = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    for case in common::cases_in("find_conflicts") {
        let mut request = case.request;
        if request["options"].is_null() {
            request["options"] = serde_json::json!({});
        }
        request["options"]["includeInformation"] = serde_json::json!(true);
        seen.add_answer(&case.name, &common::find(&request));
    }
    for case in common::cases_in("resolve_error") {
        if let Ok(answer) = resolve_error(case.request.to_string().as_bytes()) {
            seen.add_answer(&case.name, &json(answer));
        }
    }
    for case in common::cases_in("diagnose_provisioning") {
        if let Ok(answer) = diagnose_provisioning(case.request.to_string().as_bytes()) {
            seen.add_answer(&case.name, &json(answer));
        }
    }
}

/// The texts in double quotes of Rust's source, tests left out.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or("");
    let chars: Vec<char> = source.chars().collect();
    let (mut all, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => {
                at = (at..chars.len())
                    .find(|at| chars[*at] == '\n')
                    .unwrap_or(chars.len());
            }
            // The character '"'.
            '\'' if chars.get(at + 1) == Some(&'"') => at += 3,
            '\'' if chars.get(at + 1) == Some(&'\\') => at += 4,
            '"' => {
                let mut text = String::new();
                at += 1;
                while at < chars.len() && chars[at] != '"' {
                    if chars[at] == '\\' {
                        at += 1;
                        match chars.get(at) {
                            Some('n') => text.push('\n'),
                            Some('\n') => {
                                while chars.get(at + 1).is_some_and(|c| c.is_whitespace()) {
                                    at += 1;
                                }
                            }
                            Some(c) => text.push(*c),
                            None => {}
                        }
                    } else {
                        text.push(chars[at]);
                    }
                    at += 1;
                }
                all.push(text);
                at += 1;
            }
            _ => at += 1,
        }
    }
    all
}

/// The code in Markdown: fenced blocks of PowerShell, and what stands between backticks.
fn markdown(seen: &mut Seen, place: &str, text: &str) {
    for (at, part) in text.split("```").enumerate() {
        if at % 2 == 1 {
            if let Some(code) = part
                .strip_prefix("powershell")
                .or_else(|| part.strip_prefix("ps1"))
            {
                seen.add(place, code, Text::Code);
            }
        } else {
            for code in part.split('`').skip(1).step_by(2) {
                seen.add(place, code, Text::Prose);
            }
        }
    }
}

fn sources(seen: &mut Seen) {
    let root = places::root().to_path_buf();
    let name = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    for path in files(&root.join("src"), &["rs"]) {
        if path.ends_with("tests.rs") {
            continue;
        }
        for literal in literals(&read(&path)) {
            seen.add(&name(&path), &literal, Text::Prose);
        }
    }
    for path in [
        files(&root.join("docs"), &["md"]),
        vec![root.join("README.md")],
    ]
    .concat()
    {
        markdown(seen, &name(&path), &read(&path));
    }
    // One script: the first file defines functions that the others call.
    let scripts = files(&root.join("powershell/Collection"), &["ps1"]);
    let script: String = scripts.iter().map(|path| read(path) + "\n").collect();
    seen.add("powershell/Collection", &script, Text::Code);
    if scripts.is_empty() {
        // What stands in its here-strings is the script.
        let path = root.join("powershell/ProxyCalc/Public/Get-ProxyCollectionScript.ps1");
        let text = read(&path);
        for part in text.split("@'\n").skip(1) {
            let part = part.split("\n'@").next().unwrap_or("");
            seen.add(&name(&path), part, Text::Code);
        }
    }
}

#[test]
fn every_cmdlet_and_parameter_that_is_printed_was_checked() {
    let known = Known::read();
    let mut seen = Seen::default();
    answers(&mut seen);
    sources(&mut seen);
    let unknown: Vec<String> = seen
        .0
        .iter()
        .filter(|(used, _)| !known.has(used))
        .filter(|(used, _)| !WRONG.contains(&(used.cmdlet.as_str(), used.parameter.as_str())))
        .map(|(used, place)| {
            let parameter = if used.parameter.is_empty() {
                String::new()
            } else {
                format!(" -{}", used.parameter)
            };
            let shell = used
                .shell
                .map_or(String::new(), |shell| format!(" in {shell}"));
            format!("{}{parameter}{shell} ({place})", used.cmdlet)
        })
        .collect();
    let pairs: BTreeSet<_> = seen
        .0
        .keys()
        .map(|used| (&used.cmdlet, &used.parameter))
        .collect();
    println!("{} cmdlets and parameters are printed", pairs.len());
    assert!(
        unknown.is_empty(),
        "not in tests/commands.txt, whose head says how they are checked:\n{}",
        unknown.join("\n")
    );
    assert!(pairs.len() > 100, "only {} were found", pairs.len());
}
