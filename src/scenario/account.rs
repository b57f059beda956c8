//! Account ids, and the regions where WorkMail exists.

use std::fmt;

use super::problem::{Problem, listed};
use crate::mistake::closest;

/// The regions of the built-in services, WorkMail and its message flow.
pub const REGIONS: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];

/// The id of an AWS account: 12 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(String);

impl AccountId {
    /// Reads an id.
    ///
    /// # Errors
    ///
    /// A problem, unless it is 12 digits.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(Problem::new(format!("`{text}` is not an account id")).hint("it is 12 digits"))
    }

    /// The 12 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The account of AWS's own examples.
impl Default for AccountId {
    fn default() -> Self {
        Self("111122223333".to_owned())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a region.
///
/// # Errors
///
/// A problem that lists [`REGIONS`].
pub fn region(text: &str) -> Result<String, Problem> {
    if REGIONS.contains(&text) {
        return Ok(text.to_owned());
    }
    let problem = Problem::new(format!("WorkMail does not exist in `{text}`, only in {}", listed(REGIONS)));
    Err(problem.meant(closest(text, REGIONS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_is_twelve_digits() {
        assert_eq!(AccountId::parse("000000000001").unwrap().to_string(), "000000000001");
        for text in ["", "11112222333", "1111222233334", "11112222333x", "١١١١٢٢"] {
            assert!(AccountId::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_the_regions_of_workmail_are_taken() {
        assert_eq!(region("eu-west-1").as_deref(), Ok("eu-west-1"));
        let problem = region("us-east-2").unwrap_err();
        assert_eq!(
            problem.what,
            "WorkMail does not exist in `us-east-2`, only in `us-east-1`, `us-west-2`, `eu-west-1`"
        );
        assert_eq!(problem.hint.as_deref(), Some("did you mean `us-east-1`?"));
    }
}
