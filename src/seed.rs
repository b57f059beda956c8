//! One seed, many named portable draws; and the eventID, a sealed ordinal.
//!
//! Nothing here keeps state. A [`Key`] is a place in a tree of random numbers: [`Key::named`] and
//! [`Key::at`] walk down, [`Key::draw`] reads the number that lies there. Two purposes with different
//! names can never disturb each other, so a new field moves no byte of the others, and any part of a
//! run can be made alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The number the user gives; decides every draw of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The root of all draws for one purpose.
    #[must_use]
    pub fn key(self, purpose: &str) -> Key {
        let hash = Sha256::new().chain_update(self.0.to_le_bytes()).chain_update(purpose).finalize();
        Key(u64::from_le_bytes(hash[..8].try_into().expect("a SHA-256 hash has 32 bytes")))
    }
}

/// The name of a purpose, hashed while compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name(u64);

/// Names a purpose; the text is part of the output format.
#[must_use]
pub(crate) const fn name(text: &str) -> Name {
    let bytes = text.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    Name(mix(hash))
}

/// A place in the tree of draws.
///
/// The number at a place depends on the path from the seed and on nothing else. Walking and drawing are
/// `SplitMix64`'s output function, so they are equal on every machine and cost about a nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u64);

impl Key {
    /// The place for a purpose below this one.
    #[inline]
    #[must_use]
    pub const fn named(self, name: Name) -> Self {
        Self(mix(self.0 ^ name.0))
    }

    /// The place of the item with this number below this one.
    #[inline]
    #[must_use]
    pub const fn at(self, index: u64) -> Self {
        Self(mix(self.0.wrapping_add(mix(index.wrapping_add(GOLDEN)))))
    }

    /// The number at this place.
    #[inline]
    #[must_use]
    pub const fn draw(self) -> u64 {
        mix(self.0.wrapping_add(GOLDEN))
    }

    /// A number below `bound`; 0 when `bound` is 0.
    #[inline]
    #[must_use]
    pub const fn below(self, bound: u64) -> u64 {
        ((self.draw() as u128 * bound as u128) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    #[inline]
    #[must_use]
    pub const fn between(self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }

    /// True with a probability of `share` parts in a million.
    #[inline]
    #[must_use]
    pub const fn chance(self, share: u32) -> bool {
        self.below(1_000_000) < share as u64
    }

    /// An item of `items`, each equally likely.
    ///
    /// # Panics
    /// When `items` is empty.
    #[inline]
    #[must_use]
    pub fn pick<T>(self, items: &[T]) -> &T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// Fills a row with some of `items`, all about equally likely: at most 8 of at most 64, for one draw holds no more.
    pub(crate) fn pick_all<T: Copy>(self, items: &[T], row: &mut [T]) {
        debug_assert!(items.len() <= 64 && row.len() <= 8);
        let mut rest = self.draw();
        for place in row {
            let product = u128::from(rest) * items.len() as u128;
            (*place, rest) = (items[(product >> 64) as usize], product as u64);
        }
    }

    /// The index of one of `weights`, likely in proportion; 0 when all are 0.
    #[must_use]
    pub fn weighted(self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut rest = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if rest < weight {
                return index;
            }
            rest -= weight;
        }
        0
    }

    /// A waiting time with an exponential distribution of this mean, in whole units, at most 12 means.
    ///
    /// Integer arithmetic: −ln(u) as leading zeros plus a linear step, exact to 4 %, equal everywhere.
    #[must_use]
    pub const fn wait(self, mean: i64) -> i64 {
        let draw = self.draw() | 1;
        let zeros = draw.leading_zeros();
        let fraction = ((draw << zeros << 1) >> 44) as i64;
        let log2 = ((zeros as i64 + 1) << 20) - fraction;
        // One product of 128 bits: the other is less than 2^47.
        let wait = ((log2 * 726_817) as i128 * mean as i128) >> 40;
        let most = mean as i128 * 12;
        (if wait < most { wait } else { most }) as i64
    }

    /// A version-4 UUID from the two numbers below this place.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        uuid_from(u128::from(self.at(0).draw()) << 64 | u128::from(self.at(1).draw()))
    }

    /// A generator for code that draws in sequence and in one place only (key pairs, word lists).
    #[must_use]
    pub fn rng(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.draw())
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Sets the version and variant bits of a version-4 UUID.
fn uuid_from(bits: u128) -> Uuid {
    Uuid::from_u128(bits & !(0xf << 76) & !(0b11 << 62) | 0x4 << 76 | 0b10 << 62)
}

/// Turns (stream, ordinal) into an eventID and back.
///
/// A version-4 UUID has 122 free bits. They hold 16 bits of stream, 45 of ordinal and 61 check bits,
/// sent through a keyed permutation (a Feistel network of four rounds). To anyone else the result is a
/// random UUID; with the seed it opens in nanoseconds, and a foreign UUID is taken for one of ours once
/// in 2^61.
///
/// ```
/// use mocktrail::{Seal, Seed};
/// let seal = Seal::new(Seed(7));
/// let id = seal.seal(3, 1_000_000);
/// assert_eq!(id.get_version_num(), 4);
/// assert_eq!(seal.open(id), Some((3, 1_000_000)));
/// assert_eq!(Seal::new(Seed(8)).open(id), None);
/// ```
#[derive(Clone, Debug)]
pub struct Seal {
    rounds: [Key; 4],
    check: u64,
}

impl Seal {
    /// Largest ordinal that a seal can carry.
    pub const MAX_ORDINAL: u64 = (1 << 45) - 1;

    /// The seal of one seed.
    #[must_use]
    pub fn new(seed: Seed) -> Self {
        let key = seed.key("eventID");
        Self { rounds: std::array::from_fn(|i| key.at(i as u64)), check: key.named(name("check")).draw() & HALF }
    }

    /// The eventID of the event `ordinal` of `stream`.
    #[must_use]
    pub fn seal(&self, stream: u16, ordinal: u64) -> Uuid {
        debug_assert!(ordinal <= Self::MAX_ORDINAL);
        let (mut left, mut right) = (self.check, u64::from(stream) << 45 | ordinal);
        for round in &self.rounds {
            (left, right) = (right, left ^ (round.at(right).draw() & HALF));
        }
        sealed(left, right)
    }

    /// Appends the eventIDs of several events of a stream.
    pub(crate) fn seal_all(&self, stream: u16, ordinals: &[u64], ids: &mut Vec<Uuid>) {
        // Each round waits for the one before it, so that eight side by side take little longer than one.
        let (eights, rest) = ordinals.as_chunks::<8>();
        for eight in eights {
            let (mut left, mut right) = ([self.check; 8], eight.map(|ordinal| u64::from(stream) << 45 | ordinal));
            for round in &self.rounds {
                let next = std::array::from_fn(|lane| left[lane] ^ (round.at(right[lane]).draw() & HALF));
                (left, right) = (right, next);
            }
            ids.extend(left.iter().zip(right).map(|(left, right)| sealed(*left, right)));
        }
        ids.extend(rest.iter().map(|ordinal| self.seal(stream, *ordinal)));
    }

    /// The stream and ordinal of one of our eventIDs; `None` for a foreign one.
    #[must_use]
    pub fn open(&self, id: Uuid) -> Option<(u16, u64)> {
        if id.get_version_num() != 4 || id.as_u128() >> 62 & 0b11 != 0b10 {
            return None;
        }
        let bits = id.as_u128();
        let free = (bits >> 80) << 74 | (bits >> 64 & 0xfff) << 62 | bits & ((1 << 62) - 1);
        let (mut left, mut right) = ((free >> 61) as u64 & HALF, free as u64 & HALF);
        for round in self.rounds.iter().rev() {
            (left, right) = (right ^ (round.at(left).draw() & HALF), left);
        }
        (left == self.check).then_some(((right >> 45) as u16, right & Self::MAX_ORDINAL))
    }
}

const HALF: u64 = (1 << 61) - 1;

/// The UUID with these halves of 61 bits in its free bits.
fn sealed(left: u64, right: u64) -> Uuid {
    let free = u128::from(left) << 61 | u128::from(right);
    uuid_from((free >> 74) << 80 | (free >> 62 & 0xfff) << 64 | free & ((1 << 62) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The draws are part of the output format.
    #[test]
    fn draws_keep_their_values() {
        let key = Seed(7).key("test");
        assert_eq!(key.draw(), Seed(7).key("test").draw());
        assert_ne!(key.named(name("a")).draw(), key.named(name("b")).draw());
        assert_ne!(key.at(0).draw(), key.at(1).draw());
    }

    #[test]
    fn every_sealed_ordinal_opens() {
        let seal = Seal::new(Seed(0));
        for stream in [0, 1, 99, u16::MAX] {
            for ordinal in [0, 1, 4096, 1 << 40, Seal::MAX_ORDINAL] {
                assert_eq!(seal.open(seal.seal(stream, ordinal)), Some((stream, ordinal)));
            }
        }
    }

    #[test]
    fn several_are_sealed_as_one_is() {
        let seal = Seal::new(Seed(3));
        for count in [0, 1, 7, 8, 9, 25] {
            let ordinals: Vec<u64> = (0..count).map(|i| i * 7 + 3).collect();
            let mut ids = Vec::new();
            seal.seal_all(5, &ordinals, &mut ids);
            assert_eq!(ids, ordinals.iter().map(|ordinal| seal.seal(5, *ordinal)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_foreign_uuid_does_not_open() {
        let seal = Seal::new(Seed(0));
        assert!((0..10_000).all(|i| seal.open(Seed(1).key("foreign").at(i).uuid()).is_none()));
    }

    #[test]
    fn waits_have_the_mean_asked_for() {
        let key = Seed(1).key("wait");
        let total: i64 = (0..20_000).map(|i| key.at(i).wait(60_000)).sum();
        assert!((57_000..63_000).contains(&(total / 20_000)), "mean {}", total / 20_000);
    }

    #[test]
    fn a_row_has_every_item_in_every_place_alike() {
        let mut counts = [[0; 36]; 8];
        for i in 0..36_000 {
            let mut row = [0; 8];
            Seed(1).key("row").at(i).pick_all(&std::array::from_fn::<_, 36, _>(|item| item), &mut row);
            row.iter().zip(&mut counts).for_each(|(item, counts)| counts[*item] += 1);
        }
        assert!(counts.as_flattened().iter().all(|count| (850..1_150).contains(count)), "{counts:?}");
    }

    #[test]
    fn weights_decide_how_often() {
        let key = Seed(1).key("weights");
        let mut counts = [0; 3];
        for i in 0..10_000 {
            counts[key.at(i).weighted([1, 0, 3].into_iter())] += 1;
        }
        assert!(counts[1] == 0 && (7_200..7_800).contains(&counts[2]), "{counts:?}");
    }
}
