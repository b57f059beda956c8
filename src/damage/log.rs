//! What happens to the bytes of a log file.

use super::Kind;
use crate::seed::{Key, name};
use crate::trail::pack;

/// The bytes of a log file after the damage; nothing when it is gone.
pub(super) fn damaged(kind: Kind, bytes: &[u8], raw: &str, draws: Key) -> Option<Vec<u8>> {
    match kind {
        Kind::LogEdited => Some(pack(edited(raw, draws).as_bytes()).bytes),
        Kind::LogTruncated => Some(bytes[..bytes.len() / 2].to_vec()),
        Kind::LogTrailingBytes => Some([bytes, b"trailing"].concat()),
        Kind::LogNotGzip => Some(raw.as_bytes().to_vec()),
        _ => None,
    }
}

/// The text with another address in its first record: somebody was never there.
fn edited(raw: &str, draws: Key) -> String {
    const MEMBER: &str = "\"sourceIPAddress\":\"";
    let Some(start) = raw.find(MEMBER).map(|at| at + MEMBER.len()) else { return format!("{raw} ") };
    let length = raw[start..].find('"').unwrap_or(0);
    let last = draws.named(const { name("address") }).below(200) + 1;
    let address = |last: u64| format!("192.0.2.{last}");
    let (old, new) = (&raw[start..start + length], address(last));
    let new = if old == new { address(last + 1) } else { new };
    format!("{}{new}{}", &raw[..start], &raw[start + length..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn an_edited_log_file_differs_in_an_address() {
        let draws = Seed(1).key("test");
        let raw = r#"{"Records":[{"sourceIPAddress":"203.0.113.9","userAgent":"x"}]}"#;
        let once = edited(raw, draws);
        assert!(once.contains("\"192.0.2.") && once.ends_with("\"userAgent\":\"x\"}]}"), "{once}");
        assert_ne!(edited(&once, draws), once);
    }
}
