//! The known texts, as tables: the parts of each that must occur in this order, and what stands between them.
//!
//! Parts are written as people read them and folded like the text ([`super::normalise::fold`]) before they are searched.

mod directory;
mod exchange;
mod foreign;

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
    /// The limit that was passed, a number.
    Limit,
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
const UPN: Option<&str> = Some("userPrincipalName");

/// A text with nothing to be read from it, in one of these wordings.
macro_rules! said {
    ($code:ident, $attribute:expr, $($text:literal),+ $(,)?) => {
        Template {
            code: Code::$code,
            parts: &[(Gap::None, &[$($text),+])],
            attribute: $attribute,
            ..ROW
        }
    };
}
use said;

/// The tables. Of two texts that begin at the same place the one that stands first counts.
const TABLES: [&[Template]; 3] = [exchange::TABLE, directory::TABLE, foreign::TABLE];

/// How many rows there are.
pub const COUNT: usize = TABLES[0].len() + TABLES[1].len() + TABLES[2].len();

/// Every row, in order.
pub fn all() -> impl Iterator<Item = &'static Template> {
    TABLES.into_iter().flatten()
}

/// A row by its number in [`all`].
#[must_use]
pub fn row(mut number: usize) -> &'static Template {
    for table in TABLES {
        match table.get(number) {
            Some(row) => return row,
            None => number -= table.len(),
        }
    }
    &ROW
}
