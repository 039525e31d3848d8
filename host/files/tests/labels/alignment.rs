//! Columns in the order of a model.

use super::{dense, names, sparse, stored};
use lowrank::{DenseMatrix, Scalar};
use lowrank_files::labels::{Absent, Aligned, Error, LabelledMatrix, Side};
use lowrank_files::matrix_file::Entries;

fn aligned<T: Scalar>(matrix: LabelledMatrix<T>, columns: &[&str], absent: Absent) -> Aligned<T> {
    refused_or(matrix, columns, absent).unwrap()
}

fn refused_or<T: Scalar>(
    matrix: LabelledMatrix<T>,
    columns: &[&str],
    absent: Absent,
) -> Result<Aligned<T>, Error> {
    let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    matrix.align_columns(&columns, absent)
}

fn of_dense<T: Scalar>(aligned: &Aligned<T>) -> DenseMatrix<T> {
    match aligned.matrix.entries() {
        Entries::Dense(a) => a.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn columns_in_another_order_are_put_in_order_and_rows_keep_their_names() {
    fn check<T: Scalar>() {
        let matrix = dense::<T, 2, 3>(["c", " a", "b"], [[9.0, 1.0, 2.0], [8.0, 3.0, 4.0]]);
        let matrix = matrix.with_labels(Side::Row, names(["x", ""])).unwrap();
        let found = aligned(matrix, &["a", "b ", "c"], Absent::Refused);
        let expected = [[1.0, 2.0, 9.0], [3.0, 4.0, 8.0]];
        assert_eq!(
            of_dense(&found),
            DenseMatrix::from_fn(2, 3, |i, j| T::from_f64(expected[i][j]))
        );
        assert_eq!(found.matrix.row_labels(), Some(&names(["x", ""])[..]));
        assert_eq!(
            found.matrix.column_labels(),
            Some(&names(["a", "b ", "c"])[..])
        );
        assert!(found.unknown.is_empty() && found.absent.is_empty());
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn columns_in_the_order_of_the_model_stay_as_they_are() {
    let odd = ["a,\"b\"", "", "two\nlines", "é日本", "NA"];
    let matrix = dense::<f64, 1, 5>(odd, [[1.0, 2.0, 3.0, 4.0, 5.0]]);
    let found = aligned(matrix.clone(), &odd, Absent::Refused);
    assert_eq!(found.matrix, matrix);
    let found = aligned(
        matrix,
        &["NA", "é日本", "two\nlines", "", "a,\"b\""],
        Absent::Refused,
    );
    let expected = DenseMatrix::from_fn(1, 5, |_, j| 5.0 - j as f64);
    assert_eq!(of_dense(&found), expected);
}

#[test]
fn unknown_columns_are_left_out_and_told() {
    let matrix = dense::<f64, 1, 4>(["x", "b", "y", "a"], [[1.0, 2.0, 3.0, 4.0]]);
    let found = aligned(matrix, &["a", "b"], Absent::Refused);
    assert_eq!(
        of_dense(&found),
        DenseMatrix::from_fn(1, 2, |_, j| [4.0, 2.0][j])
    );
    assert_eq!(found.unknown, names(["x", "y"]));
}

#[test]
fn a_missing_column_is_named_or_is_zero_or_is_missing() {
    let matrix = || dense::<f32, 2, 2>(["c", "a"], [[3.0, 1.0], [6.0, 4.0]]);
    let model = ["a", "b", "c", "d"];
    let error = refused_or(matrix(), &model, Absent::Refused).unwrap_err();
    assert!(matches!(&error, Error::Absent { names } if names == &["b", "d"]));
    let message = "the matrix lacks 2 columns of the model: \"b\", \"d\"; add them";
    assert_eq!(error.to_string(), message);
    let zeros = aligned(matrix(), &model, Absent::Zero);
    let expected = [[1.0, 0.0, 3.0, 0.0], [4.0, 0.0, 6.0, 0.0]];
    assert_eq!(
        of_dense(&zeros),
        DenseMatrix::from_fn(2, 4, |i, j| expected[i][j])
    );
    assert_eq!(zeros.absent, names(["b", "d"]));
    let missing = aligned(matrix(), &model, Absent::Missing);
    assert!(matches!(missing.matrix.entries(), Entries::Observed(_)));
    let known = [(0, 0, 1.0), (0, 2, 3.0), (1, 0, 4.0), (1, 2, 6.0)];
    assert_eq!(stored(missing.matrix.entries()), known);
    // Nothing is missing where all columns are there.
    let all = aligned(matrix(), &["a", "c"], Absent::Missing);
    assert!(matches!(all.matrix.entries(), Entries::Dense(_)));
}

#[test]
fn stored_entries_move_with_their_columns_and_rows_may_have_nothing_left() {
    fn check<T: Scalar>() {
        let labels = names(["i7", "i2", "i3"]);
        for entries in [
            Entries::Observed(sparse::<T>()),
            Entries::Sparse(sparse::<T>()),
        ] {
            let is_observed = matches!(entries, Entries::Observed(_));
            let matrix = LabelledMatrix::from(entries);
            let matrix = matrix.with_labels(Side::Column, labels.clone()).unwrap();
            let model = ["i3", "i1", "i2"];
            let absent = if is_observed {
                Absent::Missing
            } else {
                Absent::Zero
            };
            let found = aligned(matrix.clone(), &model, absent);
            assert_eq!(stored(found.matrix.entries()), [(0, 0, 1.0), (0, 2, 3.0)]);
            assert_eq!(
                (found.unknown, found.absent),
                (names(["i7"]), names(["i1"]))
            );
            let empty: &[usize] = if is_observed { &[1, 2] } else { &[] };
            assert_eq!(found.matrix.empty_rows(), empty);
            let refused = refused_or(matrix.clone(), &model, Absent::Refused).unwrap_err();
            assert!(matches!(refused, Error::Absent { .. }));
            if !is_observed {
                // Zeros that are not stored are no missing entries.
                assert!(refused_or(matrix, &model, Absent::Missing).is_err());
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn where_no_column_is_known_or_one_has_no_name_nothing_is_guessed() {
    let matrix = dense::<f64, 1, 2>(["x", "y"], [[1.0, 2.0]]);
    for absent in [Absent::Refused, Absent::Zero, Absent::Missing] {
        let error = refused_or(matrix.clone(), &["a", "b"], absent).unwrap_err();
        let message = "no column of the matrix (\"x\", \"y\") is one of the model's (\"a\", \"b\"); check the names";
        assert_eq!(error.to_string(), message);
    }
    let (entries, ..) = matrix.into_parts();
    let error = refused_or(LabelledMatrix::from(entries), &["a", "b"], Absent::Zero).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Count {
                found: 0,
                expected: 2,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_name_that_stands_twice_is_refused_by_name() {
    let matrix = dense::<f64, 1, 3>(["a", "b", "a "], [[1.0, 2.0, 3.0]]);
    let error = refused_or(matrix.clone(), &["a", "b"], Absent::Refused).unwrap_err();
    assert!(
        matches!(
            &error,
            Error::Repeated {
                in_model: false,
                columns: (1, 3),
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("\"a \" stands twice in the matrix"),
        "{error}"
    );
    let error = refused_or(matrix.clone(), &["b", "b"], Absent::Refused).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("\"b\" stands twice in the model"),
        "{error}"
    );
    // Columns that are left out may have any names.
    let found = aligned(matrix, &["b"], Absent::Refused);
    assert_eq!(found.unknown, names(["a", "a "]));
}
