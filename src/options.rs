//! What a caller asks for.

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::address::AddressType;
use crate::calculation::{Digits, Taken, Tenant};
use crate::conflict::Kind;
use crate::conflict::classify::Wanted;
use crate::form::ResultForm;
use crate::initial_domain::InitialDomain;
use crate::recipient::Source;
use crate::status::Error;

/// What a scan gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Want {
    /// Conflicts.
    #[default]
    Conflicts,
    /// One row an address and object.
    Addresses,
    /// What is wrong with single addresses.
    Issues,
    /// What Entra ID makes of objects on premises.
    Calculations,
}

/// The tenant of a calculation, as it crosses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TenantOptions {
    initial_domain: Option<String>,
    #[serde(deserialize_with = "or_default")]
    verified_domains: Vec<Option<String>>,
    #[serde(deserialize_with = "or_default")]
    taken_addresses: Vec<Option<String>>,
    #[serde(deserialize_with = "or_default")]
    collision_digits: Vec<String>,
}

impl TenantOptions {
    /// Checks it, but for the taken addresses, which may be many and cannot be wrong. `path` is where it stands in the request.
    fn check(&self, path: &str) -> Result<(Tenant, Digits), Error> {
        let domains = self.verified_domains.iter();
        let domains = domains.map(|name| name.as_deref().unwrap_or(""));
        check_domains(domains, &join(path, "verifiedDomains"))?;
        let verified: Vec<String> = self.verified_domains.iter().flatten().cloned().collect();
        let at = join(path, "initialDomain");
        let initial_domain = InitialDomain::read(self.initial_domain.as_deref(), &at)?.ok_or_else(|| {
            Error::invalid(
                at,
                "the calculation needs the tenant's initial domain, like contoso.onmicrosoft.com",
            )
        })?;
        let tenant = Tenant::new(initial_domain, &verified);
        let digits = Digits::new(&self.collision_digits, &join(path, "collisionDigits"))?;
        Ok((tenant, digits))
    }

    /// Understands all of it. `path` is where it stands in the request.
    pub fn understand(&self, path: &str) -> Result<(Tenant, Taken), Error> {
        let (tenant, digits) = self.check(path)?;
        let taken = self.taken_addresses.iter().flatten();
        Ok((tenant, Taken::new(taken.map(String::as_str), digits)))
    }
}

/// The options of a scan, as they cross. An unknown field is refused: a typo must not be ignored. `null` is as absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Options {
    version: Option<Value>,
    #[serde(deserialize_with = "or_default")]
    want: Want,
    #[serde(deserialize_with = "or_default")]
    result_form: ResultForm,
    initial_domain: Option<String>,
    #[serde(deserialize_with = "or_default")]
    verified_domains: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    include_information: bool,
    #[serde(deserialize_with = "or_default")]
    kinds: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    address_types: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    addresses: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    exclude_ids: Vec<String>,
    source: Option<String>,
    #[serde(deserialize_with = "optional_object")]
    tenant: Option<TenantOptions>,
    licensed: Option<bool>,
    #[serde(deserialize_with = "or_default")]
    previous_of_first: bool,
}

/// What a scan for calculations wants to know.
#[derive(Debug, Clone, Default)]
pub struct CalculationOptions {
    /// The tenant.
    pub tenant: TenantOptions,
    /// Whether an Exchange plan is enabled for every object; `None` where objects say it themselves.
    pub licensed: Option<bool>,
    /// The one previous object belongs to the first object that comes, whatever their ids.
    pub previous_of_first: bool,
}

/// Options that were understood.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// What the scan gives.
    pub want: Want,
    /// How results are written.
    pub form: ResultForm,
    /// Which conflicts.
    pub wanted: Wanted,
    /// Which name spaces; none means all.
    pub address_types: Vec<AddressType>,
    /// Objects with one of these ids are left out. Folded.
    pub exclude_ids: Vec<String>,
    /// Where records come from whose properties do not say it.
    pub source: Option<Source>,
    /// For calculations.
    pub calculation: CalculationOptions,
    /// The tenant's initial domain, where it was given.
    pub initial_domain: Option<InitialDomain>,
    /// The tenant's verified domains; none where they were not given.
    pub verified_domains: Vec<String>,
}

impl Options {
    /// Checks the names in it. `path` is where the options stand in the request.
    pub fn understand(&self, path: &str) -> Result<ScanOptions, Error> {
        let at = |field: &str, index: usize| format!("{}[{index}]", join(path, field));
        if let Some(version) = self.version.as_ref().filter(|version| **version != 1) {
            return Err(Error::UnsupportedVersion {
                found: version.to_string(),
            });
        }
        let mut kinds = Vec::new();
        for (index, name) in self.kinds.iter().enumerate() {
            let kind = Kind::from_name(name).ok_or_else(|| {
                Error::invalid(at("kinds", index), format!("there is no kind {name:?}"))
            })?;
            if kind == Kind::Planned {
                return Err(Error::NotAvailable("the kind Planned"));
            }
            kinds.push(kind);
        }
        let initial_domain =
            InitialDomain::read(self.initial_domain.as_deref(), &join(path, "initialDomain"))?;
        if kinds.contains(&Kind::PredictedMoera) && initial_domain.is_none() {
            return Err(Error::invalid(
                join(path, "initialDomain"),
                "the kind PredictedMoera needs the tenant's initial domain",
            ));
        }
        let domains = self.verified_domains.iter().map(String::as_str);
        check_domains(domains, &join(path, "verifiedDomains"))?;
        let mut address_types = Vec::new();
        for (index, name) in self.address_types.iter().enumerate() {
            let unknown = || {
                Error::invalid(
                    at("addressTypes", index),
                    format!("there is no address type {name:?}"),
                )
            };
            address_types.push(AddressType::from_name(name).ok_or_else(unknown)?);
        }
        let source = self.source(path)?;
        if !self.addresses.is_empty() {
            return Err(Error::NotAvailable("addresses, which are planned values,"));
        }
        let tenant = self.tenant.clone().unwrap_or_default();
        if self.want == Want::Calculations {
            for (field, given) in [
                ("initialDomain", initial_domain.is_some()),
                ("verifiedDomains", !self.verified_domains.is_empty()),
            ] {
                if given {
                    let message =
                        format!("for calculations it stands in \"tenant\", as tenant.{field}");
                    return Err(Error::invalid(join(path, field), message));
                }
            }
            tenant.check(&join(path, "tenant"))?;
        } else {
            for (field, given) in [
                ("tenant", self.tenant.is_some()),
                ("licensed", self.licensed.is_some()),
                ("previousOfFirst", self.previous_of_first),
            ] {
                if given {
                    return Err(Error::invalid(
                        join(path, field),
                        "it is for \"want\":\"calculations\" only",
                    ));
                }
            }
        }
        Ok(ScanOptions {
            want: self.want,
            calculation: CalculationOptions {
                tenant,
                licensed: self.licensed,
                previous_of_first: self.previous_of_first,
            },
            form: self.result_form,
            wanted: Wanted {
                kinds,
                information: self.include_information,
            },
            address_types,
            exclude_ids: self
                .exclude_ids
                .iter()
                .map(|id| id.trim_ascii().to_ascii_lowercase())
                .collect(),
            source,
            initial_domain,
            verified_domains: self.verified_domains.clone(),
        })
    }
}

impl Options {
    /// The source that was named, which is one of the closed list.
    fn source(&self, path: &str) -> Result<Option<Source>, Error> {
        let Some(name) = &self.source else {
            return Ok(None);
        };
        Source::from_name(name).map(Some).ok_or_else(|| {
            let known = Source::ALL.map(Source::name);
            let known = known[..Source::Unknown as usize].join(", ");
            let message = format!("{name:?} is no source; it is one of {known}");
            Error::invalid(join(path, "source"), message)
        })
    }
}

/// Refuses a verified domain that is none: no address lies in it, so all would look unverified. Blank names are passed over.
fn check_domains<'n>(names: impl Iterator<Item = &'n str>, path: &str) -> Result<(), Error> {
    for (at, name) in names.enumerate() {
        let domain = name.trim_ascii().trim_start_matches('@');
        let foreign =
            |c: char| c.is_whitespace() || matches!(c, '@' | ';' | ',' | '{' | '}' | '=' | '*');
        let fits = domain
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && !rest.is_empty());
        if !domain.is_empty() && (!fits || domain.contains(foreign)) {
            let shown: String = name.chars().take(100).collect();
            return Err(Error::invalid(
                format!("{path}[{at}]"),
                format!("{shown:?} is no domain; a verified domain is like contoso.com"),
            ));
        }
    }
    Ok(())
}

/// The path of a field of what stands at `path`.
pub(crate) fn join(path: &str, field: &str) -> String {
    if path.is_empty() {
        field.to_owned()
    } else {
        format!("{path}.{field}")
    }
}

/// Reads a field of which `null` means the same as its absence.
pub fn or_default<'de, D, T>(json: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(json)?.unwrap_or_default())
}

/// Reads a field that is an object, or `null`, and tells which.
fn optional_object<'de, D, T>(json: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    struct Known<T>(T);
    impl<'de, T: Default + Deserialize<'de>> Deserialize<'de> for Known<T> {
        fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
            object_or_default(json).map(Self)
        }
    }
    Ok(Option::<Known<T>>::deserialize(json)?.map(|known| known.0))
}

/// Reads a field that is an object, `null` or absent. A derived `Deserialize` would take an array too, by place.
pub fn object_or_default<'de, D, T>(json: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    struct ObjectVisitor<T>(std::marker::PhantomData<T>);
    impl<'de, T: Default + Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;
        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(fields))
        }
        fn visit_unit<E>(self) -> Result<T, E> {
            Ok(T::default())
        }
    }
    json.deserialize_any(ObjectVisitor(std::marker::PhantomData))
}

/// Refuses what is no JSON object from its first character on; see [`object_or_default`].
pub fn check_object(text: &str) -> Result<(), Error> {
    if matches!(
        text.trim_ascii_start().as_bytes().first(),
        None | Some(b'{')
    ) {
        return Ok(());
    }
    Err(Error::invalid("", "the request must be a JSON object"))
}

/// Reads a request of version 1.
pub fn parse<'r, T: Deserialize<'r>>(bytes: &'r [u8]) -> Result<T, Error> {
    let text = utf8(bytes)?;
    check_version(text)?;
    serde_json::from_str(text).map_err(|error| Error::invalid("", error.to_string()))
}

/// The bytes as text.
pub fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    simdutf8::compat::from_utf8(bytes).map_err(|error| Error::InvalidUtf8 {
        offset: error.valid_up_to(),
    })
}

/// The version comes first: a later one may have fields that this one refuses.
fn check_version(text: &str) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Version {
        version: Option<Value>,
    }
    check_object(text)?;
    let request: Version =
        serde_json::from_str(text).map_err(|error| Error::invalid("", error.to_string()))?;
    match request.version {
        Some(version) if version == 1 => Ok(()),
        Some(version) => Err(Error::UnsupportedVersion {
            found: version.to_string(),
        }),
        None => Err(Error::invalid(
            "version",
            "the request has no version; this library speaks version 1",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_as_absent() {
        let request = r#"{"version":1,"want":null,"resultForm":null,"initialDomain":null,"includeInformation":null,
            "kinds":null,"addressTypes":null,"addresses":null,"excludeIds":null}"#;
        let options: Options = parse(request.as_bytes()).unwrap();
        assert!(options.understand("").is_ok());
    }

    #[test]
    fn a_verified_domain_that_is_none_is_refused_by_its_place() {
        for (wrong, fits) in [
            ("contoso", false),
            ("a@contoso.com", false),
            ("contoso.com, fabrikam.com", false),
            ("@{Id=contoso.com}", false),
            (".com", false),
            ("*.contoso.com", false),
            (" @Contoso.com ", true),
            ("b\u{fc}cher.example", true),
            ("", true),
        ] {
            let flat = serde_json::json!({ "version": 1, "want": "issues", "verifiedDomains": ["contoso.com", wrong] });
            let tenant = serde_json::json!({ "version": 1, "want": "calculations",
                "tenant": { "initialDomain": "contoso.onmicrosoft.com", "verifiedDomains": [null, wrong] } });
            for (request, expected) in [
                (flat, "options.verifiedDomains[1]"),
                (tenant, "options.tenant.verifiedDomains[1]"),
            ] {
                let options: Options = parse(request.to_string().as_bytes()).unwrap();
                match options.understand("options") {
                    Ok(_) => assert!(fits, "{wrong}"),
                    Err(Error::InvalidRequest { path, .. }) => {
                        assert!(!fits && path == expected, "{wrong}: {path}");
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }

    #[test]
    fn the_tenant_of_a_calculation_is_not_looked_for_elsewhere() {
        for (field, value) in [
            (
                "initialDomain",
                serde_json::json!("contoso.onmicrosoft.com"),
            ),
            ("verifiedDomains", serde_json::json!(["contoso.com"])),
        ] {
            let mut request = serde_json::json!({ "version": 1, "want": "calculations",
                "tenant": { "initialDomain": "contoso.onmicrosoft.com" } });
            request[field] = value;
            let options: Options = parse(request.to_string().as_bytes()).unwrap();
            let error = options.understand("").unwrap_err();
            assert!(matches!(error, Error::InvalidRequest { path, .. } if path == field));
        }
    }

    #[test]
    fn a_typo_in_an_option_is_refused() {
        for (request, part) in [
            (r#"{"version":1,"kind":[]}"#, "unknown field `kind`"),
            (r#"{"version":1,"want":"conflict"}"#, "unknown variant"),
            (r#"{"kinds":[]}"#, "no version"),
            (r#"{"version":2,"anything":1}"#, "version 2"),
            (r#"{"version":1"#, "EOF"),
            ("[1]", "must be a JSON object"),
        ] {
            let error = parse::<Options>(request.as_bytes())
                .unwrap_err()
                .to_string();
            assert!(error.contains(part), "{request}: {error}");
        }
        for name in ["Unknown", "Exchange"] {
            let options = format!(r#"{{"version":1,"source":"{name}"}}"#);
            let options: Options = parse(options.as_bytes()).unwrap();
            assert!(
                matches!(options.understand("").unwrap_err(), Error::InvalidRequest { path, .. } if path == "source")
            );
        }
        let options: Options = parse(br#"{"version":1,"kinds":["Duplicate","Nonsense"]}"#).unwrap();
        assert!(
            matches!(options.understand("options").unwrap_err(), Error::InvalidRequest { path, .. } if path == "options.kinds[1]")
        );
    }
}
