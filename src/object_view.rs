//! An object as results show it: the union of its records, the most telling source first.

use crate::identity::{DnPlace, IdSpace, is_deleted_dn, place_of_dn};
use crate::join::Objects;
use crate::recipient::{Role, Source, flags};
use crate::recipient_type::{Class, TYPES};
use crate::store::{CLOUD, Directory, RecordId, Row, Store};

/// An object, seen from one directory.
#[derive(Debug)]
pub struct ObjectView<'s> {
    /// One of its records.
    pub record: RecordId,
    /// What an admin knows it by.
    pub identity: &'s str,
    /// The display name.
    pub display_name: &'s str,
    /// The Entra object id, else the best there is: directory GUID, Exchange GUID, SID, DN.
    pub id: &'s str,
    /// As the source writes it.
    pub type_name: &'s str,
    /// What it is.
    pub class: Class,
    /// Where it was read, in the order of [`Source::ALL`].
    pub sources: Vec<Source>,
    /// Synced from on premises, where that is known.
    pub synced: Option<bool>,
    /// Synced, but its Exchange attributes are edited in the cloud.
    pub cloud_managed: bool,
    /// Deleted in the directory it is seen from.
    pub soft_deleted: bool,
    /// A deleted mailbox kept by a hold.
    pub inactive: bool,
    /// A mailbox that is deleted because its license is gone: the account is there.
    pub license_lost: bool,
    /// When it was deleted, as the source writes it.
    pub when_deleted: &'s str,
    /// A guest.
    pub guest: bool,
    /// The Entra object id.
    pub cloud_id: Option<&'s str>,
    /// The object GUID in Exchange Online.
    pub exchange_guid: Option<&'s str>,
    /// The distinguished name in Exchange Online.
    pub exchange_dn: Option<&'s str>,
    /// The directory GUID on premises.
    pub directory_guid: Option<&'s str>,
    /// The distinguished name on premises.
    pub on_premises_dn: Option<&'s str>,
    /// Seen by an Exchange server on premises.
    pub exchange_on_premises: bool,
    /// The directory it is seen from.
    pub directory: Directory,
}

impl<'s> ObjectView<'s> {
    /// The object of `record`, seen from `directory`.
    #[must_use]
    pub fn new(
        store: &'s Store,
        objects: &Objects,
        record: RecordId,
        directory: Directory,
    ) -> Self {
        let root = objects.root(record);
        let facts = objects.flags(root);
        let mut members: Vec<(bool, Source, RecordId, Row<'s>)> = objects
            .members(record)
            .into_iter()
            .map(|member| {
                let row = store.row(member);
                (
                    row.source.is_on_premises() == (directory == CLOUD),
                    row.source,
                    member,
                    row,
                )
            })
            .collect();
        // The own directory first, then the order of sources; what is equal in both goes by its text.
        members.sort_by_key(|member| (member.0, member.1, store.row_bytes(member.2)));
        let rows = || members.iter().map(|(_, _, _, row)| row);
        let text = |pick: fn(&Row<'s>) -> &'s str| {
            rows().map(pick).find(|text| !text.is_empty()).unwrap_or("")
        };
        let id_in = |space: IdSpace| {
            // The object's own first: an anchor (ms-DS-ConsistencyGuid) may be another object's own.
            let ids = rows().flat_map(Row::ids).filter(|id| id.space == space);
            ids.map(|id| (!id.own, id.text)).min().map(|(_, id)| id)
        };
        let cloud_id = id_in(IdSpace::Cloud);
        let exchange_guid = id_in(IdSpace::ExchangeGuid);
        let directory_guid = id_in(IdSpace::DirectoryGuid);
        let best = directory_guid
            .or_else(|| id_in(IdSpace::Sid))
            .or_else(|| id_in(IdSpace::Dn));
        let exchange_dn = rows()
            .filter(|row| row.source == Source::ExchangeOnline)
            .find_map(Row::dn);
        let account_deleted = members.iter().any(|(_, source, member, _)| {
            *source == Source::Entra && store.flags(*member) & flags::CLOUD_DELETED != 0
        });
        let on_premises_dn = rows()
            .filter(|row| row.source.is_on_premises())
            .find_map(Row::dn)
            .or_else(|| {
                let dns = rows()
                    .flat_map(Row::ids)
                    .filter(|id| id.space == IdSpace::Dn)
                    .map(|id| id.text);
                dns.into_iter()
                    .find(|dn| matches!(place_of_dn(dn), DnPlace::Forest(_)) && !is_deleted_dn(dn))
            });
        let typed = rows().find(|row| {
            row.type_row != 0
                && !matches!(
                    TYPES[row.type_row as usize].class,
                    Class::User | Class::Group | Class::Contact
                )
        });
        let typed = typed.or_else(|| rows().find(|row| row.type_row != 0));
        let type_text = text(|row| row.type_text);
        let mut sources: Vec<Source> = rows().map(|row| row.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let both = facts & flags::FOREST_LIVE != 0 && facts & flags::CLOUD_LIVE != 0;
        Self {
            record,
            identity: text(|row| row.identity),
            display_name: text(|row| row.display_name),
            id: cloud_id
                .or(exchange_guid.filter(|_| directory == CLOUD))
                .or(best)
                .or(exchange_guid)
                .unwrap_or(""),
            type_name: if type_text.is_empty() {
                typed.map_or("", |row| TYPES[row.type_row as usize].name)
            } else {
                type_text
            },
            class: typed.map_or(Class::Unknown, |row| TYPES[row.type_row as usize].class),
            sources,
            synced: match (
                facts & flags::SYNCED != 0 || both,
                facts & flags::NOT_SYNCED != 0,
            ) {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            },
            cloud_managed: facts & flags::CLOUD_MANAGED != 0,
            soft_deleted: objects.is_deleted(root, directory),
            inactive: facts & flags::INACTIVE != 0,
            license_lost: facts & flags::LICENSE_LOST != 0 && !account_deleted,
            when_deleted: text(|row| row.when_deleted),
            guest: facts & flags::GUEST != 0,
            cloud_id,
            exchange_guid,
            exchange_dn,
            directory_guid,
            on_premises_dn,
            exchange_on_premises: facts & (1 << Source::ExchangeOnPremises as u32) != 0,
            directory,
        }
    }

    /// The name for people: identity, else display name, else id.
    #[must_use]
    pub fn name(&self) -> &'s str {
        [self.identity, self.display_name, self.id]
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or("(no name)")
    }

    /// Who it is in a conflict id: the same in every run.
    #[must_use]
    pub fn key(&self) -> &'s str {
        if self.id.is_empty() {
            self.identity
        } else {
            self.id
        }
    }
}

/// The rows that `Get-ProxyAddress` shows of an object: each address once, with its strongest role.
#[must_use]
pub fn addresses_of<'s>(
    store: &'s Store,
    members: &[RecordId],
) -> Vec<(RecordId, crate::store::StoredAddress<'s>)> {
    let mut all: Vec<(RecordId, crate::store::StoredAddress<'s>)> = Vec::new();
    let mut known = ahash::AHashMap::new();
    for member in members {
        for address in store.row(*member).addresses() {
            let key = (address.kind, address.bare().to_ascii_lowercase());
            match known.entry(key) {
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(all.len());
                    all.push((*member, address));
                }
                std::collections::hash_map::Entry::Occupied(at) => {
                    let (holder, seen) = &mut all[*at.get()];
                    // Of equally strong ones the same in every order of the records.
                    let (one, other) = (address.roles.strongest(), seen.roles.strongest());
                    if (one, address.value) < (other, seen.value) {
                        (*holder, seen.value) = (*member, address.value);
                    }
                    seen.roles = seen.roles.with(address.roles);
                }
            }
        }
    }
    all.sort_by_key(|(_, address)| (address.kind, address.roles.strongest() != Role::Primary));
    all
}
