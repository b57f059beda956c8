//! Sizes as people write them.

/// Reads a number of bytes: `64MiB`, `1GiB`, `500kB`, `1000000`.
pub(crate) fn parse(text: &str) -> Result<usize, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim_start() {
        "" | "B" => Some(1),
        "kB" => Some(1_000),
        "MB" => Some(1_000_000),
        "GB" => Some(1_000_000_000),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let size = number.parse().ok().zip(unit).and_then(|(number, unit): (usize, usize)| number.checked_mul(unit));
    size.ok_or_else(|| "write a size such as `64MiB` or `1GiB`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        for (text, size) in [("64MiB", 64 << 20), ("1 GiB", 1 << 30), ("5kB", 5_000), ("7", 7), ("0B", 0)] {
            assert_eq!(parse(text), Ok(size), "{text}");
        }
        for text in ["", "MiB", "1 mib", "-1MiB", "1.5GiB", "99999999999GiB"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
