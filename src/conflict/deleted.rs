//! What is done about a deleted holder: first what keeps its data, then what does not.

use super::remediation::{IF_CLOUD, IF_SYNCED, Managed, Request, Steps};
use super::step::{Shell, Step};
use crate::recipient_type::{Class, Family};
use crate::store::CLOUD;

impl Request<'_, '_> {
    /// A mailbox that is deleted because its license is gone comes back with it.
    pub(super) fn give_license(&self, steps: &mut Steps<'_>) {
        steps.add_with(
            Shell::Graph,
            "Set-MgUserLicense -UserId {} -AddLicenses @{SkuId={}} -RemoveLicenses @()",
            &[self.user_id(), "<SKU ID>"],
            |step| {
                step.note(
                    "brings the mailbox back within 30 days after its license was taken; then take the address away there",
                )
            },
        );
    }

    /// For a deleted holder: first what keeps the data, then what does not.
    pub(super) fn deleted(&self, steps: &mut Steps<'_>) {
        let holder = self.holder;
        // What is deleted in Active Directory holds nothing.
        if holder.directory != CLOUD {
            return;
        }
        if holder.inactive {
            return steps.note(
                Shell::ExchangeOnline,
                "it is an inactive mailbox. Its account is gone and a hold keeps its data: use another address, or find out whether the hold can end",
            );
        }
        if holder.license_lost {
            return self.give_license(steps);
        }
        self.restore(steps);
        self.purge(steps);
    }

    fn restore(&self, steps: &mut Steps<'_>) {
        let holder = self.holder;
        let Some(id) = holder.cloud_id else { return };
        let synced = match self.managed() {
            Managed::Cloud => Some(false),
            Managed::NotKnown => None,
            Managed::OnPremises | Managed::CloudButForIdentity => Some(true),
        };
        if synced != Some(true) {
            let family = holder.class.family();
            let cloud = if synced.is_none() { IF_CLOUD } else { "" };
            let restore = "Restore-EntraDeletedDirectoryObject -Id {}";
            // Only of a user it leaves out what is taken.
            let user = format!("{restore} -AutoReconcileProxyConflict");
            let without = "brings it back without the addresses that are taken";
            let whole = "brings the group back with all its addresses: free the address first";
            match family {
                Family::User => {
                    steps.condition = cloud;
                    steps.add_with(Shell::Graph, &user, &[id], |step| step.note(without));
                }
                Family::Group => {
                    steps.condition = cloud;
                    steps.add_with(Shell::Graph, restore, &[id], |step| step.note(whole));
                }
                Family::Unknown => {
                    steps.condition = "if it is a user managed in the cloud";
                    steps.add_with(Shell::Graph, &user, &[id], |step| step.note(without));
                    steps.condition = "if it is a group managed in the cloud";
                    steps.add_with(Shell::Graph, restore, &[id], |step| step.note(whole));
                }
                // Entra ID does not keep deleted ones.
                Family::Contact | Family::PublicFolder => {}
            }
        }
        if synced != Some(false) {
            steps.condition = if synced.is_none() { IF_SYNCED } else { "" };
            steps.add_with(
                Shell::ActiveDirectory,
                "Restore-ADObject -Identity {} -Server {}",
                &[
                    holder.directory_guid.unwrap_or("<object GUID>"),
                    &self.domain(),
                ],
                |step| step.note("with the Active Directory Recycle Bin; the next sync restores it in Entra ID"),
            );
            steps.all.push(Step::sync().when(steps.condition));
        }
        steps.condition = "";
    }

    /// The account first: while it is there, the mailbox is not deleted for good.
    fn purge(&self, steps: &mut Steps<'_>) {
        let holder = self.holder;
        // Entra ID does not keep deleted ones.
        if matches!(
            holder.class.family(),
            Family::Contact | Family::PublicFolder
        ) {
            return;
        }
        let guid = holder.exchange_guid;
        match (holder.cloud_id, holder.class, guid) {
            (Some(id), _, _) => steps.add_with(
                Shell::Graph,
                "Remove-MgDirectoryDeletedItem -DirectoryObjectId {} -Confirm",
                &[id],
                |step| step.irreversible().note("instead of restoring it"),
            ),
            (None, Class::Mailbox, Some(guid)) => steps.add_with(
                Shell::ExchangeOnline,
                "New-MailboxRestoreRequest -SourceMailbox {} -TargetMailbox {}",
                &[guid, "<mailbox>"],
                |step| {
                    step.note(
                        "its account is gone; this keeps its content in a mailbox that has its LegacyExchangeDN as an X500 address",
                    )
                },
            ),
            (None, Class::MailUser | Class::Guest, Some(_)) => steps.note(
                Shell::ExchangeOnline,
                "its account is gone, and nothing restores a mail user",
            ),
            (None, _, _) => return,
        }
        let purge = match holder.class {
            Class::Mailbox => {
                "Get-Mailbox -SoftDeletedMailbox -Identity {} | Remove-Mailbox -PermanentlyDelete -Confirm"
            }
            Class::MailUser | Class::Guest => {
                "Get-MailUser -SoftDeletedMailUser -Identity {} | Remove-MailUser -PermanentlyDelete -Confirm"
            }
            _ => return,
        };
        if let Some(guid) = guid {
            let note = if holder.cloud_id.is_some() {
                "after the account; with an SPO: address it stays soft-deleted until its OneDrive is deleted too"
            } else {
                "with an SPO: address it stays soft-deleted until its OneDrive is deleted too"
            };
            steps.add_with(Shell::ExchangeOnline, purge, &[guid], |step| {
                step.irreversible().note(note)
            });
        }
    }
}
