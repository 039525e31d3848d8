//! Calls of all functions of the header from Rust, so that Miri sees them.

extern crate std;

use crate::completion_model::*;
use crate::matrix::Matrix;
use crate::memory::{Buffer, View};
use crate::model::*;
use crate::nmf::*;
use crate::nmf_model::*;
use crate::pca_model::lowrank_pca_project;
use crate::sketch::*;
use crate::sketch_bytes::lowrank_sketch_write_f32;
use crate::status::LowrankStatus;
use crate::svd::*;
use crate::svd_model::*;
use crate::workspace::lowrank_workspace_len;
use core::mem::MaybeUninit;
use std::vec;
use std::vec::Vec;

const PARTS: &[u8] = include_bytes!("../../../tests/firmware/exercise/models/parts.lrm");
const TOPICS: &[u8] = include_bytes!("../../../tests/firmware/exercise/models/topics.lrm");
const SVD: &[u8] = include_bytes!("../../../tests/firmware/exercise/models/svd.lrm");
const PCA: &[u8] = include_bytes!("../../../tests/firmware/exercise/models/pca.lrm");
const ITEMS: &[u8] = include_bytes!("../../../tests/firmware/exercise/models/items.lrm");

const OK: LowrankStatus = LowrankStatus::Ok;

fn view<T>(numbers: &[T]) -> View<T> {
    View {
        data: numbers.as_ptr(),
        length: numbers.len(),
    }
}

fn buffer<T>(numbers: &mut [T]) -> Buffer<T> {
    Buffer {
        data: numbers.as_mut_ptr(),
        length: numbers.len(),
    }
}

/// A 4 x 3 matrix of rank 2, column after column.
fn entries() -> Vec<f32> {
    vec![1.0, 2.0, 3.0, 4.0, 2.0, 1.0, 0.0, 1.0, 3.0, 3.0, 3.0, 5.0]
}

fn matrix<T>(entries: &[T]) -> Matrix<T> {
    Matrix {
        data: entries.as_ptr(),
        length: entries.len(),
        rows: 4,
        columns: 3,
    }
}

macro_rules! svd {
    ($call:ident, $t:ty) => {{
        let a: Vec<$t> = entries().into_iter().map(<$t>::from).collect();
        let (mut u, mut s, mut v) = (vec![0.0; 8], vec![0.0; 2], vec![0.0; 6]);
        let (mut residuals, mut workspace) =
            (vec![9.0; 2], vec![0.0; lowrank_workspace_len(4, 3, 3)]);
        let mut report = MaybeUninit::uninit();
        let settings = SvdSettings {
            rank: 2,
            width: 3,
            power_iterations: 2,
            seed: 1,
        };
        let factors = SvdFactors {
            u: buffer(&mut u),
            singular_values: buffer(&mut s),
            v: buffer(&mut v),
            residuals: buffer(&mut residuals),
        };
        // SAFETY: arrays of this function.
        let status = unsafe {
            $call(
                matrix(&a),
                settings,
                factors,
                buffer(&mut workspace),
                report.as_mut_ptr(),
            )
        };
        assert_eq!(status, OK);
        // SAFETY: set by the call.
        let report = unsafe { report.assume_init() };
        assert_eq!(report.rank, 2);
        assert!(s[0] > s[1] && s[1] > 0.5 && residuals[1] < 1e-3);
        assert!((report.norm * report.norm - s[0] * s[0] - s[1] * s[1]).abs() < 1e-3);
    }};
}

#[test]
fn an_svd_is_found() {
    svd!(lowrank_svd_f32, f32);
    svd!(lowrank_svd_f64, f64);
}

macro_rules! nmf {
    ($run:ident, $transform:ident, $t:ty) => {{
        let a: Vec<$t> = entries().into_iter().map(<$t>::from).collect();
        let (mut w, mut h) = (vec![0.0; 8], vec![0.0; 6]);
        let mut workspace = vec![0.0; lowrank_workspace_len(4, 3, 3)];
        let mut report = MaybeUninit::uninit();
        let settings = NmfSettings {
            rank: 2,
            width: 3,
            iterations: 20,
            tolerance: 0.0,
            seed: 1,
        };
        for function in [$run, $transform] {
            let factors = NmfFactors {
                w: buffer(&mut w),
                h: buffer(&mut h),
            };
            // SAFETY: arrays of this function.
            let status = unsafe {
                function(
                    matrix(&a),
                    settings,
                    factors,
                    buffer(&mut workspace),
                    report.as_mut_ptr(),
                )
            };
            assert_eq!(status, OK);
            // SAFETY: set by the call.
            let report = unsafe { report.assume_init() };
            assert_eq!((report.iterations, report.converged), (20, false));
            assert!(report.error < 0.1 * report.norm && w.iter().all(|w| *w >= 0.0));
        }
    }};
}

#[test]
fn a_non_negative_factorization_is_found() {
    nmf!(lowrank_nmf_f32, lowrank_nmf_transform_f32, f32);
    nmf!(lowrank_nmf_f64, lowrank_nmf_transform_f64, f64);
}

fn opened(bytes: &[u8]) -> Model {
    let mut model = MaybeUninit::uninit();
    // SAFETY: constants, and a place for the model.
    let status = unsafe { lowrank_model_open(view(bytes), model.as_mut_ptr()) };
    assert_eq!(status, OK);
    // SAFETY: set by the call.
    unsafe { model.assume_init() }
}

#[test]
fn rows_are_weighed_in_models() {
    let (mut weights, mut residual) = ([-1.0; 8], -1.0);
    let parts = opened(PARTS);
    assert_eq!((parts.method, parts.columns, parts.components), (1, 9, 3));
    let row = [1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    // SAFETY: arrays of this function.
    let status = unsafe {
        lowrank_nmf_fold_in(
            parts,
            view(&row),
            20,
            buffer(&mut weights[..6]),
            &raw mut residual,
        )
    };
    assert_eq!(status, OK);
    let (of_dense, left) = (weights, residual);
    let (indices, values) = ([2u32, 0, 6], [2.0f32, 1.0, 1.0]);
    let sparse = SparseRow {
        indices: indices.as_ptr(),
        values: values.as_ptr(),
        length: 3,
    };
    // SAFETY: as above, and constants.
    let status = unsafe {
        lowrank_nmf_fold_in_sparse(
            parts,
            sparse,
            20,
            buffer(&mut weights[..6]),
            &raw mut residual,
        )
    };
    assert_eq!(status, OK);
    assert!((residual - left).abs() < 1e-5);
    let pairs = weights[..3].iter().zip(&of_dense);
    assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));

    let (svd, pca) = (opened(SVD), opened(PCA));
    assert_eq!((svd.method, pca.method), (2, 3));
    let long = vec![0.5; svd.columns.max(pca.columns)];
    // SAFETY: as above.
    unsafe {
        let scores = buffer(&mut weights[..pca.components]);
        let found = lowrank_pca_project(pca, view(&long[..pca.columns]), scores, &raw mut residual);
        assert_eq!(found, OK);
        let projection = buffer(&mut weights[..svd.components]);
        let row = view(&long[..svd.columns]);
        assert_eq!(
            lowrank_svd_project(svd, row, projection, &raw mut residual),
            OK
        );
        let found = lowrank_svd_project_sparse(svd, sparse, projection, &raw mut residual);
        assert_eq!(found, OK);
    }
}

#[test]
fn lines_are_weighed_and_rows_come_back() {
    let (mut weights, mut residual) = ([-1.0; 8], -1.0);
    let topics = opened(TOPICS);
    let text = b"The moon, and the ORBIT of the Moon!";
    let mut terms = [Term { scratch: [0; 2] }; 7];
    let line = Line {
        text: text.as_ptr().cast(),
        length: text.len(),
        terms: terms.as_mut_ptr(),
        room: terms.len(),
    };
    let k = topics.components;
    // SAFETY: arrays of this function.
    let status = unsafe {
        lowrank_nmf_fold_in_line(
            topics,
            line,
            20,
            buffer(&mut weights[..2 * k]),
            &raw mut residual,
        )
    };
    assert_eq!(status, OK);
    assert!((0.0..=1.0).contains(&residual) && weights[..k].iter().any(|w| *w > 0.0));
    let mut row = vec![0.0; topics.columns];
    // SAFETY: as above.
    let status =
        unsafe { lowrank_model_reconstruct(topics, view(&weights[..k]), buffer(&mut row)) };
    assert_eq!(status, OK);
    assert!(row.iter().any(|x| *x > 0.0));
    let mut threshold = -1.0;
    // SAFETY: as above.
    let status = unsafe { lowrank_model_threshold(opened(PARTS), 0.9, &raw mut threshold) };
    assert_eq!((status, threshold), (OK, 0.5));
}

#[test]
fn users_are_folded_in_and_what_was_never_opened_is_refused() {
    let items = opened(ITEMS);
    assert_eq!(items.method, 4);
    let (indices, values) = ([1u32], [5.0f32]);
    let ratings = SparseRow {
        indices: indices.as_ptr(),
        values: values.as_ptr(),
        length: 1,
    };
    let k = items.components;
    let mut user = vec![0.0; k + (k + 1) * (k + 3)];
    let (mut bias, mut rating) = (9.0, 0.0);
    // SAFETY: arrays of this function.
    unsafe {
        let found = lowrank_completion_fold_in(items, ratings, buffer(&mut user), &raw mut bias);
        assert_eq!(found, OK);
        let weights = view(&user[..k]);
        let found = lowrank_completion_predict(items, 1, weights, bias, &raw mut rating);
        assert_eq!(found, OK);
        assert!(rating.is_finite() && bias.is_finite());
        let found = lowrank_completion_predict(items, 1000, weights, bias, &raw mut rating);
        assert_eq!(found, LowrankStatus::Index);
    }
    let never_opened = Model {
        bytes: core::ptr::without_provenance(0x1234),
        length: 100,
        columns: 9,
        components: 3,
        method: 1,
        seal: 77,
    };
    let (mut weights, mut residual) = ([-1.0; 6], -1.0);
    // SAFETY: arrays of this function; the model is refused before it is read.
    let status = unsafe {
        lowrank_nmf_fold_in(
            never_opened,
            view(&[1.0; 9]),
            20,
            buffer(&mut weights),
            &raw mut residual,
        )
    };
    assert_eq!((status, residual), (LowrankStatus::State, -1.0));
}

macro_rules! sketch {
    ($begin:ident, $push:ident, $merge:ident, $finish:ident, $t:ty) => {{
        let length = lowrank_sketch_len(3, 2);
        let mut memory = [vec![0.0 as $t; length], vec![0.0; length]];
        let [first, second] = &mut memory;
        let (mut sketch, mut other) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: arrays of this function, which the sketches borrow until its end.
        unsafe {
            assert_eq!($begin(sketch.as_mut_ptr(), buffer(first), 3, 2, 1), OK);
            assert_eq!($begin(other.as_mut_ptr(), buffer(second), 3, 2, 1), OK);
            let (mut sketch, mut other) = (sketch.assume_init(), other.assume_init());
            for i in 0..9u8 {
                let x = <$t>::from(i);
                assert_eq!($push(&raw mut sketch, view(&[x, 1.0 - x, 2.0])), OK);
                assert_eq!($push(&raw mut other, view(&[-x, x + 1.0, 2.0])), OK);
            }
            assert_eq!($merge(&raw mut sketch, other), OK);
            assert_eq!((sketch.count, other.count), (18, 9));
            let (mut axes, mut values, mut means) = ([0.0; 3], [0.0; 1], [9.0; 3]);
            let result = SketchAxes {
                axes: buffer(&mut axes),
                singular_values: buffer(&mut values),
                means: buffer(&mut means),
            };
            assert_eq!($finish(&raw mut sketch, 1, result), OK);
            assert!((axes[0].abs() - 0.70710677).abs() < 1e-4 && axes[2].abs() < 1e-4);
            assert!((means[2] - 2.0).abs() < 1e-5 && values[0] > 1.0);
        }
    }};
}

#[test]
fn sketches_are_filled_merged_finished_and_sent() {
    sketch!(
        lowrank_sketch_begin_f64,
        lowrank_sketch_push_f64,
        lowrank_sketch_merge_f64,
        lowrank_sketch_finish_f64,
        f64
    );
    let mut memory = vec![0.0f32; lowrank_sketch_len(3, 2)];
    sketch!(
        lowrank_sketch_begin_f32,
        lowrank_sketch_push_f32,
        lowrank_sketch_merge_f32,
        lowrank_sketch_finish_f32,
        f32
    );
    let (mut sketch, mut bytes) = (MaybeUninit::uninit(), [0u8; 100]);
    let mut written = 0;
    // SAFETY: arrays of this function.
    unsafe {
        let begun = lowrank_sketch_begin_f32(sketch.as_mut_ptr(), buffer(&mut memory), 3, 2, 0);
        assert_eq!(begun, OK);
        let mut sketch = sketch.assume_init();
        assert_eq!(
            lowrank_sketch_push_f32(&raw mut sketch, view(&[1.0, 2.0, 3.0])),
            OK
        );
        let status = lowrank_sketch_write_f32(sketch, buffer(&mut bytes), &raw mut written);
        assert_eq!((status, written), (OK, 64));
    }
    let sent = lowrank_core::sketch::SketchView::parse(&bytes[..written]).unwrap();
    assert!(sent.rows().eq([1.0, 2.0, 3.0]) && sent.count == 1);
}
