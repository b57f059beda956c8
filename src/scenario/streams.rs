//! The streams of a scenario, and how many events each of them gets.

use std::cmp::Reverse;

use super::{Account, Scenario};

impl Scenario {
    /// Each stream's number, account and region: the accounts in order, and the regions of each in order.
    pub fn streams(&self) -> impl Iterator<Item = (usize, &Account, &str)> {
        let pairs =
            self.accounts.iter().flat_map(|account| account.regions.iter().map(move |region| (account, region)));
        pairs.enumerate().map(|(stream, (account, region))| (stream, account, region.as_str()))
    }

    /// The events of each stream, in proportion to its users; together exactly `traffic.events`.
    #[must_use]
    pub fn stream_events(&self) -> Vec<u64> {
        let users = |account: &Account| u64::from(account.organizations) * u64::from(account.users);
        let weights: Vec<u64> = self.streams().map(|(_, account, _)| users(account)).collect();
        apportion(self.traffic.events, &weights)
    }
}

/// Splits a total by weights; what rounding leaves goes to the largest remainders, among equals to the first.
fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum = weights.iter().copied().map(u128::from).sum::<u128>().max(1);
    let exact = |weight: &u64| u128::from(total) * u128::from(*weight);
    let mut shares: Vec<u64> = weights.iter().map(|weight| narrow(exact(weight) / sum)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|stream| Reverse(exact(&weights[*stream]) % sum));
    let left = total - shares.iter().sum::<u64>();
    for stream in order.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        shares[stream] += 1;
    }
    shares
}

fn narrow(share: u128) -> u64 {
    u64::try_from(share).expect("a share is at most the total")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::AccountId;

    #[test]
    fn streams_are_numbered_by_account_and_then_region() {
        let mut scenario = Scenario::default();
        scenario.accounts[0].regions.push("eu-west-1".to_owned());
        let other = AccountId::parse("000000000001").unwrap();
        scenario.accounts.push(Account { id: other, ..Scenario::default().accounts.remove(0) });
        let streams: Vec<_> =
            scenario.streams().map(|(stream, account, region)| (stream, account.id.as_str(), region)).collect();
        assert_eq!(
            streams,
            [(0, "111122223333", "us-east-1"), (1, "111122223333", "eu-west-1"), (2, "000000000001", "us-east-1")]
        );
        scenario.accounts[1].users = 100;
        assert_eq!(scenario.stream_events(), [400, 400, 200]);
    }

    #[test]
    fn what_rounding_leaves_goes_to_the_largest_remainders() {
        for (total, weights, shares) in [
            (10, vec![1, 1, 1], vec![4, 3, 3]),
            (7, vec![2, 3, 5], vec![1, 2, 4]),
            (1, vec![1, 9], vec![0, 1]),
            (0, vec![1, 2], vec![0, 0]),
            (5, vec![], vec![]),
        ] {
            assert_eq!(apportion(total, &weights), shares);
        }
    }

    proptest::proptest! {
        /// Exact in sum, and each less than one event from its due.
        #[test]
        fn apportioning_is_exact(total in 0..=1_u64 << 44, weights in proptest::collection::vec(1..=100_000_000_u64, 1..50)) {
            let shares = apportion(total, &weights);
            let sum: u128 = weights.iter().copied().map(u128::from).sum();
            assert_eq!(shares.iter().sum::<u64>(), total);
            for (share, weight) in shares.iter().zip(&weights) {
                let exact = u128::from(total) * u128::from(*weight);
                assert!((u128::from(*share) * sum).abs_diff(exact) < sum);
            }
        }
    }
}
