//! What the admin had typed, and what the service made of it: another address than the one in conflict, another name.

use super::addresses::{Addresses, FoundAddress};
use super::matching::Found;
use super::normalise::Plain;
use super::templates::Rank;
use crate::address::AddressType;

/// An address that was asked for, where Exchange made another one beside it, of the name or alias and the default domain,
/// and refuses that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// As written.
    pub address: String,
    /// How the object is created with it.
    pub creation: Creation,
}

/// A command that creates an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Creation {
    /// The values are another name, another alias, the address and [`Creation::further`].
    pub line: &'static str,
    /// Stands for what else it wants.
    pub further: &'static str,
}

/// Commands that create an object, what a line must hold for it, and how it is run with another name and alias.
const CREATIONS: &[(&str, &str, Creation)] = &[
    ("New-Mailbox", "-Shared", SHARED_MAILBOX),
    (
        "New-Mailbox",
        "-Room",
        Creation {
            line: "New-Mailbox -Room -Name {} -Alias {} -PrimarySmtpAddress {}",
            further: "",
        },
    ),
    (
        "New-Mailbox",
        "-Equipment",
        Creation {
            line: "New-Mailbox -Equipment -Name {} -Alias {} -PrimarySmtpAddress {}",
            further: "",
        },
    ),
    (
        "New-Mailbox",
        "",
        Creation {
            line: "New-Mailbox -Name {} -Alias {} -PrimarySmtpAddress {} -MicrosoftOnlineServicesID {} -Password (Read-Host -AsSecureString)",
            further: "<user principal name>",
        },
    ),
    (
        "New-DistributionGroup",
        "",
        Creation {
            line: "New-DistributionGroup -Name {} -Alias {} -PrimarySmtpAddress {}",
            further: "",
        },
    ),
    (
        "New-DynamicDistributionGroup",
        "",
        Creation {
            line: "New-DynamicDistributionGroup -Name {} -Alias {} -PrimarySmtpAddress {} -RecipientFilter {}",
            further: "<filter>",
        },
    ),
    (
        "New-UnifiedGroup",
        "",
        Creation {
            line: "New-UnifiedGroup -DisplayName {} -Alias {} -PrimarySmtpAddress {}",
            further: "",
        },
    ),
];

/// What is created where the text does not say.
const SHARED_MAILBOX: Creation = Creation {
    line: "New-Mailbox -Shared -Name {} -Alias {} -PrimarySmtpAddress {}",
    further: "",
};

fn contains(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase()
        .contains(&part.to_ascii_lowercase())
}

/// The SMTP addresses in `text`.
fn addresses_in(text: &str) -> Vec<FoundAddress> {
    let mut found = Addresses::default();
    found.add_running_text(text, None, true);
    let smtp = found.list.into_iter();
    smtp.filter(|address| address.kind == AddressType::Smtp)
        .collect()
}

fn parts(address: &str) -> (&str, &str) {
    address.rsplit_once('@').unwrap_or((address, ""))
}

/// What stands around the error: before it, and behind the sentence in which the holder is named.
fn around<'p>(plain: &'p Plain, found: &Found) -> [&'p str; 2] {
    let whole = || {
        let matches = found.matches.iter();
        matches.filter(|one| one.template().rank == Rank::Whole)
    };
    let start = whole().map(|one| plain.place(one.start())).min();
    let end = whole().map(|one| plain.place_behind(one.end())).max();
    let behind = &plain.text[end.unwrap_or(0)..];
    let sentence = ["\n", ". ", "\" "]
        .iter()
        .filter_map(|mark| behind.find(mark))
        .min();
    [
        &plain.text[..start.unwrap_or(0)],
        &behind[sentence.unwrap_or(behind.len())..],
    ]
}

/// What was typed, where it is not the address in conflict: in a command that creates an object, as PowerShell quotes it; or
/// in the words around the error, the same name in another domain.
#[must_use]
pub fn find(plain: &Plain, found: &Found, conflict: &[FoundAddress]) -> Option<Typed> {
    let [refused] = conflict else { return None };
    if refused.kind != AddressType::Smtp {
        return None;
    }
    let (name, domain) = parts(&refused.address);
    let creation = |text: &str| {
        let row = CREATIONS
            .iter()
            .find(|(cmdlet, switch, _)| contains(text, cmdlet) && contains(text, switch));
        row.map(|(_, _, creation)| *creation)
    };
    let [before, behind] = around(plain, found);
    for text in [plain.script.as_str(), before, behind] {
        let typed = addresses_in(text);
        if typed
            .iter()
            .any(|one| one.address.eq_ignore_ascii_case(&refused.address))
        {
            return None;
        }
        let creation = creation(text);
        // An account that is there gets an address in the initial domain as well.
        let created = creation.is_some() || !is_initial(domain) || contains(text, "creat");
        let fits = |address: &&FoundAddress| {
            let (other_name, other_domain) = parts(&address.address);
            !other_domain.eq_ignore_ascii_case(domain)
                && created
                && (creation.is_some() || other_name.eq_ignore_ascii_case(name))
        };
        if let Some(address) = typed.iter().find(fits) {
            return Some(Typed {
                address: address.address.clone(),
                creation: creation.unwrap_or(SHARED_MAILBOX),
            });
        }
    }
    None
}

/// Endings of initial domains.
const INITIAL: &[&str] = &[".onmicrosoft.com", ".onmicrosoft.us", ".onmschina.cn"];

fn is_initial(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    INITIAL.iter().any(|end| domain.ends_with(end))
}

/// The name that a user lost and the one it got, in a text of any language that names the attribute: `ann@contoso.com` and
/// `ann1234@contoso.onmicrosoft.com`.
#[must_use]
pub fn replaced_name(text: &str) -> Option<(String, String)> {
    if !contains(text, "UserPrincipalName") {
        return None;
    }
    let all = addresses_in(text);
    // No such text names more.
    let all = &all[..all.len().min(8)];
    // The English sentence is known without the four digits.
    let sure = contains(text, "had to modify");
    let replaces = |lost: &str, new: &str| {
        let ((name, _), (new_name, new_domain)) = (parts(lost), parts(new));
        let number = new_name
            .get(..name.len())
            .filter(|start| start.eq_ignore_ascii_case(name))
            .map(|start| new_name[start.len()..].trim_start_matches('+'));
        let fits = |number: &str| {
            number.bytes().all(|byte| byte.is_ascii_digit())
                && (number.len() == 4 || sure && number.is_empty())
        };
        !lost.eq_ignore_ascii_case(new) && is_initial(new_domain) && number.is_some_and(fits)
    };
    all.iter().find_map(|lost| {
        let new = all
            .iter()
            .find(|new| replaces(&lost.address, &new.address))?;
        Some((lost.address.clone(), new.address.clone()))
    })
}
