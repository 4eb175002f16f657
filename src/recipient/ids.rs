//! Which object a record is: its ids, by the space each lives in.

use std::borrow::Cow;

use super::{Recipient, Source, flags};
use crate::address::same_text;
use crate::identity::{self, IdSpace};
use crate::property::Property as P;
use crate::record::RawRecord;

/// One id.
#[derive(Debug, Clone)]
pub struct Id<'r> {
    /// Its space.
    pub space: IdSpace,
    /// It is the object's distinguished name in its own directory.
    pub is_dn: bool,
    /// The object's own id in its own directory: two records of one directory that differ in it are two objects.
    pub own: bool,
    /// In the kept form.
    pub text: Cow<'r, str>,
}

impl<'r> Recipient<'r> {
    pub(super) fn read_ids(&mut self, record: &'r RawRecord<'_>) {
        let exchange = record.present.has_any(super::source::EXCHANGE_PROPERTIES);
        let on_premises = self.source.is_on_premises();
        for (property, value) in &record.values {
            if *property == P::ImmutableId
                && matches!(self.source, Source::Entra | Source::EntraConnect)
            {
                self.flags |= flags::IMMUTABLE_ID;
            }
            let space = match property {
                P::ExternalDirectoryObjectId | P::MsDsExternalDirectoryObjectId => IdSpace::Cloud,
                P::Id if !exchange => IdSpace::Cloud,
                P::CloudAnchor if value.contains('_') => IdSpace::Cloud,
                P::CloudAnchor | P::ObjectGuid | P::ImmutableId => IdSpace::DirectoryGuid,
                P::Guid if on_premises => IdSpace::DirectoryGuid,
                P::Guid => IdSpace::ExchangeGuid,
                P::MailboxGuid => IdSpace::MailboxGuid,
                P::Sid => IdSpace::Sid,
                P::DistinguishedName | P::OnPremisesDistinguishedName => IdSpace::Dn,
                _ => continue,
            };
            // Letters were lost: what is left may be many objects'.
            if value.contains(char::REPLACEMENT_CHARACTER) {
                continue;
            }
            let text = match space {
                IdSpace::Sid => identity::sid(value).map(Cow::Borrowed),
                IdSpace::Dn => identity::dn(super::clip(value)).map(Cow::Borrowed),
                // `User_<guid>`, where it is no GUID by itself.
                _ => identity::guid(value)
                    .map(|id| identity::guid_text(id, value))
                    .or_else(|| {
                        let guid = value.rsplit_once('_')?.1;
                        identity::guid(guid).map(|id| identity::guid_text(id, guid))
                    }),
            };
            let Some(text) = text else { continue };
            // Exchange keeps other things there, too: an id is one that can be one.
            if *property == P::ImmutableId && !on_premises {
                self.flags |= flags::IMMUTABLE_ID;
            }
            if space == IdSpace::Dn && (on_premises || *property == P::OnPremisesDistinguishedName)
            {
                self.flags |= flags::ON_PREMISES_DN;
            }
            let own = match property {
                P::ExternalDirectoryObjectId | P::Id => true,
                P::ObjectGuid | P::Guid => on_premises,
                _ => false,
            };
            self.add_id(Id {
                space,
                is_dn: *property == P::DistinguishedName,
                own,
                text,
            });
        }
    }

    fn add_id(&mut self, id: Id<'r>) {
        let same =
            |known: &&mut Id<'_>| known.space == id.space && same_text(&known.text, &id.text);
        if let Some(known) = self.ids.iter_mut().find(same) {
            known.own |= id.own;
            return;
        }
        self.flags |= match id.space {
            IdSpace::Cloud => flags::CLOUD_ID,
            IdSpace::DirectoryGuid => flags::DIRECTORY_GUID,
            IdSpace::Sid => flags::SID,
            IdSpace::MailboxGuid | IdSpace::ExchangeGuid | IdSpace::Dn => 0,
        };
        self.ids.push(id);
    }
}
