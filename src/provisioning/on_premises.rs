//! A user of Active Directory, read once from the record that an admin has.

use serde_json::Value;
use uuid::Uuid;

use super::fields::{FieldError, Fields, Known};
use crate::identity;
use crate::recipient_type::{self, Class, TYPES};

/// A user of Active Directory. What Active Directory gives as null is empty: it was asked for.
#[derive(Debug)]
pub struct OnPremisesUser {
    /// How a command names it: the distinguished name, else the account name, else the UPN.
    pub name: String,
    /// The UPN, folded.
    pub upn: String,
    /// The mailbox database; Null where it is known to have none.
    pub home_mdb: Known<String>,
    /// The mailbox GUID, as text.
    pub mailbox_guid: Known<String>,
    /// The server of the mailbox.
    pub home_server: Known<String>,
    /// The bits of `msExchRemoteRecipientType`; Null where it is empty.
    pub remote_type: Known<RemoteType>,
    /// The type, where it is known; Null where it is empty.
    pub recipient_type: Known<TypeNumber>,
    /// `targetAddress`.
    pub target: String,
}

/// `msExchRecipientTypeDetails`.
#[derive(Debug, Clone)]
pub struct TypeNumber {
    /// As written.
    pub text: String,
    /// What it means.
    pub class: Class,
}

/// `msExchRemoteRecipientType`, a sum of bits.
#[derive(Debug, Clone)]
pub struct RemoteType {
    /// As written.
    pub text: String,
    /// The bits: 1 `ProvisionMailbox`, 2 `ProvisionArchive`, 4 `Migrated`, 8 `DeprovisionMailbox`, 16 `DeprovisionArchive`,
    /// 32 room, 64 equipment, both shared.
    pub bits: u64,
    /// All of the text is understood: a bit that is not set is known not to be.
    pub known: bool,
}

impl RemoteType {
    /// The mailbox was moved to the cloud.
    pub const MIGRATED: u64 = 4;
    /// A mailbox is to be made, or was moved: the object is a remote mailbox.
    pub const REMOTE_MAILBOX: u64 = 1 | Self::MIGRATED;
}

impl OnPremisesUser {
    /// Reads the user at `fields`.
    pub fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        let upn = fields.text_or_empty("userPrincipalName")?;
        let mut name = fields.text_or_empty("distinguishedName")?;
        for other in ["sAMAccountName", "userPrincipalName"] {
            if name.is_empty() {
                name = fields.text_or_empty(other)?;
            }
        }
        Ok(Self {
            name,
            upn: upn.to_ascii_lowercase(),
            home_mdb: set_or_null(fields.text("homeMDB")?),
            mailbox_guid: read_guid(fields, "msExchMailboxGuid")?,
            home_server: set_or_null(fields.text("msExchHomeServerName")?),
            remote_type: match set_or_null(fields.text("msExchRemoteRecipientType")?) {
                Known::Value(text) => {
                    let (bits, known) = remote_bits(&text);
                    Known::Value(RemoteType { text, bits, known })
                }
                Known::Null => Known::Null,
                Known::Missing => Known::Missing,
            },
            recipient_type: match set_or_null(fields.text("msExchRecipientTypeDetails")?) {
                Known::Value(text) => Known::Value(TypeNumber {
                    class: class_of(&text),
                    text,
                }),
                Known::Null => Known::Null,
                Known::Missing => Known::Missing,
            },
            target: fields.text_or_empty("targetAddress")?,
        })
    }
}

impl OnPremisesUser {
    /// `targetAddress` lies in a domain of Microsoft's cloud.
    pub fn forwards_to_cloud(&self) -> bool {
        let domain = self
            .target
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain);
        let domain = domain.to_ascii_lowercase();
        [
            ".onmicrosoft.com",
            ".onmicrosoft.us",
            ".partner.onmschina.cn",
        ]
        .iter()
        .any(|end| domain.ends_with(end))
    }
}

fn set_or_null(text: Known<String>) -> Known<String> {
    match text {
        Known::Value(text) if text.is_empty() => Known::Null,
        other => other,
    }
}

/// A GUID in any of its shapes. The empty GUID is none.
fn read_guid(fields: &Fields<'_>, name: &str) -> Result<Known<String>, FieldError> {
    if let Known::Value(Value::Array(bytes)) = fields.get(name) {
        let bytes: Option<Vec<u8>> = bytes
            .iter()
            .map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()))
            .collect();
        if let Some(Ok(bytes)) = bytes.map(<[u8; 16]>::try_from) {
            let id = Uuid::from_bytes_le(bytes);
            return Ok(if id.is_nil() {
                Known::Null
            } else {
                Known::Value(id.to_string())
            });
        }
    }
    Ok(match set_or_null(fields.text(name)?) {
        Known::Value(text) => match identity::guid(&text) {
            Some(id) => Known::Value(id.to_string()),
            None if Uuid::try_parse(&text).is_ok() || text == "AAAAAAAAAAAAAAAAAAAAAA==" => {
                Known::Null
            }
            None => Known::Value(text),
        },
        other => other,
    })
}

/// A number, or the names that Exchange's own commands print: `ProvisionMailbox, Migrated`.
/// The bits, and whether every name was known.
fn remote_bits(text: &str) -> (u64, bool) {
    const NAMES: [(&str, u64); 9] = [
        ("None", 0),
        ("ProvisionMailbox", 1),
        ("ProvisionArchive", 2),
        ("Migrated", 4),
        ("DeprovisionMailbox", 8),
        ("DeprovisionArchive", 16),
        ("RoomMailbox", 32),
        ("EquipmentMailbox", 64),
        ("SharedMailbox", 96),
    ];
    if let Ok(bits) = text.parse() {
        return (bits, true);
    }
    text.split(',')
        .map(str::trim)
        .fold((0, true), |(bits, known), name| {
            let row = NAMES.iter().find(|(row, _)| row.eq_ignore_ascii_case(name));
            (
                bits | row.map_or(0, |(_, bit)| *bit),
                known && row.is_some(),
            )
        })
}

fn class_of(text: &str) -> Class {
    let row = match text.parse() {
        Ok(number) => recipient_type::by_number(number),
        Err(_) => recipient_type::by_name(text),
    };
    row.map_or(Class::Unknown, |row| TYPES[row as usize].class)
}
