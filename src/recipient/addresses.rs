//! Which addresses a record holds: every value once, with all its roles.

use super::{Defect, Recipient, Role, Roles, flags};
use crate::address::{Address, AddressType, same_text, split_joined};
use crate::identity;
use crate::limits::{PROXYCALC_MAX_RECORD_ADDRESSES, PROXYCALC_MAX_VALUE_BYTES};
use crate::property::Property as P;
use crate::record::{RawRecord, is_type_name};

/// A value with its roles.
#[derive(Debug, Clone, Copy)]
pub struct HeldAddress<'r> {
    /// The name space.
    pub kind: AddressType,
    /// In which roles.
    pub roles: Roles,
    /// As read, in the strongest role.
    pub value: &'r str,
    /// Without prefix.
    pub bare: &'r str,
}

impl<'r> Recipient<'r> {
    pub(super) fn read_addresses(&mut self, record: &'r RawRecord<'_>) {
        let uninvited = self.flags & flags::GUEST == 0 || record.first(P::Mail).is_some();
        for (at, (property, value)) in record.values.iter().enumerate() {
            let (bare_type, role) = match property {
                P::EmailAddresses | P::ProxyAddresses => (AddressType::Smtp, Role::Secondary),
                P::UserPrincipalName => (AddressType::Smtp, Role::UserPrincipalName),
                P::OnPremisesUserPrincipalName => {
                    (AddressType::Smtp, Role::OnPremisesUserPrincipalName)
                }
                P::PrimarySmtpAddress | P::Mail => (AddressType::Smtp, Role::Mail),
                // Anybody else may have them for nothing but a forgotten password.
                P::OtherMails if uninvited => continue,
                P::OtherMails => (AddressType::Smtp, Role::OtherMail),
                P::TargetAddress => (AddressType::Smtp, Role::TargetAddress),
                P::SipAddress => (AddressType::Sip, Role::Sip),
                P::LegacyExchangeDn => (AddressType::X500, Role::LegacyExchangeDn),
                _ => continue,
            };
            let deleted =
                self.flags & flags::CLOUD_DELETED != 0 && *property == P::UserPrincipalName;
            let value = if deleted {
                identity::upn_before_deletion(value)
            } else {
                value.as_ref()
            };
            if property.holds_addresses()
                && is_alone(record, at)
                && value.len() <= PROXYCALC_MAX_VALUE_BYTES * 8
            {
                split_joined(value, |piece| self.add_address(bare_type, role, piece));
            } else {
                self.add_address(bare_type, role, value);
            }
        }
        if self.addresses.len() + self.repeats.len() > PROXYCALC_MAX_RECORD_ADDRESSES {
            self.defects.push(Defect::TooManyValues {
                count: self.addresses.len() + self.repeats.len(),
            });
            self.addresses.clear();
            self.repeats.clear();
        }
        self.merge_equal();
    }

    fn add_address(&mut self, bare_type: AddressType, role: Role, value: &'r str) {
        if value.len() > PROXYCALC_MAX_VALUE_BYTES {
            self.defects
                .push(Defect::ValueTooLong { bytes: value.len() });
            return;
        }
        if is_type_name(value) {
            self.defects.push(Defect::TypeName {
                value: value.trim_ascii().to_owned(),
            });
            return;
        }
        let address = Address::parse(value, bare_type);
        if address.bare.is_empty() {
            return;
        }
        let role = match (role, address.primary) {
            (Role::Secondary, true) => Role::Primary,
            (role, _) => role,
        };
        // A UPN is compared with SMTP addresses whatever it looks like.
        let upn = [Role::UserPrincipalName, Role::OnPremisesUserPrincipalName];
        let kind = if upn.contains(&role) {
            AddressType::Smtp
        } else {
            address.kind
        };
        self.addresses.push(HeldAddress {
            kind,
            roles: Roles::of(role),
            value,
            bare: address.bare,
        });
    }

    /// Makes every address stand once. A value that a proxy address repeats in other letters is kept in `repeats`.
    fn merge_equal(&mut self) {
        // Few values: comparing each with each is fastest. Many (and somebody's hostile record): sort.
        if self.addresses.len() > 48 {
            self.merge_many();
        } else {
            let mut kept = 0;
            for at in 0..self.addresses.len() {
                let held = self.addresses[at];
                let same = |known: &HeldAddress<'_>| {
                    known.kind == held.kind && same_text(known.bare, held.bare)
                };
                if let Some(known) = self.addresses[..kept].iter().position(same) {
                    self.merge_into(known, &held);
                } else {
                    self.addresses[kept] = held;
                    kept += 1;
                }
            }
            self.addresses.truncate(kept);
        }
        let primary = |held: &&HeldAddress<'_>| {
            held.kind == AddressType::Smtp && held.roles.has(Role::Primary)
        };
        self.primaries = self.addresses.iter().filter(primary).count();
    }

    fn merge_many(&mut self) {
        let all = std::mem::take(&mut self.addresses);
        let mut order: Vec<(AddressType, Vec<u8>, usize)> = all
            .iter()
            .enumerate()
            .map(|(at, held)| (held.kind, held.bare.to_ascii_lowercase().into_bytes(), at))
            .collect();
        order.sort();
        let mut into: Vec<usize> = (0..all.len()).collect();
        for pair in 1..order.len() {
            if order[pair].0 == order[pair - 1].0 && order[pair].1 == order[pair - 1].1 {
                into[order[pair].2] = into[order[pair - 1].2];
            }
        }
        let mut place = vec![usize::MAX; all.len()];
        for (at, held) in all.into_iter().enumerate() {
            let first = into[at];
            if place[first] == usize::MAX {
                place[first] = self.addresses.len();
                self.addresses.push(held);
            } else {
                self.merge_into(place[first], &held);
            }
        }
    }

    fn merge_into(&mut self, known: usize, held: &HeldAddress<'r>) {
        let target = &mut self.addresses[known];
        let proxies = Roles(Roles::of(Role::Primary).0 | Roles::of(Role::Secondary).0);
        if target.roles.0 & proxies.0 != 0
            && held.roles.0 & proxies.0 != 0
            && target.value != held.value
        {
            self.repeats.push(held.value);
        }
        if held.roles.strongest() < target.roles.strongest() {
            target.value = held.value;
            target.bare = held.bare;
        }
        target.roles = target.roles.with(held.roles);
    }
}

/// Whether the value at `at` is the only one of its property, whose values stand side by side.
pub(crate) fn is_alone(record: &RawRecord<'_>, at: usize) -> bool {
    let property = record.values[at].0;
    let other = |at: usize| {
        record
            .values
            .get(at)
            .is_some_and(|(known, _)| *known == property)
    };
    !other(at + 1) && (at == 0 || !other(at - 1))
}
