//! The rules about one value: which proxy addresses, user principal names and mail nicknames Entra ID takes from on premises.
//!
//! Pure functions; [`crate::reason`] words what they answer. The calculation and the check of addresses share them.

use ahash::AHashSet;

use crate::address::{Address, AddressType};
use crate::initial_domain::{self, Cloud};
use crate::nickname;
use crate::reason::Reason;

/// Characters of a proxy address, its type included.
pub const MAX_PROXY_ADDRESS: usize = 256;
/// Characters of a mailNickname, and in front of the `@` of a UPN or an SMTP address.
pub const MAX_LOCAL_PART: usize = 64;
/// Characters behind the `@` of a UPN.
pub const MAX_UPN_SUFFIX: usize = 48;
/// Proxy addresses of one object in Exchange Online.
pub const MAX_PROXY_ADDRESSES: usize = 300;

/// A proxy address that passed, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'v> {
    /// The type in front of the colon, as written.
    pub prefix: &'v str,
    /// The name space.
    pub kind: AddressType,
    /// Behind the colon.
    pub bare: &'v str,
    /// Behind the `@`; SMTP only.
    pub domain: Option<&'v str>,
    /// The type is written in capitals.
    pub primary: bool,
    /// Why the value should be looked at although it passed.
    pub warning: Option<Reason>,
}

/// Types that are discarded, in lower case.
const LEGACY_TYPES: &[(&str, Reason)] = &[
    ("msmail", Reason::LegacyType),
    ("x400", Reason::LegacyType),
    ("ms", Reason::LegacyTypeAssumed),
    ("ccmail", Reason::LegacyTypeAssumed),
    ("gwise", Reason::LegacyTypeAssumed),
    ("notes", Reason::LegacyTypeAssumed),
    ("fax", Reason::LegacyTypeAssumed),
];

/// Judges one value of proxyAddresses as it stands on premises. Whether its domain is verified is another question:
/// see [`VerifiedDomains::holds`].
pub fn judge(value: &str) -> Result<Parts<'_>, Reason> {
    let (prefix, bare) = value.split_once(':').ok_or(Reason::NoTypePrefix)?;
    let address = Address::parse(value, AddressType::Other);
    let plausible = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if prefix.is_empty() || !prefix.bytes().all(plausible) {
        return Err(Reason::NoTypePrefix);
    }
    if let Some((_, reason)) = LEGACY_TYPES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(prefix))
    {
        return Err(*reason);
    }
    if is_longer(value, MAX_PROXY_ADDRESS) {
        return Err(Reason::ValueTooLong);
    }
    let mut parts = Parts {
        prefix,
        kind: address.kind,
        bare,
        domain: None,
        primary: address.primary,
        warning: None,
    };
    match address.kind {
        AddressType::Smtp => parts.domain = Some(judge_smtp(bare)?),
        AddressType::X500 if is_microsoft_online_dn(bare) => {
            return Err(Reason::MicrosoftOnlineX500);
        }
        AddressType::Other => parts.warning = Some(Reason::UnknownType),
        _ => {}
    }
    Ok(parts)
}

/// Judges an SMTP address without its type, as `mail` has it; gives its domain.
pub fn judge_smtp(bare: &str) -> Result<&str, Reason> {
    let domain = judge_syntax(bare)?;
    match reserved(domain) {
        Some(reason) => Err(reason),
        None => Ok(domain),
    }
}

/// What RFC 5322 and Microsoft's list of characters say, reserved domains aside; gives the domain.
pub fn judge_syntax(bare: &str) -> Result<&str, Reason> {
    for c in bare.chars() {
        match c {
            ':' => return Err(Reason::FurtherColon),
            '<' | '>' | '(' | ')' | ';' | ',' | '[' | ']' | '"' => {
                return Err(Reason::InvalidCharacter);
            }
            c if c.is_whitespace() || c.is_control() => return Err(Reason::InvalidCharacter),
            c if has_diacritic(c) => return Err(Reason::Diacritics),
            _ => {}
        }
    }
    let (local, domain) = bare.rsplit_once('@').ok_or(Reason::NotRfc5322)?;
    let fits = local.len() <= MAX_LOCAL_PART && is_dot_atom(local) && is_domain(domain);
    if fits {
        Ok(domain)
    } else {
        Err(Reason::NotRfc5322)
    }
}

/// Latin letters beyond ASCII, and the marks that make them.
fn has_diacritic(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{300}'..='\u{36f}' | '\u{1e00}'..='\u{1eff}')
        && !matches!(c, '\u{d7}' | '\u{f7}')
}

fn is_longer(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().nth(limit).is_some()
}

/// What RFC 5322 calls atext.
pub(crate) fn is_atom_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_dot_atom(text: &str) -> bool {
    text.split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_character))
}

/// Labels of letters, digits, `-` and `_`, of 1 to 63 characters, with no `-` at an end.
pub(crate) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= 255 && text.split('.').all(label)
}

/// Ends of domains that are reserved with all that stands before them, in lower case. Initial domains are reserved too.
const RESERVED: &[(&str, Cloud)] = &[
    (".microsoftonline.com", Cloud::Commercial),
    (".microsoftonline.us", Cloud::Sovereign),
    (".microsoftonline.de", Cloud::Sovereign),
    (".microsoftonline.cn", Cloud::Sovereign),
];

/// Why no address of `domain` may come from on premises. `contoso.mail.onmicrosoft.com` is what hybrid routing needs.
#[must_use]
pub fn reserved(domain: &str) -> Option<Reason> {
    let below = || {
        RESERVED.iter().find_map(|(end, cloud)| {
            let start = domain.len().checked_sub(end.len())?;
            let ends = domain.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes());
            (ends && start > 0).then_some(*cloud)
        })
    };
    Some(match initial_domain::cloud_of(domain).or_else(below)? {
        Cloud::Commercial => Reason::ReservedDomain,
        Cloud::Sovereign => Reason::ReservedDomainSovereign,
    })
}

/// Top-level domains that no registry gives out, so that no domain below them can be verified or reached: RFC 2606, RFC
/// 6762 with its appendix G, and what Windows networks were named by.
const NOT_ROUTABLE: &[&str] = &[
    "corp",
    "domain",
    "home",
    "internal",
    "intern",
    "intra",
    "intranet",
    "invalid",
    "lan",
    "loc",
    "local",
    "localdomain",
    "localhost",
    "private",
    "priv",
];

/// Whether `domain` can be routed and verified on the internet: it has a dot, and a top-level domain that may be one.
#[must_use]
pub fn is_routable(domain: &str) -> bool {
    domain.rsplit_once('.').is_some_and(|(_, top)| {
        !NOT_ROUTABLE
            .iter()
            .any(|known| top.eq_ignore_ascii_case(known))
            && !top.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `/o=MicrosoftOnline`, followed by nothing or a further part.
fn is_microsoft_online_dn(dn: &str) -> bool {
    const START: &str = "/o=microsoftonline";
    dn.get(..START.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(START))
        && matches!(dn.as_bytes().get(START.len()), None | Some(b'/'))
}

/// The domains that a tenant has verified.
#[derive(Debug, Clone, Default)]
pub struct VerifiedDomains {
    /// In lower case.
    names: AHashSet<String>,
}

impl VerifiedDomains {
    /// The initial domain and its `mail` counterpart of hybrid routing belong to them. Blank names are passed over.
    pub fn new<'n>(initial: &'n str, others: impl IntoIterator<Item = &'n str>) -> Self {
        let mut names: AHashSet<String> = others
            .into_iter()
            .chain([initial])
            .map(|name| {
                name.trim_ascii()
                    .trim_start_matches('@')
                    .to_ascii_lowercase()
            })
            .filter(|name| !name.is_empty())
            .collect();
        let initial = initial.trim_ascii().trim_start_matches('@');
        names.extend(
            initial_domain::routing_domain_of(initial).map(|name| name.to_ascii_lowercase()),
        );
        Self { names }
    }

    /// The names in lower case, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.names.iter().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Whether `domain` is one of them, in any case. A domain below a verified one is not.
    #[must_use]
    pub fn holds(&self, domain: &str) -> bool {
        if domain.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.names.contains(domain.to_ascii_lowercase().as_str());
        }
        self.names.contains(domain)
    }
}

/// Whether `domain` can be the initial domain of a tenant or its `mail` counterpart of hybrid routing.
#[must_use]
pub fn is_initial_of_some_tenant(domain: &str) -> bool {
    let counterpart = || {
        let (label, rest) = domain.split_once('.')?;
        let start = rest.get(..5)?;
        (start.eq_ignore_ascii_case("mail.")).then(|| format!("{label}.{}", &rest[5..]))
    };
    reserved(domain).is_some() || counterpart().is_some_and(|initial| reserved(&initial).is_some())
}

/// Judges a userPrincipalName; gives what stands before and behind the `@`. Whether the suffix is verified is another
/// question.
pub fn judge_upn(upn: &str) -> Result<(&str, &str), Reason> {
    let (prefix, suffix) = upn.split_once('@').ok_or(Reason::UpnNotOneAt)?;
    if prefix.is_empty() || suffix.is_empty() || suffix.contains('@') {
        return Err(Reason::UpnNotOneAt);
    }
    if is_longer(prefix, MAX_LOCAL_PART) || is_longer(suffix, MAX_UPN_SUFFIX) {
        return Err(Reason::UpnTooLong);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'.-_!#^~".contains(&byte);
    if prefix.bytes().all(allowed) && is_dot_atom(prefix) && is_domain(suffix) {
        Ok((prefix, suffix))
    } else {
        Err(Reason::UpnInvalidCharacter)
    }
}

/// Judges a mailNickname.
pub fn judge_nickname(nickname: &str) -> Result<(), Reason> {
    if nickname.is_empty() {
        return Err(Reason::NicknameEmpty);
    }
    if is_longer(nickname, MAX_LOCAL_PART) {
        return Err(Reason::NicknameTooLong);
    }
    if !nickname.chars().all(|c| c == '.' || nickname::can_hold(c)) {
        return Err(Reason::NicknameInvalidCharacter);
    }
    if nickname.split('.').any(str::is_empty) {
        return Err(Reason::NicknameDot);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(value: &str) -> &'static str {
        match judge(value) {
            Ok(Parts { warning: None, .. }) => "ok",
            Ok(Parts {
                warning: Some(reason),
                ..
            })
            | Err(reason) => reason.code(),
        }
    }

    #[test]
    fn every_rule_about_one_value() {
        let long_local = format!("smtp:{}@contoso.com", "a".repeat(65));
        let longest = format!("x500:{}", "a".repeat(251));
        let too_long = format!("x500:{}", "ü".repeat(252));
        for (value, expected) in [
            ("SMTP:john.doe@contoso.com", "ok"),
            ("smtp:o'brien+tag@sub.contoso.com", "ok"),
            ("smtp:john@xn--bcher-kva.technology", "ok"),
            ("SIP:john@contoso.com", "ok"),
            ("EUM:1001;phone-context=dialplan.contoso.com", "ok"),
            ("SPO:SPO_1@SPO_2", "ok"),
            (
                "x500:/o=A/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=b, c: \"d\"",
                "ok",
            ),
            ("X500:/o=MicrosoftOnlineServices/cn=a", "ok"),
            ("X500:/O=microsoftonline/cn=a", "MicrosoftOnlineX500"),
            ("EAS:john", "UnknownType"),
            ("john@contoso.com", "NoTypePrefix"),
            (":john@contoso.com", "NoTypePrefix"),
            ("john doe:john@contoso.com", "NoTypePrefix"),
            ("", "NoTypePrefix"),
            ("msmail:ORG/PO/JOHN", "LegacyType"),
            ("X400:c=US;a= ;p=A;o=B;s=C;", "LegacyType"),
            ("MS:ORG/PO/JOHN", "LegacyTypeAssumed"),
            ("GWISE:a.b.c", "LegacyTypeAssumed"),
            ("smtp:john doe@contoso.com", "InvalidCharacter"),
            ("smtp: john@contoso.com", "InvalidCharacter"),
            ("smtp:john@contoso.com\u{a0}", "InvalidCharacter"),
            ("smtp:\"john\"@contoso.com", "InvalidCharacter"),
            ("smtp:john@[10.0.0.1]", "InvalidCharacter"),
            ("smtp:smtp:john@contoso.com", "FurtherColon"),
            ("smtp:jürgen@contoso.com", "Diacritics"),
            ("smtp:u\u{308}@contoso.com", "Diacritics"),
            ("smtp:иван@contoso.com", "NotRfc5322"),
            ("smtp:john", "NotRfc5322"),
            ("smtp:", "NotRfc5322"),
            ("smtp:@contoso.com", "NotRfc5322"),
            ("smtp:john@", "NotRfc5322"),
            ("smtp:a@b@contoso.com", "NotRfc5322"),
            ("smtp:.john@contoso.com", "NotRfc5322"),
            ("smtp:john..doe@contoso.com", "NotRfc5322"),
            ("smtp:john@contoso..com", "NotRfc5322"),
            ("smtp:john@-contoso.com", "NotRfc5322"),
            (&long_local, "NotRfc5322"),
            (&longest, "ok"),
            (&too_long, "ValueTooLong"),
            ("smtp:john@Contoso.OnMicrosoft.com", "ReservedDomain"),
            ("SMTP:john@fabrikam.microsoftonline.com", "ReservedDomain"),
            ("smtp:john@a.b.microsoftonline.com", "ReservedDomain"),
            ("smtp:john@contoso.mail.onmicrosoft.com", "ok"),
            ("smtp:john@notonmicrosoft.com", "ok"),
            (
                "smtp:john@contoso.onmicrosoft.us",
                "ReservedDomainSovereign",
            ),
            (
                "smtp:john@contoso.partner.onmschina.cn",
                "ReservedDomainSovereign",
            ),
        ] {
            assert_eq!(outcome(value), expected, "{value}");
        }
    }

    #[test]
    fn parts_are_those_of_the_value() {
        let parts = judge("Smtp:John@Contoso.com").unwrap();
        assert_eq!(
            (parts.prefix, parts.bare, parts.domain, parts.primary),
            ("Smtp", "John@Contoso.com", Some("Contoso.com"), false)
        );
        assert!(judge("SMTP:john@contoso.com").unwrap().primary);
    }

    #[test]
    fn verified_is_exact_and_knows_no_case() {
        let domains = VerifiedDomains::new(
            "Contoso.onmicrosoft.com",
            [" CONTOSO.com ", "", " ", "@fabrikam.com"],
        );
        for (domain, expected) in [
            ("contoso.com", true),
            ("Contoso.COM", true),
            ("fabrikam.com", true),
            ("sub.contoso.com", false),
            ("contoso.onmicrosoft.com", true),
            ("contoso.mail.onmicrosoft.com", true),
            ("fabrikam.mail.onmicrosoft.com", false),
            ("", false),
        ] {
            assert_eq!(domains.holds(domain), expected, "{domain}");
        }
    }

    #[test]
    fn a_domain_of_an_internal_network_cannot_be_routed() {
        for (domain, expected) in [
            ("contoso.com", true),
            ("contoso.example", true),
            ("local.contoso.com", true),
            ("contoso", false),
            ("corp.contoso.local", false),
            ("CONTOSO.LAN", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(is_routable(domain), expected, "{domain}");
        }
    }

    #[test]
    fn a_upn_is_name_at_domain() {
        let longest = format!("{}@{}.com", "a".repeat(64), "b".repeat(44));
        assert_eq!(longest.len(), 113);
        let error = |upn: &str| judge_upn(upn).map_or_else(Reason::code, |_| "ok");
        for (upn, expected) in [
            ("john@contoso.com", "ok"),
            ("o'brien_!#^~-@contoso.com", "ok"),
            (&longest, "ok"),
            (&format!("a{longest}"), "UpnTooLong"),
            (&format!("{longest}m"), "UpnTooLong"),
            ("john", "UpnNotOneAt"),
            ("", "UpnNotOneAt"),
            ("@contoso.com", "UpnNotOneAt"),
            ("john@", "UpnNotOneAt"),
            ("a@b@contoso.com", "UpnNotOneAt"),
            ("john doe@contoso.com", "UpnInvalidCharacter"),
            ("john+tag@contoso.com", "UpnInvalidCharacter"),
            ("jürgen@contoso.com", "UpnInvalidCharacter"),
            ("john.@contoso.com", "UpnInvalidCharacter"),
            ("john@contoso com", "UpnInvalidCharacter"),
        ] {
            assert_eq!(error(upn), expected, "{upn}");
        }
    }

    #[test]
    fn a_nickname_is_the_front_of_an_address() {
        for (nickname, expected) in [
            ("john.doe", Ok(())),
            ("r+d", Ok(())),
            ("r&d", Err(Reason::NicknameInvalidCharacter)),
            (&"a".repeat(64), Ok(())),
            (&"a".repeat(65), Err(Reason::NicknameTooLong)),
            ("", Err(Reason::NicknameEmpty)),
            (".john", Err(Reason::NicknameDot)),
            ("john.", Err(Reason::NicknameDot)),
            ("john doe", Err(Reason::NicknameInvalidCharacter)),
            ("jürgen", Ok(())),
            ("čapek", Err(Reason::NicknameInvalidCharacter)),
            ("john@contoso", Err(Reason::NicknameInvalidCharacter)),
        ] {
            assert_eq!(judge_nickname(nickname), expected, "{nickname}");
        }
    }
}
