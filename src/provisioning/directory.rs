//! What Active Directory says: a mailbox that lives there, traces of one that does not, a remote mailbox without a mailbox.

use super::case::{Case, fetch_recipients, fetch_soft_deleted};
use super::fields::Known;
use super::finding::{IN_EXCHANGE_ONLINE, Steps, Verdict, say};
use super::on_premises::OnPremisesUser;
use super::people::Join;
use super::seen::Mailbox;
use crate::conflict::remediation::DELTA_SYNC;
use crate::initial_domain::InitialDomain;
use crate::nickname;
use crate::recipient_type::Class;
use crate::remote_type::RemoteType;

/// The sign of a mailbox on premises, or of its traces, that Exchange Online shows: a synced mail user has its mailbox GUID from
/// there. While it has one, Exchange Online makes no mailbox.
fn sign_in_the_cloud(case: &Case<'_>) -> Option<String> {
    let (name, guid) = case.scanned.mail_user.as_ref()?;
    (case.synced() != Some(false)).then(|| {
        format!("ExchangeGuid of {name} in Exchange Online: {guid}; it comes from msExchMailboxGuid on premises, where a mailbox lives or has left it behind")
    })
}

/// A verdict about the user's side on premises. What was joined by name alone proves nothing.
fn proven(case: &Case<'_>, verdict: Verdict) -> Verdict {
    if case.joined == Some(Join::ById) {
        return verdict;
    }
    verdict.doubted(
        "found by userPrincipalName only: no id shows that the two are the same person",
        case.fetch_user()
            .then(&case.fetch_on_premises().into_lines())
            .note("onPremisesImmutableId or onPremisesSecurityIdentifier of the one, and objectGUID and objectSid of the other, join them."),
    )
}

/// Says why nothing on premises can be the cause, or what is missing to tell; `None` where the on-premises user is there.
fn without_directory(case: &Case<'_>) -> Option<Verdict> {
    if case.on_premises.is_some() && case.synced() != Some(false) {
        return None;
    }
    Some(match case.synced() {
        Some(false) => Verdict::ruled_out(say(
            "onPremisesSyncEnabled: no, the user lives in the cloud only",
        )),
        Some(true) if case.knows_on_premises => Verdict::unknown(
            say("the user is synced, and is not among the on-premises users"),
            case.fetch_on_premises(),
        ),
        Some(true) => Verdict::unknown(
            say("the user is synced; no on-premises users were given"),
            case.fetch_on_premises(),
        ),
        None => Verdict::unknown(say("onPremisesSyncEnabled: not fetched"), case.fetch_user()),
    })
}

fn told<T>(name: &str, known: &Known<T>, text: impl Fn(&T) -> String) -> String {
    match known {
        Known::Value(value) => format!("{name}: {}", text(value)),
        Known::Null => format!("{name}: empty"),
        Known::Missing => format!("{name}: not fetched"),
    }
}

/// `LiveOnPremisesMailbox`. Clearing attributes here would start a second mailbox beside the first.
pub fn live_mailbox(case: &Case<'_>) -> Verdict {
    let move_it = || {
        Steps::default()
            .note("The mailbox is on premises: move it to the cloud. Do not clear its attributes: a second, empty mailbox would start.")
            .run_labelled(
                "New-MoveRequest -Identity {} -Remote -RemoteHostName {} -TargetDeliveryDomain {} -RemoteCredential (Get-Credential)",
                &[case.name_in_cloud(), "<host name of the Exchange server>", &case.routing_domain()],
                IN_EXCHANGE_ONLINE,
            )
            .note("For many: New-MigrationBatch with a migration endpoint.")
    };
    if let Some(mailbox) = &case.scanned.on_premises_mailbox {
        return Verdict::found(
            say(format!("Exchange on premises has {mailbox}")),
            move_it(),
        );
    }
    if let Some(verdict) = without_directory(case) {
        return verdict.with_a_sign(sign_in_the_cloud(case));
    }
    let Some(user) = case.on_premises else {
        return Verdict::unknown(say("no on-premises user"), case.fetch_on_premises());
    };
    let mdb = told("homeMDB", &user.home_mdb, Clone::clone);
    let kind = told("msExchRecipientTypeDetails", &user.recipient_type, |kind| {
        kind.text.clone()
    });
    let is_mailbox = user
        .recipient_type
        .value()
        .is_some_and(|kind| matches!(kind.class, Class::Mailbox | Class::SystemMailbox(_)));
    let verdict = match (&user.home_mdb, is_mailbox) {
        (Known::Value(_), _) | (_, true) => Verdict::found([mdb, kind], move_it()),
        (Known::Null, false) => Verdict::ruled_out([mdb, kind]),
        (Known::Missing, false) => Verdict::unknown([mdb, kind], case.fetch_on_premises())
            .with_a_sign(sign_in_the_cloud(case)),
    };
    proven(case, verdict)
}

/// `OnPremisesMailboxAttributes`.
pub fn stale_attributes(case: &Case<'_>) -> Verdict {
    if let Some(mailbox) = &case.scanned.on_premises_mailbox {
        return Verdict::ruled_out(say(format!(
            "not stale: Exchange on premises has {mailbox}"
        )));
    }
    if let Some(verdict) = without_directory(case) {
        return verdict.with_a_sign(sign_in_the_cloud(case));
    }
    match case.on_premises {
        Some(user) => proven(case, attributes_of(case, user)),
        None => Verdict::unknown(say("no on-premises user"), case.fetch_on_premises()),
    }
}

/// [`stale_attributes`] of the user's side on premises.
fn attributes_of(case: &Case<'_>, user: &OnPremisesUser) -> Verdict {
    let evidence = [
        told("msExchMailboxGuid", &user.mailbox_guid, Clone::clone),
        told("msExchHomeServerName", &user.home_server, Clone::clone),
        told("homeMDB", &user.home_mdb, Clone::clone),
        told("msExchRecipientTypeDetails", &user.recipient_type, |kind| {
            kind.text.clone()
        }),
        told("msExchRemoteRecipientType", &user.remote_type, |kind| {
            kind.text.clone()
        }),
    ];
    let set: Vec<&str> = [
        ("msExchMailboxGuid", &user.mailbox_guid),
        ("msExchHomeServerName", &user.home_server),
    ]
    .into_iter()
    .filter(|(_, value)| value.value().is_some())
    .map(|(name, _)| name)
    .collect();
    let class = user.recipient_type.value().map(|kind| kind.class);
    let remote_type = user.remote_type.value();
    let remote = class == Some(Class::RemoteMailbox)
        || remote_type.is_some_and(RemoteType::is_remote_mailbox);
    // On premises asked for the mailbox to go, and nobody asked for another.
    let deprovisioned = remote_type
        .is_some_and(|kind| kind.has(RemoteType::DEPROVISION_MAILBOX) && !kind.is_remote_mailbox());
    let live = user.home_mdb.value().is_some()
        || matches!(class, Some(Class::Mailbox | Class::SystemMailbox(_)));
    if live || (remote && !deprovisioned) {
        return Verdict::ruled_out(evidence);
    }
    if set.is_empty() && !deprovisioned {
        if user.mailbox_guid.is_missing() || user.home_server.is_missing() {
            return Verdict::unknown(evidence, case.fetch_on_premises())
                .with_a_sign(sign_in_the_cloud(case));
        }
        return match sign_in_the_cloud(case) {
            None => Verdict::ruled_out(evidence),
            sign => Verdict::unknown(
                evidence,
                Steps::default()
                    .note("On premises the GUID is gone, in Exchange Online it is still there. After the next synchronization look again:")
                    .run_labelled(
                        "Get-MailUser -Identity {} | Format-List ExchangeGuid,ArchiveGuid,WhenChanged",
                        &[case.name_in_cloud()],
                        IN_EXCHANGE_ONLINE,
                    ),
            )
            .with_a_sign(sign),
        };
    }
    // Attributes of a mailbox that lives, or of a remote mailbox, must stay: both have to be known to be out.
    let no_type = user.recipient_type.is_missing() && user.remote_type.is_missing();
    let strange = class == Some(Class::Unknown) || remote_type.is_some_and(|kind| !kind.known);
    if user.home_mdb.is_missing() || no_type || strange {
        return Verdict::unknown(
            evidence,
            case.fetch_on_premises()
                .note("Before anything is cleared: homeMDB must be known to be empty, and the object must be known to be no remote mailbox."),
        )
        .with_a_sign(sign_in_the_cloud(case));
    }
    // A mail user that stands for a mailbox elsewhere has that mailbox's GUID, and is moved by it.
    if class == Some(Class::MailUser) && !user.target.is_empty() && !user.forwards_to_cloud() {
        let mut evidence = evidence.to_vec();
        evidence.push(format!("targetAddress: {}", user.target));
        return Verdict::unknown(
            evidence,
            Steps::default()
                .note("Before anything is cleared: a mail user that forwards elsewhere may stand for a mailbox there, in another forest or organization, which is moved by this GUID. Look whether it lives."),
        );
    }
    let name = case.on_premises_name();
    let mut steps = Steps::default().note(if set.is_empty() {
        "On premises says that the mailbox in the cloud is to go: nothing makes a new one until the object is a remote mailbox again. Note the old values, then:"
    } else {
        "Traces of a mailbox that is gone keep Exchange Online from making one. Note the old values, then:"
    });
    if user.is_mail_user() {
        steps = steps
            .note("Exchange on premises has the user as a mail user, which cannot become a remote mailbox. This takes its addresses: note EmailAddresses and LegacyExchangeDN first, and give them back at the end, the LegacyExchangeDN as an X500 address.")
            .run("Get-MailUser -Identity {} | Format-List Alias,EmailAddresses,LegacyExchangeDN,ExternalEmailAddress  # Exchange Management Shell", &[name])
            .run("Disable-MailUser -Identity {} -Confirm", &[name]);
    }
    if !set.is_empty() {
        steps = case.in_the_directory(
            steps,
            &format!("Set-ADUser -Identity {{}} -Clear {}", set.join(",")),
        );
    }
    Verdict::found(evidence, enable_remote_mailbox(case, steps, remote_type))
}

/// Makes the user a remote mailbox, of the kind that it was.
fn enable_remote_mailbox(case: &Case<'_>, steps: Steps, was: Option<&RemoteType>) -> Steps {
    let kind = was.map_or("", RemoteType::resource_switch);
    steps
        .run(
            &format!("Enable-RemoteMailbox -Identity {{}}{kind} -RemoteRoutingAddress {{}}"),
            &[case.on_premises_name(), &case.routing_address()],
        )
        .run(DELTA_SYNC, &[])
}

/// `RemoteMailboxMigrated`.
pub fn migrated(case: &Case<'_>) -> Verdict {
    if let Some(verdict) = without_directory(case) {
        return verdict;
    }
    match case.on_premises {
        Some(user) => proven(case, migration_of(case, user)),
        None => Verdict::unknown(say("no on-premises user"), case.fetch_on_premises()),
    }
}

/// [`migrated`] of the user's side on premises.
fn migration_of(case: &Case<'_>, user: &OnPremisesUser) -> Verdict {
    let kind = told("msExchRemoteRecipientType", &user.remote_type, |kind| {
        kind.text.clone()
    });
    let remote = match &user.remote_type {
        Known::Missing => return Verdict::unknown([kind], case.fetch_on_premises()),
        Known::Null => return Verdict::ruled_out([kind]),
        Known::Value(remote) if remote.has(RemoteType::MIGRATED) => remote,
        Known::Value(remote) if !remote.known => {
            return Verdict::unknown(
                [format!("{kind}, which this version does not know")],
                case.fetch_on_premises(),
            );
        }
        Known::Value(remote) => {
            let instead = if remote.has(RemoteType::DEPROVISION_MAILBOX) {
                ", but DeprovisionMailbox: see OnPremisesMailboxAttributes"
            } else {
                ""
            };
            return Verdict::ruled_out([format!("{kind}, which is not Migrated{instead}")]);
        }
    };
    let kind = format!("{kind}, which says Migrated");
    // What is there on premises is the mailbox: there is nothing to be made anew.
    if let Known::Value(mdb) = &user.home_mdb {
        return Verdict::ruled_out([kind, format!("homeMDB: {mdb}")]);
    }
    if let Some(mailbox) = &case.scanned.on_premises_mailbox {
        return Verdict::ruled_out([kind, format!("Exchange on premises has {mailbox}")]);
    }
    if let Some(deleted) = case.scanned.deleted_mailboxes.first() {
        return Verdict::ruled_out([kind, format!("its mailbox is still there: {deleted}")]);
    }
    match &case.scanned.mailbox {
        Mailbox::Exists(name) => Verdict::ruled_out([kind, format!("mailbox: {name}")]),
        Mailbox::Unknown(why) => Verdict::unknown([kind, why.text()], fetch_recipients()),
        Mailbox::None(_) if !case.recipients.soft_deleted => Verdict::unknown(
            [kind, "no soft-deleted recipient was read".to_owned()],
            fetch_soft_deleted(),
        ),
        Mailbox::None(how) => Verdict::found(
            [kind, format!("mailbox: none, {how}")],
            new_remote_mailbox(case, remote),
        ),
    }
}

/// Takes the object back to a user and makes it a remote mailbox anew. The license and the archive go before that, as the
/// cmdlet wants it.
fn new_remote_mailbox(case: &Case<'_>, remote: &RemoteType) -> Steps {
    let name = case.on_premises_name();
    let mut steps = Steps::default()
        .note("The move that was is over and its mailbox is gone: make the object a new remote mailbox.")
        .note("First take the Exchange Online license from the user: with it Disable-RemoteMailbox removes nothing. Note the addresses: it clears them.")
        .run("Get-RemoteMailbox -Identity {} | Format-List Alias,EmailAddresses,LegacyExchangeDN,RemoteRoutingAddress,ArchiveGuid", &[name]);
    if remote.has(RemoteType::ROOM | RemoteType::EQUIPMENT) {
        steps = steps.note("A shared, room or equipment mailbox must be a user mailbox before it can be disabled:").run(
            "Set-RemoteMailbox -Identity {} -Type Regular",
            &[name],
        );
    }
    if remote.has(RemoteType::PROVISION_ARCHIVE) {
        steps = steps
            .note("The archive goes by itself, and before the mailbox:")
            .run(
                "Disable-RemoteMailbox -Identity {} -Archive -Confirm",
                &[name],
            )
            .run(DELTA_SYNC, &[]);
    }
    let steps = steps
        .run("Disable-RemoteMailbox -Identity {} -Confirm", &[name])
        .run(DELTA_SYNC, &[]);
    enable_remote_mailbox(case, steps, Some(remote))
        .note("Give the addresses back, the old LegacyExchangeDN as an X500 address, and then the license.")
}

impl Case<'_> {
    /// How Exchange Online is told whose mailbox to move: by UPN.
    fn name_in_cloud(&self) -> &str {
        if self.user.upn.is_empty() {
            &self.user.id
        } else {
            &self.user.upn
        }
    }

    /// `contoso.mail.onmicrosoft.com`, the domain that mail on premises is sent on to.
    fn routing_domain(&self) -> String {
        let known = self.tenant.initial_domain.as_ref();
        known
            .and_then(InitialDomain::routing_domain)
            .unwrap_or_else(|| "<tenant>.mail.onmicrosoft.com".to_owned())
    }

    fn routing_address(&self) -> String {
        let target = self.on_premises.map_or("", |user| user.target.as_str());
        let target = target
            .split_once(':')
            .map_or(target, |(_, address)| address);
        let domain = self.routing_domain();
        if target
            .rsplit_once('@')
            .is_some_and(|(_, at)| at.eq_ignore_ascii_case(&domain))
        {
            return target.to_owned();
        }
        let nickname = self.user.mail_nickname.value();
        let alias = nickname.map_or_else(
            || "<alias>".to_owned(),
            |nickname| nickname::in_an_address(nickname),
        );
        format!("{alias}@{domain}")
    }
}
