//! A finding: one possible cause, or one thing left to do, judged for one user.

use serde::Serialize;

use crate::conflict::remediation::command;
use crate::form::Separated;

/// Whether a cause holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Status {
    /// It holds.
    Found,
    /// The data does not say; the next step fetches what is missing.
    Unknown,
    /// It does not.
    RuledOut,
}

impl Status {
    /// Every status, in the order of results.
    pub const ALL: [Self; 3] = [Self::Found, Self::Unknown, Self::RuledOut];

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "Found",
            Self::Unknown => "Unknown",
            Self::RuledOut => "RuledOut",
        }
    }
}

/// How a rule decided.
#[derive(Debug)]
pub struct Verdict {
    /// Whether it holds.
    pub status: Status,
    /// The values that decided, one a line.
    pub evidence: Vec<String>,
    /// Commands, and comments that begin with `#`: what to do, or how to find out.
    pub next_step: Vec<String>,
    /// Another article than the rule's own.
    pub reference: Option<&'static str>,
}

impl Verdict {
    fn new(status: Status, evidence: impl IntoIterator<Item = String>, steps: Steps) -> Self {
        Self {
            status,
            evidence: evidence.into_iter().collect(),
            next_step: steps.0,
            reference: None,
        }
    }

    /// It holds.
    pub fn found(evidence: impl IntoIterator<Item = String>, steps: Steps) -> Self {
        Self::new(Status::Found, evidence, steps)
    }

    /// It does not.
    pub fn ruled_out(evidence: impl IntoIterator<Item = String>) -> Self {
        Self::new(Status::RuledOut, evidence, Steps::default())
    }

    /// The data does not say; `steps` fetch it.
    pub fn unknown(evidence: impl IntoIterator<Item = String>, steps: Steps) -> Self {
        Self::new(Status::Unknown, evidence, steps)
    }
}

/// One line of evidence.
pub fn say(text: impl Into<String>) -> [String; 1] {
    [text.into()]
}

/// The lines of a next step. Every line is one PowerShell command or a comment, so that all of it can be pasted.
#[derive(Debug, Default)]
pub struct Steps(Vec<String>);

impl Steps {
    /// Adds words.
    #[must_use]
    pub fn note(mut self, text: &str) -> Self {
        let plain = |c: char| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        };
        self.0
            .push(format!("# {}", text.chars().map(plain).collect::<String>()));
        self
    }

    /// Adds a command: `template` with each `{}` replaced by the next of `values`, quoted.
    #[must_use]
    pub fn run(mut self, template: &str, values: &[&str]) -> Self {
        self.0.extend(command(template, values));
        self
    }

    /// Adds a command with a comment behind it.
    #[must_use]
    pub fn run_labelled(mut self, template: &str, values: &[&str], label: &str) -> Self {
        self.0
            .extend(command(template, values).map(|line| line + label));
        self
    }

    /// Adds lines that are there already.
    #[must_use]
    pub fn then(mut self, lines: &[String]) -> Self {
        self.0.extend_from_slice(lines);
        self
    }
}

/// A finding as it crosses: `ProxyCalc.ProvisioningFinding`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which, from a closed list.
    pub name: &'static str,
    /// Whether it holds.
    pub status: Status,
    /// See [`Verdict`].
    pub evidence: Vec<String>,
    /// See [`Verdict`].
    pub next_step: Vec<String>,
    /// The article to read.
    pub reference: &'static str,
}

impl Finding {
    /// Writes the fields of a row `F` that follow the user's.
    pub fn write(&self, page: &mut Separated) {
        page.text(self.name)
            .text(self.status.name())
            .list(self.evidence.iter().map(String::as_str))
            .list(self.next_step.iter().map(String::as_str))
            .text(self.reference)
            .end();
    }
}
