//! Models that were broken, and rows that do not fit.

use super::{cases, parse};
use lowrank_core::model::{
    CompletionView, ModelError, NmfView, PcaView, SparseRow, SvdView, crc32,
};

fn first(method: &str) -> Vec<u8> {
    let found = cases().into_iter().find(|case| case.method == method);
    found.unwrap().blob
}

/// Writes the checksum anew, as who changes a model on purpose would.
fn sealed(mut blob: Vec<u8>) -> Vec<u8> {
    let sum = crc32(&blob[16..]);
    blob[12..16].copy_from_slice(&sum.to_le_bytes());
    blob
}

fn with(blob: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut blob = blob.to_vec();
    blob[at..at + bytes.len()].copy_from_slice(bytes);
    blob
}

#[test]
fn every_flipped_bit_is_refused() {
    for case in cases() {
        assert_eq!(parse(&case.blob, true), Ok(()), "{}", case.name);
        for bit in 0..8 * case.blob.len() {
            let mut blob = case.blob.clone();
            blob[bit / 8] ^= 1 << (bit % 8);
            assert!(parse(&blob, true).is_err(), "{}: bit {bit}", case.name);
            // Without the checksum there may be other numbers, but no panic.
            let _ = parse(&blob, false);
        }
    }
}

#[test]
fn every_cut_length_is_refused() {
    for case in cases() {
        for length in 0..case.blob.len() {
            let cut = &case.blob[..length];
            for is_checked in [true, false] {
                let refused = parse(cut, is_checked);
                assert!(
                    matches!(refused, Err(ModelError::Cut { .. })),
                    "{}: {length}",
                    case.name
                );
            }
        }
        // A partition of flash is longer than the model in it, at any address.
        for before in 0..4 {
            let mut flash = vec![0xFF; before];
            flash.extend(&case.blob);
            flash.extend([0xFF; 9]);
            assert_eq!(parse(&flash[before..], true), Ok(()), "{}", case.name);
        }
    }
}

#[test]
fn models_of_other_kinds_have_errors_of_their_own() {
    let blob = first("nmf");
    let of = |blob: &[u8]| NmfView::parse(blob).map(drop).unwrap_err();
    assert_eq!(of(b"\x89PNG and more"), ModelError::NotAModel);
    assert_eq!(of(&[0; 64]), ModelError::NotAModel);
    let (needed, found) = (56, 0);
    assert_eq!(of(b""), ModelError::Cut { needed, found });
    for version in [0, 2, u32::MAX] {
        let newer = with(&blob, 4, &version.to_le_bytes());
        assert_eq!(of(&newer), ModelError::Version { found: version });
    }
    assert_eq!(
        of(&with(&blob, 4, &1u32.to_be_bytes())),
        ModelError::Endianness
    );
    assert_eq!(of(&with(&blob, 0, b"KNRL")), ModelError::Endianness);
    assert_eq!(of(&with(&blob, 60, b"x")), ModelError::Checksum);
    for other in ["svd", "pca", "completion"] {
        assert_eq!(of(&first(other)), ModelError::Method, "{other}");
    }
    assert_eq!(SvdView::parse(&blob).map(drop), Err(ModelError::Method));
    assert_eq!(PcaView::parse(&blob).map(drop), Err(ModelError::Method));
    assert_eq!(
        CompletionView::parse(&blob).map(drop),
        Err(ModelError::Method)
    );
}

#[test]
fn sizes_that_contradict_the_length_are_refused_though_sealed() {
    for case in cases() {
        let found =
            [20, 24, 28].map(|at| u32::from_le_bytes(case.blob[at..at + 4].try_into().unwrap()));
        for (at, size) in [20, 24, 28].into_iter().zip(found) {
            for other in [
                0,
                1,
                size ^ 1,
                size + 1,
                1 << 16,
                1 << 30,
                1 << 31,
                u32::MAX,
            ] {
                let blob = sealed(with(&case.blob, at, &other.to_le_bytes()));
                let expected = match other == size {
                    true => Ok(()),
                    false => Err(ModelError::Layout),
                };
                assert_eq!(parse(&blob, true), expected, "{} {at} {other}", case.name);
            }
        }
        for (at, byte) in [(16, 0), (16, 5), (17, 3), (18, 0xE0), (19, 1)] {
            let blob = sealed(with(&case.blob, at, &[byte]));
            assert_eq!(
                parse(&blob, true),
                Err(ModelError::Layout),
                "{} {at} {byte}",
                case.name
            );
        }
        let short = sealed(with(&case.blob, 8, &55u32.to_le_bytes()));
        assert_eq!(parse(&short, true), Err(ModelError::Layout));
    }
}

#[test]
fn rows_that_do_not_fit_are_refused_by_their_place() {
    let blob = first("nmf");
    let model = NmfView::parse(&blob).unwrap();
    let mut w = [0.0; 3];
    let mut of = |row: &[f32]| model.fold_in(row, 10, &mut w).map(drop);
    let (expected, found) = (9, 8);
    assert_eq!(of(&[1.0; 8]), Err(ModelError::Length { expected, found }));
    for x in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut row = [1.0; 9];
        row[4] = x;
        assert_eq!(of(&row), Err(ModelError::NonFinite { index: 4 }));
    }
    let mut row = [1.0; 9];
    row[7] = -1e-30;
    assert_eq!(of(&row), Err(ModelError::Negative { index: 7 }));
    assert_eq!(of(&[1e30; 9]), Err(ModelError::Overflow));
    assert_eq!(of(&[0.0; 9]), Ok(()));
    let mut sparse = |indices: &[u32], values: &[f32]| {
        let row = SparseRow::new(indices, values)?;
        model.fold_in(&row, 10, &mut w).map(drop)
    };
    let (index, columns) = (9, 9);
    assert_eq!(
        sparse(&[0, 9], &[1.0; 2]),
        Err(ModelError::Index { index, columns })
    );
    let index = u32::MAX as usize;
    assert_eq!(
        sparse(&[u32::MAX], &[1.0]),
        Err(ModelError::Index { index, columns })
    );
    assert_eq!(
        sparse(&[8], &[f32::NAN]),
        Err(ModelError::NonFinite { index: 8 })
    );
    let (expected, found) = (2, 1);
    assert_eq!(
        sparse(&[0, 1], &[1.0]),
        Err(ModelError::Length { expected, found })
    );
    let (expected, found) = (3, 2);
    let short = model.fold_in(&[1.0; 9], 10, &mut [0.0; 2]);
    assert_eq!(short.map(drop), Err(ModelError::Length { expected, found }));
    assert_eq!(model.words().map(drop), Err(ModelError::NoWords));
}

#[test]
fn a_line_longer_than_the_buffer_is_refused_and_one_as_long_is_not() {
    let case = cases().into_iter().find(|case| case.of_texts).unwrap();
    let model = NmfView::parse(&case.blob).unwrap();
    let words = model.words().unwrap();
    let line = b"moon orbit moon unknown others bread moon";
    for room in 0..6 {
        let mut terms = vec![(0, 0.0); room];
        let refused = words.row(line, &mut terms).map(drop);
        match room < 3 {
            true => assert_eq!(refused, Err(ModelError::TooManyTerms { room })),
            false => assert_eq!(refused, Ok(())),
        }
    }
    let (index, columns) = (7, 7);
    let outside = words.weigh(&mut [(0, 1.0), (7, 1.0)]).map(drop);
    assert_eq!(outside, Err(ModelError::Index { index, columns }));
    let not_a_number = words.weigh(&mut [(3, f32::NAN)]).map(drop);
    assert_eq!(not_a_number, Err(ModelError::NonFinite { index: 3 }));
}

#[test]
fn each_message_is_one_line_of_words() {
    for error in [
        ModelError::NotAModel,
        ModelError::Endianness,
        ModelError::Version { found: 7 },
        ModelError::Cut {
            needed: 9,
            found: 7,
        },
        ModelError::Checksum,
        ModelError::Layout,
        ModelError::Method,
        ModelError::NoWords,
        ModelError::Length {
            expected: 9,
            found: 7,
        },
        ModelError::Index {
            index: 7,
            columns: 7,
        },
        ModelError::NonFinite { index: 7 },
        ModelError::Negative { index: 7 },
        ModelError::TooManyTerms { room: 7 },
        ModelError::Overflow,
    ] {
        let line = error.to_string();
        assert!(!line.contains('\n') && line.len() > 20, "{line}");
        assert_eq!(
            line.contains('7'),
            format!("{error:?}").contains('7'),
            "{line}"
        );
    }
}
