//! One user with everything that is known of it, as the rules see it.

use super::evidence::User;
use super::finding::{Finding, Status, Steps};
use super::holders::Held;
use super::on_premises::OnPremisesUser;
use super::people::{Recipients, Scanned};
use super::tenant::Tenant;
use crate::recipient_type::SOFT_DELETED_RECIPIENTS;

/// What Graph is to be asked for.
const USER_PROPERTIES: &str = "id,userPrincipalName,displayName,mail,mailNickname,proxyAddresses,usageLocation,createdDateTime,assignedLicenses,assignedPlans,provisionedPlans,licenseAssignmentStates,serviceProvisioningErrors,onPremisesSyncEnabled,onPremisesImmutableId,onPremisesSecurityIdentifier,onPremisesDistinguishedName,onPremisesProvisioningErrors";

/// What Active Directory is to be asked for.
const DIRECTORY_PROPERTIES: &str = "userPrincipalName,objectGUID,objectSid,mail,mailNickname,proxyAddresses,targetAddress,homeMDB,msExchMailboxGuid,msExchHomeServerName,msExchRemoteRecipientType,msExchRecipientTypeDetails";

/// One user.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c> {
    /// As Graph has it.
    pub user: &'c User,
    /// As Active Directory has it.
    pub on_premises: Option<&'c OnPremisesUser>,
    /// Whether on-premises users were given.
    pub knows_on_premises: bool,
    /// What the recipients say of it.
    pub scanned: &'c Scanned,
    /// What the recipients are good for.
    pub recipients: Recipients,
    /// How many deleted users were given; `None` where nobody looked.
    pub deleted_users: Option<usize>,
    /// Who holds what it needs.
    pub held: &'c Held,
    /// The tenant.
    pub tenant: &'c Tenant,
    /// The findings so far.
    pub above: &'c [Finding],
}

impl Case<'_> {
    /// Whether Entra Connect syncs the user, where known.
    pub fn synced(&self) -> Option<bool> {
        self.user.synced.or(self.on_premises.map(|_| true))
    }

    /// Fetches the user with all that is read of it.
    pub fn fetch_user(&self) -> Steps {
        Steps::default().run(
            &format!("Get-MgUser -UserId {{}} -Property {USER_PROPERTIES}"),
            &[self.user.name()],
        )
    }

    /// The same with the sign-ins, which want a permission and a licence of their own.
    pub fn fetch_sign_ins(&self) -> Steps {
        Steps::default().run(
            &format!("Get-MgUser -UserId {{}} -Property {USER_PROPERTIES},signInActivity"),
            &[self.user.name()],
        )
    }

    /// Fetches the user's on-premises side.
    pub fn fetch_on_premises(&self) -> Steps {
        let known = self.on_premises.map(|user| user.name.as_str());
        let name = known.filter(|name| !name.is_empty());
        let name = name
            .or_else(|| self.user.on_premises_names.first().map(String::as_str))
            .unwrap_or("<sAMAccountName>");
        Steps::default().run(
            &format!(
                "Get-ADUser -Identity {{}} -Properties {DIRECTORY_PROPERTIES} | Select-Object DistinguishedName,sAMAccountName,{DIRECTORY_PROPERTIES}"
            ),
            &[name],
        )
    }

    /// How the user's on-premises side is named in a command.
    pub fn on_premises_name(&self) -> &str {
        self.on_premises
            .map(|user| user.name.as_str())
            .filter(|name| !name.is_empty())
            .or_else(|| self.user.on_premises_names.first().map(String::as_str))
            .unwrap_or("<sAMAccountName>")
    }

    /// The names of the findings so far with `status`.
    pub fn so_far(&self, status: Status) -> Vec<&'static str> {
        let with = self.above.iter().filter(|finding| finding.status == status);
        with.map(|finding| finding.name).collect()
    }
}

/// Fetches the recipients, live and soft-deleted.
pub fn fetch_recipients() -> Steps {
    Steps::default()
        .run("Get-EXORecipient -ResultSize Unlimited", &[])
        .run(SOFT_DELETED_RECIPIENTS, &[])
}

/// Fetches the soft-deleted recipients, where it is not known that they are among those read.
pub fn fetch_soft_deleted() -> Steps {
    Steps::default()
        .run(SOFT_DELETED_RECIPIENTS, &[])
        .note("If that shows no soft-deleted recipient at all, say so with -IncludesSoftDeleted.")
}
