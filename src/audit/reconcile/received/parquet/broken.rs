//! What is said of a Parquet file that is wrong.

use std::fmt::Display;
use std::io;

use parquet::errors::ParquetError;

use super::Broken;

/// The file is not what it ought to be.
pub(super) fn wrong(what: impl Display) -> Broken {
    Broken::Unreadable(io::Error::new(io::ErrorKind::InvalidData, format!("the Parquet data is wrong: {what}")))
}

/// The file may be right, and is not read.
pub(super) fn refused(what: impl Display) -> Broken {
    Broken::Unreadable(io::Error::new(io::ErrorKind::Unsupported, what.to_string()))
}

/// What the library says of a part of the file; what the system says goes on as it is.
pub(super) fn said(part: impl Display, error: ParquetError) -> Broken {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) if cause.raw_os_error().is_some() => Broken::Unreadable(*cause),
            Ok(cause) => wrong(format_args!("{part}: {cause}")),
            Err(cause) => wrong(format_args!("{part}: {cause}")),
        },
        ParquetError::General(what) | ParquetError::NYI(what) | ParquetError::EOF(what) => {
            wrong(format_args!("{part}: {what}"))
        }
        error => wrong(format_args!("{part}: {error}")),
    }
}
