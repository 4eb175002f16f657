//! A result as it crosses, in either form.

use serde::Serialize;

use super::FoundHolder;
use crate::address_row::{self, AddressRow};
use crate::error_text::subject::{Loser, Subject};
use crate::error_text::{FoundAddress, Holder};
use crate::form::{Columns, Separated};

/// The rows of a page: a result, an address of its text, a row of a holder.
pub(super) const COLUMNS: &[Columns] = &[
    (
        "E",
        &[
            "text",
            "code",
            "isConflict",
            "attribute",
            "value",
            "explanation",
            "reference",
            "alsoFound",
            "nextSteps",
            "hasHolder",
            "holder.name",
            "holder.distinguishedName",
            "holder.objectType",
            "holder.id",
            "hasLoser",
            "loser.identity",
            "loser.displayName",
            "loser.id",
            "loser.objectType",
        ],
    ),
    (
        "V",
        &["addressType", "address", "isPrimary", "value", "attribute"],
    ),
    address_row::COLUMNS[0],
];

/// One result, as it crosses: `ProxyCalc.ErrorAnalysis`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resolved<'a> {
    text: usize,
    code: &'static str,
    is_conflict: bool,
    attribute: Option<&'a str>,
    value: Option<&'a str>,
    addresses: Vec<AddressOut<'a>>,
    holder: Option<HolderOut<'a>>,
    explanation: &'a str,
    next_steps: &'a [String],
    reference: Option<&'static str>,
    also_found: Vec<&'static str>,
    loser: Option<LoserOut<'a>>,
    holders: Vec<&'a AddressRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddressOut<'a> {
    address_type: &'static str,
    address: &'a str,
    is_primary: bool,
    value: &'a str,
    attribute: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HolderOut<'a> {
    name: Option<&'a str>,
    distinguished_name: Option<&'a str>,
    object_type: Option<&'static str>,
    id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoserOut<'a> {
    identity: &'a str,
    display_name: &'a str,
    id: Option<&'a str>,
    object_type: Option<&'static str>,
}

impl<'a> Resolved<'a> {
    pub(super) fn new(subject: &'a Subject, holders: &'a [FoundHolder<'a>]) -> Self {
        let analysis = &subject.analysis;
        let address = |found: &'a FoundAddress| AddressOut {
            address_type: found.kind.name(),
            address: &found.address,
            is_primary: found.is_primary,
            value: &found.value,
            attribute: found.attribute.as_deref(),
        };
        let holder = |holder: &'a Holder| HolderOut {
            name: holder.name.as_deref(),
            distinguished_name: holder.distinguished_name.as_deref(),
            object_type: holder.object_type,
            id: holder.id.as_deref(),
        };
        let loser = |loser: &'a Loser| LoserOut {
            identity: &loser.identity,
            display_name: &loser.display_name,
            id: loser.id.as_deref(),
            object_type: loser.object_type,
        };
        Self {
            text: subject.text,
            code: analysis.code.name(),
            is_conflict: analysis.is_conflict(),
            attribute: analysis.attribute.as_deref(),
            value: analysis.value.as_deref(),
            addresses: analysis.addresses.iter().map(address).collect(),
            holder: analysis.holder.as_ref().map(holder),
            explanation: &analysis.explanation,
            next_steps: &analysis.next_steps,
            reference: analysis.reference(),
            also_found: analysis.also.iter().map(|code| code.name()).collect(),
            loser: subject.loser.as_ref().map(loser),
            holders: holders.iter().flat_map(|holder| &holder.rows).collect(),
        }
    }

    /// Writes a row `E`, then a row `V` for each address of the text and a row `A` for each holder's.
    pub(super) fn write(&self, page: &mut Separated) {
        let or_empty = |text: Option<&'a str>| text.unwrap_or("");
        page.row("E")
            .number(self.text)
            .text(self.code)
            .flag(Some(self.is_conflict))
            .text(or_empty(self.attribute))
            .text(or_empty(self.value))
            .text(self.explanation)
            .text(or_empty(self.reference))
            .list(self.also_found.iter().copied())
            .list(self.next_steps.iter().map(String::as_str));
        page.flag(Some(self.holder.is_some()));
        let holder = self.holder.as_ref();
        page.text(or_empty(holder.and_then(|holder| holder.name)))
            .text(or_empty(
                holder.and_then(|holder| holder.distinguished_name),
            ))
            .text(or_empty(holder.and_then(|holder| holder.object_type)))
            .text(or_empty(holder.and_then(|holder| holder.id)));
        page.flag(Some(self.loser.is_some()));
        let loser = self.loser.as_ref();
        page.text(loser.map_or("", |loser| loser.identity))
            .text(loser.map_or("", |loser| loser.display_name))
            .text(or_empty(loser.and_then(|loser| loser.id)))
            .text(or_empty(loser.and_then(|loser| loser.object_type)))
            .end();
        for address in &self.addresses {
            page.row("V")
                .text(address.address_type)
                .text(address.address)
                .flag(Some(address.is_primary))
                .text(address.value)
                .text(or_empty(address.attribute))
                .end();
        }
        for row in &self.holders {
            row.write(page);
        }
    }
}
