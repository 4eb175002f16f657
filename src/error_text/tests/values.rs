//! What is read of a text besides its code: limits, lists, the names that were lost and given.

use super::*;

#[test]
fn the_texts_own_limit_is_quoted() {
    for (text, value, limit) in [
        (
            "There are too many proxy addresses: 312, and maximum supported number of recipient proxy addresses is 300",
            "312",
            "300",
        ),
        (
            "… would result in the user having 334 proxy addresses. The maximum number of proxy addresses permitted is 333.",
            "334",
            "333",
        ),
        (
            "It results in the recipient having 1,001 proxy addresses.\nThe maximum number of proxy addresses permitted is 400",
            "1,001",
            "400",
        ),
    ] {
        let analysis = analyse(text);
        assert_eq!(analysis.value.as_deref(), Some(value), "{text}");
        assert_eq!(analysis.limit.as_deref(), Some(limit), "{text}");
        assert!(
            analysis
                .explanation
                .contains(&format!("{limit} are permitted"))
        );
    }
}

/// What no language translates: the bracket, with the mark before it, and the names in the portal's sentence.
#[test]
fn any_language_is_told_by_the_bracket_and_the_two_names() {
    for (text, code, addresses) in [
        (
            "Dieses Objekt wurde in Ihrer Microsoft Entra ID aktualisiert, jedoch mit geänderten Eigenschaften, da die folgenden Attribute einem anderen Objekt zugeordnet sind [ProxyAddresses SMTP:john@contoso.com;].",
            Code::DuplicateAttributeQuarantined,
            &["SMTP john@contoso.com primary"][..],
        ),
        (
            "Impossible de mettre à jour cet objet, car les attributs suivants sont peut-être déjà associés à un autre objet dans vos services d’annuaire local : [UserPrincipalName john@contoso.com;ProxyAddresses smtp:j@contoso.com,Mail k@contoso.com;]. Corrigez ou supprimez les valeurs en double.",
            Code::AttributeValueMustBeUnique,
            &[
                "SMTP john@contoso.com",
                "SMTP j@contoso.com",
                "SMTP k@contoso.com",
            ],
        ),
        (
            "Code d’erreur : InvalidSoftMatch\n… locaux : [ProxyAddresses smtp:j@contoso.com;].",
            Code::InvalidSoftMatch,
            &["SMTP j@contoso.com"],
        ),
        (
            "更新できません。[ProxyAddresses SMTP:john@contoso.com;]。修正してください。",
            Code::AttributeValueMustBeUnique,
            &["SMTP john@contoso.com primary"],
        ),
        (
            "Dieser Benutzer wurde mit Microsoft Entra ID synchronisiert, aber die Eigenschaft UserPrincipalName musste von `john@contoso.com` in `john1234@contoso.onmicrosoft`.com geändert werden, weil ein anderer Benutzer sie hat.",
            Code::DuplicateAttributeQuarantined,
            &["SMTP john@contoso.com"],
        ),
    ] {
        check(text, code, addresses, None);
    }
    let english = "This User has been synced to your Microsoft Entra ID, but we had to modify the UserPrincipalName property from `john@contoso.com` to `john1234@contoso.onmicrosoft`.com because an existing user, John, has it.";
    for text in [
        english,
        "La propriété UserPrincipalName : john1234@contoso.onmicrosoft.com au lieu de john@contoso.com",
    ] {
        let analysis = analyse(text);
        assert_eq!(analysis.addresses.len(), 1, "{text}");
        assert_eq!(analysis.addresses[0].address, "john@contoso.com");
        assert_eq!(
            analysis.replacement.as_deref(),
            Some("john1234@contoso.onmicrosoft.com")
        );
        assert!(
            analysis
                .explanation
                .contains("john1234@contoso.onmicrosoft.com")
        );
    }
}

#[test]
fn values_of_extra_details_are_read_one_by_one() {
    let joined = "SMTP:a@contoso.com,smtp:b@contoso.com,Mail a@contoso.com";
    for values in [
        serde_json::json!([joined]),
        serde_json::json!([
            "SMTP:a@contoso.com",
            "smtp:b@contoso.com",
            "Mail a@contoso.com"
        ]),
        serde_json::json!(joined),
    ] {
        let details = serde_json::json!([
            { "Key": "ObjectIdInConflict", "Value": [GUID] },
            { "Key": "AttributeConflictName", "Value": ["ProxyAddresses"] },
            { "Key": "AttributeConflictValues", "Value": values },
        ]);
        for text in [
            details.to_string(),
            format!("ErrorCode: AttributeValueMustBeUnique ExtraErrorDetails: {details}"),
        ] {
            check(
                &text,
                Code::AttributeValueMustBeUnique,
                &[
                    "SMTP a@contoso.com primary",
                    "SMTP b@contoso.com",
                    "SMTP a@contoso.com",
                ],
                Some(&format!("-|-|{GUID}")),
            );
            let analysis = analyse(&text);
            assert_eq!(
                analysis.addresses[2].attribute.as_deref(),
                Some("mail"),
                "{text}"
            );
        }
    }
    let many: Vec<String> = (0..300)
        .map(|number| format!("smtp:a{number}@contoso.com"))
        .collect();
    let details = serde_json::json!([
        { "Key": "ObjectIdInConflict", "Value": [GUID] },
        { "Key": "AttributeConflictName", "Value": ["ProxyAddresses"] },
        { "Key": "AttributeConflictValues", "Value": many },
    ]);
    assert_eq!(analyse(&details.to_string()).addresses.len(), 300);
}
