//! Bytes as lower-case hex, and back.

/// Writes bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Appends the first digits of a number that has 32, at most all of them.
pub(crate) fn push_digits(out: &mut String, number: u128, digits: usize) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes = number.to_be_bytes();
    let letters: [u8; 32] = std::array::from_fn(|i| DIGITS[usize::from(bytes[i / 2] >> (4 * (1 - i % 2)) & 15)]);
    out.push_str(std::str::from_utf8(&letters[..digits]).expect("hexadecimal digits are ASCII"));
}

/// Reads bytes; `None` for anything else.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |letter: u8| char::from(letter).to_digit(16).map(|digit| digit as u8);
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_nothing_else() {
        assert_eq!(hex(&[0, 15, 0xa0, 255]), "000fa0ff");
        assert_eq!(unhex("000fA0ff"), Some(vec![0, 15, 0xa0, 255]));
        for text in ["0", "zz", "+1", "é"] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }
}
