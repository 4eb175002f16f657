//! The rules once more, as short and as slow as they can be said, against the library on thousands of small tenants in
//! which nearly everything clashes. Nothing here uses the library's own types.

#[path = "common/cases.rs"]
mod common;

use std::collections::BTreeSet;

use common::{Dice, find, request};
use proptest::prelude::*;
use serde_json::{Value, json};

// ---- Small tenants -----------------------------------------------------------------------------------------------

const ADDRESSES: [&str; 3] = ["a@x.y", "b@x.y", "c@x.y"];

fn guid(space: u32, number: usize) -> String {
    format!("{space:08x}-1111-4111-8111-{number:012}")
}

/// What is drawn for one record; [`record`] writes it as its source would.
#[derive(Debug, Clone)]
struct Drawn {
    source: usize,
    proxies: Vec<(usize, usize)>,
    upn: Option<usize>,
    mail: Option<usize>,
    target: Option<usize>,
    legacy: Option<usize>,
    cloud: Option<usize>,
    directory: Option<usize>,
    anchor: Option<usize>,
    sid: Option<usize>,
    mailbox: Option<usize>,
    exchange: Option<usize>,
    dn: Option<usize>,
    deleted: bool,
    synced: Option<bool>,
    class: usize,
    account: Option<usize>,
    other_mail: Option<usize>,
    on_premises_upn: Option<usize>,
    /// What Graph was asked for, of what only synced objects have: one bit a property.
    asked: u8,
    /// An anchor that is no GUID.
    employee: bool,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let few = |end: usize, often: f64| prop::option::weighted(often, 0..end);
    (
        (
            0..6_usize,
            prop::collection::vec((0..8_usize, 0..ADDRESSES.len()), 0..4),
        ),
        (few(3, 0.3), few(3, 0.2), few(3, 0.1), few(2, 0.1)),
        (few(4, 0.5), few(3, 0.6), few(3, 0.2), few(2, 0.2)),
        (few(2, 0.2), few(2, 0.2), few(3, 0.3)),
        (
            prop::bool::weighted(0.25),
            prop::option::weighted(0.3, any::<bool>()),
            0..6_usize,
        ),
        (
            few(2, 0.5),
            few(3, 0.4),
            few(3, 0.2),
            0..16_u8,
            prop::bool::weighted(0.1),
        ),
    )
        .prop_map(|(what, roles, ids, more, state, graph)| Drawn {
            source: what.0,
            proxies: what.1,
            upn: roles.0,
            mail: roles.1,
            target: roles.2,
            legacy: roles.3,
            cloud: ids.0,
            directory: ids.1,
            anchor: ids.2,
            sid: ids.3,
            mailbox: more.0,
            exchange: more.1,
            dn: more.2,
            deleted: state.0,
            synced: state.1,
            class: state.2,
            account: graph.0,
            other_mail: graph.1,
            on_premises_upn: graph.2,
            asked: graph.3,
            employee: graph.4,
        })
}

/// What only synced objects have in Graph.
const OF_SYNCED: [&str; 4] = [
    "onPremisesSyncEnabled",
    "onPremisesImmutableId",
    "onPremisesSecurityIdentifier",
    "onPremisesDistinguishedName",
];

/// An answer of Graph as the object that its SDK makes of it: every name begins with a capital.
fn of_sdk(record: &Value) -> Value {
    let capital = |(name, value): (&String, &Value)| {
        let name = name[..1].to_ascii_uppercase() + &name[1..];
        (name, value.clone())
    };
    record.as_object().unwrap().iter().map(capital).collect()
}

/// The record as Exchange Online (0, 1), Graph by REST (2) and by its SDK (3) or one of two forests (4, 5) gives it.
/// `Identity` tells it again.
fn record(drawn: &Drawn, number: usize) -> Value {
    let proxies: Vec<String> = drawn
        .proxies
        .iter()
        .map(|(form, at)| {
            let address = ADDRESSES[*at];
            match form {
                0 | 1 => format!("smtp:{address}"),
                2 => format!("SMTP:{address}"),
                3 => format!("smtp:{}", address.to_ascii_uppercase()),
                4 => address.to_owned(),
                5 => format!("SIP:{address}"),
                6 => format!("sip:{address}"),
                _ => format!("x500:/o=c/cn={at}"),
            }
        })
        .collect();
    let address = |at: Option<usize>| at.map(|at| ADDRESSES[at].to_owned());
    let id = |space: u32, at: Option<usize>| at.map(|at| guid(space, at));
    // An export has lost the letters of one name.
    let dn = |at: usize, forest: usize| {
        format!("CN=o{at},DC=forest{forest},DC=local").replace("o2,", "o?,")
    };
    let legacy = drawn.legacy.map(|at| format!("/O=C/CN={at}"));
    let sid = drawn.sid.map(|at| format!("S-1-5-21-1-2-3-{at}"));
    let mut record = match drawn.source {
        0 | 1 => {
            let types = [
                "UserMailbox",
                "MailContact",
                "MailUniversalDistributionGroup",
                "PublicFolder",
                "GuestMailUser",
                "Strange",
            ];
            json!({ "RecipientTypeDetails": types[drawn.class], "EmailAddresses": proxies, "WindowsLiveID": address(drawn.upn),
                "PrimarySmtpAddress": address(drawn.mail), "ExternalEmailAddress": address(drawn.target), "LegacyExchangeDN": legacy,
                "ExternalDirectoryObjectId": id(1, drawn.cloud), "ImmutableId": id(2, drawn.anchor), "Guid": id(3, drawn.exchange),
                "ExchangeGuid": id(4, drawn.mailbox), "IsDirSynced": drawn.synced, "IsSoftDeletedByRemove": drawn.deleted })
        }
        2 | 3 => {
            let types = [
                "user",
                "orgContact",
                "group",
                "publicFolder",
                "user",
                "user",
            ];
            // Entra puts the id in front of a deleted user's UPN.
            let id_before = if drawn.deleted {
                guid(1, drawn.cloud.unwrap_or(9)).replace('-', "")
            } else {
                String::new()
            };
            let upn = address(drawn.upn).map(|upn| id_before + &upn);
            let anchor = drawn.employee.then(|| "E-4711".to_owned());
            let mut record = json!({ "@odata.type": format!("#microsoft.graph.{}", types[drawn.class]), "userType": (drawn.class == 4).then_some("Guest"),
                "proxyAddresses": proxies, "userPrincipalName": upn, "mail": address(drawn.mail), "id": id(1, drawn.cloud),
                "otherMails": address(drawn.other_mail).as_slice(), "onPremisesUserPrincipalName": address(drawn.on_premises_upn),
                "onPremisesImmutableId": anchor.or(id(2, drawn.directory)), "onPremisesSecurityIdentifier": sid,
                "onPremisesDistinguishedName": drawn.dn.map(|at| dn(at, 4)), "onPremisesSyncEnabled": drawn.synced,
                "deletedDateTime": drawn.deleted.then_some("2026-01-02T03:04:05Z") });
            if drawn.source == 3 {
                record = of_sdk(&record);
            } else {
                // A REST answer leaves out what was not asked for.
                let mut properties = OF_SYNCED.iter().enumerate();
                let fields = record.as_object_mut().unwrap();
                properties.all(|(at, name)| {
                    if drawn.asked & 1 << at == 0 && fields[*name].is_null() {
                        fields.remove(*name);
                    }
                    true
                });
            }
            record
        }
        forest => {
            let types = ["user", "contact", "group", "publicFolder", "user", "user"];
            let writes_back = id(1, drawn.cloud.filter(|_| drawn.employee));
            json!({ "samAccountName": drawn.account.map(|at| format!("s{at}")), "ObjectClass": types[drawn.class], "proxyAddresses": proxies, "userPrincipalName": address(drawn.upn),
                "mail": address(drawn.mail), "targetAddress": address(drawn.target), "legacyExchangeDN": legacy, "objectSid": sid,
                "DistinguishedName": dn(drawn.dn.unwrap_or(10 + number), forest), "ObjectGUID": id(2, drawn.directory),
                "mS-DS-ConsistencyGuid": id(2, drawn.anchor), "msExchMailboxGuid": id(4, drawn.mailbox),
                "msDS-ExternalDirectoryObjectID": writes_back.map(|id| format!("User_{id}")), "isDeleted": drawn.deleted })
        }
    };
    record["Identity"] = json!(format!("r{number}"));
    record
}

fn tenant() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(drawn(), 1..=12).prop_map(|all| {
        all.iter()
            .enumerate()
            .map(|(at, drawn)| record(drawn, at))
            .collect()
    })
}

// ---- Reading -----------------------------------------------------------------------------------------------------

/// Roles, the strongest first.
const ROLES: [&str; 8] = [
    "Primary",
    "Secondary",
    "Upn",
    "Mail",
    "OtherMail",
    "OnPremisesUpn",
    "Target",
    "Legacy",
];

#[derive(Debug)]
struct Record {
    /// `cloud`, or the forest.
    directory: String,
    source: &'static str,
    /// Space, text, and whether it is the record's own.
    ids: Vec<(u32, String, bool)>,
    /// Type, folded address, role.
    holds: Vec<(&'static str, String, &'static str)>,
    primaries: BTreeSet<String>,
    /// Folded address and type of values that are there twice.
    twice: BTreeSet<(String, &'static str)>,
    deleted: bool,
    guest: bool,
    synced: Option<bool>,
    family: &'static str,
    /// Of the cloud: it has an anchor.
    anchored: bool,
    account: Option<String>,
    /// Of what only synced objects have, in a record of Graph: what has a value, what is empty, and what of it says that
    /// there is none.
    has: [bool; 4],
    empty: [bool; 4],
    none: [bool; 4],
}

impl Record {
    fn held(&self, role: &str) -> BTreeSet<&str> {
        let all = self
            .holds
            .iter()
            .filter(|held| held.0 == "SMTP" && held.2 == role);
        all.map(|held| held.1.as_str()).collect()
    }
}

/// A property, however it is spelled, and whether it begins with a small letter.
fn field<'r>(record: &'r Value, name: &str) -> Option<(&'r Value, bool)> {
    let fields = record.as_object().unwrap();
    let found = fields
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(known, value)| (value, known.starts_with(|c: char| c.is_ascii_lowercase())))
}

fn value<'r>(record: &'r Value, name: &str) -> &'r Value {
    field(record, name).map_or(&Value::Null, |(value, _)| value)
}

fn text(record: &Value, name: &str) -> Option<String> {
    value(record, name).as_str().map(str::to_ascii_lowercase)
}

fn ids_of(record: &Value) -> Vec<(u32, String, bool)> {
    let text = |name: &str| text(record, name);
    let mut ids = Vec::new();
    let written_back = text("msDS-ExternalDirectoryObjectID");
    ids.extend(written_back.map(|id| (1, id["user_".len()..].to_owned(), false)));
    for (space, name, own) in [
        (1, "ExternalDirectoryObjectId", true),
        (1, "id", true),
        (2, "ObjectGUID", true),
        (2, "mS-DS-ConsistencyGuid", false),
        (2, "ImmutableId", false),
        (2, "onPremisesImmutableId", false),
        (3, "Guid", false),
        (4, "objectSid", false),
        (4, "onPremisesSecurityIdentifier", false),
        (5, "DistinguishedName", false),
        (5, "onPremisesDistinguishedName", false),
        (6, "ExchangeGuid", false),
        (6, "msExchMailboxGuid", false),
    ] {
        let id = text(name).filter(|id| space != 2 || id != "e-4711");
        ids.extend(id.map(|id| (space, id, own)));
    }
    ids
}

fn read(record: &Value) -> Record {
    let value = |name: &str| value(record, name);
    let text = |name: &str| text(record, name);
    let source = if record.get("EmailAddresses").is_some() {
        "Exchange"
    } else if record.get("samAccountName").is_some() {
        "Directory"
    } else {
        "Entra"
    };
    let ids = ids_of(record);
    let mut holds = Vec::new();
    let (mut primaries, mut twice) = (BTreeSet::new(), BTreeSet::new());
    let mut seen: Vec<(&str, String, &str)> = Vec::new();
    let proxies = field(record, "EmailAddresses").or(field(record, "proxyAddresses"));
    let (proxies, _) = proxies.unwrap();
    for value in proxies.as_array().unwrap().iter().filter_map(Value::as_str) {
        let (prefix, bare) = value.split_once(':').unwrap_or(("smtp", value));
        let kind = ["SMTP", "SIP", "X500"]
            .into_iter()
            .find(|kind| kind.eq_ignore_ascii_case(prefix))
            .unwrap();
        let bare = bare.to_ascii_lowercase();
        let primary = prefix == kind;
        holds.push((kind, bare.clone(), ROLES[usize::from(!primary)]));
        if primary && kind == "SMTP" {
            primaries.insert(bare.clone());
        }
        if seen
            .iter()
            .any(|(k, b, v)| (*k, b) == (kind, &bare) && *v != value)
        {
            twice.insert((bare.clone(), kind));
        }
        seen.push((kind, bare, value));
    }
    let deleted = [value("IsSoftDeletedByRemove"), value("isDeleted")].contains(&&json!(true))
        || text("deletedDateTime").is_some();
    for (name, kind, role) in [
        ("WindowsLiveID", "SMTP", "Upn"),
        ("userPrincipalName", "SMTP", "Upn"),
        ("onPremisesUserPrincipalName", "SMTP", "OnPremisesUpn"),
        ("PrimarySmtpAddress", "SMTP", "Mail"),
        ("mail", "SMTP", "Mail"),
        ("ExternalEmailAddress", "SMTP", "Target"),
        ("targetAddress", "SMTP", "Target"),
        ("LegacyExchangeDN", "X500", "Legacy"),
    ] {
        let cut = if deleted && source == "Entra" && role == "Upn" {
            32
        } else {
            0
        };
        holds.extend(text(name).map(|value| (kind, value[cut..].to_owned(), role)));
    }
    let class = ["RecipientTypeDetails", "@odata.type", "ObjectClass"]
        .into_iter()
        .find_map(text)
        .unwrap();
    let guest = class == "guestmailuser" || value("userType") == "Guest";
    if guest && text("mail").is_none() {
        let others = value("otherMails").as_array().into_iter().flatten();
        let others = others.map(|other| other.as_str().unwrap().to_owned());
        holds.extend(others.map(|other| ("SMTP", other, "OtherMail")));
    }
    let says = |test: fn(&Value, bool) -> bool| {
        OF_SYNCED.map(|name| field(record, name).is_some_and(|(value, rest)| test(value, rest)))
    };
    let family = match class.trim_start_matches("#microsoft.graph.") {
        "usermailbox" | "guestmailuser" | "user" => "user",
        "mailcontact" | "orgcontact" | "contact" => "contact",
        "mailuniversaldistributiongroup" | "group" => "group",
        "publicfolder" => "folder",
        _ => "",
    };
    Record {
        directory: match text("DistinguishedName") {
            Some(dn) => dn.split_once(',').unwrap().1.to_owned(),
            None => "cloud".to_owned(),
        },
        source,
        ids,
        holds,
        primaries,
        twice,
        deleted,
        guest,
        synced: value("IsDirSynced")
            .as_bool()
            .or(value("onPremisesSyncEnabled").as_bool()),
        family: if guest { "user" } else { family },
        anchored: text("ImmutableId")
            .or(text("onPremisesImmutableId"))
            .is_some(),
        account: text("samAccountName"),
        has: says(|value, _| !value.is_null()),
        empty: says(|value, _| value.is_null()),
        none: says(|value, rest| value.is_null() && rest),
    }
}

// ---- Joining -----------------------------------------------------------------------------------------------------

/// Whether the records with one distinguished name are of several accounts.
fn is_of_several(records: &[Record], carriers: &[usize], dn: &str) -> bool {
    let own = |at: usize| records[at].ids.iter().find(|id| id.2).map(|id| &id.1);
    let differ = |one: usize, other: usize| {
        let (one, other) = (&records[one], &records[other]);
        let accounts = [&one.account, &other.account];
        let two = |role: &str| {
            let (one, other) = (one.held(role), other.held(role));
            !one.is_empty() && !other.is_empty() && one != other
        };
        accounts.iter().all(|account| account.is_some()) && accounts[0] != accounts[1]
            || ["Upn", "Primary", "Mail"].into_iter().any(two)
    };
    let is_several = |carriers: &[usize]| {
        carriers
            .iter()
            .any(|one| carriers.iter().any(|other| differ(*one, *other)))
    };
    if dn.contains('?') {
        return is_several(carriers);
    }
    ["Exchange", "Entra", "Directory"]
        .into_iter()
        .any(|source| {
            let of_source = |at: &usize| records[*at].source == source;
            let carriers: Vec<usize> = carriers.iter().copied().filter(of_source).collect();
            let owns: BTreeSet<_> = carriers.iter().map(|at| own(*at)).collect();
            let one_id = owns.len() == 1 && !owns.contains(&None);
            !one_id && is_several(&carriers)
        })
}

/// The object of each record, by the number of its first.
fn join(records: &[Record]) -> Vec<usize> {
    let mut object: Vec<usize> = (0..records.len()).collect();
    let all: BTreeSet<(u32, &str)> = records
        .iter()
        .flat_map(|record| record.ids.iter().map(|id| (id.0, id.1.as_str())))
        .collect();
    // The surest space first; an id that would make one of two objects joins nothing.
    for (space, text) in all {
        let has = |record: &Record| {
            record
                .ids
                .iter()
                .any(|id| (id.0, id.1.as_str()) == (space, text))
        };
        let carriers: Vec<usize> = (0..records.len()).filter(|at| has(&records[*at])).collect();
        let in_cloud = |at: &&usize| records[**at].directory == "cloud";
        if space == 6 && [0, carriers.len()].contains(&carriers.iter().filter(in_cloud).count()) {
            continue;
        }
        if space == 5 && is_of_several(records, &carriers, text) {
            continue;
        }
        let joined: BTreeSet<usize> = carriers.iter().map(|at| object[*at]).collect();
        let members = || (0..records.len()).filter(|at| joined.contains(&object[*at]));
        let own: BTreeSet<(&str, &str)> = members()
            .filter_map(|at| {
                let own = records[at].ids.iter().find(|id| id.2);
                own.map(|id| (records[at].directory.as_str(), id.1.as_str()))
            })
            .collect();
        let directories: BTreeSet<&str> = own.iter().map(|own| own.0).collect();
        if own.len() == directories.len() {
            let first = *joined.first().unwrap();
            for at in members().collect::<Vec<_>>() {
                object[at] = first;
            }
        }
    }
    object
}

// ---- Classification ----------------------------------------------------------------------------------------------

/// Kind, severity, type, folded address, objects.
type Verdict = (String, String, String, String, BTreeSet<usize>);

#[derive(Debug, Default, PartialEq)]
struct Answer {
    conflicts: Vec<Verdict>,
    objects: usize,
    records_not_joined: usize,
    directories_not_joined: usize,
    mailbox_guids_in_use: usize,
    dns_not_unique: usize,
}

struct Tenant {
    records: Vec<Record>,
    object: Vec<usize>,
}

/// An object that holds a key in one directory.
#[derive(Debug, Clone)]
struct Holder {
    object: usize,
    roles: BTreeSet<&'static str>,
}

impl Holder {
    fn is_proxy(&self) -> bool {
        ["Primary", "Secondary", "Legacy"]
            .iter()
            .any(|role| self.roles.contains(role))
    }

    fn claims(&self) -> bool {
        let forwards = self.roles.contains("Target");
        self.is_proxy() || self.roles.contains("Upn") || (self.roles.contains("Mail") && !forwards)
    }

    fn wants(&self) -> bool {
        self.claims() || self.roles.contains("OtherMail")
    }
}

impl Tenant {
    fn members(&self, object: usize) -> impl Iterator<Item = &Record> {
        let all = self.records.iter().zip(&self.object);
        all.filter(move |(_, of)| **of == object)
            .map(|(record, _)| record)
    }

    /// On its side of the sync, every record says so.
    fn is_deleted(&self, object: usize, directory: &str) -> bool {
        let mut side = self
            .members(object)
            .filter(|record| (record.directory == "cloud") == (directory == "cloud"));
        side.all(|record| record.deleted)
    }

    fn holders(&self, kind: &str, address: &str, directory: &str) -> Vec<Holder> {
        let objects: BTreeSet<usize> = self.object.iter().copied().collect();
        let roles = |object: usize| -> BTreeSet<&'static str> {
            let held = self
                .members(object)
                .filter(|record| record.directory == directory)
                .flat_map(|record| &record.holds);
            held.filter(|(k, a, _)| *k == kind && a == address)
                .map(|(_, _, role)| *role)
                .collect()
        };
        let all = objects.into_iter().map(|object| Holder {
            object,
            roles: roles(object),
        });
        all.filter(|holder| !holder.roles.is_empty()).collect()
    }

    fn kind_of(&self, holders: &[Holder]) -> Option<(&'static str, &'static str)> {
        let claims: Vec<&Holder> = holders.iter().filter(|holder| holder.claims()).collect();
        let wants: Vec<&Holder> = holders.iter().filter(|holder| holder.wants()).collect();
        if claims.is_empty() || wants.len() < 2 {
            return None;
        }
        if claims.iter().filter(|holder| holder.is_proxy()).count() > 1 {
            return Some(("Duplicate", "Error"));
        }
        if claims.len() > 1 && claims.iter().any(|holder| holder.roles.contains("Upn")) {
            return Some(("UpnConflict", "Error"));
        }
        let strong = wants.iter().filter(|holder| !self.is_weak(holder)).count();
        Some(("MailConflict", if strong > 1 { "Error" } else { "Warning" }))
    }

    fn is_weak(&self, holder: &Holder) -> bool {
        !holder.is_proxy() && (!holder.claims() || self.members(holder.object).any(|r| r.guest))
    }

    /// Records of two sources, one of which lost its cloud id, and whose types do not exclude that they are one.
    fn may_be_one(&self, holders: &[Holder]) -> bool {
        let claims: Vec<usize> = holders
            .iter()
            .filter(|h| h.wants())
            .map(|h| h.object)
            .collect();
        let sources = |o: usize| -> BTreeSet<&str> { self.members(o).map(|r| r.source).collect() };
        let possible = |one: usize, other: usize| {
            sources(one).is_disjoint(&sources(other))
                && !(self.has_id(one, 1) && self.has_id(other, 1))
                && !self.differ_in_class(one, other)
        };
        claims
            .iter()
            .enumerate()
            .all(|(at, one)| claims[..at].iter().all(|other| possible(*one, *other)))
    }

    fn has_id(&self, object: usize, space: u32) -> bool {
        self.members(object)
            .any(|record| record.ids.iter().any(|id| id.0 == space))
    }

    fn differ_in_class(&self, one: usize, other: usize) -> bool {
        let families = |object: usize| -> BTreeSet<&str> {
            let families = self.members(object).map(|record| record.family);
            families.filter(|family| !family.is_empty()).collect()
        };
        let (one, other) = (families(one), families(other));
        !one.is_empty() && !other.is_empty() && one.is_disjoint(&other)
    }

    /// The property that only synced objects have is known to be missing: by the spelling of its empty name, or since
    /// another object of Graph of the same kind has it.
    fn has_none(&self, object: usize, property: usize) -> bool {
        self.members(object).any(|record| {
            let kind = |record: &Record| (record.family, record.deleted);
            let fetched = |other: &Record| other.has[property] && kind(other) == kind(record);
            record.none[property] || record.empty[property] && self.records.iter().any(fetched)
        })
    }

    /// Neither has the cloud object no origin on premises, nor do both sides have ids of one space.
    fn may_be_one_across(&self, cloud: usize, forest: usize) -> bool {
        let synced = self.is_anchored(cloud);
        let unsynced = self
            .members(cloud)
            .any(|record| record.source == "Exchange" && record.synced == Some(false));
        if !synced && (unsynced || self.has_none(cloud, 0) || self.has_none(cloud, 1)) {
            return false;
        }
        let known = |object: usize, space: u32| {
            self.has_id(object, space)
                || space == 4 && self.has_none(object, 2)
                || space == 5 && self.has_none(object, 3)
        };
        [1, 2, 4, 5]
            .iter()
            .all(|space| !known(cloud, *space) || !known(forest, *space))
    }

    fn is_anchored(&self, object: usize) -> bool {
        self.members(object)
            .any(|record| record.anchored || record.synced == Some(true))
    }

    fn across(&self, kind: &str, cloud: &Holder, forest: &Holder) -> &'static str {
        let (one, other) = (cloud.object, forest.object);
        let guest = self.members(one).any(|record| record.guest);
        if kind != "SMTP" {
            return "Error";
        }
        if self.is_weak(cloud) && !cloud.roles.contains("Upn")
            || guest && self.members(other).any(|record| record.family == "contact")
        {
            return "Warning";
        }
        let joined = self.members(one).any(|record| record.directory != "cloud")
            || self
                .members(other)
                .any(|record| record.directory == "cloud")
            || self.has_id(one, 1) && self.has_id(other, 1);
        let is_primary = |holder: &Holder, in_cloud: bool| {
            let mut side = self
                .members(holder.object)
                .filter(|r| (r.directory == "cloud") == in_cloud);
            holder.roles.contains("Primary")
                || holder.roles.contains("Mail")
                    && side.all(|record| record.held("Primary").is_empty())
        };
        let upns = [cloud, forest]
            .iter()
            .all(|holder| holder.roles.contains("Upn"));
        let primaries = is_primary(cloud, true) && is_primary(forest, false);
        let matches = !joined
            && !self.is_anchored(one)
            && !self.differ_in_class(one, other)
            && (upns || primaries);
        if matches { "Warning" } else { "Error" }
    }

    fn answer(&self) -> Answer {
        let mut answer = Answer {
            objects: self.object.iter().collect::<BTreeSet<_>>().len(),
            ..Answer::default()
        };
        let keys: BTreeSet<(&str, &str)> = self
            .records
            .iter()
            .flat_map(|record| {
                record
                    .holds
                    .iter()
                    .map(|(kind, address, _)| (*kind, address.as_str()))
            })
            .collect();
        for (kind, address) in keys {
            self.judge_key(kind, address, &mut answer);
        }
        for object in self.object.iter().copied().collect::<BTreeSet<_>>() {
            let mut single = |kind: &str, severity: &str, (address, space): (&str, &str)| {
                let holder = BTreeSet::from([object]);
                answer.conflicts.push((
                    kind.into(),
                    severity.into(),
                    space.into(),
                    address.into(),
                    holder,
                ));
            };
            let several = self
                .members(object)
                .filter(|record| record.primaries.len() > 1);
            if let Some(first) = several.flat_map(|record| &record.primaries).min() {
                single("MultiplePrimary", "Warning", (first, "SMTP"));
            }
            if let Some(first) = self
                .members(object)
                .flat_map(|record| &record.twice)
                .min_by_key(|t| (&t.0, t.1 != "SMTP"))
            {
                single("SelfDuplicate", "Information", (&first.0, first.1));
            }
        }
        for number in 0..2 {
            let has = |record: &Record| record.ids.contains(&(6, guid(4, number), false));
            let mut held: Vec<(&str, usize)> = self
                .records
                .iter()
                .zip(&self.object)
                .filter(|(record, _)| has(record))
                .map(|(record, object)| (record.directory.as_str(), *object))
                .collect();
            held.sort_unstable();
            held.dedup();
            answer.mailbox_guids_in_use +=
                usize::from(held.windows(2).any(|pair| pair[0].0 == pair[1].0));
        }
        let dns: BTreeSet<&str> = self
            .records
            .iter()
            .flat_map(|record| &record.ids)
            .filter(|id| id.0 == 5)
            .map(|id| id.1.as_str())
            .collect();
        for dn in dns {
            let has = |at: &usize| self.records[*at].ids.contains(&(5, dn.to_owned(), false));
            let carriers: Vec<usize> = (0..self.records.len()).filter(has).collect();
            let objects: BTreeSet<usize> = carriers.iter().map(|at| self.object[*at]).collect();
            answer.dns_not_unique +=
                usize::from(objects.len() > 1 && is_of_several(&self.records, &carriers, dn));
        }
        answer.conflicts.sort();
        answer
    }

    fn judge_key(&self, kind: &str, address: &str, answer: &mut Answer) {
        let directories: BTreeSet<&str> =
            self.records.iter().map(|r| r.directory.as_str()).collect();
        let live = |holders: &[Holder], directory: &str| -> Vec<Holder> {
            holders
                .iter()
                .filter(|h| !self.is_deleted(h.object, directory))
                .cloned()
                .collect()
        };
        let (mut said, mut aside) = (BTreeSet::new(), Vec::new());
        let mut add = |name: &str, severity: &str, objects: BTreeSet<usize>| {
            answer.conflicts.push((
                name.into(),
                severity.into(),
                kind.into(),
                address.into(),
                objects,
            ));
        };
        let objects = |holders: &[Holder]| holders.iter().map(|holder| holder.object).collect();
        for directory in &directories {
            let all = self.holders(kind, address, directory);
            let active = live(&all, directory);
            let (found, who) = match self.kind_of(&active) {
                Some(found) => (Some(found), &active),
                None if self.kind_of(&all).is_some() => {
                    let wants = active.iter().any(|h| h.wants() && !h.is_proxy());
                    (
                        Some(("SoftDeleted", if wants { "Warning" } else { "Information" })),
                        &all,
                    )
                }
                None => (None, &all),
            };
            if let Some((name, severity)) = found {
                if *directory == "cloud" && self.may_be_one(who) {
                    said.insert(*directory);
                    answer.records_not_joined += 1;
                } else if severity == "Information" {
                    aside.push((*directory, objects(&all)));
                } else {
                    said.insert(*directory);
                    add(name, severity, objects(&all));
                }
            }
        }
        let (mut across, mut crossed) = (false, false);
        if said.is_empty() {
            let live = |directory: &str| live(&self.holders(kind, address, directory), directory);
            for forest in directories
                .iter()
                .filter(|directory| **directory != "cloud")
                .flat_map(|directory| live(directory))
                .filter(Holder::claims)
            {
                for cloud in live("cloud").into_iter().filter(Holder::wants) {
                    if cloud.object == forest.object {
                        continue;
                    }
                    across = true;
                    if self.may_be_one_across(cloud.object, forest.object) {
                        answer.directories_not_joined += 1;
                    } else {
                        crossed = true;
                        add(
                            "CrossDirectory",
                            self.across(kind, &cloud, &forest),
                            BTreeSet::from([cloud.object, forest.object]),
                        );
                    }
                }
            }
        }
        for (directory, objects) in aside {
            said.insert(directory);
            if !crossed {
                add("SoftDeleted", "Information", objects);
            }
        }
        if kind != "SMTP" || across {
            return;
        }
        for directory in directories
            .iter()
            .filter(|directory| !said.contains(*directory))
        {
            let smtp = self.holders("SMTP", address, directory);
            let mut sip = self.holders("SIP", address, directory);
            sip.retain(|holder| smtp.iter().all(|other| other.object != holder.object));
            if !live(&sip, directory).is_empty()
                && live(&smtp, directory).iter().any(Holder::claims)
            {
                add("SipSmtp", "Information", objects(&[smtp, sip].concat()));
            }
        }
    }
}

fn oracle(records: &[Value]) -> (Answer, Vec<usize>) {
    let records: Vec<Record> = records.iter().map(read).collect();
    let object = join(&records);
    let tenant = Tenant { records, object };
    (tenant.answer(), tenant.object)
}

// ---- The library -------------------------------------------------------------------------------------------------

fn everything(records: &[Value]) -> Value {
    find(&request(&json!({ "includeInformation": true }), records))
}

/// The library's answer in the oracle's words. `object` says which object each record, known by its `Identity`, belongs to.
fn library(records: &[Value], object: &[usize]) -> Answer {
    let answer = everything(records);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let object_of = |holder: &Value| {
        let at = records
            .iter()
            .position(|record| record["Identity"] == holder["identity"]);
        object[at.expect("a holder is one of the records")]
    };
    let problem = |code: &str| {
        let problems = answer["summary"]["problems"].as_array().unwrap();
        let found = problems.iter().find(|problem| problem["code"] == code);
        found.map_or(0, |problem| problem["count"].as_u64().unwrap() as usize)
    };
    let mut conflicts: Vec<Verdict> = Vec::new();
    for conflict in answer["conflicts"].as_array().unwrap() {
        let holders = conflict["holders"].as_array().unwrap();
        let objects: BTreeSet<usize> = holders.iter().map(object_of).collect();
        assert_eq!(
            objects.len(),
            holders.len(),
            "an object is listed twice: {conflict}"
        );
        conflicts.push((
            text(&conflict["kind"]),
            text(&conflict["severity"]),
            text(&conflict["addressType"]),
            text(&conflict["address"]).to_ascii_lowercase(),
            objects,
        ));
    }
    conflicts.sort();
    Answer {
        conflicts,
        objects: answer["summary"]["objects"].as_u64().unwrap() as usize,
        records_not_joined: problem("RecordsNotJoined"),
        directories_not_joined: problem("DirectoriesNotJoined"),
        mailbox_guids_in_use: problem("ExchangeGuidInUse"),
        dns_not_unique: problem("DistinguishedNameNotUnique"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_library_agrees_with_the_rules(records in tenant()) {
        let (expected, object) = oracle(&records);
        prop_assert_eq!(library(&records, &object), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_changes_nothing(records in tenant(), seed in any::<u64>()) {
        let mut shuffled = records.clone();
        Dice(seed).shuffle(&mut shuffled);
        let (one, other) = (everything(&records), everything(&shuffled));
        prop_assert_eq!(&one["conflicts"], &other["conflicts"]);
        prop_assert_eq!(&one["summary"]["objects"], &other["summary"]["objects"]);
    }

    #[test]
    fn a_record_without_addresses_changes_no_conflict(records in tenant(), at in any::<prop::sample::Index>()) {
        let mut more = records.clone();
        let empty = json!({ "Identity": "empty", "RecipientTypeDetails": "UserMailbox", "EmailAddresses": [] });
        more.insert(at.index(records.len() + 1), empty);
        prop_assert_eq!(&everything(&records)["conflicts"], &everything(&more)["conflicts"]);
    }

    #[test]
    fn reading_all_twice_changes_nothing(records in tenant()) {
        let twice: Vec<Value> = records.iter().chain(&records).cloned().collect();
        let (one, other) = (everything(&records), everything(&twice));
        prop_assert_eq!(&one["conflicts"], &other["conflicts"]);
        prop_assert_eq!(&one["summary"]["objects"], &other["summary"]["objects"]);
        let problems = |answer: &Value| -> Vec<(String, u64)> {
            let problems = answer["summary"]["problems"].as_array().unwrap();
            let all = problems.iter().map(|p| (p["code"].as_str().unwrap().to_owned(), p["count"].as_u64().unwrap()));
            // How many records lack something, or repeat, does double.
            all.filter(|(code, _)| !["RepeatedRecords", "EmailAddressesMissing", "ProxyAddressesEmpty", "ProxyAddressesMissing", "LettersLost", "SourceAssumed"].contains(&code.as_str())).collect()
        };
        prop_assert_eq!(problems(&one), problems(&other));
        let repeated = other["summary"]["problems"].as_array().unwrap().iter().find(|p| p["code"] == "RepeatedRecords");
        prop_assert_eq!(&repeated.unwrap()["count"], &json!(records.len()));
    }

    #[test]
    fn conflict_ids_are_unique_and_do_not_depend_on_what_is_shown(records in tenant()) {
        let id = |conflict: &Value| conflict["conflictId"].as_str().unwrap().to_owned();
        let ids = |answer: &Value| -> BTreeSet<String> { answer["conflicts"].as_array().unwrap().iter().map(id).collect() };
        let all = everything(&records);
        let shown = find(&request(&json!({}), &records));
        prop_assert!(ids(&shown).is_subset(&ids(&all)));
        prop_assert_eq!(ids(&all).len(), all["conflicts"].as_array().unwrap().len());
    }
}

/// Two cloud objects with nothing but the anchor of one object on premises: the anchor joins neither, as another object
/// there has it too.
#[test]
fn conflicts_of_two_objects_with_one_id_have_two_ids() {
    let cloud = |name: &str| {
        json!({ "@odata.type": "#microsoft.graph.user", "Identity": name, "onPremisesImmutableId": guid(2, 0),
            "proxyAddresses": ["SMTP:c@x.y", "smtp:c@x.y"] })
    };
    let forest = |number: usize| {
        json!({ "samAccountName": "s", "ObjectClass": "user", "DistinguishedName": format!("CN=o{number},DC=forest5,DC=local"),
            "ObjectGUID": guid(2, number), "mS-DS-ConsistencyGuid": guid(2, 0) })
    };
    let records = [cloud("r0"), forest(0), cloud("r2"), forest(1)];
    let ids = |records: &[Value]| -> Vec<String> {
        let answer = everything(records);
        let of = |conflict: &Value| conflict["conflictId"].as_str().unwrap().to_owned();
        answer["conflicts"]
            .as_array()
            .unwrap()
            .iter()
            .map(of)
            .collect()
    };
    let some = ids(&records);
    assert_eq!(some.len(), 3);
    assert_eq!(some.iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(some, ids(&[cloud("r2"), forest(1), cloud("r0"), forest(0)]));
}
