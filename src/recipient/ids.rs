//! Which object a record is: its ids, by the space each lives in.

use std::borrow::Cow;

use super::{Recipient, flags};
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
        // An object that says that it is not synced has no counterpart on premises: that is known, not missing.
        if self.flags & flags::NOT_SYNCED != 0 {
            self.flags |= flags::DIRECTORY_GUID;
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
