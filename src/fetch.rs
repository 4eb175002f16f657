//! What to fetch, and by which command: one list of properties for each source, so that what a printed line fetches is
//! enough for the command that it feeds.
//!
//! Graph gives only what `-Property` names. Active Directory's cmdlets fail on an attribute that the schema does not have
//! (those of Exchange and Skype for Business), so they are asked for all that is set, `*`, and `Select-Object` picks: what an
//! object does not have comes as null, which says that it is empty.

/// What a scan, `Test-ProxyAddress`, `Resolve-ProxyError` and, but for licenses, the proxy calculation read of a user.
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

/// Every object of a domain with an address, for a scan, to be put into a longer text: all that is set is enough for one.
macro_rules! directory_addresses {
    () => {
        "Get-ADObject -LDAPFilter '(|(proxyAddresses=*)(mail=*))' -Properties *"
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

pub(crate) use {directory, directory_addresses, directory_users, user_addresses, users};

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
pub const DIRECTORY_OBJECTS: &str = concat!(
    "Get-ADObject -LDAPFilter '(|(proxyAddresses=*)(mail=*)(mailNickname=*)(targetAddress=*)(legacyExchangeDN=*)(&(objectCategory=person)(userPrincipalName=*)))' -Properties * | Select-Object ",
    directory!()
);
/// Every user of a domain.
pub const DIRECTORY_USERS: &str = directory_users!();
/// One user of Active Directory.
pub const DIRECTORY_USER: &str = concat!(
    "Get-ADUser -Identity {} -Properties * | Select-Object ",
    directory!()
);
/// What a look-up in Graph shows of a user, and therefore fetches.
macro_rules! user_shown {
    () => {
        "id,displayName,userPrincipalName,mail,mailNickname,proxyAddresses,onPremisesSyncEnabled,onPremisesImmutableId"
    };
}

/// What a look-up in Graph shows of a group or contact, and therefore fetches.
macro_rules! other_shown {
    () => {
        "id,displayName,mail,mailNickname,proxyAddresses,onPremisesSyncEnabled"
    };
}

/// What a look-up shows of a deleted user or group, and therefore fetches.
macro_rules! deleted_shown {
    () => {
        "id,displayName,mail,mailNickname,proxyAddresses,deletedDateTime"
    };
}

/// Deleted users, to be filtered and shown: what stands before the condition of `Where-Object`.
pub const DELETED_USERS_WHERE: &str = concat!(
    "Get-MgDirectoryDeletedItemAsUser -All -Property userPrincipalName,",
    deleted_shown!()
);
/// The same of deleted groups.
pub const DELETED_GROUPS_WHERE: &str = concat!(
    "Get-MgDirectoryDeletedItemAsGroup -All -Property ",
    deleted_shown!()
);
/// What shows those that are left.
pub const DELETED_SHOWN: &str = concat!("Format-List ", deleted_shown!());
/// Users by a condition of Graph.
pub const USERS_WHERE: &str = concat!(
    "Get-MgUser -All -Filter {} -Property ",
    user_shown!(),
    " | Format-List ",
    user_shown!()
);
/// Groups by a condition of Graph.
pub const GROUPS_WHERE: &str = concat!(
    "Get-MgGroup -All -Filter {} -Property ",
    other_shown!(),
    " | Format-List ",
    other_shown!()
);
/// Contacts by a condition of Graph.
pub const CONTACTS_WHERE: &str = concat!(
    "Get-MgContact -All -Filter {} -Property ",
    other_shown!(),
    " | Format-List ",
    other_shown!()
);
/// One user by id.
pub const USER_SHOWN: &str = concat!(
    "Get-MgUser -UserId {} -Property ",
    user_shown!(),
    " | Format-List ",
    user_shown!()
);
/// One group by id.
pub const GROUP_SHOWN: &str = concat!(
    "Get-MgGroup -GroupId {} -Property ",
    other_shown!(),
    " | Format-List ",
    other_shown!()
);
/// One contact by id.
pub const CONTACT_SHOWN: &str = concat!(
    "Get-MgContact -OrgContactId {} -Property ",
    other_shown!(),
    " | Format-List ",
    other_shown!()
);

/// Objects of the whole forest, by an LDAP filter: only a global catalog knows every domain, and only an empty search base
/// makes it say so. The values are [`GLOBAL_CATALOG`] and the filter.
pub const FOREST: &str = "Get-ADObject -SearchBase '' -Server {} -LDAPFilter {} -Properties * | Format-List DistinguishedName,ObjectClass,displayName,userPrincipalName,mail,mailNickname,proxyAddresses,targetAddress";
/// Stands for a server that the admin knows.
pub const GLOBAL_CATALOG: &str = "<global catalog server>:3268";
/// The two of which a source anchor is made, as Entra ID writes it: mS-DS-ConsistencyGuid, and objectGUID where that is empty.
/// A global catalog does not hold the first: the object's own domain is asked. The values are the distinguished name and the
/// domain.
pub const ANCHORS: [&str; 2] = [
    "[Convert]::ToBase64String((Get-ADObject -Identity {} -Server {} -Properties mS-DS-ConsistencyGuid).'mS-DS-ConsistencyGuid')",
    "[Convert]::ToBase64String((Get-ADObject -Identity {} -Server {}).ObjectGUID.ToByteArray())",
];

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
