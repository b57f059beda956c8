//! A bit for every event of a stream, and counters made of such bits.
//!
//! Bits lie in pages of a chapter each, made when the first one is set: what nobody touches takes eight bytes a page.

use crate::activity::CHAPTER;

/// The bits of one chapter.
pub(super) type Page = [u64; WORDS];

const WORDS: usize = CHAPTER as usize / 64;
/// No bit.
pub(super) const NONE: Page = [0; WORDS];

/// One bit for each ordinal.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    pages: Vec<Option<Box<Page>>>,
}

impl Marks {
    /// Turns a bit over, and says what it was.
    #[inline]
    fn flip(&mut self, ordinal: u64) -> bool {
        let (page, word, bit) = place(ordinal);
        if page >= self.pages.len() {
            self.pages.resize_with(page + 1, || None);
        }
        let word = &mut self.pages[page].get_or_insert_with(|| Box::new(NONE))[word];
        let was = *word & bit != 0;
        *word ^= bit;
        was
    }

    fn get(&self, ordinal: u64) -> bool {
        let (page, word, bit) = place(ordinal);
        self.page(page).is_some_and(|page| page[word] & bit != 0)
    }

    fn page(&self, number: usize) -> Option<&Page> {
        self.pages.get(number)?.as_deref()
    }
}

/// How often each ordinal came up: binary numbers, a plane of bits for each digit. As long as nothing comes up twice
/// there is one plane; what comes up up to three times takes two.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    planes: Vec<Marks>,
}

impl Counts {
    /// Counts an ordinal once more.
    #[inline]
    pub(super) fn add(&mut self, ordinal: u64) {
        for plane in &mut self.planes {
            if !plane.flip(ordinal) {
                return;
            }
        }
        let mut plane = Marks::default();
        plane.flip(ordinal);
        self.planes.push(plane);
    }

    /// How often an ordinal came up.
    pub(super) fn get(&self, ordinal: u64) -> u64 {
        (0..).zip(&self.planes).map(|(digit, plane)| u64::from(plane.get(ordinal)) << digit).sum()
    }

    /// The ordinals of a chapter that came up at all.
    pub(super) fn seen(&self, chapter: usize) -> Page {
        self.planes.iter().fold(NONE, |seen, plane| or(seen, plane.page(chapter)))
    }

    /// Those that came up more than once.
    pub(super) fn seen_twice(&self, chapter: usize) -> Page {
        self.planes.iter().skip(1).fold(NONE, |seen, plane| or(seen, plane.page(chapter)))
    }
}

fn or(mut page: Page, other: Option<&Page>) -> Page {
    for (word, more) in page.iter_mut().zip(other.into_iter().flatten()) {
        *word |= more;
    }
    page
}

const fn place(ordinal: u64) -> (usize, usize, u64) {
    ((ordinal / CHAPTER) as usize, (ordinal % CHAPTER / 64) as usize, 1 << (ordinal % 64))
}

/// The bits of the first so many ordinals of a chapter.
pub(super) fn first(count: u64) -> Page {
    let mut page = NONE;
    for (word, before) in page.iter_mut().zip((0..).step_by(64)) {
        *word = match count.saturating_sub(before) {
            0 => 0,
            some @ 1..64 => (1 << some) - 1,
            _ => u64::MAX,
        };
    }
    page
}

/// The bits of the one page that the other does not have.
pub(super) fn without(mut page: Page, other: &Page) -> Page {
    page.iter_mut().zip(other).for_each(|(word, gone)| *word &= !gone);
    page
}

/// How many bits are set.
pub(super) fn ones(page: &Page) -> u64 {
    page.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Whether the bit of a place in the chapter is set.
pub(super) const fn holds(page: &Page, index: u64) -> bool {
    page[index as usize / 64] & 1 << (index % 64) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_exact() {
        let mut counts = Counts::default();
        for ordinal in [0, 63, 64, 4_095, 4_096, 1_000_000_000] {
            for times in 0..20 {
                assert_eq!(counts.get(ordinal), times);
                counts.add(ordinal);
            }
        }
        counts.add(5);
        assert_eq!((counts.get(5), counts.get(6), counts.get(u64::MAX >> 20)), (1, 0, 0));
        assert_eq!((ones(&counts.seen(0)), ones(&counts.seen_twice(0)), ones(&counts.seen(7))), (5, 4, 0));
        assert!(holds(&counts.seen(0), 5) && !holds(&counts.seen_twice(0), 5));
    }

    #[test]
    fn pages_are_compared_bit_by_bit() {
        for count in [0, 1, 63, 64, 65, 4_095, 4_096] {
            assert_eq!(ones(&first(count)), count);
            assert_eq!(ones(&without(first(4_096), &first(count))), 4_096 - count);
        }
        assert!(holds(&first(65), 64) && !holds(&first(65), 65));
    }
}
