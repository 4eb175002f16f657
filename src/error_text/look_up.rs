//! How to find who has a value: in Exchange Online, in Entra ID and on premises, deleted objects too.

use std::fmt::Write as _;

use super::Analysis;
use super::addresses::FoundAddress;
use super::codes::Code;
use super::next_steps::{IMMUTABLE_ID, NICKNAME, SID, Steps, UPN, USER};
use super::normalise::is_apostrophe;
use crate::address::AddressType;
use crate::fetch;
use crate::recipient_type::soft_deletable;

/// Addresses that get commands of their own; the rest is found in the same way.
const MOST_ADDRESSES: usize = 3;

/// An address as `proxyAddresses` holds it, with the prefix in lower case: directories compare it without case.
#[must_use]
pub fn prefixed(address: &FoundAddress) -> String {
    match address.kind {
        AddressType::Other => address.value.clone(),
        kind => format!("{}:{}", kind.name().to_ascii_lowercase(), address.address),
    }
}

/// A condition of Exchange's `-Filter`; an apostrophe is doubled there, and again by the quotes around it. Whether its parser
/// takes a curly one for a quote, as PowerShell does, is not documented: between double quotes it cannot matter.
#[must_use]
pub fn exchange_filter(property: &str, value: &str) -> String {
    let curly = |c: char| c != '\'' && is_apostrophe(c);
    if value.contains(curly) && !value.contains(['"', '$']) {
        return format!("{property} -eq \"{value}\"");
    }
    format!("{property} -eq '{}'", value.replace('\'', "''"))
}

/// A condition of Graph's `-Filter`.
fn graph_filter(property: &str, value: &str) -> String {
    format!("{property} eq '{}'", value.replace('\'', "''"))
}

fn graph_proxy_filter(value: &str) -> String {
    format!("proxyAddresses/any(p:p eq '{}')", value.replace('\'', "''"))
}

/// A value in an LDAP filter.
#[must_use]
pub fn ldap_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '(' | ')' | '\\' => {
                // Writing to memory cannot fail.
                let _ = write!(out, "\\{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// A value behind `-Like`, which reads some characters as wildcards.
fn like_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '`') {
            out.push('`');
        }
        out.push(c);
    }
    out
}

/// An LDAP filter for all that can hold the address.
#[must_use]
pub fn ldap_filter(address: &FoundAddress) -> String {
    let proxy = ldap_escaped(&prefixed(address));
    let bare = ldap_escaped(&address.address);
    match address.kind {
        AddressType::Smtp => format!(
            "(|(proxyAddresses={proxy})(mail={bare})(userPrincipalName={bare})(targetAddress={proxy}))"
        ),
        AddressType::Sip => {
            format!("(|(proxyAddresses={proxy})(msRTCSIP-PrimaryUserAddress={proxy}))")
        }
        AddressType::X500 => format!("(|(proxyAddresses={proxy})(legacyExchangeDN={bare}))"),
        _ => format!("(proxyAddresses={proxy})"),
    }
}

const SHOW: &str =
    "Format-List Name,Alias,RecipientTypeDetails,ExternalDirectoryObjectId,EmailAddresses";

/// Finds recipients by a condition. The switch for the deleted ones adds those of the types named.
pub fn find_recipients(steps: &mut Steps, filter: &str) {
    steps
        .run(
            &format!("Get-Recipient -ResultSize Unlimited -Filter {{}} | {SHOW}"),
            &[filter],
        )
        .run(
            &format!(
                "Get-Recipient -ResultSize Unlimited -IncludeSoftDeletedRecipients -RecipientTypeDetails {} -Filter {{}} | {SHOW}",
                soft_deletable!()
            ),
            &[filter],
        );
}

/// Shows a recipient with all its addresses.
pub fn show(steps: &mut Steps, identity: &str) {
    if !identity.is_empty() {
        steps.run(
            &format!("Get-Recipient -IncludeSoftDeletedRecipients -Identity {{}} | {SHOW}"),
            &[identity],
        );
    }
}

/// Finds objects of the whole forest.
pub fn find_in_forest(steps: &mut Steps, filter: &str) {
    // Where it was asked for the anchors already, once is enough.
    let values = [fetch::GLOBAL_CATALOG, filter];
    if !steps.holds(fetch::FOREST, &values) {
        steps
            .say("Who has it on premises, in the whole forest (a global catalog knows every domain of it):")
            .run(fetch::FOREST, &values);
    }
}

/// Finds live users, groups and contacts of Entra ID by a condition.
fn find_in_graph(steps: &mut Steps, filter: &str) {
    for line in [
        fetch::USERS_WHERE,
        fetch::GROUPS_WHERE,
        fetch::CONTACTS_WHERE,
    ] {
        steps.run(line, &[filter]);
    }
}

/// Finds deleted users, and groups where `groups`, by a condition of `Where-Object` with one value.
fn find_deleted(steps: &mut Steps, groups: bool, condition: &str, value: &str) {
    let lines = [
        (fetch::DELETED_USERS_WHERE, true),
        (fetch::DELETED_GROUPS_WHERE, groups),
    ];
    for (line, _) in lines.iter().filter(|(_, wanted)| *wanted) {
        let line = format!(
            "{line} | Where-Object {condition} {{}} | {}",
            fetch::DELETED_SHOWN
        );
        steps.run(&line, &[value]);
    }
}

/// Finds the account with the UPN wherever one can have it.
pub fn find_account(steps: &mut Steps, upn: &str) {
    find_upn(steps, upn);
    steps
        .say("Who has it in Exchange Online:")
        .run(
            "Get-User -ResultSize Unlimited -Filter {} | Format-List Name,DisplayName,RecipientTypeDetails,UserPrincipalName",
            &[&exchange_filter("UserPrincipalName", upn)],
        );
    find_in_forest(steps, &format!("(userPrincipalName={})", ldap_escaped(upn)));
}

/// Finds the user with the UPN in Entra ID, live or deleted: a deleted one has its id in front of it.
fn find_upn(steps: &mut Steps, upn: &str) {
    steps
        .say("Which user has it as userPrincipalName in Entra ID, then among the deleted ones:")
        .run(
            fetch::USERS_WHERE,
            &[&graph_filter("userPrincipalName", upn)],
        );
    let ends = format!("*{}", like_escaped(upn));
    find_deleted(steps, false, "UserPrincipalName -Like", &ends);
}

/// The objects with the alias, which the directories call mailNickname.
pub fn find_nickname(steps: &mut Steps, nickname: &str) {
    steps.say("Who has the alias in Exchange Online, then with deleted recipients:");
    find_recipients(steps, &exchange_filter("Alias", nickname));
    steps.say("Who has it in Entra ID, where it is called mailNickname, then among deleted users and groups:");
    find_in_graph(steps, &graph_filter("mailNickname", nickname));
    find_deleted(steps, true, "MailNickname -EQ", nickname);
    find_in_forest(steps, &format!("(mailNickname={})", ldap_escaped(nickname)));
}

/// The objects with the name.
pub fn find_name(steps: &mut Steps, name: &str) {
    let filter = exchange_filter("Name", name);
    steps.say("Who has the name, then with deleted recipients:");
    find_recipients(steps, &filter);
    steps
        .say("Users and groups without a mailbox or an address have names too:")
        .run(
            "Get-User -ResultSize Unlimited -Filter {} | Format-List Name,DisplayName,RecipientTypeDetails,UserPrincipalName",
            &[&filter],
        )
        .run(
            "Get-Group -ResultSize Unlimited -Filter {} | Format-List Name,DisplayName,RecipientTypeDetails,WindowsEmailAddress",
            &[&filter],
        );
}

/// The objects with a source anchor or a security identifier.
fn find_by_id(steps: &mut Steps, property: &str, value: &str) {
    steps
        .say("Which user has it in Entra ID:")
        .run(fetch::USERS_WHERE, &[&graph_filter(property, value)]);
    if property == SID {
        find_in_forest(steps, &format!("(objectSid={})", ldap_escaped(value)));
    }
}

/// How to find who has the addresses, each once.
pub fn find_addresses(steps: &mut Steps, addresses: &[FoundAddress]) {
    let mut sought: Vec<String> = Vec::new();
    for address in addresses {
        let value = prefixed(address);
        let known = sought
            .iter()
            .any(|other| other.eq_ignore_ascii_case(&value));
        if address.attribute.as_deref() == Some(UPN) && sought.len() < MOST_ADDRESSES {
            find_upn(steps, &address.address);
        }
        if known {
            continue;
        }
        sought.push(value.clone());
        if sought.len() > MOST_ADDRESSES {
            continue;
        }
        steps.say("Who has it in Exchange Online, then with deleted recipients:");
        find_recipients(steps, &exchange_filter("EmailAddresses", &value));
        steps.say("Who has it in Entra ID, then among deleted users and groups:");
        find_in_graph(steps, &graph_proxy_filter(&value));
        find_deleted(steps, true, "ProxyAddresses -Contains", &value);
        find_in_forest(steps, &ldap_filter(address));
    }
    if sought.len() > MOST_ADDRESSES {
        steps.say("The further addresses are found in the same way.");
    }
}

/// Shows an object of Entra ID by type and id.
pub fn show_by_id(steps: &mut Steps, object_type: Option<&str>, id: &str) {
    match object_type {
        Some("User") => steps.run(fetch::USER_SHOWN, &[id]),
        Some("Group") => steps.run(fetch::GROUP_SHOWN, &[id]),
        Some("Contact") => steps.run(fetch::CONTACT_SHOWN, &[id]),
        _ => steps.run(
            "Get-MgDirectoryObject -DirectoryObjectId {} | Format-List",
            &[id],
        ),
    };
}

/// How to find the one who has the value, by all that the text says of it.
pub fn find(steps: &mut Steps, analysis: &Analysis) {
    if let Some(holder) = &analysis.holder {
        if let Some(id) = &holder.id {
            steps.say("The object that has it, by its id in Entra ID:");
            show_by_id(steps, holder.object_type, id);
        }
        if let Some(name) = holder.distinguished_name.as_ref().or(holder.name.as_ref()) {
            steps.say("The recipient that the text names:");
            show(steps, name);
        }
    }
    match (analysis.attribute.as_deref(), analysis.value.as_deref()) {
        (Some(NICKNAME), Some(nickname)) => find_nickname(steps, nickname),
        (Some(property @ (IMMUTABLE_ID | SID)), Some(value)) => find_by_id(steps, property, value),
        _ => {}
    }
    find_addresses(steps, &analysis.addresses);
}

/// How to find the one who has a value that the text does not give.
pub fn find_unnamed(steps: &mut Steps, attribute: Option<&str>) {
    match attribute {
        Some(UPN) => {
            steps.say("The text does not say which value it is. Put the userPrincipalName that was to be set in its place:");
            find_upn(steps, USER);
            find_in_forest(steps, &format!("(userPrincipalName={USER})"));
        }
        Some(NICKNAME) => {
            steps.say("The text does not say which value it is. Put the alias that was to be set in its place:");
            find_nickname(steps, "<alias>");
        }
        _ => {
            steps.say("The text does not say which value it is. Who has the address that was to be set, then with deleted recipients:");
            find_recipients(
                steps,
                &exchange_filter("EmailAddresses", "smtp:<address in conflict>"),
            );
            steps
                .say("Or among objects that were fetched already:")
                .run(
                    "Get-ProxyAddress -Path {} -Address {}",
                    &["<files>", "<address in conflict>"],
                );
        }
    }
}

/// The two that may be the same person: the immutable id in Entra ID, and what the source anchor on premises is made of.
pub fn compare_anchors(steps: &mut Steps, analysis: &Analysis) {
    // A hard match was tried because the anchors are equal.
    let equal = matches!(
        analysis.code,
        Code::InvalidHardMatch | Code::AttributeUpdateNotAllowed
    );
    steps.say(if equal {
        "The immutable id in Entra ID is the source anchor on premises. First see whether the two are the same person:"
    } else {
        "First compare the immutable id in Entra ID with the source anchor on premises: it may be the same person under a new anchor."
    });
    let address = analysis
        .addresses
        .iter()
        .find(|address| address.attribute.as_deref() == Some(UPN))
        .or_else(|| analysis.addresses.first());
    let holder = analysis.holder.as_ref();
    match (holder.and_then(|holder| holder.id.as_deref()), address) {
        (Some(id), _) => {
            let object_type = holder.and_then(|holder| holder.object_type);
            // Where the text does not say what it is, a user is what can be joined.
            show_by_id(steps, object_type.or(Some("User")), id);
        }
        (None, Some(address)) if address.attribute.as_deref() == Some(UPN) => {
            let filter = graph_filter("userPrincipalName", &address.address);
            steps.run(fetch::USERS_WHERE, &[&filter]);
        }
        (None, Some(address)) => {
            steps.run(
                fetch::USERS_WHERE,
                &[&graph_proxy_filter(&prefixed(address))],
            );
        }
        (None, None) => {
            steps.run(fetch::USER_SHOWN, &[USER]);
        }
    }
    let filter = address.map(ldap_filter);
    find_in_forest(
        steps,
        filter
            .as_deref()
            .unwrap_or("(userPrincipalName=<user principal name>)"),
    );
    steps.say("Of the object that comes out, in its own domain. The immutable id is the first; where that fails, because mS-DS-ConsistencyGuid is empty, the second, which is the objectGUID:");
    for line in fetch::ANCHORS {
        steps.run(line, &["<distinguished name>", "<domain>"]);
    }
    steps.say(if equal {
        "Two people: one of them has the other's anchor; correct mS-DS-ConsistencyGuid on premises."
    } else {
        "Same person: join the two by the anchor and leave the address alone. Two people: take the address from one of them."
    });
}
