//! The initial domain of a tenant, `contoso.onmicrosoft.com`: checked here for every function that takes one, and what is
//! made of it — the MOERA and the domain of hybrid routing.

use std::fmt;

use crate::nickname;
use crate::rule;
use crate::status::Error;

/// Ends of initial domains, in lower case: that of the commercial cloud, and those of the sovereign ones.
const ENDINGS: &[(&str, Cloud)] = &[
    (".onmicrosoft.com", Cloud::Commercial),
    (".onmicrosoft.us", Cloud::Sovereign),
    (".onmicrosoft.de", Cloud::Sovereign),
    (".partner.onmschina.cn", Cloud::Sovereign),
];

/// Where a tenant lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    /// What Microsoft's articles speak of.
    Commercial,
    /// A cloud of its own, as that of the US government.
    Sovereign,
}

/// What stands before the ending of an initial domain, and which cloud it is; `None` for any other domain.
fn split(domain: &str) -> Option<(&str, Cloud)> {
    ENDINGS.iter().find_map(|(end, cloud)| {
        let start = domain.len().checked_sub(end.len())?;
        let ends = domain.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes());
        (ends && start > 0).then(|| (&domain[..start], *cloud))
    })
}

/// The cloud of `domain`, where it can be the initial domain of some tenant: one label before one of the endings.
#[must_use]
pub fn cloud_of(domain: &str) -> Option<Cloud> {
    let (label, cloud) = split(domain)?;
    (!label.contains('.')).then_some(cloud)
}

/// Whether mail to `domain` goes to Exchange Online: an initial domain, or one below it as hybrid routing has.
#[must_use]
pub fn is_in_the_cloud(domain: &str) -> bool {
    split(domain).is_some()
}

/// The domain of hybrid routing, `contoso.mail.onmicrosoft.com`, of `contoso.onmicrosoft.com`.
pub(crate) fn routing_domain_of(initial: &str) -> Option<String> {
    cloud_of(initial)?;
    let (label, rest) = initial.split_once('.')?;
    Some(format!("{label}.mail.{rest}"))
}

/// The initial domain of the tenant. Blanks around it and an `@` in front are left out, as with verified domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialDomain(String);

impl InitialDomain {
    /// Reads what a caller gave; `None` where that is nothing or blank.
    ///
    /// # Errors
    /// What is no domain. `path` is where it stands in the request.
    pub fn read(given: Option<&str>, path: &str) -> Result<Option<Self>, Error> {
        let text = given.unwrap_or("").trim();
        if text.is_empty() {
            return Ok(None);
        }
        let domain = text.strip_prefix('@').unwrap_or(text);
        if domain.contains('.') && rule::is_domain(domain) {
            return Ok(Some(Self(domain.to_owned())));
        }
        let shown: String = text.chars().take(100).collect();
        Err(Error::invalid(
            path,
            format!(
                "{shown:?} is no domain; the initial domain of a tenant is like contoso.onmicrosoft.com"
            ),
        ))
    }

    /// The one that an organization's name is, where it is one.
    #[must_use]
    pub fn of_organization(name: &str) -> Option<Self> {
        let name = name.trim();
        (cloud_of(name).is_some() && rule::is_domain(name)).then(|| Self(name.to_owned()))
    }

    /// The domain, as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the address `bare` lies in it.
    #[must_use]
    pub fn holds(&self, bare: &str) -> bool {
        bare.rsplit_once('@')
            .is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(&self.0))
    }

    /// The MOERA to come of an object with this mailNickname; `None` where nothing of it can stand in an address.
    #[must_use]
    pub fn moera(&self, nickname: &str) -> Option<String> {
        let local = nickname::in_an_address(nickname);
        (!local.is_empty()).then(|| format!("{local}@{}", self.0))
    }

    /// `contoso.mail.onmicrosoft.com`.
    #[must_use]
    pub fn routing_domain(&self) -> Option<String> {
        routing_domain_of(&self.0)
    }
}

impl fmt::Display for InitialDomain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reading_for_every_door() {
        let read = |text| InitialDomain::read(Some(text), "tenant.initialDomain");
        for text in [
            "contoso.onmicrosoft.com",
            "@contoso.onmicrosoft.com",
            " \tcontoso.onmicrosoft.com\u{a0}",
        ] {
            assert_eq!(
                read(text).unwrap().unwrap().as_str(),
                "contoso.onmicrosoft.com",
                "{text}"
            );
        }
        for text in ["", "  "] {
            assert_eq!(read(text), Ok(None), "{text}");
        }
        for text in [
            "contoso",
            "@",
            "@@contoso.onmicrosoft.com",
            "a@contoso.onmicrosoft.com",
            "contoso onmicrosoft.com",
            "contoso.onmicrosoft.com;b",
        ] {
            assert!(
                matches!(read(text), Err(Error::InvalidRequest { path, .. }) if path == "tenant.initialDomain"),
                "{text}"
            );
        }
    }

    #[test]
    fn an_initial_domain_is_one_label_and_an_ending() {
        for (domain, initial, cloud) in [
            ("contoso.onmicrosoft.com", Some(Cloud::Commercial), true),
            ("Contoso.OnMicrosoft.US", Some(Cloud::Sovereign), true),
            ("contoso.partner.onmschina.cn", Some(Cloud::Sovereign), true),
            ("contoso.mail.onmicrosoft.com", None, true),
            (".onmicrosoft.com", None, false),
            ("notonmicrosoft.com", None, false),
            ("contoso.com", None, false),
        ] {
            assert_eq!(cloud_of(domain), initial, "{domain}");
            assert_eq!(is_in_the_cloud(domain), cloud, "{domain}");
        }
        assert!(InitialDomain::of_organization("Contoso Ltd").is_none());
        assert!(InitialDomain::of_organization("contoso.onmicrosoft.com").is_some());
    }

    #[test]
    fn the_moera_is_made_of_what_can_stand_in_an_address() {
        let initial = InitialDomain::read(Some("c.onmicrosoft.com"), "")
            .unwrap()
            .unwrap();
        for (nickname, expected) in [
            ("ann", Some("ann@c.onmicrosoft.com")),
            (" j\u{fc}rgen.m ", Some("j_rgen.m@c.onmicrosoft.com")),
            ("r&d", Some("r_d@c.onmicrosoft.com")),
            ("  ", None),
        ] {
            assert_eq!(initial.moera(nickname).as_deref(), expected, "{nickname}");
        }
    }
}
