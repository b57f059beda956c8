//! Standard input, which can be read once.

use std::io;

use super::{Beside, Bytes, Source};
use crate::audit::Error;

/// Standard input, as one file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input;

impl Source for Input {
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        each("-", 0);
        Ok(())
    }

    fn read(&self, _: &str) -> Result<Bytes<'_>, Error> {
        Ok(Box::new(io::stdin()))
    }

    fn manifest(&self) -> Result<Option<Beside<'_>>, Error> {
        Ok(None)
    }

    fn is_one_file(&self) -> bool {
        true
    }

    fn place(&self, _: &str) -> String {
        "standard input".to_owned()
    }
}
