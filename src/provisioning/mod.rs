//! "We are preparing a mailbox for this user": which of the known causes hold, which do not, and which cannot be told.
//!
//! `evidence.rs` reads users as admins have them, `people.rs` joins them with on-premises users, deleted users and what was
//! scanned, `holders.rs` looks for who else has their addresses, and [`rules`] is the table of findings, one pure function
//! each: the time comes from the request, and from the clock only where it has none (`request.rs`).

mod answer;
mod case;
mod directory;
mod elsewhere;
mod errors;
mod evidence;
mod fields;
pub mod finding;
mod holders;
mod last_resort;
mod licence;
mod on_premises;
mod people;
mod request;
pub mod rules;
mod seen;
mod tenant;

pub use request::{diagnose, diagnose_provisioning};
