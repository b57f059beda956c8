//! What the shell gets.

use std::process::ExitCode;

/// How a command ended. The numbers are part of the contract: scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything asked for is done; also when whoever reads the output has seen enough.
    Done = 0,
    /// The input was checked and something was found.
    Findings = 1,
    /// A mistake in the arguments, the scenario or a template. Nothing was begun.
    Usage = 2,
    /// The destination refused or failed, or something cannot be read.
    Destination = 3,
    /// Ctrl-C or a request to end. What is delivered is in the manifest; the same command goes on.
    Interrupted = 4,
}

impl Exit {
    /// Every way to end, in order.
    pub const ALL: [Self; 5] = [Self::Done, Self::Findings, Self::Usage, Self::Destination, Self::Interrupted];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help;

    /// Scripts test for these numbers.
    #[test]
    fn the_numbers_never_change() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn the_help_explains_every_code_that_can_occur() {
        for exit in Exit::ALL {
            let line = format!("  {}  ", exit.code());
            let explained = |text: &str| text.lines().any(|l| l.starts_with(&line));
            assert!(explained(help::MAIN) && explained(help::CHECK));
            assert_eq!(explained(help::GENERATE), exit != Exit::Findings);
        }
    }
}
