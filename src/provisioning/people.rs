//! Who is who: users, their on-premises users and deleted users of a request, joined by the product's own rules, and
//! found again among the recipients that were scanned.

use ahash::AHashMap;

use super::evidence::{User, who};
use super::fields::{Element, FieldError, Fields};
use super::on_premises::OnPremisesUser;
use crate::identity::{self, IdKey, IdSpace};
use crate::options::{ScanOptions, Want};
use crate::outcome::Outcome;
use crate::problem::ProblemCode;
use crate::property::Property;
use crate::read::Sink;
use crate::recipient::{Role, Source, flags};
use crate::recipient_type::{Class, TYPES};
use crate::record::RawRecord;
use crate::scan::Collector;
use crate::store::{CLOUD, RecordId};

/// A user as given: what it says, or why it cannot be read.
#[derive(Debug)]
pub struct Given {
    /// The id, where it could be read.
    pub id: String,
    /// The UPN, where it could be read.
    pub upn: String,
    /// What it says.
    pub user: Result<User, FieldError>,
    /// Its record in [`People::outcome`].
    record: Option<RecordId>,
}

/// All of a request, joined.
#[derive(Debug)]
pub struct People {
    /// The users, in the order given.
    pub users: Vec<Given>,
    on_premises: Vec<OnPremisesUser>,
    on_premises_by_record: AHashMap<RecordId, usize>,
    on_premises_by_upn: AHashMap<String, (RecordId, usize)>,
    /// Whether on-premises users were given at all.
    pub knows_on_premises: bool,
    /// Their addresses and ids.
    pub outcome: Outcome,
    /// How many deleted users there are.
    pub deleted_users: Option<usize>,
    /// What could not be read, of the lists beside the users.
    pub defects: Vec<FieldError>,
}

/// Collects records and counts them: an id in the store is the number of a record.
struct Records {
    collector: Collector,
    count: RecordId,
}

impl Records {
    fn add(&mut self, fields: &Fields<'_>) -> RecordId {
        let mut record = RawRecord::default();
        for (name, value) in fields.iter() {
            if let Some(property) = Property::from_name(name) {
                record.spelled(property, name);
                record.push_json(property, value.clone());
            }
        }
        self.collector.record(&record);
        self.count += 1;
        self.count - 1
    }
}

impl People {
    /// Reads and joins.
    #[must_use]
    pub fn read(
        users: &[Element],
        on_premises: Option<&[Element]>,
        deleted: Option<&[Element]>,
    ) -> Self {
        let mut records = Records {
            collector: Collector::new(ScanOptions {
                want: Want::Addresses,
                ..ScanOptions::default()
            }),
            count: 0,
        };
        let mut defects = Vec::new();
        let users = users.iter().enumerate();
        let users = users
            .map(|(at, value)| read_user(value, at, &mut records))
            .collect();
        let mut people = Vec::new();
        let mut by_record = AHashMap::new();
        let mut by_upn = AHashMap::new();
        for (at, value) in on_premises.into_iter().flatten().enumerate() {
            let fields = Fields::of_element(value, format!("onPremisesUsers[{at}]"));
            match fields.and_then(|fields| Ok((OnPremisesUser::read(&fields)?, fields))) {
                Ok((user, fields)) => {
                    let record = records.add(&fields);
                    by_record.insert(record, people.len());
                    if identity::is_whole_upn(&user.upn) {
                        by_upn.insert(user.upn.clone(), (record, people.len()));
                    }
                    people.push(user);
                }
                Err(error) => defects.push(error),
            }
        }
        let mut deleted_users = 0;
        for (at, value) in deleted.unwrap_or_default().iter().enumerate() {
            match Fields::of_element(value, format!("deletedUsers[{at}]")) {
                Ok(fields) => {
                    records.add(&fields);
                    deleted_users += 1;
                }
                Err(error) => defects.push(error),
            }
        }
        Self {
            deleted_users: deleted.map(|_| deleted_users),
            users,
            on_premises: people,
            on_premises_by_record: by_record,
            on_premises_by_upn: by_upn,
            knows_on_premises: on_premises.is_some(),
            outcome: records.collector.finish(),
            defects,
        }
    }

    /// The root of the user's object in [`People::outcome`].
    pub fn root(&self, user: &Given) -> Option<RecordId> {
        user.record
            .map(|record| self.outcome.objects().root(record))
    }

    /// The user's counterpart on premises: by an id, else by the UPN where nothing tells the two apart.
    pub fn on_premises_of(&self, user: &Given) -> Option<&OnPremisesUser> {
        let members = user
            .record
            .map_or_else(Vec::new, |record| self.outcome.objects().members(record));
        let by_id = members
            .iter()
            .find_map(|member| self.on_premises_by_record.get(member));
        let by_upn = || {
            let (record, at) = self
                .on_premises_by_upn
                .get(&user.upn.to_ascii_lowercase())?;
            // Both have an id of one kind and are not joined: these are two people, one after the other.
            let store = self.outcome.store();
            let has = |record: RecordId, space| store.row(record).ids().any(|id| id.space == space);
            let told_apart = [IdSpace::DirectoryGuid, IdSpace::Sid]
                .into_iter()
                .any(|space| {
                    has(*record, space) && members.iter().any(|member| has(*member, space))
                });
            (!told_apart).then_some(at)
        };
        by_id.or_else(by_upn).map(|at| &self.on_premises[*at])
    }

    /// The objects of `scanned` that each user is, in the order of the users. One pass over what was scanned.
    pub fn find_among(&self, scanned: &mut Outcome) -> Vec<Vec<RecordId>> {
        let mut wanted: AHashMap<IdKey, Vec<usize>> = AHashMap::new();
        let store = self.outcome.store();
        for (at, user) in self.users.iter().enumerate() {
            let record = user.record.into_iter();
            for member in record.flat_map(|record| self.outcome.objects().members(record)) {
                for id in store.row(member).ids() {
                    let users = wanted.entry(IdKey::new(id.space, id.text)).or_default();
                    if users.last() != Some(&at) {
                        users.push(at);
                    }
                }
            }
        }
        let mut found = vec![Vec::new(); self.users.len()];
        let store = scanned.store();
        scanned.find_ids(&mut wanted, |record, id, users| {
            // A mailbox GUID joins on premises with the cloud only; a user of Graph has none.
            if id.space == IdSpace::MailboxGuid && store.directory(record) != CLOUD {
                return;
            }
            let row = store.row(record);
            let own = row.ids().find(|id| id.space == IdSpace::Cloud && id.own);
            for at in users {
                let other = own.is_some_and(|own| self.is_other_id(*at, own.text));
                if !other {
                    found[*at].push(scanned.objects().root(record));
                }
            }
        });
        for (user, roots) in self.users.iter().zip(&mut found) {
            roots.sort_unstable();
            roots.dedup();
            if roots.is_empty() {
                roots.extend(by_upn(scanned, user));
            }
        }
        found
    }

    /// Whether `cloud_id` is the Entra object id of somebody else.
    fn is_other_id(&self, user: usize, cloud_id: &str) -> bool {
        let id = &self.users[user].id;
        !id.is_empty() && !id.eq_ignore_ascii_case(cloud_id)
    }
}

fn read_user(value: &Element, at: usize, records: &mut Records) -> Given {
    let mut given = Given {
        id: String::new(),
        upn: String::new(),
        user: Err(FieldError {
            path: format!("users[{at}]"),
            expected: "a user",
            found: String::new(),
        }),
        record: None,
    };
    let fields = match Fields::of_element(value, format!("users[{at}]")) {
        Ok(fields) => fields,
        Err(error) => {
            given.user = Err(error);
            return given;
        }
    };
    if let Ok((id, upn)) = who(&fields) {
        (given.id, given.upn) = (id, upn);
    }
    // It holds its addresses even where its licences cannot be read.
    given.record = Some(records.add(&fields));
    given.user = User::read(&fields);
    given
}

/// Objects that have the user's UPN as theirs, where one of the two has no Entra object id to tell them apart.
fn by_upn(scanned: &mut Outcome, user: &Given) -> Vec<RecordId> {
    if user.upn.is_empty() {
        return Vec::new();
    }
    let upn = crate::address::Address {
        kind: crate::address::AddressType::Smtp,
        bare: &user.upn,
        primary: false,
    };
    let holdings = scanned.holdings(&upn);
    let same = holdings.into_iter().filter(|holding| {
        let facts = scanned.objects().flags(holding.root);
        holding.roles.has(Role::UserPrincipalName)
            && facts & flags::CLOUD_LIVE != 0
            && (user.id.is_empty() || facts & flags::CLOUD_ID == 0)
    });
    same.map(|holding| holding.root).collect()
}

/// Whether the user has a mailbox in Exchange Online.
#[derive(Debug)]
pub enum Mailbox {
    /// It has: what it is called.
    Exists(String),
    /// It has none, which is known from this.
    None(String),
    /// It is not known, for this reason.
    Unknown(&'static str),
}

/// What the scanned recipients are good for.
#[derive(Debug, Clone, Copy)]
pub struct Recipients {
    /// How many of Exchange Online there are.
    pub count: usize,
    /// Why nothing follows from what is not among them.
    pub doubt: Option<&'static str>,
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
                None => Some(NO_RECIPIENTS),
                Some(_) if page => Some(DEFAULT_PAGE),
                Some(_) => None,
            },
            soft_deleted: promised
                || (count.is_some() && !summary.not_covered.contains(&"SoftDeletedRecipients")),
        }
    }
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
}

const NO_RECIPIENTS: &str = "no recipient of Exchange Online was read";
const DEFAULT_PAGE: &str =
    "the recipients have the size of one default page: there are probably more";

impl Scanned {
    /// Looks at the records of `roots`, record by record: a live user with a soft-deleted mailbox is one live object.
    #[must_use]
    pub fn read(scanned: &Outcome, roots: &[RecordId], recipients: &Recipients) -> Self {
        let store = scanned.store();
        let (mut live, mut deleted, mut on_premises, mut other) =
            (Vec::new(), Vec::new(), None, None);
        for record in roots
            .iter()
            .flat_map(|root| scanned.objects().members(*root))
        {
            let row = store.row(record);
            let class = TYPES[row.type_row as usize].class;
            let facts = store.flags(record);
            let name = format!("{} ({})", row.identity, TYPES[row.type_row as usize].name);
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
        } else {
            let count = recipients.count;
            Mailbox::None(format!("not among {count} recipients of Exchange Online"))
        };
        Self {
            mailbox,
            deleted_mailboxes: deleted,
            on_premises_mailbox: on_premises,
        }
    }
}
