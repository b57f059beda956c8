//! Symbols of lengths and distances.

/// Literals, end of block and lengths.
pub(super) const LITERALS: usize = 286;
/// How many symbols there are for distances.
pub(super) const DISTANCES: usize = 30;
/// The symbol that ends a block.
pub(super) const END: usize = 256;
/// The longest copy.
pub(super) const LONGEST: usize = 258;

/// The symbol of a length from 3 to 258, the number of extra bits, and their value.
pub(super) const fn of_length(length: u32) -> (u32, u32, u32) {
    let rest = length - 3;
    if rest == 255 {
        return (285, 0, 0);
    }
    let extra = if rest < 8 { 0 } else { 29 - rest.leading_zeros() };
    (257 + 4 * extra + (rest >> extra), extra, rest & ((1 << extra) - 1))
}

/// The symbol of a distance from 1 to 32768 and the number of extra bits.
#[inline(always)]
pub(super) const fn of_distance(distance: u32) -> (u32, u32) {
    let rest = distance - 1;
    let extra = 30 - (rest | 2).leading_zeros();
    (2 * extra + (rest >> extra), extra)
}
