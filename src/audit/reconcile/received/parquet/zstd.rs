//! Pages compressed with zstd. The library would read them with a C library; here they pass it as if they were not
//! compressed, and are unpacked behind it.

use std::io::Read;

use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use ruzstd::decoding::StreamingDecoder;

/// No page is larger; usual ones have a megabyte.
const LARGEST: u64 = 1 << 30;

/// Pages whose contents are still to be unpacked.
pub(super) struct Unpacked<P>(pub(super) P);

impl<P: PageReader> PageReader for Unpacked<P> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.0.get_next_page()?.map(unpacked).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.0.at_record_boundary()
    }
}

impl<P: PageReader> Iterator for Unpacked<P> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

fn unpacked(mut page: Page) -> Result<Page> {
    match &mut page {
        Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => *buf = behind(buf, 0)?.into(),
        // The levels stand in front as they are.
        Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, is_compressed: true, .. } => {
            *buf = behind(buf, *def_levels_byte_len as usize + *rep_levels_byte_len as usize)?.into();
        }
        Page::DataPageV2 { .. } => {}
    }
    Ok(page)
}

/// The first bytes as they are, and what is unpacked of the others.
fn behind(packed: &[u8], plain: usize) -> Result<Vec<u8>> {
    let (plain, packed) = packed.split_at_checked(plain).ok_or_else(|| wrong(&"a page is too short"))?;
    let mut whole = plain.to_vec();
    if !packed.is_empty() {
        let reader = StreamingDecoder::new(packed).map_err(|error| wrong(&error))?;
        reader.take(LARGEST).read_to_end(&mut whole).map_err(|error| wrong(&error))?;
    }
    Ok(whole)
}

fn wrong(what: &dyn std::fmt::Display) -> ParquetError {
    ParquetError::General(format!("the zstd data is wrong: {what}"))
}
