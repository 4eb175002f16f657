//! The procedure for a mail-enabled public folder that Entra ID alone knows, in its order.

use super::Analysis;
use super::look_up::{exchange_filter, prefixed};
use super::next_steps::Steps;
use crate::conflict::remediation::{DELTA_SYNC, IRREVERSIBLE};

const CONNECT: &str = "Import-Module 'C:\\Program Files\\Microsoft Azure Active Directory Connect\\Tools\\AdSyncTools.psm1'";
const FOLDERS: &str =
    "Get-ADSyncToolsAadObject -SyncObjectType PublicFolder -Credential (Get-Credential)";
const SHOWN: &str = "Format-List DisplayName,SourceAnchor,CloudAnchor,ProxyAddresses";

/// The procedure. `anchor` is the folder's source anchor, where it is known.
pub fn orphaned_folder(steps: &mut Steps, analysis: &Analysis, anchor: Option<&str>) {
    let address = analysis.addresses.first().map(prefixed);
    let value = address.as_deref().unwrap_or("smtp:<address in conflict>");
    let filter = exchange_filter("EmailAddresses", value);
    let id = analysis
        .holder
        .as_ref()
        .and_then(|holder| holder.id.as_deref());
    let find = |steps: &mut Steps| match (id, &address) {
        (Some(id), None) => {
            let anchor = format!("PublicFolder_{id}");
            steps.run(
                &format!("{FOLDERS} | Where-Object CloudAnchor -EQ {{}} | {SHOWN}"),
                &[&anchor],
            );
        }
        _ => {
            steps.run(
                &format!("{FOLDERS} | Where-Object ProxyAddresses -Contains {{}} | {SHOWN}"),
                &[value],
            );
        }
    };
    if address.is_none() {
        steps.say("The text does not say the address: put it in place of <address in conflict> first. That nobody has the placeholder says nothing.");
    }
    steps
        .say("1. On premises first, in the Exchange Management Shell: does a mail-enabled public folder have the address?")
        .run("Get-MailPublicFolder -ResultSize Unlimited -Filter {} | Format-List Name,Identity,EmailAddresses", &[&filter])
        .say("   If it does, it is healthy: deleting it in Entra ID makes its mail bounce (550 5.4.1). Keep it and choose another address, or take the address from it:")
        .run("Set-MailPublicFolder -Identity {} -EmailAddressPolicyEnabled $false -EmailAddresses @{remove={}}", &["<folder>", value])
        .say("   Then in Exchange Online PowerShell: no folder may have it there either. (Entra ID keeps a folder under an id that Exchange Online does not show.)")
        .run("Get-MailPublicFolder -ResultSize Unlimited -Filter {} | Format-List Name,Identity,EmailAddresses", &[&filter])
        .say("2. Synchronize, and wait until it is through:")
        .run(DELTA_SYNC, &[])
        .say("3. On the Entra Connect server, as a Global Administrator without multifactor authentication: which folder in Entra ID still has it?")
        .add([CONNECT.to_owned()]);
    find(steps);
    steps
        .say("4. Only if neither Exchange has the folder, delete it in Entra ID by its SourceAnchor. Directory synchronization must be on in the tenant: turn it on again for this if it is off.")
        .run_with(
            "Remove-ADSyncToolsAadObject -SyncObjectType PublicFolder -SourceAnchor {} -Credential (Get-Credential) -Confirm",
            &[anchor.unwrap_or("<SourceAnchor of step 3>")],
            IRREVERSIBLE,
        )
        .say("5. Check that it is gone; nothing may come out:");
    find(steps);
    steps.say("6. Create the mailbox or add the address at once, before the next synchronization.");
}
