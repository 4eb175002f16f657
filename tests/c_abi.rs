//! C programs, written from the header alone, against the built library: what holds for Rust must hold from outside.
//!
//! Under valgrind, where it is installed, they must also leave no memory behind.

#![cfg(target_os = "linux")]

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use common::{compile, library, root};

/// What valgrind exits with when it finds something; the programs exit with 0 or 1.
const FOUND: &str = "77";

fn run(program: &Path, folder: &Path, checker: &[&str]) -> Option<Output> {
    let mut words = checker.iter().copied();
    let mut command = Command::new(words.next().map_or(program.as_os_str(), AsRef::as_ref));
    command.args(words);
    if !checker.is_empty() {
        command.arg(program);
    }
    command.env("LD_LIBRARY_PATH", folder).output().ok()
}

/// Compiles, runs, and runs under valgrind. Gives what the program printed.
fn compile_and_run(source: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let library = library();
    // The program asks for the SONAME.
    std::os::unix::fs::symlink(&library, folder.path().join("libproxycalc.so.1")).unwrap();
    let program = folder.path().join("program");
    let library = library.to_str().unwrap();
    compile(source, "c11", &["-o"], &program, &[library, "-pthread"]);

    let plain = run(&program, folder.path(), &[]).expect("it was just compiled");
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
    match run(&program, folder.path(), &valgrind) {
        None => eprintln!(
            "no valgrind on PATH: {} ran without it, leaks were not looked for",
            source.display()
        ),
        Some(outcome) => assert!(
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
fn two_scans_in_two_threads() {
    program("threads.c");
}
