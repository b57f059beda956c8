//! Identifiers in the forms that AWS gives them.

use crate::seed::{Key, name};

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An access key id: four letters of kind (`AKIA` long-lived, `ASIA` temporary) and 16 of base 32.
///
/// The 16 hold 80 bits, of which the first 48 carry the account: bit 47 is set, the account follows from
/// bit 7 on. Any analyst's tool decodes this, so it has to be right.
#[must_use]
pub(crate) fn access_key(kind: &str, account: u64, key: Key) -> String {
    let draw = key.draw();
    let head = 1 << 47 | account << 7 | draw & 0x7f;
    format!("{kind}{}", base32(u128::from(head) << 32 | u128::from(draw >> 32), 16))
}

/// A unique id of IAM: four letters of kind (`AIDA` user, `AROA` role) and 17 of base 32, the first 16 of
/// which carry the account in the same way.
#[must_use]
pub(crate) fn unique_id(kind: &str, account: u64, key: Key) -> String {
    let last = *key.named(const { name("last") }).pick(BASE32) as char;
    access_key(kind, account, key) + &last.to_string()
}

fn base32(bits: u128, letters: u32) -> String {
    (0..letters).rev().map(|i| BASE32[(bits >> (5 * i)) as usize & 31] as char).collect()
}

/// Lower-case hexadecimal digits, at most 32.
#[must_use]
pub(crate) fn hex(key: Key, digits: usize) -> String {
    let mut hex = String::with_capacity(digits);
    push_hex(&mut hex, key, digits);
    hex
}

/// Appends lower-case hexadecimal digits, at most 32.
pub(crate) fn push_hex(out: &mut String, key: Key, digits: usize) {
    let bits = u128::from(key.at(0).draw()) << 64 | u128::from(key.at(1).draw());
    crate::hex::push_digits(out, bits, digits);
}

/// Capital letters and digits.
#[must_use]
pub(crate) fn upper(key: Key, letters: u64) -> String {
    const UPPER: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (0..letters).map(|i| *key.at(i).pick(UPPER) as char).collect()
}

/// A number in base 36, lower case.
#[must_use]
pub(crate) fn base36(mut number: u64) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from_digit((number % 36) as u32, 36).expect("a remainder below 36"));
        number /= 36;
        if number == 0 {
            return letters.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    /// A published observation: keys of account 218007301253 begin with these eight letters, and the ninth
    /// is from Q on, as the account is odd.
    #[test]
    fn access_keys_carry_their_account() {
        for i in 0..50 {
            let key = access_key("ASIA", 218_007_301_253, Seed(1).key("k").at(i));
            assert_eq!((key.len(), &key[4..12]), (20, "TFQR7NSC"));
            assert!(matches!(key.as_bytes()[12], b'Q'..=b'Z' | b'2'..=b'7'), "{key}");
        }
        assert_eq!(unique_id("AROA", 218_007_301_253, Seed(1).key("k")).len(), 21);
    }

    #[test]
    fn numbers_are_written_in_base_36() {
        assert_eq!((base36(0), base36(35), base36(36)), ("0".into(), "z".into(), "10".into()));
    }
}
