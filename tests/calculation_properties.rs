//! What holds of every proxy calculation, over random users and their histories.

#[path = "common/calculations.rs"]
mod calculations;

use calculations::calculate;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const TENANT: &str = "contoso.onmicrosoft.com";
const TAKEN: &[&str] = &[
    "taken@contoso.com",
    "smtp:held@contoso.com",
    "ann@contoso.onmicrosoft.com",
];

const ADDRESSES: &[&str] = &[
    "smtp:a@contoso.com",
    "SMTP:a@contoso.com",
    "smtp:A@Contoso.com",
    "smtp:b@contoso.com",
    "SMTP:b@contoso.com",
    "smtp:ann@contoso.com",
    "SMTP:bert@contoso.com",
    "smtp:c@fabrikam.com",
    "SMTP:c@fabrikam.com",
    "smtp:d@unverified.com",
    "SMTP:d@unverified.com",
    "smtp:ann@contoso.onmicrosoft.com",
    "SMTP:x@fabrikam.onmicrosoft.com",
    "smtp:y@contoso.mail.onmicrosoft.com",
    "smtp:z@a.microsoftonline.com",
    "smtp:taken@contoso.com",
    "SMTP:held@contoso.com",
    "X500:/o=A/cn=b",
    "x500:/O=a/CN=B",
    "sip:a@contoso.com",
    "SPO:x",
    "EAS:y",
    "MSMAIL:A/B",
    "X400:c=US;",
    "nothing",
    "smtp:",
    "smtp:a b@contoso.com",
    "smtp:ü@contoso.com",
    "",
    "smtp:bert0001@contoso.onmicrosoft.com",
];

const NAMES: &[Option<&str>] = &[
    None,
    Some(""),
    Some("ann"),
    Some("bert"),
    Some(".dot"),
    Some("j\u{fc}rgen m"),
    Some("r&d"),
];

const UPNS: &[Option<&str>] = &[
    None,
    Some("ann@contoso.com"),
    Some("bert@contoso.com"),
    Some("bert@Contoso.com"),
    Some("c@fabrikam.com"),
    Some("d@unverified.com"),
    Some("taken@contoso.com"),
    Some("no at"),
    Some("a@b@contoso.com"),
    Some("ann@contoso.onmicrosoft.com"),
];

const MAILS: &[Option<&str>] = &[
    None,
    None,
    Some("a@contoso.com"),
    Some("m@contoso.com"),
    Some("held@contoso.com"),
    Some("d@unverified.com"),
    Some("x@contoso.onmicrosoft.com"),
    Some("bad mail"),
];

/// What happens to a user: on premises, licence, whether fabrikam.com is verified.
#[derive(Debug, Clone)]
struct Step {
    on_premises: Value,
    licensed: bool,
    fabrikam: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let kind = select(vec![
        json!(null),
        json!(null),
        json!(128),
        json!(34_359_738_368_u64),
    ]);
    let remote = select(vec![json!(null), json!(null), json!(4)]);
    (select(UPNS), select(MAILS), select(NAMES), vec(select(ADDRESSES), 0..7), kind, remote, any::<bool>(), any::<bool>()).prop_map(
        |(upn, mail, name, addresses, kind, remote, licensed, fabrikam)| Step {
            // A user always has something that a mailNickname can be made of.
            on_premises: json!({ "userPrincipalName": upn, "mail": mail, "mailNickname": name.filter(|_| upn.is_some()).or(name).filter(|name| !name.is_empty())
                .or(if upn.is_none() { Some("ann") } else { None }), "proxyAddresses": addresses,
                "msExchRecipientTypeDetails": kind, "msExchRemoteRecipientType": remote }),
            licensed,
            fabrikam,
        },
    )
}

fn run(step: &Step, previous: &Value) -> Value {
    let mut domains = vec!["contoso.com"];
    domains.extend(step.fabrikam.then_some("Fabrikam.com"));
    let request = json!({ "version": 1,
        "tenant": { "initialDomain": TENANT, "verifiedDomains": domains, "takenAddresses": TAKEN, "collisionDigits": ["0000"] },
        "objects": [{ "id": "u", "onPremises": step.on_premises, "licensed": step.licensed, "previous": previous }] });
    let answer = calculate(&request.to_string());
    let result = &answer["results"][0];
    assert!(
        result["error"].is_null() && result.is_object(),
        "{request} gave {answer}"
    );
    result.clone()
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn bare(value: &str) -> Option<&str> {
    value
        .strip_prefix("smtp:")
        .or_else(|| value.strip_prefix("SMTP:"))
}

fn folded(values: &Value) -> Vec<String> {
    let mut values: Vec<String> = texts(values)
        .into_iter()
        .map(str::to_ascii_lowercase)
        .collect();
    values.sort_unstable();
    values
}

/// An Exchange plan, or a type that makes a recipient.
fn is_mail_enabled(step: &Step) -> bool {
    step.licensed
        || !step.on_premises["msExchRecipientTypeDetails"].is_null()
        || !step.on_premises["msExchRemoteRecipientType"].is_null()
}

fn check(step: &Step, before: &Value, result: &Value) {
    let list = texts(&result["proxyAddresses"]);
    let smtp: Vec<&str> = list.iter().filter_map(|value| bare(value)).collect();
    let primaries: Vec<&str> = list
        .iter()
        .filter_map(|value| value.strip_prefix("SMTP:"))
        .collect();
    let mail_enabled = is_mail_enabled(step);
    assert!(
        primaries.len() <= 1 && (!mail_enabled || primaries.len() == 1),
        "{result}"
    );
    assert_eq!(
        result["mail"].as_str(),
        primaries.first().copied(),
        "mail is the primary"
    );
    assert_eq!(result["primarySmtpAddress"], result["mail"]);
    let upn = result["userPrincipalName"].as_str().expect("a UPN");
    let suffix = upn
        .rsplit_once('@')
        .expect("name@domain")
        .1
        .to_ascii_lowercase();
    assert!(
        ["contoso.com", TENANT].contains(&suffix.as_str())
            || (step.fabrikam && suffix == "fabrikam.com"),
        "{upn}"
    );
    if mail_enabled {
        assert!(
            smtp.iter().any(|known| known.eq_ignore_ascii_case(upn)),
            "the UPN is an address: {result}"
        );
        assert!(result["moera"].is_string());
    }
    let mut keys = folded(&result["proxyAddresses"]);
    let count = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), count, "no value twice");
    for address in &smtp {
        let domain = address
            .rsplit_once('@')
            .expect("name@domain")
            .1
            .to_ascii_lowercase();
        let reserved = domain.ends_with(".onmicrosoft.com")
            && domain != "contoso.mail.onmicrosoft.com"
            || domain.ends_with("microsoftonline.com");
        assert!(!reserved || domain == TENANT, "reserved: {address}");
        if step.licensed || !step.on_premises["msExchRemoteRecipientType"].is_null() {
            let verified = ["contoso.com", "contoso.mail.onmicrosoft.com", TENANT]
                .contains(&domain.as_str())
                || (step.fabrikam && domain == "fabrikam.com");
            assert!(verified, "not verified: {address}");
        }
        assert!(
            ![
                "taken@contoso.com",
                "held@contoso.com",
                "ann@contoso.onmicrosoft.com"
            ]
            .contains(&address.to_ascii_lowercase().as_str()),
            "taken: {address}"
        );
    }
    if let Some(moera) = before["moera"].as_str() {
        let shadow = &before["state"]["onPremises"]["userPrincipalName"];
        let upn_changed = before["userPrincipalName"] != result["userPrincipalName"]
            || *shadow != result["state"]["onPremises"]["userPrincipalName"];
        let recalculated = upn_changed && suffix == TENANT;
        assert!(
            recalculated || result["moera"] == moera,
            "the MOERA stays: {before} {result}"
        );
        assert!(
            smtp.iter().any(|known| known.eq_ignore_ascii_case(moera)),
            "and so does its address: {result}"
        );
    }
    if let Some(moera) = result["moera"].as_str() {
        assert!(
            smtp.iter().any(|known| known.eq_ignore_ascii_case(moera)),
            "{result}"
        );
    }
    // Whatever is in the list was spoken of.
    let lines = calculations::trace_lines(result);
    for value in list {
        // A demoted primary is named as it was.
        let end = format!(" {}", value.to_ascii_lowercase());
        let spoken = lines
            .iter()
            .any(|line| line.to_ascii_lowercase().ends_with(&end) || line.contains("NotTriggered"));
        assert!(spoken, "{value} stands without a reason: {lines:?}");
    }
}

fn same(one: &Value, other: &Value) {
    for member in [
        "userPrincipalName",
        "mail",
        "mailNickname",
        "moera",
        "proxyAddresses",
        "state",
    ] {
        assert_eq!(one[member], other[member], "{member}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_history_keeps_the_rules(steps in vec(step(), 1..6)) {
        let mut before = json!(null);
        for step in &steps {
            let result = run(step, &before["state"]);
            check(step, &before, &result);
            let again = run(step, &result["state"]);
            check(step, &result, &again);
            same(&result, &again);
            prop_assert_eq!(&again["changes"], &json!([]));
            before = result;
        }
    }

    #[test]
    fn the_order_of_secondaries_does_not_change_the_set(first in step(), second in step(), seed in any::<u64>()) {
        let before = run(&first, &json!(null));
        let straight = run(&second, &before["state"]);
        let mut shuffled = second.clone();
        let addresses = shuffled.on_premises["proxyAddresses"].as_array_mut().unwrap();
        let (primaries, mut others): (Vec<Value>, Vec<Value>) = addresses.drain(..).partition(|value| value.as_str().unwrap().starts_with("SMTP:"));
        // A walk through the others in steps of a number without common divisor is an order as good as any.
        if others.len() > 1 {
            let turn = (seed % others.len() as u64) as usize;
            others.rotate_left(turn);
            if seed % 2 == 0 { others.reverse(); }
        }
        *addresses = others.into_iter().chain(primaries).collect();
        let came = run(&shuffled, &before["state"]);
        prop_assert_eq!(folded(&straight["proxyAddresses"]), folded(&came["proxyAddresses"]));
        prop_assert_eq!(straight["mail"].as_str().map(str::to_ascii_lowercase), came["mail"].as_str().map(str::to_ascii_lowercase));
        prop_assert_eq!(&straight["userPrincipalName"], &came["userPrincipalName"]);
    }
}

/// A licence that comes and goes, with a secondary in between.
#[test]
fn a_licence_may_come_and_go() {
    let step = |licensed, addresses: &[&str]| Step {
        on_premises: json!({ "userPrincipalName": "bert@contoso.com", "proxyAddresses": addresses }),
        licensed,
        fabrikam: false,
    };
    let own = ["smtp:bert@contoso.onmicrosoft.com", "SMTP:bert@contoso.com"];
    let mut before = json!(null);
    for (step, expected) in [
        (step(false, &[]), &[][..]),
        (step(true, &[]), &own[..]),
        (step(false, &[]), &["SMTP:bert@contoso.onmicrosoft.com"][..]),
        (
            step(true, &[]),
            &["smtp:bert@contoso.com", "SMTP:bert@contoso.onmicrosoft.com"],
        ),
        (
            step(false, &[]),
            &["smtp:bert@contoso.com", "SMTP:bert@contoso.onmicrosoft.com"],
        ),
        (
            step(false, &["smtp:b@contoso.com"]),
            &[
                "smtp:b@contoso.com",
                "smtp:bert@contoso.com",
                "SMTP:bert@contoso.onmicrosoft.com",
            ],
        ),
        (
            step(false, &["SMTP:b@contoso.com"]),
            &[
                "SMTP:b@contoso.com",
                "smtp:bert@contoso.com",
                "smtp:bert@contoso.onmicrosoft.com",
            ],
        ),
    ] {
        let result = run(&step, &before["state"]);
        check(&step, &before, &result);
        assert_eq!(texts(&result["proxyAddresses"]), expected, "{step:?}");
        before = result;
    }
}
