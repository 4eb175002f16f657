//! What to run next, where nothing but the text is known. Each line is one command or a comment, and safe to paste:
//! values from the text stand in quotes ([`quote`]) or not at all.

use std::fmt::Write as _;

use super::Analysis;
use super::addresses::FoundAddress;
use super::codes::Code;
use super::normalise::is_apostrophe;
use crate::address::AddressType;
use crate::conflict::remediation::{DELTA_SYNC, command, quote};
use crate::recipient_type::soft_deletable;

/// Addresses that get commands of their own; the rest is found in the same way.
const MOST_ADDRESSES: usize = 3;

/// The attributes that are no address, or are held in another way than one.
const UPN: &str = "userPrincipalName";
const IMMUTABLE_ID: &str = "onPremisesImmutableId";

/// Stands for what the text does not say.
const USER: &str = "<user principal name>";

/// Collects lines.
#[derive(Debug, Default)]
pub struct Steps(Vec<String>);

impl Steps {
    /// Adds a comment, which must not hold anything from a text.
    pub fn say(&mut self, text: &str) -> &mut Self {
        self.0.push(format!("# {text}"));
        self
    }

    /// Adds a comment with quoted values.
    pub fn say_with(&mut self, template: &str, values: &[&str]) -> &mut Self {
        self.0
            .extend(command(template, values).map(|line| format!("# {line}")));
        self
    }

    /// Adds a command with quoted values; none where a value cannot be quoted.
    pub fn run(&mut self, template: &str, values: &[&str]) -> &mut Self {
        self.0.extend(command(template, values));
        self
    }

    /// Adds lines that are made already.
    pub fn add(&mut self, lines: impl IntoIterator<Item = String>) -> &mut Self {
        self.0.extend(lines);
        self
    }

    /// The lines.
    #[must_use]
    pub fn finish(self) -> Vec<String> {
        self.0
    }
}

/// An address as `proxyAddresses` holds it, with the prefix in lower case: directories compare it without case.
#[must_use]
pub fn prefixed(address: &FoundAddress) -> String {
    match address.kind {
        AddressType::Other => address.value.clone(),
        kind => format!("{}:{}", kind.name().to_ascii_lowercase(), address.address),
    }
}

/// A condition of Exchange's `-Filter`; an apostrophe is doubled there, and again by [`quote`]. Whether its parser takes a
/// curly one for a quote, as PowerShell does, is not documented: between double quotes it cannot matter.
fn exchange_filter(property: &str, value: &str) -> String {
    let curly = |c: char| c != '\'' && is_apostrophe(c);
    if value.contains(curly) && !value.contains(['"', '$']) {
        return format!("{property} -eq \"{value}\"");
    }
    format!("{property} -eq '{}'", value.replace('\'', "''"))
}

/// A condition of Graph's `-Filter`.
fn graph_filter(value: &str) -> String {
    format!("proxyAddresses/any(p:p eq '{}')", value.replace('\'', "''"))
}

/// A value in an LDAP filter.
pub(crate) fn ldap_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '(' | ')' | '\\' => {
                // Writing to memory cannot fail.
                let _ = write!(out, "\\{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// An LDAP filter for all that can hold the address.
fn ldap_filter(address: &FoundAddress) -> String {
    let proxy = ldap_escaped(&prefixed(address));
    if address.kind == AddressType::Smtp {
        let bare = ldap_escaped(&address.address);
        format!("(|(proxyAddresses={proxy})(mail={bare})(userPrincipalName={bare}))")
    } else {
        format!("(proxyAddresses={proxy})")
    }
}

const SHOW: &str = "Format-List Name,RecipientTypeDetails,ExternalDirectoryObjectId,EmailAddresses";

/// Finds recipients by a condition. The switch for the deleted ones adds those of the types named.
fn find_recipients(steps: &mut Steps, filter: &str) {
    steps
        .run(
            &format!("Get-Recipient -ResultSize Unlimited -Filter {{}} | {SHOW}"),
            &[filter],
        )
        .run(
            &format!(
                "Get-Recipient -ResultSize Unlimited -IncludeSoftDeletedRecipients -RecipientTypeDetails {} -Filter {{}} | {SHOW}",
                soft_deletable!()
            ),
            &[filter],
        );
}

/// Finds the user of Entra ID with the UPN.
fn find_upn(steps: &mut Steps, upn: &str) {
    let filter = format!("userPrincipalName eq '{}'", upn.replace('\'', "''"));
    steps.run("Get-MgUser -All -Filter {} -Property Id,DisplayName,UserPrincipalName,OnPremisesSyncEnabled | Format-List Id,DisplayName,UserPrincipalName,OnPremisesSyncEnabled", &[&filter]);
}

/// Shows a recipient with all its addresses.
pub fn show(steps: &mut Steps, identity: &str) {
    if !identity.is_empty() {
        steps.run(
            &format!("Get-Recipient -IncludeSoftDeletedRecipients -Identity {{}} | {SHOW}"),
            &[identity],
        );
    }
}

/// How to find who has the addresses, in Exchange Online, Entra ID and on premises.
pub fn find_holder(steps: &mut Steps, addresses: &[FoundAddress]) {
    for address in addresses.iter().take(MOST_ADDRESSES) {
        if address.attribute.as_deref() == Some(UPN) {
            steps.say("Which user has it as userPrincipalName in Entra ID:");
            find_upn(steps, &address.address);
        }
        let value = prefixed(address);
        let filter = exchange_filter("EmailAddresses", &value);
        steps.say("Who has it in Exchange Online, then with deleted recipients:");
        find_recipients(steps, &filter);
        steps.say("in Entra ID:");
        for kind in ["User", "Group", "Contact"] {
            let line = format!(
                "Get-Mg{kind} -All -Filter {{}} -Property Id,DisplayName,ProxyAddresses,OnPremisesSyncEnabled | Format-List Id,DisplayName,ProxyAddresses,OnPremisesSyncEnabled"
            );
            steps.run(&line, &[&graph_filter(&value)]);
        }
        steps.say("on premises:").run(
            "Get-ADObject -LDAPFilter {} -Properties proxyAddresses,mail,userPrincipalName",
            &[&ldap_filter(address)],
        );
    }
    if addresses.len() > MOST_ADDRESSES {
        steps.say("The further addresses are found in the same way.");
    }
}

/// Shows an object of Entra ID by type and id.
fn show_by_id(steps: &mut Steps, object_type: Option<&str>, id: &str) {
    match object_type {
        Some("User") => steps.run("Get-MgUser -UserId {} -Property Id,DisplayName,UserPrincipalName,ProxyAddresses,OnPremisesSyncEnabled,OnPremisesImmutableId | Format-List", &[id]),
        Some("Group") => steps.run("Get-MgGroup -GroupId {} | Format-List Id,DisplayName,Mail,ProxyAddresses,OnPremisesSyncEnabled", &[id]),
        Some("Contact") => steps.run("Get-MgContact -OrgContactId {} | Format-List Id,DisplayName,Mail,ProxyAddresses,OnPremisesSyncEnabled", &[id]),
        _ => steps.run("Get-MgDirectoryObject -DirectoryObjectId {} | Format-List", &[id]),
    };
}

/// Compares the source anchor of both sides, before anything is removed.
fn compare_anchors(steps: &mut Steps, analysis: &Analysis) {
    let holder = analysis
        .holder
        .as_ref()
        .and_then(|holder| holder.id.as_deref());
    let upn = analysis
        .addresses
        .iter()
        .find(|address| address.kind == AddressType::Smtp)
        .map(|address| address.address.as_str());
    steps.say("First compare the immutable id in Entra ID with the source anchor on premises: it may be the same person under a new anchor.");
    steps.run(
        "Get-MgUser -UserId {} -Property Id,DisplayName,UserPrincipalName,OnPremisesImmutableId,OnPremisesSyncEnabled | Format-List Id,DisplayName,UserPrincipalName,OnPremisesImmutableId,OnPremisesSyncEnabled",
        &[holder.or(upn).unwrap_or(USER)],
    );
    let filter = analysis.addresses.first().map(ldap_filter);
    steps.run(
        "Get-ADObject -LDAPFilter {} -Properties ms-DS-ConsistencyGuid,objectGUID,userPrincipalName | Format-List DistinguishedName,ObjectGUID,ms-DS-ConsistencyGuid,UserPrincipalName",
        &[filter.as_deref().unwrap_or("(userPrincipalName=<user principal name>)")],
    );
    steps.say("The immutable id is the base64 of ms-DS-ConsistencyGuid, or of objectGUID where that is empty. Same person: join the two by the anchor and leave the address alone. Two people: take the address from one of them.");
}

const PROVISIONING_ERRORS: &[&str] = &[
    "Get-MgUser -All -Property Id,DisplayName,UserPrincipalName,OnPremisesProvisioningErrors,ServiceProvisioningErrors | Resolve-ProxyError",
    "Get-MgGroup -All -Property Id,DisplayName,Mail,OnPremisesProvisioningErrors,ServiceProvisioningErrors | Resolve-ProxyError",
    "Get-MgContact -All -Property Id,DisplayName,Mail,OnPremisesProvisioningErrors,ServiceProvisioningErrors | Resolve-ProxyError",
];

/// The procedure for a mail-enabled public folder that Entra ID alone knows, in its order. `anchor` is the folder's
/// source anchor, where it is known.
pub fn orphaned_folder(steps: &mut Steps, analysis: &Analysis, anchor: Option<&str>) {
    const CONNECT: &str = "Import-Module 'C:\\Program Files\\Microsoft Azure Active Directory Connect\\Tools\\AdSyncTools.psm1'";
    let address = analysis.addresses.first().map(prefixed);
    let value = address.as_deref().unwrap_or("smtp:<address in conflict>");
    let filter = exchange_filter("EmailAddresses", value);
    let id = analysis
        .holder
        .as_ref()
        .and_then(|holder| holder.id.as_deref());
    let folders =
        "Get-ADSyncToolsAadObject -SyncObjectType PublicFolder -Credential (Get-Credential)";
    let find = |steps: &mut Steps| match (id, &address) {
        (Some(id), None) => {
            let anchor = format!("PublicFolder_{id}");
            steps.run(&format!("{folders} | Where-Object CloudAnchor -EQ {{}} | Format-List DisplayName,SourceAnchor,CloudAnchor,ProxyAddresses"), &[&anchor]);
        }
        _ => {
            steps.run(&format!("{folders} | Where-Object ProxyAddresses -Contains {{}} | Format-List DisplayName,SourceAnchor,CloudAnchor,ProxyAddresses"), &[value]);
        }
    };
    if address.is_none() {
        steps.say("The text does not say the address: put it in place of <address in conflict> first. That nobody has the placeholder says nothing.");
    }
    steps
        .say("1. On premises first, in Exchange's own shell: does a mail-enabled public folder have the address?")
        .run("Get-MailPublicFolder -ResultSize Unlimited -Filter {} | Format-List Name,Identity,EmailAddresses", &[&filter])
        .say("   If it does, it is healthy: deleting it in Entra ID makes its mail bounce (550 5.4.1). Keep it and choose another address, or take the address from it:")
        .run("Set-MailPublicFolder -Identity {} -EmailAddressPolicyEnabled $false -EmailAddresses @{remove={}}", &["<folder>", value])
        .say("   Then in Exchange Online: no folder may have it there either. (Entra ID keeps a folder under an id that Exchange Online does not show.)")
        .run("Get-MailPublicFolder -ResultSize Unlimited -Filter {} | Format-List Name,Identity,EmailAddresses", &[&filter])
        .say("2. Synchronise, and wait until it is through:")
        .run(DELTA_SYNC, &[])
        .say("3. On the Entra Connect server, as a Global Administrator without multifactor authentication: which folder in Entra ID still has it?")
        .add([CONNECT.to_owned()]);
    find(steps);
    steps
        .say("4. Only if neither Exchange has the folder, delete it in Entra ID by its SourceAnchor:")
        .run(
            "Remove-ADSyncToolsAadObject -SyncObjectType PublicFolder -SourceAnchor {} -Credential (Get-Credential)",
            &[anchor.unwrap_or("<SourceAnchor of step 3>")],
        )
        .say("5. Check that it is gone; nothing may come out:");
    find(steps);
    steps.say("6. Create the mailbox or add the address at once, before the next synchronisation.");
}

/// The steps for `analysis` without a holder: `looked` says that there is none among the recipients given.
#[must_use]
pub fn generic(analysis: &Analysis, looked: bool) -> Vec<String> {
    let mut steps = Steps::default();
    if analysis.is_conflict() {
        conflict(&mut steps, analysis, looked);
    } else {
        other(&mut steps, analysis);
    }
    steps.finish()
}

/// How to find the one who has the value, by all that the text says of it.
fn find(steps: &mut Steps, analysis: &Analysis) {
    if let Some(holder) = &analysis.holder {
        if let Some(id) = &holder.id {
            steps.say("The object that has it, by its id in Entra ID:");
            show_by_id(steps, holder.object_type, id);
        }
        if let Some(name) = holder.distinguished_name.as_ref().or(holder.name.as_ref()) {
            steps
                .say("The recipient that the text names:")
                .run(&format!("Get-Recipient -Identity {{}} | {SHOW}"), &[name]);
        }
    }
    find_holder(steps, &analysis.addresses);
}

/// What comes before the holder is looked at.
pub fn before_holders(steps: &mut Steps, analysis: &Analysis) {
    let same_person = match analysis.code {
        Code::AttributeValueMustBeUnique => {
            analysis.error_name != Some(Code::AttributeValueMustBeUnique)
        }
        Code::DirectoryObjectConflict => analysis.attribute.as_deref() == Some(IMMUTABLE_ID),
        code => matches!(code, Code::InvalidSoftMatch | Code::InvalidHardMatch),
    };
    if same_person {
        compare_anchors(steps, analysis);
    }
}

/// What comes when the value is free.
pub fn after_holders(steps: &mut Steps, analysis: &Analysis) {
    match analysis.code {
        Code::LicenseAssignmentConflict => {
            steps
                .say("When the address is free, let the licence be assigned again:")
                .run("Invoke-MgLicenseUser -UserId {}", &[USER]);
        }
        Code::DuplicateAttributeQuarantined
        | Code::AttributeValueMustBeUnique
        | Code::InvalidSoftMatch
        | Code::InvalidHardMatch
        | Code::ObjectTypeMismatch => {
            steps
                .say("When only the right one has the value, synchronise:")
                .run(DELTA_SYNC, &[]);
        }
        _ => {}
    }
}

fn conflict(steps: &mut Steps, analysis: &Analysis, looked: bool) {
    match analysis.code {
        Code::OrphanedMailPublicFolder => return orphaned_folder(steps, analysis, None),
        Code::ExchangeGuidInUse => return exchange_guid(steps, analysis),
        Code::UserPrincipalNameInUse => {
            let upn = analysis.addresses.first();
            let filter = upn.map_or_else(
                || format!("(userPrincipalName={USER})"),
                |upn| format!("(userPrincipalName={})", ldap_escaped(&upn.address)),
            );
            steps
                .say("Who has it in the forest; a global catalog knows every domain of it:")
                .run(
                    "Get-ADObject -Server {} -LDAPFilter {} -Properties userPrincipalName",
                    &["<global catalog>:3268", &filter],
                )
                .say("Choose another userPrincipalName, or give that object another one first.");
            return;
        }
        Code::NameInUse => {
            if let Some(name) = analysis.value.as_deref() {
                steps.say("Who has the name, then with deleted recipients:");
                find_recipients(steps, &exchange_filter("Name", name));
            }
            steps.say("Choose another name; the display name can stay.");
            return;
        }
        _ => {}
    }
    before_holders(steps, analysis);
    find(steps, analysis);
    match analysis.code {
        Code::LicenseAssignmentConflict if analysis.addresses.is_empty() => {
            steps.say("The addresses that the user wants:").run(
                "Get-MgUser -UserId {} -Property UserPrincipalName,Mail,ProxyAddresses | Format-List UserPrincipalName,Mail,ProxyAddresses",
                &[USER],
            );
        }
        Code::DuplicateAttributeQuarantined => {
            steps
                .say("Everybody who lost a value, and to whom (add -Recipient):")
                .add(PROVISIONING_ERRORS.iter().map(|line| (*line).to_owned()));
        }
        Code::DirectoryObjectConflict if analysis.attribute.as_deref() == Some(IMMUTABLE_ID) => {}
        Code::DirectoryObjectConflict
            if analysis.addresses.is_empty() && analysis.attribute.as_deref() == Some(UPN) =>
        {
            steps.say("The text does not say which value it is. Which user has the userPrincipalName that was to be set, in Entra ID:");
            find_upn(steps, USER);
            steps
                .say("on premises:")
                .run(
                    "Get-ADObject -LDAPFilter {} -Properties userPrincipalName",
                    &[&format!("(userPrincipalName={USER})")],
                )
                .say("Give that user another userPrincipalName, or choose another one.");
        }
        Code::ProxyAddressInUse | Code::DirectoryObjectConflict
            if analysis.addresses.is_empty() && analysis.holder.is_none() =>
        {
            steps.say("The text does not say which value it is. Who has the address that was to be set, then with deleted recipients:");
            find_recipients(
                steps,
                &exchange_filter("EmailAddresses", "smtp:<address in conflict>"),
            );
            steps
                .say("Or among objects that were fetched already:")
                .run(
                    "Get-ProxyAddress -Path {} -Address {}",
                    &["<files>", "<address in conflict>"],
                )
                .say("Take the address from the object that has it, or choose another one.");
        }
        Code::ProxyAddressInUse | Code::DirectoryObjectConflict => {
            let what = if analysis.attribute.as_deref() == Some(UPN) {
                "Give the object that has it another userPrincipalName, or choose another one."
            } else {
                "Take the address from the object that has it, or choose another one."
            };
            steps.say(&if looked {
                format!("{what} It is not among the recipients given.")
            } else {
                format!("{what} With -Recipient this command finds the holder and says how.")
            });
        }
        _ => {}
    }
    after_holders(steps, analysis);
}

fn other(steps: &mut Steps, analysis: &Analysis) {
    match analysis.code {
        Code::TooManyProxyAddresses => {
            steps
                .say("Which addresses it has; remove those that nobody writes to any more:")
                .run(
                    "Get-Recipient -Identity {} | Select-Object -ExpandProperty EmailAddresses",
                    &["<recipient>"],
                );
        }
        Code::NotAcceptedDomain => {
            steps
                .say("The domains of the organisation, and those that are verified:")
                .run(
                    "Get-AcceptedDomain | Format-Table DomainName,DomainType",
                    &[],
                )
                .run(
                    "Get-MgDomain -All | Format-Table Id,IsVerified,SupportedServices",
                    &[],
                );
        }
        Code::OnPremisesMastered => {
            steps
                .say("Edit the object on premises, with Exchange's own shell there, and synchronise:")
                .run(
                    "Set-RemoteMailbox -Identity {} -EmailAddresses @{add={}}",
                    &["<user>", "smtp:<address>"],
                )
                .run(DELTA_SYNC, &[])
                .say("If its mailbox is being moved, wait until the move is done:")
                .run("Get-MoveRequest -Identity {} | Format-List DisplayName,Status", &["<user>"]);
        }
        Code::ObjectNotFound => {
            let name = analysis
                .addresses
                .first()
                .map(|address| address.value.as_str());
            steps.say("Is it there, perhaps deleted? After a creation wait a few minutes first.");
            show(
                steps,
                name.or(analysis.value.as_deref()).unwrap_or("<object>"),
            );
        }
        Code::FederatedDomainChangeError => {
            steps
                .say("Current versions of Entra Connect make this change. With an older one give the user a name in the initial domain, and synchronise:")
                .run(
                    "Update-MgUser -UserId {} -UserPrincipalName {}",
                    &[USER, "<name>@<initial domain>"],
                )
                .run(DELTA_SYNC, &[]);
        }
        Code::OnPremisesMailbox => {
            steps
                .say("What the attributes on premises say; a mailbox that exists is moved, never cut off by clearing them:")
                .run("Get-ADUser -Identity {} -Properties msExchMailboxGuid,homeMDB,msExchHomeServerName,msExchRecipientTypeDetails,msExchRemoteRecipientType | Format-List", &["<user>"]);
        }
        Code::UsersWithErrors => {
            steps
                .say("Which objects have errors, and which value each lost (add -Recipient to see to whom):")
                .add(PROVISIONING_ERRORS.iter().map(|line| (*line).to_owned()));
        }
        Code::PreparingMailbox => {
            steps
                .say("Why it takes long:")
                .run("Get-MgUser -UserId {} -Property Id,DisplayName,UserPrincipalName,Mail,ProxyAddresses,AssignedLicenses,AssignedPlans,ProvisionedPlans,LicenseAssignmentStates,UsageLocation,OnPremisesSyncEnabled,OnPremisesProvisioningErrors,ServiceProvisioningErrors,CreatedDateTime | Test-MailboxProvisioning", &[USER]);
        }
        _ => find_holder(steps, &analysis.addresses),
    }
}

fn exchange_guid(steps: &mut Steps, analysis: &Analysis) {
    let Some(guid) = analysis
        .value
        .as_deref()
        .filter(|guid| quote(guid).is_some())
    else {
        return;
    };
    let property = match analysis.attribute.as_deref() {
        Some("ArchiveGuid") => "ArchiveGuid",
        _ => "ExchangeGuid",
    };
    let filter = exchange_filter(property, guid);
    steps
        .say("Who has it: mailboxes, mail users, and deleted ones:")
        .run("Get-Mailbox -ResultSize Unlimited -Filter {} | Format-List Name,ExchangeGuid,ArchiveGuid,ExternalDirectoryObjectId", &[&filter])
        .run("Get-MailUser -ResultSize Unlimited -Filter {} | Format-List Name,ExchangeGuid,ArchiveGuid,ExternalDirectoryObjectId", &[&filter])
        .run("Get-Mailbox -SoftDeletedMailbox -ResultSize Unlimited -Filter {} | Format-List Name,ExchangeGuid,ArchiveGuid,WhenSoftDeleted", &[&filter]);
}
