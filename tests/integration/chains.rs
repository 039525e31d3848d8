//! Chains of non-negative factors: comparison with torchnmf, and invariants.

use crate::matrices::kept;
use lowrank::iteration::Progress;
use lowrank::nmf::{
    BetaChain, ChainFactorization, ChainModel, FactorRule, Loss, NmfInit, NmfSolver, Penalty,
};
use lowrank::{Backend, DenseMatrix, Error, Nmf, Scalar, SparseMatrix};
use lowrank_core::Error as CoreError;
use serde_json::Value;
use std::ops::ControlFlow;

fn go_on<T>(_: Progress<T>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// The numbers of golden/chains.py: SplitMix64, row after row.
fn uniform(seed: u64, rows: usize, columns: usize) -> DenseMatrix<f64> {
    let mut state = seed;
    let mut entries = Vec::new();
    for _ in 0..rows * columns {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        entries.push(((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(53));
    }
    DenseMatrix::from_fn(rows, columns, |i, j| entries[i * columns + j])
}

/// The chain of golden/chains.py: ranks 24, 10 and 4.
fn start() -> ChainFactorization<f64> {
    ChainFactorization {
        w: uniform(2, 1024, 24),
        inner: vec![uniform(3, 24, 10), uniform(4, 10, 4)],
        h: uniform(5, 64, 4),
    }
}

fn settings(loss: Loss) -> BetaChain {
    BetaChain {
        ranks: vec![24, 10, 4],
        loss,
        order: vec![2, 3, 1, 0],
        tolerance: 0.0,
        ..BetaChain::default()
    }
}

fn penalised() -> FactorRule {
    FactorRule {
        penalty: Penalty { l1: 0.3, l2: 0.2 },
        orthogonality: 0.1,
        frozen: false,
    }
}

#[test]
fn losses_are_those_of_torchnmf_after_each_of_its_epochs() {
    let golden: Value = serde_json::from_str(include_str!("../golden/chains.json")).unwrap();
    let a = uniform(1, 1024, 64);
    let epochs = golden["epochs"].as_array().unwrap();
    for (name, beta, rule) in [
        ("beta 1", 1.0, FactorRule::default()),
        ("beta 2", 2.0, FactorRule::default()),
        ("beta 1.5 penalised", 1.5, penalised()),
    ] {
        for (place, epochs) in epochs.iter().enumerate() {
            let expected = golden[name][place].as_f64().unwrap();
            let chain = BetaChain {
                iterations: epochs.as_u64().unwrap() as usize,
                rules: vec![rule; 4],
                ..settings(Loss::of_beta(beta))
            };
            let found = chain.fit_with(&a, Some(&start()), go_on).unwrap().loss;
            let off = (found - expected).abs() / expected;
            println!("{name}, {epochs} epochs: {found:.9} and {expected:.9}, {off:.1e} apart");
            // torchnmf adds 1.2e-7 to numerators and denominators.
            assert!(off < 1e-6, "{name} {epochs} {off:e}");
        }
    }
}

fn sparse(a: &DenseMatrix<f64>, keep: impl Fn(f64) -> bool) -> SparseMatrix<f64> {
    kept(a, |_, _, x| keep(x))
}

/// The product of all factors.
fn product<T: Scalar>(model: &ChainModel<T>) -> DenseMatrix<f64> {
    let ChainFactorization { w, inner, h } = &model.factors;
    let multiply = |x: &DenseMatrix<f64>, y: &DenseMatrix<f64>| {
        DenseMatrix::from_fn(x.nrows(), y.ncols(), |i, j| {
            (0..x.ncols()).map(|p| x.at(i, p) * y.at(p, j)).sum()
        })
    };
    let links = inner.iter().map(DenseMatrix::cast).collect::<Vec<_>>();
    let left = links.iter().fold(w.cast(), |x, y| multiply(&x, y));
    multiply(&left, &h.cast().transpose())
}

fn distance(a: &DenseMatrix<f64>, b: &DenseMatrix<f64>) -> f64 {
    let pairs = a.as_slice().iter().zip(b.as_slice());
    pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn core_error(result: Result<ChainModel<f64>, Error>) -> CoreError {
    match result {
        Err(Error::Factorization(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_chain_without_inner_factors_is_a_factorization() {
    let a = uniform(7, 30, 20);
    let start = ChainFactorization {
        w: uniform(8, 30, 3),
        inner: Vec::new(),
        h: uniform(9, 20, 3),
    };
    for backend in [Backend::Core, Backend::Host] {
        for beta in [2.0, 1.0, 0.5, 0.0, 3.0] {
            let chain = BetaChain {
                ranks: vec![3],
                loss: Loss::of_beta(beta),
                iterations: 30,
                tolerance: 0.0,
                backend,
                ..BetaChain::default()
            };
            let nmf = Nmf {
                rank: 3,
                loss: Loss::of_beta(beta),
                solver: Some(NmfSolver::Mu),
                init: NmfInit::Given,
                iterations: 30,
                tolerance: 0.0,
                backend,
                ..Nmf::default()
            };
            let chain = chain.fit_with(&a, Some(&start), go_on).unwrap();
            let nmf = nmf.fit_with(&a, Some((&start.w, &start.h)), go_on).unwrap();
            let off = distance(&chain.factors.w, &nmf.w) + distance(&chain.factors.h, &nmf.h);
            assert!(off < 1e-9, "{beta} {off:e}");
            assert!((chain.loss - nmf.loss).abs() < 1e-9 * nmf.loss);
        }
    }
}

#[test]
fn the_loss_of_a_chain_never_rises_and_is_that_of_its_product() {
    let a = uniform(7, 40, 30);
    for (beta, rule) in [
        (2.0, FactorRule::default()),
        (1.0, FactorRule::default()),
        (0.0, FactorRule::default()),
        (2.0, penalised()),
        (1.0, penalised()),
    ] {
        let mut errors = Vec::new();
        let chain = BetaChain {
            ranks: vec![8, 5, 3],
            loss: Loss::of_beta(beta),
            rules: vec![rule; 4],
            iterations: 60,
            tolerance: 0.0,
            ..BetaChain::default()
        };
        let mut observe = |progress: lowrank::iteration::Progress<f64>| {
            errors.push(progress.error);
            std::ops::ControlFlow::Continue(())
        };
        let model = chain.fit_with(&a, None, &mut observe).unwrap();
        let error = distance(&a, &product(&model));
        assert!((error - model.approximation.error).abs() < 1e-10 * error);
        if rule == FactorRule::default() {
            let rises = errors
                .windows(2)
                .any(|pair| pair[1] > pair[0] * (1.0 + 1e-12));
            assert!(!rises, "{beta} {errors:?}");
        }
        if beta == 2.0 {
            let of_loss = (2.0 * model.loss).sqrt();
            assert!((of_loss - error).abs() < 1e-10 * error);
        }
    }
}

#[test]
fn columns_that_must_not_overlap_do_so_less() {
    let a = uniform(7, 40, 30);
    let start = ChainFactorization {
        w: uniform(8, 40, 5),
        inner: vec![uniform(9, 5, 4)],
        h: uniform(10, 30, 4),
    };
    let frozen = FactorRule {
        frozen: true,
        ..FactorRule::default()
    };
    let overlap = |orthogonality| {
        let rule = FactorRule {
            orthogonality,
            ..FactorRule::default()
        };
        let chain = BetaChain {
            ranks: vec![5, 4],
            // The others would grow, and W shrink.
            rules: vec![rule, frozen, frozen],
            iterations: 300,
            ..BetaChain::default()
        };
        let w = chain.fit_with(&a, Some(&start), go_on).unwrap().factors.w;
        let dot = |p: usize, q: usize| {
            let pairs = w.column(p).iter().zip(w.column(q));
            pairs.map(|(x, y)| x * y).sum::<f64>()
        };
        let pairs = (0..5).flat_map(|p| (0..p).map(move |q| (p, q)));
        pairs.map(|(p, q)| dot(p, q)).sum::<f64>()
    };
    let free = overlap(0.0);
    assert!(overlap(20.0) < 0.5 * free, "{} {free}", overlap(20.0));
}

#[test]
fn frozen_factors_stay_and_the_others_fit_them() {
    let (a, start) = (uniform(1, 1024, 64), start());
    let frozen = FactorRule {
        frozen: true,
        ..FactorRule::default()
    };
    for still in 0..4 {
        let mut rules = vec![FactorRule::default(); 4];
        rules[still] = frozen;
        let chain = BetaChain {
            rules,
            iterations: 10,
            ..settings(Loss::Frobenius)
        };
        let model = chain.fit_with(&a, Some(&start), go_on).unwrap();
        let found = &model.factors;
        let same = [
            found.w == start.w,
            found.inner[0] == start.inner[0],
            found.inner[1] == start.inner[1],
            found.h == start.h,
        ];
        for (factor, same) in same.into_iter().enumerate() {
            assert_eq!(same, factor == still, "{factor}");
        }
    }
}

#[test]
fn sparse_matrices_and_single_precision_have_the_same_chains() {
    let full = uniform(7, 60, 40);
    let a = DenseMatrix::from_fn(60, 40, |i, j| match full.at(i, j) {
        x if x > 0.8 => x,
        _ => 0.0,
    });
    for beta in [2.0, 1.0, 1.5] {
        let chain = BetaChain {
            ranks: vec![6, 4],
            loss: Loss::of_beta(beta),
            iterations: 20,
            tolerance: 0.0,
            ..BetaChain::default()
        };
        let dense = chain.fit(&a).unwrap();
        let single = chain.fit(&a.cast::<f32>()).unwrap();
        let sparse = chain.fit(&sparse(&a, |x| x > 0.0)).unwrap();
        let size = distance(&product(&dense), &DenseMatrix::from_fn(60, 40, |_, _| 0.0));
        assert!(
            distance(&product(&dense), &product(&sparse)) < 1e-9 * size,
            "{beta}"
        );
        assert!(
            distance(&product(&dense), &product(&single)) < 1e-3 * size,
            "{beta}"
        );
        let core = BetaChain {
            backend: Backend::Core,
            ..chain.clone()
        };
        let core = core.fit(&a).unwrap();
        assert!(
            distance(&product(&dense), &product(&core)) < 1e-9 * size,
            "{beta}"
        );
        let tiny = DenseMatrix::from_fn(60, 40, |i, j| a.at(i, j) * 2f64.powi(-600));
        let tiny = chain.fit(&tiny).unwrap();
        let grown = DenseMatrix::from_fn(60, 40, |i, j| product(&tiny).at(i, j) * 2f64.powi(600));
        assert!(distance(&product(&dense), &grown) < 1e-9 * size, "{beta}");
    }
}

#[test]
fn chains_that_cannot_be_are_refused() {
    let a = uniform(7, 12, 10);
    let chain = BetaChain {
        ranks: vec![4, 3],
        ..BetaChain::default()
    };
    let with = |ranks: &[usize]| BetaChain {
        ranks: ranks.to_vec(),
        ..chain.clone()
    };
    for (ranks, rank) in [(&[][..], 0), (&[4, 0], 0), (&[0, 4], 0)] {
        let refused = core_error(with(ranks).fit(&a));
        assert_eq!(refused, CoreError::Rank { rank, limit: 10 });
    }
    let wide = with(&[4, 11]).fit(&a).unwrap();
    assert_eq!(wide.factors.h.ncols(), 11);
    let start = ChainFactorization {
        w: uniform(1, 12, 4),
        inner: vec![uniform(2, 5, 3)],
        h: uniform(3, 10, 3),
    };
    let meeting = CoreError::Shape {
        expected: (4, 3),
        found: (5, 3),
    };
    assert_eq!(core_error(chain.fit_with(&a, Some(&start), go_on)), meeting);
    let negative = ChainFactorization {
        inner: vec![DenseMatrix::from_fn(4, 3, |_, _| -1.0)],
        ..start
    };
    assert_eq!(
        core_error(chain.fit_with(&a, Some(&negative), go_on)),
        CoreError::Start
    );
    let order = BetaChain {
        order: vec![0, 3],
        ..chain.clone()
    };
    assert_eq!(
        core_error(order.fit(&a)),
        CoreError::Setting { name: "order" }
    );
    let rules = BetaChain {
        rules: vec![FactorRule::default(); 4],
        ..chain.clone()
    };
    assert_eq!(
        core_error(rules.fit(&a)),
        CoreError::Setting { name: "rules" }
    );
    let holed = DenseMatrix::from_fn(12, 10, |i, j| if (i, j) == (3, 4) { 0.0 } else { 1.0 });
    let zeros = BetaChain {
        loss: Loss::ItakuraSaito,
        ..chain
    };
    let place = CoreError::Zero { row: 3, column: 4 };
    assert_eq!(core_error(zeros.fit(&holed)), place);
}
