//! A leaf of the schema: a column with the values of the rows that were taken out last.

use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::Result as Said;
use parquet::schema::types::ColumnDescPtr;

use super::Broken;
use super::ask::ask;
use super::value::{Kind, Plain, Value};

/// A column, and where in it reading has come to.
pub(super) struct Leaf {
    column: ColumnDescPtr,
    pub(super) kind: Kind,
    values: Box<dyn Values>,
    /// How much of the way from the root to this leaf is there, place by place; empty when all of it always is.
    definitions: Vec<i16>,
    /// In which of the lists around the leaf a place goes on, from 1; 0 begins a row. Empty without lists.
    repetitions: Vec<i16>,
    /// How many places there are, and values in them.
    places: usize,
    place: usize,
    value: usize,
}

/// The values of a column, without the places that have none.
trait Values {
    /// Takes so many rows out, and says how many rows and places they are.
    fn fill(&mut self, rows: usize, definitions: &mut Vec<i16>, repetitions: &mut Vec<i16>) -> Said<(usize, usize)>;

    fn get(&self, index: usize) -> Option<Value<'_>>;
}

struct Typed<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
}

impl<T: DataType> Values for Typed<T>
where
    T::T: Plain,
{
    fn fill(&mut self, rows: usize, definitions: &mut Vec<i16>, repetitions: &mut Vec<i16>) -> Said<(usize, usize)> {
        self.values.clear();
        let (rows, _, places) =
            self.reader.read_records(rows, Some(definitions), Some(repetitions), &mut self.values)?;
        Ok((rows, places))
    }

    fn get(&self, index: usize) -> Option<Value<'_>> {
        self.values.get(index).map(Plain::plain)
    }
}

impl Leaf {
    pub(super) fn new(column: ColumnDescPtr, pages: Box<dyn PageReader>) -> Self {
        let kind = Kind::of(&column);
        let values = typed(get_column_reader(column.clone(), pages));
        Self { column, kind, values, definitions: vec![], repetitions: vec![], places: 0, place: 0, value: 0 }
    }

    /// The names on the way to it.
    pub(super) fn name(&self) -> String {
        self.column.path().string()
    }

    /// Forgets the rows it has and takes so many others out, or fewer at the end.
    pub(super) fn fill(&mut self, rows: usize) -> Result<usize, Broken> {
        self.definitions.clear();
        self.repetitions.clear();
        (self.place, self.value) = (0, 0);
        let name = self.column.path();
        let (rows, places) = ask(format_args!("column `{}`", name.string()), || {
            self.values.fill(rows, &mut self.definitions, &mut self.repetitions)
        })?;
        self.places = places;
        Ok(rows)
    }

    /// Whether all places have been passed.
    pub(super) fn is_empty(&self) -> bool {
        self.place >= self.places
    }

    /// How much of the way to the leaf is there.
    pub(super) fn definition(&self) -> Option<i16> {
        let always = (!self.is_empty()).then(|| self.column.max_def_level());
        if self.column.max_def_level() == 0 { always } else { self.definitions.get(self.place).copied() }
    }

    /// In which list this place goes on; 0 at the end of the rows too.
    pub(super) fn repetition(&self) -> i16 {
        self.repetitions.get(self.place).copied().unwrap_or(0)
    }

    /// The value at this place, if it has one.
    pub(super) fn value(&self) -> Option<Value<'_>> {
        let is_there = self.definition()? == self.column.max_def_level();
        is_there.then(|| self.values.get(self.value)).flatten()
    }

    /// Goes on by a place.
    pub(super) fn pass(&mut self) {
        self.value += usize::from(self.definition() == Some(self.column.max_def_level()));
        self.place += 1;
    }
}

fn typed(reader: ColumnReader) -> Box<dyn Values> {
    const fn of<T: DataType>(reader: ColumnReaderImpl<T>) -> Typed<T> {
        Typed { reader, values: Vec::new() }
    }
    match reader {
        ColumnReader::BoolColumnReader(reader) => Box::new(of(reader)),
        ColumnReader::Int32ColumnReader(reader) => Box::new(of(reader)),
        ColumnReader::Int64ColumnReader(reader) => Box::new(of(reader)),
        ColumnReader::Int96ColumnReader(reader) => Box::new(of(reader)),
        ColumnReader::FloatColumnReader(reader) => Box::new(of(reader)),
        ColumnReader::DoubleColumnReader(reader) => Box::new(of(reader)),
        ColumnReader::ByteArrayColumnReader(reader) => Box::new(of(reader)),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => Box::new(of(reader)),
    }
}
