//! What Active Directory says: a mailbox that lives there, traces of one that does not, a remote mailbox without a mailbox.

use super::case::{Case, fetch_recipients, fetch_soft_deleted};
use super::fields::Known;
use super::finding::{Steps, Verdict, say};
use super::on_premises::RemoteType;
use super::people::Mailbox;
use crate::conflict::remediation::DELTA_SYNC;
use crate::recipient_type::Class;

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
            .run(
                "New-MoveRequest -Identity {} -Remote -RemoteHostName {} -TargetDeliveryDomain {} -RemoteCredential (Get-Credential)",
                &[case.name_in_cloud(), "<host name of the Exchange server>", &case.routing_domain()],
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
        return verdict;
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
    match (&user.home_mdb, is_mailbox) {
        (Known::Value(_), _) | (_, true) => Verdict::found([mdb, kind], move_it()),
        (Known::Null, false) => Verdict::ruled_out([mdb, kind]),
        (Known::Missing, false) => Verdict::unknown([mdb, kind], case.fetch_on_premises()),
    }
}

/// `OnPremisesMailboxAttributes`.
pub fn stale_attributes(case: &Case<'_>) -> Verdict {
    if let Some(mailbox) = &case.scanned.on_premises_mailbox {
        return Verdict::ruled_out(say(format!(
            "not stale: Exchange on premises has {mailbox}"
        )));
    }
    if let Some(verdict) = without_directory(case) {
        return verdict;
    }
    let Some(user) = case.on_premises else {
        return Verdict::unknown(say("no on-premises user"), case.fetch_on_premises());
    };
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
    let remote = class == Some(Class::RemoteMailbox)
        || user
            .remote_type
            .value()
            .is_some_and(|kind| kind.bits & RemoteType::REMOTE_MAILBOX != 0);
    let live = user.home_mdb.value().is_some()
        || matches!(class, Some(Class::Mailbox | Class::SystemMailbox(_)));
    if live || remote {
        return Verdict::ruled_out(evidence);
    }
    if set.is_empty() {
        return if user.mailbox_guid.is_missing() || user.home_server.is_missing() {
            Verdict::unknown(evidence, case.fetch_on_premises())
        } else {
            Verdict::ruled_out(evidence)
        };
    }
    // Attributes of a mailbox that lives, or of a remote mailbox, must stay: both have to be known to be out.
    let no_type = user.recipient_type.is_missing() && user.remote_type.is_missing();
    let strange =
        class == Some(Class::Unknown) || user.remote_type.value().is_some_and(|kind| !kind.known);
    if user.home_mdb.is_missing() || no_type || strange {
        return Verdict::unknown(
            evidence,
            case.fetch_on_premises()
                .note("Before anything is cleared: homeMDB must be known to be empty, and the object must be known to be no remote mailbox."),
        );
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
    let name = case.on_premises_name().to_owned();
    let steps = Steps::default()
        .note("Traces of a mailbox that is gone keep Exchange Online from making one. Note the old values, then:")
        .run(&format!("Set-ADUser -Identity {{}} -Clear {}", set.join(",")), &[&name])
        .run(
            "Enable-RemoteMailbox -Identity {} -RemoteRoutingAddress {}",
            &[&name, &case.routing_address()],
        )
        .run(DELTA_SYNC, &[]);
    Verdict::found(evidence, steps)
}

/// `RemoteMailboxMigrated`.
pub fn migrated(case: &Case<'_>) -> Verdict {
    if let Some(verdict) = without_directory(case) {
        return verdict;
    }
    let Some(user) = case.on_premises else {
        return Verdict::unknown(say("no on-premises user"), case.fetch_on_premises());
    };
    let kind = told("msExchRemoteRecipientType", &user.remote_type, |kind| {
        kind.text.clone()
    });
    match &user.remote_type {
        Known::Missing => return Verdict::unknown([kind], case.fetch_on_premises()),
        Known::Null => return Verdict::ruled_out([kind]),
        Known::Value(bits) if bits.bits & RemoteType::MIGRATED == 0 && !bits.known => {
            return Verdict::unknown(
                [format!("{kind}, which this version does not know")],
                case.fetch_on_premises(),
            );
        }
        Known::Value(bits) if bits.bits & RemoteType::MIGRATED == 0 => {
            return Verdict::ruled_out([format!("{kind}, which is not Migrated")]);
        }
        Known::Value(_) => {}
    }
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
        Mailbox::Unknown(why) => Verdict::unknown([kind, (*why).to_owned()], fetch_recipients()),
        Mailbox::None(_) if !case.recipients.soft_deleted => Verdict::unknown(
            [kind, "no soft-deleted recipient was read".to_owned()],
            fetch_soft_deleted(),
        ),
        Mailbox::None(how) => {
            let name = case.on_premises_name();
            let steps = Steps::default()
                .note("The move that was is over and its mailbox is gone: make the object a new remote mailbox. Note its addresses first, Disable-RemoteMailbox clears them.")
                .run("Disable-RemoteMailbox -Identity {} -Confirm", &[name])
                .run(
                    "Enable-RemoteMailbox -Identity {} -RemoteRoutingAddress {}",
                    &[name, &case.routing_address()],
                )
                .run(DELTA_SYNC, &[]);
            Verdict::found([kind, format!("mailbox: none, {how}")], steps)
        }
    }
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
        let known = self.tenant.initial_domain.as_deref();
        known.and_then(|domain| domain.split_once('.')).map_or_else(
            || "<tenant>.mail.onmicrosoft.com".to_owned(),
            |(tenant, rest)| format!("{tenant}.mail.{rest}"),
        )
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
        let alias = self
            .user
            .mail_nickname
            .value()
            .map_or("<alias>", String::as_str);
        format!("{alias}@{domain}")
    }
}
