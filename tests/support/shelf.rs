//! A trail in memory.

use std::collections::BTreeMap;
use std::io::Cursor;

use mocktrail::audit::{Beside, Bytes, Error, Source};

/// Objects by their keys, and a manifest beside them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) objects: BTreeMap<String, Vec<u8>>,
    pub(crate) manifest: Option<String>,
}

impl Source for Shelf {
    fn list(&self, each: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
        self.objects.iter().for_each(|(key, bytes)| each(key, bytes.len() as u64));
        Ok(())
    }

    fn read(&self, key: &str) -> Result<Bytes<'_>, Error> {
        Ok(Box::new(Cursor::new(&self.objects[key])))
    }

    fn manifest(&self) -> Result<Option<Beside<'_>>, Error> {
        let bytes = self.manifest.as_ref().map(|text| Box::new(text.as_bytes()) as Bytes<'_>);
        Ok(bytes.map(|bytes| Beside { name: "manifest.jsonl", bytes }))
    }

    fn place(&self, key: &str) -> String {
        key.to_owned()
    }
}
