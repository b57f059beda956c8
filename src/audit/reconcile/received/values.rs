//! A stream of JSON values: lines, one document, or several in a row. No document has to fit into memory.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use super::json::{Reach, reach};
use super::window::Window;
use super::{Broken, Finder, Take};

/// What is longer is no item, but wraps items.
const LARGEST: usize = 16 * 1024 * 1024;

/// Reads values up to the end.
pub(super) fn read<R: Read>(
    window: &mut Window<R>,
    finder: &Finder,
    take: &mut dyn Take,
    stop: &AtomicBool,
) -> Result<(), Broken> {
    // The brackets that are open, and whether a name stands before the next value.
    let (mut open, mut is_named) = (Vec::new(), false);
    while let Some(byte) = window.look()? {
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let was_named = std::mem::take(&mut is_named);
        match (open.last(), byte) {
            (Some(_), b',') => window.pass(1),
            (Some(b'['), b']') | (Some(b'{'), b'}') => {
                open.pop();
                window.pass(1);
            }
            (_, b'[') => {
                open.push(b'[');
                window.pass(1);
            }
            (Some(b'{'), b'"') if !was_named => {
                value(window, None)?;
                if window.look()? != Some(b':') {
                    return Err(Broken::Wrong(window.line, "expected `:` behind the name of a member".to_owned()));
                }
                window.pass(1);
                is_named = true;
            }
            (_, b',' | b':' | b']' | b'}') => {
                let what = format!("expected a JSON value, found `{}`", char::from(byte));
                return Err(Broken::Wrong(window.line, what));
            }
            _ => {
                if !value(window, Some((finder, &mut *take)))? {
                    open.push(b'{');
                    window.pass(1);
                }
            }
        }
    }
    match open.is_empty() {
        true => Ok(()),
        false => Err(Broken::Wrong(window.line, "ends within a JSON document".to_owned())),
    }
}

/// Passes a value and gives its items away; false when it is an object too large for that.
fn value<R: Read>(window: &mut Window<R>, taker: Option<(&Finder, &mut dyn Take)>) -> Result<bool, Broken> {
    loop {
        let rest = window.rest();
        match reach(rest, window.is_last()) {
            Reach::End(end) => {
                if let Some((finder, take)) = taker {
                    finder.split(&rest[..end], window.line, take);
                }
                window.pass(end);
                return Ok(true);
            }
            Reach::Beyond if window.is_last() => {
                let what = "a JSON value begins here that does not end".to_owned();
                return Err(Broken::Wrong(window.line, what));
            }
            Reach::Beyond if rest.len() > LARGEST => match rest[0] {
                b'{' => return Ok(false),
                _ => return Err(Broken::Wrong(window.line, "a text of more than 16 MiB begins here".to_owned())),
            },
            Reach::Beyond => window.more()?,
        }
    }
}
