//! Writes the sample tenant in `examples/tenant/`: a hybrid organisation as its administrator would export it from
//! Exchange Online, Entra ID and Active Directory. Nearly all of it is healthy, in every way that looks like a conflict
//! and is none; what is wrong was planted, and `planted.json` says what, where and why.
//!
//! ```text
//! cargo run --example generate_tenant              # writes the files
//! cargo run --example generate_tenant -- --check   # fails when the committed files are not what it would write
//! ```
//!
//! What is in the tenant stands in two tables, `generate_tenant/healthy.txt` and `generate_tenant/planted.txt`; what such
//! objects are made of stands here; how each export shows them, in `generate_tenant/exports.rs`. The same seed gives the same bytes on every machine, so that a change of the
//! generator shows as a change of the data.

use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;
use uuid::Uuid;

#[macro_use]
#[path = "generate_tenant/exports.rs"]
mod exports;
use exports::{Record, active_directory, csv, entra, exchange_online, pretty};

const HEALTHY: &str = include_str!("generate_tenant/healthy.txt");
const PLANTED: &str = include_str!("generate_tenant/planted.txt");

const SEED: u64 = 0x0050_726f_7879_4361;
const INITIAL: &str = "contoso.onmicrosoft.com";
const ROUTING: &str = "contoso.mail.onmicrosoft.com";
const FOREST: &str = "DC=corp,DC=contoso,DC=com";
const DOMAIN_SID: &str = "S-1-5-21-2917462035-1184023377-3320971846";
const LEGACY: &str =
    "/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=";

/// `SplitMix64`. A generator of our own: a library's sequence may change with its version, and the files with it.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn guid(&mut self) -> Uuid {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }

    fn date(&mut self) -> String {
        let (year, month, day) = (
            2016 + self.below(10),
            1 + self.below(12),
            1 + self.below(28),
        );
        format!("{year}-{month:02}-{day:02}T{:02}:00:00Z", self.below(24))
    }
}

/// A row of the table of kinds.
#[derive(Clone, Copy)]
struct Kind {
    /// `RecipientTypeDetails`.
    details: &'static str,
    /// `RecipientType`; empty for what Exchange Online does not know.
    recipient: &'static str,
    /// Where such an object lives, besides Exchange Online.
    home: &'static str,
    ad_details: &'static str,
    ad_remote: &'static str,
}

impl Kind {
    fn is(self, details: &str) -> bool {
        self.details == details
    }

    fn is_mailbox(self) -> bool {
        self.recipient == "UserMailbox"
    }
}

/// One object of the organisation, as it is. The exports are views of it.
struct Object {
    kind: Kind,
    alias: String,
    name: String,
    display: String,
    upn: String,
    mail: String,
    /// Its proxy addresses in the cloud.
    proxies: Vec<String>,
    external: Option<String>,
    id: Uuid,
    guid: Uuid,
    mailbox: Uuid,
    created: String,
    deleted: Option<String>,
    /// The on-premises value that Entra ID would not take.
    refused: Option<String>,
    forest: Option<OnPremises>,
}

/// The half of an object that Active Directory holds.
struct OnPremises {
    class: &'static str,
    cn: String,
    unit: &'static str,
    guid: Uuid,
    /// What the cloud's immutable id is made of: not the `ObjectGUID`, for who came from another forest.
    anchor: Uuid,
    sid: String,
    upn: String,
    proxies: Vec<String>,
    target: String,
    legacy: String,
    mailbox: Uuid,
    remote: String,
}

impl OnPremises {
    fn dn(&self) -> String {
        format!(
            "CN={},OU={},{FOREST}",
            self.cn.replace(',', "\\,"),
            self.unit
        )
    }
}

struct Tenant {
    random: Random,
    id: Uuid,
    objects: Vec<Object>,
    /// Aliases and names so far: two objects with one alias would be asking for one initial-domain address.
    taken: HashSet<String>,
}

/// The rows of `healthy.txt` that start with the word, without it.
fn rows(word: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let cells = |line: &'static str| line.split('|').map(str::trim).collect::<Vec<_>>();
    let rows = HEALTHY.lines().map(cells);
    rows.filter(move |row| row[0] == word)
        .map(|row| row[1..].to_vec())
}

/// The items of a list of `healthy.txt`, or of one that stands in the row itself.
fn list(name_or_items: &'static str) -> Vec<&'static str> {
    let named = rows("list").find(|row| row[0] == name_or_items);
    named
        .map_or(name_or_items, |row| row[1])
        .split("; ")
        .collect()
}

fn when(wanted: bool, value: impl Into<String>) -> String {
    if wanted { value.into() } else { String::new() }
}

fn text(guid: Uuid) -> String {
    when(!guid.is_nil(), guid)
}

/// "Finance, Audit & Tax Desk" as "finance.audit.tax.desk".
fn plain(display: &str) -> String {
    let fold = |c: char| match c {
        'ó' | 'ö' | 'ø' => 'o',
        'ü' => 'u',
        'è' => 'e',
        _ => c,
    };
    let known = |c: &char| c.is_ascii_alphanumeric() || *c == '.';
    let lower = display.to_lowercase();
    let words = lower
        .split(' ')
        .map(|word| word.chars().map(fold).filter(known).collect());
    words
        .filter(|word: &String| !word.is_empty())
        .collect::<Vec<_>>()
        .join(".")
}

fn push_new(list: &mut Vec<String>, value: String) {
    if !list.iter().any(|other| other.eq_ignore_ascii_case(&value)) {
        list.push(value);
    }
}

impl Tenant {
    /// Adds a healthy object, with the ids and addresses that such an object has by itself.
    /// `names` are its display name, alias, mail address and sign-in name.
    fn add(&mut self, kind: &str, synced: bool, names: [&str; 4]) -> &mut Object {
        let row = rows("kind")
            .find(|row| row[0] == kind)
            .expect("a kind of the table");
        let [details, recipient, home, ad_details, ad_remote] = row[..] else {
            panic!("{kind} has not five cells");
        };
        let kind = Kind {
            details,
            recipient,
            home,
            ad_details,
            ad_remote,
        };
        let [display, alias, mail, upn] = names.map(String::from);
        assert!(
            self.taken.insert(alias.to_lowercase()),
            "{alias} is given twice"
        );
        let on_premises_mailbox = kind.is("ForestMailbox") || (kind.is("MailUser") && synced);
        let has_mailbox = kind.is_mailbox() || kind.is("GroupMailbox") || on_premises_mailbox;
        let guid_if = |wanted: bool, guid| if wanted { guid } else { Uuid::nil() };
        let mut object = Object {
            kind,
            name: match details {
                "UserMailbox" | "MailUser" | "GuestMailUser" => alias.clone(),
                "GroupMailbox" => format!("{alias}_{:08x}", self.random.below(1 << 31)),
                _ => display.clone(),
            },
            external: ["MailUser", "MailContact"]
                .contains(&recipient)
                .then(|| format!("SMTP:{mail}")),
            id: guid_if(!["exchange", "forest"].contains(&home), self.random.guid()),
            guid: self.random.guid(),
            mailbox: guid_if(has_mailbox, self.random.guid()),
            created: self.random.date(),
            proxies: Vec::new(),
            deleted: None,
            refused: None,
            forest: None,
            alias,
            display,
            upn,
            mail,
        };
        if synced || home == "forest" {
            object.forest = Some(self.on_premises(&object, synced));
        }
        if !object.mail.is_empty() && (!recipient.is_empty() || home == "forest") {
            self.address(&mut object);
        }
        self.objects.push(object);
        self.objects.last_mut().expect("just pushed")
    }

    fn on_premises(&mut self, object: &Object, synced: bool) -> OnPremises {
        let (number, kind) = (self.objects.len(), object.kind);
        let class = match kind.home {
            "group" => "group",
            _ if kind.details.ends_with("Contact") => "contact",
            _ => "user",
        };
        let cn = match object.display.rsplit_once(' ') {
            Some((first, last)) if object.name == object.alias => format!("{last}, {first}"),
            _ => object.display.clone(),
        };
        let (guid, foreign) = (self.random.guid(), self.random.guid());
        // Who was migrated kept the mailbox's GUID; what was created in the cloud was never known on premises.
        let migrated = kind.ad_remote.parse::<u8>().ok();
        let created = migrated
            .filter(|_| number.is_multiple_of(3))
            .map(|remote| remote - 3);
        OnPremises {
            class,
            unit: if synced { "Synced" } else { "Not Synced" },
            guid,
            anchor: if number % 12 == 5 { foreign } else { guid },
            sid: when(
                class != "contact",
                format!("{DOMAIN_SID}-{}", 1104 + number),
            ),
            upn: when(class == "user", &object.upn),
            proxies: Vec::new(),
            target: String::new(),
            legacy: when(
                !object.mail.is_empty(),
                format!("{LEGACY}{}-{}", foreign.simple(), object.alias),
            ),
            mailbox: if created.is_some() {
                Uuid::nil()
            } else {
                object.mailbox
            },
            remote: created
                .or(migrated)
                .map(|remote| remote.to_string())
                .unwrap_or_default(),
            cn,
        }
    }

    fn address(&mut self, object: &mut Object) {
        let (kind, alias, mail, upn) = (object.kind, &object.alias, &object.mail, &object.upn);
        let forest = &mut object.forest;
        let mut synced = vec![format!("SMTP:{mail}")];
        if kind.is("UserMailbox") && self.objects.len().is_multiple_of(4) {
            push_new(&mut synced, format!("smtp:{alias}@contoso.com"));
        }
        if forest.is_some() && (kind.is_mailbox() || kind.is("MailUser")) {
            synced.push(format!("smtp:{alias}@{ROUTING}"));
        }
        let mut cloud = synced.clone();
        if kind.is_mailbox() || (kind.home == "group" && forest.is_none()) {
            push_new(&mut cloud, format!("smtp:{alias}@{INITIAL}"));
        }
        if kind.is("UserMailbox") {
            // Sign-in name and address need not be the same; Entra ID then adds the former to the addresses.
            push_new(&mut cloud, format!("smtp:{upn}"));
            cloud.insert(0, format!("SIP:{upn}"));
            cloud.push(format!("SPO:SPO_{}@SPO_{}", self.random.guid(), self.id));
        }
        if let Some(half) = forest {
            half.target = match half.class {
                "contact" => format!("SMTP:{mail}"),
                _ => when(!half.remote.is_empty(), format!("SMTP:{alias}@{ROUTING}")),
            };
            if half.class == "user" && kind.home == "user" {
                cloud.push(format!("X500:{}", half.legacy));
            }
            half.proxies = synced;
        }
        object.proxies = cloud;
    }

    fn pick(&mut self, names: &'static str) -> (&'static str, &'static str) {
        let names = list(names);
        names[self.random.below(names.len())]
            .split_once('=')
            .expect("a pair")
    }

    fn person(&mut self, kind: &str, synced: bool) -> &mut Object {
        let (first, last, local) = loop {
            let (first, last) = (self.pick("FIRST"), self.pick("LAST"));
            let local = format!("{}.{}", first.1, last.1);
            if self.taken.insert(local.clone()) {
                break (first, last, local);
            }
        };
        let number = self.objects.len();
        let mut alias = format!("{}{}", &first.1[..1], last.1.replace(['\'', '-'], ""));
        if self.taken.contains(&alias) {
            alias = format!("{alias}{number}");
        }
        let mut display = format!("{} {}", first.0, last.0);
        let mut mail = format!("{local}@contoso.com");
        let mut upn = match number % 7 {
            1 => format!("{alias}@contoso.com"),
            3 => format!("{}.{}@Contoso.com", first.1.to_uppercase(), last.1),
            _ => mail.clone(),
        };
        if kind == "GuestMailUser" || kind == "MailContact" {
            mail = format!("{local}@fabrikam.com");
        }
        if kind == "GuestMailUser" {
            alias = format!("{local}_fabrikam.com#EXT#");
            upn = format!("{alias}@{INITIAL}");
        } else if kind == "MailContact" {
            display += " (Fabrikam)";
        }
        self.add(kind, synced, [&display, &alias, &mail, &upn])
    }

    /// Adds a resource, a group, a system mailbox: whatever is called after what it is for.
    fn named(&mut self, kind: &str, synced: bool, display: &str) {
        let system = !display.contains(' ');
        let alias = if system {
            display.into()
        } else {
            plain(display)
        };
        let domain = if system { INITIAL } else { "contoso.com" };
        let mailless = ["Account", "SecurityGroup", "ForestUser"].contains(&kind);
        let suffix = if kind == "ForestUser" {
            "corp.contoso.com"
        } else {
            INITIAL
        };
        let mail = format!("{alias}@{domain}");
        // Nobody signs in as a room: in the cloud its sign-in name is what Exchange made up, on premises it is its address.
        let upn = if synced {
            mail.clone()
        } else {
            format!("{alias}@{suffix}")
        };
        self.add(
            kind,
            synced,
            [display, &alias, &when(!mailless, mail), &upn],
        );
    }

    fn healthy(&mut self) {
        for row in rows("people") {
            for turn in 1..=row[2].parse().expect("how many") {
                let deleted = format!("2026-07-{:02}T08:15:00Z", turn * 2);
                let person = self.person(row[0], row[1] == "synced");
                person.deleted = (row[1] == "deleted").then_some(deleted);
            }
        }
        for row in rows("each") {
            for name in list(row[3]) {
                self.named(row[0], row[1] == "synced", &row[2].replace('*', name));
            }
        }
    }

    /// What looks like a conflict and is none.
    fn lookalikes(&mut self) {
        let mails = |kind| -> Vec<String> {
            let of_kind = self.objects.iter().filter(|object| object.kind.is(kind));
            of_kind
                .map(|object| format!("SMTP:{}", object.mail))
                .collect()
        };
        let mut contacts = mails("MailContact").into_iter();
        let mut people = mails("UserMailbox").into_iter().step_by(5);
        let mut turn = 0;
        for object in &mut self.objects {
            let (kind, alias) = (object.kind, &object.alias);
            let Some(half) = &mut object.forest else {
                // Consultants with an address of the organisation, whose mail goes where a contact's goes too.
                if kind.is("MailUser") {
                    object.external = contacts.next();
                }
                continue;
            };
            // Contacts out of the sync's reach that forward to people of the organisation.
            if kind.is("ForestContact") {
                half.target = people.next().expect("enough people");
            }
            if kind.home != "user" {
                continue;
            }
            turn += 1;
            // Of the Exchange before this one: commas in X500, semicolons in X400, in lists joined with them.
            if turn % 4 == 0 {
                let old = format!("X500:/O=FABRIKAM/OU=SITE ONE/CN=RECIPIENTS/CN={alias}, (old)");
                half.proxies.push(old.clone());
                object.proxies.push(old);
            }
            if turn % 15 == 1 {
                half.proxies
                    .push(format!("X400:C=NO;A= ;P=CONTOSO;O=Exchange;S={alias};"));
            }
            // A suffix that only the forest knows: the sign-in name in the cloud is of the initial domain.
            if turn % 4 == 2 && kind.is("MailUser") {
                half.upn = format!("{alias}@corp.contoso.com");
                object.upn = format!("{alias}@{INITIAL}");
            }
        }
    }

    /// Adds the objects of one case of `planted.txt`.
    fn plant(&mut self, case: &str) -> Record {
        let mut lines = case.lines().map(str::trim);
        let mut head = lines.next().expect("a headline").splitn(3, ' ');
        let mut word = || head.next().expect("three words");
        let (kind, severity, key) = (word(), word(), word());
        let (holders, why): (Vec<_>, Vec<_>) = lines.partition(|line| line.contains(" | "));
        let start = self.objects.len();
        for holder in holders {
            self.holder(&holder.replace("KEY", key));
        }
        let holders = &self.objects[start..];
        let best_id = |object: &Object| match &object.forest {
            Some(half) if object.id.is_nil() => text(half.guid),
            _ if object.id.is_nil() => text(object.guid),
            _ => text(object.id),
        };
        record! {
            "kind" => kind,
            "severity" => severity,
            "address" => key,
            "addressType" => if key.starts_with('/') { "X500" } else { "SMTP" },
            "holders" => holders.iter().map(|object| &object.display).collect::<Vec<_>>(),
            "holderIds" => holders.iter().map(best_id).collect::<Vec<_>>(),
            "why" => why.join(" "),
        }
    }

    /// Adds one holder of a case: a healthy object, but for what the table says.
    fn holder(&mut self, line: &str) {
        let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [kind, display, alias, special] = cells[..] else {
            panic!("not four cells: {line}");
        };
        // `name=value; name=value`, or only a name.
        let of = |name| {
            let mut words = special
                .split("; ")
                .map(|word| word.split_once('=').unwrap_or((word, "")));
            words
                .find(|word| word.0 == name)
                .map(|word| word.1.to_owned())
        };
        let usual = when(!kind.ends_with("Account"), format!("{alias}@contoso.com"));
        let mail = of("mail").unwrap_or(usual);
        let signs_in_by_mail = ["UserMailbox", "ForestMailbox"].contains(&kind);
        let usual = if signs_in_by_mail {
            mail.clone()
        } else {
            format!("{alias}@{INITIAL}")
        };
        let upn = of("upn").unwrap_or(usual);
        let object = self.add(kind, of("synced").is_some(), [display, alias, &mail, &upn]);
        object.deleted = of("deleted");
        object.refused = of("refused");
        if let Some(sip) = of("sip") {
            object.proxies[0] = format!("SIP:{sip}");
        }
        let Some(half) = &mut object.forest else {
            return object.proxies.extend(of("also"));
        };
        half.proxies.extend(of("also").or(of("refused")));
        half.legacy = of("legacy").unwrap_or(half.legacy.clone());
        half.unit = of("in-scope").map_or(half.unit, |_| "Synced");
    }
}

#[derive(Serialize)]
struct Graph {
    value: Vec<Record>,
}

#[derive(Serialize)]
struct Story {
    conflicts: Vec<Record>,
    notes: Vec<String>,
}

fn files() -> Vec<(&'static str, String)> {
    let mut random = Random(SEED);
    let id = random.guid();
    let mut tenant = Tenant {
        random,
        id,
        objects: Vec::new(),
        taken: HashSet::new(),
    };
    tenant.healthy();
    tenant.lookalikes();
    // A checkout may have turned the line ends into those of Windows.
    let planted = PLANTED.replace('\r', "");
    let cases = planted.split("\n\n").filter(|case| !case.starts_with('#'));
    let conflicts = cases.map(|case| tenant.plant(case)).collect();
    let notes = rows("note").map(|row| row.join(" | ")).collect();

    // In the order in which the commands print, so that what was planted does not stand apart.
    let mut objects = tenant.objects;
    objects.sort_by(|a, b| (&a.name, a.guid).cmp(&(&b.name, b.guid)));

    let graph = |homes: &[&str], deleted: bool| {
        let here = |o: &&Object| homes.contains(&o.kind.home) && o.deleted.is_some() == deleted;
        pretty(&Graph {
            value: objects.iter().filter(here).map(entra).collect(),
        })
    };
    let recipients = objects
        .iter()
        .filter(|object| !object.kind.recipient.is_empty());
    let halves = objects
        .iter()
        .filter_map(|object| Some((object, object.forest.as_ref()?)));
    let halves: Vec<Record> = halves
        .map(|(object, half)| active_directory(object, half))
        .collect();
    vec![
        (
            "exchange-online.json",
            pretty(&recipients.map(exchange_online).collect::<Vec<_>>()),
        ),
        ("entra-users.json", graph(&["user", "guest"], false)),
        ("entra-deleted-users.json", graph(&["user", "guest"], true)),
        ("entra-groups.json", graph(&["group"], false)),
        ("active-directory.csv", csv(&halves)),
        ("planted.json", pretty(&Story { conflicts, notes })),
    ]
}

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/tenant");
    if std::env::args().nth(1).as_deref() != Some("--check") {
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, content) in files() {
            std::fs::write(folder.join(name), content).expect("the file can be written");
        }
        return ExitCode::SUCCESS;
    }
    let mut code = ExitCode::SUCCESS;
    for (name, content) in files() {
        let committed = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        if committed.replace('\r', "") != content {
            eprintln!("examples/tenant/{name} is not what the generator writes");
            code = ExitCode::FAILURE;
        }
    }
    code
}
