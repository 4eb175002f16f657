//! A user of Active Directory, read once from the record that an admin has.

use serde_json::Value;
use uuid::Uuid;

use super::fields::{FieldError, Fields, Known};
use crate::identity;
use crate::initial_domain;
use crate::recipient_type::{self, Class, TYPES};
use crate::remote_type::RemoteType;

/// A user of Active Directory. What Active Directory gives as null is empty: it was asked for.
#[derive(Debug)]
pub struct OnPremisesUser {
    /// How a command names it: the distinguished name, else the account name or the GUID; empty where only the UPN is
    /// known, which the cmdlets of Active Directory do not take.
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

impl OnPremisesUser {
    /// Reads the user at `fields`.
    pub fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        let upn = fields.text_or_empty("userPrincipalName")?;
        let mut name = fields.text_or_empty("distinguishedName")?;
        for other in ["sAMAccountName", "objectGUID"] {
            if name.is_empty() {
                // A GUID as bytes is no text.
                name = fields.text_or_empty(other).unwrap_or_default();
            }
        }
        Ok(Self {
            name,
            upn: upn.to_ascii_lowercase(),
            home_mdb: set_or_null(fields.text("homeMDB")?),
            mailbox_guid: read_guid(fields, "msExchMailboxGuid")?,
            home_server: set_or_null(fields.text("msExchHomeServerName")?),
            remote_type: read_remote_type(fields)?,
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
        initial_domain::is_in_the_cloud(domain)
    }

    /// Exchange on premises takes it for a mail user, which `Enable-RemoteMailbox` refuses: its type says so, or it has no
    /// type and forwards.
    pub fn is_mail_user(&self) -> bool {
        match &self.recipient_type {
            Known::Value(kind) => kind.class == Class::MailUser,
            Known::Null => !self.target.is_empty(),
            Known::Missing => false,
        }
    }
}

/// Active Directory has it as `msExchRemoteRecipientType`, Exchange's own commands as `RemoteRecipientType`; either may be a list.
fn read_remote_type(fields: &Fields<'_>) -> Result<Known<RemoteType>, FieldError> {
    let names = ["msExchRemoteRecipientType", "RemoteRecipientType"];
    let Some(name) = names
        .into_iter()
        .find(|name| !fields.get(name).is_missing())
    else {
        return Ok(Known::Missing);
    };
    let texts = match fields.get(name) {
        Known::Value(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            })
            .collect(),
        _ => vec![fields.text_or_empty(name)?],
    };
    Ok(match RemoteType::read(texts.iter().map(String::as_str)) {
        Some(kind) => Known::Value(kind),
        None => Known::Null,
    })
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

fn class_of(text: &str) -> Class {
    let row = match text.parse() {
        Ok(number) => recipient_type::by_number(number),
        Err(_) => recipient_type::by_name(text),
    };
    row.map_or(Class::Unknown, |row| TYPES[row as usize].class)
}
