//! The schema as a tree, and a row written along it.
//!
//! A column keeps with each value how much of the way from the root is there, and in which list it goes on. From both
//! follows what is null and where lists end. <https://parquet.apache.org/docs/file-format/nestedencoding>

use std::ops::Range;

use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::schema::types::Type;

use super::leaf::Leaf;
use super::value::string;

/// A node of the schema.
pub(super) struct Node {
    /// Its name, as JSON writes it before a value.
    name: Vec<u8>,
    /// From which definition on it is there; `None` when it always is.
    there: Option<i16>,
    /// The leaves below it.
    leaves: Range<usize>,
    shape: Shape,
}

enum Shape {
    Leaf,
    Group(Vec<Node>),
    List(List, Box<Node>),
    /// A list of keys, each with a value.
    Map(List, Box<[Node; 2]>),
}

/// A list has something in it from this definition on, and goes on where places repeat at its depth.
#[derive(Clone, Copy)]
struct List {
    filled: i16,
    depth: i16,
}

/// Where in the schema a node lies.
#[derive(Clone, Copy)]
struct At {
    definition: i16,
    depth: i16,
    leaf: usize,
}

impl Node {
    /// The tree of a file.
    pub(super) fn root(schema: &Type) -> Self {
        group(schema, At { definition: 0, depth: 0, leaf: 0 }, None)
    }

    /// Writes the row at which the leaves stand, and passes it; `None` when they end within it.
    pub(super) fn write(&self, leaves: &mut [Leaf], out: &mut Vec<u8>) -> Option<()> {
        if self.leaves.is_empty() {
            out.extend_from_slice(b"{}");
            return Some(());
        }
        let definition = leaves[self.leaves.start].definition()?;
        if self.there.is_some_and(|there| definition < there) {
            self.pass(leaves);
            out.extend_from_slice(b"null");
            return Some(());
        }
        match &self.shape {
            Shape::Leaf => {
                let leaf = &mut leaves[self.leaves.start];
                leaf.value()?.write(leaf.kind, out);
                leaf.pass();
                Some(())
            }
            Shape::Group(members) => between(*b"{}", out, |out| {
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(&member.name);
                    member.write(leaves, out)?;
                }
                Some(())
            }),
            Shape::List(list, element) => {
                between(*b"[]", out, |out| self.each(*list, leaves, out, |leaves, out| element.write(leaves, out)))
            }
            Shape::Map(list, entry) => between(*b"{}", out, |out| {
                self.each(*list, leaves, out, |leaves, out| {
                    entry[0].write_key(leaves, out)?;
                    entry[1].write(leaves, out)
                })
            }),
        }
    }

    /// Goes through the elements of a list.
    fn each(
        &self,
        list: List,
        leaves: &mut [Leaf],
        out: &mut Vec<u8>,
        mut write: impl FnMut(&mut [Leaf], &mut Vec<u8>) -> Option<()>,
    ) -> Option<()> {
        let first = self.leaves.start;
        if leaves[first].definition()? < list.filled {
            self.pass(leaves);
            return Some(());
        }
        loop {
            write(leaves, out)?;
            if leaves[first].repetition() < list.depth {
                return Some(());
            }
            out.push(b',');
        }
    }

    /// Writes the key of an entry, which is a text whatever its type is.
    fn write_key(&self, leaves: &mut [Leaf], out: &mut Vec<u8>) -> Option<()> {
        let start = out.len();
        self.write(leaves, out)?;
        if out.get(start) != Some(&b'"') {
            let key = String::from_utf8_lossy(&out[start..]).into_owned();
            out.truncate(start);
            string(&key, out);
        }
        out.push(b':');
        Some(())
    }

    /// Passes a place of each leaf, which is what something that is not there takes.
    fn pass(&self, leaves: &mut [Leaf]) {
        leaves[self.leaves.clone()].iter_mut().for_each(Leaf::pass);
    }
}

/// Writes between two brackets.
fn between(brackets: [u8; 2], out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
    out.push(brackets[0]);
    write(out)?;
    out.push(brackets[1]);
    Some(())
}

/// A field of the schema, whose leaves begin there.
fn field(schema: &Type, mut at: At) -> Node {
    match schema.get_basic_info().repetition() {
        Repetition::REQUIRED => one(schema, at, None),
        Repetition::OPTIONAL => {
            at.definition += 1;
            one(schema, at, Some(at.definition))
        }
        // Without the groups that usually stand around it, it is a list that is always there.
        Repetition::REPEATED => {
            let (list, at) = within(at);
            around(schema.name(), None, list, one(schema, at, None))
        }
    }
}

/// A node that is not repeated, or one element of a repeated one.
fn one(schema: &Type, at: At, there: Option<i16>) -> Node {
    if schema.is_primitive() {
        return Node { name: name(schema.name()), there, leaves: at.leaf..at.leaf + 1, shape: Shape::Leaf };
    }
    let (logical, converted) = (schema.get_basic_info().logical_type_ref(), schema.get_basic_info().converted_type());
    let is_list = logical == Some(&LogicalType::List) || converted == ConvertedType::LIST;
    let is_map =
        logical == Some(&LogicalType::Map) || matches!(converted, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE);
    match schema.get_fields() {
        [inner] if is_list && is_repeated(inner) => {
            let (list, at) = within(at);
            let element = match inner.is_primitive() || is_element(inner) {
                true => one(inner, at, None),
                false => field(&inner.get_fields()[0], at),
            };
            around(schema.name(), there, list, element)
        }
        [inner] if is_map && is_repeated(inner) && inner.is_group() && inner.get_fields().len() == 2 => {
            let (list, at) = within(at);
            let key = field(&inner.get_fields()[0], at);
            let value = field(&inner.get_fields()[1], At { leaf: key.leaves.end, ..at });
            let leaves = key.leaves.start..value.leaves.end;
            Node { name: name(schema.name()), there, leaves, shape: Shape::Map(list, Box::new([key, value])) }
        }
        _ => group(schema, at, there),
    }
}

fn group(schema: &Type, at: At, there: Option<i16>) -> Node {
    let mut end = at.leaf;
    let mut members = Vec::new();
    for inner in schema.get_fields() {
        let member = field(inner, At { leaf: end, ..at });
        end = member.leaves.end;
        members.push(member);
    }
    Node { name: name(schema.name()), there, leaves: at.leaf..end, shape: Shape::Group(members) }
}

fn around(list_name: &str, there: Option<i16>, list: List, element: Node) -> Node {
    let leaves = element.leaves.clone();
    Node { name: name(list_name), there, leaves, shape: Shape::List(list, Box::new(element)) }
}

/// The list that begins here, and where its elements lie.
const fn within(at: At) -> (List, At) {
    let inner = At { definition: at.definition + 1, depth: at.depth + 1, leaf: at.leaf };
    (List { filled: inner.definition, depth: inner.depth }, inner)
}

fn is_repeated(schema: &Type) -> bool {
    schema.get_basic_info().repetition() == Repetition::REPEATED
}

/// Whether a repeated group in a list is itself the element, as older writers have it, and not around it.
fn is_element(group: &Type) -> bool {
    group.get_fields().len() != 1 || group.name() == "array" || group.name().ends_with("_tuple")
}

fn name(name: &str) -> Vec<u8> {
    let mut quoted = Vec::new();
    string(name, &mut quoted);
    quoted.push(b':');
    quoted
}
