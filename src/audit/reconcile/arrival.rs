//! Times of arrival, in the forms in which stores write them.

use crate::clock::Time;

/// Reads a time: RFC 3339, the same with a blank and perhaps without a zone (UTC then), or a number of seconds,
/// milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
pub(super) fn time(text: &str) -> Option<Time> {
    let text = text.trim();
    if let Some(time) = number(text) {
        return Some(time);
    }
    let text = text.replacen(' ', "T", 1).replace(" UTC", "Z").replace(' ', "");
    let zoned = [text.clone(), format!("{text}Z"), format!("{text}:00")];
    // `+00` and `+0000` are zones too.
    let spelt = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at)).map(|at| {
        let (front, minutes) = text.split_at(at);
        format!("{front}:{minutes}")
    });
    zoned.into_iter().chain(spelt).find_map(|text| Time::parse(&text, Time(0)))
}

fn number(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    fraction.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    let milliseconds: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(Time(match number.unsigned_abs() {
        0..=99_999_999_999 => number * 1_000 + milliseconds,
        100_000_000_000..=99_999_999_999_999 => number,
        100_000_000_000_000..=99_999_999_999_999_999 => number / 1_000,
        _ => number / 1_000_000,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_form_is_read() {
        let noon = Some(Time(1_772_452_800_000));
        for text in [
            "2026-03-02T12:00:00Z",
            "2026-03-02T13:00:00+01:00",
            "2026-03-02T12:00:00.000+0000",
            "2026-03-02 12:00:00",
            "2026-03-02 12:00:00.000 UTC",
            "2026-03-02 13:00:00+01",
            "1772452800",
            "1772452800.000",
            "1772452800000",
            "1772452800000000",
            "1772452800000000000",
        ] {
            assert_eq!(time(text), noon, "{text}");
        }
        assert_eq!(time("1772452800.25"), Some(Time(1_772_452_800_250)));
        for text in ["", "soon", "ü", "2026-03-02", "1772452800.x"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
