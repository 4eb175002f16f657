//! The native library exports exactly the documented functions, under a SONAME that carries the number of the ABI.

mod common;

use std::collections::BTreeSet;

use object::Object as _;

fn lines(text: &str) -> BTreeSet<&str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_library_exports_exactly_the_list() {
    let path = common::library();
    let bytes = std::fs::read(&path).unwrap();
    let library = object::File::parse(&*bytes).unwrap();
    let exported: BTreeSet<String> = library
        .exports()
        .unwrap()
        .iter()
        .map(|export| String::from_utf8_lossy(export.name()).into_owned())
        // Mach-O puts an underscore before every C name.
        .map(|name| {
            if cfg!(target_vendor = "apple") {
                name.trim_start_matches('_').to_owned()
            } else {
                name
            }
        })
        .collect();
    let exported: BTreeSet<&str> = exported.iter().map(String::as_str).collect();
    let listed = lines(include_str!("exported-symbols.txt"));
    let more: Vec<_> = exported.difference(&listed).collect();
    let fewer: Vec<_> = listed.difference(&exported).collect();
    assert!(
        more.is_empty() && fewer.is_empty(),
        "{} and tests/exported-symbols.txt differ: exported and not listed {more:?}, listed and not exported {fewer:?}",
        path.display()
    );
}

/// A function that the header forgets cannot be called, one that it invents does not link.
#[test]
fn the_header_declares_exactly_the_list() {
    let header = std::fs::read_to_string(common::root().join("include/proxycalc.h")).unwrap();
    let code: String = header
        .lines()
        .filter(|line| !line.starts_with("//") && !line.starts_with('#'))
        .collect::<Vec<_>>()
        .join(" ");
    let code = code.rsplit_once("*/").map_or("", |(_, after)| after);
    let declared: BTreeSet<&str> = code
        .split('(')
        .filter_map(|before| before.rsplit([' ', '*']).next())
        .filter(|name| name.contains('_'))
        .collect();
    assert_eq!(declared, lines(include_str!("exported-symbols.txt")));
}

/// The values of a tag in the library's dynamic section.
#[cfg(target_os = "linux")]
fn dynamic(tag: u32) -> BTreeSet<String> {
    use object::read::elf::{Dyn as _, FileHeader as _};

    let bytes = std::fs::read(common::library()).unwrap();
    let header = object::elf::FileHeader64::<object::Endianness>::parse(&*bytes).unwrap();
    let endian = header.endian().unwrap();
    let sections = header.sections(endian, &*bytes).unwrap();
    let (entries, link) = sections.dynamic(endian, &*bytes).unwrap().unwrap();
    let strings = sections.strings(endian, &*bytes, link).unwrap();
    entries
        .iter()
        .filter(|entry| entry.tag32(endian) == Some(tag))
        .map(|entry| String::from_utf8_lossy(entry.string(endian, strings).unwrap()).into_owned())
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn the_soname_carries_the_number_of_the_abi() {
    let expected = format!(
        "libproxycalc.so.{}",
        proxycalc::limits::PROXYCALC_ABI_VERSION
    );
    assert_eq!(dynamic(object::elf::DT_SONAME), [expected].into());
}

/// What the loader must find for the library.
#[cfg(target_os = "linux")]
fn needed() -> BTreeSet<String> {
    dynamic(object::elf::DT_NEEDED)
}

#[cfg(windows)]
fn needed() -> BTreeSet<String> {
    let bytes = std::fs::read(common::library()).unwrap();
    let library = object::File::parse(&*bytes).unwrap();
    library
        .imports()
        .unwrap()
        .iter()
        .map(|import| String::from_utf8_lossy(import.library()).to_ascii_lowercase())
        .collect()
}

/// An admin copies one file: what comes with a compiler or with Visual C++ is not on every machine.
#[cfg(any(target_os = "linux", windows))]
#[test]
fn the_library_needs_only_what_every_system_has() {
    let everywhere: &[&str] = if cfg!(windows) {
        &[
            "advapi32.dll",
            "api-ms-win-core-",
            "bcryptprimitives.dll",
            "kernel32.dll",
            "msvcrt.dll",
            "ntdll.dll",
            "userenv.dll",
            "ws2_32.dll",
        ]
    } else {
        &["ld-linux", "libc.so", "libgcc_s.so", "libm.so"]
    };
    let needed = needed();
    assert!(!needed.is_empty());
    let more: Vec<_> = needed
        .iter()
        .filter(|name| !everywhere.iter().any(|known| name.starts_with(known)))
        .collect();
    assert!(more.is_empty(), "also needed: {more:?}");
}
