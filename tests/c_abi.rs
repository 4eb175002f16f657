//! C programs, written from the header alone, against the built library: what holds for Rust must hold from outside.
//!
//! Under valgrind, where it is installed, they must also leave no memory behind.

#![cfg(any(target_os = "linux", windows))]

mod common;

use std::fmt::Write as _;
use std::path::Path;

use common::{CProgram, root};

/// What valgrind exits with when it finds something; the programs exit with 0 or 1.
const FOUND: &str = "77";

/// Compiles, runs, and runs under valgrind. Gives what the program printed.
fn compile_and_run(source: &Path) -> String {
    let program = CProgram::of(source);
    let plain = program.command(&[]).output().expect("it was just compiled");
    assert!(
        plain.status.success(),
        "{}: {}\n{}",
        source.display(),
        plain.status,
        String::from_utf8_lossy(&plain.stderr)
    );
    let exit_code = format!("--error-exitcode={FOUND}");
    // Not "possible": the tables that the library fills once a process are only pointed into, not at.
    let valgrind = [
        "valgrind",
        "--quiet",
        &exit_code,
        "--leak-check=full",
        "--show-leak-kinds=definite,indirect",
        "--errors-for-leak-kinds=definite,indirect",
    ];
    match program.command(&valgrind).output() {
        Err(_) => eprintln!(
            "no valgrind on PATH: {} ran without it, leaks were not looked for",
            source.display()
        ),
        Ok(outcome) => assert!(
            outcome.status.success(),
            "{} under valgrind: {}\n{}",
            source.display(),
            outcome.status,
            String::from_utf8_lossy(&outcome.stderr)
        ),
    }
    String::from_utf8(plain.stdout).unwrap()
}

fn program(name: &str) -> String {
    compile_and_run(&root().join("tests/c").join(name))
}

/// The example is compiled as it stands in the header, so that it cannot go stale.
#[test]
fn the_example_of_the_header() {
    let header = std::fs::read_to_string(root().join("include/proxycalc.h")).unwrap();
    let mut lines = header.lines();
    lines
        .by_ref()
        .find(|line| *line == " * Example")
        .expect("the header has an example");
    let mut source = String::from(
        "#include <stdio.h>\n#include <string.h>\n#include \"proxycalc.h\"\nint main(void) {\n",
    );
    for line in lines.take_while(|line| *line != " */") {
        let code = line
            .strip_prefix(" *   ")
            .expect("the example ends the comment");
        writeln!(source, "{code}").unwrap();
    }
    source.push_str("  return status;\n}\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("example.c");
    std::fs::write(&path, source).unwrap();
    let printed = compile_and_run(&path);
    assert!(
        printed.starts_with("{\"version\":1,\"conflicts\":[],\"summary\":{\"recipientsRead\":1,"),
        "{printed}"
    );
}

#[test]
fn a_whole_scan() {
    program("scan.c");
}

#[test]
fn null_in_every_place() {
    program("null.c");
}

#[test]
fn calls_out_of_turn_and_freeing_in_every_state() {
    program("misuse.c");
}

#[test]
fn a_cancel_from_another_thread_and_results_that_wait() {
    program("cancel.c");
}

#[test]
fn two_scans_in_two_threads() {
    program("threads.c");
}
