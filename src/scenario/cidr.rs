//! Ranges of IP addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::problem::Problem;

/// A range of addresses, `203.0.113.0/24` or `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    first: IpAddr,
    fixed: u32,
}

impl Cidr {
    /// Reads a range.
    ///
    /// # Errors
    ///
    /// A problem, when it is none, or when it starts in the middle.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let range = text.split_once('/').and_then(|(address, fixed)| {
            let range = Self { first: address.parse().ok()?, fixed: fixed.parse().ok()? };
            (range.fixed <= range.width()).then_some(range)
        });
        let Some(range) = range else {
            return Err(Problem::new(format!("`{text}` is not a range of addresses")).hint("write `203.0.113.0/24`"));
        };
        let whole = Self { first: range.at(0), ..range };
        if whole == range {
            return Ok(range);
        }
        let problem = Problem::new(format!("`{text}` does not start at the first address of its range"));
        Err(problem.meant(Some(&whole.to_string())))
    }

    /// How many bits of an address are free: the range holds 2 to that power.
    #[must_use]
    pub fn free_bits(&self) -> u32 {
        self.width() - self.fixed
    }

    /// The address at this place in the range, counted from 0; places beyond the end begin again.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the bits of an IPv4 address are 32")]
    pub fn at(&self, place: u128) -> IpAddr {
        let free = u128::MAX.checked_shr(128 - self.free_bits()).unwrap_or(0);
        let bits = |first: u128| (first & !free) | (place & free);
        match self.first {
            IpAddr::V4(first) => IpAddr::V4(Ipv4Addr::from_bits(bits(first.to_bits().into()) as u32)),
            IpAddr::V6(first) => IpAddr::V6(Ipv6Addr::from_bits(bits(first.to_bits()))),
        }
    }

    fn width(&self) -> u32 {
        if self.first.is_ipv4() { 32 } else { 128 }
    }
}

/// Writes the range as it is read.
impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.fixed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_written() {
        for text in ["203.0.113.0/24", "10.0.0.1/32", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1/128"] {
            assert_eq!(Cidr::parse(text).unwrap().to_string(), text);
        }
        for text in ["203.0.113.0", "203.0.113/24", "203.0.113.0/33", "::/129", "a/8", "", "1.2.3.4/-1"] {
            assert_eq!(Cidr::parse(text).unwrap_err().what, format!("`{text}` is not a range of addresses"));
        }
        assert_eq!(Cidr::parse("203.0.113.7/24").unwrap_err().hint.as_deref(), Some("did you mean `203.0.113.0/24`?"));
    }

    #[test]
    fn addresses_lie_in_their_range() {
        for (range, place, address) in [
            ("203.0.113.0/24", 7, "203.0.113.7"),
            ("203.0.113.0/24", 256 + 7, "203.0.113.7"),
            ("10.0.0.1/32", 5, "10.0.0.1"),
            ("0.0.0.0/0", u128::MAX, "255.255.255.255"),
            ("2001:db8::/32", 1, "2001:db8::1"),
            ("::/0", u128::MAX, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ] {
            assert_eq!(Cidr::parse(range).unwrap().at(place).to_string(), address);
        }
    }
}
