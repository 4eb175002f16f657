//! The committed header is the one that the sources give, and C and C++ take it without a warning.

mod common;

use std::path::Path;

use common::{compile, root};

#[test]
fn the_committed_header_is_the_rendered_one() {
    let rendered = std::fs::read_to_string(env!("PROXYCALC_HEADER")).expect("build.rs wrote it");
    let committed = root().join("include/proxycalc.h");
    if std::env::var_os("PROXYCALC_ACCEPT_HEADER").is_some() {
        std::fs::create_dir_all(root().join("include")).unwrap();
        std::fs::write(&committed, &rendered).unwrap();
    }
    let found = std::fs::read_to_string(&committed).unwrap_or_default();
    let line = found
        .lines()
        .zip(rendered.lines())
        .position(|(one, other)| one != other)
        .unwrap_or_else(|| found.lines().count().min(rendered.lines().count()));
    assert!(
        found == rendered,
        "include/proxycalc.h differs from what src/ffi.rs gives, from line {} on:\n  committed: {}\n  rendered:  {}\n\
         To take the rendered one over: PROXYCALC_ACCEPT_HEADER=1 cargo test --test header",
        line + 1,
        found.lines().nth(line).unwrap_or("(end)"),
        rendered.lines().nth(line).unwrap_or("(end)"),
    );
}

#[test]
fn the_header_has_the_version_of_the_crate() {
    let header = std::fs::read_to_string(env!("PROXYCALC_HEADER")).unwrap();
    let define = format!(
        "#define PROXYCALC_VERSION \"{}\"",
        env!("CARGO_PKG_VERSION")
    );
    assert!(header.lines().any(|line| line == define), "no {define}");
}

#[test]
fn no_line_of_the_header_speaks_rust() {
    let header = std::fs::read_to_string(env!("PROXYCALC_HEADER")).unwrap();
    for (number, line) in header.lines().enumerate() {
        for word in ["# Safety", "`", "usize", "[ffi", "crate::", "unsafe"] {
            assert!(
                !line.contains(word),
                "line {}: {word:?} in {line:?}",
                number + 1
            );
        }
    }
}

#[test]
fn c_and_cpp_compile_the_header_included_twice() {
    let folder = tempfile::tempdir().unwrap();
    for (name, standard) in [("c11.c", "c11"), ("c17.c", "c17"), ("cpp17.cpp", "c++17")] {
        let source = folder.path().join(name);
        // The pointers make the compiler read every signature as a caller would write it.
        std::fs::write(
            &source,
            "#include \"proxycalc.h\"\n\
             #include \"proxycalc.h\"\n\
             int32_t (*const one_shot[])(const uint8_t *, size_t, char **, size_t *) = {calc_proxies, find_conflicts};\n\
             void (*const give_back)(char *) = proxycalc_string_free;\n\
             static_assert(PROXYCALC_ABI_VERSION == 1, \"ABI\");\n\
             static_assert(sizeof(PROXYCALC_VERSION) > 5, \"version\");\n"
                .replace("static_assert", if name.starts_with("cpp") { "static_assert" } else { "_Static_assert" }),
        )
        .unwrap();
        compile(
            Path::new(&source),
            standard,
            &["-c", "-o"],
            &folder.path().join(format!("{name}.o")),
            &[],
        );
    }
}
