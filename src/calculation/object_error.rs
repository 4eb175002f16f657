//! Why a single object cannot be calculated.

use crate::limits::PROXYCALC_MAX_CALCULATION_ADDRESSES;

/// Why an object cannot be calculated. The others of the call are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// The rules are documented for users only.
    #[error("proxy calculation is documented for users only; this object is a {what}")]
    NotAUser {
        /// Its type.
        what: String,
    },
    /// Nothing that a mailNickname could be made of.
    #[error(
        "the object has neither userPrincipalName, mailNickname, mail nor an SMTP proxy address: there is nothing to calculate from"
    )]
    NothingToCalculate,
    /// More values than an object can have.
    #[error(
        "{count} proxy addresses; an object can have {PROXYCALC_MAX_CALCULATION_ADDRESSES} here, and 300 in Exchange Online"
    )]
    TooManyValues {
        /// How many.
        count: usize,
    },
    /// Every four digits are taken.
    #[error("{address} and all addresses with four digits behind its name are taken")]
    NoFreeAddress {
        /// The address without digits.
        address: String,
    },
    /// The export lost a value.
    #[error(
        "{property} holds the name of a type ({value}) instead of its values: the export lost them"
    )]
    TypeNameInsteadOfValues {
        /// The property.
        property: &'static str,
        /// The text.
        value: String,
    },
    /// It is no object with properties.
    #[error("{message}")]
    InvalidRecord {
        /// What was expected, and what was found.
        message: String,
        /// The field.
        path: String,
    },
}

impl ObjectError {
    /// Every code, for the schema.
    pub const CODES: [&'static str; 6] = [
        "NotAUser",
        "NothingToCalculate",
        "TooManyValues",
        "NoFreeAddress",
        "TypeNameInsteadOfValues",
        "InvalidRecord",
    ];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAUser { .. } => Self::CODES[0],
            Self::NothingToCalculate => Self::CODES[1],
            Self::TooManyValues { .. } => Self::CODES[2],
            Self::NoFreeAddress { .. } => Self::CODES[3],
            Self::TypeNameInsteadOfValues { .. } => Self::CODES[4],
            Self::InvalidRecord { .. } => Self::CODES[5],
        }
    }

    /// The same error, found in the previous state.
    #[must_use]
    pub fn of_previous(self) -> Self {
        match self {
            Self::TypeNameInsteadOfValues { value, .. } => Self::TypeNameInsteadOfValues {
                property: "previous",
                value,
            },
            other => other,
        }
    }

    /// The field at fault, below the object.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::NotAUser { .. } => "onPremises",
            Self::NothingToCalculate | Self::NoFreeAddress { .. } => "onPremises.mailNickname",
            Self::TooManyValues { .. } => "onPremises.proxyAddresses",
            Self::TypeNameInsteadOfValues { property, .. } => property,
            Self::InvalidRecord { path, .. } => path,
        }
    }
}
