//! What is wrong with one object's addresses by themselves: `Test-ProxyAddress`, and what Microsoft's `IdFix` was for.
//!
//! [`check`] looks at one record after another, `suggestion` says what a value could be instead. The rules about a value
//! are those of [`crate::rule`]; what is true of one source only is said of that source only.

pub mod check;
mod suggestion;

use serde::Serialize;

use crate::conflict::Severity;
use crate::form::{Columns, Separated};
use crate::reason::Reason;

/// The rows of a page of issues.
pub const COLUMNS: &[Columns] = &[(
    "I",
    &[
        "identity",
        "id",
        "attribute",
        "value",
        "code",
        "severity",
        "message",
        "suggestion",
        "source",
    ],
)];

macro_rules! own_codes {
    ($($code:ident, $message:literal;)*) => {
        /// What no single value shows: it is seen in the object as a whole.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ObjectIssue { $(#[doc = $message] $code,)* }

        impl ObjectIssue {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            fn name(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            fn message(self) -> &'static str {
                match self { $(Self::$code => $message,)* }
            }
        }
    };
}

own_codes! {
    TooManyProxyAddresses, "The object has more than 300 proxy addresses, which is the most that Exchange Online takes.";
    PrimaryMissing, "A mail-enabled object needs one primary SMTP address: a value with SMTP: in capitals.";
    SeveralPrimaries, "Several values claim to be the primary SMTP address; only one may have SMTP: in capitals.";
    MailDiffersFromPrimary, "mail and the primary SMTP address differ; the calculation of Entra ID takes the latter.";
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// With a value.
    Value(Reason),
    /// With the object.
    Object(ObjectIssue),
}

impl Code {
    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value(reason) => reason.code(),
            Self::Object(issue) => issue.name(),
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Value(reason) => reason.explanation(),
            Self::Object(issue) => issue.message(),
        }
    }
}

/// One thing that is wrong: `ProxyCalc.AddressIssue`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// What an admin knows the object by.
    pub identity: String,
    /// The best id of the record: the Entra object id, else the directory GUID, else what there is.
    pub id: String,
    /// The attribute, as the source names it.
    pub attribute: &'static str,
    /// The value, exactly as read; of several, joined with `; `.
    pub value: String,
    /// [`Code`].
    pub code: &'static str,
    /// Error where Entra or Exchange refuses or drops it, Warning where it takes something else, Information else.
    pub severity: &'static str,
    /// What is wrong, in one sentence.
    pub message: &'static str,
    /// What the value could be instead; `None` where it can only be removed, or an admin must decide.
    pub suggestion: Option<String>,
    /// Where the record comes from.
    pub source: &'static str,
}

impl Issue {
    /// Writes a row `I`.
    pub fn write(&self, page: &mut Separated) {
        page.row("I")
            .text(&self.identity)
            .text(&self.id)
            .text(self.attribute)
            .text(&self.value)
            .text(self.code)
            .text(self.severity)
            .text(self.message)
            .text(self.suggestion.as_deref().unwrap_or(""))
            .text(self.source)
            .end();
    }
}

fn all() -> impl Iterator<Item = Code> {
    let values = check::REASONS.iter().map(|rule| Code::Value(rule.0));
    values.chain(ObjectIssue::ALL.iter().map(|issue| Code::Object(*issue)))
}

/// Every code that a result can have.
pub fn codes() -> impl Iterator<Item = &'static str> {
    all().map(Code::name)
}

/// What each of [`codes`] says.
pub fn messages() -> impl Iterator<Item = &'static str> {
    all().map(Code::message)
}

/// How much a reason matters here.
fn severity_of(code: Code) -> Severity {
    match code {
        Code::Value(reason) => check::severity(reason),
        Code::Object(ObjectIssue::MailDiffersFromPrimary) => Severity::Warning,
        Code::Object(_) => Severity::Error,
    }
}
