//! The property names of every source, and what each means.
//!
//! Exchange Online, Exchange on premises, Graph, Active Directory, Entra Connect's tools and the admin centres' CSV
//! exports name the same things differently. This table is the only place that knows it. Names compare without case,
//! blanks and underscores.

use ahash::AHashMap;
use once_cell::sync::Lazy;

macro_rules! properties {
    ($($(#[$doc:meta])* $variant:ident = [$($name:literal),*];)*) => {
        /// A property that the reader uses. The order is that of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Property { $($(#[$doc])* $variant,)* }

        /// Folded name and property.
        const TABLE: &[(&str, Property)] = &[$($(($name, Property::$variant),)*)*];
    };
}

properties! {
    /// Exchange's proxy addresses.
    EmailAddresses = ["emailaddresses"];
    /// The directories' proxy addresses, and what exports of either side call them. A number may follow: see [`Property::from_name`].
    ProxyAddresses = [
        "proxyaddresses", "proxyaddress", "aliases", "emailaliases", "emailalias", "smtpaddresses", "smtpaddress",
        "secondarysmtpaddresses", "secondarysmtpaddress", "secondaryemailaddresses", "secondaryaddresses"
    ];
    /// Exchange's primary SMTP address.
    PrimarySmtpAddress = ["primarysmtpaddress"];
    /// The `mail` attribute, as Exchange and the directories name it.
    Mail = [
        "mail", "emailaddress", "windowsemailaddress", "email", "e-mail", "e-mailaddress", "primaryemail", "primaryemailaddress"
    ];
    /// The sign-in name.
    UserPrincipalName = ["userprincipalname", "windowsliveid"];
    /// The sign-in name on premises, as Graph knows it: it is no sign-in name of the cloud.
    OnPremisesUserPrincipalName = ["onpremisesuserprincipalname"];
    /// Graph: further addresses of a user; of a guest those of the invitation.
    OtherMails = ["othermails"];
    /// Where a contact's, mail user's or remote mailbox's mail goes.
    TargetAddress = ["externalemailaddress", "targetaddress"];
    /// SIP addresses, bare.
    SipAddress = ["sipproxyaddress", "msrtcsip-primaryuseraddress", "imaddresses"];
    /// The legacy Exchange distinguished name.
    LegacyExchangeDn = ["legacyexchangedn"];
    /// `true` where the object is synced from on premises.
    Synced = ["isdirsynced", "onpremisessyncenabled", "dirsyncenabled"];
    /// `true` where a synced user's Exchange attributes are edited online.
    ExchangeCloudManaged = ["isexchangecloudmanaged"];
    /// Exchange's identity.
    Identity = ["identity"];
    /// The name.
    Name = ["name", "cn"];
    /// The display name.
    DisplayName = ["displayname"];
    /// The account name in Active Directory.
    SamAccountName = ["samaccountname"];
    /// The distinguished name.
    DistinguishedName = ["distinguishedname", "dn"];
    /// Exchange's recipient type details.
    RecipientTypeDetails = ["recipienttypedetails"];
    /// Exchange's recipient type.
    RecipientType = ["recipienttype"];
    /// The same in Active Directory, a number.
    MsExchRecipientTypeDetails = ["msexchrecipienttypedetails"];
    /// Graph's type of an object.
    ODataType = ["@odata.type"];
    /// Active Directory's and Entra Connect's class of an object.
    ObjectClass = ["objectclass", "objecttype", "syncobjecttype"];
    /// Member or Guest.
    UserType = ["usertype"];
    /// Graph: `Unified` marks a Microsoft 365 group.
    GroupTypes = ["grouptypes"];
    /// Graph, groups only.
    SecurityEnabled = ["securityenabled"];
    /// Says whether the object is deleted.
    SoftDeleted = ["issoftdeletedbyremove", "isdeleted"];
    /// Says whether a mailbox is deleted because its license is gone.
    SoftDeletedByDisable = ["issoftdeletedbydisable"];
    /// When the object was deleted.
    WhenSoftDeleted = ["whensoftdeleted", "deleteddatetime", "deletiontimestamp", "softdeletiontimestamp"];
    /// A deleted mailbox kept by a hold.
    InactiveMailbox = ["isinactivemailbox"];
    /// The object's id in Entra, as Exchange knows it.
    ExternalDirectoryObjectId = ["externaldirectoryobjectid"];
    /// Graph's id, and Exchange's name for something else.
    Id = ["id", "objectid"];
    /// `User_<id in Entra>`, in Active Directory.
    MsDsExternalDirectoryObjectId = ["msds-externaldirectoryobjectid"];
    /// The directory GUID in Active Directory.
    ObjectGuid = ["objectguid"];
    /// What the directory GUID of a synced object is called elsewhere.
    ImmutableId = [
        "ms-ds-consistencyguid", "msds-consistencyguid", "sourceanchor", "onpremisesimmutableid", "immutableid", "onpremisesobjectid"
    ];
    /// Entra Connect's anchor in the cloud: `User_<id in Entra>`, or a plain GUID.
    CloudAnchor = ["cloudanchor"];
    /// Exchange's object GUID; on premises the directory GUID.
    Guid = ["guid", "exchangeobjectid"];
    /// The security identifier.
    Sid = ["sid", "objectsid", "onpremisessecurityidentifier", "msexchmasteraccountsid"];
    /// The distinguished name on premises, as Graph knows it.
    OnPremisesDistinguishedName = ["onpremisesdistinguishedname"];
    /// The mailbox GUID.
    MailboxGuid = ["exchangeguid", "msexchmailboxguid"];
    /// Exchange's organisation; tells Exchange Online from Exchange on premises.
    OrganizationId = ["organizationid", "organizationalunitroot"];
    /// The alias; Entra makes the MOERA of it.
    MailNickname = ["mailnickname", "alias"];
    /// How a mailbox in the cloud came to be, a set of bits.
    RemoteRecipientType = ["msexchremoterecipienttype", "remoterecipienttype"];
    /// What kind of recipient the cloud takes an object for, a number.
    RecipientDisplayType = ["recipientdisplaytype", "cloudmsexchrecipientdisplaytype"];
    /// The routing address in the initial domain, as earlier results name it.
    Moera = ["moera"];
    /// Graph's service plans: `<servicePlanId> <capabilityStatus>` each.
    AssignedPlans = ["assignedplans"];
    /// Whether an Exchange plan is enabled, said outright.
    Licensed = ["licensed"];
    /// The verified domains of an earlier result.
    VerifiedDomains = ["verifieddomains"];
    /// An earlier result says what on premises had then: below this name.
    Shadow = ["onpremises"];
    /// See [`Property::Shadow`].
    ShadowUserPrincipalName = ["onpremises.userprincipalname"];
    /// See [`Property::Shadow`].
    ShadowMail = ["onpremises.mail"];
    /// See [`Property::Shadow`].
    ShadowMailNickname = ["onpremises.mailnickname"];
    /// See [`Property::Shadow`].
    ShadowProxyAddresses = ["onpremises.proxyaddresses"];
}

/// What says nothing about the addresses that are held: it is used only where rules are applied to single objects (their
/// issues, their calculation, the MOERAs to come). A caller that makes records need not send it for anything else.
const FOR_RULES: &[Property] = &[
    Property::MailNickname,
    Property::RemoteRecipientType,
    Property::AssignedPlans,
];

/// What only the proxy calculation reads, and all other readers pass over.
const FOR_CALCULATION: &[Property] = &[
    Property::RecipientDisplayType,
    Property::Moera,
    Property::Licensed,
    Property::VerifiedDomains,
    Property::Shadow,
    Property::ShadowUserPrincipalName,
    Property::ShadowMail,
    Property::ShadowMailNickname,
    Property::ShadowProxyAddresses,
];

/// Objects of an earlier result whose properties are read as the record's own.
const NESTED: &[&str] = &["state", "cloud"];
/// The one whose properties are told apart, by its name in front of theirs.
const SHADOW: (&str, &str) = ("onpremises", "onpremises.");

/// Names that are known and say nothing about addresses that are held: they are read over on purpose.
const KNOWN_AND_UNUSED: &[&str] = &[
    "forwardingsmtpaddress",
    "msexchshadowproxyaddresses",
    "textencodedoraddress",
    "microsoftonlineservicesid",
    "alternateemailaddress",
    "alternateemailaddresses",
    "onpremisessamaccountname",
    "signinactivity",
    "licensedetails",
    "emailaddresspolicyenabled",
    "hiddenfromaddresslistsenabled",
    "whencreated",
    "whenchanged",
    "createddatetime",
    "accountenabled",
    "assignedlicenses",
    "provisionedplans",
    "usagelocation",
    "onpremisesprovisioningerrors",
    "serviceprovisioningerrors",
    "licenseassignmentstates",
    "homemdb",
    "msexchhomeservername",
    "mailenabled",
    "archiveguid",
    "litigationholdenabled",
    "inplaceholds",
    "isdehydrated",
    "enabled",
    "resourceprovisioningoptions",
    "creationtype",
    "externaluserstate",
];

static BY_NAME: Lazy<AHashMap<&'static str, Property>> =
    Lazy::new(|| TABLE.iter().copied().collect());

/// Lower case, without blanks and underscores.
pub(crate) fn fold_name(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, ' ' | '_' | '\u{feff}'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// What a number may follow in the name of one of several columns of addresses: `EmailAddress1`, `proxyAddresses.0`.
const NUMBERED: &[&str] = &["emailaddresses", "emailaddress", "email", "mail", "alias"];

/// The name without the number at its end, where it has one: `Proxy Address [2]`, `proxyAddresses/0`, `Alias-3`.
fn without_number(folded: &str) -> Option<&str> {
    let name = folded.trim_end_matches([']', ')']);
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (base.len() < name.len()).then(|| base.trim_end_matches(['[', '(', '.', '/', '-', '#', ':']))
}

/// Words in the name of a column whose bare addresses are likely the object's own.
const OWN: &[&str] = &["mail", "smtp", "proxy", "alias", "address"];
/// Words that say that they are somebody else's, or used for something else.
const FOREIGN: &[&str] = &[
    "manage",
    "owner",
    "member",
    "forward",
    "external",
    "target",
    "reply",
    "moderat",
    "accept",
    "reject",
    "notif",
    "recover",
    "alternate",
    "other",
    "sender",
    "delegat",
    "contact",
    "journal",
    "grant",
    "onbehalf",
    "created",
    "modified",
    "invited",
    "assistant",
    "secretary",
    "sponsor",
    "from",
    "street",
    "home",
    "personal",
    "private",
    "original",
    "previous",
];

/// Whether a column that is not known is named as if its bare addresses were the object's own.
pub(crate) fn names_own_addresses(name: &str) -> bool {
    let folded = fold_name(name);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    has(OWN) && !has(FOREIGN)
}

/// Whether a property is spelled as Graph's REST answers do, which hold only what was selected. Objects of the Graph SDK
/// begin their names with a capital, hold every property, and leave empty what was not fetched: see [`crate::fetched`].
pub(crate) fn is_rest_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
}

impl Property {
    /// The property called `name`; `None` for what the reader does not use. Of several columns of addresses each may have a
    /// number at its end.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let folded = fold_name(name);
        let numbered = || {
            let base = without_number(&folded)?;
            let known = BY_NAME.get(base) == Some(&Self::ProxyAddresses);
            (known || NUMBERED.contains(&base)).then_some(Self::ProxyAddresses)
        };
        BY_NAME.get(folded.as_str()).copied().or_else(numbered)
    }

    /// Its name in messages: as the source that has it most often spells it.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::EmailAddresses => "EmailAddresses",
            Self::ProxyAddresses => "proxyAddresses",
            Self::PrimarySmtpAddress => "PrimarySmtpAddress",
            Self::Mail => "mail",
            Self::UserPrincipalName => "userPrincipalName",
            Self::OnPremisesUserPrincipalName => "onPremisesUserPrincipalName",
            Self::OtherMails => "otherMails",
            Self::TargetAddress => "targetAddress",
            Self::SipAddress => "SIP address",
            Self::LegacyExchangeDn => "LegacyExchangeDN",
            Self::Synced => "IsDirSynced",
            Self::ExchangeCloudManaged => "IsExchangeCloudManaged",
            Self::SoftDeleted => "deleted",
            Self::InactiveMailbox => "IsInactiveMailbox",
            Self::DistinguishedName => "DistinguishedName",
            Self::OnPremisesDistinguishedName => "onPremisesDistinguishedName",
            Self::MailNickname => "mailNickname",
            other => TABLE
                .iter()
                .find(|(_, property)| *property == other)
                .map_or("", |(name, _)| name),
        }
    }

    /// Its values are addresses, one or many: a wrapper or quotes round them are the export's.
    #[must_use]
    pub fn is_address(self) -> bool {
        self.holds_addresses()
            || matches!(
                self,
                Self::PrimarySmtpAddress
                    | Self::Mail
                    | Self::UserPrincipalName
                    | Self::OnPremisesUserPrincipalName
                    | Self::OtherMails
                    | Self::TargetAddress
            )
    }

    /// A multi-valued property of addresses, whose single cell may hold several.
    #[must_use]
    pub fn holds_addresses(self) -> bool {
        matches!(
            self,
            Self::EmailAddresses
                | Self::ProxyAddresses
                | Self::SipAddress
                | Self::OtherMails
                | Self::ShadowProxyAddresses
        )
    }

    /// Whether the proxy calculation alone reads it.
    #[must_use]
    pub fn is_for_calculation(self) -> bool {
        FOR_CALCULATION.contains(&self)
    }

    fn bit(self) -> u64 {
        1 << self as u8
    }
}

/// The names the reader uses, folded, by what they mean, as JSON for C: a caller that makes records needs to send no others.
#[must_use]
pub fn names_for_c() -> &'static std::ffi::CStr {
    #[derive(serde::Serialize)]
    struct Named {
        meaning: String,
        names: Vec<&'static str>,
        rules: bool,
    }
    static NAMES: Lazy<std::ffi::CString> = Lazy::new(|| {
        let mut properties: Vec<Named> = Vec::new();
        for (name, property) in TABLE {
            let meaning = format!("{property:?}");
            match properties.last_mut().filter(|last| last.meaning == meaning) {
                Some(last) => last.names.push(name),
                None => properties.push(Named {
                    meaning,
                    names: vec![name],
                    rules: FOR_RULES.contains(property) || property.is_for_calculation(),
                }),
            }
        }
        let all = serde_json::json!({
            "version": 1, "properties": properties, "passedOver": KNOWN_AND_UNUSED,
        });
        std::ffi::CString::new(all.to_string()).unwrap_or_default()
    });
    NAMES.as_c_str()
}

/// Whether the reader knows `name`, be it to use it or to read over it.
#[must_use]
pub fn is_known(name: &str) -> bool {
    let folded = fold_name(name);
    BY_NAME.contains_key(folded.as_str()) || KNOWN_AND_UNUSED.contains(&folded.as_str())
}

/// Which properties a record has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PropertySet(u64);

impl PropertySet {
    /// Adds one.
    pub fn insert(&mut self, property: Property) {
        self.0 |= property.bit();
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it is there.
    #[must_use]
    pub fn has(self, property: Property) -> bool {
        self.0 & property.bit() != 0
    }

    /// Whether one of them is there.
    #[must_use]
    pub fn has_any(self, properties: &[Property]) -> bool {
        properties.iter().any(|property| self.has(*property))
    }
}

/// Finds properties by name for a run of records that look alike: where the names come in the order of the record
/// before, a comparison is all it costs.
#[derive(Debug, Default)]
pub struct NameCache {
    seen: Vec<Seen>,
    next: usize,
    for_calculation: bool,
}

#[derive(Debug)]
struct Seen {
    name: Box<str>,
    property: Option<Property>,
    /// How many of its values are still to be looked at: a column that is not known may hold addresses.
    looks: u16,
}

impl NameCache {
    /// More names than this in one source are no table; they are looked up each time.
    const MOST: usize = 512;

    /// One that finds what the proxy calculation reads, too.
    #[must_use]
    pub fn for_calculation() -> Self {
        Self {
            for_calculation: true,
            ..Self::default()
        }
    }

    /// What stands before the names of the properties of the object called `name`, where it is part of an earlier result.
    #[must_use]
    pub fn nested(&self, name: &str) -> Option<&'static str> {
        if !self.for_calculation {
            return None;
        }
        if name.eq_ignore_ascii_case(SHADOW.0) {
            return Some(SHADOW.1);
        }
        let nested = NESTED.iter().any(|known| known.eq_ignore_ascii_case(name));
        nested.then(Default::default)
    }

    /// A new record begins.
    pub fn restart(&mut self) {
        self.next = 0;
    }

    /// Values of a column that is not known that are looked at. What holds no address in so many hardly holds any.
    const LOOKS: u16 = 1000;

    /// The property called `name`.
    pub fn find(&mut self, name: &str) -> Option<Property> {
        if let Some(expected) = self.seen.get(self.next)
            && *expected.name == *name
        {
            self.next += 1;
            return expected.property;
        }
        if let Some(at) = self.seen.iter().position(|known| *known.name == *name) {
            self.next = at + 1;
            return self.seen[at].property;
        }
        let property = Property::from_name(name)
            .filter(|property| self.for_calculation || !property.is_for_calculation());
        if self.seen.len() < Self::MOST && name.len() <= 128 {
            self.seen.push(Seen {
                name: name.into(),
                property,
                looks: if is_known(name) { 0 } else { Self::LOOKS },
            });
            self.next = self.seen.len();
        }
        property
    }

    /// Whether the value of the name found last, which is not known, should be looked at; `looked` says that one was.
    #[must_use]
    pub fn wants_a_look(&self, name: &str) -> bool {
        self.last()
            .is_some_and(|last| last.looks > 0 && *last.name == *name)
    }

    /// A value of the name found last was looked at.
    pub fn looked(&mut self) {
        let last = self.next.wrapping_sub(1);
        if let Some(last) = self.seen.get_mut(last) {
            last.looks = last.looks.saturating_sub(1);
        }
    }

    fn last(&self) -> Option<&Seen> {
        self.seen.get(self.next.wrapping_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case_blanks_and_underscores() {
        assert_eq!(
            Property::from_name("Proxy addresses"),
            Some(Property::ProxyAddresses)
        );
        assert_eq!(
            Property::from_name("PROXY_ADDRESSES"),
            Some(Property::ProxyAddresses)
        );
        assert_eq!(
            Property::from_name("mS-DS-ConsistencyGuid"),
            Some(Property::ImmutableId)
        );
        assert_eq!(Property::from_name("proxyAddresses@odata.type"), None);
        assert_eq!(Property::from_name("ForwardingSmtpAddress"), None);
        assert!(is_known("ForwardingSmtpAddress") && !is_known("Favourite Colour"));
    }

    #[test]
    fn numbered_columns_of_addresses_are_read() {
        for name in [
            "EmailAddress1",
            "EmailAddresses2",
            "Email Address 3",
            "Proxy_Address_4",
            "proxyAddresses.0",
            "proxyAddresses/12",
            "EmailAddresses[0]",
            "Alias-2",
            "Alias 1",
            "Mail2",
            "Aliases",
        ] {
            assert_eq!(
                Property::from_name(name),
                Some(Property::ProxyAddresses),
                "{name}"
            );
        }
        for name in ["extensionAttribute1", "Address1", "1", "Id2", "Name1"] {
            assert_eq!(Property::from_name(name), None, "{name}");
        }
        assert_eq!(Property::from_name("Alias"), Some(Property::MailNickname));
        assert_eq!(Property::from_name("EmailAddress"), Some(Property::Mail));
    }

    #[test]
    fn the_name_of_a_column_says_whose_addresses_it_holds() {
        for name in ["Email IDs", "SMTP", "All Addresses", "Aliasnames"] {
            assert!(names_own_addresses(name), "{name}");
        }
        for name in [
            "Manager",
            "ManagerEmail",
            "ReplyToAddress",
            "Created By",
            "Notes",
        ] {
            assert!(!names_own_addresses(name), "{name}");
        }
    }

    #[test]
    fn the_table_fits_a_set_and_names_nothing_twice() {
        assert!(TABLE.iter().all(|(_, property)| (*property as u8) < 64));
        for (name, _) in TABLE {
            assert_eq!(
                TABLE.iter().filter(|(other, _)| other == name).count(),
                1,
                "{name}"
            );
            assert_eq!(fold_name(name), *name);
        }
    }

    #[test]
    fn the_cache_finds_names_in_any_order() {
        let mut cache = NameCache::default();
        for record in [
            ["Mail", "Name", "x"],
            ["Mail", "Name", "x"],
            ["x", "Name", "Mail"],
        ] {
            cache.restart();
            for name in record {
                assert_eq!(cache.find(name), Property::from_name(name), "{name}");
            }
        }
    }
}
