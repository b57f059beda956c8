//! Sorting what is spread evenly.

/// The items in ascending order. `place` ascends with them and lies below `places`, more or less evenly.
///
/// Each item is put into the part of the order that its place points to, and only the few of a part are compared:
/// the work grows with the count of the items. Where they crowd together, the parts are sorted like anything else.
pub(super) fn sorted<T: Copy + Ord>(items: &[T], places: u64, place: impl Fn(&T) -> u64) -> Vec<T> {
    let Some(first) = items.first() else { return Vec::new() };
    let parts = items.len().next_power_of_two();
    let shift = (u64::BITS - places.leading_zeros()).saturating_sub(parts.trailing_zeros());
    let part = |item: &T| ((place(item) >> shift.min(u64::BITS - 1)) as usize).min(parts - 1);
    let mut ends = vec![0_u32; parts + 1];
    for item in items {
        ends[part(item) + 1] += 1;
    }
    for index in 0..parts {
        ends[index + 1] += ends[index];
    }
    let mut sorted = vec![*first; items.len()];
    for item in items {
        let end = &mut ends[part(item)];
        sorted[*end as usize] = *item;
        *end += 1;
    }
    // By now every entry has moved on to the end of its part.
    let mut start = 0;
    for end in &ends[..parts] {
        let end = *end as usize;
        if end - start > 1 {
            sorted[start..end].sort_unstable();
        }
        start = end;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everything_comes_out_in_order(items: Vec<u64>, shift in 0..64_u32, crowd in 0..3_u64) {
            let items: Vec<u64> = items.iter().map(|item| (item >> shift) | crowd).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            for places in [1, u64::MAX >> shift, u64::MAX] {
                prop_assert_eq!(&sorted(&items, places, |item| *item), &expected);
            }
        }
    }
}
