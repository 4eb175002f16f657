//! `proxycalc_diagnose_provisioning` and the "diagnose" of `proxycalc_scan_query`: one request, one result a user.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{Answer, RecordError, UserOutcome, UserResult};
use super::case::Case;
use super::fields::{Element, FieldError, Fields, element, parse_time};
use super::finding::{Finding, Name, Status};
use super::holders;
use super::people::{Given, People};
use super::rules::judge;
use super::seen::{Mailbox, Recipients, Scanned};
use super::tenant::{Issue, Tenant, initial_domain_of};
use crate::find_conflicts::read_recipients;
use crate::form::ResultForm;
use crate::initial_domain::InitialDomain;
use crate::options::{ScanOptions, Want, check_object, join, object_or_default, or_default, parse};
use crate::outcome::Outcome;
use crate::status::Error;

/// What is asked. Within `proxycalc_scan_query` there are no version and no recipients: those were scanned.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Query<'r> {
    #[serde(default)]
    version: Option<serde::de::IgnoredAny>,
    #[serde(borrow, default)]
    recipients: Option<&'r RawValue>,
    #[serde(borrow, default)]
    users: Option<&'r RawValue>,
    #[serde(borrow, default)]
    on_premises_users: Option<&'r RawValue>,
    #[serde(borrow, default)]
    deleted_users: Option<&'r RawValue>,
    #[serde(borrow, default)]
    organization_config: Option<&'r RawValue>,
    #[serde(borrow, default)]
    service_health: Option<&'r RawValue>,
    #[serde(default, deserialize_with = "object_or_default")]
    tenant: TenantOptions,
    #[serde(default)]
    now: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    recipients_include_soft_deleted: bool,
}

/// The tenant, as `calc_proxies` takes it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct TenantOptions {
    initial_domain: Option<String>,
    #[serde(rename = "verifiedDomains")]
    _verified_domains: Option<serde::de::IgnoredAny>,
    #[serde(rename = "takenAddresses")]
    _taken_addresses: Option<serde::de::IgnoredAny>,
    #[serde(rename = "collisionDigits")]
    _collision_digits: Option<serde::de::IgnoredAny>,
}

/// Answers a request with one result a user.
///
/// # Errors
/// What is wrong with the request; a user that cannot be read is a result with an error.
pub fn diagnose_provisioning(request: &[u8]) -> Result<String, Error> {
    let query: Query<'_> = parse(request)?;
    let options = ScanOptions {
        want: Want::Addresses,
        ..ScanOptions::default()
    };
    let given = query
        .recipients
        .filter(|recipients| recipients.get() != "null");
    let mut scanned = read_recipients(options, given)?.finish();
    let answer = Answer::new(&query, &mut scanned, "", Timestamp::now())?;
    let problems = if given.is_some() {
        scanned.summary.problems
    } else {
        Vec::new()
    };
    Ok(answer.to_json(Some(problems)))
}

/// Answers the query in `text` with what was scanned as the recipients, in the form of the scan's results.
///
/// # Errors
/// As [`diagnose_provisioning`].
pub fn diagnose(text: &str, scanned: &mut Outcome) -> Result<String, Error> {
    check_object(text)?;
    let query: Query<'_> = serde_json::from_str(text)
        .map_err(|error| Error::invalid("diagnose", error.to_string()))?;
    for (name, given) in [
        ("version", query.version.is_some()),
        ("recipients", query.recipients.is_some()),
    ] {
        if given {
            return Err(Error::invalid(
                join("diagnose", name),
                format!("{name} does not belong here: what was scanned are the recipients"),
            ));
        }
    }
    let answer = Answer::new(&query, scanned, "diagnose", Timestamp::now())?;
    Ok(match scanned.form() {
        ResultForm::Json => answer.to_json(None),
        ResultForm::Separated => answer.to_separated(),
    })
}

/// The records of a list: an array, Graph's `{"value":[…]}`, or one object alone. `None` where it was not given.
fn records(json: Option<&RawValue>, name: &str, path: &str) -> Result<Option<Vec<Element>>, Error> {
    #[derive(Deserialize)]
    struct Page<'r> {
        #[serde(borrow)]
        value: Vec<&'r RawValue>,
    }
    let Some(json) = json else {
        return Ok(None);
    };
    let text = json.get();
    let list = match text.as_bytes().first() {
        Some(b'[') => serde_json::from_str(text)
            .map_err(|error| Error::invalid(join(path, name), error.to_string()))?,
        Some(b'{') => match serde_json::from_str::<Page<'_>>(text) {
            Ok(page) => page.value,
            Err(_) => vec![json],
        },
        _ => {
            return Err(Error::invalid(
                join(path, name),
                format!(
                    "{name} must be a list of objects, Graph's {{\"value\": […]}}, or one object"
                ),
            ));
        }
    };
    Ok(Some(list.into_iter().map(element).collect()))
}

impl Answer {
    fn new(
        query: &Query<'_>,
        scanned: &mut Outcome,
        path: &str,
        clock: Timestamp,
    ) -> Result<Self, Error> {
        let users = records(query.users, "users", path)?.ok_or_else(|| {
            Error::invalid(
                join(path, "users"),
                "users is missing: there is nobody to diagnose",
            )
        })?;
        let on_premises = records(query.on_premises_users, "onPremisesUsers", path)?;
        let deleted = records(query.deleted_users, "deletedUsers", path)?;
        let mut left_out = Vec::new();
        let tenant = read_tenant(query, path, clock, &mut left_out)?;
        let mut people = People::read(&users, on_premises.as_deref(), deleted.as_deref());
        left_out.append(&mut people.defects);
        let roots = people.find_among(scanned);
        let recipients = Recipients::read(scanned, query.recipients_include_soft_deleted);
        let results = (0..people.users.len())
            .map(|user| {
                let given = &people.users[user];
                UserResult {
                    id: given.id.clone(),
                    user_principal_name: given.upn.clone(),
                    outcome: judge_user(
                        scanned,
                        recipients,
                        &tenant,
                        &mut people,
                        user,
                        &roots[user],
                    ),
                }
            })
            .collect();
        Ok(Self {
            results,
            left_out: left_out.iter().map(RecordError::new).collect(),
        })
    }
}

fn judge_user(
    scanned: &mut Outcome,
    recipients: Recipients,
    tenant: &Tenant,
    people: &mut People,
    user: usize,
    roots: &[crate::store::RecordId],
) -> UserOutcome {
    if let Err(error) = &people.users[user].user {
        return UserOutcome::Unreadable {
            error: RecordError::new(error),
        };
    }
    let seen = Scanned::read(
        scanned,
        roots,
        recipients,
        !people.users[user].id.is_empty(),
    );
    if let Mailbox::Exists(name) = &seen.mailbox {
        return UserOutcome::Judged {
            has_mailbox: Some(true),
            findings: vec![Finding {
                name: Name::MailboxExists,
                status: Status::RuledOut,
                evidence: vec![format!("mailbox: {name}; nothing is stuck")],
                next_step: Vec::new(),
                reference: "",
                likely: false,
            }],
        };
    }
    let held = holders::find(people, user, scanned, roots, tenant.initial_domain.as_ref());
    let given: &Given = &people.users[user];
    let Ok(evidence) = &given.user else {
        return UserOutcome::Judged {
            has_mailbox: None,
            findings: Vec::new(),
        };
    };
    let (on_premises, joined) = people.on_premises_of(given).unzip();
    let case = Case {
        user: evidence,
        on_premises,
        joined,
        knows_on_premises: people.knows_on_premises,
        scanned: &seen,
        recipients,
        deleted_users: people.deleted_users,
        held: &held,
        tenant,
        above: &[],
    };
    UserOutcome::Judged {
        has_mailbox: match seen.mailbox {
            Mailbox::None(_) => Some(false),
            _ => None,
        },
        findings: judge(&case),
    }
}

fn read_tenant(
    query: &Query<'_>,
    path: &str,
    clock: Timestamp,
    left_out: &mut Vec<FieldError>,
) -> Result<Tenant, Error> {
    let now = match &query.now {
        None => clock,
        Some(text) => parse_time(text).ok_or_else(|| {
            Error::invalid(
                join(path, "now"),
                format!("now must be a time in ISO 8601, not {text:?}"),
            )
        })?,
    };
    let mut initial_domain = InitialDomain::read(
        query.tenant.initial_domain.as_deref(),
        &join(path, "tenant.initialDomain"),
    )?;
    let mut dehydrated = None;
    // An organization is one object; a list of it is what a pipeline makes.
    let organization = records(query.organization_config, "organizationConfig", path)?;
    for value in organization.iter().flatten().take(1) {
        let read = Fields::of_element(value, "organizationConfig".to_owned()).and_then(|fields| {
            let flag = fields.flag("IsDehydrated")?.value().copied();
            Ok((flag, initial_domain_of(&fields)))
        });
        match read {
            Ok((flag, domain)) => {
                dehydrated = flag;
                initial_domain = initial_domain.or(domain);
            }
            Err(error) => left_out.push(error),
        }
    }
    let mut issues = None;
    if let Some(records) = records(query.service_health, "serviceHealth", path)? {
        let issues = issues.insert(Vec::new());
        for (at, value) in records.iter().enumerate() {
            let read = Fields::of_element(value, format!("serviceHealth[{at}]"))
                .and_then(|fields| Issue::read(&fields));
            match read {
                Ok(issue) => issues.push(issue),
                Err(error) => left_out.push(error),
            }
        }
    }
    Ok(Tenant {
        initial_domain,
        dehydrated,
        issues,
        now,
    })
}
