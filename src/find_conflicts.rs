//! `find_conflicts`: a whole scan in one request.

use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use crate::options::{Options, check_version, or_default, utf8};
use crate::property::NameCache;
use crate::read::json::DocumentSeed;
use crate::scan::Collector;
use crate::status::Error;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'r> {
    #[serde(rename = "version")]
    _version: serde::de::IgnoredAny,
    #[serde(default, deserialize_with = "or_default")]
    options: Options,
    #[serde(borrow)]
    recipients: &'r RawValue,
    #[serde(borrow, default)]
    planned: Option<&'r RawValue>,
}

/// Answers a request with conflicts and summary.
///
/// # Errors
/// What is wrong with the request; what is wrong with single records is a problem of the summary.
pub fn find_conflicts(request: &[u8]) -> Result<String, Error> {
    let text = utf8(request)?;
    check_version(text)?;
    let request: Request<'_> =
        serde_json::from_str(text).map_err(|error| Error::invalid("", error.to_string()))?;
    if request
        .planned
        .is_some_and(|planned| !matches!(planned.get().trim_ascii(), "null" | "[]"))
    {
        return Err(Error::NotAvailable("planned"));
    }
    request.options.check_one_shot()?;
    let mut collector = Collector::new(request.options.understand("options")?);
    let mut json = serde_json::Deserializer::from_str(request.recipients.get());
    DocumentSeed {
        names: &mut NameCache::default(),
        sink: &mut collector,
    }
    .deserialize(&mut json)
    .map_err(|error| Error::invalid("recipients", error.to_string()))?;
    let mut outcome = collector.finish();
    Ok(outcome.whole())
}
