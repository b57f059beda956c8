//! Names that AWS has rules for: trail, bucket, prefix, organization; and types of identities.

use super::problem::Problem;

/// Reads a trail's name. Source: CloudTrail User Guide, *Naming requirements*.
pub(super) fn trail(text: &str) -> Result<String, Problem> {
    let ends = text.starts_with(is_alphanumeric) && text.ends_with(is_alphanumeric);
    let marks = text.as_bytes().windows(2).any(|pair| pair.iter().all(|byte| b"._-".contains(byte)));
    let inside = text.chars().all(|c| is_alphanumeric(c) || "._-".contains(c));
    let good = (3..=128).contains(&text.len()) && ends && inside && !marks && !is_address(text);
    let rule = "3 to 128 letters, digits and single `.`, `_` or `-` between them";
    kept(good, text, "trail name", rule)
}

/// Reads a bucket's name. Source: S3 User Guide, *General purpose bucket naming rules*.
///
/// # Errors
///
/// A problem that states the rule.
pub fn bucket(text: &str) -> Result<String, Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let ends = text.starts_with(plain) && text.ends_with(plain);
    let inside = text.chars().all(|c| plain(c) || ".-".contains(c)) && !text.contains("..");
    let reserved = ["xn--", "sthree-"].iter().any(|start| text.starts_with(start))
        || ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|end| text.ends_with(end));
    let good = (3..=63).contains(&text.len()) && ends && inside && !reserved && !is_address(text);
    let rule = "3 to 63 lowercase letters, digits, `.` and `-`, with a letter or digit at both ends";
    kept(good, text, "bucket name", rule)
}

/// Reads the prefix of all keys, which may be empty. It is a path on disk too, so no part of it leads elsewhere.
///
/// # Errors
///
/// A problem that states the rule.
pub fn prefix(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim_matches('/');
    if trimmed != text {
        return Err(Problem::new(format!("the prefix `{text}` must not start or end with a slash"))
            .hint(format!("write `{trimmed}`")));
    }
    let parts = !text.split('/').any(|part| ["", ".", "..", ".mocktrail"].contains(&part));
    let inside = text.chars().all(|c| is_alphanumeric(c) || "/!-_.*'()&$@=;:+ ,?".contains(c));
    let good = text.is_empty() || (parts && inside && text.len() <= 200);
    let rule = "up to 200 characters that are safe in keys, in parts between single slashes, none of them `.` or `..`";
    kept(good, text, "prefix", rule)
}

/// Reads the id of an AWS organization. Source: Organizations API Reference, `Organization.Id`.
pub(super) fn organization(text: &str) -> Result<String, Problem> {
    let rest = text.strip_prefix("o-").unwrap_or_default();
    let inside = rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let good = (10..=32).contains(&rest.len()) && inside;
    kept(good, text, "organization id", "`o-` and 10 to 32 lowercase letters and digits")
}

/// Reads a type of identity, such as `AssumedRole`. Which types there are is for the later stages to say.
///
/// # Errors
///
/// A problem that states the rule.
pub fn identity(text: &str) -> Result<String, Problem> {
    let good = (1..=64).contains(&text.len()) && text.chars().all(|c| is_alphanumeric(c) || "-_.".contains(c));
    kept(good, text, "type of identity", "one word; `mocktrail identities` lists them all")
}

fn kept(good: bool, text: &str, what: &str, rule: &str) -> Result<String, Problem> {
    if good {
        return Ok(text.to_owned());
    }
    Err(Problem::new(format!("`{text}` is not a valid {what}")).hint(format!("it is {rule}")))
}

fn is_alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = fn(&str) -> Result<String, Problem>;

    fn check(read: Read, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(read(text).as_deref(), Ok(*text));
        }
        for text in bad {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_follow_the_rules_of_aws() {
        check(trail, &["management-events", "a.b_c"], &["ab", "a--b", "-ab", "ab-", "a b", "10.0.0.1"]);
        check(
            bucket,
            &["audit-lab", "a.b", "amzn-s3-demo-bucket"],
            &["ab", "Audit", "a..b", "-ab", "192.168.5.4", "xn--a", "a-s3alias", "a_b"],
        );
        check(organization, &["o-exampleorgid"], &["exampleorgid", "o-short", "o-EXAMPLEORGID", ""]);
        check(identity, &["AssumedRole"], &["", "Assumed Role"]);
    }

    #[test]
    fn a_prefix_stays_below_the_bucket() {
        let bad = ["/a", "a/", "a//b", "..", "a/../b", ".mocktrail/a", "a\\b", "a\nb", "ä"];
        check(prefix, &["", "a", "a/b=c/d"], &bad);
        let problem = prefix("/logs/").unwrap_err();
        assert_eq!(problem.what, "the prefix `/logs/` must not start or end with a slash");
        assert_eq!(problem.hint.as_deref(), Some("write `logs`"));
    }
}
