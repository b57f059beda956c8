//! One value of a scenario file: its type, and what to say when it has another.

use toml::de::DeValue;
use toml::value::{Datetime, Time as Clock};

use super::moment::instant;
use super::problem::Problem;
use crate::clock::Time;

pub(super) fn whole(value: &DeValue) -> Result<i128, Problem> {
    let number = value.as_integer().and_then(|number| i128::from_str_radix(number.as_str(), number.radix()).ok());
    number.ok_or_else(|| expected("a whole number", value))
}

pub(super) fn number(value: &DeValue) -> Result<f64, Problem> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => return Err(expected("a number", value)),
    };
    text.parse().map_err(|_| expected("a number", value))
}

pub(super) fn switch(value: &DeValue) -> Result<bool, Problem> {
    value.as_bool().ok_or_else(|| expected("true or false", value))
}

pub(super) fn text<'a>(value: &'a DeValue) -> Result<&'a str, Problem> {
    value.as_str().ok_or_else(|| match value {
        DeValue::Integer(number) => expected("text", value).hint(format!("put it in quotes: \"{number}\"")),
        DeValue::Float(number) => expected("text", value).hint(format!("put it in quotes: \"{number}\"")),
        _ => expected("text", value),
    })
}

/// Text that follows a rule of its own.
pub(super) fn word<T>(read: impl Fn(&str) -> Result<T, Problem>) -> impl Fn(&DeValue) -> Result<T, Problem> {
    move |value| read(text(value)?)
}

/// An instant, as a TOML date-time or as text.
pub(super) fn time(value: &DeValue, now: Time) -> Result<Time, Problem> {
    match value {
        DeValue::String(text) => instant(text, now),
        DeValue::Datetime(Datetime { date: Some(date), time, offset }) => {
            let clock = clock(*time);
            match (time, offset) {
                (Some(_), Some(offset)) => instant(&format!("{date}T{clock}{offset}"), now),
                _ => Err(expected("a date, a time and a zone", value).hint(format!("in UTC: `{date}T{clock}Z`"))),
            }
        }
        _ => Err(expected("a time", value)),
    }
}

/// TOML lets the seconds be left out; RFC 3339 does not.
fn clock(time: Option<Clock>) -> Clock {
    let time = time.unwrap_or(Clock { hour: 0, minute: 0, second: None, nanosecond: None });
    Clock { second: time.second.or(Some(0)), ..time }
}

/// Says what was expected and what was found.
pub(super) fn expected(what: &str, value: &DeValue) -> Problem {
    let found = match value {
        DeValue::String(text) if text.chars().count() > 40 => {
            format!("text {:?}", text.chars().take(39).chain(['…']).collect::<String>())
        }
        DeValue::String(text) => format!("text {text:?}"),
        DeValue::Integer(number) => format!("whole number {number}"),
        DeValue::Float(number) => format!("decimal number {number}"),
        DeValue::Boolean(switch) => switch.to_string(),
        DeValue::Datetime(time) => format!("time {time}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a section".to_owned(),
    };
    Problem::new(format!("expected {what}, found {found}"))
}
