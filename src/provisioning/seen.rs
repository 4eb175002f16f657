//! What the scanned recipients say of a user: whether it has a mailbox, live, deleted or on premises, and what stands for one.

use crate::identity::IdSpace;
use crate::outcome::Outcome;
use crate::problem::ProblemCode;
use crate::recipient::{Source, flags};
use crate::recipient_type::{Class, Family, TYPES};
use crate::store::RecordId;

/// Whether the user has a mailbox in Exchange Online.
#[derive(Debug)]
pub enum Mailbox {
    /// It has: what it is called.
    Exists(String),
    /// It has none, which is known from this.
    None(String),
    /// It is not known, for this reason.
    Unknown(Doubt),
}

/// Why nothing follows from what is not among the recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody looked.
    NoRecipients,
    /// More were there than were fetched.
    DefaultPage,
    /// So many may be the user: they were exported without an id.
    WithoutIds(usize),
    /// The user has no id to be found by.
    UserWithoutId,
}

impl Doubt {
    /// In words.
    pub fn text(self) -> String {
        match self {
            Self::NoRecipients => "no recipient of Exchange Online was read".to_owned(),
            Self::DefaultPage => {
                "the recipients have the size of one default page: there are probably more"
                    .to_owned()
            }
            Self::WithoutIds(count) => format!(
                "{count} of the recipients have no ExternalDirectoryObjectId: the user may be one of them"
            ),
            Self::UserWithoutId => {
                "id: not fetched, so the user cannot be found among the recipients".to_owned()
            }
        }
    }
}

/// What the scanned recipients are good for.
#[derive(Debug, Clone, Copy)]
pub struct Recipients {
    /// How many of Exchange Online there are.
    pub count: usize,
    /// Why nothing follows from what is not among them.
    pub doubt: Option<Doubt>,
    /// How many may be any user: they have no Entra object id.
    pub without_id: usize,
    /// Whether the soft-deleted ones are among them.
    pub soft_deleted: bool,
}

impl Recipients {
    /// Looks at the summary of the scan; `promised` says that soft-deleted ones were fetched.
    #[must_use]
    pub fn read(scanned: &Outcome, promised: bool) -> Self {
        let summary = &scanned.summary;
        let count = summary.sources.get(Source::ExchangeOnline.name()).copied();
        let page = summary
            .problems
            .iter()
            .any(|problem| problem.code == ProblemCode::DefaultPageSize.name());
        Self {
            count: count.unwrap_or(0),
            doubt: match count {
                None => Some(Doubt::NoRecipients),
                Some(_) if page => Some(Doubt::DefaultPage),
                Some(_) => None,
            },
            without_id: count_without_id(scanned),
            soft_deleted: promised
                || (count.is_some() && !summary.not_covered.contains(&"SoftDeletedRecipients")),
        }
    }
}

/// How many recipients of Exchange Online are accounts, or may be, and have no id that tells whose.
fn count_without_id(scanned: &Outcome) -> usize {
    let store = scanned.store();
    let may_be_a_user = |record: RecordId| {
        let row = store.row(record);
        let kind = &TYPES[row.type_row as usize];
        let own = matches!(kind.class, Class::SystemMailbox(_)) || kind.name == "DiscoveryMailbox";
        row.source == Source::ExchangeOnline
            && !own
            && matches!(kind.class.family(), Family::User | Family::Unknown)
            && scanned.objects().flags(scanned.objects().root(record)) & flags::CLOUD_ID == 0
    };
    (0..store.len())
        .filter_map(|record| RecordId::try_from(record).ok())
        .filter(|record| may_be_a_user(*record))
        .count()
}

/// What the scanned recipients say of one user.
#[derive(Debug)]
pub struct Scanned {
    /// Its mailbox.
    pub mailbox: Mailbox,
    /// Its soft-deleted and inactive mailboxes.
    pub deleted_mailboxes: Vec<String>,
    /// A mailbox on an Exchange server on premises.
    pub on_premises_mailbox: Option<String>,
    /// The live mail user with a mailbox GUID, and that GUID: it stands for a mailbox elsewhere.
    pub mail_user: Option<(String, String)>,
    /// A recipient says that it is synced from on premises.
    pub synced: bool,
}

impl Scanned {
    /// Looks at the records of `roots`, record by record; `has_id` says whether the user could be found by one. A live user with a soft-deleted mailbox is one live object.
    #[must_use]
    pub fn read(
        scanned: &Outcome,
        roots: &[RecordId],
        recipients: Recipients,
        has_id: bool,
    ) -> Self {
        let store = scanned.store();
        let (mut live, mut deleted, mut on_premises, mut other) =
            (Vec::new(), Vec::new(), None, None);
        let (mut mail_user, mut synced) = (None, false);
        for record in roots
            .iter()
            .flat_map(|root| scanned.objects().members(*root))
        {
            let row = store.row(record);
            let class = TYPES[row.type_row as usize].class;
            let facts = store.flags(record);
            let name = format!("{} ({})", row.identity, TYPES[row.type_row as usize].name);
            let live_in_cloud =
                row.source == Source::ExchangeOnline && facts & flags::CLOUD_LIVE != 0;
            synced |= live_in_cloud && facts & flags::SYNCED != 0;
            if live_in_cloud && class == Class::MailUser {
                let guid = row.ids().find(|id| id.space == IdSpace::MailboxGuid);
                mail_user = guid.map(|guid| (name.clone(), guid.text.to_owned()));
            }
            match (row.source, class) {
                (Source::ExchangeOnPremises, Class::Mailbox) if facts & flags::FOREST_LIVE != 0 => {
                    on_premises = Some(name);
                }
                (Source::ExchangeOnline, Class::Mailbox) if facts & flags::CLOUD_DELETED != 0 => {
                    let inactive = facts & flags::INACTIVE != 0;
                    deleted.push(format!(
                        "{name}, {}",
                        if inactive { "inactive" } else { "soft-deleted" }
                    ));
                }
                (Source::ExchangeOnline, Class::Mailbox) => live.push(name),
                (Source::ExchangeOnline, _)
                    if facts & flags::CLOUD_LIVE != 0 && row.type_row != 0 =>
                {
                    other = Some(name);
                }
                _ => {}
            }
        }
        let mailbox = if let Some(name) = live.into_iter().next() {
            Mailbox::Exists(name)
        } else if let Some(name) = other {
            Mailbox::None(format!("Exchange Online has it as {name}"))
        } else if let Some(doubt) = recipients.doubt {
            Mailbox::Unknown(doubt)
        } else if !has_id {
            Mailbox::Unknown(Doubt::UserWithoutId)
        } else if recipients.without_id > 0 {
            Mailbox::Unknown(Doubt::WithoutIds(recipients.without_id))
        } else {
            let count = recipients.count;
            Mailbox::None(format!("not among {count} recipients of Exchange Online"))
        };
        Self {
            mailbox,
            deleted_mailboxes: deleted,
            on_premises_mailbox: on_premises,
            mail_user,
            synced,
        }
    }
}
