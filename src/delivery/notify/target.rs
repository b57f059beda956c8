//! Where notifications go, as the user writes it.

use std::path::PathBuf;

/// A place for notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A queue, by its URL.
    Sqs(String),
    /// A topic, by its ARN.
    Sns(String),
    /// A file that gets a line for each of them.
    File(PathBuf),
}

impl Target {
    /// Reads `sqs:URL`, `sns:ARN` or `file:PATH`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        let is_url = rest.starts_with("https://") || rest.starts_with("http://");
        match kind {
            "sqs" if is_url && !rest.contains('@') => Some(Self::Sqs(rest.to_owned())),
            "sns" if rest.starts_with("arn:") && rest.split(':').count() == 6 => Some(Self::Sns(rest.to_owned())),
            "file" if !rest.is_empty() => Some(Self::File(rest.into())),
            _ => None,
        }
    }

    /// Whether AWS, or a server that speaks like it, is asked.
    #[must_use]
    pub const fn is_remote(&self) -> bool {
        !matches!(self, Self::File(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        let url = "http://127.0.0.1:5000/123456789012/logs";
        let arn = "arn:aws:sns:us-east-1:123456789012:logs";
        assert_eq!(Target::parse(&format!("sqs:{url}")), Some(Target::Sqs(url.into())));
        assert_eq!(Target::parse(&format!("sns:{arn}")), Some(Target::Sns(arn.into())));
        assert_eq!(Target::parse("file:a/b"), Some(Target::File("a/b".into())));
        for text in ["", "sqs:", "sqs:logs", "sqs:https://a@b/", "sns:logs", "sns:arn:aws:sns", "file:", url, "a.jsonl"]
        {
            assert_eq!(Target::parse(text), None, "{text}");
        }
    }
}
