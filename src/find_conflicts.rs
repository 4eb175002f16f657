//! `find_conflicts`: a whole scan in one request.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::form::ResultForm;
use crate::options::{Options, ScanOptions, Want, object_or_default, parse};
use crate::property::NameCache;
use crate::read::document::read_documents;
use crate::scan::Collector;
use crate::status::Error;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'r> {
    #[serde(rename = "version")]
    _version: serde::de::IgnoredAny,
    #[serde(default, deserialize_with = "object_or_default")]
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
    let request: Request<'_> = parse(request)?;
    if request
        .planned
        .is_some_and(|planned| !matches!(planned.get().trim_ascii(), "null" | "[]"))
    {
        return Err(Error::NotAvailable("planned"));
    }
    let options = request.options.understand("options")?;
    for (field, fits) in [
        ("options.want", options.want == Want::Conflicts),
        ("options.resultForm", options.form == ResultForm::Json),
    ] {
        if !fits {
            return Err(Error::invalid(
                field,
                "find_conflicts gives conflicts as JSON; only a scan (proxycalc_scan_begin) takes other values",
            ));
        }
    }
    let mut outcome = read_recipients(options, Some(request.recipients))?.finish();
    Ok(outcome.whole())
}

/// Reads the `recipients` of a request; `null` is as absent.
pub(crate) fn read_recipients(
    options: ScanOptions,
    recipients: Option<&RawValue>,
) -> Result<Collector, Error> {
    let mut collector = Collector::new(options);
    if let Some(recipients) = recipients {
        let mut names = NameCache::default();
        read_documents(&mut recipients.get().as_bytes(), &mut names, &mut collector)
            .map_err(|error| Error::invalid("recipients", error.to_string()))?;
    }
    Ok(collector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_scan_gives_is_refused() {
        for (option, field) in [
            (r#""want":"addresses""#, "options.want"),
            (r#""resultForm":"separated""#, "options.resultForm"),
        ] {
            let request = format!(
                r#"{{"version":1,"options":{{{option}}},"recipients":[{{"Name":"a","EmailAddresses":"a@x"}}]}}"#
            );
            let error = find_conflicts(request.as_bytes()).unwrap_err();
            assert!(
                matches!(&error, Error::InvalidRequest { path, .. } if path == field),
                "{error:?}"
            );
        }
    }

    /// Whether it says that pages are missing.
    fn lacks_pages(recipients: &str) -> bool {
        let request = format!(r#"{{"version":1,"recipients":{recipients}}}"#);
        find_conflicts(request.as_bytes())
            .unwrap()
            .contains(r#""code":"MorePages","severity":"Error""#)
    }

    #[test]
    fn a_page_that_is_not_the_last_is_a_problem() {
        let page = |link: &str| {
            format!(
                r#"{{"@odata.context":"c","value":[{{"mail":"a@x"}}],"@odata.nextLink":{link}}}"#
            )
        };
        assert!(lacks_pages(&page(
            r#""https://graph.microsoft.com/v1.0/users?$skiptoken=2""#
        )));
        assert!(!lacks_pages(&page(r#""""#)) && !lacks_pages(&page("null")));
    }

    #[test]
    fn null_options_are_no_options() {
        let request = br#"{"version":1,"options":null,"recipients":[],"planned":null}"#;
        assert!(find_conflicts(request).is_ok());
    }
}
