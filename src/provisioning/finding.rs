//! A finding: one possible cause, or one thing left to do, judged for one user.

use serde::Serialize;

use crate::conflict::remediation::command;
use crate::form::Separated;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Which finding; the list is closed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        pub enum Name { $($(#[$doc])* $name,)* }

        impl Name {
            /// The name in results.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

names! {
    /// The user has a mailbox: nothing is stuck.
    MailboxExists,
    /// A license was given and did not arrive.
    LicenceAssignmentFailed,
    /// No service plan in use gives a mailbox.
    NoExchangePlan,
    /// The user has no country.
    NoUsageLocation,
    /// The plan is in use, and the service is not done with it.
    PlanNotProvisioned,
    /// Somebody else holds an address that the user needs.
    DuplicateProxyAddress,
    /// The mailbox lives on premises.
    LiveOnPremisesMailbox,
    /// What a mailbox left behind on premises.
    OnPremisesMailboxAttributes,
    /// The object says that its mailbox was moved, and there is none.
    RemoteMailboxMigrated,
    /// The service is disturbed.
    ServiceIncident,
    /// The sync or a service left an error.
    ProvisioningError,
    /// The diagnostic that mends.
    DiagnosticAvailable,
    /// The plan off and on again.
    CycleLicence,
    /// The account anew.
    RecreateAccount,
    /// Support.
    OpenTicket,
    /// The organization was never customized.
    DehydratedOrganization,
}

impl Name {
    /// What is left to do when no cause is found; no cause itself.
    #[must_use]
    pub fn is_last_resort(self) -> bool {
        matches!(
            self,
            Self::DiagnosticAvailable
                | Self::CycleLicence
                | Self::RecreateAccount
                | Self::OpenTicket
        )
    }

    /// While it is found, the last resorts wait. A plan that hangs is what they are for, and nobody shows that a dehydrated
    /// organization keeps a mailbox from being made.
    #[must_use]
    pub fn is_cause(self) -> bool {
        !self.is_last_resort()
            && !matches!(
                self,
                Self::PlanNotProvisioned | Self::DehydratedOrganization
            )
    }
}

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
    /// Something in the data speaks for it, though it proves nothing: among what is unknown it comes first.
    pub likely: bool,
}

impl Verdict {
    fn new(status: Status, evidence: impl IntoIterator<Item = String>, steps: Steps) -> Self {
        Self {
            status,
            evidence: evidence.into_iter().collect(),
            next_step: steps.0,
            reference: None,
            likely: false,
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

    /// The same with a line of evidence in front that speaks for it.
    #[must_use]
    pub fn with_a_sign(mut self, sign: Option<String>) -> Self {
        self.likely |= sign.is_some();
        self.evidence.splice(0..0, sign);
        self
    }

    /// The same, where its ground is too weak to prove anything: not known, with the reason and what would tell.
    #[must_use]
    pub fn doubted(self, why: &str, steps: Steps) -> Self {
        let mut evidence = self.evidence;
        evidence.push(why.to_owned());
        let steps = match self.status {
            Status::Unknown => Steps(self.next_step),
            Status::Found | Status::RuledOut => steps,
        };
        Self {
            likely: self.likely || self.status == Status::Found,
            ..Self::unknown(evidence, steps)
        }
    }
}

/// One line of evidence.
pub fn say(text: impl Into<String>) -> [String; 1] {
    [text.into()]
}

/// Behind a command that the Exchange Management Shell has too.
pub const IN_EXCHANGE_ONLINE: &str = "  # Exchange Online PowerShell";

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

    /// The lines.
    #[must_use]
    pub fn into_lines(self) -> Vec<String> {
        self.0
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
    pub name: Name,
    /// Whether it holds.
    pub status: Status,
    /// See [`Verdict`].
    pub evidence: Vec<String>,
    /// See [`Verdict`].
    pub next_step: Vec<String>,
    /// The article to read.
    pub reference: &'static str,
    /// See [`Verdict`].
    #[serde(skip)]
    pub likely: bool,
}

impl Finding {
    /// Writes the fields of a row `F` that follow the user's.
    pub fn write(&self, page: &mut Separated) {
        page.text(self.name.as_str())
            .text(self.status.name())
            .list(self.evidence.iter().map(String::as_str))
            .list(self.next_step.iter().map(String::as_str))
            .text(self.reference)
            .end();
    }
}
