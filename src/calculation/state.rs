//! What goes into a calculation and what comes out of it.

use super::trace::{Quarantined, TraceLine, Warning};
use crate::address::{Address, AddressType};
use crate::initial_domain::InitialDomain;
use crate::recipient_type::Class;
use crate::remote_type::RemoteType;
use crate::rule::VerifiedDomains;

/// What on premises says of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnPremises {
    /// `userPrincipalName`.
    pub user_principal_name: Option<String>,
    /// It is empty on premises: Entra Connect makes it of the account name and the domain.
    pub upn_of_account: bool,
    /// `sAMAccountName`, where there is no `userPrincipalName`.
    pub account_name: Option<String>,
    /// `mail`.
    pub mail: Option<String>,
    /// `mailNickname`.
    pub mail_nickname: Option<String>,
    /// `proxyAddresses`, in the order of the source.
    pub proxy_addresses: Vec<String>,
    /// `targetAddress`. The calculation does not use it.
    pub target_address: Option<String>,
    /// `msExchRemoteRecipientType`; `None` where it is empty or not said.
    pub remote_recipient_type: Option<RemoteType>,
    /// `msExchRecipientTypeDetails` or Exchange's name for it, as written.
    pub recipient_type_details: Option<String>,
    /// What kind of object it is.
    pub class: Class,
    /// The name of that kind.
    pub type_name: String,
}

impl Default for OnPremises {
    fn default() -> Self {
        Self {
            user_principal_name: None,
            upn_of_account: false,
            account_name: None,
            mail: None,
            mail_nickname: None,
            proxy_addresses: Vec::new(),
            target_address: None,
            remote_recipient_type: None,
            recipient_type_details: None,
            class: Class::Unknown,
            type_name: String::new(),
        }
    }
}

impl OnPremises {
    /// A mailbox or mail user by its type, or a mailbox in the cloud by `msExchRemoteRecipientType`: to be made (1),
    /// with an archive in the cloud (2), or migrated (4).
    #[must_use]
    pub fn is_recipient(&self) -> bool {
        self.class.is_mailbox()
            || matches!(self.class, Class::MailUser | Class::Guest if self.has_details())
            || self
                .remote_recipient_type
                .as_ref()
                .is_some_and(RemoteType::is_in_the_cloud)
    }

    /// `msExchRecipientTypeDetails` has a value.
    #[must_use]
    pub fn has_details(&self) -> bool {
        self.recipient_type_details
            .as_deref()
            .is_some_and(|text| text != "0")
    }

    /// `msExchRemoteRecipientType` has a value.
    #[must_use]
    pub fn has_remote_recipient_type(&self) -> bool {
        self.remote_recipient_type
            .as_ref()
            .is_some_and(|kind| kind.bits != 0 || !kind.known)
    }
}

/// What the cloud has of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cloud {
    /// `userPrincipalName`.
    pub user_principal_name: Option<String>,
    /// `mail`.
    pub mail: Option<String>,
    /// `mailNickname`.
    pub mail_nickname: Option<String>,
    /// `proxyAddresses`, in the order of the source.
    pub proxy_addresses: Vec<String>,
    /// The Microsoft Online e-mail routing address, without its type; `None` where there is none or it is not said.
    pub moera: Option<String>,
    /// `cloudMSExchRecipientDisplayType`.
    pub recipient_display_type: Option<u64>,
}

/// Values of `cloudMSExchRecipientDisplayType` that Microsoft counts as shared resources: shared, room, equipment,
/// arbitration, team, scheduling and group mailboxes, public folders, room lists, and the first two with an ACL.
const SHARED_RESOURCES: &[u64] = &[0, 2, 7, 8, 10, 15, 16, 17, 18, 1_073_741_824, 1_073_741_840];

impl Cloud {
    /// The display type says that it is a mailbox, or something else that Exchange Online keeps.
    #[must_use]
    pub fn is_mailbox(&self) -> bool {
        self.recipient_display_type
            .is_some_and(|kind| SHARED_RESOURCES.contains(&kind))
    }

    /// Its SMTP addresses, without their types.
    pub fn smtp_addresses(&self) -> impl Iterator<Item = &str> {
        self.proxy_addresses.iter().filter_map(|value| {
            let address = Address::parse(value, AddressType::Smtp);
            (address.kind == AddressType::Smtp).then_some(address.bare)
        })
    }

    /// The primary SMTP address, without its type.
    #[must_use]
    pub fn primary(&self) -> Option<&str> {
        self.proxy_addresses.iter().find_map(|value| {
            let address = Address::parse(value, AddressType::Smtp);
            (address.kind == AddressType::Smtp && address.primary).then_some(address.bare)
        })
    }
}

/// How things were at the last synchronisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Previous {
    /// What on premises said then; `None` where that is not known, as with a plain object of the cloud.
    pub on_premises: Option<OnPremises>,
    /// Whether an Exchange plan was enabled; `None` where that is not known.
    pub licensed: Option<bool>,
    /// It was fetched with its plans, which may be none.
    pub has_plans: bool,
    /// What the cloud made of it.
    pub cloud: Cloud,
    /// What the object of the cloud does not say, which is not the same as empty.
    pub not_fetched: Vec<&'static str>,
    /// The domains verified then, in lower case and sorted; `None` where that is not known.
    pub verified_domains: Option<Vec<String>>,
}

/// An object to calculate.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// The caller's name for it.
    pub id: String,
    /// What an admin knows it by.
    pub identity: String,
    /// What on premises says now.
    pub on_premises: OnPremises,
    /// An Exchange plan is enabled now.
    pub licensed: bool,
    /// Nothing says whether one is.
    pub licence_unknown: bool,
    /// How things were; `None` at the first synchronisation.
    pub previous: Option<Previous>,
    /// Its number among the holders of addresses, where it has one already: see [`super::Taken::hold`].
    pub holder: Option<u32>,
}

/// The tenant.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The first domain of the tenant.
    pub initial_domain: InitialDomain,
    /// What [`VerifiedDomains::holds`] knows.
    pub verified: VerifiedDomains,
    /// The same as names, in lower case and sorted.
    pub verified_names: Vec<String>,
}

impl Tenant {
    /// A tenant with these domains. The initial domain belongs to the verified ones.
    #[must_use]
    pub fn new(initial_domain: InitialDomain, verified: &[String]) -> Self {
        let others = verified.iter().map(String::as_str);
        let verified = VerifiedDomains::new(initial_domain.as_str(), others);
        Self {
            initial_domain,
            verified_names: verified.names(),
            verified,
        }
    }

    /// Whether other domains were verified when `before` were.
    #[must_use]
    pub fn has_other_domains_than(&self, before: &[String]) -> bool {
        before != self.verified_names
            && VerifiedDomains::new(
                self.initial_domain.as_str(),
                before.iter().map(String::as_str),
            )
            .names()
                != self.verified_names
    }
}

/// What came out for one object.
#[derive(Debug, Clone)]
pub struct Calculation {
    /// The caller's name for it.
    pub id: String,
    /// What an admin knows it by.
    pub identity: String,
    /// There was no previous state.
    pub first_sync: bool,
    /// What the cloud had before.
    pub before: Option<Cloud>,
    /// What is not known of that.
    pub not_fetched: Vec<&'static str>,
    /// What on premises says.
    pub on_premises: OnPremises,
    /// An Exchange plan is enabled.
    pub licensed: bool,
    /// What the cloud will have.
    pub cloud: Cloud,
    /// Every decision, in the order of the steps.
    pub trace: Vec<TraceLine>,
    /// What to look at.
    pub warnings: Vec<Warning>,
    /// Values that others hold.
    pub quarantined: Vec<Quarantined>,
}
