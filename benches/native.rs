//! The native half, side by side with `serde_json`'s own parse of the same records: times by criterion, and from them the
//! ratios of docs/performance.md; then growth and memory.
//!
//! `cargo bench --bench native` (add `-- json_lines` to run one).

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use peak_alloc::PeakAlloc;
use proxycalc::options::{Options, parse};
use proxycalc::read::source::SourceFile;
use proxycalc::worker::Scan;
use serde::Deserialize;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes of a push, as the PowerShell module sends them.
const PIECE: usize = 1 << 18;

/// What a caller would parse by hand: the same fields, borrowed. No text here is escaped, so all can be.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Borrowed<'r> {
    external_directory_object_id: &'r str,
    identity: &'r str,
    display_name: &'r str,
    primary_smtp_address: &'r str,
    recipient_type_details: &'r str,
    distinguished_name: &'r str,
    #[serde(borrow)]
    email_addresses: Vec<&'r str>,
}

/// How the tenant is.
#[derive(Clone, Copy)]
enum Tenant {
    /// One address in a thousand is held twice.
    Usual,
    /// One address is held by everybody.
    OneForAll,
    /// Every object shares an address with one other.
    AllTwice,
}

fn fields(at: usize, tenant: Tenant) -> ([String; 6], [String; 5]) {
    let shared = match tenant {
        Tenant::Usual if at % 1000 == 1 => at - 1,
        Tenant::Usual => at,
        Tenant::OneForAll => 0,
        Tenant::AllTwice => at / 2,
    };
    let id = format!("{at:08x}-0001-0002-0304-05060708090a");
    let dn = format!(
        "CN=user{at},OU=contoso.onmicrosoft.com,OU=Microsoft Exchange Hosted Organizations,DC=EURPR05A001,DC=PROD,DC=OUTLOOK,DC=COM"
    );
    let single = [
        id,
        format!("user{at}"),
        format!("First Last {at}"),
        format!("user{at}@contoso.com"),
        "UserMailbox".to_owned(),
        dn,
    ];
    let addresses = [
        format!("SMTP:user{at}@contoso.com"),
        format!("smtp:user{at}@contoso.onmicrosoft.com"),
        format!("smtp:first.last{shared}@contoso.com"),
        format!("SIP:user{at}@contoso.com"),
        format!("smtp:u{at}@fabrikam.com"),
    ];
    (single, addresses)
}

const NAMES: [&str; 6] = [
    "ExternalDirectoryObjectId",
    "Identity",
    "DisplayName",
    "PrimarySmtpAddress",
    "RecipientTypeDetails",
    "DistinguishedName",
];

/// JSON lines in pieces of whole lines.
fn json_pieces(count: usize, tenant: Tenant) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for at in 0..count {
        let (single, addresses) = fields(at, tenant);
        if pieces.last().is_some_and(|piece| piece.len() > PIECE) {
            pieces.push(String::new());
        }
        let piece = pieces.last_mut().unwrap();
        piece.push('{');
        for (name, value) in NAMES.iter().zip(&single) {
            let _ = write!(piece, "\"{name}\":\"{value}\",");
        }
        let _ = writeln!(
            piece,
            "\"EmailAddresses\":[\"{}\"]}}",
            addresses.join("\",\"")
        );
    }
    pieces
}

fn scan(pieces: &[String]) -> usize {
    let options: Options = parse(br#"{"version":1,"resultForm":"separated"}"#).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    for piece in pieces {
        scan.push(piece.as_bytes()).unwrap();
    }
    scan.finish().unwrap();
    let mut bytes = 0;
    while let Some(page) = scan.next_page().unwrap() {
        bytes += black_box(page).len();
    }
    bytes
}

fn parse_only(pieces: &[String]) -> usize {
    let mut sum = 0;
    for line in pieces.iter().flat_map(|piece| piece.lines()) {
        let r: Borrowed<'_> = serde_json::from_str(line).unwrap();
        sum += r.external_directory_object_id.len() + r.identity.len() + r.display_name.len();
        sum += r.primary_smtp_address.len()
            + r.recipient_type_details.len()
            + r.distinguished_name.len();
        sum += r.email_addresses.len();
    }
    black_box(sum)
}

/// The cloud's counterparts of every second user, and the users of Active Directory.
fn calculation_pieces(count: usize) -> [Vec<String>; 2] {
    [true, false].map(|previous| {
        let step = if previous { 2 } else { 1 };
        let (id, changed) = if previous { ("onPremisesImmutableId", "") } else { ("ObjectGUID", "new.") };
        let all: Vec<usize> = (0..count).step_by(step).collect();
        let piece = |chunk: &[usize]| {
            let mut piece = String::new();
            for at in chunk {
                let _ = writeln!(
                    piece,
                    r#"{{"{id}":"{at:08x}-0001-0002-0304-05060708090a","userPrincipalName":"user{at}@contoso.com","mail":"{changed}user{at}@contoso.com","mailNickname":"user{at}","proxyAddresses":["SMTP:{changed}user{at}@contoso.com","smtp:first.last{at}@contoso.com","smtp:u{at}@fabrikam.com"]}}"#
                );
            }
            piece
        };
        all.chunks(200).map(piece).collect()
    })
}

fn calculate([previous, pieces]: &[Vec<String>; 2]) -> usize {
    let options = r#"{"version":1,"want":"calculations","resultForm":"separated","licensed":true,"tenant":{"initialDomain":"contoso.onmicrosoft.com","verifiedDomains":["contoso.com"]}}"#;
    let options: Options = parse(options.as_bytes()).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    let source = br#"{"name":"","format":"jsonl","set":"previous"}"#;
    scan.source_begin(SourceFile::parse(source).unwrap())
        .unwrap();
    for piece in previous {
        scan.source_push(piece.as_bytes()).unwrap();
    }
    scan.source_end().unwrap();
    let mut bytes = 0;
    for piece in pieces {
        scan.push(piece.as_bytes()).unwrap();
        // A page without results: none yet.
        while let Some(page) = scan
            .next_page()
            .unwrap()
            .filter(|page| page.contains("\u{1e}C"))
        {
            bytes += black_box(page).len();
        }
    }
    black_box(scan.finish().unwrap());
    while let Some(page) = scan.next_page().unwrap() {
        bytes += black_box(page).len();
    }
    bytes
}

/// The median that criterion wrote, in milliseconds.
fn median(group: &str, name: &str) -> Option<f64> {
    let target = std::env::var("CARGO_TARGET_DIR")
        .unwrap_or_else(|_| format!("{}/target", env!("CARGO_MANIFEST_DIR")));
    let text = std::fs::read_to_string(format!(
        "{target}/criterion/{group}/{name}/new/estimates.json"
    ))
    .ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(estimates["median"]["point_estimate"].as_f64()? / 1e6)
}

fn ratio(what: &str, goal: f64, one: (&str, &str), other: (&str, &str)) {
    if let (Some(one), Some(other)) = (median(one.0, one.1), median(other.0, other.1)) {
        println!(
            "{what}: {one:.0} ms / {other:.0} ms = {:.2} (goal {goal})",
            one / other
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "megabytes, for people")]
fn memory() {
    let pieces = json_pieces(100_000, Tenant::Usual);
    let texts: usize = (0..100_000)
        .map(|at| {
            let (single, addresses) = fields(at, Tenant::Usual);
            single
                .iter()
                .chain(&addresses)
                .map(String::len)
                .sum::<usize>()
        })
        .sum();
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    black_box(scan(&pieces));
    let used = ALLOCATOR.peak_usage() - before;
    let addresses = 500_000;
    let goal = texts * 13 / 10 + addresses * 32;
    println!(
        "memory: {} MB at the peak for {} MB of text and {addresses} addresses = {:.2} of the goal (1.3 x text + 32 bytes an address)",
        used >> 20,
        texts >> 20,
        used as f64 / goal as f64
    );
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    {
        let json = json_pieces(100_000, Tenant::Usual);
        let mut group = criterion.benchmark_group("100k");
        group
            .sample_size(20)
            .sampling_mode(SamplingMode::Flat)
            .measurement_time(Duration::from_secs(4));
        group.bench_function("serde_json_borrowed", |b| b.iter(|| parse_only(&json)));
        group.bench_function("json_lines", |b| b.iter(|| scan(&json)));
        let calculations = calculation_pieces(100_000);
        group.bench_function("calculations", |b| b.iter(|| calculate(&calculations)));
        for (name, tenant) in [
            ("one_for_all", Tenant::OneForAll),
            ("all_twice", Tenant::AllTwice),
        ] {
            let pieces = json_pieces(100_000, tenant);
            group.sample_size(10);
            group.bench_function(name, |b| b.iter(|| scan(&pieces)));
        }
    }
    {
        let mut group = criterion.benchmark_group("1M");
        group
            .sample_size(10)
            .sampling_mode(SamplingMode::Flat)
            .measurement_time(Duration::from_secs(10));
        for (name, tenant) in [
            ("json_lines", Tenant::Usual),
            ("one_for_all", Tenant::OneForAll),
            ("all_twice", Tenant::AllTwice),
        ] {
            let pieces = json_pieces(1_000_000, tenant);
            group.bench_function(name, |b| b.iter(|| scan(&pieces)));
        }
    }
    criterion.final_summary();
    println!();
    ratio(
        "JSON lines / parse alone",
        2.0,
        ("100k", "json_lines"),
        ("100k", "serde_json_borrowed"),
    );
    ratio(
        "1,000,000 / 100,000",
        11.0,
        ("1M", "json_lines"),
        ("100k", "json_lines"),
    );
    ratio(
        "one address for all, 10 x",
        11.0,
        ("1M", "one_for_all"),
        ("100k", "one_for_all"),
    );
    ratio(
        "every address twice, 10 x",
        11.0,
        ("1M", "all_twice"),
        ("100k", "all_twice"),
    );
    if let Some(time) = median("100k", "calculations") {
        println!(
            "calculations: 100,000 in {time:.0} ms = {:.0} a second (goal 100,000)",
            1e8 / time
        );
    }
    memory();
}
