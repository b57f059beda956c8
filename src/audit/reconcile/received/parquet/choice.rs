//! Which columns have to be read.

use parquet::basic::Type;
use parquet::schema::types::SchemaDescriptor;

use super::super::rows::is_event_id;
use super::super::{Broken, Finder};
use super::broken::refused;
use super::file::File;
use super::leaf::Leaf;
use super::tree::Node;
use super::value::Value;

/// The columns to be read, and what to make of them.
pub(super) struct Choice {
    pub(super) leaves: Vec<usize>,
    pub(super) way: Way,
}

pub(super) enum Way {
    /// The first column is the eventID, and the second one, if there is one, the time of arrival.
    Ids,
    /// Row by row, and where in a row to look.
    Whole(Node, Finder),
}

impl Choice {
    /// Looks at the names of the columns, and at the first rows.
    pub(super) fn of(file: &File, finder: &Finder) -> Result<Self, Broken> {
        let schema = file.schema();
        let asked = |path: &Option<String>| path.as_ref().map_or(Ok(None), |path| column(schema, path));
        let (id, arrival) = (asked(&finder.id)?, asked(&finder.arrival)?);
        // The rows have the names as the file spells them.
        let spelt = |leaf: Option<usize>, path: &Option<String>| {
            leaf.map(|leaf| schema.column(leaf).path().string()).or_else(|| path.clone())
        };
        let exact = Finder { id: spelt(id, &finder.id), arrival: spelt(arrival, &finder.arrival), ..finder.clone() };
        let id = if finder.id.is_some() { id } else { event_ids(file, finder)? };
        let few: Vec<usize> = id.into_iter().chain(arrival).collect();
        let are_enough = few.len() == 1 + usize::from(finder.arrival.is_some());
        let may_hold_records =
            |leaf: usize| !few.contains(&leaf) && schema.column(leaf).physical_type() == Type::BYTE_ARRAY;
        if are_enough && (finder.ids_only || !(0..schema.num_columns()).any(may_hold_records)) {
            return Ok(Self { leaves: few, way: Way::Ids });
        }
        let leaves = (0..schema.num_columns()).collect();
        Ok(Self { leaves, way: Way::Whole(Node::root(schema.root_schema()), exact) })
    }
}

/// The column of a path, as long as it is in no list; `None` when the path leads into a list or a text.
fn column(schema: &SchemaDescriptor, path: &str) -> Result<Option<usize>, Broken> {
    let wanted = path.strip_prefix('/').map_or_else(|| path.to_owned(), |pointer| pointer.replace('/', "."));
    let found = schema
        .columns()
        .iter()
        .position(|column| column.max_rep_level() == 0 && column.path().string().eq_ignore_ascii_case(&wanted));
    let names: Vec<&str> = schema.root_schema().get_fields().iter().map(|field| field.name()).collect();
    let leads_into = |name: &&str| wanted.get(..name.len()).is_some_and(|front| front.eq_ignore_ascii_case(name));
    match found {
        None if !names.iter().any(leads_into) => {
            Err(refused(format_args!("there is no column `{path}`, only {}", names.join(", "))))
        }
        found => Ok(found),
    }
}

/// The column whose values open with the seal: one that is called as eventIDs are, else the only one.
fn event_ids(file: &File, finder: &Finder) -> Result<Option<usize>, Broken> {
    let schema = file.schema();
    let is_text = |leaf: &usize| {
        let column = schema.column(*leaf);
        let is_text = matches!(column.physical_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY);
        is_text && column.max_rep_level() == 0
    };
    let texts: Vec<usize> = (0..schema.num_columns()).filter(is_text).collect();
    let Some(number) = file.first_group() else { return Ok(None) };
    let mut group = file.group(number, &texts)?;
    group.fill()?;
    let opens = |leaf: &mut Leaf| {
        let mut is_open = false;
        while !is_open && !leaf.is_empty() {
            is_open = leaf.value().and_then(Value::uuid).and_then(|id| finder.seal.open(id)).is_some();
            leaf.pass();
        }
        is_open
    };
    let ours = texts.into_iter().zip(&mut group.leaves).filter_map(|(leaf, values)| opens(values).then_some(leaf));
    let ours: Vec<usize> = ours.collect();
    let named = ours.iter().find(|leaf| is_event_id(&schema.column(**leaf).path().string()));
    Ok(named.or_else(|| ours.first().filter(|_| ours.len() == 1)).copied())
}
