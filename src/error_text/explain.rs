//! What an error means, in a sentence or two, with what the text names put in.

use std::fmt::Write as _;

use super::Analysis;
use super::codes::Code;

/// The sentences for `analysis`.
#[must_use]
pub fn explain(analysis: &Analysis) -> String {
    let mut text = meaning(analysis);
    let holder = analysis.holder.as_ref();
    if let Some(holder) = holder.filter(|_| analysis.is_conflict()) {
        let kind = holder.object_type.map_or("object", type_word);
        let name = holder.name.as_deref().or(holder.id.as_deref());
        // Writing to memory cannot fail.
        let _ = match (name, holder.object_type) {
            (Some(name), _) => {
                write!(
                    text,
                    " The text names the {kind} \"{name}\" as the one that has it."
                )
            }
            (None, Some(_)) => write!(text, " The text says that a {kind} has it."),
            (None, None) => Ok(()),
        };
    }
    if !analysis.also.is_empty() {
        let names: Vec<&str> = analysis.also.iter().map(|code| code.name()).collect();
        let names = names.join(", ");
        let _ = write!(
            text,
            " The text holds more than one error; the others are: {names}."
        );
    }
    if names_half_a_character(analysis) {
        text.push_str(" A part of a character was lost before the text came here and stands as \u{fffd}: by a name or an address that has it nothing is found.");
    }
    text
}

/// Whether what is looked for by its spelling is not spelled as it was. Elsewhere in the text it matters to nobody.
fn names_half_a_character(analysis: &Analysis) -> bool {
    let holder = analysis.holder.as_ref();
    let names =
        holder.and_then(|holder| holder.distinguished_name.as_ref().or(holder.name.as_ref()));
    let addresses = analysis.addresses.iter().map(|address| &address.value);
    addresses
        .chain(names)
        .chain(&analysis.value)
        .any(|text| text.contains('\u{fffd}'))
}

fn type_word(object_type: &str) -> &str {
    match object_type {
        "User" => "user",
        "Group" => "group",
        "Contact" => "contact",
        "PublicFolder" => "mail-enabled public folder",
        "DistributionGroup" => "distribution group",
        "MailEnabledSecurityGroup" => "mail-enabled security group",
        "Microsoft365Group" => "Microsoft 365 group",
        "Mailbox" => "mailbox",
        "SharedMailbox" => "shared mailbox",
        other => other,
    }
}

/// The value in conflict in words: the first address and how many more, else the attribute.
fn subject(analysis: &Analysis) -> String {
    let attribute = analysis
        .attribute
        .as_deref()
        .unwrap_or("one of its attributes");
    match (&analysis.addresses[..], &analysis.value) {
        ([only], _) => format!("\"{}\"", only.value),
        ([first, rest @ ..], _) => format!("\"{}\" and {} more", first.value, rest.len()),
        ([], Some(value)) => format!("\"{value}\""),
        ([], None) => format!("the value of {attribute}"),
    }
}

fn meaning(analysis: &Analysis) -> String {
    let subject = subject(analysis);
    match analysis.code {
        Code::ProxyAddressInUse => format!(
            "Exchange refuses {subject}: another recipient has it among its proxy addresses, or as its legacy distinguished name. A deleted recipient that can still be restored may hold it too."
        ),
        Code::NameInUse => {
            format!("Another object has the name {subject}. A name can be used once; proxy addresses are not involved.")
        }
        Code::AliasInUse => {
            let alias = analysis.value.as_ref().map_or_else(
                || "the same alias".to_owned(),
                |alias| format!("the alias \"{alias}\""),
            );
            format!("Another object has {alias}; the directories call it mailNickname. It is not a proxy address, but addresses are built from it.")
        }
        Code::UserPrincipalNameInUse if !analysis.addresses.is_empty() => format!(
            "Another object has {subject} as its userPrincipalName already. Two users never have the same one; proxy addresses are not involved."
        ),
        Code::UserPrincipalNameInUse => format!(
            "Active Directory refuses {subject}: another object of the forest, perhaps in another domain, has it as its userPrincipalName. Proxy addresses are not involved."
        ),
        Code::DirectoryObjectConflict => format!(
            "Entra ID refuses {subject}: another object of the directory has it. That object need not be visible in Exchange Online."
        ),
        Code::OrphanedMailPublicFolder => format!(
            "Entra ID refuses {subject}: a mail-enabled public folder has it there. If neither Exchange Online nor Exchange on premises has a folder with that address, it is a leftover that only Entra ID knows; a healthy folder is in Entra ID as well, so check before anything is deleted."
        ),
        Code::DuplicateAttributeQuarantined => format!(
            "The object was synchronized, but without {subject}: another object had the value first, so Entra ID keeps it in quarantine.{} It comes back by itself within about an hour once the value is free.",
            analysis.replacement.as_deref().map_or(String::new(), |new| format!(" Until then the object has \"{new}\"."))
        ),
        Code::AttributeValueMustBeUnique => format!(
            "The object was not synchronized: {subject} {} to another object already. That can be somebody else, or the same person under another source anchor.",
            if analysis.addresses.len() > 1 { "belong" } else { "belongs" }
        ),
        Code::LicenseAssignmentConflict => "The license was not assigned: the mailbox that it would create needs a proxy address that another recipient has. Until it is free the user looks unlicensed.".to_owned(),
        Code::TooManyProxyAddresses => format!(
            "The recipient would have {} proxy addresses; {} are permitted. No other object is involved.",
            analysis.value.as_deref().unwrap_or("too many"),
            analysis.limit.as_deref().unwrap_or("fewer")
        ),
        Code::ExchangeGuidInUse => format!(
            "Another recipient has {subject} as its {}. Each mailbox has its own; a second object with it is usually a leftover of a migration or of a deleted mailbox.",
            analysis.attribute.as_deref().unwrap_or("mailbox GUID")
        ),
        Code::NotAcceptedDomain => "The domain of the address is none of the organization's accepted domains: it is misspelled, not verified yet, or was removed.".to_owned(),
        Code::OnPremisesMastered => "This is not a conflict. The object is synchronized from on premises, so its addresses are edited there; or its mailbox is being moved.".to_owned(),
        Code::ObjectNotFound if analysis.attribute.as_deref() == Some("userPrincipalName") => "This is not a conflict. Entra ID did not update the object, because it found no user by its sign-in name: the domain of the name is not verified, the name is not valid, or the user is gone.".to_owned(),
        Code::ObjectNotFound => format!(
            "This is not a conflict. The command found no object {subject}: it is misspelled, deleted, or so new that the directory servers do not all know it yet."
        ),
        Code::RecipientNotUnique => format!(
            "This is not an address conflict. Several recipients go by {subject}, so the command cannot tell which one is meant."
        ),
        Code::InvalidSoftMatch => format!(
            "The object meets another one by {subject}, but that one has a source anchor of its own, so Entra ID does not join them. It can be the same person under a new anchor; then removing the address would be wrong."
        ),
        Code::InvalidHardMatch => "The source anchor of the object is that of an object in Entra ID which it must not take over: one of a privileged user, one that belongs to another on-premises object, or any where the tenant blocks takeovers.".to_owned(),
        Code::ObjectTypeMismatch => format!(
            "The object meets another one by {subject}, but the two are of different types, a user and a group for example."
        ),
        Code::AttributeUpdateNotAllowed => "The object was not synchronized: by its source anchor it meets an account in Entra ID that belongs to another on-premises object already, and that must not be changed.".to_owned(),
        Code::ExistingAdminRoleConflict => "The object was not synchronized: an account with an admin role has its userPrincipalName, and such an account is never matched with an on-premises user.".to_owned(),
        Code::IdentityDataValidationFailed | Code::DataValidationFailed => format!(
            "This is not a conflict. Entra ID rejects the value of {}: it has unsupported characters or the wrong format.{}",
            analysis.attribute.as_deref().unwrap_or("an attribute, mostly userPrincipalName"),
            if analysis.code == Code::DataValidationFailed { " Where a hard match was tried, the account belongs to another on-premises object." } else { "" }
        ),
        Code::LargeObject => "This is not a conflict. The object is larger than Entra ID accepts: too many certificates (15 at most), too large a photo, or too many proxy addresses. Until it is smaller, none of its changes are synchronized.".to_owned(),
        Code::ExceededAllowedLength => "This is not a conflict. A value of the object is longer, or an attribute has more values, than Entra ID accepts. Until that is fixed, the object is not synchronized.".to_owned(),
        Code::DeletingCloudOnlyObjectNotAllowed => "This is not a conflict. Entra Connect tried to delete an object that is managed in the cloud, or that Entra ID no longer treats as synchronized.".to_owned(),
        Code::PasswordAccessViolation => "This is not a conflict. Entra Connect tried to change the password of a user that is managed in the cloud, and that is not allowed.".to_owned(),
        Code::FederatedDomainChangeError => "This is not a conflict. On premises the suffix of the user's userPrincipalName was changed from one federated domain to another, and Entra ID did not take the change over.".to_owned(),
        Code::OnPremisesMailbox => "This is not a conflict. The user's mailbox is on premises, as far as the synchronized attributes say, so none is created in the cloud.".to_owned(),
        Code::UsersWithErrors => "Some users have errors of synchronization or provisioning. The admin center shows users only; groups and contacts can have such errors too.".to_owned(),
        Code::PreparingMailbox => "The mailbox is not there yet. That is normal for a while after a license was assigned; when it stays so, a proxy address that is in use is the commonest cause.".to_owned(),
        Code::Unknown if analysis.addresses.is_empty() => {
            "The text fits none of the known errors, and no address is in it.".to_owned()
        }
        Code::Unknown => "The text fits none of the known errors. The addresses in it are listed.".to_owned(),
    }
}
