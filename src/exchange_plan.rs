//! Service plans: which give a mailbox, and which are of Exchange and give none.
//!
//! Ids and names are those of Microsoft's list "Product names and service plan identifiers for licensing" (its CSV, of
//! January and August 2026). Education and enterprise products hold the same plans; those for government have their own.

use uuid::{Uuid, uuid};

/// A service plan that Exchange knows.
#[derive(Debug)]
pub struct Plan {
    /// `servicePlanId`.
    pub id: Uuid,
    /// The name that Graph and the admin center's exports use.
    pub name: &'static str,
    /// The name that people use.
    pub friendly: &'static str,
    /// Whether a user with it gets a mailbox.
    pub mailbox: bool,
}

const fn mailbox(id: Uuid, name: &'static str, friendly: &'static str) -> Plan {
    Plan {
        id,
        name,
        friendly,
        mailbox: true,
    }
}

const fn none(id: Uuid, name: &'static str, friendly: &'static str) -> Plan {
    Plan {
        id,
        name,
        friendly,
        mailbox: false,
    }
}

/// Plans with a mailbox first, the common ones at the top.
#[rustfmt::skip]
pub const PLANS: &[Plan] = &[
    mailbox(uuid!("efb87545-963c-4e0d-99df-69c6916d9eb0"), "EXCHANGE_S_ENTERPRISE", "Exchange Online (Plan 2)"),
    mailbox(uuid!("9aaf7827-d63c-4b61-89c3-182f06f82e5c"), "EXCHANGE_S_STANDARD", "Exchange Online (Plan 1)"),
    mailbox(uuid!("4a82b400-a79f-41a4-b4e2-e94f5787b113"), "EXCHANGE_S_DESKLESS", "Exchange Online Kiosk"),
    mailbox(uuid!("8c3069c0-ccdb-44be-ab77-986203a67df2"), "EXCHANGE_S_ENTERPRISE_GOV", "Exchange Online (Plan 2) for Government"),
    mailbox(uuid!("e9b4930a-925f-45e2-ac2a-3f7788ca6fdd"), "EXCHANGE_S_STANDARD_GOV", "Exchange Online (Plan 1) for Government"),
    mailbox(uuid!("88f4d7ef-a73b-4246-8047-516022144c9f"), "EXCHANGE_S_DESKLESS_GOV", "Exchange Online (Kiosk) for Government"),
    mailbox(uuid!("1126bef5-da20-4f07-b45e-ad25d2581aa8"), "EXCHANGE_S_ESSENTIALS", "Exchange Essentials"),
    mailbox(uuid!("fc52cc4b-ed7d-472d-bbe7-b081c23ecc56"), "EXCHANGE_S_STANDARD_MIDMARKET", "Exchange Online Plan 1 (midsize business)"),
    mailbox(uuid!("d42bdbd6-c335-4231-ab3d-c8f348d5aff5"), "EXCHANGE_L_STANDARD", "Exchange Online (P1)"),
    mailbox(uuid!("90927877-dcff-4af6-b346-2332c0b15bb7"), "EXCHANGE_B_STANDARD", "Exchange Online POP"),

    none(uuid!("113feb6c-3fe4-4440-bddc-54d774bf0318"), "EXCHANGE_S_FOUNDATION", "Exchange Foundation"),
    none(uuid!("922ba911-5694-4e99-a794-73aed9bfeec8"), "EXCHANGE_S_FOUNDATION_GOV", "Exchange Foundation for Government"),
    none(uuid!("176a09a6-7ec5-4039-ac02-b2791c6ba793"), "EXCHANGE_S_ARCHIVE_ADDON", "Exchange Online Archiving for Exchange Online"),
    none(uuid!("da040e0a-b393-4bea-bb76-928b3fa1cf5a"), "EXCHANGE_S_ARCHIVE", "Exchange Online Archiving for Exchange Server"),
    none(uuid!("34c0d7a0-a70f-4668-9238-47f9fc208882"), "EXCHANGE_ANALYTICS", "Microsoft MyAnalytics (Full)"),
    none(uuid!("208120d1-9adb-4daf-8c22-816bd5d237e7"), "EXCHANGE_ANALYTICS_GOV", "Microsoft MyAnalytics for Government (Full)"),
    none(uuid!("33c4f319-9bdd-48d6-9c4d-410b750a4a5a"), "MYANALYTICS_P2", "Insights by MyAnalytics"),
    none(uuid!("897d51f1-2cfa-4848-9b30-469149f5e68e"), "EXCHANGEONLINE_MULTIGEO", "Exchange Online Multi-Geo"),
    none(uuid!("326e2b78-9d27-42c9-8509-46c827743a17"), "EOP_ENTERPRISE", "Exchange Online Protection"),
    none(uuid!("75badc48-628e-4446-8460-41344d73abd6"), "EOP_ENTERPRISE_PREMIUM", "Exchange Enterprise CAL Services (EOP DLP)"),
    none(uuid!("cd31b152-6326-4d1b-ae1b-997b625182e6"), "MIP_S_EXCHANGE", "Data Classification in Microsoft 365"),
    none(uuid!("5b96ffc4-3853-4cf4-af50-e38505080f6b"), "MIP_S_EXCHANGE_CO", "Data Classification in Microsoft 365 - Company Level"),
    none(uuid!("5136a095-5cf0-4aff-bec3-e84448b38ea5"), "MIP_S_CLP1", "Information Protection for Office 365 - Standard"),
    none(uuid!("efb0351d-3b08-4503-993d-383af8de41e3"), "MIP_S_CLP2", "Information Protection for Office 365 - Premium"),
    none(uuid!("199a5c09-e0ca-4e37-8f7c-b05d533e1ea2"), "MICROSOFTBOOKINGS", "Microsoft Bookings"),
    none(uuid!("9f431833-0334-42de-a7dc-70aa40db46db"), "LOCKBOX_ENTERPRISE", "Customer Lockbox"),
    none(uuid!("c4801e8a-cb58-4c35-aca6-f2dcc106f287"), "INFORMATION_BARRIERS", "Information Barriers"),
    none(uuid!("e26c2fcc-ab91-4a61-b35c-03cdc8dddf66"), "INFO_GOVERNANCE", "Microsoft Information Governance"),
    none(uuid!("65cc641f-cccd-4643-97e0-a17e3045e541"), "RECORDS_MANAGEMENT", "Microsoft Records Management"),
    none(uuid!("d2d51368-76c9-4317-ada2-a12c004c432f"), "ML_CLASSIFICATION", "Microsoft ML-Based Classification"),
    none(uuid!("d587c7a3-bda9-4f99-8776-9bcf59c84f75"), "INSIDER_RISK", "Microsoft Insider Risk Management"),
    none(uuid!("9d0c4ee5-e4a1-4625-ab39-d82b619b1a34"), "INSIDER_RISK_MANAGEMENT", "Microsoft Insider Risk Management - Exchange"),
    none(uuid!("ebb17a6e-6002-4f65-acb0-d386480cebc1"), "PRIVACY_MANGEMENT_RISK_EXCHANGE", "Priva - Risk (Exchange)"),
    none(uuid!("7ca7f875-98db-4458-ab1b-47503826dd73"), "PRIVACY_MANGEMENT_DSR_EXCHANGE", "Privacy Management - Subject Rights Request (Exchange)"),
    none(uuid!("93d24177-c2c3-408a-821d-3d25dfa66e7a"), "PRIVACY_MANGEMENT_DSR_EXCHANGE_1", "Privacy Management - Subject Rights Request (1 - Exchange)"),
    none(uuid!("f0241705-7b44-4401-a6b6-7055062b5b03"), "PRIVACY_MANGEMENT_DSR_EXCHANGE_10", "Privacy Management - Subject Rights Request (10 - Exchange)"),
    none(uuid!("5c221cec-2c39-435b-a1e2-7cdd7fac5913"), "PRIVACY_MANGEMENT_DSR_EXCHANGE_100", "Privacy Management - Subject Rights Request (100 - Exchange)"),
    none(uuid!("9bec7e34-c9fa-40b7-a9d1-bd6d1165c7ed"), "BPOS_S_DLPADDON", "Data Loss Prevention"),
    none(uuid!("617b097b-4b93-4ede-83de-5f075bb5fb2f"), "PREMIUM_ENCRYPTION", "Premium Encryption in Office 365"),
    none(uuid!("2b815d45-56e4-4e3a-b65c-66cb9175b560"), "CONTENTEXPLORER_STANDARD", "Information Protection and Governance Analytics - Standard"),
    none(uuid!("d9fa6af4-e046-4c89-9226-729a0786685d"), "CONTENT_EXPLORER", "Information Protection and Governance Analytics - Premium"),
    none(uuid!("2f442157-a11c-46b9-ae5b-6e39ff4e5849"), "M365_ADVANCED_AUDITING", "Microsoft 365 Advanced Auditing"),
    none(uuid!("f6de4823-28fa-440b-b886-4783fa86ddba"), "M365_AUDIT_PLATFORM", "Microsoft 365 Audit Platform"),
    none(uuid!("6dc145d6-95dd-4191-b9c3-185575ee6f6b"), "COMMUNICATIONS_DLP", "Microsoft Communications DLP"),
    none(uuid!("41fcdd7d-4733-4863-9cf4-c65b83ce2df4"), "COMMUNICATIONS_COMPLIANCE", "Microsoft Communications Compliance"),
    none(uuid!("a413a9ff-720c-4822-98ef-2f37c2a21f4c"), "MICROSOFT_COMMUNICATION_COMPLIANCE", "Microsoft 365 Communication Compliance"),
    none(uuid!("4de31727-a228-4ec3-a5bf-8e45b5ca48cc"), "EQUIVIO_ANALYTICS", "Office 365 Advanced eDiscovery"),
    none(uuid!("46129a58-a698-46f0-aa5b-17f6586297d9"), "DATA_INVESTIGATIONS", "Microsoft Data Investigations"),
    none(uuid!("6db1f1db-2b46-403f-be40-e39395f08dbb"), "CUSTOMER_KEY", "Microsoft Customer Key"),
    none(uuid!("b1188c4c-1b36-4018-b48b-ee07604f6feb"), "PAM_ENTERPRISE", "Office 365 Privileged Access Management"),
    none(uuid!("f20fedf3-f3c3-43c3-8267-2bfdd51c0939"), "ATP_ENTERPRISE", "Microsoft Defender for Office 365 (Plan 1)"),
    none(uuid!("8e0c0a52-6a6c-4d40-8370-dd62790dcd70"), "THREAT_INTELLIGENCE", "Microsoft Defender for Office 365 (Plan 2)"),
    none(uuid!("bf6f5520-59e3-4f82-974b-7dbbc4fd27c7"), "SAFEDOCS", "Office 365 SafeDocs"),
];

/// The plan with `id`; `None` for one that this table does not hold, of whatever service.
#[must_use]
pub fn find(id: Uuid) -> Option<&'static Plan> {
    PLANS.iter().find(|plan| plan.id == id)
}

/// Whether one of `plans`, each `<servicePlanId> <capabilityStatus>`, gives a mailbox and is enabled or in its grace
/// period. `None` where there are no plans: a user fetched without them looks like one who has none.
pub(crate) fn any_mailbox<'p>(plans: impl Iterator<Item = &'p str>) -> Option<bool> {
    let mut found = None;
    for plan in plans {
        let (id, status) = plan
            .trim_ascii()
            .split_once(' ')
            .unwrap_or((plan, "Enabled"));
        let Ok(id) = Uuid::try_parse(id) else {
            continue;
        };
        let usable = ["Enabled", "Warning"]
            .iter()
            .any(|usable| usable.eq_ignore_ascii_case(status.trim_ascii()));
        found = Some(found == Some(true) || (usable && find(id).is_some_and(|plan| plan.mailbox)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_and_no_name_stands_twice() {
        for (at, plan) in PLANS.iter().enumerate() {
            assert!(
                PLANS[..at]
                    .iter()
                    .all(|other| other.id != plan.id && other.name != plan.name),
                "{}",
                plan.name
            );
        }
    }

    #[test]
    fn a_foundation_plan_gives_no_mailbox() {
        let named = |name: &str| PLANS.iter().find(|plan| plan.name == name).unwrap();
        assert!(!named("EXCHANGE_S_FOUNDATION").mailbox);
        assert!(named("EXCHANGE_S_DESKLESS").mailbox);
        assert!(find(Uuid::nil()).is_none());
    }

    #[test]
    fn the_plan_and_its_status_decide() {
        const FOUNDATION: &str = "113feb6c-3fe4-4440-bddc-54d774bf0318 Enabled";
        for (plans, expected) in [
            (&[][..], None),
            (
                &["Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedPlan"][..],
                None,
            ),
            (&[FOUNDATION][..], Some(false)),
            (
                &[FOUNDATION, "efb87545-963c-4e0d-99df-69c6916d9eb0 Enabled"][..],
                Some(true),
            ),
            (
                &["EFB87545-963C-4E0D-99DF-69C6916D9EB0 warning", FOUNDATION][..],
                Some(true),
            ),
            (
                &["efb87545-963c-4e0d-99df-69c6916d9eb0 Deleted"][..],
                Some(false),
            ),
        ] {
            assert_eq!(any_mailbox(plans.iter().copied()), expected, "{plans:?}");
        }
    }
}
