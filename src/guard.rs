//! The one guard against panics: nothing unwinds into a caller of the C ABI, and the worker of a scan dies in one piece.
//!
//! The panic hook is the one global of this library. Inside the guard it keeps the place of the panic for the error and
//! prints nothing; outside (a test, a Rust program that links the crate) the hook from before does its work.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use once_cell::sync::OnceCell;

use crate::status::Error;

#[cfg(panic = "abort")]
compile_error!("proxycalc turns panics into status 99, which needs panic = \"unwind\"");

thread_local! {
    /// How deep in the guard this thread is, and where it panicked last.
    static GUARDED: RefCell<(usize, String)> = const { RefCell::new((0, String::new())) };
}

static HOOK: OnceCell<()> = OnceCell::new();

/// Runs `work`; a panic becomes [`Error::InternalPanic`].
pub fn catch<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    HOOK.get_or_init(install_hook);
    GUARDED.with_borrow_mut(|guarded| guarded.0 += 1);
    // What a panic leaves half done is a scan, which the caller marks as poisoned.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    let place = GUARDED.with_borrow_mut(|guarded| {
        guarded.0 -= 1;
        std::mem::take(&mut guarded.1)
    });
    outcome.unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        let message = text
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        Err(Error::InternalPanic { message, place })
    })
}

fn install_hook() {
    let before = take_hook();
    set_hook(Box::new(move |info| {
        let guarded = GUARDED.with_borrow_mut(|guarded| {
            if guarded.0 > 0 {
                guarded.1 = info.location().map(ToString::to_string).unwrap_or_default();
            }
            guarded.0 > 0
        });
        if !guarded {
            before(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_place() {
        let error = catch::<()>(|| panic!("no {}", "way")).unwrap_err();
        let Error::InternalPanic { message, place } = error else {
            panic!("{error:?}")
        };
        assert_eq!(message, "no way");
        assert!(place.contains("guard.rs:"), "{place}");
    }
}
