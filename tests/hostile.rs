//! Hostile input: arbitrary and broken requests, pushes and files end in an answer, never in a panic, and no record is
//! lost from the count. The fuzz targets ask the same of the same entries for longer.

#[path = "../fuzz/entries.rs"]
mod entries;

use std::io::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const REQUEST: &str = r#"{"version":1,"options":{"includeInformation":true,"kinds":["Duplicate"],"addressTypes":["SMTP","SIP"],"excludeIds":["a"]},
"recipients":[{"ExternalDirectoryObjectId":"11111111-1111-1111-1111-111111111111","Identity":"a","EmailAddresses":["SMTP:a@contoso.com","X500:/o=a"]},
{"id":"22222222-2222-2222-2222-222222222222","userPrincipalName":"a@contoso.com","proxyAddresses":{"value":["smtp:\u0041@contoso.com"],"Count":1},"deletedDateTime":"2024-01-01T00:00:00Z"},
{"ObjectGUID":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],"DistinguishedName":"CN=a,DC=x","proxyAddresses":"smtp:a@contoso.com;sip:a@contoso.com"},null,7,"text"],"planned":[]}"#;

const DIAGNOSE: &str = include_str!("../fuzz/seeds/diagnose/request.json");

const LINES: &str = "{\"Identity\":\"a\",\"EmailAddresses\":[\"SMTP:a@contoso.com\"]}\n\n{\"Identity\":\"b\",\"EmailAddresses\":\"SMTP:b@contoso.com|smtp:A@contoso.com\"}\r\n{\"Identity\":\n[1]\n";

const CALCULATION: &str = include_str!("../fuzz/seeds/calc_proxies/request.json");

const STATES: &str = "previous\n{\"userPrincipalName\":\"a@contoso.com\",\"assignedPlans\":[{\"servicePlanId\":\"efb87545-963c-4e0d-99df-69c6916d9eb0\"}]}\n{\"state\":{\"onPremises\":{\"mail\":\"b@contoso.com\"},\"cloud\":{\"mail\":\"b@contoso.com\",\"proxyAddresses\":[\"SMTP:b@contoso.com\"]}}}\n";

const TABLE: &str = "#TYPE Selected.System.String\r\n\"Name\";\"EmailAddresses\";\"Id\"\r\n\"a\";\"SMTP:a@contoso.com,smtp:b@contoso.com\";1\r\n\"b\"\"c\";x\r\n";

const CLIXML: &str = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0"><T>Deserialized.X</T></TN><MS><S N="Identity">a_x0041_</S><Obj N="EmailAddresses" RefId="1"><TNRef RefId="0" /><LST><S>SMTP:a@contoso.com</S><Ref RefId="1" /></LST></Obj><G N="Guid">11111111-1111-1111-1111-111111111111</G><B N="IsDirSynced">true</B><Nil N="Mail" /></MS></Obj></Objs>"#;

const ERROR_TEXTS: &[&str] = &[
    include_str!("../fuzz/seeds/resolve_error/in_use"),
    include_str!("../fuzz/seeds/resolve_error/unique"),
    include_str!("../fuzz/seeds/resolve_error/graph"),
    include_str!("../fuzz/seeds/resolve_error/user"),
];

/// One change of a text: at a place, so many bytes go and others come.
type Change = (prop::sample::Index, usize, Vec<u8>);

/// Bytes that mean something somewhere, besides any others.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const TELLING: [&[u8]; 22] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b",",
        b":",
        b"\\",
        b"\n",
        b"\x1d",
        b"\x1e",
        b"\x1f",
        b"null",
        b"-1",
        b"1e999",
        b"\\ud800",
        b"\xff",
        b"\xc3",
        b"<Obj>",
        b"</Obj>",
        b"&#0;",
        b"18446744073709551616",
    ];
    prop_oneof![
        select(TELLING.to_vec()).prop_map(<[u8]>::to_vec),
        vec(any::<u8>(), 0..4),
        Just(vec![b'['; 200]),
        Just(b"{\"value\":".repeat(130)),
    ]
}

fn mutated(seeds: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<prop::sample::Index>(), 0usize..12, pieces()), 0..6);
    (select(seeds), changes).prop_map(|(seed, changes): (&str, Vec<Change>)| {
        let mut bytes = seed.as_bytes().to_vec();
        for (place, gone, new) in changes {
            let start = place.index(bytes.len() + 1);
            let end = (start + gone).min(bytes.len());
            bytes.splice(start..end, new);
        }
        bytes
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => vec(any::<u8>(), 0..200),
        1 => vec(pieces(), 0..40).prop_map(|pieces| pieces.concat()),
        4 => mutated(&[REQUEST, LINES, TABLE, CLIXML]),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("memory takes it");
    packed.finish().expect("memory takes it")
}

fn utf16(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
    marked.flat_map(u16::to_le_bytes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_request_has_an_answer(bytes in prop_oneof![2 => mutated(&[REQUEST]), 1 => bytes()]) {
        entries::find_conflicts(&bytes);
    }

    #[test]
    fn any_calculation_has_an_answer(bytes in prop_oneof![2 => mutated(&[CALCULATION]), 1 => bytes()]) {
        entries::calc_proxies(&bytes);
    }

    #[test]
    fn every_object_of_any_pushes_is_calculated(pieces in vec(prop_oneof![2 => mutated(&[STATES, LINES]), 1 => bytes()], 0..4)) {
        entries::calculate(&pieces.join(&entries::END_OF_PIECE));
    }

    #[test]
    fn any_error_text_has_an_answer(bytes in prop_oneof![4 => mutated(ERROR_TEXTS), 1 => bytes()]) {
        entries::resolve_error(&bytes);
    }

    #[test]
    fn any_request_about_users_has_an_answer(bytes in prop_oneof![3 => mutated(&[DIAGNOSE]), 1 => bytes()]) {
        entries::diagnose(&bytes);
    }

    #[test]
    fn no_record_of_any_pushes_is_lost(pieces in vec(bytes(), 0..4)) {
        entries::push(&pieces.join(&entries::END_OF_PIECE));
    }

    #[test]
    fn any_file_means_the_same_in_any_pieces(
        format in any::<u8>(),
        size in any::<u8>(),
        packing in 0..4,
        cut in any::<prop::sample::Index>(),
        bytes in bytes(),
    ) {
        let packed = match packing {
            0 => gzip(&bytes),
            1 => utf16(&bytes),
            _ => bytes,
        };
        // Half of the packed files break off.
        let end = if packing < 2 && size & 1 == 0 { cut.index(packed.len() + 1) } else { packed.len() };
        entries::source(&[&[format, size], &packed[..end]].concat());
    }
}

#[test]
fn the_seeds_themselves_are_read() {
    for seed in [REQUEST, LINES, TABLE, CLIXML] {
        entries::find_conflicts(seed.as_bytes());
        entries::push(seed.as_bytes());
        for format in 0..5 {
            entries::source(&[&[format, 0], seed.as_bytes()].concat());
            entries::source(&[&[format, 0][..], &gzip(seed.as_bytes())].concat());
            entries::source(&[&[format, 0][..], &utf16(seed.as_bytes())].concat());
        }
    }
    for seed in ERROR_TEXTS {
        entries::resolve_error(seed.as_bytes());
        assert_ne!(
            proxycalc::error_text::analyse(seed).code,
            proxycalc::error_text::Code::Unknown,
            "{seed}"
        );
    }
    assert!(proxycalc::find_conflicts::find_conflicts(REQUEST.as_bytes()).is_ok());
    assert!(proxycalc::calc_proxies::calc_proxies(CALCULATION.as_bytes()).is_ok());
    entries::calculate(STATES.as_bytes());
    entries::diagnose(DIAGNOSE.as_bytes());
    assert!(proxycalc::provisioning::diagnose_provisioning(DIAGNOSE.as_bytes()).is_ok());
}
