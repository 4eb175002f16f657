//! Conflicts: which kinds there are, and how strong each is.
//!
//! [`classify`] finds them, [`across`] those between the cloud and a forest, [`keeper`] says who should keep the address, [`remediation`] what the others run, [`render`]
//! makes results of it. Of the remediation, `on_premises` and `deleted` are parts, `editor` knows the command of each class,
//! [`stand_in`] the primary in place of one that leaves, and [`step`] is one step with the line it is shown as.

pub mod across;
pub mod classify;
mod deleted;
mod editor;
pub mod keeper;
mod on_premises;
pub mod remediation;
pub mod render;
pub mod stand_in;
pub mod step;

/// What kind of conflict it is. The order is that of strength: a key gives one conflict a directory, of the first kind that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A planned value is held by, or planned for, another object.
    Planned,
    /// One key in the proxy addresses of two or more objects.
    Duplicate,
    /// The UPN of one is a proxy address, the UPN or the mail of another.
    UpnConflict,
    /// Only `mail` or the primary of one meets an address of another.
    MailConflict,
    /// As the three before, but at most one holder is live.
    SoftDeleted,
    /// Held in the cloud and in a forest by objects known not to be joined.
    CrossDirectory,
    /// The MOERA to come is taken, or predicted twice.
    PredictedMoera,
    /// The SIP value of one is the SMTP value of another.
    SipSmtp,
    /// One object has several primary SMTP values.
    MultiplePrimary,
    /// One object has a value twice.
    SelfDuplicate,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something fails, or will.
    Error,
    /// Something may fail.
    Warning,
    /// Good to know.
    Information,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Planned,
        Self::Duplicate,
        Self::UpnConflict,
        Self::MailConflict,
        Self::SoftDeleted,
        Self::CrossDirectory,
        Self::PredictedMoera,
        Self::SipSmtp,
        Self::MultiplePrimary,
        Self::SelfDuplicate,
    ];

    /// The name in requests and results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Duplicate => "Duplicate",
            Self::UpnConflict => "UpnConflict",
            Self::MailConflict => "MailConflict",
            Self::SoftDeleted => "SoftDeleted",
            Self::CrossDirectory => "CrossDirectory",
            Self::PredictedMoera => "PredictedMoera",
            Self::SipSmtp => "SipSmtp",
            Self::MultiplePrimary => "MultiplePrimary",
            Self::SelfDuplicate => "SelfDuplicate",
        }
    }

    /// The kind called `name`, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

impl Severity {
    /// Every severity.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Information];

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Information => "Information",
        }
    }
}
