//! Sorting what is spread evenly.

/// Memory for sorting, kept from one time to the next.
#[derive(Clone, Debug)]
pub(crate) struct Order<T> {
    ends: Vec<u32>,
    sorted: Vec<T>,
}

/// No item has to be moved far where no part has more items than these.
const FEW: u32 = 16;

impl<T> Default for Order<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), sorted: Vec::new() }
    }
}

impl<T: Copy + Ord> Order<T> {
    /// The items in ascending order. `place` ascends with them and lies below `places`, more or less evenly.
    ///
    /// Each item is put into the part of the order that its place points to, and only the few of a part are compared:
    /// the work grows with the count of the items. Where they crowd together, the parts are sorted like anything else.
    pub(crate) fn of<I>(&mut self, items: I, places: u64, place: impl Fn(&T) -> u64) -> &[T]
    where
        I: ExactSizeIterator<Item = T> + Clone,
    {
        let Some(first) = items.clone().next() else { return &[] };
        let parts = items.len().next_power_of_two();
        let shift = (u64::BITS - places.leading_zeros()).saturating_sub(parts.trailing_zeros());
        let part = |item: &T| ((place(item) >> shift.min(u64::BITS - 1)) as usize).min(parts - 1);
        self.ends.clear();
        self.ends.resize(parts + 1, 0);
        let ends = &mut self.ends[..];
        for item in items.clone() {
            ends[part(&item) + 1] += 1;
        }
        let mut most = 0;
        for index in 0..parts {
            most = most.max(ends[index + 1]);
            ends[index + 1] += ends[index];
        }
        self.sorted.resize(items.len(), first);
        let sorted = &mut self.sorted[..];
        for item in items {
            let end = &mut ends[part(&item)];
            sorted[*end as usize] = item;
            *end += 1;
        }
        // By now every entry has moved on to the end of its part.
        match most > FEW {
            true => sort_parts(sorted, &ends[..parts]),
            false => settle(sorted),
        }
        sorted
    }
}

/// Sorts the parts of items that end at these places.
fn sort_parts<T: Ord>(items: &mut [T], ends: &[u32]) {
    let mut start = 0;
    for end in ends {
        let end = *end as usize;
        items[start..end].sort_unstable();
        start = end;
    }
}

/// Sorts items of which none is far from its place.
fn settle<T: Copy + Ord>(items: &mut [T]) {
    for index in 1..items.len() {
        let item = items[index];
        let mut place = index;
        while place > 0 && item < items[place - 1] {
            items[place] = items[place - 1];
            place -= 1;
        }
        items[place] = item;
    }
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
            let mut order = Order::default();
            for places in [1, u64::MAX >> shift, u64::MAX] {
                prop_assert_eq!(order.of(items.iter().copied(), places, |item| *item), &*expected);
            }
        }
    }
}
