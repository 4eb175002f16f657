//! What a printed line fetches is enough for the command that it feeds.

use proxycalc::fetch;
use proxycalc::provisioning::diagnose_provisioning;
use proxycalc::resolve_error::resolve_error;
use serde_json::{Map, Value, json};

/// A user as the line gives it: every property that it names, and no other.
fn user_of(properties: &str) -> Value {
    let known = json!({
        "id": "c10d0000-0000-4000-8000-000000000001",
        "displayName": "Anna",
        "userPrincipalName": "anna@contoso.com",
        "userType": "Member",
        "mail": "anna@contoso.com",
        "mailNickname": "anna",
        "proxyAddresses": ["SMTP:anna@contoso.com"],
        "usageLocation": "US",
        "createdDateTime": "2026-11-10T08:00:00Z",
        "assignedLicenses": [{ "skuId": "6fd2c87f-b296-42f0-b197-1e91e994b900", "disabledPlans": [] }],
        "assignedPlans": [{
            "servicePlanId": "9aaf7827-d63c-4b61-89c3-182f06f82e5c", "capabilityStatus": "Enabled",
            "service": "exchange", "assignedDateTime": "2026-11-18T12:00:00Z"
        }],
        "provisionedPlans": [{ "service": "exchange", "capabilityStatus": "Enabled", "provisioningStatus": "Success" }],
        "licenseAssignmentStates": [{
            "skuId": "6fd2c87f-b296-42f0-b197-1e91e994b900", "assignedByGroup": null, "state": "Active", "error": "None"
        }],
        "otherMails": [],
        "imAddresses": [],
        "onPremisesProvisioningErrors": [],
        "serviceProvisioningErrors": [],
    });
    let value = |name: &str| (name.to_owned(), known[name].clone());
    Value::Object(properties.split(',').map(value).collect::<Map<_, _>>())
}

/// The properties that a printed line names behind `-Property`.
fn asked(line: &str) -> &str {
    let behind = line.split_once("-Property ").expect("a line of Graph").1;
    behind.split(' ').next().unwrap_or(behind)
}

#[test]
fn the_line_for_a_mailbox_that_is_being_prepared_leaves_nothing_of_the_user_unfetched() {
    let text = "We are preparing a mailbox for this user.";
    let answer = resolve_error(
        json!({ "version": 1, "texts": [text] })
            .to_string()
            .as_bytes(),
    );
    let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
    let steps = answer["results"][0]["nextSteps"].as_array().unwrap();
    let line = steps.iter().filter_map(Value::as_str);
    let line = line
        .clone()
        .find(|line| line.contains("Test-MailboxProvisioning"))
        .unwrap();
    let properties = asked(line);
    let request = json!({
        "version": 1,
        "users": [user_of(properties)],
        "tenant": { "initialDomain": "contoso.onmicrosoft.com" },
    });
    let answer = diagnose_provisioning(request.to_string().as_bytes()).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let findings = answer["results"][0]["findings"].as_array().unwrap();
    assert!(findings.len() > 10);
    for finding in findings {
        let evidence = finding["evidence"].as_array().unwrap().iter();
        for line in evidence.filter_map(Value::as_str) {
            let names = |name: &&str| {
                line.to_ascii_lowercase()
                    .contains(&name.to_ascii_lowercase())
            };
            let unfetched = properties.split(',').find(names);
            assert!(
                !line.contains("not fetched") || unfetched.is_none(),
                "{line}"
            );
        }
    }
}

/// The lines for all users, groups and contacts feed Resolve-ProxyError, which says who lost a value and which.
#[test]
fn the_lines_for_errors_fetch_the_errors_and_whose_they_are() {
    for line in [fetch::USERS, fetch::GROUPS, fetch::CONTACTS] {
        let names: Vec<&str> = asked(line).split(',').collect();
        for name in [
            "id",
            "displayName",
            "proxyAddresses",
            "onPremisesProvisioningErrors",
            "serviceProvisioningErrors",
        ] {
            assert!(names.contains(&name), "{line} lacks {name}");
        }
    }
    let names: Vec<&str> = fetch::USER_ADDRESS_PROPERTIES.split(',').collect();
    for name in [
        "userPrincipalName",
        "mail",
        "mailNickname",
        "onPremisesImmutableId",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "userType",
    ] {
        assert!(names.contains(&name), "{name}");
    }
}
