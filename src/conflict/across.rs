//! The cloud against a forest: what the next sync makes of one address on two objects that are known not to be joined.
//!
//! Entra ID looks for the object that a new one from on premises is: by its source anchor (hard match), else by its UPN and its
//! `SMTP:` value (soft match), among objects of the same class that have no anchor yet. What it finds no match for and cannot have
//! twice it quarantines, where it is a UPN or an SMTP value; anything else fails the export.

use super::classify::{Classifier, Holding, wants};
use super::on_premises::domain_of;
use super::step::{Shell, Step};
use super::{Kind, Severity};
use crate::address::AddressType;
use crate::object_view::ObjectView;
use crate::recipient::{Role, flags};
use crate::recipient_type::Family;
use crate::store::{CLOUD, RecordId};

/// What the sync will make of the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// The cloud object has no anchor and could be the new one.
    MayMatch,
    /// The cloud object has the anchor of an object that was not read: it may be the same person, who was made anew.
    OtherAnchor,
    /// The cloud object is joined with another object on premises.
    OtherAccount,
    /// The object on premises is joined with another one in the cloud.
    JoinedElsewhere,
    /// A user and a group, and the like.
    OtherClass,
    /// A guest and a contact.
    GuestAndContact,
    /// A guest who has it only as mail, or of its invitation.
    Invitation,
    /// It is no value by which objects are matched: not the primary address of both, nor the UPN of both.
    Unmatched,
    /// It is no SMTP value.
    OtherType,
}

/// What a guest has of an address that another object holds (Troubleshooting Microsoft Entra B2B collaboration).
pub const INVITED: &str = "A guest was invited with this address, and another object holds it. The guest stays without it as a proxy address, and cannot redeem the invitation through a direct link or with an email one-time passcode; the invitation itself still works.";

impl Across {
    fn severity(self) -> Severity {
        match self {
            Self::MayMatch | Self::GuestAndContact | Self::Invitation => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Whether the anchors are to be compared before anything is taken from anybody: both may be one.
    #[must_use]
    pub fn compares(self) -> bool {
        matches!(
            self,
            Self::MayMatch | Self::OtherAnchor | Self::OtherAccount
        )
    }

    /// In words that an admin can act on.
    #[must_use]
    pub fn reason(self, cloud: &ObjectView<'_>, forest: &ObjectView<'_>) -> String {
        let (online, local) = (cloud.name(), forest.name());
        let noun = match (cloud.class.family(), forest.class.family()) {
            (Family::Group, _) | (_, Family::Group) => "group",
            (Family::Contact, _) | (_, Family::Contact) => "contact",
            (Family::PublicFolder, _) | (_, Family::PublicFolder) => "public folder",
            _ => "person",
        };
        match self {
            Self::MayMatch => {
                let unless = match noun {
                    "person" => "BlockSoftMatch is on or the cloud account has an admin role",
                    _ => "BlockSoftMatch is on",
                };
                format!(
                    "It is held in the cloud and on premises by objects that are not joined. The next sync may match them by it (soft match): {local} then takes over {online}. If {unless}, it does not, and the value is quarantined. First find out whether both are one {noun}; if they are, there is nothing to remove, and if not, take it from one of them."
                )
            }
            Self::OtherAnchor => {
                let (another, compare) = match noun {
                    "person" => (
                        ": its immutable id is another",
                        "Compare the anchors first: the immutable id is the base64 of mS-DS-ConsistencyGuid, or of objectGUID where that is empty.",
                    ),
                    _ => ("", "Compare both first."),
                };
                format!(
                    "As far as the data shows, {online} in the cloud comes from another on-premises object than {local}{another}. So the sync cannot match them; it reports InvalidSoftMatch, or quarantines the value. {compare} If both are one {noun} under a new anchor, join them by the anchor and leave the address alone; only if they are not, take it from one of them."
                )
            }
            Self::OtherAccount => format!(
                "{online} in the cloud is joined with another on-premises object than {local}, so the sync cannot match them; it reports InvalidSoftMatch, or quarantines the value. Compare the anchors first: if {local} is the same {noun} made anew, move the anchor and leave the address alone; only if it is not, take it from one of them."
            ),
            Self::JoinedElsewhere => format!(
                "{local} is already joined with another cloud object than {online}, so the sync does not match these two: it quarantines the value (AttributeValueMustBeUnique) and leaves it out until one of them gives it up."
            ),
            Self::OtherClass => format!(
                "{online} and {local} are of different types. The sync matches only objects of one type: it reports ObjectTypeMismatch, and {local} is not synchronized, until one of them gives the value up."
            ),
            Self::GuestAndContact => format!(
                "{online} is a guest and {local} a contact. The sync never matches a contact with a user. When the contact is synchronized, Entra ID takes the address from the guest's proxy addresses."
            ),
            Self::Invitation => INVITED.to_owned(),
            Self::Unmatched => format!(
                "{online} in the cloud and {local} on premises are not joined. The sync matches by the UPN of both or the primary address of both, and this is neither: it quarantines the value and leaves it out of {local} until one of them gives it up."
            ),
            Self::OtherType => format!(
                "{online} in the cloud and {local} on premises are not joined. The sync never matches by such a value, and quarantines only UPN and SMTP values: the export of {local} fails (AttributeValueMustBeUnique) until one of them gives it up."
            ),
        }
    }
}

/// What to run to compare the anchor of one holder with that of the other.
#[must_use]
pub fn comparison(holder: &ObjectView<'_>) -> Vec<Step> {
    let step = if holder.directory == CLOUD {
        let id = [holder.cloud_id.unwrap_or("<object id>")];
        let template = match holder.class.family() {
            Family::Group => {
                "Get-MgGroup -GroupId {} | Format-List Id,DisplayName,Mail,OnPremisesSyncEnabled,OnPremisesSecurityIdentifier"
            }
            Family::Contact => {
                "Get-MgContact -OrgContactId {} | Format-List Id,DisplayName,Mail,OnPremisesSyncEnabled"
            }
            _ => {
                "Get-MgUser -UserId {} -Property Id,DisplayName,UserPrincipalName,OnPremisesImmutableId,OnPremisesSyncEnabled,OnPremisesSecurityIdentifier | Format-List Id,DisplayName,UserPrincipalName,OnPremisesImmutableId,OnPremisesSyncEnabled,OnPremisesSecurityIdentifier"
            }
        };
        Step::new(Shell::Graph, template, &id)
    } else {
        let dn = holder.on_premises_dn.unwrap_or("<distinguished name>");
        Step::new(
            Shell::ActiveDirectory,
            "Get-ADObject -Identity {} -Server {} -Properties mS-DS-ConsistencyGuid,objectSid,userPrincipalName | Format-List DistinguishedName,ObjectGUID,mS-DS-ConsistencyGuid,objectSid,userPrincipalName",
            &[dn, &domain_of(dn)],
        )
    };
    step.into_iter().collect()
}

impl Classifier<'_> {
    /// The cloud against each forest. Here no directory has two live objects that claim the key.
    ///
    /// Returns whether anything was said.
    pub(super) fn classify_across(&mut self, holdings: &[Holding]) -> bool {
        let live = |holding: &&Holding| !self.objects.is_deleted(holding.root, holding.directory);
        let all = |test: fn(&Holding) -> bool| -> Vec<Holding> {
            let found = holdings.iter().filter(live);
            found.filter(|holding| test(holding)).copied().collect()
        };
        let cloud = all(|holding| holding.directory == CLOUD && wants(holding));
        let forests = all(|holding| holding.directory != CLOUD && holding.roles.claims());
        let mut said = false;
        for cloud in &cloud {
            // The cloud object is on premises too and holds the key there: another holder there would be a conflict of that forest.
            for forest in forests.iter().filter(|forest| forest.root != cloud.root) {
                said = true;
                if self.may_be_joined(cloud, forest) {
                    let pair = (cloud.record, forest.record);
                    self.findings.directories_not_joined.push(pair);
                } else {
                    let across = self.across(cloud, forest);
                    let severity = across.severity();
                    let pair = [*cloud, *forest];
                    self.add_found(Kind::CrossDirectory, severity, Some(across), &pair);
                }
            }
        }
        said
    }

    /// Whether nothing in the data says that the two, which are not joined, are not one: neither do both have ids of a space by which
    /// they would have been, nor is the cloud object known to come from no forest.
    fn may_be_joined(&self, cloud: &Holding, forest: &Holding) -> bool {
        const JOINING: u32 =
            flags::CLOUD_ID | flags::DIRECTORY_GUID | flags::SID | flags::ON_PREMISES_DN;
        let facts = self.objects.flags(cloud.root);
        let synced = facts & (flags::IMMUTABLE_ID | flags::SYNCED) != 0;
        let cloud_only = !synced && facts & flags::NO_IMMUTABLE_ID != 0;
        !cloud_only && facts & self.objects.flags(forest.root) & JOINING == 0
    }

    fn across(&self, cloud: &Holding, forest: &Holding) -> Across {
        let (one, other) = (
            self.objects.flags(cloud.root),
            self.objects.flags(forest.root),
        );
        let families = [one, other].map(|facts| facts >> flags::FAMILY_SHIFT & 0b1111);
        let differ = families[0] & families[1] == 0 && families[0] != 0 && families[1] != 0;
        let contact = families[1] & Family::Contact as u32 != 0;
        let joined = other & (flags::CLOUD_LIVE | flags::CLOUD_DELETED) != 0
            || one & other & flags::CLOUD_ID != 0;
        let upns = |holding: &Holding| holding.roles.has(Role::UserPrincipalName);
        if self.store.address_at(cloud.record, cloud.place).kind != AddressType::Smtp {
            Across::OtherType
        } else if self.is_weak(cloud) && !upns(cloud) {
            Across::Invitation
        } else if one & flags::GUEST != 0 && contact {
            Across::GuestAndContact
        } else if joined {
            Across::JoinedElsewhere
        } else if differ {
            Across::OtherClass
        } else if one & (flags::FOREST_LIVE | flags::FOREST_DELETED) != 0 {
            Across::OtherAccount
        } else if one & (flags::IMMUTABLE_ID | flags::SYNCED) != 0 {
            Across::OtherAnchor
        } else if upns(cloud) && upns(forest) || self.is_primary(cloud) && self.is_primary(forest) {
            Across::MayMatch
        } else {
            Across::Unmatched
        }
    }

    /// Whether the address is the object's primary one: with `SMTP:`, or as mail where its proxy addresses show no other.
    fn is_primary(&self, holding: &Holding) -> bool {
        if holding.roles.has(Role::Primary) {
            return true;
        }
        let shows_primary = |record: RecordId| {
            self.trees[self.store.directory(record) as usize] == holding.directory
                && self
                    .store
                    .row(record)
                    .addresses()
                    .any(|held| held.kind == AddressType::Smtp && held.roles.has(Role::Primary))
        };
        let members = || self.objects.members(holding.record);
        holding.roles.has(Role::Mail) && !members().into_iter().any(shows_primary)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::find_conflicts::find_conflicts;

    /// Severity, reason and command lines of the one conflict between `cloud` and `forest`.
    fn conflict(cloud: Value, forest: Value) -> (String, String, String) {
        let mut recipients = [
            json!({ "id": "c10d0000-0000-4000-8000-0000000000c1", "displayName": "Cloud", "proxyAddresses": ["SMTP:a@x.com"],
                "userPrincipalName": "c@x.com", "onPremisesImmutableId": null }),
            json!({ "DistinguishedName": "CN=Local,DC=x", "Name": "Local", "ObjectClass": "user",
                "ObjectGUID": "5d1c0f8a-c011-45b2-9e0a-1b2c3d4e5f60", "proxyAddresses": ["SMTP:a@x.com"] }),
        ];
        for (record, more) in recipients.iter_mut().zip([cloud, forest]) {
            for (name, value) in more.as_object().unwrap() {
                record[name] = value.clone();
            }
        }
        let request = json!({ "version": 1, "recipients": recipients });
        let answer = find_conflicts(request.to_string().as_bytes()).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let conflict = &answer["conflicts"][0];
        assert_eq!(conflict["kind"], "CrossDirectory", "{answer}");
        let text = |name: &str| conflict[name].as_str().unwrap().to_owned();
        let lines = conflict["remediation"].to_string();
        (text("severity"), text("reason"), lines)
    }

    #[test]
    fn the_reason_says_what_the_sync_does() {
        let anchor = "AAECAwQFBgcICQoLDA0ODw==";
        let cases = [
            (
                json!({}),
                json!({}),
                "Warning",
                "BlockSoftMatch is on or the cloud account has an admin role",
            ),
            (
                json!({ "onPremisesImmutableId": anchor }),
                json!({}),
                "Error",
                "InvalidSoftMatch, or quarantines the value. Compare the anchors first",
            ),
            (
                json!({ "groupTypes": ["Unified"], "userPrincipalName": null }),
                json!({}),
                "Error",
                "ObjectTypeMismatch",
            ),
            (
                json!({ "userType": "Guest" }),
                json!({ "ObjectClass": "contact" }),
                "Warning",
                "never matches a contact with a user",
            ),
            (
                json!({ "userType": "Guest", "proxyAddresses": [], "otherMails": ["a@x.com"] }),
                json!({}),
                "Warning",
                "the invitation itself still works",
            ),
            (
                json!({}),
                json!({ "msDS-ExternalDirectoryObjectID": "User_c10d0000-0000-4000-8000-0000000000c2" }),
                "Error",
                "AttributeValueMustBeUnique",
            ),
            (
                json!({}),
                json!({ "proxyAddresses": ["smtp:a@x.com"] }),
                "Error",
                "quarantines the value and leaves it out",
            ),
            (
                json!({ "proxyAddresses": ["x500:/o=a"] }),
                json!({ "proxyAddresses": ["X500:/o=a"] }),
                "Error",
                "the export of Local fails",
            ),
        ];
        for (cloud, forest, severity, words) in cases {
            let (came, reason, _) = conflict(cloud.clone(), forest.clone());
            assert_eq!(came, severity, "{cloud} {forest}: {reason}");
            assert!(reason.contains(words), "{cloud} {forest}: {reason}");
        }
    }

    #[test]
    fn nothing_is_taken_from_anybody_before_the_anchors_were_compared() {
        for anchor in [json!(null), json!("AAECAwQFBgcICQoLDA0ODw==")] {
            let (_, reason, lines) =
                conflict(json!({ "onPremisesImmutableId": anchor }), json!({}));
            assert!(
                reason.contains("Who should keep it is undecided"),
                "{reason}"
            );
            assert!(
                lines.contains("Get-MgUser -UserId 'c10d")
                    && lines.contains("Get-ADObject -Identity 'CN=Local")
            );
            assert!(
                !lines.contains("Set-") && !lines.contains("Update-"),
                "{lines}"
            );
        }
    }
}
