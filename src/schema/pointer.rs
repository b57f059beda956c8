//! Where in a JSON value something is, as a chain of steps on the stack: free until it is shown.

use std::fmt;

/// A JSON pointer (RFC 6901).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pointer<'a> {
    /// The whole value.
    Root,
    /// A member of the value above.
    Member(&'a Pointer<'a>, &'a str),
    /// An item of the value above.
    Item(&'a Pointer<'a>, usize),
}

/// Writes `/userIdentity/arn`; nothing for the whole value.
impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(above, name) => write!(f, "{above}/{}", name.replace('~', "~0").replace('/', "~1")),
            Self::Item(above, index) => write!(f, "{above}/{index}"),
        }
    }
}
