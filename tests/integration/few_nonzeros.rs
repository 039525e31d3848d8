//! Dense matrices with few nonzeros give what the same matrices in sparse rows give, to the last bit.

use lowrank::nmf::Loss;
use lowrank::{Backend, DenseMatrix, Error, Matrix, Nmf, Pca, SparseMatrix, TruncatedSvd};

/// Every 13th entry is nonzero, and half of the zeros are negative.
fn matrix() -> DenseMatrix<f64> {
    DenseMatrix::from_fn(400, 300, |i, j| match (7 * i + 11 * j + i * j % 5) % 13 {
        0 => 1.0 + ((i * i + 3 * j) % 17) as f64,
        odd if odd % 2 == 1 => -0.0,
        _ => 0.0,
    })
}

fn nonzeros(a: &DenseMatrix<f64>) -> SparseMatrix<f64> {
    let places = (0..a.nrows()).flat_map(|i| (0..a.ncols()).map(move |j| (i, j)));
    let entries = places.map(|(i, j)| (i, j, a.at(i, j)));
    let entries = entries.filter(|(.., x)| *x != 0.0);
    SparseMatrix::from_triplets(a.nrows(), a.ncols(), entries).unwrap()
}

#[test]
fn fits_are_those_of_the_sparse_matrix() {
    let dense = matrix();
    let sparse = nonzeros(&dense);
    assert_eq!(Matrix::from(&dense).few_nonzeros(), Some(sparse.nonzeros()));
    let svd = TruncatedSvd::default();
    assert_eq!(svd.fit(&dense).unwrap(), svd.fit(&sparse).unwrap());
    for scale in [false, true] {
        let pca = Pca {
            scale,
            ..Pca::default()
        };
        assert_eq!(pca.fit(&dense).unwrap(), pca.fit(&sparse).unwrap());
    }
    for loss in [Loss::Frobenius, Loss::KullbackLeibler] {
        let nmf = Nmf {
            rank: 4,
            loss,
            iterations: 20,
            ..Nmf::default()
        };
        let (of_dense, of_sparse) = (nmf.fit(&dense).unwrap(), nmf.fit(&sparse).unwrap());
        assert_eq!(of_dense, of_sparse);
    }
}

#[test]
fn another_backend_that_is_named_keeps_the_dense_matrix() {
    let dense = matrix();
    let svd = TruncatedSvd {
        backend: Backend::Core,
        rank: 2,
        ..TruncatedSvd::default()
    };
    let (of_dense, of_sparse) = (
        svd.fit(&dense).unwrap(),
        svd.fit(&nonzeros(&dense)).unwrap(),
    );
    assert!(of_dense.products.flops > 10 * of_sparse.products.flops);
}

#[test]
fn entries_that_are_not_finite_are_named() {
    let mut entries = matrix().into_vec();
    entries[400 * 13 + 21] = f64::NAN;
    let spoiled = DenseMatrix::new(entries, 400, 300).unwrap();
    let place = lowrank::core::Error::NonFinite {
        row: 21,
        column: 13,
    };
    let refused = [
        TruncatedSvd::default().fit(&spoiled).err(),
        Pca::default().fit(&spoiled).err(),
        Nmf::default().fit(&spoiled).err(),
    ];
    for error in refused {
        assert!(matches!(error, Some(Error::Factorization(e)) if e == place));
    }
}
