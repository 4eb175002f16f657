//! The known texts, as a table: the parts of each that must occur in this order, and what stands between them.
//!
//! Parts are written as people read them and folded like the text ([`super::normalise::fold`]) before they are searched.

use super::codes::Code;

/// What may stand between a part and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing but white space.
    None,
    /// A value in quotes, which the parts around it write: no quote of its own.
    Quoted,
    /// Up to so many bytes of the folded text.
    UpTo(usize),
}

/// How sure a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Only when nothing else is in the text: it names a state, or is another language.
    Weak,
    /// A whole sentence of an error.
    Whole,
}

/// Which gap of a template holds what. Gaps are numbered from 1: gap 1 stands before part 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct Places {
    /// The address, or another value in conflict.
    pub value: Option<usize>,
    /// The part before the value ends with the value's prefix.
    pub prefix_in_part: bool,
    /// The attribute.
    pub attribute: Option<usize>,
    /// A list `[Attribute value;…]` follows.
    pub list: bool,
    /// What follows.
    pub behind: Behind,
}

/// What follows a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Behind {
    /// Nothing to be read.
    #[default]
    Nothing,
    /// The holder in quotes, right behind or, in other languages, in the same sentence.
    QuotedHolder,
    /// The attribute, right behind.
    Attribute,
    /// Type and name of the holder, up to the end of the sentence.
    TypedHolder,
}

/// One known text.
#[derive(Debug)]
pub struct Template {
    /// What it says.
    pub code: Code,
    /// Parts in order, each with the gap before it; of a part, the texts it may have.
    pub parts: &'static [(Gap, &'static [&'static str])],
    /// How sure it is.
    pub rank: Rank,
    /// It counts only as a sentence of its own.
    pub sentence: bool,
    /// The attribute, where the text does not say it.
    pub attribute: Option<&'static str>,
    /// Where things stand.
    pub places: Places,
}

const PLACES: Places = Places {
    value: None,
    prefix_in_part: false,
    attribute: None,
    list: false,
    behind: Behind::Nothing,
};

const ROW: Template = Template {
    code: Code::Unknown,
    parts: &[],
    rank: Rank::Whole,
    sentence: false,
    attribute: None,
    places: PLACES,
};

/// A value can be a legacy distinguished name.
const PROXY: Option<&str> = Some("proxyAddresses");

/// How an address in quotes begins, in any language.
const QUOTED_ADDRESS: &[&str] = &[
    "\"smtp:", "\"sip:", "\"x500:", "\"x400:", "\"eum:", "\"spo:",
];

/// A text of another language than English: an address in quotes, then words for "is already", then one for "used".
const fn foreign(parts: &'static [(Gap, &'static [&'static str])]) -> Template {
    Template {
        code: Code::ProxyAddressInUse,
        parts,
        rank: Rank::Weak,
        attribute: PROXY,
        places: Places {
            value: Some(1),
            prefix_in_part: true,
            behind: Behind::QuotedHolder,
            ..PLACES
        },
        ..ROW
    }
}

/// The words for "used", and the two names that no language translates.
macro_rules! in_use {
    ($already:expr, $($used:literal),*) => {
        foreign(&[
            (Gap::None, QUOTED_ADDRESS),
            (Gap::Quoted, $already),
            (Gap::UpTo(1500), &[$($used,)* "LegacyExchangeDN", "Microsoft Exchange Hosted Organizations"]),
        ])
    };
}

/// The known texts. Of two that begin at the same place the one that stands first counts.
pub const TEMPLATES: &[Template] = &[
    Template {
        code: Code::ProxyAddressInUse,
        parts: &[
            (Gap::None, &["the proxy address \""]),
            (
                Gap::Quoted,
                &["\" is already being used by the proxy addresses or LegacyExchangeDN of"],
            ),
        ],
        attribute: PROXY,
        places: Places {
            value: Some(1),
            behind: Behind::QuotedHolder,
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::ProxyAddressInUse,
        parts: &[
            (Gap::None, &["the proxy address \""]),
            (Gap::Quoted, &["\" is already being used by"]),
        ],
        attribute: PROXY,
        places: Places {
            value: Some(1),
            behind: Behind::QuotedHolder,
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::ProxyAddressInUse,
        parts: &[(
            Gap::None,
            &["the proxy address is already being used by the proxy addresses or LegacyExchangeDN"],
        )],
        attribute: PROXY,
        places: Places {
            behind: Behind::QuotedHolder,
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::ProxyAddressInUse,
        parts: &[(
            Gap::None,
            &["this email address is already being used as an alias for the"],
        )],
        attribute: PROXY,
        places: Places {
            behind: Behind::TypedHolder,
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::NameInUse,
        parts: &[(Gap::None, &["a user with this name already exists"])],
        attribute: Some("name"),
        sentence: true,
        ..ROW
    },
    Template {
        code: Code::NameInUse,
        parts: &[
            (Gap::None, &["the name \""]),
            (Gap::Quoted, &["\" is already being used"]),
        ],
        attribute: Some("name"),
        places: Places {
            value: Some(1),
            ..PLACES
        },
        ..ROW
    },
    Template {
        // Error 8648 of Active Directory; the others are those of Active Directory Users and Computers.
        code: Code::UserPrincipalNameInUse,
        parts: &[(
            Gap::None,
            &[
                "UPN value provided for addition/modification is not unique forest-wide",
                "the user logon name you have chosen is already in use in this enterprise",
                "the specified user logon name already exists in the enterprise",
            ],
        )],
        attribute: Some("userPrincipalName"),
        ..ROW
    },
    Template {
        code: Code::FederatedDomainChangeError,
        parts: &[
            (Gap::None, &["unable to update this object in"]),
            (
                Gap::UpTo(60),
                &["because the attribute [FederatedUser.UserPrincipalName], is not valid"],
            ),
        ],
        attribute: Some("userPrincipalName"),
        ..ROW
    },
    Template {
        code: Code::DirectoryObjectConflict,
        parts: &[
            (
                Gap::None,
                &["another object with the same value for property"],
            ),
            (Gap::UpTo(64), &["already exists"]),
        ],
        places: Places {
            attribute: Some(1),
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::DirectoryObjectConflict,
        parts: &[
            (Gap::None, &["the value specified for property"]),
            (
                Gap::UpTo(64),
                &["is incorrect. Reason: ObjectConflict with"],
            ),
        ],
        places: Places {
            attribute: Some(1),
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::DirectoryObjectConflict,
        parts: &[(
            Gap::None,
            &[
                "a conflicting object with one or more of the specified property values is present in the directory",
            ],
        )],
        ..ROW
    },
    Template {
        code: Code::DirectoryObjectConflict,
        parts: &[(Gap::None, &["uniqueness violation. Property:"])],
        places: Places {
            behind: Behind::Attribute,
            ..PLACES
        },
        ..ROW
    },
    Template {
        // The one word of the sentence that no language translates.
        code: Code::DirectoryObjectConflict,
        parts: &[
            (Gap::None, &["ConflictingObject:"]),
            (Gap::None, &["PublicFolder_", "User_", "Contact_", "Group_"]),
        ],
        rank: Rank::Weak,
        ..ROW
    },
    Template {
        code: Code::DuplicateAttributeQuarantined,
        parts: &[
            (Gap::None, &["this object has been updated in your"]),
            (
                Gap::UpTo(60),
                &[
                    "but with some modified properties, because the following attributes are associated with another object",
                ],
            ),
        ],
        places: Places {
            list: true,
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::DuplicateAttributeQuarantined,
        parts: &[
            (Gap::None, &["we detected a duplicate"]),
            (Gap::UpTo(64), &["conflict on the value"]),
            (
                Gap::UpTo(2200),
                &["all attribute values need to be unique across objects"],
            ),
        ],
        places: Places {
            attribute: Some(1),
            value: Some(2),
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::DuplicateAttributeQuarantined,
        parts: &[
            (Gap::None, &["has been synced to your"]),
            (Gap::UpTo(60), &["but we had to modify the"]),
            (Gap::UpTo(64), &["property from"]),
            (Gap::UpTo(1400), &["because an existing"]),
        ],
        places: Places {
            attribute: Some(2),
            value: Some(3),
            ..PLACES
        },
        ..ROW
    },
    Template {
        // An element of Graph's onPremisesProvisioningErrors.
        code: Code::DuplicateAttributeQuarantined,
        parts: &[
            (
                Gap::None,
                &[
                    "category\":\"PropertyConflict",
                    "category: PropertyConflict",
                ],
            ),
            (Gap::UpTo(400), &["propertyCausingError"]),
        ],
        ..ROW
    },
    Template {
        code: Code::AttributeValueMustBeUnique,
        parts: &[
            (Gap::None, &["unable to update this object"]),
            (
                Gap::UpTo(60),
                &[
                    "because the following attributes associated with this object have values that may already be associated with another object",
                ],
            ),
        ],
        places: Places {
            list: true,
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::AttributeValueMustBeUnique,
        parts: &[(
            Gap::None,
            &["a synchronized object with the same proxy address already exists"],
        )],
        attribute: PROXY,
        ..ROW
    },
    Template {
        // Entra Connect's ErrorExtraDetails.
        code: Code::AttributeValueMustBeUnique,
        parts: &[
            (Gap::None, &["ObjectIdInConflict"]),
            (Gap::UpTo(400), &["AttributeConflictName"]),
        ],
        rank: Rank::Weak,
        ..ROW
    },
    Template {
        code: Code::LicenseAssignmentConflict,
        parts: &[(
            Gap::None,
            &[
                "proxy address is already being used",
                "non-unique proxy address in Exchange Online",
            ],
        )],
        rank: Rank::Weak,
        sentence: true,
        attribute: PROXY,
        ..ROW
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
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::ExchangeGuidInUse,
        parts: &[
            (Gap::None, &["the value \""]),
            (
                Gap::Quoted,
                &["\" of property \"ExchangeGuid\" is used by another recipient object"],
            ),
        ],
        attribute: Some("ExchangeGuid"),
        places: Places {
            value: Some(1),
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::ExchangeGuidInUse,
        parts: &[
            (Gap::None, &["the value \""]),
            (
                Gap::Quoted,
                &["\" of property \"ArchiveGuid\" is used by another recipient object"],
            ),
        ],
        attribute: Some("ArchiveGuid"),
        places: Places {
            value: Some(1),
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
    Template {
        code: Code::OnPremisesMastered,
        parts: &[(
            Gap::None,
            &[
                "unable to update the specified properties for on-premises mastered Directory Sync objects",
            ],
        )],
        ..ROW
    },
    Template {
        code: Code::ObjectNotFound,
        parts: &[
            (
                Gap::None,
                &["the operation couldn't be performed because object '"],
            ),
            (Gap::Quoted, &["' couldn't be found"]),
        ],
        places: Places {
            value: Some(1),
            ..PLACES
        },
        ..ROW
    },
    Template {
        code: Code::OnPremisesMailbox,
        parts: &[(
            Gap::None,
            &["this user's on-premises mailbox hasn't been migrated to Exchange Online"],
        )],
        ..ROW
    },
    Template {
        code: Code::UsersWithErrors,
        parts: &[(
            Gap::None,
            &["there is an error on one or more user accounts"],
        )],
        rank: Rank::Weak,
        sentence: true,
        ..ROW
    },
    Template {
        code: Code::PreparingMailbox,
        parts: &[(
            Gap::None,
            &[
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
            ],
        )],
        rank: Rank::Weak,
        sentence: true,
        ..ROW
    },
    // German, French, Spanish, Italian, Portuguese, Dutch.
    in_use!(
        &["\" wird bereits", "\" wird schon", "\" ist bereits"],
        "verwend",
        "benutz",
        "genutzt"
    ),
    in_use!(&["\" est déjà"], "utilis"),
    in_use!(
        &["\" ya est", "\" ya se", "\" ya la", "\" está siendo"],
        "usad",
        "usand",
        "en uso",
        "utiliz"
    ),
    in_use!(
        &["\" è già", "\" già", "\" è in uso"],
        "usat",
        "uso",
        "utilizz"
    ),
    in_use!(
        &["\" já est", "\" já é", "\" está a ser"],
        "usad",
        "em uso",
        "utiliz"
    ),
    in_use!(&["\" wordt al", "\" is al", "\" wordt reeds"], "gebruik"),
    // Danish, Norwegian, Swedish, Finnish.
    in_use!(
        &[
            "\" bruges allerede",
            "\" anvendes allerede",
            "\" er allerede",
            "\" brukes allerede"
        ],
        "brug",
        "bruk"
    ),
    in_use!(&["\" används redan", "\" redan"], "proxyadress"),
    in_use!(&["\" on jo", "\" käyt"], "käyt"),
    // Polish, Czech, Hungarian, Turkish, Russian, Ukrainian.
    in_use!(&["\" jest już", "\" jest obecnie"], "używ", "użyci"),
    in_use!(&["\" již", "\" už", "\" je již", "\" je už"], "použív"),
    in_use!(&["\" címet már", "\" proxycímet már", "\" már"], "használ"),
    in_use!(
        &["\" zaten", "\" adresi zaten", "\" proxy adresi zaten"],
        "kullan"
    ),
    in_use!(&["\" уже", "\" вже"], "использ", "використов"),
    // Japanese, Korean, Chinese.
    in_use!(
        &[
            "\" が既に",
            "\" は既に",
            "\" がすでに",
            "\" はすでに",
            "\" は、既に",
            "\" は、"
        ],
        "使用"
    ),
    in_use!(
        &["\" 이(가) 이미", "\" 이 이미", "\" 은(는) 이미", "\" 이미"],
        "사용"
    ),
    in_use!(
        &[
            "\" 已被",
            "\" 已由",
            "\" 已经",
            "\" 已在",
            "\" 已經",
            "\" 正在被",
            "\" 正由"
        ],
        "使用"
    ),
];
