//! Whatever the calls, the member inflates to what plain memory would hold.

use std::io::Read;
use std::sync::Arc;

use proptest::prelude::*;
use uuid::Uuid;
use zlib_rs::{Inflate, InflateFlush, Status};

use super::{Encoder, Tables};
use crate::sink::{Atom, Sink};

/// One call of the renderer.
#[derive(Clone, Debug)]
enum Call {
    Repeat(usize),
    Compound(usize),
    Fresh(Vec<u8>),
    Uuid(u128),
    Similar(usize, Vec<u8>),
}

/// Atoms, compounds of them, and the calls of some files.
#[derive(Clone, Debug)]
struct Script {
    atoms: Vec<Vec<u8>>,
    compounds: Vec<Vec<usize>>,
    files: Vec<Vec<Call>>,
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    // Few different bytes make copies grow over borders; all of them make the tables work.
    prop_oneof![prop::collection::vec(b'a'..b'd', 0..most), prop::collection::vec(any::<u8>(), 0..most)]
}

fn scripts() -> impl Strategy<Value = Script> {
    let long = (1_000..70_000_usize).prop_map(|length| (0..length).map(|i| ((i * i) >> 7) as u8).collect());
    let atom = prop_oneof![12 => bytes(60), 4 => bytes(700), 1 => long];
    let atoms = prop::collection::vec(atom, 1..30);
    atoms.prop_flat_map(|atoms| {
        let count = atoms.len();
        let compounds = prop::collection::vec(prop::collection::vec(0..count, 0..6), 1..8);
        let call = prop_oneof![
            6 => (0..count).prop_map(Call::Repeat),
            3 => (0..8_usize).prop_map(Call::Compound),
            2 => bytes(40).prop_map(Call::Fresh),
            1 => any::<u128>().prop_map(Call::Uuid),
            1 => (0..count, bytes(40)).prop_map(|(atom, bytes)| Call::Similar(atom, bytes)),
        ];
        let files = prop::collection::vec(prop::collection::vec(call, 0..120), 1..5);
        (Just(atoms), compounds, files).prop_map(|(atoms, compounds, files)| Script { atoms, compounds, files })
    })
}

impl Script {
    fn numbers(&self) -> usize {
        2 * (self.atoms.len() + self.compounds.len())
    }

    fn play(&self, file: usize, out: &mut impl Sink) {
        for call in &self.files[file] {
            match call {
                Call::Repeat(atom) => out.repeat(*atom as Atom, &self.atoms[*atom]),
                Call::Fresh(bytes) => out.fresh(bytes),
                Call::Similar(atom, bytes) => {
                    out.similar((self.atoms.len() + 2 * self.compounds.len() + atom) as Atom, bytes);
                }
                Call::Uuid(id) => out.uuid(Uuid::from_u128(*id)),
                Call::Compound(which) => {
                    let which = which % self.compounds.len();
                    let (mut bytes, mut parts) = (Vec::new(), Vec::new());
                    for atom in &self.compounds[which] {
                        parts.push((*atom as Atom, bytes.len() as u32));
                        bytes.extend_from_slice(&self.atoms[*atom]);
                    }
                    out.compound((self.atoms.len() + 2 * which) as Atom, &bytes, &parts);
                }
            }
        }
    }

    fn plain(&self, file: usize) -> Vec<u8> {
        let mut plain = Vec::new();
        self.play(file, &mut plain);
        plain
    }

    /// Tables fitted to one of the files.
    fn tables(&self, file: usize) -> Arc<Tables> {
        let mut sampler = Encoder::sampler();
        sampler.begin(self.numbers(), false);
        self.play(file, &mut sampler);
        sampler.finish();
        Arc::new(sampler.fit())
    }

    fn gzip(&self, file: usize, encoder: &mut Encoder) -> Vec<u8> {
        encoder.begin(self.numbers(), false);
        self.play(file, encoder);
        let member = encoder.finish();
        assert_eq!(member.raw_len, self.plain(file).len() as u64);
        assert_eq!(member.crc32, crc32fast::hash(&self.plain(file)));
        member.gzip.to_vec()
    }
}

fn assert_inflates(gzip: &[u8], plain: &[u8]) {
    let mut inflated = Vec::new();
    let mut decoder = flate2::bufread::GzDecoder::new(gzip);
    decoder.read_to_end(&mut inflated).unwrap();
    assert!(inflated == plain, "miniz_oxide inflates other bytes");
    assert!(decoder.into_inner().is_empty(), "nothing follows the one member");
    let mut inflated = vec![0; plain.len()];
    let length = libdeflater::Decompressor::new().gzip_decompress(gzip, &mut inflated).unwrap();
    assert!(length == plain.len() && inflated == plain, "libdeflate inflates other bytes");
    let (mut inflate, mut inflated) = (Inflate::new(false, 15), vec![0; plain.len() + 1]);
    let status = inflate.decompress(&gzip[10..gzip.len() - 8], &mut inflated, InflateFlush::Finish).unwrap();
    assert!(matches!(status, Status::StreamEnd) && inflate.total_out() == plain.len() as u64);
    assert!(inflated[..plain.len()] == *plain, "zlib-rs inflates other bytes");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Two other programs inflate every file to the plain bytes; what an encoder did before does not matter.
    #[test]
    fn every_file_inflates_to_the_plain_bytes(script in scripts()) {
        let tables = script.tables(0);
        let mut busy = Encoder::with_tables(Arc::clone(&tables));
        for file in 0..script.files.len() {
            let gzip = script.gzip(file, &mut busy);
            assert_inflates(&gzip, &script.plain(file));
            prop_assert_eq!(gzip, script.gzip(file, &mut Encoder::with_tables(Arc::clone(&tables))));
        }
    }
}

/// Far more bytes than the window and a block hold, with copies from every distance.
#[test]
fn files_of_many_blocks_inflate() {
    let atoms: Vec<Vec<u8>> =
        (0..400_usize).map(|i| format!("\"atom-{i}\":\"{}\",", "x".repeat(i * 7 % 90)).into_bytes()).collect();
    let calls = (0..60_000_usize).map(|i| match i % 5 {
        4 => Call::Fresh(format!("{:x}", i * 2_654_435_761).into_bytes()),
        _ => Call::Repeat(i * i / 3 % 400),
    });
    let script = Script { atoms, compounds: vec![vec![]], files: vec![calls.collect()] };
    let plain = script.plain(0);
    assert!(plain.len() > 2_000_000);
    let gzip = script.gzip(0, &mut Encoder::with_tables(script.tables(0)));
    assert_inflates(&gzip, &plain);
    assert!(gzip.len() * 3 < plain.len(), "{} of {}", gzip.len(), plain.len());
}

/// A text can be a piece of its own and a part of another; what was written behind the one says nothing of the other.
#[test]
fn a_text_can_be_a_piece_and_a_part_of_one() {
    let atoms = [b"organizationId".to_vec(), b"userId and more".to_vec(), b"groupId and such".to_vec()];
    let calls = [Call::Repeat(0), Call::Repeat(1), Call::Compound(0), Call::Repeat(0), Call::Repeat(1)];
    let script = Script { atoms: atoms.to_vec(), compounds: vec![vec![0, 2]], files: vec![calls.to_vec()] };
    let gzip = script.gzip(0, &mut Encoder::with_tables(script.tables(0)));
    assert_inflates(&gzip, &script.plain(0));
}

/// The header holds nothing ambient.
#[test]
fn the_header_is_bare() {
    let script = Script { atoms: vec![b"abc".to_vec()], compounds: vec![vec![]], files: vec![vec![]] };
    let gzip = script.gzip(0, &mut Encoder::with_tables(script.tables(0)));
    assert_eq!(gzip[..10], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]);
    assert_inflates(&gzip, b"");
}

/// Code lengths fill the code space exactly and keep to the limit, whatever the counts.
#[test]
fn codes_are_complete_and_short_enough() {
    let fibonacci = |n: usize| {
        (0..n)
            .scan((1_u32, 1_u32), |s, _| {
                *s = (s.1, s.0 + s.1);
                Some(s.0)
            })
            .collect()
    };
    let cases: [Vec<u32>; 4] = [vec![1, 1], fibonacci(40), vec![1; 286], (1..200).map(|i| i * i * i).collect()];
    for counts in cases {
        for limit in [9, 12, 15] {
            let mut lengths = vec![0; counts.len()];
            super::code::lengths(&counts, limit, &mut lengths);
            let space: u32 = lengths.iter().map(|length| 1 << (limit - usize::from(*length))).sum();
            assert_eq!(space, 1 << limit, "{counts:?}");
        }
    }
}
