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

/// Why a holder should keep the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The others are only about to get it.
    HasItAlready,
    /// The others only send mail on to it.
    OthersForward,
    /// The others are deleted.
    OthersDeleted,
    /// The others are guests who have it only of their invitation.
    OthersInvited,
    /// Its legacy Exchange distinguished name cannot be changed.
    LegacyDn,
    /// The others are contacts and guests.
    MailboxFirst,
    /// It is its primary address.
    Primary,
    /// It is among its proxy addresses.
    Proxy,
    /// Its source of authority is known.
    Synced,
    /// Both may be one object under two anchors.
    MayBeOne,
    /// Nothing decides.
    Nothing,
}

impl Because {
    /// The words, to follow the holder's name and a colon.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::HasItAlready => "it has it already",
            Self::OthersForward => "the others only forward to it",
            Self::OthersDeleted => "the others are deleted",
            Self::OthersInvited => "the others are guests who were only invited by it",
            Self::LegacyDn => {
                "it is its legacy Exchange distinguished name, which it cannot give up"
            }
            Self::MailboxFirst => "a mailbox goes before a contact and a guest",
            Self::Primary => "it is its primary address",
            Self::Proxy => "it is among its proxy addresses",
            Self::Synced => "it is synced from on premises, the source of authority",
            Self::MayBeOne => "first find out whether both are one",
            Self::Nothing => "nothing in the data speaks for one of them",
        }
    }
}

/// What speaks for a candidate.
struct Criterion {
    because: Because,
    speaks: fn(&Candidate<'_, '_>) -> bool,
    /// It decides only where this is true of one of those it speaks for.
    needs: fn(&Candidate<'_, '_>) -> bool,
}

const fn criterion(because: Because, speaks: fn(&Candidate<'_, '_>) -> bool) -> Criterion {
    Criterion {
        because,
        speaks,
        needs: |_| true,
    }
}

/// The surest first. A criterion that holds for all or for none of the candidates decides nothing.
const CRITERIA: &[Criterion] = &[
    criterion(Because::HasItAlready, |holder| !holder.roles.is_predicted()),
    criterion(Because::OthersForward, |holder| {
        holder.roles.claims() || holder.roles.is_invitation()
    }),
    criterion(Because::OthersDeleted, |holder| !holder.view.soft_deleted),
    criterion(Because::OthersInvited, |holder| {
        !holder.roles.is_invitation()
    }),
    criterion(Because::LegacyDn, |holder| {
        holder.roles.has(Role::LegacyExchangeDn)
    }),
    Criterion {
        because: Because::MailboxFirst,
        speaks: is_no_contact_or_guest,
        // A contact goes behind a mailbox, not behind a group.
        needs: |holder| holder.view.class.is_mailbox(),
    },
    criterion(Because::Primary, |holder| holder.roles.has(Role::Primary)),
    criterion(Because::Proxy, |holder| holder.roles.is_proxy()),
    criterion(Because::Synced, |holder| holder.view.synced == Some(true)),
];

fn is_no_contact_or_guest(holder: &Candidate<'_, '_>) -> bool {
    !matches!(
        holder.view.class,
        Class::MailContact | Class::Contact | Class::Guest
    ) && !holder.view.guest
}

/// The keeper's place among `holders`, with the reason; `None` where nothing speaks for one.
#[must_use]
pub fn choose(holders: &[Candidate<'_, '_>]) -> (Option<usize>, Because) {
    let mut left: Vec<usize> = (0..holders.len()).collect();
    for criterion in CRITERIA {
        let better: Vec<usize> = left
            .iter()
            .copied()
            .filter(|at| (criterion.speaks)(&holders[*at]))
            .collect();
        let counts = !better.is_empty() && better.len() < left.len();
        if !counts || !better.iter().any(|at| (criterion.needs)(&holders[*at])) {
            continue;
        }
        left = better;
        if let [only] = left[..] {
            return (Some(only), criterion.because);
        }
    }
    (None, Because::Nothing)
}
