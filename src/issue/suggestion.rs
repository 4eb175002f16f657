//! What a value could be instead: only what would itself be taken, else nothing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::address::AddressType;
use crate::reason::Reason;
use crate::recipient::{HeldAddress, Role};
use crate::rule::{self, VerifiedDomains};

/// What could stand in place of `value`, an address without a type, which is wrong for `reason`.
pub(super) fn instead_of_bare(reason: Reason, value: &str) -> Option<String> {
    let suggestion = instead_of(reason, &format!("smtp:{value}"), None, None)?;
    Some(suggestion.strip_prefix("smtp:")?.to_owned())
}

/// What could stand in place of `value`, which is wrong for `reason`.
pub(super) fn instead_of(
    reason: Reason,
    value: &str,
    primary_domain: Option<&str>,
    verified: Option<&VerifiedDomains>,
) -> Option<String> {
    match reason {
        Reason::NoTypePrefix => {
            let value = value.trim();
            good_proxy(value.to_owned()).or_else(|| good_proxy(format!("smtp:{value}")))
        }
        Reason::InvalidCharacter | Reason::Diacritics | Reason::NotRfc5322 => {
            let (prefix, bare) = value.split_once(':')?;
            // A display name in front of <address>.
            let bare = bare.rsplit_once('<').map_or(bare, |(_, address)| address);
            let (local, domain) = bare.rsplit_once('@')?;
            // Two addresses in one value, and an address literal: what is meant is not to be guessed.
            if local.contains('@') || domain.trim_start().starts_with('[') {
                return None;
            }
            let local = name(local, |_| true)?;
            good_proxy(format!("{prefix}:{local}@{}", domain_name(domain)))
        }
        Reason::FurtherColon => {
            let (prefix, rest) = value.split_once(':')?;
            good_proxy(format!("{prefix}:{}", rest.rsplit_once(':')?.1.trim()))
        }
        Reason::UpnInvalidCharacter => {
            let (prefix, suffix) = value.split_once('@')?;
            let prefix = name(prefix, |c| !"$%&*+/=?`{|}".contains(c))?;
            let upn = format!("{prefix}@{}", domain_name(suffix));
            rule::judge_upn(&upn).is_ok().then_some(upn)
        }
        Reason::UpnUnverifiedDomain => {
            let domain =
                primary_domain.filter(|domain| verified.is_some_and(|all| all.holds(domain)))?;
            Some(format!("{}@{domain}", value.split_once('@')?.0))
        }
        Reason::NicknameInvalidCharacter | Reason::NicknameDot | Reason::NicknameTooLong => {
            // Of an address the front is the name.
            let value = value.split_once('@').map_or(value, |(front, _)| front);
            let cut: String = name(value, |c| c != '&')?
                .chars()
                .take(rule::MAX_LOCAL_PART)
                .collect();
            let nickname = cut.trim_matches('.').to_owned();
            rule::judge_nickname(&nickname).is_ok().then_some(nickname)
        }
        _ => None,
    }
}

/// The value that should be the primary: the one equal to `mail`, else `mail` itself, else the first SMTP address.
///
/// `takes` says of an address whether it would be taken.
pub(super) fn primary<'r>(
    proxies: impl Iterator<Item = &'r HeldAddress<'r>>,
    mail: Option<&'r str>,
    takes: impl Fn(&str) -> bool,
) -> Option<String> {
    let smtp = proxies
        .filter(|held| held.kind == AddressType::Smtp && held.roles.has(Role::Secondary))
        .map(|held| held.bare);
    let bare = mail.into_iter().chain(smtp).find(|bare| takes(bare))?;
    Some(format!("SMTP:{bare}"))
}

fn good_proxy(value: String) -> Option<String> {
    rule::judge(&value).is_ok().then_some(value)
}

/// `text` as the front of an address: marks taken off letters, what is not allowed left out, dots neither doubled nor
/// at an end. Nothing where a letter has no plain form: another name would come out.
fn name(text: &str, allowed: impl Fn(char) -> bool) -> Option<String> {
    let mut plain = String::new();
    for c in text.nfd() {
        if c.is_ascii_alphanumeric() || (".!#$%&'*+-/=?^_`{|}~".contains(c) && allowed(c)) {
            plain.push(c);
        } else if !c.is_ascii() && !is_combining_mark(c) && !c.is_whitespace() {
            return None;
        }
    }
    let parts: Vec<&str> = plain.split('.').filter(|part| !part.is_empty()).collect();
    Some(parts.join("."))
}

/// `text` without what can only be a slip of the keyboard.
fn domain_name(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !"<>()[];,\"".contains(*c))
        .collect();
    plain.trim_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_what_would_be_taken() {
        let verified = VerifiedDomains::new("contoso.onmicrosoft.com", ["contoso.com"]);
        for (value, expected) in [
            ("john@contoso.com", Some("smtp:john@contoso.com")),
            (" SMTP:john@contoso.com", Some("SMTP:john@contoso.com")),
            ("john", None),
            (
                "smtp: john doe@contoso.com ",
                Some("smtp:johndoe@contoso.com"),
            ),
            ("smtp:<john@contoso.com>", Some("smtp:john@contoso.com")),
            ("SMTP:jürgen@contoso.com", Some("SMTP:jurgen@contoso.com")),
            ("smtp:strauß@contoso.com", None),
            ("smtp:иван@contoso.com", None),
            ("smtp:john@bücher.example", None),
            ("smtp:smtp:john@contoso.com", Some("smtp:john@contoso.com")),
            (
                "smtp:.john..doe.@contoso.com.",
                Some("smtp:john.doe@contoso.com"),
            ),
            (
                "smtp:John Doe <john@contoso.com>",
                Some("smtp:john@contoso.com"),
            ),
            ("smtp:john@contoso.com@contoso.com", None),
            ("smtp:john@contoso.com;jane@contoso.com", None),
            ("smtp:john@[10.0.0.1]", None),
            ("smtp:john@contoso.onmicrosoft.com", None),
            ("X400:c=US;a= ;p=A;", None),
        ] {
            let reason = rule::judge(value).unwrap_err();
            let suggestion = instead_of(reason, value, None, Some(&verified));
            assert_eq!(suggestion.as_deref(), expected, "{value}");
        }
        let upn = |value| instead_of(rule::judge_upn(value).unwrap_err(), value, None, None);
        assert_eq!(
            upn("john doe+x@contoso.com").as_deref(),
            Some("johndoex@contoso.com")
        );
        assert_eq!(upn("a@b@contoso.com"), None);
        let local = instead_of(
            Reason::UpnUnverifiedDomain,
            "john@corp.local",
            Some("contoso.com"),
            Some(&verified),
        );
        assert_eq!(local.as_deref(), Some("john@contoso.com"));
        let long = ".".to_owned() + &"jö".repeat(40);
        let nickname = instead_of(Reason::NicknameTooLong, &long, None, None).unwrap();
        assert_eq!(nickname, "jo".repeat(32));
        let reason = Reason::NicknameInvalidCharacter;
        let nickname = instead_of(reason, "john@contoso.com", None, None);
        assert_eq!(nickname.as_deref(), Some("john"));
    }
}
