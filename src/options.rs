//! What a caller asks for.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::address::AddressType;
use crate::conflict::Kind;
use crate::conflict::classify::Wanted;
use crate::form::ResultForm;
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
}

/// The options of a scan, as they cross. An unknown field is refused: a typo must not be ignored.
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
    include_information: bool,
    #[serde(deserialize_with = "or_default")]
    kinds: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    address_types: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    addresses: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    exclude_ids: Vec<String>,
}

/// `null` means what an absent field means.
pub(crate) fn or_default<'de, D, T>(value: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(value).map(Option::unwrap_or_default)
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
}

impl Options {
    /// Refuses what only a scan can give: one answer is JSON with conflicts.
    pub fn check_one_shot(&self) -> Result<(), Error> {
        let scan_only = |field: &str| {
            Err(Error::invalid(
                format!("options.{field}"),
                "only a scan takes this option",
            ))
        };
        if self.want != Want::default() {
            return scan_only("want");
        }
        if self.result_form != ResultForm::default() {
            return scan_only("resultForm");
        }
        Ok(())
    }

    /// Checks the names in it. `path` is where the options stand in the request.
    pub fn understand(&self, path: &str) -> Result<ScanOptions, Error> {
        let at = |field: &str, index: usize| {
            if path.is_empty() {
                format!("{field}[{index}]")
            } else {
                format!("{path}.{field}[{index}]")
            }
        };
        let mut kinds = Vec::new();
        for (index, name) in self.kinds.iter().enumerate() {
            let kind = Kind::from_name(name).ok_or_else(|| {
                Error::invalid(at("kinds", index), format!("there is no kind {name:?}"))
            })?;
            if matches!(kind, Kind::Planned | Kind::PredictedMoera) {
                return Err(Error::NotAvailable("the kinds Planned and PredictedMoera"));
            }
            kinds.push(kind);
        }
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
        if self.want == Want::Issues {
            return Err(Error::NotAvailable("\"want\": \"issues\""));
        }
        if self.initial_domain.is_some() {
            return Err(Error::NotAvailable("initialDomain, which predicts MOERAs,"));
        }
        if !self.addresses.is_empty() {
            return Err(Error::NotAvailable("addresses, which are planned values,"));
        }
        Ok(ScanOptions {
            want: self.want,
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
        })
    }
}

/// Reads a request of version 1.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let text = utf8(bytes)?;
    check_version(text)?;
    serde_json::from_str(text).map_err(|error| Error::invalid("", error.to_string()))
}

/// The bytes as text.
pub fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|error| Error::InvalidUtf8 {
        offset: error.valid_up_to(),
    })
}

/// The version comes first: a later one may have fields that this one refuses.
pub fn check_version(text: &str) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Version {
        version: Option<Value>,
    }
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
    fn a_typo_in_an_option_is_refused() {
        for (request, part) in [
            (r#"{"version":1,"kind":[]}"#, "unknown field `kind`"),
            (r#"{"version":1,"want":"conflict"}"#, "unknown variant"),
            (r#"{"kinds":[]}"#, "no version"),
            (r#"{"version":2,"anything":1}"#, "version 2"),
            (r#"{"version":1"#, "EOF"),
            ("[]", "invalid"),
        ] {
            let error = parse::<Options>(request.as_bytes())
                .unwrap_err()
                .to_string();
            assert!(error.contains(part), "{request}: {error}");
        }
        let options: Options = parse(br#"{"version":1,"kinds":["Duplicate","Nonsense"]}"#).unwrap();
        assert!(
            matches!(options.understand("options").unwrap_err(), Error::InvalidRequest { path, .. } if path == "options.kinds[1]")
        );
    }
}
