//! The answer of a diagnosis, in either form.

use serde::Serialize;

use super::fields::FieldError;
use super::finding::Finding;
use crate::form::{Columns, Separated};
use crate::problem::Problem;
use crate::status::{PROXYCALC_INVALID_REQUEST, status_name};

/// The rows of an answer: a finding, a user that could not be read, a record that was left out.
const COLUMNS: &[Columns] = &[
    (
        "F",
        &[
            "userPrincipalName",
            "id",
            "hasMailbox",
            "name",
            "status",
            "evidence",
            "nextStep",
            "reference",
        ],
    ),
    ("X", &["userPrincipalName", "id", "path", "message"]),
    ("L", &["path", "message"]),
];

/// One user's result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserResult {
    /// Its id, where it could be read.
    pub id: String,
    /// Its UPN, where it could be read.
    pub user_principal_name: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: UserOutcome,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", untagged)]
pub enum UserOutcome {
    #[serde(rename_all = "camelCase")]
    Judged {
        /// `null` where it is not known.
        has_mailbox: Option<bool>,
        findings: Vec<Finding>,
    },
    Unreadable {
        error: RecordError,
    },
}

/// Why a record was left out.
#[derive(Debug, Serialize)]
pub struct RecordError {
    code: &'static str,
    message: String,
    path: String,
    record: usize,
}

impl RecordError {
    pub fn new(error: &FieldError) -> Self {
        Self {
            code: status_name(PROXYCALC_INVALID_REQUEST).trim_end_matches('\0'),
            message: error.to_string(),
            path: error.path.clone(),
            record: number(&error.path),
        }
    }
}

/// What comes out.
#[derive(Debug)]
pub struct Answer {
    /// One a user.
    pub results: Vec<UserResult>,
    /// Records of the other lists that were left out.
    pub left_out: Vec<RecordError>,
}

impl Answer {
    /// As JSON; the problems of the recipients where they were read for this answer.
    pub fn to_json(&self, problems: Option<Vec<Problem>>) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            version: u8,
            results: &'a [UserResult],
            left_out: &'a [RecordError],
            #[serde(skip_serializing_if = "Option::is_none")]
            problems: Option<Vec<Problem>>,
        }
        let body = Body {
            version: 1,
            results: &self.results,
            left_out: &self.left_out,
            problems,
        };
        // Writing to memory cannot fail.
        serde_json::to_string(&body).unwrap_or_default()
    }

    /// A row `F` a finding, a row `X` a user that could not be read, a row `L` a record that was left out.
    pub fn to_separated(&self) -> String {
        let mut page = Separated::new(COLUMNS);
        for result in &self.results {
            match &result.outcome {
                UserOutcome::Judged {
                    findings,
                    has_mailbox,
                } => {
                    for finding in findings {
                        page.row("F")
                            .text(&result.user_principal_name)
                            .text(&result.id)
                            .flag(*has_mailbox);
                        finding.write(&mut page);
                    }
                }
                UserOutcome::Unreadable { error } => {
                    page.row("X")
                        .text(&result.user_principal_name)
                        .text(&result.id);
                    page.text(&error.path).text(&error.message).end();
                }
            }
        }
        for error in &self.left_out {
            page.row("L").text(&error.path).text(&error.message).end();
        }
        page.finish()
    }
}

/// The number of the record in `users[3].mail`, from 1.
fn number(path: &str) -> usize {
    let index = path
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'));
    index
        .and_then(|(index, _)| index.parse::<usize>().ok())
        .map_or(1, |index| index + 1)
}
