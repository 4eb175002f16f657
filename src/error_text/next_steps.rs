//! What to run next, where nothing but the text is known. Each line is one command or a comment, and safe to paste:
//! values from the text stand in quotes ([`command`]) or not at all.

use super::Analysis;
use super::codes::Code;
use super::look_up::{
    compare_anchors, exchange_filter, find, find_account, find_addresses, find_in_forest,
    find_name, find_nickname, find_unnamed, show,
};
use super::public_folder::orphaned_folder;
use super::typed::Typed;
use crate::conflict::remediation::{DELTA_SYNC, command, quote};
use crate::fetch;

/// Attributes that are no address, or are looked for in another way than one.
pub(super) const UPN: &str = "userPrincipalName";
pub(super) const NICKNAME: &str = "mailNickname";
pub(super) const IMMUTABLE_ID: &str = "onPremisesImmutableId";
pub(super) const SID: &str = "onPremisesSecurityIdentifier";

/// Stands for what the text does not say.
pub(super) const USER: &str = "<user principal name>";

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
        self.run_with(template, values, "")
    }

    /// The same with a comment behind it.
    pub fn run_with(&mut self, template: &str, values: &[&str], label: &str) -> &mut Self {
        self.0
            .extend(command(template, values).map(|line| line + label));
        self
    }

    /// Adds lines that are made already.
    pub fn add(&mut self, lines: impl IntoIterator<Item = String>) -> &mut Self {
        self.0.extend(lines);
        self
    }

    /// Whether the command is among the lines.
    #[must_use]
    pub fn holds(&self, template: &str, values: &[&str]) -> bool {
        command(template, values).is_some_and(|line| self.0.contains(&line))
    }

    /// The lines.
    #[must_use]
    pub fn finish(self) -> Vec<String> {
        self.0
    }
}

/// Everybody who lost a value, or has another error.
fn list_errors(steps: &mut Steps) {
    for line in [fetch::USERS, fetch::GROUPS, fetch::CONTACTS] {
        steps.run(&format!("{line} | Resolve-ProxyError"), &[]);
    }
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

/// What comes before the holder is looked at.
pub fn before_holders(steps: &mut Steps, analysis: &Analysis) {
    if let Some(typed) = &analysis.typed {
        create_anew(steps, analysis, typed);
    }
    let same_person = match analysis.code {
        Code::AttributeValueMustBeUnique => {
            analysis.error_name != Some(Code::AttributeValueMustBeUnique)
        }
        Code::DirectoryObjectConflict => analysis.attribute.as_deref() == Some(IMMUTABLE_ID),
        code => matches!(
            code,
            Code::InvalidSoftMatch | Code::InvalidHardMatch | Code::AttributeUpdateNotAllowed
        ),
    };
    if same_person {
        compare_anchors(steps, analysis);
    }
    match analysis.code {
        Code::InvalidHardMatch => {
            steps
                .say("A hard match is refused when the account has a privileged role or is eligible for one, when it belongs to another on-premises object, or when the tenant blocks takeovers. This shows the last:")
                .run("Get-MgDirectoryOnPremiseSynchronization | Select-Object -ExpandProperty Features | Format-List BlockCloudObjectTakeoverThroughHardMatchEnabled", &[])
                .say("If the two are the same person, remove the role or allow takeovers until the match is done, and then restore it.");
        }
        Code::AttributeUpdateNotAllowed => {
            steps.say("The account in Entra ID already belongs to another on-premises object (onPremisesObjectIdentifier). Only if it is the same person, clear that value and synchronize.");
        }
        Code::ExistingAdminRoleConflict => {
            steps.say("An account with an admin role is not matched. If the two are the same person, remove the roles, permanently delete the quarantined object, synchronize, and assign the roles again.");
        }
        _ => {}
    }
}

/// Exchange made the address in conflict of the name or the alias: its holder keeps it.
fn create_anew(steps: &mut Steps, analysis: &Analysis, typed: &Typed) {
    let refused = analysis.addresses.first();
    let refused = refused.map_or("", |address| address.value.as_str());
    steps
        .say_with(
            "{} is not the address that was asked for ({}). Exchange builds an address from the name or alias and the default domain. Leave it where it is, and create the object with another name and alias:",
            &[refused, &typed.address],
        )
        .run(
            typed.creation.line,
            &[
                "<another name>",
                "<another alias>",
                &typed.address,
                typed.creation.further,
            ],
        );
}

/// What comes when the value is free.
pub fn after_holders(steps: &mut Steps, analysis: &Analysis) {
    match analysis.code {
        Code::LicenseAssignmentConflict => {
            steps
                .say("When the address is free, reprocess the licenses that groups assign:")
                .run("Invoke-MgLicenseUser -UserId {}", &[USER])
                .say("A license that was assigned to the user directly has to be assigned again.");
        }
        Code::DuplicateAttributeQuarantined => {
            steps
                .say("Once no other object has the value in Entra ID, it comes back by itself within about an hour. Changes on premises have to be synchronized first.")
                .run(DELTA_SYNC, &[]);
        }
        Code::AttributeValueMustBeUnique
        | Code::InvalidSoftMatch
        | Code::InvalidHardMatch
        | Code::AttributeUpdateNotAllowed
        | Code::ExistingAdminRoleConflict
        | Code::ObjectTypeMismatch => {
            steps
                .say("When only the right one has the value, synchronize:")
                .run(DELTA_SYNC, &[]);
        }
        _ => {}
    }
}

fn conflict(steps: &mut Steps, analysis: &Analysis, looked: bool) {
    match analysis.code {
        Code::OrphanedMailPublicFolder => return orphaned_folder(steps, analysis, None),
        Code::ExchangeGuidInUse => return exchange_guid(steps, analysis),
        Code::UserPrincipalNameInUse => return user_principal_name(steps, analysis),
        Code::NameInUse => {
            if let Some(name) = analysis.value.as_deref() {
                find_name(steps, name);
            }
            steps.say("Choose another name; the display name can stay.");
            return;
        }
        Code::AliasInUse => {
            match analysis.value.as_deref() {
                Some(alias) => find_nickname(steps, alias),
                None => find_unnamed(steps, Some(NICKNAME)),
            }
            steps.say("Choose another alias, or give the object that has it another one.");
            return;
        }
        _ => {}
    }
    before_holders(steps, analysis);
    find(steps, analysis);
    let attribute = analysis.attribute.as_deref();
    let unnamed = analysis.addresses.is_empty() && analysis.value.is_none();
    match analysis.code {
        Code::LicenseAssignmentConflict if analysis.addresses.is_empty() => {
            steps
                .say("The addresses that the user wants:")
                .run(fetch::USER_SHOWN, &[USER]);
        }
        Code::DuplicateAttributeQuarantined => {
            steps.say("Everybody who lost a value, and to whom (add -Recipient):");
            list_errors(steps);
        }
        Code::DirectoryObjectConflict if attribute == Some(IMMUTABLE_ID) => {}
        Code::ProxyAddressInUse | Code::DirectoryObjectConflict
            if unnamed && analysis.holder.is_none() =>
        {
            find_unnamed(steps, attribute);
            steps.say(give_up_or_choose(attribute));
        }
        Code::ProxyAddressInUse if analysis.typed.is_some() => {}
        Code::ProxyAddressInUse | Code::DirectoryObjectConflict => {
            let what = give_up_or_choose(attribute);
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

fn give_up_or_choose(attribute: Option<&str>) -> &'static str {
    match attribute {
        Some(UPN) => {
            "Give the object that has it another userPrincipalName, or choose another one."
        }
        _ => "Take the address from the object that has it, or choose another one.",
    }
}

fn user_principal_name(steps: &mut Steps, analysis: &Analysis) {
    let address = analysis.addresses.first();
    let name = address.map(|address| address.address.as_str());
    match name.or(analysis.value.as_deref()) {
        Some(name) => find_account(steps, name),
        // Active Directory refuses it, and never says the value.
        None => find_in_forest(steps, &format!("(userPrincipalName={USER})")),
    }
    steps.say("Choose another userPrincipalName, or give that object another one first.");
}

/// Errors of synchronization that are no conflict; `false` for any other.
fn synchronization(steps: &mut Steps, analysis: &Analysis) -> bool {
    match analysis.code {
        Code::LargeObject | Code::ExceededAllowedLength => {
            steps
                .say("What the large attributes hold on premises; expired certificates and unused addresses are the usual cause:")
                .run("Get-ADObject -Identity {} -Server {} -Properties * | Format-List userCertificate,userSMIMECertificate,thumbnailPhoto,proxyAddresses", &["<distinguished name>", "<domain>"])
                .say("Remove what is not needed there, and synchronize:")
                .run(DELTA_SYNC, &[]);
        }
        Code::IdentityDataValidationFailed | Code::DataValidationFailed => {
            steps
                .say("What it is on premises, and the domains that are verified: the userPrincipalName needs one @, a verified domain behind it, and none but the supported characters.");
            find_in_forest(steps, &format!("(userPrincipalName={USER})"));
            steps
                .run(
                    "Get-MgDomain -All | Format-Table Id,IsVerified,SupportedServices",
                    &[],
                )
                .say("Test-ProxyAddress finds such names among all users of Active Directory:")
                .run(
                    &format!("{} | Test-ProxyAddress", fetch::DIRECTORY_USERS),
                    &[],
                );
        }
        Code::DeletingCloudOnlyObjectNotAllowed => {
            steps
                .say("Which object it is, and whether it is managed in the cloud (onPremisesSyncEnabled is empty):")
                .run(fetch::USER_SHOWN, &[USER])
                .say("Delete it in the cloud if it should go; a user can be restored for 30 days. Then synchronize, so that Entra Connect imports the deletion.")
                .run(DELTA_SYNC, &[]);
        }
        Code::PasswordAccessViolation => {
            steps
                .say("Which object it is; if it is managed in the cloud (onPremisesSyncEnabled is empty), change its password there:")
                .run(fetch::USER_SHOWN, &[USER]);
        }
        Code::FederatedDomainChangeError => {
            steps
                .say("Current versions of Entra Connect make this change. With an older one give the user a name in the initial domain, and synchronize:")
                .run(
                    "Update-MgUser -UserId {} -UserPrincipalName {}",
                    &[USER, "<name>@<initial domain>"],
                )
                .run(DELTA_SYNC, &[]);
        }
        Code::ObjectNotFound if analysis.attribute.as_deref() == Some(UPN) => {
            steps
                .say("Which userPrincipalName it has on premises, and which domains are verified:");
            find_in_forest(steps, &format!("(userPrincipalName={USER})"));
            steps.run(
                "Get-MgDomain -All | Format-Table Id,IsVerified,SupportedServices",
                &[],
            );
        }
        _ => return false,
    }
    true
}

fn other(steps: &mut Steps, analysis: &Analysis) {
    if synchronization(steps, analysis) {
        return;
    }
    let value = analysis
        .addresses
        .first()
        .map(|address| address.value.as_str())
        .or(analysis.value.as_deref());
    match analysis.code {
        Code::TooManyProxyAddresses => {
            steps
                .say("Which addresses it has; remove those that are no longer used:")
                .run(
                    "Get-Recipient -Identity {} | Select-Object -ExpandProperty EmailAddresses",
                    &["<recipient>"],
                );
        }
        Code::RecipientNotUnique => {
            let name = value.unwrap_or("<name>");
            steps
                .say("Which recipients go by that name; use the Guid or ExternalDirectoryObjectId of the right one instead:")
                .run(
                    "Get-Recipient -ResultSize Unlimited -Anr {} | Format-List Name,Alias,RecipientTypeDetails,Guid,ExternalDirectoryObjectId,PrimarySmtpAddress",
                    &[name],
                );
        }
        Code::NotAcceptedDomain => {
            steps
                .say("The domains of the organization, and those that are verified:")
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
                .say("Edit the object on premises, in the Exchange Management Shell, and synchronize:")
                .run(
                    "Set-RemoteMailbox -Identity {} -EmailAddresses @{add={}}",
                    &["<user>", "smtp:<address>"],
                )
                .run(DELTA_SYNC, &[])
                .say("If its mailbox is being moved, wait until the move is done. In Exchange Online PowerShell:")
                .run("Get-MoveRequest -Identity {} | Format-List DisplayName,Status", &["<user>"]);
        }
        Code::ObjectNotFound => {
            steps.say("Is it there, perhaps deleted? After a creation wait a few minutes first.");
            show(steps, value.unwrap_or("<object>"));
        }
        Code::OnPremisesMailbox => {
            steps
                .say("What the attributes on premises say; a mailbox that exists is moved, never cut off by clearing them:")
                .run(fetch::DIRECTORY_USER, &["<user>"]);
        }
        Code::UsersWithErrors => {
            steps.say("Which objects have errors, and which value each lost (add -Recipient to see to whom):");
            list_errors(steps);
        }
        Code::PreparingMailbox => {
            steps.say("Why it takes long:").run(
                &format!("{} | Test-MailboxProvisioning", fetch::USER),
                &[USER],
            );
        }
        _ => find_addresses(steps, &analysis.addresses),
    }
}

fn exchange_guid(steps: &mut Steps, analysis: &Analysis) {
    const SHOWN: &str = "Format-List Name,RecipientTypeDetails,ExchangeGuid,ArchiveGuid,Guid,ExternalDirectoryObjectId";
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
    steps.say("Who has it: mailboxes and mail users, then deleted ones:");
    for command in [
        "Get-Mailbox",
        "Get-MailUser",
        "Get-Mailbox -SoftDeletedMailbox",
        "Get-MailUser -SoftDeletedMailUser",
    ] {
        steps.run(
            &format!("{command} -ResultSize Unlimited -Filter {{}} | {SHOWN}"),
            &[&filter],
        );
    }
}
