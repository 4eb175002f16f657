//! Ids: in which spaces objects are known, and when two ids are the same.
//!
//! A number found in one space does not match the same number in another: an Exchange GUID is no directory GUID. Ids
//! are kept as text in one form a space (GUIDs as 36 characters), so that a comparison without case decides.

use std::borrow::Cow;

use base64::Engine as _;
use uuid::Uuid;

use crate::address::{fold_into, same_text, trim_outside};

/// A space of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum IdSpace {
    /// The object id in Entra, which Exchange Online calls `ExternalDirectoryObjectId`.
    Cloud,
    /// The directory GUID on premises, which the cloud calls immutable id.
    DirectoryGuid,
    /// The object GUID of Exchange Online.
    ExchangeGuid,
    /// The security identifier on premises.
    Sid,
    /// The distinguished name, of either side: they never look alike.
    Dn,
    /// The mailbox GUID. It joins on premises with the cloud only.
    MailboxGuid,
}

impl IdSpace {
    /// Every space, in the order in which objects are joined: the surest first.
    pub(crate) const ALL: [Self; 6] = [
        Self::Cloud,
        Self::DirectoryGuid,
        Self::ExchangeGuid,
        Self::Sid,
        Self::Dn,
        Self::MailboxGuid,
    ];

    pub(crate) fn from_tag(tag: u8) -> Self {
        Self::ALL[tag as usize % Self::ALL.len()]
    }

    /// What the space is called in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cloud => "Entra object id",
            Self::DirectoryGuid => "directory GUID on premises",
            Self::ExchangeGuid => "Exchange object GUID",
            Self::Sid => "SID",
            Self::Dn => "distinguished name",
            Self::MailboxGuid => "mailbox GUID",
        }
    }
}

/// A GUID given as text or as base64 of its 16 bytes.
///
/// The empty GUID is none. Base64 holds the bytes in .NET's order.
#[must_use]
pub fn guid(text: &str) -> Option<Uuid> {
    let text = trim_outside(text);
    let plain = Uuid::try_parse(text).ok();
    let found = plain.or_else(|| {
        let mut bytes = [0_u8; 18];
        let is_base64 = text.len() == 24 && text.ends_with("==");
        let length = is_base64
            .then(|| {
                base64::engine::general_purpose::STANDARD
                    .decode_slice(text, &mut bytes)
                    .ok()
            })
            .flatten()?;
        (length == 16).then(|| Uuid::from_bytes_le(*bytes.first_chunk().unwrap_or(&[0; 16])))
    });
    found.filter(|id| !id.is_nil())
}

/// The UPN of a deleted Entra user, without the object id (32 digits) that Entra puts in front of it.
#[must_use]
pub fn upn_before_deletion(upn: &str) -> &str {
    match upn.split_at_checked(32) {
        Some((id, rest)) if !rest.starts_with('@') && id.bytes().all(|b| b.is_ascii_hexdigit()) => {
            rest
        }
        _ => upn,
    }
}

/// Whether a question mark stands next to a letter, as where an export could not write one. In names and addresses that
/// identify somebody it is hardly ever meant.
#[must_use]
pub(crate) fn has_lost_letter(text: &str) -> bool {
    lost_letters(text).any(|(before, after)| before || after)
}

/// The same with a letter after it: a name may end with a question mark of its own.
#[must_use]
pub(crate) fn has_lost_letter_inside(text: &str) -> bool {
    lost_letters(text).any(|(_, after)| after)
}

/// For each question mark, whether a letter stands before and after it.
fn lost_letters(text: &str) -> impl Iterator<Item = (bool, bool)> {
    let bytes = text.as_bytes();
    let letter = move |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
    };
    memchr::memchr_iter(b'?', bytes)
        .map(move |at| (letter(at.checked_sub(1)), letter(Some(at + 1))))
}

/// Whether a UPN can tell who it is. An export that lost letters has `?` or U+FFFD for them, which no UPN holds.
#[must_use]
pub fn is_whole_upn(upn: &str) -> bool {
    !upn.is_empty() && !upn.contains(['?', char::REPLACEMENT_CHARACTER])
}

/// A SID as text. `S-1-5-10` ("self") is what an unlinked mailbox has, and no id.
#[must_use]
pub fn sid(text: &str) -> Option<&str> {
    let text = trim_outside(text);
    let is_sid = text
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("S-1-"));
    (is_sid && text != "S-1-5-10").then_some(text)
}

/// A distinguished name: it has at least one `=`.
#[must_use]
pub fn dn(text: &str) -> Option<&str> {
    let text = trim_outside(text);
    (text.contains('=') && !text.starts_with('/')).then_some(text)
}

/// A GUID in its kept form: 36 characters. Text that is so already is not copied.
pub(crate) fn guid_text(id: Uuid, written: &str) -> Cow<'_, str> {
    let written = trim_outside(written);
    if written.len() == uuid::fmt::Hyphenated::LENGTH {
        return Cow::Borrowed(written);
    }
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    Cow::Owned(id.hyphenated().encode_lower(&mut text).to_owned())
}

/// Where a distinguished name lies.
#[derive(Debug, PartialEq, Eq)]
pub enum DnPlace<'a> {
    /// In Exchange Online's own directory.
    ExchangeOnline,
    /// In a forest on premises: its `DC=` end.
    Forest(&'a str),
    /// It does not say.
    Unknown,
}

/// The `DC=` ends of Exchange Online's own directories, one a sovereign cloud.
const CLOUD_ENDS: &[&str] = &[
    "DC=OUTLOOK,DC=COM",
    "DC=OUTLOOK,DC=CN",
    "DC=OFFICE365,DC=US",
    "DC=OUTLOOK,DC=DE",
];

/// Tells Exchange Online's directory from a forest by the `DC=` end of `dn`.
#[must_use]
pub fn place_of_dn(dn: &str) -> DnPlace<'_> {
    if CLOUD_ENDS.iter().any(|end| ends_with(dn, end)) {
        return DnPlace::ExchangeOnline;
    }
    let starts_dc = |start: usize| {
        dn.as_bytes()[start..]
            .get(..3)
            .is_some_and(|head| head.eq_ignore_ascii_case(b"DC="))
    };
    parts(dn)
        .find(|start| starts_dc(*start))
        .map_or(DnPlace::Unknown, |start| DnPlace::Forest(&dn[start..]))
}

/// Whether `dn` lies where Exchange keeps soft-deleted recipients, or Active Directory its deleted objects.
#[must_use]
pub fn is_deleted_dn(dn: &str) -> bool {
    const FOLDERS: [&[u8]; 2] = [b"OU=Soft Deleted Objects,", b"CN=Deleted Objects,DC="];
    let folder = |start: usize| {
        let part = &dn.as_bytes()[start..];
        FOLDERS.iter().any(|name| {
            part.get(..name.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(name))
        })
    };
    // Both folders have a letter that few names have and no domain of Exchange Online: most need no further look.
    memchr::memchr2(b'j', b'J', dn.as_bytes()).is_some() && parts(dn).skip(1).any(folder)
}

/// Where the parts of a DN begin. An escaped comma is none.
fn parts(dn: &str) -> impl Iterator<Item = usize> {
    let bytes = dn.as_bytes();
    let commas =
        memchr::memchr_iter(b',', bytes).filter(move |at| *at == 0 || bytes[at - 1] != b'\\');
    std::iter::once(0).chain(commas.map(|at| at + 1))
}

fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start
        .and_then(|start| text.get(start..))
        .is_some_and(|text| same_text(text, end))
}

/// An id as a key: its space, and its text folded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct IdKey(Vec<u8>);

impl IdKey {
    /// A key of its own.
    pub fn new(space: IdSpace, text: &str) -> Self {
        let mut key = Self::default();
        key.set(space, text);
        key
    }

    /// Makes it that of another id; keeps the memory.
    pub fn set(&mut self, space: IdSpace, text: &str) {
        self.0.clear();
        self.0.push(space as u8);
        fold_into(&mut self.0, text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_the_same_in_every_form() {
        let expected = Uuid::try_parse("6f9619ff-8b86-d011-b42d-00c04fc964ff").unwrap();
        assert_eq!(
            guid("{6F9619FF-8B86-D011-B42D-00C04FC964FF}"),
            Some(expected)
        );
        assert_eq!(guid("/xmWb4aLEdC0LQDAT8lk/w=="), Some(expected));
        assert_eq!(guid("00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(guid("AAAAAAAAAAAAAAAAAAAAAA=="), None);
        assert_eq!(guid("john@contoso.com"), None);
        assert_eq!(guid(""), None);
    }

    #[test]
    fn a_deleted_upn_loses_its_id() {
        assert_eq!(
            upn_before_deletion("87d349ed44d743e18f6c1d5d5d0a1f2ejohn@contoso.com"),
            "john@contoso.com"
        );
        assert_eq!(
            upn_before_deletion("87d349ed44d743e18f6c1d5d5d0a1f2e@contoso.com"),
            "87d349ed44d743e18f6c1d5d5d0a1f2e@contoso.com"
        );
        assert_eq!(
            upn_before_deletion("jürgen@contoso.com"),
            "jürgen@contoso.com"
        );
    }

    #[test]
    fn a_upn_that_lost_letters_tells_nobody() {
        assert!(is_whole_upn("jürgen@contoso.com"));
        for lost in ["", "j?rgen@contoso.com", "j\u{fffd}rgen@contoso.com"] {
            assert!(!is_whole_upn(lost), "{lost}");
        }
    }

    #[test]
    fn the_self_sid_is_no_id() {
        assert_eq!(sid("S-1-5-10"), None);
        assert_eq!(sid(" S-1-5-21-1-2-3-1104 "), Some("S-1-5-21-1-2-3-1104"));
        assert_eq!(sid("AQUAAA=="), None);
    }

    #[test]
    fn the_end_of_a_dn_says_where_it_lies() {
        let online = "CN=a,OU=contoso.onmicrosoft.com,OU=Microsoft Exchange Hosted Organizations,DC=EURPR05A001,DC=PROD,DC=OUTLOOK,DC=COM";
        assert_eq!(place_of_dn(online), DnPlace::ExchangeOnline);
        assert_eq!(
            place_of_dn("CN=DC=x\\,a,OU=b,dc=contoso,DC=local"),
            DnPlace::Forest("dc=contoso,DC=local")
        );
        assert_eq!(place_of_dn("CN=a"), DnPlace::Unknown);
        assert!(is_deleted_dn(
            "CN=a,OU=Soft Deleted Objects,OU=contoso.onmicrosoft.com,DC=COM"
        ));
        assert!(!is_deleted_dn("CN=Soft Deleted Objects,DC=COM"));
    }
}
