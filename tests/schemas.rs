//! The JSON Schemas in docs/schemas say what really crosses: real traffic validates, closed lists are those of the
//! code, and what the schema of a request refuses the library refuses too.

#[path = "common/calculations.rs"]
mod calculations;
mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proxycalc::address::AddressType;
use proxycalc::calc_proxies::calc_proxies;
use proxycalc::calculation::{Action, Attribute, ObjectError};
use proxycalc::conflict::{Kind, Severity};
use proxycalc::coverage::Coverage;
use proxycalc::error_text::Code;
use proxycalc::error_text::holder::OBJECT_TYPES;
use proxycalc::find_conflicts::find_conflicts;
use proxycalc::options::{self, Options};
use proxycalc::problem::ProblemCode;
use proxycalc::provisioning::finding::Status;
use proxycalc::provisioning::{diagnose_provisioning, rules};
use proxycalc::read::source::SourceFile;
use proxycalc::reason::Reason;
use proxycalc::recipient::{Role, Source};
use proxycalc::resolve_error::{self, resolve_error};
use proxycalc::status::{self, Error};
use proxycalc::worker::Scan;
use serde_json::{Value, json};

/// The schemas by their names, ready to validate.
struct Schemas {
    texts: BTreeMap<String, Value>,
    validators: BTreeMap<String, jsonschema::Validator>,
}

impl Schemas {
    fn load() -> Self {
        let mut texts = BTreeMap::new();
        for path in files(&common::root().join("docs/schemas")) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let Some(name) = name.strip_suffix(".schema.json") else {
                continue;
            };
            let schema: Value = serde_json::from_slice(&std::fs::read(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(
                jsonschema::meta::is_valid(&schema),
                "{name} is not a valid schema"
            );
            texts.insert(name.to_owned(), schema);
        }
        let address = |name: &str| format!("json-schema:///{name}.schema.json");
        let mut registry = jsonschema::Registry::new();
        for (name, schema) in &texts {
            registry = registry.add(address(name), schema.clone()).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let validators = texts.keys().map(|name| {
            let validator = jsonschema::options()
                .with_registry(&registry)
                .build(&json!({ "$ref": address(name) }))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name.clone(), validator)
        });
        let validators = validators.collect();
        Self { texts, validators }
    }

    fn allows(&self, name: &str, value: &Value) -> bool {
        self.validators[name].is_valid(value)
    }

    #[track_caller]
    fn check(&self, name: &str, text: &str) -> Value {
        let value: Value = serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{name} is no JSON: {error}: {text}"));
        let mut wrong = String::new();
        for error in self.validators[name].iter_errors(&value) {
            let _ = write!(wrong, "\n  {}: {error}", error.instance_path());
        }
        assert!(wrong.is_empty(), "no {name}:{wrong}\n{text}");
        value
    }

    fn list(&self, name: &str) -> Vec<&str> {
        self.texts["codes"]["$defs"][name]["enum"]
            .as_array()
            .unwrap_or_else(|| panic!("codes has no list {name}"))
            .iter()
            .map(|value| value.as_str().unwrap())
            .collect()
    }
}

/// All files below `folder`; none where there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Records of every source, with every kind of conflict that this build finds and many problems.
fn records() -> Vec<Value> {
    let mut records = vec![
        json!({ "ExternalDirectoryObjectId": "11111111-1111-1111-1111-111111111111", "Identity": "anna", "DisplayName": "Anna",
                "RecipientTypeDetails": "UserMailbox", "IsDirSynced": true, "LegacyExchangeDN": "/o=x/cn=anna",
                "EmailAddresses": ["SMTP:anna@contoso.com", "smtp:team@contoso.com", "X500:/o=old/cn=anna", "SPO:SPO_1@x"] }),
        json!({ "ExternalDirectoryObjectId": "22222222-2222-2222-2222-222222222222", "Identity": "team", "RecipientTypeDetails": "GroupMailbox",
                "EmailAddresses": "SMTP:Team@contoso.com;SMTP:other@contoso.com;smtp:TEAM@contoso.com;x400:c=us" }),
        json!({ "id": "33333333-3333-3333-3333-333333333333", "displayName": "Carl", "userPrincipalName": "anna@contoso.com", "mail": "carl@contoso.com",
                "userType": "Member", "proxyAddresses": ["SMTP:carl@contoso.com", "sip:dora@contoso.com"], "imAddresses": ["dora@contoso.com"] }),
        json!({ "ExternalDirectoryObjectId": "88888888-8888-8888-8888-888888888888", "Identity": "dora", "RecipientTypeDetails": "UserMailbox",
                "EmailAddresses": ["SMTP:dora@contoso.com"] }),
        json!({ "id": "44444444-4444-4444-4444-444444444444", "userPrincipalName": "guest_x#EXT#@contoso.com", "mail": "bert@contoso.com",
                "userType": "Guest", "proxyAddresses": [] }),
        json!({ "ExternalDirectoryObjectId": "55555555-5555-5555-5555-555555555555", "Identity": "bert", "RecipientTypeDetails": "UserMailbox",
                "EmailAddresses": ["SMTP:bert@contoso.com"] }),
        json!({ "id": "66666666-6666-6666-6666-666666666666", "userPrincipalName": "old@contoso.com", "deletedDateTime": "2024-01-02T03:04:05Z",
                "proxyAddresses": ["SMTP:anna@contoso.com", "smtp:old@contoso.com"] }),
        json!({ "ObjectGUID": "77777777-7777-7777-7777-777777777777", "ObjectClass": "user", "DistinguishedName": "CN=Carl,DC=contoso,DC=com",
                "SID": "S-1-5-21-1-2-3-4", "mail": "carl@contoso.com", "proxyAddresses": ["SMTP:carl@contoso.com", "carl"], "targetAddress": "SMTP:far@away.com" }),
        json!({ "Identity": "lost", "EmailAddresses": "System.Object[]", "RecipientTypeDetails": "MailContact" }),
        json!({ "Identity": "long", "EmailAddresses": [format!("smtp:{}@x", "a".repeat(70_000))] }),
        json!({ "Name": "nothing", "RecipientTypeDetails": "UserMailbox" }),
        json!("a name"),
        json!(7),
    ];
    records.push(records[0].clone());
    records
}

fn lines(records: &[Value]) -> String {
    records.iter().fold(String::new(), |mut text, record| {
        let _ = writeln!(text, "{record}");
        text
    })
}

#[test]
fn every_closed_list_is_that_of_the_code() {
    let schemas = Schemas::load();
    let lists: [(&str, Vec<&str>); 17] = [
        ("finding", rules::names().collect()),
        (
            "findingStatus",
            Status::ALL.iter().map(|status| status.name()).collect(),
        ),
        ("kind", Kind::ALL.iter().map(|kind| kind.name()).collect()),
        (
            "severity",
            Severity::ALL
                .iter()
                .map(|severity| severity.name())
                .collect(),
        ),
        ("role", Role::ALL.iter().map(|role| role.name()).collect()),
        (
            "addressType",
            AddressType::all().iter().map(|kind| kind.name()).collect(),
        ),
        (
            "source",
            Source::ALL.iter().map(|source| source.name()).collect(),
        ),
        (
            "problemCode",
            ProblemCode::ALL.iter().map(|code| code.name()).collect(),
        ),
        ("notCovered", Coverage::codes().collect()),
        ("issueCode", proxycalc::issue::codes().collect()),
        ("errorTextCode", Code::all().map(Code::name).collect()),
        ("objectType", OBJECT_TYPES.to_vec()),
        (
            "reason",
            Reason::ALL.iter().map(|reason| reason.code()).collect(),
        ),
        (
            "traceAction",
            Action::ALL.iter().map(|action| action.name()).collect(),
        ),
        (
            "traceAttribute",
            Attribute::ALL.iter().map(|name| name.name()).collect(),
        ),
        ("objectErrorCode", ObjectError::CODES.to_vec()),
        (
            "errorCode",
            status::status_names()
                .filter(|name| *name != "Ok")
                .collect(),
        ),
    ];
    let mut given = Source::ALL.map(Source::name).to_vec();
    given.retain(|name| Source::from_name(name).is_some());
    assert_eq!(schemas.list("givenSource"), given);
    for (name, code) in lists {
        assert_eq!(schemas.list(name), code, "the list {name}");
    }
    // These have no list in the code: serde says what it knows when it is asked for nonsense.
    for (name, error) in [
        (
            "want",
            serde_json::from_str::<options::Want>("\"\"").unwrap_err(),
        ),
        (
            "resultForm",
            serde_json::from_str::<proxycalc::form::ResultForm>("\"\"").unwrap_err(),
        ),
        (
            "format",
            serde_json::from_str::<proxycalc::read::source::Format>("\"\"").unwrap_err(),
        ),
        (
            "set",
            serde_json::from_str::<proxycalc::read::Set>("\"\"").unwrap_err(),
        ),
    ] {
        let error = error.to_string();
        let known: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(schemas.list(name), known, "the list {name}: {error}");
    }
}

#[test]
fn one_shot_traffic_validates() {
    let schemas = Schemas::load();
    let mut kinds = std::collections::BTreeSet::new();
    for options in [
        json!(null),
        json!({}),
        json!({ "includeInformation": true }),
        json!({ "source": "ActiveDirectory" }),
        json!({ "kinds": ["Duplicate", "SoftDeleted", "UpnConflict"], "addressTypes": ["SMTP", "X500"], "excludeIds": ["anna"] }),
    ] {
        let request = json!({ "version": 1, "options": options, "recipients": records() });
        schemas.check("find-conflicts-request", &lenient(&request).to_string());
        let response = find_conflicts(request.to_string().as_bytes()).unwrap();
        let response = schemas.check("find-conflicts-response", &response);
        assert_eq!(response["summary"]["recipientsRead"], records().len());
        for conflict in response["conflicts"].as_array().unwrap() {
            kinds.insert(conflict["kind"].as_str().unwrap().to_owned());
        }
    }
    for kind in Kind::ALL {
        // These need a plan, which this build has not.
        let planned = matches!(
            kind,
            Kind::Planned | Kind::PredictedMoera | Kind::CrossDirectory
        );
        assert!(
            planned || kinds.contains(kind.name()),
            "the records of this test give no {}",
            kind.name()
        );
    }
    for recipients in [
        json!([]),
        json!({ "value": records() }),
        records()[0].clone(),
    ] {
        let request = json!({ "version": 1, "recipients": recipients });
        schemas.check("find-conflicts-request", &lenient(&request).to_string());
        schemas.check(
            "find-conflicts-response",
            &find_conflicts(request.to_string().as_bytes()).unwrap(),
        );
    }
}

/// Requests and answers of the cases of the calculation, refused ones aside, and the same objects through a scan.
#[test]
fn calculations_validate() {
    let schemas = Schemas::load();
    let tenant = json!({ "initialDomain": "contoso.onmicrosoft.com", "verifiedDomains": ["contoso.com", null, " "] });
    let options =
        json!({ "version": 1, "want": "calculations", "tenant": tenant, "licensed": null });
    schemas.check("scan-options", &options.to_string());
    let options: Options = options::parse(options.to_string().as_bytes()).unwrap();
    let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
    for set in schemas.list("set") {
        let source = json!({ "name": "", "format": "jsonl", "set": set }).to_string();
        schemas.check("source", &source);
        if set == "previous" {
            scan.source_begin(serde_json::from_str(&source).unwrap())
                .unwrap();
            scan.source_end().unwrap();
        }
    }
    let mut checked = 0;
    for mut case in calculations::cases() {
        for step in 0..case.steps.len() {
            let request = case.request(step);
            let Ok(answer) = calc_proxies(request.to_string().as_bytes()) else {
                continue;
            };
            // Objects that are none are answered, which their schema does not promise.
            if !case.name.starts_with("bad_no_object") {
                schemas.check("calc-proxies-request", &request.to_string());
            }
            let answer = schemas.check("calc-proxies-response", &answer);
            case.remember(&answer);
            for object in request["objects"].as_array().unwrap() {
                scan.push(object["onPremises"].to_string().as_bytes())
                    .unwrap();
            }
            checked += 1;
        }
    }
    assert!(checked > 50);
    schemas.check("calculation-summary", &scan.finish().unwrap());
    let mut pages = 0;
    while let Some(page) = scan.next_page().unwrap() {
        schemas.check("page", &page);
        pages += 1;
    }
    assert!(pages > 0);
}

/// The request without the records that are no objects, which its schema does not allow and the library reports.
fn lenient(request: &Value) -> Value {
    let mut request = request.clone();
    let page = request.pointer("/recipients/value").is_some();
    let records = if page {
        request.pointer_mut("/recipients/value")
    } else {
        request.pointer_mut("/recipients")
    };
    if let Some(Value::Array(records)) = records {
        records.retain(Value::is_object);
    }
    request
}

#[test]
fn scan_traffic_validates() {
    let schemas = Schemas::load();
    let mut many = records();
    many.extend((0..2500).map(|at| {
        json!({ "ExternalDirectoryObjectId": format!("{at:08x}-0000-0000-0000-000000000001"), "Identity": format!("m{at}"),
                "RecipientTypeDetails": "UserMailbox", "EmailAddresses": [format!("SMTP:m{at}@contoso.com"), "smtp:all@contoso.com"] })
    }));
    for want in ["conflicts", "addresses", "issues"] {
        let options =
            json!({ "version": 1, "want": want, "includeInformation": true, "kinds": null })
                .to_string();
        schemas.check("scan-options", &options);
        let options: Options = options::parse(options.as_bytes()).unwrap();
        let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
        scan.push(lines(&many).as_bytes()).unwrap();
        for format in schemas.list("format") {
            let source = json!({ "name": "f", "format": format }).to_string();
            schemas.check("source", &source);
            scan.source_begin(serde_json::from_str(&source).unwrap())
                .unwrap();
            scan.source_push(b"\xff\xfe{\"Name").unwrap();
            scan.source_end().unwrap();
        }
        schemas.check("summary", &scan.finish().unwrap());
        let mut pages = 0;
        while let Some(page) = scan.next_page().unwrap() {
            let page = schemas.check("page", &page);
            assert!(page[want].is_array());
            pages += 1;
        }
        assert!(pages > 0);
        let asked = [
            "all@contoso.com",
            "nobody@contoso.com",
            "sip:dora@contoso.com",
        ];
        schemas.check(
            "query-request",
            &json!({ "version": 1, "lookUp": asked }).to_string(),
        );
        let answer = scan.outcome().unwrap().look_up(&asked.map(str::to_owned));
        let answer = schemas.check("query-response", &answer);
        let rows = answer["addresses"].as_array().unwrap();
        assert_eq!(rows.len(), 2501, "{:?}", rows.last());
        let texts = [
            json!("the proxy address \"smtp:all@contoso.com\" is already being used by"),
            json!({}),
        ];
        schemas.check(
            "query-request",
            &json!({ "version": 1, "resolve": { "texts": texts } }).to_string(),
        );
        let answer = resolve_error::answer(scan.outcome().unwrap(), &texts, "").unwrap();
        let answer = schemas.check("query-response", &answer);
        assert_eq!(
            answer["results"][0]["holders"].as_array().unwrap().len(),
            2500
        );
    }
}

#[test]
fn error_texts_validate() {
    let schemas = Schemas::load();
    let mut count = 0;
    for path in files(&common::root().join("tests/cases/resolve_error")) {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let request = case["request"].to_string();
        schemas.check("resolve-error-request", &request);
        let answer = resolve_error(request.as_bytes()).unwrap();
        schemas.check("resolve-error-response", &answer);
        count += 1;
    }
    assert!(count > 30);
    for request in [
        json!({ "version": 1 }),
        json!({ "version": 1, "texts": null }),
        json!({ "version": 1, "texts": "x" }),
        json!({ "version": 1, "texts": [] }),
        json!({ "version": 1, "texts": ["x", {}, []] }),
        json!({ "version": 1, "texts": [1] }),
        json!({ "version": 1, "texts": [null] }),
        json!({ "version": 1, "texts": [true] }),
        json!({ "version": 1, "texts": [], "recipients": null, "resultForm": null }),
        json!({ "version": 1, "texts": [], "recipients": [], "resultForm": "separated" }),
        json!({ "version": 1, "texts": [], "recipients": 5 }),
        json!({ "version": 1, "texts": [], "resultForm": "xml" }),
        json!({ "version": 1, "texts": [], "text": [] }),
        json!({ "version": 2, "texts": [] }),
        json!([1, []]),
    ] {
        let outcome = resolve_error(request.to_string().as_bytes()).map(|_| ());
        agree(&schemas, "resolve-error-request", &request, &outcome);
    }
}

/// What the schema refuses, the library refuses as an invalid request; what the schema allows, it understands.
#[test]
fn schema_and_library_refuse_the_same_requests() {
    let schemas = Schemas::load();
    let mut candidates = vec![
        json!({ "recipients": [] }),
        json!({ "version": 1 }),
        json!({ "version": 1, "recipients": null }),
        json!({ "version": 1, "recipients": 5 }),
        json!({ "version": null, "recipients": [] }),
        json!({ "version": "1", "recipients": [] }),
        json!({ "version": 2, "recipients": [] }),
        json!({ "version": 1, "recipients": [], "recipient": [] }),
        json!({ "version": 1, "recipients": [], "planned": null }),
        json!({ "version": 1, "recipients": [], "options": [] }),
        json!([1, {}, [], null]),
        json!([]),
        json!(null),
    ];
    let names = [
        "version",
        "want",
        "resultForm",
        "initialDomain",
        "verifiedDomains",
        "includeInformation",
        "kinds",
        "addressTypes",
        "addresses",
        "excludeIds",
        "kind",
        "Kinds",
    ];
    let values = [
        json!(null),
        json!(true),
        json!(1),
        json!("conflicts"),
        json!("json"),
        json!("separated"),
        json!(["Duplicate"]),
        json!(["SMTP"]),
        json!(["nonsense"]),
        json!([" @contoso.com", ""]),
        json!([1]),
        json!({}),
    ];
    let mut scans = vec![json!([1]), json!([1, "conflicts"]), json!(1)];
    for name in names {
        for value in &values {
            candidates.push(json!({ "version": 1, "recipients": [], "options": { name: value } }));
            let mut options = json!({ "version": 1 });
            options[name] = value.clone();
            scans.push(options);
        }
    }
    for (name, value) in [
        ("initialDomain", json!("contoso.onmicrosoft.com")),
        ("verifiedDomains", json!(["contoso.com"])),
        ("verifiedDomains", json!([])),
    ] {
        let mut options =
            json!({ "version": 1, "want": "calculations", "tenant": { "initialDomain": "a.b" } });
        options[name] = value;
        scans.push(options);
    }
    for request in candidates {
        let outcome = find_conflicts(request.to_string().as_bytes()).map(|_| ());
        agree(&schemas, "find-conflicts-request", &request, &outcome);
    }
    let sources = [
        json!({ "name": "f" }),
        json!({ "name": "f", "format": null }),
        json!({ "name": "f", "format": "xml" }),
        json!({ "name": "f", "Format": "csv" }),
        json!({ "format": "csv" }),
        json!({ "name": null }),
        json!(["f", "csv"]),
    ];
    for request in sources {
        let outcome = SourceFile::parse(request.to_string().as_bytes()).map(|_| ());
        agree(&schemas, "source", &request, &outcome);
    }
    for request in scans {
        let outcome = options::parse::<Options>(request.to_string().as_bytes())
            .and_then(|options| options.understand("").map(|_| ()));
        agree(&schemas, "scan-options", &request, &outcome);
    }
}

#[test]
fn schema_and_library_refuse_the_same_tenants() {
    let schemas = Schemas::load();
    for (tenant, objects) in [
        (
            json!({ "initialDomain": "contoso.onmicrosoft.com" }),
            json!([]),
        ),
        (json!({ "initialDomain": null }), json!([])),
        (
            json!({ "initialDomain": "a.b", "verifiedDomains": "a" }),
            json!([]),
        ),
        (
            json!({ "initialDomain": "a.b", "verifiedDomains": ["c.d", null, " "] }),
            json!([]),
        ),
        (
            json!({ "initialDomain": "a.b", "verifiedDomains": ["c.d", "e"] }),
            json!([]),
        ),
        (
            json!({ "initialDomain": "a.b", "collisionDigits": ["12"] }),
            json!([]),
        ),
        (
            json!({ "initialDomain": "a.b", "collisionDigits": ["0012"] }),
            json!([]),
        ),
        (
            json!({ "initialDomain": "a.b", "takenAddresses": null }),
            json!([]),
        ),
        (json!({ "initialDomain": "a.b", "domains": [] }), json!([])),
        (json!({ "initialDomain": "a.b" }), json!(null)),
        (json!({ "initialDomain": "a.b" }), json!({})),
        (json!(null), json!([])),
        (json!([]), json!([])),
    ] {
        let request = json!({ "version": 1, "tenant": tenant, "objects": objects });
        let outcome = calc_proxies(request.to_string().as_bytes()).map(|_| ());
        agree(&schemas, "calc-proxies-request", &request, &outcome);
        let options = json!({ "version": 1, "want": "calculations", "tenant": tenant });
        let outcome = options::parse::<Options>(options.to_string().as_bytes())
            .and_then(|options| options.understand("").map(|_| ()));
        agree(&schemas, "scan-options", &options, &outcome);
    }
}

/// The same for requests about users.
#[test]
fn schema_and_library_refuse_the_same_diagnoses() {
    let schemas = Schemas::load();
    let user = json!({ "id": "c10d0000-0000-4000-8000-000000000001" });
    let mut diagnoses = vec![
        json!({ "version": 1 }),
        json!({ "users": [user] }),
        json!({ "version": 2, "users": [user] }),
        json!([1]),
    ];
    let members = [
        "users",
        "recipients",
        "onPremisesUsers",
        "deletedUsers",
        "organizationConfig",
        "serviceHealth",
        "tenant",
        "now",
        "recipientsIncludeSoftDeleted",
        "user",
        "Users",
    ];
    for member in members {
        for value in [
            json!(null),
            json!(true),
            json!(1),
            json!("text"),
            json!("2026-11-21T12:00:00Z"),
            json!([]),
            json!([user]),
            json!({ "value": [user] }),
            json!({ "initialDomain": "contoso.onmicrosoft.com" }),
        ] {
            let mut request = json!({ "version": 1, "users": [user] });
            request[member] = value;
            // That a text is no time is not for a schema to say.
            if request["now"] != "text" {
                diagnoses.push(request);
            }
        }
    }
    for request in diagnoses {
        let outcome = diagnose_provisioning(request.to_string().as_bytes()).map(|answer| {
            schemas.check("diagnose-provisioning-response", &answer);
        });
        agree(
            &schemas,
            "diagnose-provisioning-request",
            &request,
            &outcome,
        );
    }
}

#[track_caller]
fn agree(schemas: &Schemas, name: &str, request: &Value, outcome: &Result<(), Error>) {
    let understood = match outcome {
        Ok(()) | Err(Error::NotAvailable(_)) => true,
        Err(Error::InvalidRequest { .. } | Error::UnsupportedVersion { .. }) => false,
        Err(other) => panic!("{request}: {other:?}"),
    };
    assert_eq!(
        schemas.allows(name, request),
        understood,
        "{name} and the library do not agree on {request}: {outcome:?}"
    );
    if let Err(error) = outcome {
        schemas.check("error", &error.to_json());
    }
}

/// What the head of a page in rows names is what the documentation says.
#[test]
fn rows_are_as_documented() {
    let rows = std::fs::read(common::root().join("docs/schemas/rows.json")).unwrap();
    let rows: Value = serde_json::from_slice(&rows).unwrap();
    let calculation = json!({ "initialDomain": "contoso.onmicrosoft.com" });
    for want in ["conflicts", "addresses", "issues", "calculations"] {
        let mut options = json!({ "version": 1, "want": want, "resultForm": "separated" });
        if want == "calculations" {
            options["tenant"] = calculation.clone();
        }
        let options: Options = options::parse(options.to_string().as_bytes()).unwrap();
        let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
        let record = r#"{"ObjectClass":"user","userPrincipalName":"a@contoso.com","proxyAddresses":["SMTP:x@contoso.com","smtp:a b@contoso.com"]}"#;
        let other = record.replace("\"a@", "\"b@");
        scan.push(format!("{record}\n{other}\n").as_bytes())
            .unwrap();
        scan.finish().unwrap();
        let page = scan.next_page().unwrap().expect("a page");
        let named: serde_json::Map<String, Value> = page
            .split_terminator('\u{1e}')
            .filter_map(|row| row.strip_prefix("#\u{1f}"))
            .map(|row| {
                let mut fields = row.split('\u{1f}').map(str::to_owned);
                (fields.next().unwrap(), fields.collect())
            })
            .collect();
        assert_eq!(Value::Object(named), rows[want], "{want}");
    }
}

#[test]
fn property_names_validate() {
    let text = proxycalc::property::names_for_c().to_str().unwrap();
    let names = Schemas::load().check("property-names", text);
    assert!(names["properties"].as_array().unwrap().len() > 40);
}

#[test]
fn every_error_validates() {
    let schemas = Schemas::load();
    let errors = [
        Error::NullArgument("request"),
        Error::InvalidUtf8 { offset: 3 },
        Error::invalid("", "no"),
        Error::InvalidRequest {
            message: "no".to_owned(),
            path: "records".to_owned(),
            record: Some(1),
        },
        Error::UnsupportedVersion {
            found: "2".to_owned(),
        },
        Error::LimitExceeded {
            what: "bytes",
            limit: 1,
        },
        Error::ScanMisuse("out of turn"),
        Error::NotAvailable("planned"),
        Error::Cancelled,
        Error::ResultsWaiting,
        Error::InternalPanic {
            message: "no".to_owned(),
            place: "here".to_owned(),
        },
    ];
    let mut seen: Vec<String> = Vec::new();
    for error in errors {
        let value = schemas.check("error", &error.to_json());
        seen.push(value["error"]["code"].as_str().unwrap().to_owned());
    }
    seen.dedup();
    assert_eq!(seen, schemas.list("errorCode"));
}

/// The JSON in the header's text, and every block of the documentation that names its schema after `json`.
#[test]
fn examples_of_the_documentation_validate() {
    let schemas = Schemas::load();
    let header = std::fs::read_to_string(common::root().join("include/proxycalc.h")).unwrap();
    let header = header.replace("\\\"", "\"");
    let mut found = 0;
    for (at, _) in header.match_indices('{') {
        // What has an ellipsis is no JSON and stands for many.
        let mut values = serde_json::Deserializer::from_str(&header[at..]).into_iter::<Value>();
        let Some(Ok(value)) = values.next() else {
            continue;
        };
        let has = |name: &str| value.get(name).is_some();
        let name = if has("objects") {
            "calc-proxies-request"
        } else if has("format") {
            "source"
        } else if has("lookUp") || has("resolve") || has("diagnose") {
            "query-request"
        } else if has("texts") && has("version") {
            "resolve-error-request"
        } else if has("users") {
            "diagnose-provisioning-request"
        } else if has("recipients") {
            "find-conflicts-request"
        } else {
            // A record of an example, or an option.
            continue;
        };
        schemas.check(name, &value.to_string());
        found += 1;
    }
    assert!(found >= 4, "the header has lost its examples: {found}");

    let mut texts = files(&common::root().join("docs"));
    texts.extend(["README.md", "ARCHITECTURE.md"].map(|name| common::root().join(name)));
    for path in texts {
        if path.extension().is_none_or(|kind| kind != "md") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for block in text.split("\n```json ").skip(1) {
            let (name, body) = block.split_once('\n').unwrap_or((block, ""));
            let body = body.split("\n```").next().unwrap_or("");
            let name = name.trim();
            assert!(
                schemas.validators.contains_key(name),
                "{}: no schema {name:?}",
                path.display()
            );
            schemas.check(name, body);
        }
    }
}

/// The cases of provisioning, asked at once and of a scan.
#[test]
fn provisioning_traffic_validates() {
    let schemas = Schemas::load();
    for path in files(&common::root().join("tests/cases/diagnose_provisioning")) {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let request = &case["request"];
        schemas.check("diagnose-provisioning-request", &request.to_string());
        let answer = diagnose_provisioning(request.to_string().as_bytes()).unwrap();
        schemas.check("diagnose-provisioning-response", &answer);
        let mut query = request.clone();
        for member in ["version", "recipients"] {
            query.as_object_mut().unwrap().remove(member);
        }
        schemas.check(
            "query-request",
            &json!({ "version": 1, "diagnose": query }).to_string(),
        );
        let options: Options = options::parse(br#"{"version":1}"#).unwrap();
        let mut scan = Scan::begin(options.understand("").unwrap()).unwrap();
        scan.finish().unwrap();
        let outcome = scan.outcome().unwrap();
        let answer = proxycalc::provisioning::diagnose(&query.to_string(), outcome).unwrap();
        schemas.check("query-response", &answer);
    }
}

/// Requests and responses kept as cases validate, whatever they test, unless their name says that they are refused.
#[test]
fn cases_validate() {
    let schemas = Schemas::load();
    for path in files(&common::root().join("tests/cases")) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let Ok(value) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        let has = |name: &str| value.get(name).is_some();
        let name = if has("error") {
            "error"
        } else if has("conflicts") && has("summary") {
            "find-conflicts-response"
        } else if has("recipients") && has("version") {
            if find_conflicts(text.as_bytes()).is_err() {
                continue;
            }
            "find-conflicts-request"
        } else {
            continue;
        };
        let value = lenient(&value);
        assert!(
            schemas.allows(name, &value),
            "{} is no {name}",
            path.display()
        );
    }
}
