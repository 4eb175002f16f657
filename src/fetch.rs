//! What to fetch, and by which command: one list of properties for each source, so that what a printed line fetches is
//! enough for the command that it feeds.
//!
//! Graph gives only what `-Property` names. Active Directory's cmdlets fail on an attribute that the schema does not have
//! (those of Exchange and Skype for Business), so they are asked for all that is set, `*`, and `Select-Object` picks: what an
//! object does not have comes as null, which says that it is empty.

/// What a scan, `Test-ProxyAddress`, `Resolve-ProxyError` and the proxy calculation read of a user.
macro_rules! user_addresses {
    () => {
        "id,displayName,userPrincipalName,userType,mail,mailNickname,proxyAddresses,otherMails,imAddresses,createdDateTime,onPremisesSyncEnabled,onPremisesImmutableId,onPremisesSecurityIdentifier,onPremisesDistinguishedName,onPremisesUserPrincipalName,onPremisesSamAccountName,onPremisesProvisioningErrors,serviceProvisioningErrors"
    };
}

/// The same, and what `Test-MailboxProvisioning` reads of licenses. They are large: only single users are asked for them.
macro_rules! user {
    () => {
        concat!(
            user_addresses!(),
            ",usageLocation,assignedLicenses,assignedPlans,provisionedPlans,licenseAssignmentStates"
        )
    };
}

macro_rules! group {
    () => {
        "id,displayName,mail,mailNickname,proxyAddresses,groupTypes,mailEnabled,securityEnabled,onPremisesSyncEnabled,onPremisesSecurityIdentifier,onPremisesProvisioningErrors,serviceProvisioningErrors"
    };
}

macro_rules! contact {
    () => {
        "id,displayName,mail,mailNickname,proxyAddresses,onPremisesSyncEnabled,onPremisesProvisioningErrors,serviceProvisioningErrors"
    };
}

macro_rules! deleted_user {
    () => {
        "id,displayName,userPrincipalName,userType,mail,mailNickname,proxyAddresses,otherMails,createdDateTime,deletedDateTime,onPremisesSyncEnabled,onPremisesImmutableId,onPremisesSecurityIdentifier,onPremisesDistinguishedName,onPremisesUserPrincipalName"
    };
}

macro_rules! deleted_group {
    () => {
        "id,displayName,mail,mailNickname,proxyAddresses,groupTypes,mailEnabled,securityEnabled,deletedDateTime,onPremisesSyncEnabled,onPremisesSecurityIdentifier"
    };
}

/// Of an object of Active Directory.
macro_rules! directory {
    () => {
        "DistinguishedName,Name,ObjectClass,ObjectGUID,sAMAccountName,displayName,userPrincipalName,mail,mailNickname,proxyAddresses,targetAddress,legacyExchangeDN,msRTCSIP-PrimaryUserAddress,objectSid,mS-DS-ConsistencyGuid,msDS-ExternalDirectoryObjectId,msExchMailboxGuid,msExchMasterAccountSid,msExchRecipientTypeDetails,msExchRemoteRecipientType,msExchHomeServerName,homeMDB"
    };
}

/// [`USERS`], to be put into a longer text.
macro_rules! users {
    () => {
        concat!(
            "Get-MgUser -All -Property ",
            $crate::fetch::user_addresses!()
        )
    };
}

/// [`DIRECTORY_OBJECTS`], to be put into a longer text.
macro_rules! directory_objects {
    () => {
        concat!(
            "Get-ADObject -LDAPFilter '(|(proxyAddresses=*)(mail=*)(mailNickname=*)(targetAddress=*)(legacyExchangeDN=*)(&(objectCategory=person)(userPrincipalName=*)))' -Properties * | Select-Object ",
            $crate::fetch::directory!()
        )
    };
}

/// [`DIRECTORY_USERS`], to be put into a longer text.
macro_rules! directory_users {
    () => {
        concat!(
            "Get-ADObject -LDAPFilter '(&(objectCategory=person)(objectClass=user))' -Properties * | Select-Object ",
            $crate::fetch::directory!()
        )
    };
}

pub(crate) use {directory, directory_objects, directory_users, user_addresses, users};

/// What Graph is asked of all users.
pub const USER_ADDRESS_PROPERTIES: &str = user_addresses!();
/// What Graph is asked of one user.
pub const USER_PROPERTIES: &str = user!();
/// What Graph is asked of groups.
pub const GROUP_PROPERTIES: &str = group!();
/// What Graph is asked of contacts.
pub const CONTACT_PROPERTIES: &str = contact!();
/// What Graph is asked of deleted users.
pub const DELETED_USER_PROPERTIES: &str = deleted_user!();
/// What Graph is asked of deleted groups.
pub const DELETED_GROUP_PROPERTIES: &str = deleted_group!();
/// What is picked of an object of Active Directory.
pub const DIRECTORY_PROPERTIES: &str = directory!();

/// All users.
pub const USERS: &str = users!();
/// All groups.
pub const GROUPS: &str = concat!("Get-MgGroup -All -Property ", group!());
/// All contacts of the organization.
pub const CONTACTS: &str = concat!("Get-MgContact -All -Property ", contact!());
/// All deleted users.
pub const DELETED_USERS: &str = concat!(
    "Get-MgDirectoryDeletedItemAsUser -All -Property ",
    deleted_user!()
);
/// All deleted groups.
pub const DELETED_GROUPS: &str = concat!(
    "Get-MgDirectoryDeletedItemAsGroup -All -Property ",
    deleted_group!()
);
/// One user, by id or user principal name: `Get-MgUser` takes nothing else.
pub const USER: &str = concat!("Get-MgUser -UserId {} -Property ", user!());
/// One user with the sign-ins, which want a permission and a license of their own.
pub const USER_WITH_SIGN_INS: &str = concat!(
    "Get-MgUser -UserId {} -Property ",
    user!(),
    ",signInActivity"
);

/// Every object of a domain that can hold an address.
pub const DIRECTORY_OBJECTS: &str = directory_objects!();
/// Every user of a domain.
pub const DIRECTORY_USERS: &str = directory_users!();
/// One user of Active Directory.
pub const DIRECTORY_USER: &str = concat!(
    "Get-ADUser -Identity {} -Properties * | Select-Object ",
    directory!()
);
/// Objects of the whole forest, by an LDAP filter: only a global catalog knows every domain, and only an empty search base
/// makes it say so. The values are [`GLOBAL_CATALOG`] and the filter.
pub const FOREST: &str = "Get-ADObject -SearchBase '' -Server {} -LDAPFilter {} -Properties * | Format-List DistinguishedName,ObjectClass,displayName,userPrincipalName,mail,mailNickname,proxyAddresses,targetAddress";
/// Stands for a server that the admin knows.
pub const GLOBAL_CATALOG: &str = "<global catalog server>:3268";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::is_known;

    #[test]
    fn every_list_names_each_property_once_and_none_that_nobody_reads() {
        for list in [
            USER_PROPERTIES,
            GROUP_PROPERTIES,
            CONTACT_PROPERTIES,
            DELETED_USER_PROPERTIES,
            DELETED_GROUP_PROPERTIES,
            DIRECTORY_PROPERTIES,
        ] {
            let names: Vec<&str> = list.split(',').collect();
            for (at, name) in names.iter().enumerate() {
                assert!(!names[..at].contains(name), "{name} stands twice");
                // otherMails is read as a role of its own.
                assert!(
                    is_known(name) || *name == "otherMails",
                    "{name} is read by nobody"
                );
            }
        }
    }

    #[test]
    fn what_is_asked_of_one_user_holds_what_is_asked_of_all() {
        assert!(USER_PROPERTIES.starts_with(USER_ADDRESS_PROPERTIES));
        assert!(USER.ends_with(USER_PROPERTIES) && USERS.ends_with(USER_ADDRESS_PROPERTIES));
    }
}
