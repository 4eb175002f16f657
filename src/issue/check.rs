//! Which rules hold for which record.
//!
//! Exchange and Entra have accepted what stands in them: there, only what makes mail fail is an issue. On premises anybody
//! can write anything, and the sync drops what it does not take.

use super::suggestion;
use super::{Code, Issue, ObjectIssue};
use crate::address::{Address, AddressType};
use crate::conflict::Severity;
use crate::identity::IdSpace;
use crate::initial_domain::InitialDomain;
use crate::property::Property as P;
use crate::reason::Reason;
use crate::recipient::{HeldAddress, Recipient, Role, Source, flags};
use crate::recipient_type::{Class, Family, TYPES};
use crate::record::RawRecord;
use crate::remote_type::RemoteType;
use crate::rule::{self, VerifiedDomains};

/// The reasons of [`crate::reason`] that are issues, how much each matters, and whether it is one on premises only.
pub(super) const REASONS: &[(Reason, Severity, bool)] = &[
    (Reason::NoTypePrefix, Severity::Error, true),
    (Reason::InvalidCharacter, Severity::Error, false),
    (Reason::FurtherColon, Severity::Error, false),
    (Reason::Diacritics, Severity::Error, true),
    (Reason::NotRfc5322, Severity::Error, false),
    (Reason::ValueTooLong, Severity::Error, true),
    (Reason::LegacyType, Severity::Information, true),
    (Reason::LegacyTypeAssumed, Severity::Information, true),
    (Reason::ReservedDomain, Severity::Warning, true),
    (Reason::ReservedDomainSovereign, Severity::Warning, true),
    (Reason::MicrosoftOnlineX500, Severity::Warning, true),
    (Reason::UnverifiedDomain, Severity::Warning, false),
    (Reason::NonRoutableDomain, Severity::Information, true),
    (Reason::UpnNotOneAt, Severity::Error, false),
    (Reason::UpnInvalidCharacter, Severity::Error, true),
    (Reason::UpnTooLong, Severity::Error, true),
    (Reason::UpnUnverifiedDomain, Severity::Warning, true),
    (Reason::NicknameInvalidCharacter, Severity::Error, true),
    (Reason::NicknameDot, Severity::Error, true),
    (Reason::NicknameTooLong, Severity::Error, true),
];

pub(super) fn severity(reason: Reason) -> Severity {
    let row = REASONS.iter().find(|row| row.0 == reason);
    row.map_or(Severity::Information, |row| row.1)
}

/// Checks record after record against one tenant.
#[derive(Debug, Default)]
pub struct Checker {
    /// None where they were not given: then nothing is said of domains.
    verified: Option<VerifiedDomains>,
    /// Where the initial domain was not given, every address below one may be the tenant's own.
    initial_is_known: bool,
    /// What was found so far.
    pub issues: Vec<Issue>,
}

/// A record under check.
struct Subject<'r> {
    record: &'r RawRecord<'r>,
    recipient: &'r Recipient<'r>,
    class: Class,
}

impl Checker {
    /// Against a tenant with these domains; with no verified ones, domains are not checked.
    #[must_use]
    pub fn new(initial_domain: Option<&InitialDomain>, verified_domains: &[String]) -> Self {
        let initial = initial_domain.map_or("", InitialDomain::as_str);
        let verified = (!verified_domains.is_empty())
            .then(|| VerifiedDomains::new(initial, verified_domains.iter().map(String::as_str)));
        Self {
            verified,
            initial_is_known: initial_domain.is_some(),
            issues: Vec::new(),
        }
    }

    /// Checks one record; gives what it found there.
    pub fn check(&mut self, record: &RawRecord<'_>, recipient: &Recipient<'_>) -> &[Issue] {
        let before = self.issues.len();
        if recipient.flags & (flags::CLOUD_DELETED | flags::FOREST_DELETED) != 0 {
            return &[];
        }
        let subject = Subject {
            record,
            recipient,
            class: TYPES[recipient.type_row as usize].class,
        };
        self.check_values(&subject);
        self.check_bare(&subject);
        self.check_object(&subject);
        if !subject.is_system() && subject.class != Class::Guest {
            self.check_upn(&subject);
            self.check_nickname(&subject);
        }
        &self.issues[before..]
    }

    fn check_values(&mut self, subject: &Subject<'_>) {
        let rejected = subject.recipient.rejected.iter().copied();
        for value in subject.proxies().map(|held| held.value).chain(rejected) {
            match rule::judge(value) {
                Err(reason) => {
                    self.add_value(subject, reason, subject.addresses(), value);
                }
                Ok(parts) => {
                    let unverified = parts.domain.is_some_and(|domain| self.lacks(domain));
                    if subject.is_system() {
                        continue;
                    }
                    if unverified && subject.needs_verified_domain() {
                        let reason = Reason::UnverifiedDomain;
                        self.add_value(subject, reason, subject.addresses(), value);
                    } else if parts
                        .domain
                        .is_some_and(|domain| self.is_unreachable(domain))
                        && subject.may_get_a_mailbox()
                    {
                        let reason = Reason::NonRoutableDomain;
                        self.add_value(subject, reason, subject.addresses(), value);
                    }
                }
            }
        }
    }

    /// `mail` and where mail is sent on to. In the cloud both are what the list says, or belong to somebody else.
    fn check_bare(&mut self, subject: &Subject<'_>) {
        if !subject.recipient.source.is_on_premises() {
            return;
        }
        let target = subject.record.first(P::TargetAddress);
        let target = target.map(|value| Address::parse(value, AddressType::Smtp));
        let target = target
            .filter(|target| target.kind == AddressType::Smtp)
            .map(|target| target.bare);
        for (name, value, judge) in [
            (
                subject.mail_name(),
                subject.record.first(P::Mail),
                rule::judge_smtp as fn(&str) -> Result<&str, Reason>,
            ),
            ("targetAddress", target, rule::judge_syntax),
        ] {
            if let Some(value) = value
                && let Err(reason) = judge(value)
            {
                let suggestion = suggestion::instead_of_bare(reason, value);
                let value = value.to_owned();
                self.issues
                    .push(subject.issue(Code::Value(reason), name, value, suggestion));
            }
        }
    }

    fn check_object(&mut self, subject: &Subject<'_>) {
        let recipient = subject.recipient;
        let count = subject.proxies().count() + recipient.repeats.len() + recipient.rejected.len();
        let mut add = |issue, attribute, value: String, suggestion| {
            self.issues
                .push(subject.issue(Code::Object(issue), attribute, value, suggestion));
        };
        if count > rule::MAX_PROXY_ADDRESSES {
            let issue = ObjectIssue::TooManyProxyAddresses;
            add(issue, subject.addresses(), format!("{count} values"), None);
        }
        // What would be taken as a primary: on premises none of a reserved domain.
        let verified = self.verified.as_ref();
        let takes = |bare: &str| {
            let judged = if recipient.source.is_on_premises() {
                rule::judge_smtp(bare)
            } else {
                rule::judge_syntax(bare)
            };
            judged.is_ok_and(|domain| {
                !subject.needs_verified_domain() || verified.is_none_or(|all| all.holds(domain))
            })
        };
        let primaries: Vec<&HeldAddress<'_>> = subject
            .proxies()
            .filter(|held| held.roles.has(Role::Primary) && is_smtp(held))
            .collect();
        let lists = [P::EmailAddresses, P::ProxyAddresses];
        match primaries[..] {
            [] if subject.record.present.has_any(&lists) && subject.is_mail_enabled() => {
                let issue = ObjectIssue::PrimaryMissing;
                let suggestion = suggestion::primary(subject.proxies(), subject.mail(), takes);
                add(issue, subject.addresses(), String::new(), suggestion);
            }
            [] => {}
            [primary] => {
                let differs = |mail: &&str| !mail.eq_ignore_ascii_case(primary.bare);
                // A guest's, contact's or mail user's mail may be where its mail goes.
                let forwards = matches!(
                    subject.class,
                    Class::Guest | Class::MailContact | Class::Contact | Class::MailUser
                );
                // A primary that is dropped gives way to mail.
                let counts = !recipient.source.is_on_premises() || takes(primary.bare);
                if let Some(mail) = subject
                    .mail()
                    .filter(differs)
                    .filter(|_| !forwards && counts)
                {
                    let issue = ObjectIssue::MailDiffersFromPrimary;
                    let suggestion = Some(primary.bare.to_owned());
                    add(issue, subject.mail_name(), mail.to_owned(), suggestion);
                }
            }
            [first, ..] => {
                let is_mail = |held: &&&HeldAddress<'_>| {
                    subject
                        .mail()
                        .is_some_and(|mail| mail.eq_ignore_ascii_case(held.bare))
                };
                // The calculation takes the first that is left.
                let mut good = primaries.iter().filter(|held| takes(held.bare));
                let keep = good.clone().find(is_mail).or_else(|| good.next());
                let keep = keep.map_or(first.value, |held| held.value);
                let all: Vec<&str> = primaries.iter().map(|held| held.value).collect();
                let issue = ObjectIssue::SeveralPrimaries;
                add(
                    issue,
                    subject.addresses(),
                    all.join("; "),
                    Some(keep.to_owned()),
                );
            }
        }
    }

    fn check_upn(&mut self, subject: &Subject<'_>) {
        let Some(upn) = subject.record.first(P::UserPrincipalName) else {
            return;
        };
        match rule::judge_upn(upn) {
            Err(reason) => self.add_value(subject, reason, "userPrincipalName", upn),
            Ok((_, suffix)) if self.lacks(suffix) => {
                let reason = Reason::UpnUnverifiedDomain;
                self.add_value(subject, reason, "userPrincipalName", upn);
            }
            Ok(_) => {}
        }
    }

    fn check_nickname(&mut self, subject: &Subject<'_>) {
        let nickname = subject.record.first(P::MailNickname);
        if let Some(nickname) = nickname
            && let Err(reason) = rule::judge_nickname(nickname)
        {
            let name = if subject.is_exchange() {
                "Alias"
            } else {
                "mailNickname"
            };
            self.add_value(subject, reason, name, nickname);
        }
    }

    fn lacks(&self, domain: &str) -> bool {
        self.verified
            .as_ref()
            .is_some_and(|verified| !verified.holds(domain))
            && (self.initial_is_known || !rule::is_initial_of_some_tenant(domain))
    }

    /// Nobody can verify the domain, and nobody said that it is verified.
    fn is_unreachable(&self, domain: &str) -> bool {
        let verified = self.verified.as_ref();
        !rule::is_routable(domain) && verified.is_none_or(|all| !all.holds(domain))
    }

    fn add_value(
        &mut self,
        subject: &Subject<'_>,
        reason: Reason,
        attribute: &'static str,
        value: &str,
    ) {
        let on_premises = subject.recipient.source.is_on_premises();
        let row = REASONS.iter().find(|row| row.0 == reason);
        // Addresses beyond ASCII are known to Exchange Online.
        if row.is_some_and(|row| on_premises || (!row.2 && value.is_ascii())) {
            let domain = subject.primary_domain();
            let suggestion = suggestion::instead_of(reason, value, domain, self.verified.as_ref());
            let value = value.to_owned();
            let mut issue = subject.issue(Code::Value(reason), attribute, value, suggestion);
            if reason == Reason::NonRoutableDomain && subject.says_mailbox() {
                issue.severity = Severity::Warning.name();
            }
            self.issues.push(issue);
        }
    }
}

impl<'r> Subject<'r> {
    fn issue(
        &self,
        code: Code,
        attribute: &'static str,
        value: String,
        suggestion: Option<String>,
    ) -> Issue {
        let order = [
            IdSpace::Cloud,
            IdSpace::DirectoryGuid,
            IdSpace::ExchangeGuid,
            IdSpace::Sid,
            IdSpace::Dn,
        ];
        let id = order
            .into_iter()
            .find_map(|space| self.recipient.ids.iter().find(|id| id.space == space));
        Issue {
            identity: self.recipient.identity.to_owned(),
            id: id.map_or_else(String::new, |id| id.text.clone().into_owned()),
            attribute,
            value,
            code: code.name(),
            severity: super::severity_of(code).name(),
            message: code.message(),
            suggestion,
            source: self.recipient.source.name(),
        }
    }

    /// Exchange's own: their names have braces and blanks, nobody signs in with them, and none is synced.
    fn is_system(&self) -> bool {
        matches!(self.class, Class::SystemMailbox(_))
            || TYPES[self.recipient.type_row as usize].name == "DiscoveryMailbox"
    }

    /// The values of the list of proxy addresses.
    fn proxies(&self) -> impl Iterator<Item = &'r HeldAddress<'r>> {
        let listed = |held: &&HeldAddress<'_>| {
            held.roles.has(Role::Primary) || held.roles.has(Role::Secondary)
        };
        self.recipient.addresses.iter().filter(listed)
    }

    fn is_exchange(&self) -> bool {
        matches!(
            self.recipient.source,
            Source::ExchangeOnline | Source::ExchangeOnPremises
        )
    }

    fn addresses(&self) -> &'static str {
        if self.is_exchange() {
            "EmailAddresses"
        } else {
            "proxyAddresses"
        }
    }

    fn mail_name(&self) -> &'static str {
        if self.is_exchange() {
            "PrimarySmtpAddress"
        } else {
            "mail"
        }
    }

    /// `mail`, or the primary SMTP address as a property of its own.
    fn mail(&self) -> Option<&'r str> {
        [P::Mail, P::PrimarySmtpAddress]
            .into_iter()
            .find_map(|property| self.record.first(property))
            .filter(|mail| mail.contains('@'))
    }

    fn primary_domain(&self) -> Option<&'r str> {
        let primary = self
            .proxies()
            .find(|held| held.roles.has(Role::Primary) && is_smtp(held));
        let address = primary.map(|held| held.bare).or_else(|| self.mail())?;
        Some(address.rsplit_once('@')?.1)
    }

    /// Its type says that it takes part in mail. A guest may have no proxy address: the one of its mail can be taken.
    fn is_mail_enabled(&self) -> bool {
        !matches!(
            self.class,
            Class::User | Class::Contact | Class::Group | Class::Guest | Class::Unknown
        )
    }

    /// A user that a license can turn into a mailbox, or what may be one. Nobody licenses groups, contacts and guests.
    fn may_get_a_mailbox(&self) -> bool {
        matches!(self.class.family(), Family::User | Family::Unknown) && self.class != Class::Guest
    }

    /// Attributes on premises say that it is a mailbox, here or in the cloud: it loses the address now.
    fn says_mailbox(&self) -> bool {
        self.class.is_mailbox()
            || RemoteType::of_record(self.record).is_some_and(|kind| kind.is_in_the_cloud())
    }

    /// Contacts, mail users and guests may have addresses in any domain; of a user without a mailbox it is not known.
    fn needs_verified_domain(&self) -> bool {
        self.is_mail_enabled() && !matches!(self.class, Class::MailUser | Class::MailContact)
    }
}

fn is_smtp(held: &HeldAddress<'_>) -> bool {
    held.kind == AddressType::Smtp
}
