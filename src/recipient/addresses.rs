//! Which addresses a record holds: every value once, with all its roles.

use super::{Recipient, Role, Roles, flags};
use crate::address::{Address, AddressType, looks_like_smtp, same_text, trim_outside};
use crate::cell;
use crate::defect::Defect;
use crate::identity;
use crate::limits::{PROXYCALC_MAX_RECORD_ADDRESSES, PROXYCALC_MAX_VALUE_BYTES};
use crate::problem::ProblemCode;
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
                cell::split(value, |piece| {
                    self.add_address(*property, bare_type, role, piece);
                });
            } else {
                self.add_address(*property, bare_type, role, value);
            }
        }
        let count = self.addresses.len() + self.repeats.len();
        if count > PROXYCALC_MAX_RECORD_ADDRESSES {
            self.defects.push(Defect {
                code: ProblemCode::TooManyValues,
                field: None,
                value: format!("{count} addresses"),
            });
            self.addresses.clear();
            self.repeats.clear();
        }
        self.merge_equal();
    }

    fn add_address(&mut self, property: P, bare_type: AddressType, role: Role, value: &'r str) {
        if value.len() > PROXYCALC_MAX_VALUE_BYTES {
            self.defects.push(Defect {
                code: ProblemCode::ValueTooLong,
                field: Some(property),
                value: format!("{} bytes", value.len()),
            });
            return;
        }
        if is_type_name(value) {
            self.note(ProblemCode::TypeNameInsteadOfValues, property, value);
            return;
        }
        let address = Address::parse(value, bare_type);
        if address.bare.is_empty() {
            return;
        }
        // A UPN is compared with SMTP addresses whatever it looks like.
        let upn = [Role::UserPrincipalName, Role::OnPremisesUserPrincipalName];
        let kind = if upn.contains(&role) {
            AddressType::Smtp
        } else {
            address.kind
        };
        let wanted = match kind {
            AddressType::Smtp => looks_like_smtp(address.bare),
            AddressType::Sip => !address.bare.contains(|c: char| {
                c.is_whitespace()
                    || c.is_control()
                    || matches!(c, '{' | '}' | '[' | ']' | '<' | '>' | '"')
            }),
            // Without a prefix it is none of an unknown type.
            AddressType::Other => address.bare.contains(':'),
            _ => true,
        };
        let shortened = cell::cut_off(address.bare).is_some();
        if !wanted || shortened {
            return self.read_what_can_be(property, bare_type, role, value);
        }
        if kind == AddressType::Smtp && identity::has_lost_letter(address.bare) {
            if role != Role::UserPrincipalName {
                self.note(ProblemCode::LettersLost, property, value);
            }
            return;
        }
        if !value.is_ascii() && trim_outside(value) != value.trim_ascii() {
            self.note(ProblemCode::InvisibleCharacters, property, value);
        }
        let role = match (role, address.primary) {
            (Role::Secondary, true) => Role::Primary,
            (role, _) => role,
        };
        self.addresses.push(HeldAddress {
            kind,
            roles: Roles::of(role),
            value,
            bare: address.bare,
        });
    }

    /// Reads the addresses in a value that is none as a whole; what is left over is named.
    fn read_what_can_be(
        &mut self,
        property: P,
        bare_type: AddressType,
        role: Role,
        value: &'r str,
    ) {
        if cell::cut_off(value).is_some() {
            return self.note(ProblemCode::ValuesCutOff, property, value);
        }
        let (mut found, mut left) = (Vec::new(), Vec::new());
        if property.holds_addresses() {
            cell::salvage(value, |value| found.push(value), |rest| left.push(rest));
        } else {
            left.push(value);
        }
        for value in found {
            self.add_address(property, bare_type, role, value);
        }
        for rest in left {
            self.note(ProblemCode::ValueNotAnAddress, property, rest);
            if matches!(property, P::EmailAddresses | P::ProxyAddresses) {
                self.rejected.push(rest);
            }
        }
    }

    fn note(&mut self, code: ProblemCode, property: P, value: &str) {
        self.defects.push(Defect::of(code, property, value));
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
