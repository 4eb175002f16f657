//! What a call can answer: the status numbers of the C ABI and the errors behind them.
//!
//! Numbers are frozen and never reused; a retired one stays here as a comment. What is wrong with *data* is not an
//! error of the call: it is a [problem](crate::summary) of the summary.

use serde::Serialize;

/// The call did what it says.
pub const PROXYCALC_OK: i32 = 0;
/// A pointer that must not be NULL is NULL.
pub const PROXYCALC_NULL_ARGUMENT: i32 = 1;
/// The bytes of the call are not UTF-8.
pub const PROXYCALC_INVALID_UTF8: i32 = 2;
/// The request is not the JSON that the function takes, or has an option nobody knows.
pub const PROXYCALC_INVALID_REQUEST: i32 = 3;
/// The request's "version" is not one that this library speaks.
pub const PROXYCALC_UNSUPPORTED_VERSION: i32 = 4;
/// One of the limits of this header was exceeded by the call itself.
pub const PROXYCALC_LIMIT_EXCEEDED: i32 = 5;
/// A scan function was called out of turn: push after finish, next before finish, and so on.
pub const PROXYCALC_SCAN_MISUSE: i32 = 6;
/// What was asked for is not in this build of the library.
pub const PROXYCALC_NOT_AVAILABLE: i32 = 7;
/// The scan was cancelled. It can only be freed.
pub const PROXYCALC_CANCELLED: i32 = 8;
/// Results of a scan wait to be taken, and nothing of the call was: take pages with `proxycalc_scan_next`, then call again.
pub const PROXYCALC_RESULTS_WAITING: i32 = 9;
/// A defect of the library. The response names the place; the scan it happened in is of no more use.
pub const PROXYCALC_INTERNAL_PANIC: i32 = 99;

/// Every status with its name, as `proxycalc_status_name` gives it. The names end in NUL for C.
const NAMES: &[(i32, &str)] = &[
    (PROXYCALC_OK, "Ok\0"),
    (PROXYCALC_NULL_ARGUMENT, "NullArgument\0"),
    (PROXYCALC_INVALID_UTF8, "InvalidUtf8\0"),
    (PROXYCALC_INVALID_REQUEST, "InvalidRequest\0"),
    (PROXYCALC_UNSUPPORTED_VERSION, "UnsupportedVersion\0"),
    (PROXYCALC_LIMIT_EXCEEDED, "LimitExceeded\0"),
    (PROXYCALC_SCAN_MISUSE, "ScanMisuse\0"),
    (PROXYCALC_NOT_AVAILABLE, "NotAvailable\0"),
    (PROXYCALC_CANCELLED, "Cancelled\0"),
    (PROXYCALC_RESULTS_WAITING, "ResultsWaiting\0"),
    (PROXYCALC_INTERNAL_PANIC, "InternalPanic\0"),
];

/// The NUL-terminated name of `status`; `Unknown` for a number that means nothing.
#[must_use]
pub fn status_name(status: i32) -> &'static str {
    NAMES
        .iter()
        .find(|(number, _)| *number == status)
        .map_or("Unknown\0", |(_, name)| name)
}

/// The name of every status, without the NUL, in the order of the numbers.
pub fn status_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(_, name)| name.trim_end_matches('\0'))
}

/// Why a call failed. Nothing of a failed call was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A pointer is NULL.
    #[error("{0} must not be NULL")]
    NullArgument(&'static str),
    /// The bytes are not UTF-8.
    #[error("the bytes are not UTF-8: the first wrong byte is at offset {offset}")]
    InvalidUtf8 {
        /// Bytes before the first wrong one.
        offset: usize,
    },
    /// The request is not what the function takes.
    #[error("{message}")]
    InvalidRequest {
        /// What was expected, and what was found.
        message: String,
        /// The field, as `options.kinds`; empty for the whole.
        path: String,
        /// The number of the record, counted from 1, where one is at fault.
        record: Option<u64>,
    },
    /// The request speaks another version.
    #[error("version {found} of the request is not known; this library speaks version 1")]
    UnsupportedVersion {
        /// What the request said.
        found: String,
    },
    /// A limit of the call.
    #[error("{what}: the limit is {limit}")]
    LimitExceeded {
        /// What was too large.
        what: &'static str,
        /// The limit, in the unit that `limits.rs` gives for it.
        limit: usize,
    },
    /// A scan function out of turn.
    #[error("{0}")]
    ScanMisuse(&'static str),
    /// Not in this build.
    #[error("{0} is not available in this build")]
    NotAvailable(&'static str),
    /// Somebody cancelled the scan.
    #[error("the scan was cancelled")]
    Cancelled,
    /// Results that nobody takes do not grow without limit.
    #[error("results are waiting: take pages with next, then push again")]
    ResultsWaiting,
    /// A panic, caught.
    #[error("internal error: {message} ({place})")]
    InternalPanic {
        /// What the panic said.
        message: String,
        /// File and line.
        place: String,
    },
}

impl Error {
    /// An [`Error::InvalidRequest`] at `path`.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InvalidRequest {
            message: message.into(),
            path: path.into(),
            record: None,
        }
    }

    /// The number that crosses the ABI.
    #[must_use]
    pub fn status(&self) -> i32 {
        match self {
            Self::NullArgument(_) => PROXYCALC_NULL_ARGUMENT,
            Self::InvalidUtf8 { .. } => PROXYCALC_INVALID_UTF8,
            Self::InvalidRequest { .. } => PROXYCALC_INVALID_REQUEST,
            Self::UnsupportedVersion { .. } => PROXYCALC_UNSUPPORTED_VERSION,
            Self::LimitExceeded { .. } => PROXYCALC_LIMIT_EXCEEDED,
            Self::ScanMisuse(_) => PROXYCALC_SCAN_MISUSE,
            Self::NotAvailable(_) => PROXYCALC_NOT_AVAILABLE,
            Self::Cancelled => PROXYCALC_CANCELLED,
            Self::ResultsWaiting => PROXYCALC_RESULTS_WAITING,
            Self::InternalPanic { .. } => PROXYCALC_INTERNAL_PANIC,
        }
    }

    /// `{"error":{"code","message","path","record"}}`, the response of a failed call.
    #[must_use]
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Body<'a> {
            code: &'a str,
            message: String,
            path: Option<&'a str>,
            record: Option<u64>,
        }
        let (path, record) = match self {
            Self::InvalidRequest { path, record, .. } => {
                (Some(path.as_str()).filter(|p| !p.is_empty()), *record)
            }
            _ => (None, None),
        };
        let code = status_name(self.status()).trim_end_matches('\0');
        let body = Body {
            code,
            message: self.to_string(),
            path,
            record,
        };
        serde_json::json!({ "error": body }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_ends_in_nul_and_no_number_stands_twice() {
        for (number, name) in NAMES {
            assert!(
                name.ends_with('\0') && name.matches('\0').count() == 1,
                "{name:?}"
            );
            assert_eq!(NAMES.iter().filter(|(other, _)| other == number).count(), 1);
        }
        assert_eq!(status_name(-5), "Unknown\0");
    }

    #[test]
    fn an_error_names_path_and_record() {
        let error = Error::InvalidRequest {
            message: "no".into(),
            path: "planned".into(),
            record: Some(3),
        };
        let json: serde_json::Value = serde_json::from_str(&error.to_json()).unwrap();
        assert_eq!(json["error"]["path"], "planned");
        assert_eq!(json["error"]["record"], 3);
        assert_eq!(json["error"]["code"], "InvalidRequest");
    }
}
