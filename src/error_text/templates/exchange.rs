//! What Exchange, its admin centers and Active Directory say.

use super::{Behind, Code, Gap, PLACES, PROXY, Places, ROW, Rank, Template, UPN, said};

/// `The value "x" of property "y" is used by another recipient object.`
macro_rules! used_by_another {
    ($property:literal, $code:ident, $attribute:expr) => {
        Template {
            code: Code::$code,
            parts: &[
                (Gap::None, &["the value \""]),
                (
                    Gap::Quoted,
                    &[concat!(
                        "\" of property \"",
                        $property,
                        "\" is used by another recipient object"
                    )],
                ),
            ],
            attribute: $attribute,
            places: Places {
                value: Some(1),
                ..PLACES
            },
            ..ROW
        }
    };
}

/// A value in quotes between two parts.
macro_rules! quoted {
    ($code:ident, $attribute:expr, [$($before:literal),+], [$($behind:literal),+], $follows:expr) => {
        Template {
            code: Code::$code,
            parts: &[(Gap::None, &[$($before),+]), (Gap::Quoted, &[$($behind),+])],
            attribute: $attribute,
            places: Places {
                value: Some(1),
                behind: $follows,
                ..PLACES
            },
            ..ROW
        }
    };
}

/// The rows.
pub const TABLE: &[Template] = &[
    quoted!(
        ProxyAddressInUse,
        PROXY,
        ["the proxy address \""],
        ["\" is already being used by the proxy addresses or LegacyExchangeDN of"],
        Behind::QuotedHolder
    ),
    quoted!(
        ProxyAddressInUse,
        PROXY,
        ["the proxy address \""],
        ["\" is already being used by"],
        Behind::QuotedHolder
    ),
    Template {
        places: Places {
            behind: Behind::QuotedHolder,
            ..PLACES
        },
        ..said!(
            ProxyAddressInUse,
            PROXY,
            "the proxy address is already being used by the proxy addresses or LegacyExchangeDN"
        )
    },
    Template {
        places: Places {
            behind: Behind::TypedHolder,
            ..PLACES
        },
        ..said!(
            ProxyAddressInUse,
            PROXY,
            "this email address is already being used as an alias for",
            "this e-mail address is already being used as an alias for"
        )
    },
    Template {
        sentence: true,
        ..said!(
            NameInUse,
            Some("name"),
            "a user with this name already exists"
        )
    },
    quoted!(
        NameInUse,
        Some("name"),
        ["the name \""],
        ["\" is already being used"],
        Behind::Nothing
    ),
    quoted!(
        AliasInUse,
        ALIAS,
        ["the alias \"", "alias \""],
        [
            "\" is already being used by another recipient",
            "\" is already used by another recipient"
        ],
        Behind::Nothing
    ),
    used_by_another!("ExchangeGuid", ExchangeGuidInUse, Some("ExchangeGuid")),
    used_by_another!("ArchiveGuid", ExchangeGuidInUse, Some("ArchiveGuid")),
    used_by_another!("UserPrincipalName", UserPrincipalNameInUse, UPN),
    used_by_another!("WindowsLiveID", UserPrincipalNameInUse, UPN),
    used_by_another!("MicrosoftOnlineServicesID", UserPrincipalNameInUse, UPN),
    used_by_another!("Alias", AliasInUse, ALIAS),
    used_by_another!("MailNickname", AliasInUse, ALIAS),
    used_by_another!("Name", NameInUse, Some("name")),
    used_by_another!("EmailAddresses", ProxyAddressInUse, PROXY),
    used_by_another!("ProxyAddresses", ProxyAddressInUse, PROXY),
    used_by_another!("PrimarySmtpAddress", ProxyAddressInUse, PROXY),
    used_by_another!("WindowsEmailAddress", ProxyAddressInUse, PROXY),
    used_by_another!("LegacyExchangeDN", ProxyAddressInUse, PROXY),
    // Error 8648 of Active Directory; the others are those of Active Directory Users and Computers.
    said!(
        UserPrincipalNameInUse,
        UPN,
        "UPN value provided for addition/modification is not unique forest-wide",
        "the user logon name you have chosen is already in use in this enterprise",
        "the specified user logon name already exists in the enterprise"
    ),
    Template {
        rank: Rank::Weak,
        sentence: true,
        ..said!(
            LicenseAssignmentConflict,
            PROXY,
            "proxy address is already being used",
            "non-unique proxy address in Exchange Online"
        )
    },
    Template {
        code: Code::TooManyProxyAddresses,
        parts: &[
            (Gap::None, &["there are too many proxy addresses:"]),
            (
                Gap::UpTo(40),
                &[", and maximum supported number of recipient proxy addresses is"],
            ),
        ],
        attribute: PROXY,
        places: Places {
            value: Some(1),
            behind: Behind::Limit,
            ..PLACES
        },
        ..ROW
    },
    Template {
        // "would result in the user having 334 proxy addresses. The maximum number of …"
        code: Code::TooManyProxyAddresses,
        parts: &[
            (
                Gap::None,
                &["result in the", "results in the", "resulting in the"],
            ),
            (Gap::UpTo(60), &["having"]),
            (Gap::UpTo(16), &["proxy addresses"]),
            (
                Gap::UpTo(60),
                &[
                    "maximum number of proxy addresses permitted is",
                    "maximum number of proxy addresses allowed is",
                    "maximum permitted number of proxy addresses is",
                ],
            ),
        ],
        attribute: PROXY,
        places: Places {
            value: Some(2),
            behind: Behind::Limit,
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::NotAcceptedDomain,
        parts: &[
            (Gap::None, &["you can't use the domain"]),
            (
                Gap::UpTo(260),
                &[
                    "because it's not an accepted domain",
                    "because it isn't an accepted domain",
                ],
            ),
        ],
        places: Places {
            value: Some(1),
            ..PLACES
        },
        ..ROW
    },
    said!(
        OnPremisesMastered,
        None,
        "unable to update the specified properties for on-premises mastered Directory Sync objects"
    ),
    quoted!(
        ObjectNotFound,
        None,
        ["the operation couldn't be performed because object '"],
        ["' couldn't be found"],
        Behind::Nothing
    ),
    quoted!(
        RecipientNotUnique,
        None,
        [
            "the operation couldn't be performed because '",
            "the operation could not be performed because '",
            "the operation can't be performed because '"
        ],
        ["' matches multiple entries"],
        Behind::Nothing
    ),
    said!(
        OnPremisesMailbox,
        None,
        "this user's on-premises mailbox hasn't been migrated to Exchange Online"
    ),
    Template {
        rank: Rank::Weak,
        sentence: true,
        ..said!(
            UsersWithErrors,
            None,
            "there is an error on one or more user accounts"
        )
    },
    Template {
        rank: Rank::Weak,
        sentence: true,
        ..said!(
            PreparingMailbox,
            None,
            "we are preparing a mailbox for this user",
            "we are preparing the mailbox for this user",
            "we are still preparing a mailbox for this user",
            "we are still preparing the mailbox for this user",
            "we're preparing a mailbox for this user",
            "we're preparing the mailbox for this user",
            "we're still preparing a mailbox for this user",
            "we're still preparing the mailbox for this user",
            "Exchange is preparing a mailbox for this user",
            "Exchange is preparing the mailbox for this user",
            "Exchange is still preparing a mailbox for this user",
            "Exchange is still preparing the mailbox for this user",
            "Exchange Online is preparing a mailbox for this user",
            "Exchange Online is preparing the mailbox for this user",
            "Exchange Online is still preparing a mailbox for this user",
            "Exchange Online is still preparing the mailbox for this user",
            "Microsoft 365 is preparing a mailbox for this user",
            "Microsoft 365 is preparing the mailbox for this user",
            "Microsoft 365 is still preparing a mailbox for this user",
            "Microsoft 365 is still preparing the mailbox for this user",
            "still preparing a mailbox for this user",
            "still preparing the mailbox for this user",
            "preparing a mailbox for this user",
            "preparing the mailbox for this user",
        )
    },
];

/// What the directories call the alias.
const ALIAS: Option<&str> = Some("mailNickname");
