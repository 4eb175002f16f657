//! `calc_proxies`: proxy calculation of some objects in one request.

use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::calculation::read::{Who, has_plans, licensed};
use crate::calculation::{Entry, ObjectError, OnPremises, Previous, Subject, Taken, calculate};
use crate::options::{TenantOptions, join, object_or_default, parse};
use crate::property::NameCache;
use crate::read::json::{RecordSeed, field_of};
use crate::record::RawRecord;
use crate::status::Error;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'r> {
    #[serde(rename = "version")]
    _version: serde::de::IgnoredAny,
    #[serde(default, deserialize_with = "object_or_default")]
    tenant: TenantOptions,
    #[serde(borrow, default)]
    objects: Option<Vec<&'r RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ObjectRequest<'r> {
    #[serde(default)]
    id: Value,
    #[serde(borrow, default)]
    on_premises: Option<&'r RawValue>,
    #[serde(default)]
    licensed: Option<bool>,
    #[serde(borrow, default)]
    previous: Option<&'r RawValue>,
}

/// An object as far as it was read.
struct Read {
    id: String,
    who: Who,
    subject: Result<Subject, ObjectError>,
}

/// Answers a request with one result an object, in their order.
///
/// # Errors
/// What is wrong with the request; what is wrong with one object is an error in its place.
pub fn calc_proxies(request: &[u8]) -> Result<String, Error> {
    let request: Request<'_> = parse(request)?;
    let (tenant, mut taken) = request.tenant.understand("tenant")?;
    let objects = request.objects.ok_or_else(|| {
        Error::invalid(
            "objects",
            "the request has no objects: give an array, which may be empty",
        )
    })?;
    let mut names = NameCache::for_calculation();
    // What the cloud has is taken, also for the objects that come before the one that has it.
    let read: Vec<Read> = objects
        .iter()
        .map(|object| read_object(object.get(), &mut names, &mut taken))
        .collect();
    let mut answer = String::from("{\"version\":1,\"results\":[");
    for (at, Read { id, who, subject }) in read.into_iter().enumerate() {
        if at > 0 {
            answer.push(',');
        }
        let entry = Entry {
            id,
            identity: who.identity,
            anchor: who.anchors.first().copied(),
            record: at as u64 + 1,
            path: format!("objects[{at}]"),
            outcome: subject.and_then(|subject| calculate(subject, &tenant, &mut taken)),
            tenant: &tenant,
        };
        // Texts and numbers always serialize.
        answer.push_str(&serde_json::to_string(&entry).unwrap_or_default());
    }
    answer.push_str("]}");
    Ok(answer)
}

fn read_object(object: &str, names: &mut NameCache, taken: &mut Taken) -> Read {
    let failed = |id: String, error: ObjectError| Read {
        id,
        who: Who::default(),
        subject: Err(error),
    };
    if !object.starts_with('{') {
        return failed(
            String::new(),
            invalid("an object was expected".to_owned(), ""),
        );
    }
    let request: ObjectRequest<'_> = match serde_json::from_str(object) {
        Ok(request) => request,
        Err(error) => return failed(String::new(), broken(&error, object, "")),
    };
    let id = match request.id {
        Value::Null => String::new(),
        Value::String(id) => id,
        other => other.to_string(),
    };
    let Some(on_premises) = request.on_premises.filter(|json| json.get() != "null") else {
        let message =
            "what on premises says is missing: give an object, as Get-ADUser prints it".to_owned();
        return failed(id, invalid(message, "onPremises"));
    };
    let mut record = RawRecord::default();
    if let Err(error) = read_record(on_premises.get(), "onPremises", &mut record, names) {
        return failed(id, error);
    }
    let who = Who::read(&record);
    let id = if id.is_empty() {
        who.identity.clone()
    } else {
        id
    };
    let subject = OnPremises::read(&record).and_then(|on_premises| {
        let mut previous = None;
        if let Some(json) = request.previous.filter(|json| json.get() != "null") {
            let mut before = RawRecord::default();
            read_record(json.get(), "previous", &mut before, names)?;
            previous = Some(Previous::read(&before).map_err(ObjectError::of_previous)?);
        }
        let known = previous.as_ref().and_then(|before| before.licensed);
        let plans = has_plans(&record) || previous.as_ref().is_some_and(|before| before.has_plans);
        let said = licensed(&record)?;
        let licensed_now = request.licensed.or(said).or(known);
        Ok(Subject {
            id: id.clone(),
            identity: who.identity.clone(),
            licensed: licensed_now.unwrap_or(false),
            licence_unknown: licensed_now.is_none() && !plans,
            on_premises,
            holder: previous
                .as_ref()
                .map(|before| taken.hold(&who.identity, &before.cloud)),
            previous,
        })
    });
    Read { id, who, subject }
}

fn invalid(message: String, path: &str) -> ObjectError {
    ObjectError::InvalidRecord {
        message,
        path: path.to_owned(),
    }
}

/// What is wrong with the object in `json`, which stands at `path`.
fn broken(error: &serde_json::Error, json: &str, path: &str) -> ObjectError {
    let path = match field_of(error, json) {
        Some(field) => join(path, &field),
        None => path.to_owned(),
    };
    invalid(error.to_string(), &path)
}

/// Reads one record, which stands at `path`.
fn read_record<'r>(
    json: &'r str,
    path: &str,
    record: &mut RawRecord<'r>,
    names: &mut NameCache,
) -> Result<(), ObjectError> {
    let mut reader = serde_json::Deserializer::from_str(json);
    match (RecordSeed { record, names }).deserialize(&mut reader) {
        Ok(true) if record.too_deep => Err(invalid("it nests too deep".to_owned(), path)),
        Ok(true) => Ok(()),
        Ok(false) => Err(invalid(
            "an object with properties was expected".to_owned(),
            path,
        )),
        Err(error) => Err(broken(&error, json, path)),
    }
}
