//! What the steps of a calculation leave behind beside values.

use serde::Serialize;

use crate::reason::Reason;

/// Which attribute a line of the trace speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Attribute {
    /// `proxyAddresses`.
    ProxyAddresses,
    /// `mail`.
    Mail,
    /// `mailNickname`.
    MailNickname,
    /// `userPrincipalName`.
    UserPrincipalName,
}

impl Attribute {
    /// Every attribute.
    pub const ALL: [Self; 4] = [
        Self::ProxyAddresses,
        Self::Mail,
        Self::MailNickname,
        Self::UserPrincipalName,
    ];

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ProxyAddresses => "proxyAddresses",
            Self::Mail => "mail",
            Self::MailNickname => "mailNickname",
            Self::UserPrincipalName => "userPrincipalName",
        }
    }
}

/// What a line of the trace says was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// It was there and stays.
    Kept,
    /// It is new.
    Added,
    /// A secondary became the primary.
    Promoted,
    /// A primary became a secondary.
    Demoted,
    /// Another value stands in its place.
    Replaced,
    /// It was there and goes.
    Removed,
    /// On premises says it, and the cloud does not take it.
    Discarded,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::Kept,
        Self::Added,
        Self::Promoted,
        Self::Demoted,
        Self::Replaced,
        Self::Removed,
        Self::Discarded,
    ];

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Added => "added",
            Self::Promoted => "promoted",
            Self::Demoted => "demoted",
            Self::Replaced => "replaced",
            Self::Removed => "removed",
            Self::Discarded => "discarded",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceLine {
    /// Of which attribute.
    pub attribute: Attribute,
    /// The value; empty where a line speaks of all.
    pub value: String,
    /// What was done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// What the reason alone does not say; often empty.
    pub detail: String,
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub reason: Reason,
    /// The value or number it is about.
    pub detail: String,
}

/// A value that another object holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantined {
    /// `proxyAddresses`, `mail` or `userPrincipalName`.
    pub attribute: &'static str,
    /// The value.
    pub value: String,
    /// Who holds it; empty where the caller only said that it is taken.
    pub held_by: String,
    /// What stands in its place.
    pub replacement: Option<String>,
}

/// What the steps leave behind beside values.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub trace: Vec<TraceLine>,
    pub warnings: Vec<Warning>,
    pub quarantined: Vec<Quarantined>,
}

impl Log {
    /// Adds a line.
    pub fn line(&mut self, attribute: Attribute, value: &str, action: Action, reason: Reason) {
        self.detailed(attribute, value, action, reason, String::new());
    }

    /// Adds a line with a detail.
    pub fn detailed(
        &mut self,
        attribute: Attribute,
        value: &str,
        action: Action,
        reason: Reason,
        detail: String,
    ) {
        self.trace.push(TraceLine {
            attribute,
            value: value.to_owned(),
            action,
            reason,
            detail,
        });
    }

    /// Adds a warning.
    pub fn warn(&mut self, reason: Reason, detail: impl Into<String>) {
        self.warnings.push(Warning {
            reason,
            detail: detail.into(),
        });
    }
}
