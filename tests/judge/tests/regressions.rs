//! Faults that the fuzzer found, each by its smallest case.

use lowrank_core::{Error, Nmf, NmfInit, SvdFactors, TruncatedSvd, Workspace, workspace_len};
use lowrank_judge::Matrix;
use lowrank_judge::run::{nmf, transform, truncated_svd};

#[test]
fn vectors_longer_than_the_rank_keep_what_is_behind_it() {
    // The entries behind the rank were scaled, and counted as singular values in the bound.
    for e in [0, 900] {
        let a = Matrix::<f64>::gaussian(6, 5, 1).scaled(e);
        let settings = TruncatedSvd {
            rank: 2,
            ..Default::default()
        };
        let exact = truncated_svd(&settings, &a.view(), (6, 5), 4).unwrap();
        let mut buffer = vec![0.0; workspace_len(6, 5, 4)];
        let (mut u, mut v) = (Matrix::zeros(6, 2), Matrix::zeros(5, 2));
        let (mut s, mut residuals) = (vec![f64::NAN; 4], vec![7.0; 5]);
        let mut factors = SvdFactors {
            u: u.view_mut(),
            singular_values: &mut s,
            v: v.view_mut(),
            residuals: &mut residuals,
        };
        let mut workspace = Workspace::in_buffer(&mut buffer, 6, 5, 4).unwrap();
        let report = settings.run(&a.view(), &mut workspace, &mut factors);
        assert_eq!(report, Ok(exact.report));
        assert_eq!(s[..2], exact.svd.s);
        assert!(s[2..].iter().all(|x| x.is_nan()));
        assert_eq!(residuals[..2], exact.residuals);
        assert_eq!(residuals[2..], [7.0; 3]);
    }
}

#[test]
fn a_rank_above_the_number_of_rows_is_refused_by_run_alone() {
    // NNDSVD answered that a panel had the wrong shape.
    let a = Matrix::<f64>::gaussian(2, 5, 1).map(f64::abs);
    for init in [NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda] {
        let settings = Nmf {
            rank: 3,
            init,
            ..Default::default()
        };
        let refused = Error::Rank { rank: 3, limit: 2 };
        let error = nmf(&settings, &a.view(), (2, 5), 3).unwrap_err();
        assert_eq!(error, refused);
        let h = Matrix::<f64>::gaussian(5, 3, 2).map(f64::abs);
        let found = transform(&settings, &a.view(), (2, 5), &h).unwrap();
        assert_eq!((found.w.nrows, found.w.ncols), (2, 3));
    }
}
