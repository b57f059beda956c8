//! Asks the library something. Of most that is wrong in a file it tells, at some of it it panics; both are an error here.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use parquet::errors::Result as Said;

use super::Broken;
use super::broken::{said, wrong};

thread_local! {
    /// Whether this thread is asking, so that nobody else need hear of a panic.
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// What the library answers about a part of the file. What it was asked with is of no use after an error.
pub(super) fn ask<T>(part: impl Display, question: impl FnOnce() -> Said<T>) -> Result<T, Broken> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_ASKING.get() {
                before(info);
            }
        }));
    });
    IS_ASKING.set(true);
    let answer = panic::catch_unwind(AssertUnwindSafe(question));
    IS_ASKING.set(false);
    match answer {
        Ok(answer) => answer.map_err(|error| said(part, error)),
        Err(_) => Err(wrong(format_args!("{part}: lengths in it do not fit together"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let answer = ask("column `x`", || -> Said<()> { panic!("not a word of this") });
        let Err(Broken::Unreadable(cause)) = answer else { panic!("that is no error") };
        assert_eq!(cause.to_string(), "the Parquet data is wrong: column `x`: lengths in it do not fit together");
        assert!(ask("column `x`", || Ok(7)).is_ok_and(|seven| seven == 7));
    }
}
