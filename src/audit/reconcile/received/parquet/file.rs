//! A Parquet file: its footer, and the columns of its row groups.

use std::fs;
use std::sync::Arc;

use parquet::basic::CompressionCodec;
use parquet::column::page::PageReader;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::SchemaDescriptor;

use super::Broken;
use super::ask::ask;
use super::broken::{refused, wrong};
use super::leaf::Leaf;
use super::zstd::Unpacked;

/// How many rows are taken out of a row group at once.
const TOGETHER: usize = 1_024;

/// A file whose footer has been read.
pub(super) struct File {
    bytes: Arc<fs::File>,
    metadata: ParquetMetaData,
}

/// Some columns of a row group.
pub(super) struct Group {
    pub(super) leaves: Vec<Leaf>,
    /// How many bytes of the file all columns take, those too that are not read.
    pub(super) bytes: u64,
    /// How many rows have not been taken out yet.
    left: u64,
}

impl File {
    pub(super) fn open(file: fs::File) -> Result<Self, Broken> {
        let metadata = ask("the footer at its end", || ParquetMetaDataReader::new().parse_and_finish(&file))?;
        Ok(Self { bytes: Arc::new(file), metadata })
    }

    pub(super) fn schema(&self) -> &SchemaDescriptor {
        self.metadata.file_metadata().schema_descr()
    }

    pub(super) fn groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    /// The first row group that is not empty.
    pub(super) fn first_group(&self) -> Option<usize> {
        self.metadata.row_groups().iter().position(|group| group.num_rows() > 0)
    }

    /// Columns of a row group, in the order in which they are named.
    pub(super) fn group(&self, number: usize, leaves: &[usize]) -> Result<Group, Broken> {
        let group = self.metadata.row_group(number);
        let left = u64::try_from(group.num_rows()).map_err(|_| wrong("a row group of fewer than no rows"))?;
        let leaf = |index: &usize| {
            let column = group.columns().get(*index).ok_or_else(|| wrong("a row group lacks a column"))?;
            Ok(Leaf::new(self.schema().column(*index), self.pages(column)?))
        };
        let leaves = leaves.iter().map(leaf).collect::<Result<_, Broken>>()?;
        let bytes = group.columns().iter().map(|column| u64::try_from(column.compressed_size()).unwrap_or(0)).sum();
        Ok(Group { leaves, bytes, left })
    }

    /// The pages of a column, unpacked.
    fn pages(&self, column: &ColumnChunkMetaData) -> Result<Box<dyn PageReader>, Broken> {
        let name = column.column_path().string();
        if let codec @ (CompressionCodec::LZO | CompressionCodec::BROTLI) = column.compression_codec() {
            let what = "which is not read here; write it with snappy, gzip, lz4, zstd or none";
            return Err(refused(format_args!("column `{name}` is compressed with {codec:?}, {what}")));
        }
        let read = |column: &ColumnChunkMetaData| SerializedPageReader::new(Arc::clone(&self.bytes), column, 0, None);
        ask(format_args!("column `{name}`"), || match column.compression_codec() {
            CompressionCodec::ZSTD => {
                let raw =
                    column.clone().into_builder().set_compression_codec(CompressionCodec::UNCOMPRESSED).build()?;
                Ok(Box::new(Unpacked(read(&raw)?)) as Box<dyn PageReader>)
            }
            _ => Ok(Box::new(read(column)?)),
        })
    }
}

impl Group {
    /// Takes the next rows out of all columns, and says how many they are; `None` at the end.
    pub(super) fn fill(&mut self) -> Result<Option<u64>, Broken> {
        let wanted = self.left.min(TOGETHER as u64);
        for leaf in &mut self.leaves {
            let rows = leaf.fill(wanted as usize)? as u64;
            if rows != wanted {
                return Err(wrong(format_args!("column `{}` ends {} rows early", leaf.name(), self.left - rows)));
            }
        }
        self.left -= wanted;
        Ok((wanted > 0).then_some(wanted))
    }
}
