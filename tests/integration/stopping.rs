//! Default fits of faces and of ratings stop where they have converged.
//!
//! Needs LOWRANK_DATA; newsgroups/nmf.rs has the texts.

use lowrank::iteration::Stop;
use lowrank::{Completion, DenseMatrix, Matrix, Nmf, Observed, SparseMatrix};
use lowrank_files::matrix_file::{Entries, MatrixReader};
use lowrank_tests::data_file;
use std::ops::ControlFlow;

fn faces() -> Option<DenseMatrix<f64>> {
    let path = data_file("faces/cbcl-19x19-one-face-per-row.pgm")?;
    match MatrixReader::default().read(&path).unwrap().entries {
        Entries::Dense(faces) => Some(faces),
        _ => panic!("not dense"),
    }
}

fn ratings() -> Option<SparseMatrix<f64>> {
    let path = data_file("ml-latest-small-2016/ratings.csv")?;
    let reader = MatrixReader {
        triples: Some("userId,movieId,rating".parse().unwrap()),
        ..MatrixReader::default()
    };
    match reader.read(&path).unwrap().entries {
        Entries::Observed(ratings) => Some(ratings),
        _ => panic!("not observed"),
    }
}

/// Checks the error of a default fit that has stopped against the one after `further` iterations more.
fn check_settled((stop, error): (Stop, f64), further: usize, limit: f64) {
    assert_eq!(stop, Stop::Tolerance);
    println!("{error}, and after {further} iterations more {limit}");
    assert!(error <= 1.001 * limit, "{error} {limit}");
}

fn nmf_settles<'a>(a: impl Into<Matrix<'a, f64>>, rank: usize, further: usize) {
    let a = a.into();
    let nmf = Nmf {
        rank,
        ..Nmf::default()
    };
    let found = nmf.fit(a).unwrap();
    let more = Nmf {
        iterations: further,
        tolerance: 0.0,
        ..nmf
    };
    let start = Some((&found.w, &found.h));
    let more = more.fit_with(a, start, |_| ControlFlow::Continue(()));
    let limit = more.unwrap().approximation.error;
    check_settled((found.stop, found.approximation.error), further, limit);
}

#[test]
fn faces_of_ten_parts_settle() {
    let Some(faces) = faces() else { return };
    nmf_settles(&faces, 10, 3000);
}

#[test]
fn faces_of_forty_nine_parts_settle() {
    let Some(faces) = faces() else { return };
    nmf_settles(&faces, 49, 1000);
}

#[test]
fn a_completion_of_ratings_settles() {
    const FURTHER: usize = 1000;
    let Some(ratings) = ratings() else { return };
    let completion = Completion::default();
    let a = Observed(&ratings);
    let found = completion.fit(a).unwrap();
    let more = Completion {
        iterations: found.iterations + FURTHER,
        tolerance: 0.0,
        ..completion
    };
    let limit = more.fit(a).unwrap().approximation.error;
    check_settled((found.stop, found.approximation.error), FURTHER, limit);
}
