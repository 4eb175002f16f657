//! The main job on the sample tenant, as an admin would do it: `cargo run --release --example demo`.
//!
//! With PowerShell 7 on PATH the demo goes through the module; without it, straight through the C ABI. It says which.

use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, ptr};

use proxycalc::ffi;
use serde_json::{Value, json};

const FILES: [&str; 5] = [
    "exchange-online.json",
    "entra-users.json",
    "entra-groups.json",
    "entra-deleted-users.json",
    "active-directory.csv",
];

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tenant = root.join("examples/tenant");
    let library = library();
    match Command::new("pwsh")
        .args(["-NoProfile", "-NonInteractive", "-Command", "exit 0"])
        .status()
    {
        Ok(status) if status.success() => {
            println!(
                "Through the PowerShell module, in pwsh; library {}\n",
                library.display()
            );
            through_powershell(root, &tenant, &library)
        }
        _ => {
            println!("There is no pwsh on PATH, so this goes straight through the C ABI.");
            println!(
                "PowerShell 7: https://aka.ms/powershell. Windows PowerShell 5.1 runs the module too.\n"
            );
            through_c(&tenant);
            ExitCode::SUCCESS
        }
    }
}

/// The library that cargo built for this run: it lies in `deps`. `cargo build` alone puts a copy one folder up, which may be
/// older.
fn library() -> PathBuf {
    let name = format!(
        "{}proxycalc{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    );
    let program = env::current_exe().expect("a program has a path");
    let folders = program
        .ancestors()
        .skip(1)
        .take(3)
        .flat_map(|folder| [folder.join("deps"), folder.to_owned()]);
    let built = folders
        .map(|folder| folder.join(&name))
        .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)));
    built.max().expect("cargo builds the library first").1
}

fn through_powershell(root: &Path, tenant: &Path, library: &Path) -> ExitCode {
    let files: Vec<String> = FILES.map(|name| format!("'{name}'")).into();
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', "''"));
    // Not -File, which would give the names of the files as one text.
    let command = format!(
        "$module = & {}; & {} -Module $module -Tenant {} -File {}",
        quoted(&root.join("powershell/build.ps1")),
        quoted(&root.join("examples/demo.ps1")),
        quoted(tenant),
        files.join(", ")
    );
    let status = Command::new("pwsh")
        .args(["-NoProfile", "-NonInteractive", "-Command", &command])
        .env("PROXYCALC_LIBRARY", library)
        .status();
    if status.is_ok_and(|status| status.success()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The same, as a C program would: the functions of include/proxycalc.h.
fn through_c(tenant: &Path) {
    let mut scan = ptr::null_mut();
    let options = json!({ "version": 1 }).to_string();
    call(|response| begin(&options, &mut scan, response));
    for name in FILES {
        let bytes = fs::read(tenant.join(name)).expect("the sample tenant is in the repository");
        let source = json!({ "name": name }).to_string();
        call(|response| source_begin(scan, &source, response));
        call(|response| source_push(scan, &bytes, response));
        call(|response| source_end(scan, response));
    }
    let summary = call(|response| finish(scan, response)).unwrap_or_default();
    while let Some(page) = call(|response| next(scan, response)) {
        for conflict in page["conflicts"].as_array().into_iter().flatten() {
            let holders = conflict["holders"].as_array().into_iter().flatten();
            let names: Vec<&str> = holders
                .filter_map(|holder| holder["identity"].as_str())
                .collect();
            let text = |name: &str| conflict[name].as_str().unwrap_or_default().to_owned();
            println!(
                "{:8} {:15} {}\n{:25}{}",
                text("severity"),
                text("kind"),
                text("address"),
                "",
                names.join(", ")
            );
        }
    }
    free(scan);
    println!(
        "\n{} records are {} objects with {} addresses.",
        summary["recipientsRead"], summary["objects"], summary["addressesRead"]
    );
}

/// Calls a function, gives its response back to the library, and stops on an error.
fn call(function: impl FnOnce(*mut *mut c_char) -> i32) -> Option<Value> {
    let mut response = ptr::null_mut();
    let status = function(&raw mut response);
    let text = take(response);
    assert_eq!(status, 0, "{}", text.unwrap_or_default());
    text.map(|text| serde_json::from_str(&text).expect("responses are JSON"))
}

#[allow(
    unsafe_code,
    reason = "a C caller in Rust: every pointer comes from the call before"
)]
mod c {
    use super::{CStr, c_char, ffi, ptr};

    type Response = *mut *mut c_char;
    type Scan = *mut ffi::proxycalc_scan;

    pub fn begin(options: &str, scan: &mut Scan, response: Response) -> i32 {
        // SAFETY: the text is borrowed for the call; the outputs are ours.
        unsafe {
            ffi::proxycalc_scan_begin(
                options.as_ptr(),
                options.len(),
                scan,
                response,
                ptr::null_mut(),
            )
        }
    }
    pub fn source_begin(scan: Scan, source: &str, response: Response) -> i32 {
        // SAFETY: a live scan; the text is borrowed for the call.
        unsafe {
            ffi::proxycalc_source_begin(
                scan,
                source.as_ptr(),
                source.len(),
                response,
                ptr::null_mut(),
            )
        }
    }
    pub fn source_push(scan: Scan, bytes: &[u8], response: Response) -> i32 {
        // SAFETY: a live scan; the bytes are borrowed for the call.
        unsafe {
            ffi::proxycalc_source_push(scan, bytes.as_ptr(), bytes.len(), response, ptr::null_mut())
        }
    }
    pub fn source_end(scan: Scan, response: Response) -> i32 {
        // SAFETY: a live scan.
        unsafe { ffi::proxycalc_source_end(scan, response, ptr::null_mut()) }
    }
    pub fn finish(scan: Scan, response: Response) -> i32 {
        // SAFETY: a live scan.
        unsafe { ffi::proxycalc_scan_finish(scan, response, ptr::null_mut()) }
    }
    pub fn next(scan: Scan, response: Response) -> i32 {
        // SAFETY: a live, finished scan.
        unsafe { ffi::proxycalc_scan_next(scan, response, ptr::null_mut()) }
    }
    pub fn free(scan: Scan) {
        // SAFETY: not used afterwards.
        unsafe { ffi::proxycalc_scan_free(scan) }
    }
    pub fn take(response: *mut c_char) -> Option<String> {
        if response.is_null() {
            return None;
        }
        // SAFETY: a response of the library, NUL-terminated, given back once.
        unsafe {
            let text = CStr::from_ptr(response).to_string_lossy().into_owned();
            ffi::proxycalc_string_free(response);
            Some(text)
        }
    }
}
use c::{begin, finish, free, next, source_begin, source_end, source_push, take};
