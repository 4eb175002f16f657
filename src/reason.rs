//! The reasons: one table of everything that the calculation, and the check of addresses, can give as its ground.
//!
//! A code never changes its meaning. The basis says whether Microsoft documents the rule or whether it is an assumption
//! that an admin should check against his tenant; `docs/proxy-calculation.md` shows the table, and a test compares both.

#![allow(
    rustdoc::invalid_html_tags,
    reason = "<label> and the like in the sentences are placeholders"
)]

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
    /// It says what must be there, and not what is made of it.
    pub const PREPARE_SUGGEST: &str =
        "inferred from learn.microsoft.com: prepare-for-directory-synchronization";
    /// Set-Mailbox, its parameter Alias.
    pub const ALIAS: &str = "learn.microsoft.com: Set-Mailbox -Alias";
    /// How Microsoft Entra populates userPrincipalName.
    pub const UPN: &str = "learn.microsoft.com: plan-connect-userprincipalname";
    /// What a verified domain change does to users.
    pub const DOMAINS: &str = "learn.microsoft.com: troubleshoot-audit-data-verified-domain";
    /// It says which objects a change of domains spares, and not what a change of the object itself does.
    pub const DOMAINS_SUGGEST: &str =
        "inferred from learn.microsoft.com: troubleshoot-audit-data-verified-domain";
    /// The 2020 text of the same article, which the present one no longer says.
    pub const KB_2020: &str = "KB 3190357, text of 2020";
    /// Follows from the scenarios' results, which do not say it.
    pub const SCENARIOS: &str = "inferred from KB 3190357";
    /// Identity synchronization and duplicate attribute resiliency.
    pub const RESILIENCY: &str =
        "learn.microsoft.com: how-to-connect-syncservice-duplicate-attribute-resiliency";
    /// Exchange Online limits.
    pub const LIMITS: &str = "learn.microsoft.com: exchange-online-limits";
    /// Nothing was found.
    pub const NONE: &str = "none found";
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident, $basis:ident, $source:ident, $explanation:literal;)*) => {
        /// Why a value is kept, changed or left out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $(
            // Admins read the sentences as they are: no markup, and so none here.
            #[doc = concat!("```text\n", $explanation, "\n```")]
            $reason,
        )* }

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
    ReservedDomain, Documented, KB, "On premises no address may lie in <label>.onmicrosoft.com or below microsoftonline.com.";
    ReservedDomainSovereign, Assumption, NONE, "The sovereign clouds' counterparts of onmicrosoft.com and microsoftonline.com are taken for reserved as well.";
    MicrosoftOnlineX500, Assumption, KB_2020, "X500 addresses that begin with /o=MicrosoftOnline are discarded; other X500 addresses are kept.";
    UnknownType, Assumption, NONE, "The type is not one that is known to be kept or discarded; the value is kept.";
    UnverifiedDomain, Documented, DOMAINS, "The domain is not verified, and the object has an Exchange plan, msExchRemoteRecipientType, or a mailbox's recipient display type in the cloud.";
    NonRoutableDomain, Documented, KB, "Nobody can verify this domain, since it cannot be routed on the internet: the address is dropped with the Exchange Online license.";
    UpnMissing, Assumption, NONE, "Without a userPrincipalName and the account name's domain on premises, the one in the cloud is made like that of an unverified suffix.";
    UpnFromAccountName, Assumption, PREPARE_SUGGEST, "Without a userPrincipalName on premises, sAMAccountName and the DNS name of the domain stand in for it.";
    UpnNotOneAt, Documented, PREPARE, "A userPrincipalName has exactly one @, with something on both sides.";
    UpnInvalidCharacter, Documented, PREPARE, "In front of the @ a userPrincipalName holds letters without diacritics, digits and ' . - _ ! # ^ ~ only, with no dot at either end or beside another.";
    UpnTooLong, Documented, PREPARE, "A userPrincipalName has at most 64 characters in front of the @ and 48 behind it.";
    UpnUnverifiedDomain, Documented, UPN, "The suffix of the userPrincipalName is not a verified domain.";
    NicknameEmpty, Documented, KB, "A mailNickname has at least one character.";
    NicknameInvalidCharacter, Documented, ALIAS, "A mailNickname holds ASCII letters, digits, dots, the other signs of an RFC 5322 atom but &, which does not synchronize, and the characters U+00A1 to U+00FF.";
    NicknameDot, Documented, ALIAS, "A dot in a mailNickname stands between two other characters: at neither end, and not beside another dot.";
    NicknameTooLong, Documented, ALIAS, "A mailNickname has at most 64 characters.";

    // The steps of the calculation: `crate::calculation`.
    NotTriggered, Assumption, DOMAINS_SUGGEST, "Without an Exchange plan, a recipient type, or a change of proxyAddresses or userPrincipalName nothing is calculated: mail and proxyAddresses stay.";
    RemoteTypeUnknown, Assumption, NONE, "msExchRemoteRecipientType has a value that is not known: what is known of it counts, and it counts as set.";
    LicenceUnknown, Assumption, NONE, "Nothing says whether an Exchange plan is enabled: the object is calculated as one without.";
    PreviousNotFetched, Assumption, NONE, "The previous object does not have these attributes: they are calculated as if they were empty, and whether they change is not known.";
    DuplicateValue, Assumption, NONE, "A value that stands twice in proxyAddresses counts once; a primary counts before a secondary.";
    Quarantined, Documented, RESILIENCY, "Another object holds the value: it is quarantined, and the object is written without it. Once the value is free, Entra ID adds it by itself, within about an hour.";
    UpnQuarantined, Documented, RESILIENCY, "Another object holds the userPrincipalName: it is quarantined, and <prefix><4 digits>@<initial domain> takes its place.";

    NicknameFromOnPremises, Documented, KB, "mailNickname on premises is taken, at first and whenever it changes.";
    NicknameFromPrimary, Documented, UPN, "Without a mailNickname on premises it is the prefix of the primary SMTP address, even of one that is discarded.";
    NicknameFromMail, Documented, UPN, "Without a primary SMTP address it is the prefix of mail.";
    NicknameFromUpn, Documented, UPN, "Without mail it is the prefix of the userPrincipalName.";
    NicknameFromSecondary, Documented, UPN, "Without a userPrincipalName it is the prefix of a secondary SMTP address.";
    NicknameKept, Documented, KB, "mailNickname stays as long as the value on premises does not change to another.";
    NicknameCleaned, Documented, PREPARE, "Characters that a mailNickname cannot hold become underscores.";
    NicknameCut, Assumption, NONE, "A mailNickname of more than 64 characters is cut after them.";
    NicknameBeyondAscii, Assumption, PREPARE_SUGGEST, "In the addresses that are made of a mailNickname, letters beyond ASCII become underscores.";

    UpnFromOnPremises, Documented, UPN, "The userPrincipalName on premises is valid and its suffix verified: it is taken.";
    UpnFallback, Documented, UPN, "The userPrincipalName on premises cannot be taken: <mailNickname>@<initial domain> takes its place.";
    UpnKept, Documented, UPN, "The userPrincipalName is calculated anew only when the one on premises or the verified domains change.";

    PrimaryFromProxyAddresses, Documented, KB, "The primary is the SMTP: value of proxyAddresses on premises.";
    FurtherPrimary, Assumption, NONE, "Of several SMTP: values the first is the primary; the others become secondaries.";
    PrimaryFromMail, Documented, KB, "Without an SMTP: value mail becomes the primary.";
    MailIsSecondary, Assumption, SCENARIOS, "Without an SMTP: value, the secondary that equals mail becomes the primary.";
    MailNotPrimary, Assumption, SCENARIOS, "Where proxyAddresses has an SMTP: value, a different mail is not added.";
    PrimaryKept, Documented, KB, "Where neither proxyAddresses nor mail gives a primary, the present one stays.";
    PrimaryFromUpn, Documented, KB, "Nothing else gives a primary to an object with an Exchange plan, or a recipient: it is the userPrincipalName.";
    PrimaryFromMoera, Assumption, NONE, "Nothing else gives a primary, and another object holds the userPrincipalName as a proxy address: it is the MOERA.";
    PrimaryReplaced, Documented, KB, "A primary that is replaced does not stay as a secondary.";
    PrimaryDemoted, Assumption, SCENARIOS, "A primary that is replaced stays as a secondary where it is a secondary on premises, the userPrincipalName or the MOERA.";

    SecondaryFromProxyAddresses, Documented, KB, "The value stands in proxyAddresses on premises.";
    RoutingAddressKept, Assumption, SCENARIOS, "Addresses in <tenant>.mail.onmicrosoft.com are kept: hybrid routing needs them, though the article lists *.onmicrosoft.com as reserved.";
    RemovedOnPremises, Documented, KB, "What is removed from proxyAddresses on premises is removed.";
    KeptInCloud, Assumption, SCENARIOS, "What did not come from proxyAddresses on premises stays: a former userPrincipalName or MOERA, and what Exchange added (SIP, SPO, X500).";
    OriginUnknown, Assumption, NONE, "What proxyAddresses on premises had before is not known, so that a value removed there cannot be told from one of the cloud's own; it stays.";

    MoeraAdded, Documented, KB, "An object with an Exchange plan, or a recipient, gets <mailNickname>@<initial domain>.";
    MoeraAddedLater, Assumption, SCENARIOS, "An object that was calculated before without a MOERA gets <mailNickname>@<initial domain> now.";
    MoeraCollision, Documented, KB, "Another object has <mailNickname>@<initial domain>: four digits follow the mailNickname.";
    MoeraKept, Documented, KB, "The MOERA stays, whatever happens to mailNickname and proxyAddresses.";
    MoeraAssumed, Assumption, NONE, "Which address is the MOERA is not said: of those in the initial domain it is the one named like mailNickname or the userPrincipalName, else the oldest; it stays.";
    MoeraRecalculated, Documented, UPN, "A changed userPrincipalName that becomes <mailNickname>@<initial domain> is the MOERA too.";

    UpnAdded, Documented, KB, "The userPrincipalName of an object with an Exchange plan, or of a recipient, is always a proxy address.";
    UpnAddedWithSecondary, Documented, KB, "An object that has a MOERA but no Exchange plan any more gets its userPrincipalName back with the next secondary.";

    LicenceRemoved, Documented, KB, "With the last Exchange plan goes a primary that is the userPrincipalName.";
    MoeraPromoted, Documented, KB, "With the last Exchange plan the MOERA becomes the primary, where that was the userPrincipalName.";

    MailFromPrimary, Documented, KB, "mail is the primary SMTP address without its type, and unset where there is none.";
    TooManyAddresses, Documented, LIMITS, "An object has at most 300 proxy addresses in Exchange Online.";
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
            let doubtful = [
                source::NONE,
                source::KB_2020,
                source::SCENARIOS,
                source::DOMAINS_SUGGEST,
                source::PREPARE_SUGGEST,
            ];
            assert_eq!(
                documented,
                !doubtful.contains(&reason.source()),
                "{}",
                reason.code()
            );
        }
    }
}
