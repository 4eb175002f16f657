//! Service plans that give a mailbox.

use uuid::{Uuid, uuid};

/// `servicePlanId`s of Microsoft's list "Product names and service plan identifiers for licensing". Not among them, because
/// they give no mailbox: Exchange Foundation, archives, `MyAnalytics`, Bookings, encryption.
const MAILBOX_PLANS: &[Uuid] = &[
    // EXCHANGE_S_ENTERPRISE, _STANDARD, _DESKLESS
    uuid!("efb87545-963c-4e0d-99df-69c6916d9eb0"),
    uuid!("9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
    uuid!("4a82b400-a79f-41a4-b4e2-e94f5787b113"),
    // The same for government
    uuid!("8c3069c0-ccdb-44be-ab77-986203a67df2"),
    uuid!("e9b4930a-925f-45e2-ac2a-3f7788ca6fdd"),
    uuid!("88f4d7ef-a73b-4246-8047-516022144c9f"),
    // EXCHANGE_S_ESSENTIALS, EXCHANGE_S_STANDARD_MIDMARKET, EXCHANGE_L_STANDARD, EXCHANGE_B_STANDARD
    uuid!("1126bef5-da20-4f07-b45e-ad25d2581aa8"),
    uuid!("fc52cc4b-ed7d-472d-bbe7-b081c23ecc56"),
    uuid!("d42bdbd6-c335-4231-ab3d-c8f348d5aff5"),
    uuid!("90927877-dcff-4af6-b346-2332c0b15bb7"),
];

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
        found = Some(found == Some(true) || (usable && MAILBOX_PLANS.contains(&id)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

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
