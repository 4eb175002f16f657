//! What was read, and what can hold addresses and was not, with the command that fetches it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::fetch;
use crate::problem::{ProblemCode, Problems};
use crate::recipient::{HeldAddress, Recipient, Role, Source, flags};
use crate::recipient_type::{Class, SOFT_DELETED_RECIPIENTS, TYPES};

/// Counts of what was read.
#[derive(Debug, Default)]
pub struct Coverage {
    areas: u32,
    /// Combinations of source, type and deletion that were looked at: one bit each.
    seen: [u64; 12],
    counts: [usize; 6],
    synced: bool,
    /// By source, how many records should have proxy addresses and have none.
    without_proxies: [usize; 6],
    /// By source, whether a record has some.
    with_proxies: [bool; 6],
}

/// Something that can hold addresses, and the command that fetches it.
struct Area {
    code: &'static str,
    command: &'static str,
    /// It is missed only where this was read.
    matters: fn(&Coverage) -> bool,
    /// Whether a record shows that it was read.
    shows: fn(Source, Class, bool) -> bool,
}

const fn area(
    code: &'static str,
    command: &'static str,
    matters: fn(&Coverage) -> bool,
    shows: fn(Source, Class, bool) -> bool,
) -> Area {
    Area {
        code,
        command,
        matters,
        shows,
    }
}

const AREAS: &[Area] = &[
    area(
        "ExchangeRecipients",
        "Get-EXORecipient -ResultSize Unlimited",
        Coverage::cloud,
        |s, _, _| s == Source::ExchangeOnline,
    ),
    area(
        "SoftDeletedRecipients",
        SOFT_DELETED_RECIPIENTS,
        Coverage::cloud,
        |s, _, deleted| s == Source::ExchangeOnline && deleted,
    ),
    area(
        "SoftDeletedGroups",
        "Get-UnifiedGroup -IncludeSoftDeletedGroups -ResultSize Unlimited",
        Coverage::cloud,
        |s, class, deleted| {
            matches!(s, Source::ExchangeOnline | Source::Entra)
                && deleted
                && matches!(class, Class::UnifiedGroup | Class::Group)
        },
    ),
    area(
        "SoftDeletedMailUsers",
        "Get-MailUser -SoftDeletedMailUser -ResultSize Unlimited",
        Coverage::cloud,
        |s, class, deleted| {
            s == Source::ExchangeOnline
                && deleted
                && matches!(class, Class::MailUser | Class::Guest)
        },
    ),
    area(
        "Users",
        fetch::USERS,
        Coverage::cloud,
        |s, class, deleted| {
            s == Source::Entra && !deleted && matches!(class, Class::User | Class::Guest)
        },
    ),
    area(
        "DeletedUsers",
        fetch::DELETED_USERS,
        Coverage::cloud,
        |s, class, deleted| {
            s == Source::Entra && deleted && matches!(class, Class::User | Class::Guest)
        },
    ),
    area("Groups", fetch::GROUPS, Coverage::cloud, |s, class, _| {
        matches!(s, Source::ExchangeOnline | Source::Entra)
            && matches!(
                class,
                Class::DistributionGroup
                    | Class::DynamicDistributionGroup
                    | Class::UnifiedGroup
                    | Class::Group
            )
    }),
    area(
        "Contacts",
        "Get-MailContact -ResultSize Unlimited",
        Coverage::cloud,
        |s, class, _| !s.is_on_premises() && matches!(class, Class::MailContact | Class::Contact),
    ),
    area(
        "PublicFolderMailboxes",
        "Get-Mailbox -PublicFolder -ResultSize Unlimited",
        Coverage::exchange_online,
        |_, class, _| class == Class::SystemMailbox("PublicFolder"),
    ),
    area(
        "MigrationMailboxes",
        "Get-Mailbox -Migration",
        Coverage::exchange_online,
        |_, class, _| class == Class::SystemMailbox("Migration"),
    ),
    area(
        "ArbitrationMailboxes",
        "Get-Mailbox -Arbitration",
        Coverage::exchange_on_premises,
        |_, class, _| class == Class::SystemMailbox("Arbitration"),
    ),
    area(
        "AuditLogMailboxes",
        "Get-Mailbox -AuditLog",
        Coverage::exchange_on_premises,
        |_, class, _| class == Class::SystemMailbox("AuditLog"),
    ),
    area(
        "SupervisoryMailboxes",
        "Get-Mailbox -SupervisoryReviewPolicy",
        Coverage::exchange_on_premises,
        |_, class, _| class == Class::SystemMailbox(""),
    ),
    area(
        "MailPublicFolders",
        "Get-MailPublicFolder -ResultSize Unlimited",
        Coverage::cloud,
        |s, class, _| {
            matches!(s, Source::ExchangeOnline | Source::ExchangeOnPremises)
                && class == Class::PublicFolder
        },
    ),
    area(
        "EntraPublicFolders",
        "Get-ADSyncToolsAadObject -SyncObjectType PublicFolder -Credential (Get-Credential)",
        |coverage| coverage.synced,
        |s, class, _| s == Source::EntraConnect && class == Class::PublicFolder,
    ),
    area(
        "OnPremises",
        fetch::DIRECTORY_OBJECTS,
        |coverage| coverage.synced,
        |s, _, _| s.is_on_premises(),
    ),
];

/// Something not read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotCovered {
    /// What, from a closed list.
    pub code: &'static str,
    /// The command that fetches it.
    pub command: &'static str,
}

impl Coverage {
    /// Notes a record.
    pub fn add(&mut self, recipient: &Recipient<'_>) {
        let source = recipient.source as usize;
        self.counts[source] += 1;
        self.synced |= recipient.flags & flags::SYNCED != 0;
        let proxy = |held: &HeldAddress<'_>| {
            held.roles.has(Role::Primary) || held.roles.has(Role::Secondary)
        };
        self.without_proxies[source] += usize::from(recipient.lacks_proxies);
        self.with_proxies[source] =
            self.with_proxies[source] || recipient.addresses.iter().any(proxy);
        let deleted = recipient.flags & (flags::CLOUD_DELETED | flags::FOREST_DELETED) != 0;
        let combination = (source * 64 + recipient.type_row as usize) * 2 + usize::from(deleted);
        if self.seen[combination / 64] & 1 << (combination % 64) != 0 {
            return;
        }
        self.seen[combination / 64] |= 1 << (combination % 64);
        let class = TYPES[recipient.type_row as usize].class;
        for (bit, area) in AREAS.iter().enumerate() {
            if self.areas & 1 << bit == 0 && (area.shows)(recipient.source, class, deleted) {
                self.areas |= 1 << bit;
            }
        }
    }

    fn read(&self, source: Source) -> usize {
        self.counts[source as usize]
    }

    fn cloud(&self) -> bool {
        self.exchange_online() || self.read(Source::Entra) > 0 || self.read(Source::Unknown) > 0
    }

    fn exchange_online(&self) -> bool {
        self.read(Source::ExchangeOnline) > 0
    }

    fn exchange_on_premises(&self) -> bool {
        self.read(Source::ExchangeOnPremises) > 0
    }

    /// Records by source.
    #[must_use]
    pub fn sources(&self) -> BTreeMap<&'static str, usize> {
        let read = Source::ALL
            .into_iter()
            .filter(|source| self.read(*source) > 0);
        read.map(|source| (source.name(), self.read(source)))
            .collect()
    }

    /// What was not read and can hold addresses.
    #[must_use]
    pub fn missing(&self) -> Vec<NotCovered> {
        let missed = AREAS
            .iter()
            .enumerate()
            .filter(|(bit, area)| self.areas & 1 << bit == 0 && (area.matters)(self));
        missed
            .map(|(_, area)| NotCovered {
                code: area.code,
                command: area.command,
            })
            .collect()
    }

    /// Every code that [`Coverage::missing`] can give.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        AREAS.iter().map(|area| area.code)
    }

    /// Adds what the counts themselves give away.
    pub fn check(&self, problems: &mut Problems, records: usize) {
        if records == 0 {
            problems.add_no_records();
        }
        // Some records of a source may well have none; where all have none, they were not read.
        for source in Source::ALL {
            let count = self.without_proxies[source as usize];
            if self.with_proxies[source as usize] {
                continue;
            }
            let (code, name) = match source {
                Source::Entra => (ProblemCode::ProxyAddressesEmpty, "Graph"),
                Source::Unknown => (ProblemCode::ProxyAddressesMissing, "an unknown source"),
                _ => (ProblemCode::ProxyAddressesMissing, source.name()),
            };
            problems.add_many(code, count, || format!("{count} records from {name}"));
        }
        for (source, page) in [
            (Source::ExchangeOnline, 1000),
            (Source::ExchangeOnPremises, 1000),
            (Source::Entra, 100),
        ] {
            if self.read(source) == page {
                problems.add(ProblemCode::DefaultPageSize, || {
                    format!("{page} records from {}", source.name())
                });
            }
        }
    }
}
