//! The C ABI. All `unsafe` of the crate is in this file.

#![allow(
    unsafe_code,
    reason = "the boundary to C: every pointer is checked here and nowhere else"
)]
#![allow(non_camel_case_types, reason = "the name that C sees")]

use std::ffi::c_char;
use std::ptr;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::calc_proxies;
use crate::find_conflicts;
use crate::guard;
use crate::limits::{PROXYCALC_ABI_VERSION, PROXYCALC_MAX_CALL_BYTES};
use crate::options::{self, Options};
use crate::provisioning;
use crate::read::source::SourceFile;
use crate::resolve_error;
use crate::status::{Error, PROXYCALC_OK, status_name};
use crate::worker::{Canceller, Scan};

/// A scan: begun, fed with records or files, finished, read page by page, freed. Used from one thread at a time, but for
/// `proxycalc_scan_cancel`.
pub struct proxycalc_scan {
    scan: Scan,
    /// Beside the scan, so that another thread can reach it while a call has the scan.
    canceller: Canceller,
}

/// Bytes that the caller lends for a call. NULL stands for none, where there are none.
///
/// # Safety
/// `bytes` is NULL or points to `length` readable bytes that nobody changes during the call.
unsafe fn lent<'c>(bytes: *const u8, length: usize, name: &'static str) -> Result<&'c [u8], Error> {
    if length > PROXYCALC_MAX_CALL_BYTES {
        return Err(Error::LimitExceeded {
            what: "the bytes of one call",
            limit: PROXYCALC_MAX_CALL_BYTES,
        });
    }
    if length == 0 {
        return Ok(&[]);
    }
    if bytes.is_null() {
        return Err(Error::NullArgument(name));
    }
    // SAFETY: not NULL, and the caller vouches for the length, which fits isize by the limit above.
    Ok(unsafe { std::slice::from_raw_parts(bytes, length) })
}

/// Hands `text` over as a NUL-terminated string from `malloc`. Aborts when there is no memory.
fn give(text: &str) -> *mut c_char {
    // SAFETY: length + 1 bytes are allocated and written, and no more.
    unsafe {
        let memory = libc::malloc(text.len() + 1).cast::<u8>();
        if memory.is_null() {
            std::process::abort();
        }
        ptr::copy_nonoverlapping(text.as_ptr(), memory, text.len());
        memory.add(text.len()).write(0);
        memory.cast()
    }
}

/// What every function with a response does: outputs cleared, `work` guarded, its answer or error handed over.
///
/// # Safety
/// `response` and `response_len` are NULL or writable.
unsafe fn answer(
    response: *mut *mut c_char,
    response_len: *mut usize,
    work: impl FnOnce() -> Result<Option<String>, Error>,
) -> i32 {
    // SAFETY: NULL or writable, says the caller.
    unsafe {
        if !response_len.is_null() {
            *response_len = 0;
        }
        if response.is_null() {
            return Error::NullArgument("response").status();
        }
        *response = ptr::null_mut();
    }
    let (status, text) = match guard::catch(work) {
        Ok(text) => (PROXYCALC_OK, text),
        Err(error) => (error.status(), Some(error.to_json())),
    };
    if let Some(text) = text {
        // SAFETY: as above; `response` is not NULL.
        unsafe {
            *response = give(&text);
            if !response_len.is_null() {
                *response_len = text.len();
            }
        }
    }
    status
}

/// The scan behind a handle.
///
/// # Safety
/// `scan` is NULL or a live scan, used by this thread alone but for [`proxycalc_scan_cancel`].
unsafe fn live<'c>(scan: *mut proxycalc_scan) -> Result<&'c mut Scan, Error> {
    if scan.is_null() {
        return Err(Error::NullArgument("scan"));
    }
    // SAFETY: live, says the caller. The reference is to this field alone: another thread may look at the other.
    Ok(unsafe { &mut (*scan).scan })
}

/// Calculates the proxy addresses, mail, UPN and mailNickname that Entra ID will compute for each object of `request`:
/// `{"version":1,"tenant":{"initialDomain":"contoso.onmicrosoft.com","verifiedDomains":["contoso.com"]},"objects":[{"id":"1",
/// "onPremises":{"userPrincipalName":"a@contoso.com","proxyAddresses":["SMTP:a@contoso.com"]},"licensed":true}]}`.
/// The response has "results", one an object in their order; an object that cannot be calculated has "error" in its place.
/// Each result has a "state": give it back as the object's "previous" to calculate the next synchronisation; without one it
/// is the first. What one object is given, the objects behind it cannot have.
///
/// # Safety
/// `request` points to `request_len` readable bytes; `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn calc_proxies(
    request: *const u8,
    request_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            calc_proxies::calc_proxies(lent(request, request_len, "request")?).map(Some)
        })
    }
}

/// Finds the addresses that several objects of `request` hold: `{"version":1,"options":{…},"recipients":[…]}`.
/// The response has "conflicts" and "summary".
///
/// # Safety
/// `request` points to `request_len` readable bytes; `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn find_conflicts(
    request: *const u8,
    request_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            find_conflicts::find_conflicts(lent(request, request_len, "request")?).map(Some)
        })
    }
}

/// Reads error texts: `{"version":1,"texts":["…"],"recipients":[…]}`. A text is a string, or an object that carries
/// errors: one of Graph's errors, Entra Connect's `ErrorExtraDetails`, or a user, group or contact with
/// `onPremisesProvisioningErrors`. The response has "results"; with recipients each also says who really has the address.
///
/// # Safety
/// `request` points to `request_len` readable bytes; `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_resolve_error(
    request: *const u8,
    request_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            resolve_error::resolve_error(lent(request, request_len, "request")?).map(Some)
        })
    }
}

/// Says for each user of `request` why its mailbox is still being prepared: `{"version":1,"users":[…],"recipients":[…],
/// "onPremisesUsers":[…],"deletedUsers":[…],"organizationConfig":{…},"serviceHealth":[…],"tenant":{…}}`. The response has
/// "results", one a user, each with its "findings".
///
/// # Safety
/// `request` points to `request_len` readable bytes; `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_diagnose_provisioning(
    request: *const u8,
    request_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            provisioning::diagnose_provisioning(lent(request, request_len, "request")?).map(Some)
        })
    }
}

/// Begins a scan. `options` is `{"version":1}` to find conflicts; `"want":"addresses"` beside it lists
/// addresses, `"want":"issues"` what is wrong with them; and to calculate like `calc_proxies`
/// `{"version":1,"want":"calculations","tenant":{"initialDomain":"contoso.onmicrosoft.com"}}`: each record is then what on
/// premises says of one object. On success `*scan` is to be freed with `proxycalc_scan_free`.
///
/// # Safety
/// `options` points to `options_len` readable bytes; `scan`, `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_scan_begin(
    options: *const u8,
    options_len: usize,
    scan: *mut *mut proxycalc_scan,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: `scan` is NULL or writable; the caller's other promises are passed on.
    unsafe {
        if let Some(scan) = scan.as_mut() {
            *scan = ptr::null_mut();
        }
        answer(response, response_len, || {
            let handle = scan.as_mut().ok_or(Error::NullArgument("scan"))?;
            let options: Options = options::parse(lent(options, options_len, "options")?)?;
            let scan = Scan::begin(options.understand("")?)?;
            let canceller = scan.canceller();
            *handle = Box::into_raw(Box::new(proxycalc_scan { scan, canceller }));
            Ok(None)
        })
    }
}

/// Gives whole records to the scan, one JSON object a line. They are checked and queued, and the call waits while the queue is
/// full. A refused piece was not taken, and the scan is as before. Where results wait that nobody takes, nothing is taken
/// either: `PROXYCALC_RESULTS_WAITING`. Other sets than the records come as sources.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; `records` points to `records_len` readable bytes;
/// `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_scan_push(
    scan: *mut proxycalc_scan,
    records: *const u8,
    records_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            live(scan)?
                .push(lent(records, records_len, "records")?)
                .map(|()| None)
        })
    }
}

/// Opens a file for the scan: `{"name":"users.json","format":"auto"}`, or another set of records that comes as a file would:
/// a scan for calculations takes the previous objects as `{"name":"","format":"jsonl","set":"previous"}`, before all others; formats are auto, csv, json, jsonlines, clixml.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; `source` points to `source_len` readable bytes;
/// `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_source_begin(
    scan: *mut proxycalc_scan,
    source: *const u8,
    source_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            let scan = live(scan)?;
            let file = SourceFile::parse(lent(source, source_len, "source")?)?;
            scan.source_begin(file).map(|()| None)
        })
    }
}

/// Gives any piece of the open file's bytes: UTF-8 or UTF-16 with a byte order mark, gzip or not.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; `bytes` points to `bytes_len` readable bytes;
/// `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_source_push(
    scan: *mut proxycalc_scan,
    bytes: *const u8,
    bytes_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            live(scan)?
                .source_push(lent(bytes, bytes_len, "bytes")?)
                .map(|()| None)
        })
    }
}

/// Ends the open file.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_source_end(
    scan: *mut proxycalc_scan,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            live(scan)?.source_end().map(|()| None)
        })
    }
}

/// Ends the input and waits until all of it is read and compared. The response is the summary. A second call is misuse.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_scan_finish(
    scan: *mut proxycalc_scan,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe { answer(response, response_len, || live(scan)?.finish().map(Some)) }
}

/// The next page of results of a finished scan, about 1 MiB: `{"conflicts":[…]}`, `{"addresses":[…]}`, `{"issues":[…]}` or
/// `{"calculations":[…]}`, as the options want. At the end: `PROXYCALC_OK`, NULL, 0. A scan for calculations gives results
/// before it is finished, too: those made so far, and an empty page where none wait.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_scan_next(
    scan: *mut proxycalc_scan,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promises are passed on.
    unsafe { answer(response, response_len, || live(scan)?.next_page()) }
}

/// Asks a finished scan: `{"version":1,"lookUp":["a@contoso.com"]}` gives who holds each address, and
/// `{"version":1,"resolve":{"texts":["…"]}}` and `{"version":1,"diagnose":{"users":[…]}}` answer like
/// `proxycalc_resolve_error` and `proxycalc_diagnose_provisioning` with what was scanned as the recipients.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; `request` points to `request_len` readable bytes;
/// `response` and `response_len` are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_scan_query(
    scan: *mut proxycalc_scan,
    request: *const u8,
    request_len: usize,
    response: *mut *mut c_char,
    response_len: *mut usize,
) -> i32 {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Query {
        #[serde(rename = "version")]
        _version: serde::de::IgnoredAny,
        #[serde(default)]
        look_up: Option<Vec<String>>,
        #[serde(default)]
        resolve: Option<resolve_error::Question>,
        #[serde(default)]
        diagnose: Option<Box<RawValue>>,
    }
    // SAFETY: the caller's promises are passed on.
    unsafe {
        answer(response, response_len, || {
            let outcome = live(scan)?.outcome()?;
            let query: Query = options::parse(lent(request, request_len, "request")?)?;
            let asked = [
                query.look_up.is_some(),
                query.resolve.is_some(),
                query.diagnose.is_some(),
            ];
            if asked.into_iter().filter(|asked| *asked).count() != 1 {
                return Err(Error::invalid(
                    "",
                    "a query asks one thing: give \"lookUp\", \"resolve\" or \"diagnose\"",
                ));
            }
            match query {
                Query {
                    diagnose: Some(query),
                    ..
                } => provisioning::diagnose(query.get(), outcome).map(Some),
                Query {
                    resolve: Some(question),
                    ..
                } => resolve_error::answer(outcome, &question.texts, "resolve.texts").map(Some),
                Query { look_up, .. } => Ok(Some(outcome.look_up(&look_up.unwrap_or_default()))),
            }
        })
    }
}

/// Cancels a scan: a push or a finish that waits returns `PROXYCALC_CANCELLED`, and so does every later call; the scan is
/// still to be freed. From any thread, any number of times, also while another thread is in a call with the scan, but not
/// once it is freed.
///
/// # Safety
/// `scan` is NULL or a scan that lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_scan_cancel(scan: *mut proxycalc_scan) -> i32 {
    if scan.is_null() {
        return Error::NullArgument("scan").status();
    }
    // SAFETY: live, says the caller. The reference is to this field alone, which nobody changes.
    unsafe { &(*scan).canceller }.cancel();
    PROXYCALC_OK
}

/// Frees a scan in any state, also with a source open: one that still reads is cancelled. NULL is a no-op.
///
/// # Safety
/// `scan` is NULL or a scan that lives and that no other thread uses; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_scan_free(scan: *mut proxycalc_scan) {
    if !scan.is_null() {
        // SAFETY: it came from Box::into_raw in proxycalc_scan_begin and is given back once.
        let scan = unsafe { Box::from_raw(scan) };
        let _ = guard::catch(|| {
            drop(scan);
            Ok(())
        });
    }
}

/// The ABI of the loaded library, to be compared with `PROXYCALC_ABI_VERSION` of the header.
#[unsafe(no_mangle)]
pub extern "C" fn proxycalc_abi_version() -> u32 {
    PROXYCALC_ABI_VERSION
}

/// The version of the library, as "1.2.3". Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn proxycalc_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The names of all properties that the library reads, by what they mean:
/// `{"version":1,"properties":[{"meaning":"Mail","names":["mail","emailaddress"],"rules":false}],"passedOver":["…"]}`. They
/// are in lower case, without blanks and underscores, as they are compared. A caller that makes records of objects needs to
/// send no others; "rules" marks those that only calculations, issues and predictions (the option initialDomain) use, and
/// "passedOver" are names that are known and not read. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn proxycalc_property_names() -> *const c_char {
    crate::property::names_for_c().as_ptr()
}

/// The name of a status, as `"InvalidRequest"`; `"Unknown"` for a number that means nothing. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn proxycalc_status_name(status: i32) -> *const c_char {
    status_name(status).as_ptr().cast()
}

/// Gives a response back. NULL is a no-op.
///
/// # Safety
/// `response` is NULL or a response of this library that was not given back yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn proxycalc_string_free(response: *mut c_char) {
    // SAFETY: it came from `malloc` in `give`; `free` takes NULL.
    unsafe { libc::free(response.cast()) }
}
