//! The errors of synchronization, by name and by sentence.

use super::*;

/// The sentences of the article on errors during synchronization, and of those that it points to.
const SYNC_ERRORS: &[(Code, &[&str])] = &[
    (
        Code::InvalidHardMatch,
        &[
            "The cloud user with privileged roles is not allowed to be taken over.",
            "Hard match operation blocked due to security hardening. Review OnPremisesObjectIdentifier mapping.",
            "ErrorType 103",
        ],
    ),
    (Code::InvalidSoftMatch, &[]),
    (
        Code::ObjectTypeMismatch,
        &[
            "A synced object shares the same proxy address with an object of a different class.",
            "Two objects of different types have the same value for the attribute proxyAddresses.",
        ],
    ),
    (
        Code::AttributeValueMustBeUnique,
        &[
            "A synchronized object with the same proxy address already exists in your Microsoft Online Services directory.",
        ],
    ),
    (
        Code::AttributeUpdateNotAllowed,
        &[
            "Unable to update this object because the following attributes associated with this object are not allowed to be updated by your on-premises directory: [OnPremisesObjectIdentifier cannot be changed unless its current value is null.]",
            "Error Type: 96",
        ],
    ),
    (
        Code::ExistingAdminRoleConflict,
        &[
            "Microsoft Entra Connect isn't allowed to soft match a user object from on-premises AD with a user object in Microsoft Entra ID that has an administrative role assigned to it.",
        ],
    ),
    (
        Code::IdentityDataValidationFailed,
        &[
            "The **userPrincipalName** attribute value has invalid or unsupported characters.",
            "The userPrincipalName attribute doesn't follow the required format.",
            "Unable to update this object in Azure Active Directory, because the attribute [Username], is not valid. Update the value in your local directory services.",
        ],
    ),
    (
        Code::DataValidationFailed,
        &[
            "The **onPremisesObjectIdentifier** attribute changed as a result of the hard match operation.",
        ],
    ),
    (
        Code::LargeObject,
        &[
            "The provisioned object is too large. Trim the number of attribute values on this object. The operation will be retried in the next synchronization cycle...",
        ],
    ),
    (
        Code::ExceededAllowedLength,
        &["The attribute proxyAddresses exceeds the maximum allowed length."],
    ),
    (
        Code::DeletingCloudOnlyObjectNotAllowed,
        &[
            "ErrorType 114\nErrorCode 0x8023134a",
            "ErrorLiteral This synchronization operation, Delete, is not valid. Contact Technical Support. Tracking Id: 09fb1e9b-3ff7-4163-9731-581785e347e5",
            "This synchronization operation, Delete, isn't valid. Contact Technical Support (Error Type 114).",
            "Deleting a cloud-only object isn't supported. Contact Microsoft Customer Support.",
        ],
    ),
    (
        Code::PasswordAccessViolation,
        &[
            "Unable to process this update because one or more cloud-only users' credential update is included in the current request.",
            "The password change request can't be executed because it contains changes to one or more cloud-only user objects, which isn't supported. Contact Microsoft Customer Support.",
        ],
    ),
    (
        Code::FederatedDomainChangeError,
        &[
            "Unable to update this object in Azure Active Directory, because the attribute [FederatedUser.UserPrincipalName], is not valid. Update the value in your local directory services.",
        ],
    ),
    (
        Code::ObjectNotFound,
        &["Unable to update this object because the user ID is not found."],
    ),
];

#[test]
fn every_error_of_synchronization_is_known_by_its_name_and_its_sentence() {
    for (code, sentences) in SYNC_ERRORS {
        let name = code.name();
        let mut texts: Vec<String> = sentences.iter().map(|text| (*text).to_owned()).collect();
        if *code != Code::ObjectNotFound {
            texts.extend([
                name.to_owned(),
                format!("Error Name: {name}\nError Description: whatever"),
                format!("ErrorCode={name}"),
                format!("{name} / 99"),
            ]);
        }
        for text in texts {
            let analysis = analyse(&text);
            assert_eq!(analysis.code, *code, "{text}");
            assert!(analysis.also.is_empty(), "{text}: {:?}", analysis.also);
            assert!(!analysis.next_steps.is_empty() && !analysis.explanation.is_empty());
            for (number, variant) in variants(&text).into_iter().enumerate() {
                // Names are told by their line.
                if sentences.contains(&text.as_str()) && number != 10 {
                    assert_eq!(analyse(&variant).code, *code, "{variant}");
                }
            }
        }
    }
}
