//! What an object can have as its primary address when the present one must leave: another of its own addresses, in a
//! domain that is known to be verified, which nobody else holds.

use std::sync::OnceLock;

use ahash::{AHashSet, RandomState};

use super::classify::Findings;
use crate::address::AddressType;
use crate::initial_domain::InitialDomain;
use crate::join::Objects;
use crate::object_view::{ObjectView, addresses_of};
use crate::recipient::Role;
use crate::recipient_type::Class;
use crate::rule::{self, VerifiedDomains};
use crate::store::{CLOUD, Store, StoredAddress};

/// What is known of the tenant's domains, and which addresses are in a conflict.
#[derive(Debug)]
pub struct Known {
    /// None where they were not given.
    verified: Option<VerifiedDomains>,
    /// Hashes of the addresses in conflict, made when one is asked for the first time.
    contested: OnceLock<AHashSet<u64>>,
}

impl Known {
    /// Of a tenant with these domains, as far as they were given.
    #[must_use]
    pub fn new(initial_domain: Option<&InitialDomain>, verified_domains: &[String]) -> Self {
        let initial = initial_domain.map_or("", InitialDomain::as_str);
        let names = verified_domains.iter().map(String::as_str);
        Self {
            verified: (!verified_domains.is_empty()).then(|| VerifiedDomains::new(initial, names)),
            contested: OnceLock::new(),
        }
    }

    fn is_contested(&self, findings: &Findings, bare: &str) -> bool {
        // Always the same: which stand-in is proposed must not change from run to run.
        let hash = |text: &str| RandomState::with_seeds(1, 2, 3, 4).hash_one(text);
        let all = self.contested.get_or_init(|| {
            let keys = findings.conflicts.iter();
            keys.filter(|found| found.holders.len() > 1)
                .map(|found| hash(&findings.keys[found.key.clone()]))
                .collect()
        });
        all.contains(&hash(&bare.to_ascii_lowercase()))
    }
}

/// Where the addresses of objects are looked up.
#[derive(Debug, Clone, Copy)]
pub struct StandIns<'s> {
    /// The records.
    pub store: &'s Store,
    /// Joined to objects.
    pub objects: &'s Objects,
    /// What was found.
    pub findings: &'s Findings,
    /// The tenant.
    pub known: &'s Known,
}

/// The addresses of one object.
#[derive(Debug, Default)]
pub struct Others<'s> {
    smtp: Vec<StoredAddress<'s>>,
}

impl<'s> Others<'s> {
    /// Whether its list of proxy addresses has a primary that is not `bare`.
    #[must_use]
    pub fn has_primary(&self, bare: &str) -> bool {
        let mut others = self.but(bare);
        others.any(|address| address.roles.has(Role::Primary))
    }

    /// Whether its mail is known to go somewhere that is not `bare`.
    #[must_use]
    pub fn forwards(&self, bare: &str) -> bool {
        let mut others = self.but(bare);
        others.any(|address| address.roles.has(Role::TargetAddress))
    }

    fn but(&self, bare: &str) -> impl Iterator<Item = &StoredAddress<'s>> {
        let other = move |address: &&StoredAddress<'_>| !address.bare().eq_ignore_ascii_case(bare);
        self.smtp.iter().filter(other)
    }
}

impl<'s> StandIns<'s> {
    /// The SMTP addresses of an object.
    #[must_use]
    pub fn others(&self, holder: &ObjectView<'_>) -> Others<'s> {
        let members = self.objects.members(holder.record);
        let all = addresses_of(self.store, &members).into_iter();
        Others {
            smtp: all
                .map(|(_, address)| address)
                .filter(|address| address.kind == AddressType::Smtp)
                .collect(),
        }
    }

    /// What `holder` can have instead of `bare` as its primary: another primary value first, then a secondary in a verified
    /// domain, then the routing address, which only a mailbox managed in the cloud can be left with: a synced one is discarded.
    #[must_use]
    pub fn find<'o>(
        &self,
        holder: &ObjectView<'_>,
        in_cloud: bool,
        others: &'o Others<'s>,
        bare: &str,
    ) -> Option<&'o StoredAddress<'s>> {
        let (_, old_domain) = bare.rsplit_once('@')?;
        let routing = in_cloud && holder.class == Class::Mailbox;
        let rank = |address: &StoredAddress<'s>| {
            let text = address.bare();
            let listed = address.roles.has(Role::Primary) || address.roles.has(Role::Secondary);
            let domain = rule::judge_syntax(text).ok().filter(|_| listed)?;
            let is_routing = rule::is_initial_of_some_tenant(domain);
            let same = domain.eq_ignore_ascii_case(old_domain);
            let fits = match &self.known.verified {
                _ if is_routing => routing,
                Some(verified) => verified.holds(domain),
                // Exchange Online gives mailboxes and groups addresses of accepted domains only; elsewhere nothing but the domain
                // that the primary has is known to be one.
                None => same || in_cloud && is_accepted_only(holder),
            };
            if !fits || self.known.is_contested(self.findings, text) {
                return None;
            }
            Some((
                is_routing,
                !address.roles.has(Role::Primary),
                !same,
                text.to_ascii_lowercase(),
                text,
            ))
        };
        let ranked = others
            .but(bare)
            .filter_map(|address| Some((rank(address)?, address)));
        let best = ranked.min_by(|one, other| one.0.cmp(&other.0));
        best.map(|(_, address)| address)
    }
}

/// Its addresses lie in accepted domains: contacts, mail users and guests may have any.
fn is_accepted_only(holder: &ObjectView<'_>) -> bool {
    holder.directory == CLOUD
        && matches!(
            holder.class,
            Class::Mailbox
                | Class::DistributionGroup
                | Class::DynamicDistributionGroup
                | Class::UnifiedGroup
                | Class::PublicFolder
        )
}
