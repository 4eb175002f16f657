//! Who should keep the address: criteria one after another, each leaving fewer candidates.

use crate::object_view::ObjectView;
use crate::recipient::{Role, Roles};
use crate::recipient_type::Class;

/// A holder as a candidate.
#[derive(Debug)]
pub struct Candidate<'v, 's> {
    /// The object.
    pub view: &'v ObjectView<'s>,
    /// Its roles.
    pub roles: Roles,
}

/// What speaks for a candidate, and the words for it.
type Criterion = (fn(&Candidate<'_, '_>) -> bool, &'static str);

/// The surest first. A criterion that holds for all or for none of the candidates decides nothing.
const CRITERIA: &[Criterion] = &[
    (|holder| !holder.roles.is_predicted(), "it has it already"),
    (
        |holder| holder.roles.claims() || holder.roles.is_invitation(),
        "the others only forward to it",
    ),
    (|holder| !holder.view.soft_deleted, "the others are deleted"),
    (
        |holder| !holder.roles.is_invitation(),
        "the others are guests who were only invited by it",
    ),
    (
        |holder| !holder.roles.has(Role::LegacyExchangeDn),
        "no other can give it up: it is their legacy Exchange distinguished name",
    ),
    (
        is_no_contact_or_guest,
        "a mailbox goes before a contact and a guest",
    ),
    (
        |holder| holder.roles.has(Role::Primary),
        "it is its primary address",
    ),
    (
        |holder| holder.roles.is_proxy(),
        "it is among its proxy addresses",
    ),
    (
        |holder| holder.view.synced == Some(true),
        "it is synced from on premises, the source of authority",
    ),
];

fn is_no_contact_or_guest(holder: &Candidate<'_, '_>) -> bool {
    !matches!(
        holder.view.class,
        Class::MailContact | Class::Contact | Class::Guest
    ) && !holder.view.guest
}

/// The keeper's place among `holders`, with the reason; `None` where nothing speaks for one.
#[must_use]
pub fn choose(holders: &[Candidate<'_, '_>]) -> (Option<usize>, &'static str) {
    let mut left: Vec<usize> = (0..holders.len()).collect();
    for (speaks, reason) in CRITERIA {
        // The holder that cannot give up a legacy DN keeps it: here the criterion is turned round.
        let turned = reason.starts_with("no other");
        let better: Vec<usize> = left
            .iter()
            .copied()
            .filter(|at| speaks(&holders[*at]) != turned)
            .collect();
        let counts = !better.is_empty() && better.len() < left.len();
        // A contact goes behind a mailbox, not behind a group.
        let mailbox = |at: &usize| holders[*at].view.class.is_mailbox();
        if !counts || (reason.starts_with("a mailbox") && !better.iter().any(mailbox)) {
            continue;
        }
        left = better;
        if let [only] = left[..] {
            return (Some(only), reason);
        }
    }
    (None, "nothing in the data speaks for one of them")
}
