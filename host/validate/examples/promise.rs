//! Judges the promise of every truncated SVD and principal component analysis, made with defaults and by every solver:
//! error <= (1 + tolerance) times the minimum for the rank + (1e-7 + 16 sqrt(m + n) eps) ||A||_F, or `converged: false`. The minimum
//! comes from faer's singular values in f64. Exits with 1 if a result breaks the promise and says that it converged.
//!
//! ```text
//! cargo run --release -p lowrank-validate --features peers --example promise
//! ```

use clap::Parser;
use faer::{Mat, Par};
use lowrank::internals::thin_svd;
use lowrank::svd::SvdSolver;
use lowrank::{DenseMatrix, Matrix, Pca, Scalar, SparseMatrix, TruncatedSvd};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Judges the promise of truncated singular value decompositions
#[derive(Debug, Parser)]
struct Options {
    /// Seeds of each family, shape and rank
    #[arg(long, default_value_t = 1)]
    seeds: u64,

    /// Only families whose names contain this
    #[arg(long, default_value = "")]
    family: String,

    /// Print every run that did not converge or broke the promise
    #[arg(long)]
    verbose: bool,
}

/// Rows and columns; their transposes are judged, too.
const SHAPES: [(usize, usize); 8] = [
    (1, 1),
    (1, 40),
    (7, 3),
    (65, 270),
    (300, 300),
    (1000, 50),
    (1200, 160),
    (400, 250),
];

const RANKS: [usize; 9] = [1, 2, 3, 5, 6, 10, 12, 20, 50];

/// The tolerance of the defaults.
const TOLERANCE: f64 = 1e-7;

struct Family {
    name: &'static str,
    /// Computes m x n entries, column by column, for a seed.
    make: fn(usize, usize, u64) -> Vec<f64>,
}

/// A small generator: SplitMix64 (Steele, Lea & Flood 2014).
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number in (0, 1).
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

fn gaussian(m: usize, n: usize, seed: u64) -> Vec<f64> {
    let mut generator = Generator(seed);
    (0..m * n).map(|_| generator.normal()).collect()
}

fn orthonormal(m: usize, k: usize, seed: u64) -> Mat<f64> {
    let entries = gaussian(m, k, seed);
    Mat::from_fn(m, k, |i, j| entries[i + m * j])
        .qr()
        .compute_thin_Q()
}

/// U diag(value(i, min(m, n))) V^T with random U and V.
fn spectrum(m: usize, n: usize, seed: u64, value: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let k = m.min(n);
    let (u, v) = (orthonormal(m, k, seed), orthonormal(n, k, seed ^ 0xABCD));
    let us = Mat::from_fn(m, k, |i, j| u[(i, j)] * value(j, k));
    let a = &us * v.transpose();
    (0..m * n).map(|at| a[(at % m, at / m)]).collect()
}

fn sparse(m: usize, n: usize, seed: u64, share: f64) -> Vec<f64> {
    let mut generator = Generator(seed);
    let mut entry = || {
        if generator.uniform() < share {
            generator.normal()
        } else {
            0.0
        }
    };
    (0..m * n).map(|_| entry()).collect()
}

const fn family(name: &'static str, make: fn(usize, usize, u64) -> Vec<f64>) -> Family {
    Family { name, make }
}

const FAMILIES: [Family; 17] = [
    family("gaussian", gaussian),
    family("flat: evenly from 1 to 0.9", |m, n, seed| {
        spectrum(m, n, seed, |i, k| 1.0 - 0.1 * i as f64 / k as f64)
    }),
    family("all equal", |m, n, seed| spectrum(m, n, seed, |_, _| 1.0)),
    family("2 copies each, 5 % apart", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 0.95_f64.powi(i as i32 / 2))
    }),
    family("5 copies each, 5 % apart", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 0.95_f64.powi(i as i32 / 5))
    }),
    family("20 copies each, 5 % apart", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 0.95_f64.powi(i as i32 / 20))
    }),
    family("12 copies, 1 % above the next", |m, n, seed| {
        spectrum(m, n, seed, |i, _| {
            if i < 12 {
                1.0
            } else {
                0.99 - 1e-3 * i as f64 / 500.0
            }
        })
    }),
    family("1 % apart", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 0.99_f64.powi(i as i32))
    }),
    family("0.1 % apart", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 0.999_f64.powi(i as i32))
    }),
    family("clusters of 6 within 1e-6", |m, n, seed| {
        spectrum(m, n, seed, |i, _| {
            0.8_f64.powi(i as i32 / 6) * (1.0 + 1e-6 * (i % 6) as f64)
        })
    }),
    family("graded: 0.5^i", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 0.5_f64.powi(i as i32))
    }),
    family("graded: 0.01^i", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 0.01_f64.powi(i as i32))
    }),
    family("decaying: 1/i", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 1.0 / (1.0 + i as f64))
    }),
    family("decaying: 1/sqrt(i)", |m, n, seed| {
        spectrum(m, n, seed, |i, _| 1.0 / (1.0 + i as f64).sqrt())
    }),
    family("rank 4, and noise of 1e-6", |m, n, seed| {
        spectrum(m, n, seed, |i, _| if i < 4 { 5.0 - i as f64 } else { 1e-6 })
    }),
    family("rank 4 exactly", |m, n, seed| {
        spectrum(m, n, seed, |i, _| if i < 4 { 5.0 - i as f64 } else { 0.0 })
    }),
    family("sparse: 2 % nonzero", |m, n, seed| sparse(m, n, seed, 0.02)),
];

#[derive(Default)]
struct Count {
    runs: usize,
    unconverged: usize,
    silent: usize,
    worst: f64,
    /// The largest true excess over the estimated one, of those that matter.
    optimism: f64,
}

/// A result in f64.
struct Outcome {
    u: Mat<f64>,
    s: Vec<f64>,
    v: Mat<f64>,
    converged: bool,
    excess: f64,
    solver: SvdSolver,
}

fn to_mat<T: Scalar>(a: &DenseMatrix<T>) -> Mat<f64> {
    Mat::from_fn(a.nrows(), a.ncols(), |i, j| a.at(i, j).to_f64())
}

fn svd<T: Scalar>(settings: &TruncatedSvd, a: Matrix<'_, T>) -> Result<Outcome, lowrank::Error> {
    let model = settings.fit(a)?;
    Ok(Outcome {
        u: to_mat(&model.u),
        s: model.singular_values.iter().map(|s| s.to_f64()).collect(),
        v: to_mat(&model.v),
        converged: model.search.converged,
        excess: model.search.excess.to_f64(),
        solver: model.search.solver,
    })
}

fn pca<T: Scalar>(rank: usize, a: Matrix<'_, T>) -> Result<Outcome, lowrank::Error> {
    let model = Pca {
        rank,
        ..Pca::default()
    }
    .fit(a)?;
    Ok(Outcome {
        u: to_mat(&model.scores),
        s: vec![1.0; rank],
        v: to_mat(&model.components),
        converged: model.search.converged,
        excess: model.search.excess.to_f64(),
        solver: model.search.solver,
    })
}

struct Judge {
    a: Mat<f64>,
    values: Vec<f64>,
    norm: f64,
}

impl Judge {
    fn new(a: Mat<f64>) -> Self {
        let (_, s, _) = thin_svd(a.as_ref(), Par::Seq, Default::default()).expect("faer converges");
        let values: Vec<f64> = s.column_vector().iter().copied().collect();
        let norm = a.norm_l2();
        Self { a, values, norm }
    }

    /// Returns the error above (1 + tolerance) times the minimum, in units of `share` ||A||, and the excess.
    fn judge(&self, found: &Outcome, share: f64) -> (f64, f64) {
        let k = found.s.len();
        let us = Mat::from_fn(found.u.nrows(), k, |i, j| found.u[(i, j)] * found.s[j]);
        let error = (&self.a - &us * found.v.transpose()).norm_l2();
        let least = self.values[k..].iter().map(|s| s * s).sum::<f64>().sqrt();
        let above =
            (error - (1.0 + TOLERANCE) * least) / (share * self.norm.max(f64::MIN_POSITIVE));
        (above, error - least)
    }
}

fn judged<T: Scalar>(
    label: &str,
    judge: &Judge,
    found: Result<Outcome, lowrank::Error>,
    options: (&mut Count, bool),
) {
    let (count, verbose) = options;
    count.runs += 1;
    let sides = (judge.a.nrows() + judge.a.ncols()) as f64;
    let share = 1e-7 + 16.0 * sides.sqrt() * T::EPSILON.to_f64();
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            count.silent += 1;
            println!("{label}: {error}");
            return;
        }
    };
    let (above, excess) = judge.judge(&found, share);
    count.worst = count.worst.max(above);
    if !found.converged {
        count.unconverged += 1;
    }
    if excess > 0.1 * share * judge.norm && found.excess > 0.0 {
        count.optimism = count.optimism.max(excess / found.excess);
    }
    let silent = above > 1.0 && found.converged;
    if silent {
        count.silent += 1;
    }
    if silent || (verbose && !found.converged) {
        println!(
            "{label}: {above:.2} units above, excess {excess:.2e}, estimated {:.2e}, ||A|| {:.2e}, by {}, converged {}",
            found.excess,
            judge.norm,
            found.solver.name(),
            found.converged
        );
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let mut table: BTreeMap<(usize, &str), Count> = BTreeMap::new();
    let shapes = SHAPES.into_iter().flat_map(|(m, n)| [(m, n), (n, m)]);
    for (m, n) in shapes.filter(|(m, n)| m != n).chain([(300, 300)]) {
        for (place, family) in FAMILIES.iter().enumerate() {
            if !family.name.contains(&options.family) {
                continue;
            }
            for seed in 0..options.seeds {
                let entries = (family.make)(m, n, 1000 * place as u64 + seed);
                run::<f64>(
                    &entries,
                    (m, n),
                    (place, family.name),
                    seed,
                    &options,
                    &mut table,
                );
                run::<f32>(
                    &entries,
                    (m, n),
                    (place, family.name),
                    seed,
                    &options,
                    &mut table,
                );
            }
        }
    }
    println!(
        "| family | solver | runs | silent misses | not converged | worst above, in units | true over estimated excess |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut silent = 0;
    for ((place, solver), count) in &table {
        silent += count.silent;
        println!(
            "| {} | {solver} | {} | {} | {} | {:.3} | {:.1} |",
            FAMILIES[*place].name,
            count.runs,
            count.silent,
            count.unconverged,
            count.worst,
            count.optimism
        );
    }
    if silent == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run<T: Scalar>(
    entries: &[f64],
    (m, n): (usize, usize),
    (place, name): (usize, &'static str),
    seed: u64,
    options: &Options,
    table: &mut BTreeMap<(usize, &'static str), Count>,
) {
    let a = DenseMatrix::from_fn(m, n, |i, j| T::from_f64(entries[i + m * j]));
    let exact = to_mat(&a);
    let means: Vec<f64> = (0..n)
        .map(|j| exact.col(j).iter().sum::<f64>() / m as f64)
        .collect();
    let centered = Mat::from_fn(m, n, |i, j| exact[(i, j)] - means[j]);
    let (plain, centered) = (Judge::new(exact.clone()), Judge::new(centered));
    let (mut offsets, mut columns, mut values) = (vec![0], vec![], vec![]);
    for i in 0..m {
        for j in 0..n {
            if entries[i + m * j] != 0.0 {
                columns.push(j as u32);
                values.push(a.at(i, j));
            }
        }
        offsets.push(columns.len());
    }
    let sparse = SparseMatrix::new(offsets, columns, values, n).expect("valid");
    let full = m.min(n);
    let mut ranks: Vec<usize> = RANKS.iter().copied().filter(|k| *k <= full).collect();
    if full > 160 {
        ranks.retain(|k| [1, 3, 6, 12, 20, 50].contains(k))
    }
    if full > 1 {
        ranks.push(full - 1)
    }
    if full <= 160 {
        ranks.push(full)
    }
    ranks.dedup();
    for rank in ranks {
        let defaults = TruncatedSvd {
            rank,
            seed,
            ..TruncatedSvd::default()
        };
        let label = |solver: &str| {
            format!(
                "{name}, {m} x {n}, k = {rank}, seed {seed}, {solver}, {}",
                T::NAME
            )
        };
        let solvers = [
            None,
            Some(SvdSolver::Krylov),
            Some(SvdSolver::Chebyshev),
            Some(SvdSolver::Randomized),
        ];
        for (solver, column) in
            solvers
                .into_iter()
                .zip(["default", "krylov", "chebyshev", "randomized"])
        {
            let found = svd(&TruncatedSvd { solver, ..defaults }, Matrix::Dense(&a));
            judged::<T>(
                &label(column),
                &plain,
                found,
                (table.entry((place, column)).or_default(), options.verbose),
            );
        }
        let found = svd(&defaults, Matrix::Sparse(&sparse));
        judged::<T>(
            &label("sparse"),
            &plain,
            found,
            (
                table.entry((place, "default")).or_default(),
                options.verbose,
            ),
        );
        let found = pca(rank, Matrix::Dense(&a));
        judged::<T>(
            &label("pca"),
            &centered,
            found,
            (table.entry((place, "pca")).or_default(), options.verbose),
        );
    }
}
