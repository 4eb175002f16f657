//! The scripts that collect a tenant fetch everything that the library's own lines fetch.

use proxycalc::fetch;

mod common;

/// The names in `kind = @( 'a', 'b' )` of the script.
fn listed<'a>(script: &'a str, kind: &str) -> Vec<&'a str> {
    let head = script
        .lines()
        .find(|line| line.trim_start().starts_with(&format!("{kind} ")))
        .unwrap_or_else(|| panic!("Start.ps1 has no list {kind}"));
    let from = head.as_ptr() as usize - script.as_ptr() as usize;
    let text = &script[from..];
    let end = text
        .find("\n    )")
        .unwrap_or_else(|| panic!("{kind} is no list of several lines"));
    text[..end].split('\'').skip(1).step_by(2).collect()
}

#[test]
fn the_scripts_fetch_what_the_lines_of_the_library_fetch() {
    let path = common::root().join("powershell/Collection/Start.ps1");
    let script = std::fs::read_to_string(path).unwrap();
    for (kind, properties) in [
        ("GraphUser", fetch::USER_PROPERTIES),
        ("GraphGroup", fetch::GROUP_PROPERTIES),
        ("GraphContact", fetch::CONTACT_PROPERTIES),
        ("GraphDeletedUser", fetch::DELETED_USER_PROPERTIES),
        ("GraphDeletedGroup", fetch::DELETED_GROUP_PROPERTIES),
        ("ActiveDirectory", fetch::DIRECTORY_PROPERTIES),
    ] {
        let listed = listed(&script, kind);
        for name in properties.split(',') {
            assert!(
                listed
                    .iter()
                    .any(|listed| listed.eq_ignore_ascii_case(name)),
                "{kind} of powershell/Collection/Start.ps1 lacks {name}"
            );
        }
    }
}
