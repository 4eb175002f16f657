//! Renders the C header into `OUT_DIR`, where a test compares it with the committed one, and sets the library's SONAME.

use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-changed=cbindgen.toml");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let header = PathBuf::from(std::env::var("OUT_DIR").expect("set by cargo")).join("proxycalc.h");
    let mut config =
        cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    let version = std::env::var("CARGO_PKG_VERSION").expect("set by cargo");
    config.after_includes = Some(format!(
        "\n// The version of the library that this header was written for.\n#define PROXYCALC_VERSION \"{version}\""
    ));
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in ["limits.rs", "status.rs", "ffi.rs"] {
        println!("cargo::rerun-if-changed=src/{source}");
        builder = builder.with_src(root.join("src").join(source));
    }
    let mut rendered = Vec::new();
    builder
        .generate()
        .expect("the ABI is plain C")
        .write(&mut rendered);
    let rendered = String::from_utf8(rendered).expect("the sources are UTF-8");
    std::fs::write(&header, for_c(&rendered)).expect("OUT_DIR is writable");
    println!("cargo::rustc-env=PROXYCALC_HEADER={}", header.display());

    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if target == "linux" {
        // The number of the ABI: a program linked to 1 never gets a 2.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libproxycalc.so.1");
    }
}

/// Rust's doc comments in the words of C: a `# Safety` section says what its pointers must be.
fn for_c(header: &str) -> String {
    header
        .replace("// # Safety\n// ", "// Pointers: ")
        .replace('`', "")
}
