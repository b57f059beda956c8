//! Identifiers that tell an account: access keys and unique ids of IAM since about 2019.
//!
//! Behind the four letters stand 16 of base 32. Their first 48 bits are a bit that is always set, the account
//! (40 bits), and 7 free bits. In older identifiers the first bit is clear, and they tell nothing.

use super::add;
use crate::audit::record::Record;
use crate::schema::{Breaches, Value};

pub(super) fn check(record: &Record, breaches: &mut Breaches) {
    let Some(identity) = record.identity else { return };
    let account = text(identity, "accountId");
    compare(&["userIdentity", "accessKeyId"], text(identity, "accessKeyId"), account, breaches);
    compare(&["userIdentity", "principalId"], text(identity, "principalId"), account, breaches);
    if let Some(issuer) = identity.get("sessionContext").and_then(|session| session.get("sessionIssuer")) {
        let path = ["userIdentity", "sessionContext", "sessionIssuer", "principalId"];
        compare(&path, text(issuer, "principalId"), text(issuer, "accountId"), breaches);
    }
}

fn text<'t>(value: Value<'t>, name: &str) -> Option<&'t str> {
    value.get(name)?.text()
}

fn compare(path: &[&str], id: Option<&str>, account: Option<&str>, breaches: &mut Breaches) {
    let (Some(id), Some(account)) = (id, account) else { return };
    if let Some(told) = account_of(id).filter(|told| account.parse() != Ok(*told)) {
        add(breaches, path, || format!("{id} belongs to account {told:012}, and accountId is {account}"));
    }
}

/// The account that an identifier tells, if it is one that does.
fn account_of(id: &str) -> Option<u64> {
    let id = id.split(':').next()?;
    let is_one = ["AKIA", "ASIA", "AIDA", "AROA"].iter().any(|prefix| id.starts_with(prefix));
    let letters = id.get(4..20).filter(|_| is_one && id.len() <= 21)?;
    let bits = letters.bytes().take(10).try_fold(0_u64, |bits, letter| Some(bits << 5 | digit(letter)?))?;
    // Ten letters are 50 bits, two more than are wanted.
    let word = bits >> 2;
    let is_told = word >> 47 == 1 && letters.bytes().all(|letter| digit(letter).is_some());
    is_told.then_some((word & 0x7fff_ffff_ff80) >> 7)
}

fn digit(letter: u8) -> Option<u64> {
    match letter {
        b'A'..=b'Z' => Some(u64::from(letter - b'A')),
        b'2'..=b'7' => Some(u64::from(letter - b'2' + 26)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::account_of;

    /// The first is from published log files of that account, the second and third from documents of AWS.
    #[test]
    fn new_identifiers_tell_their_account_and_old_ones_nothing() {
        for (id, account) in [
            ("ASIATFQR7NSCQ2222222", Some(218_007_301_253)),
            ("AKIAIOSFODNN7EXAMPLE", None),
            ("AKIAI44QH8DHBEXAMPLE", None),
            ("AROATFQR7NSC7ABCDEFGH:session", Some(218_007_301_253)),
            ("111122223333", None),
            ("", None),
        ] {
            assert_eq!(account_of(id), account, "{id}");
        }
    }
}
