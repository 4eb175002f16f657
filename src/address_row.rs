//! One row an address and object: `ProxyCalc.AddressRow`.

use serde::Serialize;

use crate::address::Address;
use crate::form::{Columns, Separated};
use crate::join::Objects;
use crate::object_view::{ObjectView, addresses_of};
use crate::recipient::Role;
use crate::store::{RecordId, Store, StoredAddress};

/// The rows of a page of them.
pub const COLUMNS: &[Columns] = &[(
    "A",
    &[
        "address",
        "addressType",
        "isPrimary",
        "role",
        "domain",
        "identity",
        "displayName",
        "id",
        "recipientTypeDetails",
        "value",
        "source",
        "softDeleted",
    ],
)];

/// An address with the object that holds it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressRow<'s> {
    address: &'s str,
    address_type: &'static str,
    is_primary: bool,
    role: &'static str,
    domain: Option<&'s str>,
    identity: &'s str,
    display_name: &'s str,
    id: &'s str,
    recipient_type_details: &'s str,
    value: &'s str,
    source: &'static str,
    soft_deleted: bool,
}

impl<'s> AddressRow<'s> {
    pub(crate) fn new(
        store: &Store,
        view: &ObjectView<'s>,
        record: RecordId,
        address: &StoredAddress<'s>,
    ) -> Self {
        let role = address.roles.strongest();
        Self {
            address: address.bare(),
            address_type: address.kind.name(),
            is_primary: role == Role::Primary,
            role: role.name(),
            domain: Address {
                kind: address.kind,
                bare: address.bare(),
                primary: false,
            }
            .domain(),
            identity: view.identity,
            display_name: view.display_name,
            id: view.id,
            recipient_type_details: view.type_name,
            value: address.value,
            source: store.row(record).source.name(),
            soft_deleted: view.soft_deleted,
        }
    }

    /// The value as read.
    pub(crate) fn value(&self) -> &'s str {
        self.value
    }

    /// Writes a row `A`.
    pub fn write(&self, page: &mut Separated) {
        page.row("A")
            .text(self.address)
            .text(self.address_type)
            .flag(Some(self.is_primary))
            .text(self.role);
        page.text(self.domain.unwrap_or(""))
            .text(self.identity)
            .text(self.display_name)
            .text(self.id);
        page.text(self.recipient_type_details)
            .text(self.value)
            .text(self.source)
            .flag(Some(self.soft_deleted))
            .end();
    }
}

/// Calls `each` with every row of the object whose first record is `root`, where `takes` says so.
pub fn rows_of<'s>(
    store: &'s Store,
    objects: &Objects,
    root: RecordId,
    takes: impl Fn(&StoredAddress<'s>) -> bool,
    mut each: impl FnMut(&AddressRow<'s>),
) {
    let members = objects.members(root);
    let mut view = None;
    for (record, address) in addresses_of(store, &members) {
        if takes(&address) {
            let view = view.get_or_insert_with(|| {
                ObjectView::new(store, objects, root, store.directory(root))
            });
            each(&AddressRow::new(store, view, record, &address));
        }
    }
}
