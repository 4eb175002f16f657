//! What hostile bytes must not do, for the fuzz targets and for tests/hostile.rs: end in a panic, lose count of a
//! record, or mean something else when they come in other pieces.

#![allow(dead_code, reason = "each fuzz target uses one entry")]

use proxycalc::options::{self, Options};
use proxycalc::read::source::{Format, SourceFile};
use proxycalc::status::{Error, PROXYCALC_INTERNAL_PANIC};
use proxycalc::worker::Scan;
use serde_json::Value;

/// Ends a piece in the input of [`push`]. It is never part of UTF-8.
pub const END_OF_PIECE: u8 = 0xff;

/// The formats that the first byte of the input of [`source`] chooses from.
pub const FORMATS: [Format; 7] = [
    Format::Auto,
    Format::Csv,
    Format::Json,
    Format::JsonLines,
    Format::Clixml,
    Format::Ldif,
    Format::Csvde,
];

fn no_panic<T>(outcome: Result<T, Error>) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(error) => {
            assert_ne!(error.status(), PROXYCALC_INTERNAL_PANIC, "{error}");
            assert!(serde_json::from_str::<Value>(&error.to_json()).is_ok());
            None
        }
    }
}

fn begin(options: &str) -> Scan {
    let options: Options = options::parse(options.as_bytes()).expect("they are valid");
    Scan::begin(options.understand("").expect("they are valid")).expect("a thread can start")
}

/// Finishes, reads all pages, and gives everything that came out, the summary first.
fn drain(mut scan: Scan) -> Vec<String> {
    let mut answers: Vec<String> = no_panic(scan.finish()).into_iter().collect();
    while let Some(Some(page)) = no_panic(scan.next_page()) {
        answers.push(page);
    }
    let look_up = ["a@contoso.com".to_owned(), String::new(), "sip:".to_owned()];
    answers.extend(no_panic(scan.outcome()).map(|outcome| outcome.look_up(&look_up)));
    for answer in &answers {
        assert!(serde_json::from_str::<Value>(answer).is_ok(), "{answer}");
    }
    answers
}

fn number(summary: &str, name: &str) -> usize {
    let summary: Value = serde_json::from_str(summary).expect("checked before");
    let number = summary[name].as_u64().expect("the summary has it");
    usize::try_from(number).expect("it was a usize")
}

/// Arbitrary bytes as a request.
pub fn find_conflicts(bytes: &[u8]) {
    let Some(response) = no_panic(proxycalc::find_conflicts::find_conflicts(bytes)) else {
        return;
    };
    let response: Value = serde_json::from_str(&response).expect("a response is JSON");
    let summary = &response["summary"];
    if let Ok(Value::Object(request)) = serde_json::from_slice::<Value>(bytes)
        && let Some(Value::Array(recipients)) = request.get("recipients")
    {
        assert_eq!(summary["recipientsRead"], recipients.len(), "{summary}");
    }
    assert!(summary["objects"].as_u64() <= summary["recipientsRead"].as_u64());
}

/// Arbitrary bytes as a request about users: one result each, with every finding or an error, and lines safe to paste.
pub fn diagnose(bytes: &[u8]) {
    let Some(response) = no_panic(proxycalc::provisioning::diagnose_provisioning(bytes)) else {
        return;
    };
    let response: Value = serde_json::from_str(&response).expect("a response is JSON");
    let results = response["results"].as_array().expect("results");
    if let Ok(Value::Object(request)) = serde_json::from_slice::<Value>(bytes)
        && let Some(Value::Array(users)) = request.get("users")
    {
        assert_eq!(results.len(), users.len());
    }
    for result in results {
        let Some(findings) = result["findings"].as_array() else {
            assert!(result["error"]["message"].is_string(), "{result}");
            continue;
        };
        let all = proxycalc::provisioning::rules::RULES.len();
        assert!([1, all].contains(&findings.len()), "{result}");
        for line in findings.iter().flat_map(|finding| {
            let lines = finding["nextStep"].as_array().expect("lines");
            lines.iter().map(|line| line.as_str().expect("a line"))
        }) {
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}

/// Arbitrary bytes as a request of `calc_proxies`; and every result, with its state as the previous one, stays as it is.
pub fn calc_proxies(bytes: &[u8]) {
    let Some(response) = no_panic(proxycalc::calc_proxies::calc_proxies(bytes)) else {
        return;
    };
    let response: Value = serde_json::from_str(&response).expect("a response is JSON");
    let results = response["results"].as_array().expect("results");
    // What no property reads may be more than a Value takes, like a number beyond all numbers.
    if let Ok(request) = serde_json::from_slice::<Value>(bytes) {
        let objects = request["objects"].as_array().map(Vec::len);
        assert_eq!(objects, Some(results.len()));
    }
    for result in results {
        let Some(addresses) = result["proxyAddresses"].as_array() else {
            assert!(result["error"]["code"].is_string(), "{result}");
            continue;
        };
        let primary = |value: &&Value| {
            value
                .as_str()
                .is_some_and(|value| value.starts_with("SMTP:"))
        };
        assert!(addresses.iter().filter(primary).count() <= 1, "{result}");
    }
}

/// Arbitrary bytes as pushes of a scan for calculations; [`END_OF_PIECE`] divides them. One that begins with the line
/// `previous` holds previous objects.
pub fn calculate(bytes: &[u8]) {
    let options = r#"{"version":1,"want":"calculations","tenant":{"initialDomain":"contoso.onmicrosoft.com","verifiedDomains":["contoso.com"],"collisionDigits":["0000"]}}"#;
    let mut scan = begin(options);
    for piece in bytes.split(|byte| *byte == END_OF_PIECE) {
        if let Some(previous) = piece.strip_prefix(b"previous\n") {
            let source = br#"{"name":"","format":"jsonl","set":"previous"}"#;
            let source = SourceFile::parse(source).expect("a source");
            if no_panic(scan.source_begin(source)).is_some() {
                no_panic(scan.source_push(previous));
                no_panic(scan.source_end());
            }
        } else {
            no_panic(scan.push(piece));
        }
    }
    let summary: Value = no_panic(scan.finish())
        .map(|summary| serde_json::from_str(&summary).expect("a summary is JSON"))
        .unwrap_or_default();
    let mut given = 0;
    while let Some(Some(page)) = no_panic(scan.next_page()) {
        let page: Value = serde_json::from_str(&page).expect("a page is JSON");
        given += page["calculations"].as_array().map_or(0, Vec::len) as u64;
    }
    assert_eq!(summary["recipientsRead"].as_u64(), Some(given));
    let counted = summary["calculated"]
        .as_u64()
        .zip(summary["errors"].as_u64());
    assert_eq!(counted.map(|(good, bad)| good + bad), Some(given));
}

/// Arbitrary bytes as pushes; [`END_OF_PIECE`] divides them.
pub fn push(bytes: &[u8]) {
    let mut scan = begin(r#"{"version":1,"includeInformation":true}"#);
    let mut expected = 0;
    for piece in bytes.split(|byte| *byte == END_OF_PIECE) {
        if no_panic(scan.push(piece)).is_some() {
            let text = std::str::from_utf8(piece).expect("it was taken");
            expected += records_in(text);
        }
    }
    let answers = drain(scan);
    assert_eq!(number(&answers[0], "recipientsRead"), expected);
    let counted = number(&answers[0], "conflicts");
    let given: usize = answers[1..answers.len() - 1]
        .iter()
        .map(|page| {
            let page: Value = serde_json::from_str(page).expect("checked before");
            let conflicts = page["conflicts"].as_array().expect("a page has some");
            let ends = |conflict: &&Value| conflict["last"] != false;
            conflicts.iter().filter(ends).count()
        })
        .sum();
    assert_eq!(given, counted);
}

/// Records of a push that was taken.
fn records_in(text: &str) -> usize {
    text.split('\n')
        .filter(|line| !line.trim_ascii().is_empty())
        .count()
}

/// Arbitrary bytes as a file. The first byte chooses the format, the second the pieces it comes in.
pub fn source(bytes: &[u8]) {
    let [format, pieces, file @ ..] = bytes else {
        return;
    };
    let format = FORMATS[*format as usize % FORMATS.len()];
    let whole = read_file(format, [file]);
    // Pieces of growing sizes, from the byte that the input chose on.
    let mut rest = file;
    let mut size = *pieces as usize % 8;
    let mut split = Vec::new();
    while !rest.is_empty() {
        size = size % 13 + 1;
        let (piece, after) = rest.split_at(size.min(rest.len()));
        split.push(piece);
        rest = after;
    }
    assert_eq!(read_file(format, split), whole, "{format:?} in pieces");
    // Zero bytes are those of UTF-16 or UTF-32 without a mark, or of no text.
    let plain = !file.starts_with(&[0x1f, 0x8b])
        && !file[..file.len().min(64)].contains(&0)
        && ![&b"\xff\xfe"[..], b"\xfe\xff"]
            .iter()
            .any(|mark| file.starts_with(mark));
    if format == Format::JsonLines && plain {
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let lines = file.split(|byte| *byte == b'\n');
        let expected = lines.filter(|line| !line.trim_ascii().is_empty()).count();
        assert_eq!(number(&whole[0], "recipientsRead"), expected);
    }
}

fn read_file<'f>(format: Format, pieces: impl IntoIterator<Item = &'f [u8]>) -> Vec<String> {
    let mut scan = begin(r#"{"version":1,"want":"addresses"}"#);
    let file = SourceFile {
        name: "file".to_owned(),
        format,
        set: proxycalc::read::Set::default(),
    };
    scan.source_begin(file).expect("no source is open");
    for piece in pieces {
        no_panic(scan.source_push(piece));
    }
    no_panic(scan.source_end());
    drain(scan)
}

/// Arbitrary bytes as an error text, alone and beside recipients. What it says is one line of text a step, and the same
/// whether the text comes as it is or as JSON in JSON.
pub fn resolve_error(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut texts = vec![Value::from(text.as_ref())];
    texts.extend(serde_json::from_slice(bytes).ok().filter(Value::is_object));
    let recipients = serde_json::json!([
        { "Identity": text, "RecipientTypeDetails": "MailContact", "EmailAddresses": ["smtp:user@contoso.com", text] },
    ]);
    let request = serde_json::json!({ "version": 1, "texts": texts, "recipients": recipients });
    let request = request.to_string();
    let Some(response) = no_panic(proxycalc::resolve_error::resolve_error(request.as_bytes()))
    else {
        return;
    };
    let response: Value = serde_json::from_str(&response).expect("a response is JSON");
    for result in response["results"].as_array().expect("results") {
        for step in result["nextSteps"].as_array().expect("steps") {
            let step = step.as_str().expect("a text");
            assert!(!step.chars().any(char::is_control), "{step:?}");
            assert!(step.starts_with("# ") || stays_quoted(step), "{step:?}");
        }
    }
    let plain = proxycalc::error_text::analyse(&text);
    for address in &plain.addresses {
        assert!(!address.address.is_empty());
    }
}

/// Outside its quotes, and up to a comment, a command holds nothing that would run something else.
fn stays_quoted(line: &str) -> bool {
    let (mut quoted, mut before, mut table) = (false, ' ', false);
    for c in line
        .replace("-EmailAddressPolicyEnabled $false", "")
        .chars()
    {
        match c {
            // A comment runs to the end of the line.
            '#' if !quoted && before == ' ' => return true,
            '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => quoted = !quoted,
            '{' if !quoted && before == '@' => table = true,
            '}' if !quoted => table = false,
            // Between the entries of a hash table.
            ';' if !quoted && table => {}
            '$' | '`' | ';' | '"' | '&' if !quoted => return false,
            _ => {}
        }
        before = c;
    }
    !quoted
}
