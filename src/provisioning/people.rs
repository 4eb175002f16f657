//! Who is who: users, their on-premises users and deleted users of a request, joined by the product's own rules, and
//! found again among the recipients that were scanned.

use ahash::AHashMap;

use super::evidence::{User, who};
use super::fields::{Element, FieldError, Fields};
use super::on_premises::OnPremisesUser;
use crate::identity::{self, IdKey, IdSpace};
use crate::options::{ScanOptions, Want};
use crate::outcome::Outcome;
use crate::property::Property;
use crate::read::Sink;
use crate::recipient::{Role, flags};
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

/// How a user was found again on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// By an id that both sides have.
    ById,
    /// By the user principal name, which somebody else may have had.
    ByName,
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
    pub fn on_premises_of(&self, user: &Given) -> Option<(&OnPremisesUser, Join)> {
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
            (!told_apart).then_some((at, Join::ByName))
        };
        by_id
            .map(|at| (at, Join::ById))
            .or_else(by_upn)
            .map(|(at, join)| (&self.on_premises[*at], join))
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
