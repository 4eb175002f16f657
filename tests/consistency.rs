//! One fact, one answer: what several functions of the library say of the same thing is asked of all of them, on the sample
//! tenant and on random objects, and must agree.
//!
//! A fact is a function `…_of` that asks one door, and a test that asks all. Add the next one in the same way.

#[path = "common/cases.rs"]
mod common;

use std::path::Path;

use common::{find, request};
use proptest::prelude::*;
use proxycalc::calc_proxies::calc_proxies;
use proxycalc::options::{Options, parse};
use proxycalc::provisioning::{diagnose, diagnose_provisioning};
use proxycalc::status::Error;
use proxycalc::worker::Scan;
use serde_json::{Map, Value, json};

const INITIAL: &str = "contoso.onmicrosoft.com";
const ID: &str = "c10d0000-0000-4000-8000-000000000001";

fn json_of(answer: &str) -> Value {
    serde_json::from_str(answer).expect("an answer in JSON")
}

/// What the calculation makes of a user of Active Directory at its first synchronization.
fn calculation_of(user: &Value) -> Value {
    let request = json!({ "version": 1, "tenant": { "initialDomain": INITIAL, "verifiedDomains": ["contoso.com"] },
        "objects": [{ "onPremises": user, "licensed": false }] });
    let answer = calc_proxies(request.to_string().as_bytes()).expect("a calculation");
    json_of(&answer)["results"][0].take()
}

/// A mailbox in the cloud that has `address`.
fn catcher(address: &str) -> Value {
    json!({ "Identity": "catcher", "ExternalDirectoryObjectId": "c10d0000-0000-4000-8000-00000000ca7c",
        "RecipientTypeDetails": "UserMailbox", "PrimarySmtpAddress": "catcher@contoso.com",
        "EmailAddresses": ["SMTP:catcher@contoso.com", format!("smtp:{address}")] })
}

/// Whether a scan predicts that `user` will get `address`, which somebody else has.
fn is_predicted(user: &Value, address: &str) -> bool {
    let options = json!({ "initialDomain": INITIAL, "kinds": ["PredictedMoera"] });
    let answer = find(&request(&options, &[user.clone(), catcher(address)]));
    let conflicts = answer["conflicts"].as_array().expect("conflicts");
    let of_it = |conflict: &&Value| {
        conflict["address"]
            .as_str()
            .is_some_and(|found| found.eq_ignore_ascii_case(address))
    };
    conflicts.iter().any(|conflict| of_it(&conflict))
}

/// The MOERA to come that provisioning looks for, of a user in the cloud with this nickname.
fn provisioning_looks_for(nickname: &str, address: &str) -> bool {
    let request = json!({ "version": 1, "tenant": { "initialDomain": INITIAL }, "recipients": [catcher(address)],
        "users": [{ "id": ID, "userPrincipalName": "u@contoso.com", "mailNickname": nickname, "proxyAddresses": ["SMTP:u@contoso.com"] }] });
    let answer = json_of(&diagnose_provisioning(request.to_string().as_bytes()).expect("findings"));
    let findings = answer["results"][0]["findings"]
        .as_array()
        .expect("findings");
    let held = format!("{address} (MOERA to come): held by catcher").to_ascii_lowercase();
    findings.iter().any(|finding| {
        finding["name"] == "DuplicateProxyAddress"
            && finding["evidence"].as_array().is_some_and(|lines| {
                lines.iter().any(|line| {
                    line.as_str()
                        .is_some_and(|line| line.to_ascii_lowercase().starts_with(&held))
                })
            })
    })
}

/// Fact: the MOERA to come, by the calculation, by the kind `PredictedMoera`, and by provisioning.
fn the_moera_to_come_is_one(user: &Value) {
    let result = calculation_of(user);
    let Some(nickname) = result["mailNickname"].as_str() else {
        return;
    };
    // Nobody gets one that is no recipient; what it would be is the same all the same.
    let moera = result["moera"].as_str().map_or_else(
        || {
            let mut remote = user.clone();
            remote["msExchRemoteRecipientType"] = json!(1);
            let result = calculation_of(&remote);
            let moera = result["moera"].as_str();
            moera.expect("a remote mailbox gets one").to_owned()
        },
        str::to_owned,
    );
    let comes = result["moera"].is_string();
    assert_eq!(is_predicted(user, &moera), comes, "{moera}: {user}");
    assert!(provisioning_looks_for(nickname, &moera), "{moera}: {user}");
}

/// Names that stay, names that are cleaned, and names that are hardly any.
const NAMES: [&str; 10] = [
    "ann",
    "Ann.Lee",
    "o'brien",
    "r&d",
    "j\u{fc}rgen m",
    ".bo.",
    "a..b",
    "\u{160}imon",
    "x+y",
    "ann_",
];
const REMOTE: [&str; 9] = [
    "0",
    "1",
    "4",
    "8",
    "Migrated",
    "ProvisionMailbox, Migrated",
    "DeprovisionMailbox",
    "100",
    "None",
];

/// A user of Active Directory with some of what a nickname can come from.
fn any_user() -> impl Strategy<Value = Value> {
    let name = || prop::option::of(0..NAMES.len());
    (
        name(),
        name(),
        name(),
        name(),
        prop::option::of(0..REMOTE.len()),
        any::<bool>(),
    )
        .prop_map(|(nickname, primary, mail, upn, remote, has_dn)| {
            let mut user = Map::new();
            let mut set = |name: &str, value: Value| user.insert(name.to_owned(), value);
            set("ObjectGUID", json!("04030201-0605-0807-090a-0b0c0d0e0f10"));
            set("ObjectClass", json!("user"));
            set("sAMAccountName", json!("account"));
            if has_dn {
                set(
                    "DistinguishedName",
                    json!("CN=u,OU=People,DC=contoso,DC=com"),
                );
            }
            if let Some(at) = nickname {
                set("mailNickname", json!(NAMES[at]));
            }
            if let Some(at) = primary {
                set(
                    "proxyAddresses",
                    json!([format!("SMTP:{}@contoso.com", NAMES[at])]),
                );
            }
            if let Some(at) = mail {
                set("mail", json!(format!("{}@contoso.com", NAMES[at])));
            }
            // Known to be empty, where there is none.
            let upn = upn.map(|at| format!("{}@contoso.com", NAMES[at]));
            set("userPrincipalName", json!(upn));
            if let Some(at) = remote {
                set("msExchRemoteRecipientType", json!(REMOTE[at]));
            }
            Value::Object(user)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_moera_to_come_of_random_users(user in any_user()) {
        the_moera_to_come_is_one(&user);
    }
}

/// The users of the sample tenant's Active Directory: every cell is quoted there.
fn sample_users() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/tenant/active-directory.csv");
    let text = std::fs::read_to_string(path).expect("the sample tenant");
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('"')
            .split("\",\"")
            .map(|cell| cell.replace("\"\"", "\""))
            .collect()
    };
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names = cells(lines.next().expect("a head"));
    let records = lines.map(|line| -> Value {
        let record = names.iter().cloned().zip(cells(line));
        record
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(name, cell)| (name, json!(cell)))
            .collect::<Map<_, _>>()
            .into()
    });
    records
        .filter(|record| record["ObjectClass"] == "user")
        .collect()
}

#[test]
fn the_moera_to_come_on_the_sample_tenant() {
    let users = sample_users();
    assert!(users.len() > 50, "only {} users", users.len());
    for user in &users {
        the_moera_to_come_is_one(user);
    }
}

/// The findings of a synced user without a mailbox whose side on premises says this of its remote type.
fn findings_of(remote: &Value) -> Vec<(String, String)> {
    let request = json!({ "version": 1, "recipientsIncludeSoftDeleted": true, "recipients": [catcher("x@contoso.com")],
        "users": [{ "id": ID, "userPrincipalName": "u@contoso.com", "onPremisesSyncEnabled": true, "onPremisesSecurityIdentifier": "S-1-5-21-1-2-3-1104" }],
        "onPremisesUsers": [{ "DistinguishedName": "CN=u,DC=contoso,DC=com", "objectSid": "S-1-5-21-1-2-3-1104", "homeMDB": null, "msExchMailboxGuid": null,
            "msExchHomeServerName": null, "msExchRecipientTypeDetails": null, "msExchRemoteRecipientType": remote }] });
    let answer = json_of(&diagnose_provisioning(request.to_string().as_bytes()).expect("findings"));
    let findings = answer["results"][0]["findings"]
        .as_array()
        .expect("findings");
    let of_it = ["OnPremisesMailboxAttributes", "RemoteMailboxMigrated"];
    let told = findings.iter().map(|finding| {
        let text = |member: &str| finding[member].as_str().unwrap_or("").to_owned();
        (text("name"), text("status"))
    });
    let mut told: Vec<_> = told
        .filter(|(name, _)| of_it.contains(&name.as_str()))
        .collect();
    told.sort();
    told
}

/// Every door's answer to one spelling of `msExchRemoteRecipientType`.
fn remote_type_of(remote: &Value) -> Value {
    let user = json!({ "ObjectGUID": "04030201-0605-0807-090a-0b0c0d0e0f10", "ObjectClass": "user", "userPrincipalName": "ann@contoso.com",
        "mailNickname": "ann", "proxyAddresses": ["SMTP:ann@contoso.com", "smtp:ann@contoso.local"], "msExchRemoteRecipientType": remote });
    let calculated = calculation_of(&user);
    json!({
        "calculation": [calculated["moera"], calculated["proxyAddresses"]],
        "prediction": is_predicted(&user, &format!("ann@{INITIAL}")),
        "provisioning": findings_of(remote),
        "issues": issues_of(&user),
    })
}

/// The severity of what is wrong with the user's addresses.
fn issues_of(user: &Value) -> Vec<Value> {
    let options: Options = parse(br#"{"version":1,"want":"issues"}"#).expect("options");
    let mut scan = Scan::begin(options.understand("").expect("options")).expect("a scan");
    scan.push(user.to_string().as_bytes()).expect("a user");
    scan.finish().expect("a summary");
    let mut all = Vec::new();
    while let Some(page) = scan.next_page().expect("a page") {
        let page = json_of(&page);
        let issues = page["issues"].as_array().expect("issues");
        all.extend(
            issues
                .iter()
                .map(|issue| json!([issue["code"], issue["severity"]])),
        );
    }
    all
}

/// Fact: `msExchRemoteRecipientType`, as a number, as text, by names and as a list.
#[test]
fn the_remote_recipient_type_is_one_in_every_spelling() {
    const NAMES: [&str; 7] = [
        "ProvisionMailbox",
        "ProvisionArchive",
        "Migrated",
        "DeprovisionMailbox",
        "DeprovisionArchive",
        "RoomMailbox",
        "EquipmentMailbox",
    ];
    let mut answers = std::collections::BTreeSet::new();
    for bits in 0..128_u32 {
        let names: Vec<&str> = (0..NAMES.len())
            .filter(|at| bits & 1 << at != 0)
            .map(|at| NAMES[at])
            .collect();
        let by_number = remote_type_of(&json!(bits));
        let joined = names.join(", ");
        let mut spellings = vec![json!(bits.to_string()), json!(format!(" {bits} "))];
        if bits == 0 {
            spellings.push(json!("None"));
        } else {
            spellings.extend([json!(joined), json!(joined.to_uppercase()), json!(names)]);
        }
        for spelling in spellings {
            assert_eq!(remote_type_of(&spelling), by_number, "{spelling}");
        }
        answers.insert(by_number.to_string());
    }
    assert!(answers.len() > 5, "the bits hardly matter: {answers:?}");
}

/// Whether a door takes `text` as the initial domain. It is refused by its place, or the answer shows what was understood.
type Door = fn(&str) -> Result<(), Error>;

fn scan_with(options: &Value) -> Result<(), Error> {
    let options: Options = parse(options.to_string().as_bytes())?;
    options.understand("").map(|_| ())
}

const DOORS: [(&str, Door); 6] = [
    ("calc_proxies", |text| {
        let request = json!({ "version": 1, "tenant": { "initialDomain": text }, "objects": [] });
        calc_proxies(request.to_string().as_bytes()).map(|_| ())
    }),
    ("conflicts", |text| {
        scan_with(&json!({ "version": 1, "initialDomain": text }))
    }),
    ("issues", |text| {
        scan_with(&json!({ "version": 1, "want": "issues", "initialDomain": text }))
    }),
    ("calculations", |text| {
        scan_with(
            &json!({ "version": 1, "want": "calculations", "tenant": { "initialDomain": text } }),
        )
    }),
    ("provisioning", |text| {
        let request = json!({ "version": 1, "users": [], "tenant": { "initialDomain": text } });
        diagnose_provisioning(request.to_string().as_bytes()).map(|_| ())
    }),
    ("query", |text| {
        let options: Options = parse(br#"{"version":1}"#)?;
        let mut scan = Scan::begin(options.understand("")?)?;
        scan.finish()?;
        let query = json!({ "users": [], "tenant": { "initialDomain": text } });
        diagnose(&query.to_string(), scan.outcome()?).map(|_| ())
    }),
];

/// Fact: the initial domain. What one door takes every door takes, and what one refuses every door refuses by its place.
#[test]
fn the_initial_domain_is_read_the_same_at_every_door() {
    for (text, fits) in [
        ("contoso.onmicrosoft.com", true),
        ("@contoso.onmicrosoft.com", true),
        (" Contoso.OnMicrosoft.com ", true),
        ("contoso.onmicrosoft.us", true),
        ("contoso.com", true),
        ("contoso", false),
        ("@@contoso.onmicrosoft.com", false),
        ("ann@contoso.onmicrosoft.com", false),
        ("contoso .onmicrosoft.com", false),
        ("contoso.onmicrosoft.com;contoso.com", false),
        (".onmicrosoft.com", false),
        ("https://contoso.onmicrosoft.com", false),
    ] {
        let mut messages = Vec::new();
        for (name, door) in DOORS {
            match door(text) {
                Ok(()) => assert!(fits, "{name} takes {text:?}"),
                Err(Error::InvalidRequest { path, message, .. }) => {
                    assert!(!fits, "{name} refuses {text:?}: {message}");
                    assert!(path.ends_with("initialDomain"), "{name}: {path}");
                    messages.push(message);
                }
                Err(other) => panic!("{name}: {other}"),
            }
        }
        messages.dedup();
        assert!(messages.len() <= 1, "{messages:?}");
    }
}
