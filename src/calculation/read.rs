//! Records of any source as what a calculation takes.

use uuid::Uuid;

use super::object_error::ObjectError;
use super::state::{Cloud, OnPremises, Previous};
use crate::cell;
use crate::defect::Defect;
use crate::exchange_plan;
use crate::identity::{self, DnPlace};
use crate::limits::PROXYCALC_MAX_VALUE_BYTES;
use crate::problem::ProblemCode;
use crate::property::Property as P;
use crate::recipient::{as_bool, is_alone, type_of};
use crate::recipient_type::TYPES;
use crate::record::{RawRecord, is_type_name};
use crate::remote_type::RemoteType;

/// Who a record is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// What an admin knows it by.
    pub identity: String,
    /// What joins on premises with the cloud: `ms-DS-ConsistencyGuid` before `objectGUID` on premises, `onPremisesImmutableId`
    /// in the cloud.
    pub anchors: Vec<Uuid>,
}

impl Who {
    /// Reads it of a record of either side.
    #[must_use]
    pub fn read(record: &RawRecord<'_>) -> Self {
        let anchors = [P::ImmutableId, P::ObjectGuid];
        Self {
            identity: record.name().unwrap_or("").chars().take(1024).collect(),
            anchors: anchors
                .iter()
                .filter_map(|name| record.first(*name).and_then(identity::guid))
                .collect(),
        }
    }
}

/// `corp.contoso.com`, the domain in which the object of this distinguished name lies.
pub(crate) fn domain_of_dn(dn: &str) -> Option<String> {
    let DnPlace::Forest(end) = identity::place_of_dn(dn) else {
        return None;
    };
    let labels: Option<Vec<&str>> = end
        .split(',')
        .map(|part| Some(part.split_once('=')?.1.trim_ascii()))
        .collect();
    Some(labels?.join("."))
}

/// A value, where it is more than blank.
fn text(record: &RawRecord<'_>, property: P) -> Result<Option<String>, ObjectError> {
    let Some(value) = record
        .first(property)
        .filter(|value| !value.trim_ascii().is_empty())
    else {
        return Ok(None);
    };
    check_type_name(property, value)?;
    // Nothing of this length can be valid, and every rule says so; the whole of it is worth nobody's memory.
    let end = (0..=PROXYCALC_MAX_VALUE_BYTES.min(value.len()))
        .rev()
        .find(|at| value.is_char_boundary(*at));
    Ok(Some(value[..end.unwrap_or(0)].to_owned()))
}

fn check_type_name(property: P, value: &str) -> Result<(), ObjectError> {
    if !is_type_name(value) {
        return Ok(());
    }
    Err(ObjectError::TypeNameInsteadOfValues {
        property: match property {
            P::UserPrincipalName => "onPremises.userPrincipalName",
            P::Mail => "onPremises.mail",
            P::MailNickname => "onPremises.mailNickname",
            _ => "onPremises.proxyAddresses",
        },
        value: value.trim_ascii().to_owned(),
    })
}

/// The values of a property of addresses, a joined cell taken apart.
fn addresses(record: &RawRecord<'_>, properties: &[P]) -> Result<Vec<String>, ObjectError> {
    let mut all = Vec::new();
    for (at, (property, value)) in record.values.iter().enumerate() {
        if !properties.contains(property) || value.trim_ascii().is_empty() {
            continue;
        }
        check_type_name(*property, value)?;
        if !is_alone(record, at) || value.len() > PROXYCALC_MAX_VALUE_BYTES * 8 {
            all.push(value.to_string());
            continue;
        }
        let first = all.len();
        cell::split(value, |piece| all.push(piece.to_owned()));
        // One value is no joined cell, and stays as it was written.
        if all.len() == first + 1 {
            all[first] = value.to_string();
        }
    }
    Ok(all)
}

/// A value that was left out would be one that Entra ID removes.
fn check_letters(record: &RawRecord<'_>) -> Result<(), ObjectError> {
    let lost = |defect: &&Defect| {
        matches!(
            defect.code,
            ProblemCode::NotUnicode | ProblemCode::ValuesCutOff
        ) && defect
            .field
            .is_some_and(|field| CALCULATED.contains(&field))
    };
    match record.defects.iter().find(lost) {
        Some(defect) => Err(ObjectError::InvalidRecord {
            message: format!("{} Found {:?}.", defect.code.message(), defect.value),
            path: defect.field.map_or("", P::shown).to_owned(),
        }),
        None => Ok(()),
    }
}

/// What a result depends on.
const CALCULATED: &[P] = &[
    P::UserPrincipalName,
    P::Mail,
    P::MailNickname,
    P::ProxyAddresses,
    P::EmailAddresses,
    P::TargetAddress,
];

const PROXIES: &[P] = &[P::ProxyAddresses, P::EmailAddresses];

impl OnPremises {
    /// Reads a record of the on-premises side.
    ///
    /// # Errors
    /// A property whose values the export lost, or their letters.
    pub fn read(record: &RawRecord<'_>) -> Result<Self, ObjectError> {
        check_letters(record)?;
        let row = &TYPES[type_of(record) as usize];
        let details = match text(record, P::MsExchRecipientTypeDetails)? {
            Some(details) => Some(details),
            None => text(record, P::RecipientTypeDetails)?,
        };
        let said = text(record, P::UserPrincipalName)?;
        // Where it was not fetched nobody knows that it is empty.
        let account_name = if said.is_none() && record.present.has(P::UserPrincipalName) {
            text(record, P::SamAccountName)?
        } else {
            None
        };
        let of_account = account_name.as_deref().and_then(|account| {
            let domain = domain_of_dn(record.first(P::DistinguishedName)?)?;
            Some(format!("{}@{domain}", account.trim_ascii()))
        });
        Ok(Self {
            upn_of_account: of_account.is_some(),
            user_principal_name: said.or(of_account),
            account_name,
            mail: text(record, P::Mail)?,
            mail_nickname: text(record, P::MailNickname)?,
            proxy_addresses: addresses(record, PROXIES)?,
            target_address: text(record, P::TargetAddress)?,
            remote_recipient_type: RemoteType::of_record(record),
            recipient_type_details: details,
            class: row.class,
            type_name: row.name.to_owned(),
        })
    }
}

/// Whether a record says that an Exchange plan is enabled: outright, or by its service plans. A blank cell says nothing.
///
/// # Errors
/// `Licensed` is neither true nor false. A "yes" of a table is not taken for "no".
pub fn licensed(record: &RawRecord<'_>) -> Result<Option<bool>, ObjectError> {
    let said = record
        .first(P::Licensed)
        .map(str::trim_ascii)
        .filter(|said| !said.is_empty());
    if let Some(said) = said {
        return match as_bool(said) {
            Some(licensed) => Ok(Some(licensed)),
            None => Err(ObjectError::InvalidRecord {
                message: format!(
                    "Licensed must be True or False, found {:?}",
                    said.chars().take(60).collect::<String>()
                ),
                path: "Licensed".to_owned(),
            }),
        };
    }
    let plans = record
        .values
        .iter()
        .filter(|(property, _)| *property == P::AssignedPlans);
    Ok(exchange_plan::any_mailbox(
        plans.map(|(_, plan)| plan.as_ref()),
    ))
}

/// Whether a record was fetched with its plans: who has none has no licence.
#[must_use]
pub fn has_plans(record: &RawRecord<'_>) -> bool {
    record.present.has(P::AssignedPlans)
}

/// What the cloud computes, and the properties it is read of.
const COMPUTED: &[(&str, &[P])] = &[
    ("userPrincipalName", &[P::UserPrincipalName]),
    ("mail", &[P::Mail]),
    ("mailNickname", &[P::MailNickname]),
    ("proxyAddresses", PROXIES),
];

impl Previous {
    /// Reads an object of the cloud, or an earlier result's state.
    ///
    /// # Errors
    /// A property whose values the export lost.
    pub fn read(record: &RawRecord<'_>) -> Result<Self, ObjectError> {
        const SHADOW: &[P] = &[
            P::Shadow,
            P::ShadowUserPrincipalName,
            P::ShadowMail,
            P::ShadowMailNickname,
            P::ShadowProxyAddresses,
        ];
        let on_premises = if record.present.has_any(SHADOW) {
            Some(OnPremises {
                user_principal_name: text(record, P::ShadowUserPrincipalName)?,
                mail: text(record, P::ShadowMail)?,
                mail_nickname: text(record, P::ShadowMailNickname)?,
                proxy_addresses: addresses(record, &[P::ShadowProxyAddresses])?,
                ..OnPremises::default()
            })
        } else {
            None
        };
        let domains = record.present.has(P::VerifiedDomains).then(|| {
            let domains = record
                .values
                .iter()
                .filter(|(property, _)| *property == P::VerifiedDomains);
            let mut domains: Vec<String> = domains
                .map(|(_, name)| name.trim_ascii().to_ascii_lowercase())
                .collect();
            domains.sort_unstable();
            domains.dedup();
            domains
        });
        let display_type = text(record, P::RecipientDisplayType)?;
        Ok(Self {
            on_premises,
            licensed: licensed(record).unwrap_or(None),
            has_plans: has_plans(record),
            not_fetched: COMPUTED
                .iter()
                .filter(|(_, properties)| !record.present.has_any(properties))
                .map(|(name, _)| *name)
                .collect(),
            cloud: Cloud {
                user_principal_name: text(record, P::UserPrincipalName)?,
                mail: text(record, P::Mail)?,
                mail_nickname: text(record, P::MailNickname)?,
                proxy_addresses: addresses(record, PROXIES)?,
                moera: text(record, P::Moera)?,
                recipient_display_type: display_type
                    .and_then(|number| number.trim_ascii().parse().ok()),
            },
            verified_domains: domains.filter(|domains| !domains.is_empty()),
        })
    }
}
