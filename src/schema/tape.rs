//! A JSON value as one flat list of nodes, texts borrowed from the bytes it was read from.
//!
//! Building it costs one allocation, and walking it is a loop over neighbours. Members keep the order in which
//! they stand, and a name that stands twice stands twice here.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A JSON value, owned.
#[derive(Debug)]
pub(crate) struct Tape<'a>(Vec<Node<'a>>);

/// One value; a container is followed by what it holds, up to the node `end`.
#[derive(Debug)]
enum Node<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    Array { end: u32 },
    Object { end: u32 },
}

/// Room for the nodes of an ordinary record.
const ROOM: usize = 192;

impl Tape<'_> {
    /// The value.
    pub(crate) fn value(&self) -> Value<'_> {
        Value { nodes: &self.0, at: 0 }
    }
}

/// A value in a tape.
#[derive(Clone, Copy)]
pub(crate) struct Value<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
}

/// What a value is, as one bit, so that several can be allowed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(pub(super) u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    /// Numbers that are no integers.
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);

    pub(super) const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl<'t> Value<'t> {
    pub(super) fn kind(self) -> Kinds {
        match self.node() {
            Node::Null => Kinds::NULL,
            Node::Bool(_) => Kinds::BOOLEAN,
            Node::Integer(_) => Kinds::INTEGER,
            Node::Float(number) if number.fract() == 0.0 => Kinds::INTEGER,
            Node::Float(_) => Kinds::FRACTION,
            Node::Text(_) => Kinds::STRING,
            Node::Array { .. } => Kinds::ARRAY,
            Node::Object { .. } => Kinds::OBJECT,
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(self) -> Option<&'t str> {
        if let Node::Text(text) = self.node() { Some(text) } else { None }
    }

    pub(super) fn boolean(self) -> Option<bool> {
        if let Node::Bool(value) = self.node() { Some(*value) } else { None }
    }

    pub(super) fn number(self) -> Option<f64> {
        match self.node() {
            #[expect(clippy::cast_precision_loss, reason = "bounds in schemas are small")]
            Node::Integer(number) => Some(*number as f64),
            Node::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// The member of this name, the first of several.
    pub(crate) fn get(self, name: &str) -> Option<Self> {
        self.members().find(|(member, _)| *member == name).map(|(_, value)| value)
    }

    /// The members with their names, in order; none when it is no object.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'t str, Self)> {
        let end = if let Node::Object { end } = self.node() { *end as usize } else { 0 };
        let mut walk = Walk { nodes: self.nodes, next: self.at + 1, end };
        std::iter::from_fn(move || {
            let name = walk.step()?;
            Some((name.text().unwrap_or_default(), walk.step()?))
        })
    }

    /// The items, in order; none when it is no array.
    pub(crate) fn items(self) -> impl Iterator<Item = Self> {
        let end = if let Node::Array { end } = self.node() { *end as usize } else { 0 };
        let mut walk = Walk { nodes: self.nodes, next: self.at + 1, end };
        std::iter::from_fn(move || walk.step())
    }

    const fn node(self) -> &'t Node<'t> {
        &self.nodes[self.at]
    }
}

/// A walk over the values of a container.
struct Walk<'t> {
    nodes: &'t [Node<'t>],
    next: usize,
    end: usize,
}

impl<'t> Walk<'t> {
    fn step(&mut self) -> Option<Value<'t>> {
        if self.next >= self.end {
            return None;
        }
        let value = Value { nodes: self.nodes, at: self.next };
        self.next = match value.node() {
            Node::Array { end } | Node::Object { end } => *end as usize,
            _ => self.next + 1,
        };
        Some(value)
    }
}

/// Writes the value as compact JSON.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node() {
            Node::Null => f.write_str("null"),
            Node::Bool(value) => write!(f, "{value}"),
            Node::Integer(number) => write!(f, "{number}"),
            Node::Float(number) => write!(f, "{number}"),
            Node::Text(text) => f.write_str(&quoted(text)),
            Node::Array { .. } => {
                f.write_str("[")?;
                for (index, item) in self.items().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Node::Object { .. } => {
                f.write_str("{")?;
                for (index, (name, value)) in self.members().enumerate() {
                    write!(f, "{}{}:{value}", if index == 0 { "" } else { "," }, quoted(name))?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Tape<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let mut nodes = Vec::with_capacity(ROOM);
        Writer(&mut nodes).deserialize(reader)?;
        Ok(Self(nodes))
    }
}

/// Writes what is read to the end of a tape.
struct Writer<'w, 'a>(&'w mut Vec<Node<'a>>);

impl<'de> DeserializeSeed<'de> for Writer<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.push(Node::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.push(Node::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.push(Node::Integer(number));
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "no record counts that far")]
    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.push(i64::try_from(number).map_or(Node::Float(number as f64), Node::Integer));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.0.push(Node::Float(number));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.push(Node::Text(Cow::Borrowed(text)));
        Ok(())
    }

    /// A text with escapes, which cannot be borrowed.
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push(Node::Text(Cow::Owned(text.to_owned())));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(Node::Null);
        while items.next_element_seed(Writer(self.0))?.is_some() {}
        self.0[at] = Node::Array { end: place(self.0.len())? };
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(Node::Null);
        while members.next_key_seed(Writer(self.0))?.is_some() {
            members.next_value_seed(Writer(self.0))?;
        }
        self.0[at] = Node::Object { end: place(self.0.len())? };
        Ok(())
    }
}

fn place<E: Error>(nodes: usize) -> Result<u32, E> {
    u32::try_from(nodes).map_err(|_| E::custom("too many values"))
}
