mod steps;
mod synchronization;
mod values;

use super::*;
use crate::address::AddressType;

const GUID: &str = "7505ed65-e7f5-4dca-9f78-2617a247f047";

/// Code, addresses as `Type bare primary`, and name, type and id of the holder.
fn short(text: &str) -> (Code, Vec<String>, Option<String>) {
    let analysis = analyse(text);
    let addresses = analysis.addresses.iter().map(|found| {
        let primary = if found.is_primary { " primary" } else { "" };
        format!("{} {}{primary}", found.kind.name(), found.address)
    });
    let holder = analysis.holder.as_ref().map(|holder| {
        let parts = [
            holder.name.as_deref(),
            holder.object_type,
            holder.id.as_deref(),
        ];
        parts.map(|part| part.unwrap_or("-")).join("|")
    });
    (analysis.code, addresses.collect(), holder)
}

fn check(text: &str, code: Code, addresses: &[&str], holder: Option<&str>) {
    let (came, found, who) = short(text);
    assert_eq!(came, code, "{text}");
    assert_eq!(found, addresses, "{text}");
    assert_eq!(who.as_deref(), holder, "{text}");
}

/// Every sample of the documents, with values in place of the placeholders, or with them.
#[expect(clippy::too_many_lines, reason = "a table")]
fn samples() -> Vec<(String, Code, Vec<&'static str>, Option<String>)> {
    let rows: &[(&str, Code, &[&str], Option<&str>)] = &[
        (
            "The proxy address \"SMTP:user@contoso.com\" is already being used by \"EURPR05A001.prod.outlook.com/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/Sales Team\". Choose another proxy address.",
            Code::ProxyAddressInUse,
            &["SMTP user@contoso.com primary"],
            Some("Sales Team|-|-"),
        ),
        (
            "The proxy address \"SMTP:<user>@contoso.com\" is already being used by \"<domain>.prod.outlook.com/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/<forest>\".\nChoose another proxy address.",
            Code::ProxyAddressInUse,
            &["SMTP <user>@contoso.com primary"],
            Some("<forest>|-|-"),
        ),
        (
            "The proxy address \"smtp:<name>\" is already being used by the proxy addresses or LegacyExchangeDN of \"<name>\". Please choose another proxy address",
            Code::ProxyAddressInUse,
            &["SMTP <name>"],
            Some("<name>|-|-"),
        ),
        (
            "The proxy address \"X500:/O=BAT2/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=E1DB2A\" is already being used by the proxy addresses or LegacyExchangeDN of \"HR\".",
            Code::ProxyAddressInUse,
            &[
                "X500 /O=BAT2/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=E1DB2A primary",
            ],
            Some("HR|-|-"),
        ),
        (
            "The proxy address \"SMTP:user@example.com\" is already being used by the proxy addresses or LegacyExchangeDN. Please choose another proxy address.",
            Code::ProxyAddressInUse,
            &["SMTP user@example.com primary"],
            None,
        ),
        (
            "The proxy address is already being used by the proxy addresses or LegacyExchangeDN.",
            Code::ProxyAddressInUse,
            &[],
            None,
        ),
        (
            "This email address is already being used as an alias for the contact Dr. Jane Doe.",
            Code::ProxyAddressInUse,
            &[],
            Some("Dr. Jane Doe|Contact|-"),
        ),
        (
            "This email address is already being used as an alias for the distribution list All Staff.",
            Code::ProxyAddressInUse,
            &[],
            Some("All Staff|DistributionGroup|-"),
        ),
        (
            "This email address is already being used as an alias for the group Sales. Choose another one.",
            Code::ProxyAddressInUse,
            &[],
            Some("Sales|Group|-"),
        ),
        (
            "This email address is already being used as an alias for the mail-enabled security group Admins.",
            Code::ProxyAddressInUse,
            &[],
            Some("Admins|MailEnabledSecurityGroup|-"),
        ),
        (
            "This email address is already being used as an alias for the shared mailbox Info.",
            Code::ProxyAddressInUse,
            &[],
            Some("Info|SharedMailbox|-"),
        ),
        (
            "This email address is already being used as an alias for the user John.",
            Code::ProxyAddressInUse,
            &[],
            Some("John|User|-"),
        ),
        (
            "A user with this name already exists. Use a different name.",
            Code::NameInUse,
            &[],
            None,
        ),
        (
            "The name \"Sales\" is already being used. Please try another name",
            Code::NameInUse,
            &[],
            None,
        ),
        (
            "An Azure Active Directory call was made to keep object in sync between Azure Active Directory and Exchange Online. However, it failed. Detailed error message: Another object with the same value for property proxyAddresses already exists. ConflictingObject: PublicFolder_7505ed65-e7f5-4dca-9f78-2617a247f047",
            Code::OrphanedMailPublicFolder,
            &[],
            Some("-|PublicFolder|7505ed65-e7f5-4dca-9f78-2617a247f047"),
        ),
        (
            "A Microsoft Entra ID call was made to keep object in sync between Microsoft Entra ID and Exchange Online. However, it failed. Detailed error message: Another object with the same value for property proxyAddresses already exists. ConflictingObject: PublicFolder_<GUID>.",
            Code::OrphanedMailPublicFolder,
            &[],
            Some("-|PublicFolder|-"),
        ),
        (
            "A Microsoft Entra ID call was made to keep object in sync between Microsoft Entra ID and Exchange Online. However, it failed. Detailed error message: Another object with the same value for property proxyAddresses already exists. ConflictingObject: Group_7505ed65-e7f5-4dca-9f78-2617a247f047",
            Code::DirectoryObjectConflict,
            &[],
            Some("-|Group|7505ed65-e7f5-4dca-9f78-2617a247f047"),
        ),
        (
            "An Azure Active Directory call was made to keep object in sync between Azure Active Directory and Exchange Online. However, it failed. Detailed error message: The value specified for property EmailAddresses is incorrect. Reason: ObjectConflict with:Contact_7505ed65-e7f5-4dca-9f78-2617a247f047 RequestId : 51e083b6-3fe0-4b4a-b26d-b28198ff662a The issue may be transient and please retry a couple of minutes later.",
            Code::DirectoryObjectConflict,
            &[],
            Some("-|Contact|7505ed65-e7f5-4dca-9f78-2617a247f047"),
        ),
        (
            "Another object with the same value for property proxyAddresses already exists.",
            Code::DirectoryObjectConflict,
            &[],
            None,
        ),
        (
            "Another object with the same value for property userPrincipalName already exists.",
            Code::DirectoryObjectConflict,
            &[],
            None,
        ),
        (
            "Another object with the same value for property onPremisesImmutableId already exists.",
            Code::DirectoryObjectConflict,
            &[],
            None,
        ),
        (
            "{\"error\":{\"code\":\"Request_BadRequest\",\"message\":\"Another object with the same value for property proxyAddresses already exists.\",\"details\":[{\"code\":\"ObjectConflict\",\"message\":\"Another object with the same value for property proxyAddresses already exists.\",\"target\":\"User_7505ed65-e7f5-4dca-9f78-2617a247f047\"}],\"innerError\":{\"date\":\"2026-11-20T10:00:00\",\"request-id\":\"51e083b6-3fe0-4b4a-b26d-b28198ff662a\"}}}",
            Code::DirectoryObjectConflict,
            &[],
            Some("-|User|7505ed65-e7f5-4dca-9f78-2617a247f047"),
        ),
        (
            "New-MgUser_CreateExpanded: {\"error\":{\"message\":\"Another object with the same value for property proxyAddresses already exists.\",\"details\":[{\"code\":\"ObjectConflict\",\"target\":\"User_7505ed65-e7f5-4dca-9f78-2617a247f047\"}]}}",
            Code::DirectoryObjectConflict,
            &[],
            Some("-|User|7505ed65-e7f5-4dca-9f78-2617a247f047"),
        ),
        (
            "A conflicting object with one or more of the specified property values is present in the directory.",
            Code::DirectoryObjectConflict,
            &[],
            None,
        ),
        (
            "Uniqueness violation. Property: ProxyAddresses.",
            Code::DirectoryObjectConflict,
            &[],
            None,
        ),
        (
            "This object has been updated in your Microsoft Entra ID, but with some modified properties, because the following attributes are associated with another object [ProxyAddresses SMTP:`john@contoso.com`;].",
            Code::DuplicateAttributeQuarantined,
            &["SMTP john@contoso.com primary"],
            None,
        ),
        (
            "We detected a duplicate Proxy address conflict on the value SMTP:john@contoso.com. All attribute values need to be unique across objects. To resolve this conflict, first determine which object should be using the conflicting value.",
            Code::DuplicateAttributeQuarantined,
            &["SMTP john@contoso.com primary"],
            None,
        ),
        (
            "This User has been synced to your Microsoft Entra ID, but we had to modify the UserPrincipalName property from `john@contoso.com` to `john1234@contoso.onmicrosoft`.com because an existing user, John, has it.",
            Code::DuplicateAttributeQuarantined,
            &["SMTP john@contoso.com"],
            None,
        ),
        (
            "Unable to update this object because the following attributes associated with this object have values that may already be associated with another object in your local directory services: [ProxyAddresses SMTP:john@contoso.com;]. Correct or remove the duplicate values in your local directory.",
            Code::AttributeValueMustBeUnique,
            &["SMTP john@contoso.com primary"],
            None,
        ),
        (
            "Unable to update this object because the following attributes associated with this object have values that may already be associated with another object in your local directory services. [UserPrincipalName john@contoso.com;ProxyAddresses SMTP:john@contoso.com;smtp:j@contoso.com;X400:c=us;a= ;p=o;s=j;;Mail jo@contoso.com]",
            Code::AttributeValueMustBeUnique,
            &[
                "SMTP john@contoso.com",
                "SMTP john@contoso.com primary",
                "SMTP j@contoso.com",
                "X400 c=us;a= ;p=o;s=j primary",
                "SMTP jo@contoso.com",
            ],
            None,
        ),
        (
            "A synchronized object with the same proxy address already exists in your Microsoft Online Services directory.",
            Code::AttributeValueMustBeUnique,
            &[],
            None,
        ),
        (
            "[{\"Key\":\"ObjectId\",\"Value\":[\"677e2ead-14e8-4e18-9b25-49d5c75472f1\"]},{\"Key\":\"ObjectIdInConflict\",\"Value\":[\"7505ed65-e7f5-4dca-9f78-2617a247f047\"]},{\"Key\":\"AttributeConflictName\",\"Value\":[\"SipProxyAddress\"]},{\"Key\":\"AttributeConflictValues\",\"Value\":[\"user@domain.com\"]}]",
            Code::AttributeValueMustBeUnique,
            &["SIP user@domain.com"],
            Some("-|-|7505ed65-e7f5-4dca-9f78-2617a247f047"),
        ),
        (
            "Proxy address is already being used",
            Code::LicenseAssignmentConflict,
            &[],
            None,
        ),
        (
            "Error: Non-unique proxy address in Exchange Online.",
            Code::LicenseAssignmentConflict,
            &[],
            None,
        ),
        (
            "There are too many proxy addresses: 312, and maximum supported number of recipient proxy addresses is 300",
            Code::TooManyProxyAddresses,
            &[],
            None,
        ),
        (
            "The operation would result in the user having 334 proxy addresses. The maximum number of proxy addresses permitted is 333.",
            Code::TooManyProxyAddresses,
            &[],
            None,
        ),
        (
            "A Microsoft Entra ID call was made to keep object in sync between Microsoft Entra ID and Exchange Online. However, it failed. Detailed error message: The update results in the group having 1,001 proxy addresses. The maximum number of proxy addresses permitted is 400. RequestId : 51e083b6-3fe0-4b4a-b26d-b28198ff662a",
            Code::TooManyProxyAddresses,
            &[],
            None,
        ),
        (
            "This email address is already being used as an alias for user Ann Lee.",
            Code::ProxyAddressInUse,
            &[],
            Some("Ann Lee|User|-"),
        ),
        (
            "The alias \"sales\" is already being used by another recipient. Please try another alias.",
            Code::AliasInUse,
            &[],
            None,
        ),
        (
            "The value \"sales\" of property \"Alias\" is used by another recipient object. Please specify a unique value.",
            Code::AliasInUse,
            &[],
            None,
        ),
        (
            "Another object with the same value for property mailNickname already exists.",
            Code::AliasInUse,
            &[],
            None,
        ),
        (
            "The value \"ann@contoso.com\" of property \"UserPrincipalName\" is used by another recipient object. Please specify a unique value.",
            Code::UserPrincipalNameInUse,
            &["SMTP ann@contoso.com"],
            None,
        ),
        (
            "The operation couldn't be performed because 'sales' matches multiple entries.",
            Code::RecipientNotUnique,
            &[],
            None,
        ),
        (
            "Unable to update this object because the following attributes associated with this object have values that may already be associated with another object in your local directory services: [ProxyAddresses SMTP:a@contoso.com,smtp:b@contoso.com,Mail a@contoso.com;]. Correct or remove the duplicate values in your local directory.",
            Code::AttributeValueMustBeUnique,
            &[
                "SMTP a@contoso.com primary",
                "SMTP b@contoso.com",
                "SMTP a@contoso.com",
            ],
            None,
        ),
        (
            "The value \"7505ed65-e7f5-4dca-9f78-2617a247f047\" of property \"ExchangeGuid\" is used by another recipient object. Please specify a unique value.",
            Code::ExchangeGuidInUse,
            &[],
            None,
        ),
        (
            "The value \"7505ed65-e7f5-4dca-9f78-2617a247f047\" of property \"ArchiveGuid\" is used by another recipient object. Please specify a unique value.",
            Code::ExchangeGuidInUse,
            &[],
            None,
        ),
        (
            "You can't use the domain because it's not an accepted domain for your organization.",
            Code::NotAcceptedDomain,
            &[],
            None,
        ),
        (
            "Error executing request. An Azure Active Directory call was made to keep object in sync between Azure Active Directory and Exchange Online. However, it failed. Detailed error message: Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration. DualWrite (Graph) RequestId: 51e083b6-3fe0-4b4a-b26d-b28198ff662a",
            Code::OnPremisesMastered,
            &[],
            None,
        ),
        (
            "The operation couldn't be performed because object 'john@contoso.com' couldn't be found on 'LO2P265A001.PROD.OUTLOOK.COM'.",
            Code::ObjectNotFound,
            &["SMTP john@contoso.com"],
            None,
        ),
        (
            "Error Name: InvalidSoftMatch",
            Code::InvalidSoftMatch,
            &[],
            None,
        ),
        (
            "Error Name: InvalidHardMatch\nError Description: whatever",
            Code::InvalidHardMatch,
            &[],
            None,
        ),
        ("ObjectTypeMismatch", Code::ObjectTypeMismatch, &[], None),
        (
            "This user's on-premises mailbox hasn't been migrated to Exchange Online. The Exchange Online mailbox will be available after migration is completed.",
            Code::OnPremisesMailbox,
            &[],
            None,
        ),
        (
            "There is an error on one or more user accounts. To see which users are affected and the detailed error message, select the view.",
            Code::UsersWithErrors,
            &[],
            None,
        ),
        (
            "We are preparing a mailbox for this user.",
            Code::PreparingMailbox,
            &[],
            None,
        ),
        (
            "We are preparing the mailbox for this user.",
            Code::PreparingMailbox,
            &[],
            None,
        ),
        (
            "… preparing the mailbox for this user.",
            Code::PreparingMailbox,
            &[],
            None,
        ),
        (
            "Exchange Online is still preparing the mailbox for this user.",
            Code::PreparingMailbox,
            &[],
            None,
        ),
    ];
    rows.iter()
        .map(|(text, code, addresses, holder)| {
            (
                (*text).to_owned(),
                *code,
                addresses.to_vec(),
                holder.map(str::to_owned),
            )
        })
        .collect()
}

#[test]
fn every_sample_is_recognized() {
    for (text, code, addresses, holder) in samples() {
        check(&text, code, &addresses, holder.as_deref());
    }
}

/// What pasting does to a text.
fn variants(text: &str) -> Vec<String> {
    let wrapped = |width: usize, end: &str| {
        let letters: Vec<char> = text.chars().collect();
        let lines: Vec<String> = letters
            .chunks(width)
            .map(|line| line.iter().collect())
            .collect();
        lines.join(end)
    };
    let words = text.split(' ').collect::<Vec<_>>();
    vec![
        words.join("\r\n"),
        words.join("\n     | "),
        wrapped(79, "\r\n"),
        text.replace('"', "\u{201d}").replace('\'', "\u{2019}"),
        text.replace('"', "\\\""),
        text.replace('"', "\\\\\\\""),
        text.replace('"', "&quot;").replace('\'', "&#39;"),
        text.replace("john@contoso.com", "<pii>john@contoso.com</pii>"),
        serde_json::json!({ "error": { "message": text } }).to_string(),
        serde_json::json!({ "outer": serde_json::json!({ "message": text }).to_string() })
            .to_string(),
        format!("Write-ErrorMessage : Ex6F9304|Some.Exception.Type|{text}"),
        format!(
            "Set-Mailbox : {text}\r\nAt line:1 char:1\r\n+ Set-Mailbox -Identity x@contoso.com\r\n+ ~~~~~~~\r\n    + CategoryInfo          : NotSpecified: (other@contoso.com:Id) [Set-Mailbox], Exception\r\n    + FullyQualifiedErrorId : [Server=A],Write-ErrorMessage"
        ),
        format!("\u{1b}[31;1m{text}\u{1b}[0m"),
        format!("<p>{text}</p>"),
    ]
}

#[test]
fn a_sample_is_recognized_however_it_was_pasted() {
    for (text, code, addresses, _) in samples() {
        for (number, variant) in variants(&text).into_iter().enumerate() {
            // A text that is JSON by itself is not wrapped in the middle of its strings by anything.
            if text.starts_with(['{', '[']) && number < 4 || text.contains("{\"error\"") {
                continue;
            }
            let (came, found, _) = short(&variant);
            assert_eq!(came, code, "{variant}");
            // A wrap inside a name or value that holds blanks cannot be told from one between words.
            if number == 2 {
                assert_eq!(found.len(), addresses.len(), "{variant}");
            } else {
                assert_eq!(found, addresses, "{variant}");
            }
        }
    }
}

#[test]
fn near_misses_are_unknown() {
    for text in [
        "",
        " \n\t",
        "\"",
        "{}",
        "[]",
        "hello",
        "The proxy address is already being used? I do not think so.",
        "How do I fix \"Proxy address is already being used\" error message in Exchange Online",
        "Is the proxy address SMTP:a@contoso.com already being used by somebody else?",
        "The proxy address SMTP:a@contoso.com is already being used by the proxy addresses of HR",
        "The proxy address \"SMTP:a@contoso.com\" is valid. \"b\" is already being used by the sales team.",
        "The proxy address \"SMTP:a@contoso.com\" isn't valid.",
        "This email address is already being used.",
        "Another object with the same name already exists.",
        "Another object with the same value exists.",
        "The value specified for property EmailAddresses is incorrect. Reason: InvalidValue",
        "Uniqueness violation.",
        "An Azure Active Directory call was made to keep object in sync between Azure Active Directory and Exchange Online. However, it failed. Detailed error message: Insufficient privileges to complete the operation.",
        "What is InvalidSoftMatch and how does ObjectTypeMismatch differ?",
        "I read about InvalidSoftMatch errors.",
        "InvalidSoftMatchAndMore",
        "Why does it say we are preparing a mailbox for this user?",
        "The mailbox is being prepared for this user.",
        "Yesterday I was preparing the mailbox for this user.",
        "There are too many proxy addresses on this mailbox.",
        "The value \"x\" of property \"Office\" is used by another recipient object.",
        "You can't use the domain.",
        "The operation couldn't be performed because it matches multiple entries.",
        "The operation couldn't be performed because object 'x' is in use.",
        "ProxyAddressExistsException",
        "ConflictingObject: unknown",
        "target: User_7505ed65-e7f5-4dca-9f78-2617a247f047",
        "Unable to update this object because it is read-only.",
        "The value of property 'Alias' exceeds the maximum allowed length.",
        "The user has objects of several types with other values.",
        "See [UserPrincipalName] and [mail me](mailto:a@contoso.com).",
        "What is a LargeObject error?",
        "ErrorType 1145",
        "The attribute [Username] is valid.",
        "L'adresse « SMTP:a@contoso.com » n'est pas valide.",
        "Die Adresse \"SMTP:a@contoso.com\" wird bereits gelöscht.",
        "x".repeat(100_000).as_str(),
    ] {
        assert_eq!(analyse(text).code, Code::Unknown, "{text}");
    }
}

#[test]
fn an_unknown_text_gives_every_address_in_it() {
    check(
        "Please move smtp:a@contoso.com and O'Brien <patrick.o'brien@contoso.com>, see (mailto:x+y@sub.contoso.co.uk) or SIP:a@contoso.com; also \"X500:/o=A/cn=b c\". Not an address: a@b, @home, 10:30, smtp: the protocol.",
        Code::Unknown,
        &[
            "SMTP a@contoso.com",
            "SMTP patrick.o'brien@contoso.com",
            "SMTP x+y@sub.contoso.co.uk",
            "SIP a@contoso.com primary",
            "X500 /o=A/cn=b c primary",
        ],
        None,
    );
}

#[test]
fn other_languages_are_told_by_the_quoted_address() {
    for (text, holder) in [
        (
            "L’adresse proxy « SMTP :a@contoso.com » est déjà utilisée par les adresses proxy ou LegacyExchangeDN de « HR ». Choisissez une autre adresse proxy.",
            "HR|-|-",
        ),
        (
            "Die Proxyadresse \"SMTP:a@contoso.com\" wird bereits von den Proxyadressen oder LegacyExchangeDN von \"HR\" verwendet. Wählen Sie eine andere Proxyadresse aus.",
            "HR|-|-",
        ),
        (
            "O endereço proxy \"SMTP:a@contoso.com\" já está sendo usado por \"x.prod.outlook.com/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/HR\". Escolha outro endereço de proxy.",
            "HR|-|-",
        ),
        (
            "La dirección de proxy \"SMTP:a@contoso.com\" ya está siendo utilizada por \"HR\".",
            "HR|-|-",
        ),
        (
            "プロキシ アドレス \"SMTP:a@contoso.com\" は既に \"HR\" のプロキシ アドレスまたは LegacyExchangeDN によって使用されています。",
            "HR|-|-",
        ),
    ] {
        check(
            text,
            Code::ProxyAddressInUse,
            &["SMTP a@contoso.com primary"],
            Some(holder),
        );
    }
    check(
        "Un appel Microsoft Entra ID a été effectué. Message d’erreur détaillé : Un autre objet avec la même valeur pour la propriété proxyAddresses existe déjà. ConflictingObject : Contact_7505ed65-e7f5-4dca-9f78-2617a247f047.",
        Code::DirectoryObjectConflict,
        &[],
        Some(&format!("-|Contact|{GUID}")),
    );
    // Where no word is known, Exchange's own name of the exception is.
    check(
        "Write-ErrorMessage : Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ProxyAddressExistsException|Ang \"SMTP:a@contoso.com\" ay ginagamit na.",
        Code::ProxyAddressInUse,
        &["SMTP a@contoso.com primary"],
        None,
    );
    check(
        "Ang \"SMTP:a@contoso.com\" ay ginagamit na.",
        Code::Unknown,
        &["SMTP a@contoso.com primary"],
        None,
    );
}

#[test]
fn attributes_values_and_names_of_errors_are_read() {
    let unique = "Unable to update this object because the following attributes associated with this object have values that may already be associated with another object in your local directory services: [OnPremiseSecurityIdentifier S-1-5-21-1;].";
    let analysis = analyse(unique);
    assert_eq!(
        analysis.attribute.as_deref(),
        Some("onPremisesSecurityIdentifier")
    );
    assert_eq!(analysis.value.as_deref(), Some("S-1-5-21-1"));
    assert!(
        analysis.next_steps[0].contains("First compare"),
        "{:?}",
        analysis.next_steps
    );

    let named = format!("Error Name: AttributeValueMustBeUnique\nError Description: {unique}");
    assert_eq!(analyse(&named).code, Code::AttributeValueMustBeUnique);
    assert!(!analyse(&named).next_steps[0].contains("First compare"));

    let soft = format!(
        "ErrorCode=InvalidSoftMatch; {unique} ExtraErrorDetails: [{{\"Key\":\"ObjectId\",\"Value\":[\"677e2ead-14e8-4e18-9b25-49d5c75472f1\"]}},{{\"Key\":\"ObjectIdInConflict\",\"Value\":[\"{GUID}\"]}}]"
    );
    let analysis = analyse(&soft);
    assert_eq!(analysis.code, Code::InvalidSoftMatch);
    assert!(analysis.also.is_empty());
    assert_eq!(analysis.holder.unwrap().id.as_deref(), Some(GUID));
    assert_eq!(
        analysis.own_id.as_deref(),
        Some("677e2ead-14e8-4e18-9b25-49d5c75472f1")
    );
    assert!(analysis.next_steps[0].contains("First compare"));

    for (text, attribute, value) in [
        (
            "There are too many proxy addresses: 312, and maximum supported number of recipient proxy addresses is 300",
            "proxyAddresses",
            "312",
        ),
        (
            "The name \"Sales\" is already being used. Please try another name",
            "name",
            "Sales",
        ),
        (
            "The value \"7505ed65-e7f5-4dca-9f78-2617a247f047\" of property \"ArchiveGuid\" is used by another recipient object.",
            "ArchiveGuid",
            GUID,
        ),
    ] {
        let analysis = analyse(text);
        assert_eq!(analysis.attribute.as_deref(), Some(attribute));
        assert_eq!(analysis.value.as_deref(), Some(value));
    }
    for (text, attribute) in [
        (
            "Another object with the same value for property userPrincipalName already exists.",
            "userPrincipalName",
        ),
        (
            "Uniqueness violation. Property: ProxyAddresses.",
            "proxyAddresses",
        ),
        (
            "The value specified for property EmailAddresses is incorrect. Reason: ObjectConflict with:Contact_x",
            "EmailAddresses",
        ),
        (
            "We detected a duplicate UserPrincipalName conflict on the value a@contoso.com. All attribute values need to be unique across objects.",
            "userPrincipalName",
        ),
    ] {
        assert_eq!(
            analyse(text).attribute.as_deref(),
            Some(attribute),
            "{text}"
        );
    }
}

#[test]
fn a_value_may_hold_brackets_and_a_list_may_break_off() {
    let sentence = "Unable to update this object because the following attributes associated with this object have values that may already be associated with another object in your local directory services: ";
    for (list, addresses) in [
        (
            "[ProxyAddresses X500:/o=A/cn=b-[c];smtp:d@contoso.com;]. Correct it.",
            &["X500 /o=A/cn=b-[c] primary", "SMTP d@contoso.com"][..],
        ),
        (
            "[ProxyAddresses smtp:a@contoso.com;] Correct [or remove] it.",
            &["SMTP a@contoso.com"],
        ),
        (
            "[ProxyAddresses smtp:a@contoso.com;smtp:b@con",
            &["SMTP a@contoso.com", "SMTP b@con"],
        ),
        ("[]", &[]),
        ("none", &[]),
    ] {
        check(
            &format!("{sentence}{list}"),
            Code::AttributeValueMustBeUnique,
            addresses,
            None,
        );
    }
}

#[test]
fn a_provisioning_error_of_graph_is_a_quarantined_value() {
    check(
        r#"{"category":"PropertyConflict","occurredDateTime":"2026-11-01T00:00:00Z","propertyCausingError":"ProxyAddresses","value":"SMTP:john@contoso.com"}"#,
        Code::DuplicateAttributeQuarantined,
        &["SMTP john@contoso.com primary"],
        None,
    );
    check(
        "Category             : PropertyConflict\nOccurredDateTime     : 11/1/2026\nPropertyCausingError : UserPrincipalName\nValue                : john@contoso.com",
        Code::DuplicateAttributeQuarantined,
        &["SMTP john@contoso.com"],
        None,
    );
}

#[test]
fn of_two_errors_the_first_counts_and_the_other_is_named() {
    let one = "The proxy address \"SMTP:a@contoso.com\" is already being used by the proxy addresses or LegacyExchangeDN of \"HR\".";
    let other = "There are too many proxy addresses: 301, and maximum supported number of recipient proxy addresses is 300.";
    let analysis = analyse(&format!("{one} {other}"));
    assert_eq!(
        (analysis.code, &analysis.also[..]),
        (Code::ProxyAddressInUse, &[Code::TooManyProxyAddresses][..])
    );
    assert!(analysis.explanation.contains("TooManyProxyAddresses"));
    let analysis = analyse(&format!("{other} {one}"));
    assert_eq!(
        (analysis.code, &analysis.also[..]),
        (Code::TooManyProxyAddresses, &[Code::ProxyAddressInUse][..])
    );
    // The same error of two addresses: both.
    let again = one.replace("a@contoso", "b@contoso");
    let analysis = analyse(&format!("{one}\n{again}"));
    assert_eq!(analysis.addresses.len(), 2);
    // A state counts only alone.
    let analysis = analyse(&format!(
        "We are preparing the mailbox for this user.\n{one}"
    ));
    assert_eq!(
        (analysis.code, analysis.also.len()),
        (Code::ProxyAddressInUse, 0)
    );
}

#[test]
fn hostile_names_do_not_break_out_of_a_command_line() {
    for hostile in [
        "a'; Remove-Item x #@contoso.com",
        "a$(x)@contoso.com",
        "a`n@contoso.com",
        "a\u{2019}; x@contoso.com",
        "a)(cn=*@contoso.com",
    ] {
        for text in [
            format!(
                "The proxy address \"SMTP:{hostile}\" is already being used by the proxy addresses or LegacyExchangeDN of \"{hostile}\"."
            ),
            format!(
                "This email address is already being used as an alias for the contact {hostile}."
            ),
            format!("The name \"{hostile}\" is already being used."),
            format!(
                "The value \"{hostile}\" of property \"ExchangeGuid\" is used by another recipient object."
            ),
            format!(
                "We detected a duplicate Proxy address conflict on the value SMTP:{hostile}. All attribute values need to be unique across objects."
            ),
        ] {
            let analysis = analyse(&text);
            assert_ne!(analysis.code, Code::Unknown, "{text}");
            assert!(!analysis.next_steps.is_empty());
            for line in &analysis.next_steps {
                assert!(!line.contains(['\n', '\r']), "{line}");
                assert!(stays_quoted(line), "{line}");
            }
        }
    }
}

/// Outside single quotes a line holds nothing but what the templates write.
fn stays_quoted(line: &str) -> bool {
    if line.starts_with("# ") {
        return true;
    }
    let mut quoted = false;
    let line = line.replace(" -Properties * ", " ");
    for c in line.chars() {
        match c {
            '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => quoted = !quoted,
            // A comment behind a command, which is the template's.
            '#' if !quoted => return line.contains("  # "),
            '$' | '`' | ';' | '*' if !quoted => return false,
            _ => {}
        }
    }
    !quoted
}

#[test]
fn long_hostile_texts_take_linear_time() {
    let pieces = [
        "The proxy address \"",
        "The proxy address \"SMTP:a@x.y\" is already being used by ",
        "\" is already being used by the proxy addresses or LegacyExchangeDN of",
        "another object with the same value for property ",
        "smtp:",
        "\"smtp:",
        "X500:;",
        "X400:c=us;a= ;",
        "smtp:a;",
        "smtp:a<b",
        "SMTP:'",
        "@",
        "a@b.c ",
        "\"",
        "\\\"",
        "\\",
        "<",
        "<span ",
        "[{\"a\":",
        "ObjectIdInConflict",
        "ConflictingObject:PublicFolder_",
        "&quot;&amp;",
        "\n+ CategoryInfo",
        "InvalidSoftMatch",
        "we are preparing a mailbox for this user",
        "[",
        "[ProxyAddresses smtp:a@b.c,",
        "AttributeConflictValues\",\"Value\":[\"a@b.c\",\"",
        "é",
    ];
    for piece in pieces {
        let steps = |bytes: usize| {
            let text = piece.repeat(bytes / piece.len() + 1);
            let plain = Plain::new(&text);
            assert!(plain.text.len() <= text.len() * 2);
            let mut addresses = Addresses::default();
            addresses.add_running_text(&plain.text, None, true);
            matching::search(&plain).steps + addresses.steps
        };
        let (quarter, whole) = (steps(250_000), steps(1_000_000));
        assert!(whole <= 150 * 1_000_000, "{piece}: {whole}");
        assert!(
            whole <= quarter * 4 + quarter + 1000,
            "{piece}: {quarter}, then {whole}"
        );
        let analysis = analyse(&piece.repeat(250_000 / piece.len()));
        assert!(analysis.next_steps.len() < 100);
    }
}

#[test]
fn addresses_know_type_and_attribute() {
    let analysis = analyse(
        "Unable to update this object because the following attributes associated with this object have values that may already be associated with another object: [UserPrincipalName a@contoso.com;ProxyAddresses SMTP:b@contoso.com,smtp:c@contoso.com;]",
    );
    let names: Vec<_> = analysis
        .addresses
        .iter()
        .map(|found| {
            (
                found.kind,
                found.attribute.as_deref().unwrap(),
                found.value.as_str(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            (AddressType::Smtp, "userPrincipalName", "a@contoso.com"),
            (AddressType::Smtp, "proxyAddresses", "SMTP:b@contoso.com"),
            (AddressType::Smtp, "proxyAddresses", "smtp:c@contoso.com"),
        ]
    );
    assert_eq!(analysis.attribute.as_deref(), Some("userPrincipalName"));
}
