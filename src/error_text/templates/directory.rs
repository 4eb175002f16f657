//! What Entra ID, Graph and Entra Connect say.

use super::{Behind, Code, Gap, PLACES, PROXY, Places, ROW, Rank, Template, UPN, said};

/// Two or more parts, the values where `places` says.
macro_rules! parts {
    ($code:ident, $attribute:expr, $places:expr, $(($gap:expr, $($text:literal),+)),+ $(,)?) => {
        Template {
            code: Code::$code,
            parts: &[$(($gap, &[$($text),+])),+],
            attribute: $attribute,
            places: $places,
            ..ROW
        }
    };
}

const LIST: Places = Places {
    list: true,
    ..PLACES
};

const fn attribute_in(gap: usize) -> Places {
    Places {
        attribute: Some(gap),
        ..PLACES
    }
}

/// The rows.
pub const TABLE: &[Template] = &[
    parts!(
        FederatedDomainChangeError,
        UPN,
        PLACES,
        (Gap::None, "unable to update this object in"),
        (
            Gap::UpTo(60),
            "because the attribute [FederatedUser.UserPrincipalName], is not valid",
            "because the attribute [FederatedUser.UserPrincipalName] is not valid"
        ),
    ),
    parts!(
        IdentityDataValidationFailed,
        None,
        attribute_in(2),
        (Gap::None, "unable to update this object in"),
        (Gap::UpTo(60), "because the attribute ["),
        (Gap::UpTo(64), "], is not valid", "] is not valid"),
    ),
    parts!(
        IdentityDataValidationFailed,
        UPN,
        PLACES,
        (Gap::None, "userPrincipalName"),
        (
            Gap::UpTo(6),
            "attribute value has invalid or unsupported characters",
            "attribute value has invalid/unsupported characters",
            "attribute doesn't follow the required format",
            "attribute does not follow the required format"
        ),
    ),
    parts!(
        DataValidationFailed,
        Some("onPremisesObjectIdentifier"),
        PLACES,
        (Gap::None, "onPremisesObjectIdentifier"),
        (
            Gap::UpTo(6),
            "attribute changed as a result of the hard match"
        ),
    ),
    parts!(
        DirectoryObjectConflict,
        None,
        attribute_in(1),
        (Gap::None, "another object with the same value for property"),
        (Gap::UpTo(64), "already exists"),
    ),
    parts!(
        DirectoryObjectConflict,
        None,
        attribute_in(1),
        (Gap::None, "the value specified for property"),
        (Gap::UpTo(64), "is incorrect. Reason: ObjectConflict with"),
    ),
    said!(
        DirectoryObjectConflict,
        None,
        "a conflicting object with one or more of the specified property values is present in the directory"
    ),
    Template {
        places: Places {
            behind: Behind::Attribute,
            ..PLACES
        },
        ..said!(
            DirectoryObjectConflict,
            None,
            "uniqueness violation. Property:"
        )
    },
    Template {
        // The one word of the sentence that no language translates.
        rank: Rank::Weak,
        ..parts!(
            DirectoryObjectConflict,
            None,
            PLACES,
            (Gap::None, "ConflictingObject:"),
            (Gap::None, "PublicFolder_", "User_", "Contact_", "Group_"),
        )
    },
    parts!(
        DuplicateAttributeQuarantined,
        None,
        LIST,
        (Gap::None, "this object has been updated in your"),
        (
            Gap::UpTo(60),
            "but with some modified properties, because the following attributes are associated with another object"
        ),
    ),
    parts!(
        DuplicateAttributeQuarantined,
        None,
        Places {
            attribute: Some(1),
            value: Some(2),
            ..PLACES
        },
        (Gap::None, "we detected a duplicate"),
        (Gap::UpTo(64), "conflict on the value"),
        (
            Gap::UpTo(2200),
            "all attribute values need to be unique across objects"
        ),
    ),
    parts!(
        DuplicateAttributeQuarantined,
        None,
        Places {
            attribute: Some(2),
            value: Some(3),
            ..PLACES
        },
        (Gap::None, "has been synced to your"),
        (Gap::UpTo(60), "but we had to modify the"),
        (Gap::UpTo(64), "property from"),
        (Gap::UpTo(1400), "because an existing"),
    ),
    // An element of Graph's onPremisesProvisioningErrors.
    parts!(
        DuplicateAttributeQuarantined,
        None,
        PLACES,
        (
            Gap::None,
            "category\":\"PropertyConflict",
            "category: PropertyConflict"
        ),
        (Gap::UpTo(400), "propertyCausingError"),
    ),
    parts!(
        AttributeValueMustBeUnique,
        None,
        LIST,
        (Gap::None, "unable to update this object"),
        (
            Gap::UpTo(60),
            "because the following attributes associated with this object have values that may already be associated with another object",
            "because the following attributes associated with this object have values that might already be associated with another object"
        ),
    ),
    parts!(
        AttributeValueMustBeUnique,
        UPN,
        PLACES,
        (Gap::None, "unable to update this object"),
        (Gap::UpTo(60), "because the user principal name"),
        (Gap::UpTo(120), "associated with another object"),
    ),
    said!(
        AttributeValueMustBeUnique,
        PROXY,
        "a synchronized object with the same proxy address already exists"
    ),
    Template {
        // Entra Connect's ErrorExtraDetails.
        rank: Rank::Weak,
        ..parts!(
            AttributeValueMustBeUnique,
            None,
            PLACES,
            (Gap::None, "ObjectIdInConflict"),
            (Gap::UpTo(400), "AttributeConflictName"),
        )
    },
    Template {
        rank: Rank::Weak,
        ..parts!(
            ObjectTypeMismatch,
            None,
            PLACES,
            (
                Gap::None,
                "same proxy address",
                "same proxyAddresses",
                "same userPrincipalName",
                "same value",
                "same attribute"
            ),
            (
                Gap::UpTo(200),
                "of a different class",
                "of a different type",
                "of a different object type",
                "of another class",
                "of another type",
                "of another object type",
                "of different classes",
                "of different types",
                "of different object types"
            ),
        )
    },
    Template {
        rank: Rank::Weak,
        ..parts!(
            ObjectTypeMismatch,
            None,
            PLACES,
            (
                Gap::None,
                "object of a different class",
                "object of a different type",
                "objects of different types",
                "objects of different object types",
                "objects of different classes",
                "objects of different \"object type",
                "object of another type",
                "object of another class"
            ),
            (
                Gap::UpTo(200),
                "same proxy address",
                "same proxyAddresses",
                "same userPrincipalName",
                "same value"
            ),
        )
    },
    said!(
        ObjectNotFound,
        UPN,
        "unable to update this object because the user ID is not found",
        "unable to update this object because the user ID was not found",
        "unable to update this object because the user ID isn't found",
        "unable to update this object because the user ID wasn't found",
        "unable to update this object because the user ID could not be found",
        "unable to update this object because the user ID couldn't be found"
    ),
    said!(
        InvalidHardMatch,
        None,
        "the cloud user with privileged roles is not allowed to be taken over",
        "the cloud user with privileged roles isn't allowed to be taken over",
        "hard match operation blocked due to security hardening"
    ),
    parts!(
        AttributeUpdateNotAllowed,
        Some("onPremisesObjectIdentifier"),
        PLACES,
        (Gap::None, "unable to update this object"),
        (
            Gap::UpTo(60),
            "because the following attributes associated with this object are not allowed to be updated",
            "because the following attributes associated with this object aren't allowed to be updated"
        ),
    ),
    parts!(
        ExistingAdminRoleConflict,
        UPN,
        PLACES,
        (
            Gap::None,
            "isn't allowed to soft match a user object",
            "is not allowed to soft match a user object"
        ),
        (
            Gap::UpTo(200),
            "that has an administrative role",
            "with an administrative role"
        ),
    ),
    said!(
        LargeObject,
        None,
        "the provisioned object is too large",
        "exceeds this object size limit",
        "exceeds the object size limit"
    ),
    parts!(
        ExceededAllowedLength,
        None,
        PLACES,
        (Gap::None, "attribute"),
        (
            Gap::UpTo(120),
            "exceeds the maximum allowed length",
            "exceeded the maximum allowed length",
            "exceeding the maximum allowed length",
            "exceeds maximum allowed length",
            "exceeds the allowed length",
            "exceeded the allowed length",
            "exceeds the maximum length allowed",
            "exceeds the allowed size limit, length limit, or count limit"
        ),
    ),
    said!(
        DeletingCloudOnlyObjectNotAllowed,
        None,
        "this synchronization operation, Delete, is not valid",
        "this synchronization operation, Delete, isn't valid",
        "deleting a cloud-only object isn't supported",
        "deleting a cloud-only object is not supported"
    ),
    said!(
        PasswordAccessViolation,
        None,
        "unable to process this update because one or more cloud-only users' credential update is included",
        "the password change request can't be executed because it contains changes to one or more cloud-only user objects",
        "the password change request cannot be executed because it contains changes to one or more cloud-only user objects"
    ),
];
