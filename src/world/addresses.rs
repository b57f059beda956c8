//! Where calls come from: places with addresses of their own.

use std::net::IpAddr;

use crate::scenario::Cidr;
use crate::seed::Key;

/// The address of the place with this number, from the ranges that the user allows.
#[must_use]
pub(super) fn address(pool: &[Cidr], key: Key) -> IpAddr {
    let range = key.at(0).pick(pool);
    let bits = range.free_bits();
    let draw = u128::from(key.at(1).draw()) << 64 | u128::from(key.at(2).draw());
    let place = if bits >= 128 { draw } else { draw & ((1 << bits) - 1) };
    // The first and last address of an IPv4 network are nobody's.
    let hosts = 1_u128.checked_shl(bits).unwrap_or(u128::MAX);
    range.at(if hosts > 2 { place.clamp(1, hosts - 2) } else { place })
}
