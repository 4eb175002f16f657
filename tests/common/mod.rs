//! What several tests need: where things are, and the C compiler.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The native library that cargo built for this run. It lies beside the test executable; `cargo build` alone puts a
/// copy one folder up, which may be older.
pub fn library() -> PathBuf {
    let name = format!(
        "{}proxycalc{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let test = std::env::current_exe().expect("a test has a path");
    let folder = test.parent().expect("it lies in a folder");
    [folder, folder.parent().unwrap_or(folder)]
        .iter()
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is not beside {}", test.display()))
}

/// Compiles `source` with every warning as an error. CC and CXX name other compilers, as for make.
pub fn compile(source: &Path, standard: &str, before: &[&str], output: &Path, after: &[&str]) {
    // MinGW has no program called cc.
    let (variable, usual) = match (standard.starts_with("c++"), cfg!(windows)) {
        (true, false) => ("CXX", "c++"),
        (true, true) => ("CXX", "g++"),
        (false, false) => ("CC", "cc"),
        (false, true) => ("CC", "gcc"),
    };
    let compiler = std::env::var(variable)
        .ok()
        .filter(|value| !value.trim().is_empty())
        .unwrap_or_else(|| usual.to_owned());
    let mut words = compiler.split_whitespace();
    let mut command = Command::new(words.next().expect("not blank"));
    command
        .args(words)
        .arg(format!("-std={standard}"))
        .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-g"])
        .arg("-I")
        .arg(root().join("include"))
        .arg(source)
        .args(before)
        .arg(output)
        .args(after);
    let outcome = command.output().unwrap_or_else(|error| {
        panic!("no compiler {compiler:?} ({error}): install one, or name it in {variable}")
    });
    assert!(
        outcome.status.success(),
        "{compiler} -std={standard} refuses {}:\n{}",
        source.display(),
        String::from_utf8_lossy(&outcome.stderr)
    );
}

/// A C program that knows the header only, linked to the library.
#[cfg(any(target_os = "linux", windows))]
pub struct CProgram {
    folder: tempfile::TempDir,
}

#[cfg(any(target_os = "linux", windows))]
impl CProgram {
    /// Compiles one of `tests/c`, and puts the library where the loader looks.
    pub fn compile(name: &str) -> Self {
        Self::of(&root().join("tests/c").join(name))
    }

    /// The same of a source elsewhere.
    pub fn of(source: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = library();
        // The program asks for the SONAME.
        #[cfg(unix)]
        std::os::unix::fs::symlink(&library, folder.path().join("libproxycalc.so.1")).unwrap();
        // Windows looks beside the program.
        #[cfg(windows)]
        std::fs::copy(&library, folder.path().join("proxycalc.dll")).unwrap();
        let program = Self { folder };
        let mut after = vec![library.to_str().unwrap(), "-pthread"];
        if cfg!(windows) {
            // MinGW's own libraries need not be on PATH then.
            after.push("-static");
        }
        compile(source, "c11", &["-o"], &program.path(), &after);
        program
    }

    fn path(&self) -> PathBuf {
        let name = format!("program{}", std::env::consts::EXE_SUFFIX);
        self.folder.path().join(name)
    }

    /// To run it, under `checker` where that is not empty.
    pub fn command(&self, checker: &[&str]) -> Command {
        let mut command = match checker {
            [] => Command::new(self.path()),
            [checker, words @ ..] => {
                let mut command = Command::new(checker);
                command.args(words).arg(self.path());
                command
            }
        };
        command.env("LD_LIBRARY_PATH", self.folder.path());
        command
    }

    /// What the program of the cases answers for `function`, one line a request.
    pub fn answers(&self, function: &str, requests: &[String]) -> Vec<String> {
        let input = self.folder.path().join("requests");
        std::fs::write(&input, requests.join("\n")).unwrap();
        let output = self
            .command(&[])
            .arg(function)
            .stdin(std::fs::File::open(&input).unwrap())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let answers = String::from_utf8(output.stdout).unwrap();
        answers.lines().map(str::to_owned).collect()
    }
}

/// Prints a line for each line of its input that is anything but one pipeline of plain commands, or a comment.
const PARSE: &str = r#"
$ErrorActionPreference = 'Stop'
$count = 0
foreach ($line in [System.IO.File]::ReadAllLines($args[0])) {
    $count++
    $tokens = $null
    $errors = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($line, [ref]$tokens, [ref]$errors)
    $statements = @($tree.EndBlock.Statements)
    # Nothing of a name may run or be looked up: no sub-expression, no block, no variable but $true and $false.
    $live = $tree.FindAll({
            param($node)
            $node -is [System.Management.Automation.Language.SubExpressionAst] -or
            $node -is [System.Management.Automation.Language.ScriptBlockExpressionAst] -or
            $node -is [System.Management.Automation.Language.ExpandableStringExpressionAst] -or
            $node -is [System.Management.Automation.Language.FileRedirectionAst] -or
            ($node -is [System.Management.Automation.Language.VariableExpressionAst] -and $node.Extent.Text -notin '$true', '$false')
        }, $true)
    if ($line.StartsWith('# ')) {
        if ($statements.Count -gt 0) { "not one comment: $line" }
    } elseif ($errors.Count -gt 0 -or $statements.Count -ne 1 -or
        $statements[0] -isnot [System.Management.Automation.Language.PipelineAst] -or @($live).Count -gt 0) {
        "not one command: $line"
    }
}
"parsed $count"
"#;

/// Asks PowerShell, where there is one, whether each line is one command or one comment.
pub fn parse_with_powershell(lines: &std::collections::BTreeSet<String>) {
    let folder = tempfile::tempdir().unwrap();
    let (script, input) = (folder.path().join("parse.ps1"), folder.path().join("lines"));
    std::fs::write(&script, PARSE).unwrap();
    let text: Vec<&str> = lines.iter().map(String::as_str).collect();
    std::fs::write(&input, text.join("\n")).unwrap();
    let run = Command::new("pwsh")
        .args(["-NoLogo", "-NoProfile", "-NonInteractive", "-File"])
        .args([&script, &input])
        .stdin(std::process::Stdio::null())
        .output();
    let Ok(run) = run else {
        return println!(
            "skipped: pwsh is not on PATH, so no command line was parsed by PowerShell"
        );
    };
    let came = String::from_utf8_lossy(&run.stdout);
    assert_eq!(
        came.trim(),
        format!("parsed {}", lines.len()),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}
