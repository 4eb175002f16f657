//! The PowerShell module: built and staged by powershell/build.ps1, and tested with Pester in a fresh process.
//!
//! Without `pwsh` or Pester 5 nothing of it can be tested; the last line of the output then says what was skipped. A
//! green run that says so says nothing about the module. With `CI` set and PowerShell there, missing Pester is a failure.

use std::env;
use std::process::{Command, ExitCode};

mod common;

/// What a script prints, where `pwsh` runs it.
fn pwsh(script: &str) -> Option<String> {
    let output = Command::new("pwsh")
        .args(["-NoProfile", "-NonInteractive", "-Command", script])
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn skipped(why: &str) -> ExitCode {
    println!("SKIPPED: the PowerShell module was not tested: {why}.");
    ExitCode::SUCCESS
}

fn main() -> ExitCode {
    // `cargo test NAME` filters the other targets; this one has a single test, called pester.
    let mut filters = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .peekable();
    if env::args().any(|argument| argument == "--list") {
        println!("pester: test");
        return ExitCode::SUCCESS;
    }
    if filters.peek().is_some() && !filters.any(|filter| "pester".contains(&filter)) {
        return ExitCode::SUCCESS;
    }
    let find = "(Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -eq 5 } | Select-Object -First 1).Path";
    let pester = match pwsh(find) {
        None => return skipped("there is no pwsh on PATH (PowerShell 7)"),
        Some(path) if path.is_empty() => return skipped("pwsh is there, but Pester 5 is not"),
        Some(path) => path,
    };
    let build = common::root().join("powershell/build.ps1");
    let build = format!("& '{}'", build.display().to_string().replace('\'', "''"));
    let Some(manifest) = pwsh(&build) else {
        eprintln!("powershell/build.ps1 failed; run it by itself to see why");
        return ExitCode::FAILURE;
    };
    let run = format!(
        "Import-Module '{}'; $c = New-PesterConfiguration; $c.Run.Path = '{}'; $c.Run.PassThru = $true; $c.Output.Verbosity = 'Normal'; \
         $r = Invoke-Pester -Configuration $c; \
         \"$($r.PassedCount) passed, $($r.FailedCount + $r.FailedContainersCount + $r.FailedBlocksCount) failed, $($r.SkippedCount) skipped\"; \
         exit [int] ($r.Result -ne 'Passed')",
        pester.replace('\'', "''"),
        common::root()
            .join("tests/pester")
            .display()
            .to_string()
            .replace('\'', "''"),
    );
    let status = Command::new("pwsh")
        .args(["-NoProfile", "-NonInteractive", "-Command", &run])
        .env("PROXYCALC_MODULE", &manifest)
        .env("PROXYCALC_LIBRARY", common::library())
        .current_dir(common::root())
        .status()
        .expect("pwsh ran a moment ago");
    if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
