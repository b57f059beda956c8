//! The kinds of damage.

/// One kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A log file says something else.
    LogEdited,
    /// A log file is gone.
    LogDeleted,
    /// A log file ends too early.
    LogTruncated,
    /// Something stands behind the end of a log file.
    LogTrailingBytes,
    /// A log file is not compressed.
    LogNotGzip,
    /// A digest says something else.
    DigestEdited,
    /// A digest is gone.
    DigestDeleted,
    /// A digest lies under another key.
    DigestMoved,
    /// A digest has lost its signature.
    DigestMetadataMissing,
    /// A digest is signed with a key that nobody knows.
    DigestUnknownKey,
    /// The digests of three hours are gone.
    DigestGap,
    /// A digest names a signature that the digest before it does not have, and is itself signed.
    DigestWrongPreviousSignature,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::LogEdited,
        Self::LogDeleted,
        Self::LogTruncated,
        Self::LogTrailingBytes,
        Self::LogNotGzip,
        Self::DigestEdited,
        Self::DigestDeleted,
        Self::DigestMoved,
        Self::DigestMetadataMissing,
        Self::DigestUnknownKey,
        Self::DigestGap,
        Self::DigestWrongPreviousSignature,
    ];

    /// What it is called on the command line and in manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// What it does.
    #[must_use]
    pub const fn does(self) -> &'static str {
        self.words().1
    }

    /// What the validator says of the object; nothing where it finds nothing.
    #[must_use]
    pub const fn verdict(self) -> &'static str {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::LogEdited => ("log-edited", "gives the first record another address", "hash value doesn't match"),
            Self::LogDeleted => ("log-deleted", "removes a log file", "not found"),
            Self::LogTruncated => ("log-truncated", "keeps the first half of a log file", "hash value doesn't match"),
            Self::LogTrailingBytes => (
                "log-trailing-bytes",
                "adds bytes behind the gzip data",
                "unexpected data after end of compressed stream",
            ),
            Self::LogNotGzip => ("log-not-gzip", "stores a log file without compression", "invalid format"),
            Self::DigestEdited => {
                ("digest-edited", "changes the hash of a log file in a digest", "signature verification failed")
            }
            Self::DigestDeleted => ("digest-deleted", "removes a digest", "not found"),
            Self::DigestMoved => {
                ("digest-moved", "moves a digest to the minute before", "has been moved from its original location")
            }
            Self::DigestMetadataMissing => (
                "digest-metadata-missing",
                "takes the signature out of a digest's metadata",
                "signature verification failed",
            ),
            Self::DigestUnknownKey => (
                "digest-unknown-key",
                "signs a digest with a key that is not published",
                "public key not found in region … for fingerprint …",
            ),
            Self::DigestGap => ("digest-gap", "removes the digests of three hours", "not found"),
            Self::DigestWrongPreviousSignature => (
                "digest-wrong-previous-signature",
                "names another previous signature in a digest and signs it again",
                "",
            ),
        }
    }

    /// Whether it happens to a log file, and else to a digest.
    #[must_use]
    pub(super) const fn is_of_log(self) -> bool {
        matches!(
            self,
            Self::LogEdited | Self::LogDeleted | Self::LogTruncated | Self::LogTrailingBytes | Self::LogNotGzip
        )
    }

    /// How many digests before the one that it happens to must be there.
    #[must_use]
    pub(super) const fn needs_before(self) -> usize {
        match self {
            Self::DigestMoved | Self::DigestWrongPreviousSignature => 1,
            Self::DigestGap => Self::GAP,
            _ => 0,
        }
    }

    /// How many digests a gap is long.
    pub(super) const GAP: usize = 3;
}
