//! The reasons: one table of everything that the calculation, and the check of addresses, can give as its ground.
//!
//! A code never changes its meaning. The basis says whether Microsoft documents the rule or whether it is an assumption
//! that an admin should check against his tenant; `docs/proxy-calculation.md` shows the table, and a test compares both.

use serde::{Serialize, Serializer};

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// Microsoft documents it.
    Documented,
    /// Nothing was found, or it is inferred from what is documented.
    Assumption,
}

impl Basis {
    /// The name in PowerShell and in the documentation.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "Documented",
            Self::Assumption => "Assumption",
        }
    }
}

/// Where a rule stands.
mod source {
    /// How the proxyAddresses attribute is populated in Entra ID.
    pub const KB: &str = "KB 3190357";
    /// Prepare for directory synchronization to Microsoft 365.
    pub const PREPARE: &str = "learn.microsoft.com: prepare-for-directory-synchronization";
    /// Microsoft Entra UserPrincipalName population.
    pub const UPN: &str = "learn.microsoft.com: plan-connect-userprincipalname";
    /// What a verified domain change does to users.
    pub const DOMAINS: &str = "learn.microsoft.com: troubleshoot-audit-data-verified-domain";
    /// The 2020 text of the same article, which the present one no longer says.
    pub const KB_2020: &str = "KB 3190357, text of 2020";
    /// Nothing was found.
    pub const NONE: &str = "none found";
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident, $basis:ident, $source:ident, $explanation:literal;)*) => {
        /// Why a value is kept, changed or left out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $(#[doc = $explanation] $reason,)* }

        impl Reason {
            /// Every reason, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$reason,)*];

            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$reason => stringify!($reason),)* }
            }

            /// Documented, or an assumption.
            #[must_use]
            pub fn basis(self) -> Basis {
                match self { $(Self::$reason => Basis::$basis,)* }
            }

            /// Where the rule stands.
            #[must_use]
            pub fn source(self) -> &'static str {
                match self { $(Self::$reason => source::$source,)* }
            }

            /// The rule in one sentence.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$reason => $explanation,)* }
            }
        }
    };
}

// A single proxy address, UPN or mailNickname: `crate::rule` decides.
reasons! {
    NoTypePrefix, Documented, KB, "A proxy address needs a type in front, as in smtp:name@contoso.com.";
    InvalidCharacter, Documented, PREPARE, "White space, control characters and < > ( ) ; , [ ] \" are not allowed in an SMTP address.";
    FurtherColon, Documented, PREPARE, "Behind the type no further colon is allowed; often the type stands twice.";
    Diacritics, Documented, PREPARE, "Letters with diacritics are not allowed in an SMTP address.";
    NotRfc5322, Documented, KB, "The value is no address as RFC 5322 defines it: name@domain, without dots at the ends or side by side.";
    ValueTooLong, Documented, PREPARE, "A proxy address has at most 256 characters.";
    LegacyType, Documented, KB, "Addresses of the legacy types MSMAIL and X400 are discarded.";
    LegacyTypeAssumed, Assumption, NONE, "MS, CCMAIL, GWISE, NOTES and FAX are taken for legacy types like MSMAIL, and discarded.";
    ReservedDomain, Documented, KB, "On premises no address may lie in <label>.onmicrosoft.com or below microsoftonline.com; <tenant>.mail.onmicrosoft.com may.";
    ReservedDomainSovereign, Assumption, NONE, "The sovereign clouds' counterparts of onmicrosoft.com and microsoftonline.com are taken for reserved as well.";
    MicrosoftOnlineX500, Assumption, KB_2020, "X500 addresses that begin with /o=MicrosoftOnline are discarded; other X500 addresses are kept.";
    UnknownType, Assumption, NONE, "The type is not one that is known to be kept or discarded; the value is kept.";
    UnverifiedDomain, Documented, DOMAINS, "The domain is not verified, and the object has an Exchange plan, msExchRemoteRecipientType, or a mailbox's recipient display type in the cloud.";
    UpnMissing, Assumption, NONE, "Without a userPrincipalName on premises the one in the cloud is made like that of an unverified suffix.";
    UpnNotOneAt, Documented, PREPARE, "A userPrincipalName has exactly one @, with something on both sides.";
    UpnInvalidCharacter, Documented, PREPARE, "In front of the @ a userPrincipalName holds letters without diacritics, digits and ' . - _ ! # ^ ~ only, with no dot at either end or beside another.";
    UpnTooLong, Documented, PREPARE, "A userPrincipalName has at most 64 characters in front of the @ and 48 behind it.";
    UpnUnverifiedDomain, Documented, UPN, "The suffix of the userPrincipalName is not a verified domain.";
    NicknameEmpty, Documented, PREPARE, "A mailNickname has at least one character.";
    NicknameInvalidCharacter, Documented, PREPARE, "A mailNickname holds letters without diacritics, digits, dots and ! # $ % & ' * + - / = ? ^ _ ` { | } ~ only.";
    NicknameDot, Documented, PREPARE, "A mailNickname does not begin with a dot; dots at its end or side by side would make no address.";
    NicknameTooLong, Documented, PREPARE, "A mailNickname has at most 64 characters.";
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_one_sentence_with_a_source() {
        for (at, reason) in Reason::ALL.iter().enumerate() {
            assert!(reason.explanation().ends_with('.'), "{}", reason.code());
            assert!(!reason.source().is_empty());
            assert!(
                Reason::ALL[..at]
                    .iter()
                    .all(|other| other.code() != reason.code())
            );
            let documented = reason.basis() == Basis::Documented;
            let doubtful = [source::NONE, source::KB_2020];
            assert_eq!(
                documented,
                !doubtful.contains(&reason.source()),
                "{}",
                reason.code()
            );
        }
    }
}
