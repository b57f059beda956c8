//! A value of a column, and how it stands in JSON.

use std::fmt::Display;
use std::io::Write as _;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::schema::types::ColumnDescriptor;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::super::event_id;
use crate::clock::{DAY, Time};

/// A value as it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Bool(bool),
    Whole(i64),
    /// Milliseconds since 1970.
    Instant(i64),
    Single(f32),
    Double(f64),
    Bytes(&'a [u8]),
    /// Bytes of a length that all values of the column share.
    Fixed(&'a [u8]),
}

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What they are.
    Plain,
    /// Numbers of so many bits without a sign.
    Unsigned(u32),
    /// Instants: so many nanoseconds times the value.
    Instant(i64),
    /// Days since 1970.
    Date,
    /// Numbers with so many digits behind the point.
    Decimal(usize),
    Json,
}

impl Kind {
    pub(super) fn of(column: &ColumnDescriptor) -> Self {
        let scale = || usize::try_from(column.type_scale()).unwrap_or(0);
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(stamp)), _) => Self::Instant(match stamp.unit {
                TimeUnit::MILLIS => 1_000_000,
                TimeUnit::MICROS => 1_000,
                TimeUnit::NANOS => 1,
            }),
            (_, ConvertedType::TIMESTAMP_MILLIS) => Self::Instant(1_000_000),
            (_, ConvertedType::TIMESTAMP_MICROS) => Self::Instant(1_000),
            (_, ConvertedType::DATE) => Self::Date,
            (_, ConvertedType::DECIMAL) => Self::Decimal(scale()),
            (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32) => Self::Unsigned(32),
            (_, ConvertedType::UINT_64) => Self::Unsigned(64),
            (Some(LogicalType::Json), _) | (_, ConvertedType::JSON) => Self::Json,
            _ => Self::Plain,
        }
    }
}

impl Value<'_> {
    /// The UUID that it is.
    pub(super) fn uuid(self) -> Option<Uuid> {
        match self {
            Self::Bytes(text) => event_id::uuid(text),
            Self::Fixed(bytes) => Uuid::from_slice(bytes).ok(),
            _ => None,
        }
    }

    /// Writes it as JSON.
    pub(super) fn write(self, kind: Kind, out: &mut Vec<u8>) {
        let number = |number: &dyn Display, out: &mut Vec<u8>| write!(out, "{number}").expect("memory takes all");
        match (self, kind) {
            (Self::Bool(value), _) => number(&value, out),
            (Self::Whole(value), Kind::Unsigned(bits)) => number(&(value as u64 & u64::MAX >> (64 - bits)), out),
            (Self::Whole(value), Kind::Instant(unit)) => {
                string(&instant(i128::from(value) * i128::from(unit) / 1_000_000), out);
            }
            (Self::Instant(value), _) => string(&instant(value.into()), out),
            (Self::Whole(value), Kind::Date) => string(&instant(i128::from(value) * i128::from(DAY))[..10], out),
            (Self::Whole(value), Kind::Decimal(scale)) => number(&decimal(value.into(), scale), out),
            (Self::Whole(value), _) => number(&value, out),
            (Self::Single(value), _) if value.is_finite() => number(&value, out),
            (Self::Double(value), _) if value.is_finite() => number(&value, out),
            (Self::Single(_) | Self::Double(_), _) => out.extend_from_slice(b"null"),
            (Self::Bytes(bytes) | Self::Fixed(bytes), Kind::Decimal(scale)) => {
                number(&decimal(big_endian(bytes), scale), out);
            }
            (Self::Bytes(bytes), Kind::Json) if serde_json::from_slice::<IgnoredAny>(bytes).is_ok() => {
                out.extend_from_slice(bytes);
            }
            (Self::Fixed(bytes), _) if bytes.len() == 16 => {
                string(&Uuid::from_slice(bytes).unwrap_or_default().to_string(), out);
            }
            (Self::Bytes(bytes) | Self::Fixed(bytes), _) => string(&String::from_utf8_lossy(bytes), out),
        }
    }
}

/// Writes a text with its quotes.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("memory takes all");
}

/// An instant in milliseconds as CloudTrail writes it.
fn instant(milliseconds: i128) -> String {
    let latest = Time::parse("9999-12-31T23:59:59Z", Time(0)).expect("that is a time").0.into();
    let earliest = Time::parse("0001-01-01T00:00:00Z", Time(0)).expect("that is a time").0.into();
    Time(milliseconds.clamp(earliest, latest) as i64).to_string()
}

/// A whole number with a point so many digits before its end.
fn decimal(value: i128, scale: usize) -> String {
    let (sign, digits) = (if value < 0 { "-" } else { "" }, value.unsigned_abs().to_string());
    let digits = format!("{digits:0>width$}", width = scale + 1);
    match digits.split_at(digits.len() - scale) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

/// A number in two's complement; of more than 16 bytes, the last ones.
fn big_endian(bytes: &[u8]) -> i128 {
    let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte))
}

/// A type in which the library hands values out.
pub(super) trait Plain {
    fn plain(&self) -> Value<'_>;
}

impl Plain for bool {
    fn plain(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl Plain for i32 {
    fn plain(&self) -> Value<'_> {
        Value::Whole((*self).into())
    }
}

impl Plain for i64 {
    fn plain(&self) -> Value<'_> {
        Value::Whole(*self)
    }
}

impl Plain for Int96 {
    fn plain(&self) -> Value<'_> {
        Value::Instant(self.to_millis())
    }
}

impl Plain for f32 {
    fn plain(&self) -> Value<'_> {
        Value::Single(*self)
    }
}

impl Plain for f64 {
    fn plain(&self) -> Value<'_> {
        Value::Double(*self)
    }
}

impl Plain for ByteArray {
    fn plain(&self) -> Value<'_> {
        Value::Bytes(self.data())
    }
}

impl Plain for FixedLenByteArray {
    fn plain(&self) -> Value<'_> {
        Value::Fixed(self.data())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_json_as_they_are_meant() {
        let id = Uuid::from_u128(0x6a7e_8feb_b491_4cf7_a9f1_bf37_0346_7718);
        for (value, kind, json) in [
            (Value::Bool(true), Kind::Plain, "true"),
            (Value::Whole(-1), Kind::Plain, "-1"),
            (Value::Whole(-1), Kind::Unsigned(32), "4294967295"),
            (Value::Whole(-1), Kind::Unsigned(64), "18446744073709551615"),
            (Value::Whole(1_772_452_800_000), Kind::Instant(1_000_000), "\"2026-03-02T12:00:00Z\""),
            (Value::Whole(1_772_452_800_250_999), Kind::Instant(1_000), "\"2026-03-02T12:00:00.250Z\""),
            (Value::Whole(i64::MIN), Kind::Instant(1_000_000), "\"0001-01-01T00:00:00Z\""),
            (Value::Instant(1_772_452_800_000), Kind::Plain, "\"2026-03-02T12:00:00Z\""),
            (Value::Whole(20_514), Kind::Date, "\"2026-03-02\""),
            (Value::Whole(-205), Kind::Decimal(2), "-2.05"),
            (Value::Fixed(&[0xff, 0x33]), Kind::Decimal(0), "-205"),
            (Value::Double(0.5), Kind::Plain, "0.5"),
            (Value::Single(0.1), Kind::Plain, "0.1"),
            (Value::Double(f64::NAN), Kind::Plain, "null"),
            (Value::Bytes(b"a \"b\"\n"), Kind::Plain, r#""a \"b\"\n""#),
            (Value::Bytes(br#"{"a":[1]}"#), Kind::Json, r#"{"a":[1]}"#),
            (Value::Bytes(br#"{"a":"#), Kind::Json, r#""{\"a\":""#),
            (Value::Bytes(b"\xff"), Kind::Plain, "\"\u{fffd}\""),
            (Value::Fixed(id.as_bytes()), Kind::Plain, "\"6a7e8feb-b491-4cf7-a9f1-bf3703467718\""),
        ] {
            let mut out = Vec::new();
            value.write(kind, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), json, "{value:?} {kind:?}");
        }
    }
}
