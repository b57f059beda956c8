//! The one pair of keys that an endpoint knows.

use std::fmt;

/// Who may call, and whether strangers may.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The name of the pair.
    pub access_key: String,
    /// What requests are signed with.
    pub secret_key: String,
    /// Whether requests without a signature are answered too. One that is signed must always be signed right.
    pub anonymous: bool,
}

impl Keys {
    /// The secret of an access key, if it is the known one.
    pub(crate) fn secret_of(&self, access_key: &str) -> Option<&str> {
        (access_key == self.access_key).then_some(&self.secret_key)
    }
}

/// The pair that AWS's documents use in examples: it opens nothing anywhere.
impl Default for Keys {
    fn default() -> Self {
        Self {
            access_key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            anonymous: false,
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}
