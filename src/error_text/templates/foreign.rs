//! Texts of other languages than English: an address in quotes, then words for "is already … used". A language is a row.

use super::{Behind, Code, Gap, PLACES, PROXY, Places, ROW, Rank, Template};

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

/// The rows.
pub const TABLE: &[Template] = &[
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
