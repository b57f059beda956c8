//! Reading one section of a scenario file, and keeping what is wrong with it.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::asked::{Asked, Place, Source};
use super::fields::{self, TOP, header};
use super::problem::Problem;
use super::value::expected;
use crate::mistake::Mistake;

/// The file being read, and every mistake in it so far with the section it is in.
pub(super) struct Reader {
    source: Arc<Source>,
    mistakes: RefCell<Vec<(&'static str, Mistake)>>,
}

/// A section, or its absence.
pub(super) struct Section<'a> {
    reader: &'a Reader,
    name: &'static str,
    table: Option<&'a DeTable<'a>>,
    /// Where its header stands.
    pub(super) place: Option<Place>,
}

impl Reader {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self { source, mistakes: RefCell::default() }
    }

    /// The part above the first section.
    pub(super) fn top<'a>(&'a self, table: &'a DeTable<'a>) -> Section<'a> {
        Section::open(self, TOP, table, None)
    }

    /// Whether nothing is wrong in a section.
    pub(super) fn is_sound(&self, section: &str) -> bool {
        self.mistakes.borrow().iter().all(|(name, _)| *name != section)
    }

    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes.into_inner().into_iter().map(|(_, mistake)| mistake).collect()
    }

    fn place(&self, bytes: Range<usize>) -> Place {
        Place::File(Arc::clone(&self.source), bytes)
    }
}

impl<'a> Section<'a> {
    fn open(reader: &'a Reader, name: &'static str, table: &'a DeTable<'a>, place: Option<Place>) -> Self {
        let section = Self { reader, name, table: Some(table), place };
        for key in table.keys() {
            if let Err(problem) = fields::check(name, key.get_ref()) {
                section.wrong(key.span(), problem);
            }
        }
        section
    }

    /// The value of a key.
    pub(super) fn get<T>(&self, key: &str, read: impl FnOnce(&DeValue) -> Result<T, Problem>) -> Option<Asked<T>> {
        self.read(self.table?.get(key)?, read)
    }

    /// The values in the list of a key, each with its own place.
    pub(super) fn list<T>(&self, key: &str, read: impl Fn(&DeValue) -> Result<T, Problem>) -> Vec<Asked<T>> {
        let Some(value) = self.table.and_then(|table| table.get(key)) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.read(item, &read)).collect(),
            other => {
                self.wrong(value.span(), expected("a list", other));
                Vec::new()
            }
        }
    }

    /// A list that is not empty, when it is there.
    pub(super) fn full_list<T>(&self, key: &str, read: impl Fn(&DeValue) -> Result<T, Problem>) -> Vec<Asked<T>> {
        let value = self.table.and_then(|table| table.get(key));
        if let Some(value) = value.filter(|value| value.get_ref().as_array().is_some_and(|items| items.is_empty())) {
            let problem = Problem::new(format!("`{key}` is an empty list"));
            self.wrong(value.span(), problem.hint("leave it out to get the default"));
        }
        self.list(key, read)
    }

    /// The pairs in the table of a key, and the place of the table.
    pub(super) fn pairs<T>(
        &self,
        key: &str,
        read_name: impl Fn(&str) -> Result<(), Problem>,
        read: impl Fn(&str, &DeValue) -> Result<T, Problem>,
    ) -> Option<Asked<Vec<(String, T)>>> {
        let value = self.table?.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value.span(), expected("a table", value.get_ref()));
            return None;
        };
        let mut pairs = Vec::new();
        for (name, value) in table {
            match read_name(name.get_ref()) {
                Err(problem) => self.wrong(name.span(), problem),
                Ok(()) => pairs.extend(
                    self.read(value, |value| read(name.get_ref(), value))
                        .map(|asked| (name.get_ref().to_string(), asked.value)),
                ),
            }
        }
        Some(Asked { value: pairs, place: self.reader.place(value.span()) })
    }

    /// The section of this name.
    pub(super) fn section(&self, name: &'static str) -> Section<'a> {
        let missing = Section { reader: self.reader, name, table: None, place: None };
        match self.table.and_then(|table| table.get(name)) {
            None => missing,
            Some(value) => self.open_value(name, value).unwrap_or(missing),
        }
    }

    /// All sections of this name, which is written in double brackets.
    pub(super) fn sections(&self, name: &'static str) -> Vec<Section<'a>> {
        let Some(value) = self.table.and_then(|table| table.get(name)) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.open_value(name, item)).collect(),
            other => {
                self.wrong(value.span(), expected(&header(name), other));
                Vec::new()
            }
        }
    }

    /// Of two keys that say the same thing in different ways, the one that is there.
    pub(super) fn either<T>(&self, one: (&str, Option<Asked<T>>), other: (&str, Option<Asked<T>>)) -> Option<Asked<T>> {
        match (one.1, other.1) {
            (Some(_), Some(second)) => {
                let problem = Problem::new(format!("`{}` and `{}` exclude each other", one.0, other.0));
                self.report(&second.place, problem.hint("remove one of them"));
                None
            }
            (first, second) => first.or(second),
        }
    }

    fn open_value(&self, name: &'static str, value: &'a Spanned<DeValue<'a>>) -> Option<Section<'a>> {
        match value.get_ref() {
            DeValue::Table(table) => {
                Some(Section::open(self.reader, name, table, Some(self.reader.place(value.span()))))
            }
            other => {
                self.wrong(value.span(), expected(&header(name), other));
                None
            }
        }
    }

    fn read<T>(&self, value: &Spanned<DeValue>, read: impl FnOnce(&DeValue) -> Result<T, Problem>) -> Option<Asked<T>> {
        let place = self.reader.place(value.span());
        match read(value.get_ref()) {
            Ok(value) => Some(Asked { value, place }),
            Err(problem) => {
                self.report(&place, problem);
                None
            }
        }
    }

    fn wrong(&self, bytes: Range<usize>, problem: Problem) {
        self.report(&self.reader.place(bytes), problem);
    }

    /// Keeps what is wrong at a place in this section.
    pub(super) fn report(&self, place: &Place, problem: Problem) {
        self.reader.mistakes.borrow_mut().push((self.name, place.mistake(problem)));
    }
}
