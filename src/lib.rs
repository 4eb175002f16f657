//! `ProxyCalc` finds proxy address conflicts in the data that Exchange Online, Entra ID and Active Directory give, offline.
//!
//! The product is the C ABI of [`ffi`], which the PowerShell module calls. Follow the data one way: [`read`] turns bytes
//! into records, [`recipient`] says what a record means, [`scan`] keeps it ([`store`], [`index`]), joins records to
//! objects ([`join`]), finds [`conflict`]s and gives them page by page; or [`calculation`] says what Entra ID makes of
//! them. `ARCHITECTURE.md` draws it on one page.

pub mod address;
mod address_row;
pub mod calc_proxies;
pub mod calculation;
mod cell;
pub mod conflict;
pub mod coverage;
mod defect;
pub mod error_text;
mod exchange_plan;
mod exchange_product;
pub mod fetch;
mod fetched;
pub mod ffi;
pub mod find_conflicts;
pub mod form;
mod guard;
pub mod identity;
pub mod index;
pub mod initial_domain;
pub mod issue;
pub mod join;
pub mod limits;
mod nickname;
mod object_view;
pub mod options;
pub mod outcome;
mod prediction;
pub mod problem;
pub mod property;
pub mod provisioning;
pub mod read;
pub mod reason;
pub mod recipient;
pub mod recipient_type;
pub mod record;
mod remote_type;
pub mod resolve_error;
pub mod rule;
pub mod scan;
pub mod status;
pub mod store;
pub mod summary;
pub mod worker;
