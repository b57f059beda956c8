//! The 16 letters that tell the files of a slot apart: a number of 62 digits, so that names ascend with numbers.

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many names of 16 letters there are.
pub(super) const NAMES: u128 = 62_u128.pow(16);

/// The name of a number.
pub(super) fn unique(mut number: u128) -> String {
    let mut letters = [0; 16];
    for letter in letters.iter_mut().rev() {
        *letter = LETTERS[(number % 62) as usize];
        number /= 62;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

/// The number of a name; `None` for what is no name.
pub(super) fn number_of(unique: &str) -> Option<u128> {
    if unique.len() != 16 {
        return None;
    }
    unique
        .bytes()
        .try_fold(0, |number, byte| Some(number * 62 + LETTERS.iter().position(|letter| *letter == byte)? as u128))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ascend_with_their_numbers_and_lead_back() {
        let numbers = [0, 1, 61, 62, NAMES / 3, NAMES - 1];
        let names = numbers.map(unique);
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(names.map(|name| number_of(&name)), numbers.map(Some));
        assert_eq!(number_of("0123"), None);
        assert_eq!(number_of("0123456789abcde-"), None);
    }
}
