//! The SVD of five small matrices by gradient descent, one start each, including those that fail:
//! `cargo run --release --example small_svd_descents -- FILE.svg`.

use lowrank::core::random::{Distribution, RandomEntries};
use lowrank::descent::{DescentProgress, GradientSvd};
use lowrank::svd::SvdSolver;
use lowrank::{Backend, DenseMatrix, TruncatedSvd};
use lowrank_cli::plot::{Convergence, Format, Point, Run};
use std::ops::ControlFlow;
use std::{env, error::Error, fs, time::Instant};

/// Returns entries uniform between 0 and 1.
fn uniform(m: usize, n: usize, seed: u64) -> DenseMatrix<f64> {
    let random = RandomEntries::new(Distribution::Uniform, seed);
    let width = 2.0 * 3f64.sqrt();
    DenseMatrix::from_fn(m, n, |i, j| random.at::<f64>(i, j) / width + 0.5)
}

/// Runs one start at the full rate, and returns the distance of its singular values from the exact ones.
fn run(m: usize, n: usize, seed: u64) -> Result<Run, Box<dyn Error>> {
    let a = uniform(m, n, 1000 + seed);
    let (start, mut points, mut ran_away) = (Instant::now(), Vec::new(), false);
    let mut observe = |progress: DescentProgress<f64>| {
        // A start that runs away begins again at half the rate: that is another run.
        ran_away = progress.halvings > 0;
        if ran_away {
            return ControlFlow::Break(());
        }
        points.push(Point {
            iteration: progress.progress.iteration,
            seconds: start.elapsed().as_secs_f64(),
            loss: progress.progress.loss.max(1e-33),
        });
        ControlFlow::Continue(())
    };
    let descent = GradientSvd {
        rank: n.min(m),
        starts: 1,
        refinement: 0,
        backend: Backend::Core,
        seed: 100 * seed,
        ..GradientSvd::default()
    };
    let found = descent.fit_with(&a, &mut observe)?;
    let exact = TruncatedSvd {
        rank: n.min(m),
        solver: Some(SvdSolver::Exact),
        ..TruncatedSvd::default()
    };
    let exact = exact.fit(&a)?.singular_values;
    let pairs = found.singular_values.iter().zip(&exact);
    let off = pairs.fold(0.0f64, |off, (s, t)| off.max((s - t).abs()));
    let verdict = match (ran_away, off < 1e-4) {
        (true, _) => "runs away".to_owned(),
        (_, true) => format!("agrees to {off:.0e}"),
        (_, false) => format!("ends {off:.2} away"),
    };
    println!("{m} x {n}, seed {seed}: {verdict}");
    let mut run = Run::new(format!("{m} x {n}: {verdict}"), points);
    run.diverged = ran_away;
    Ok(run)
}

fn main() -> Result<(), Box<dyn Error>> {
    let shapes = [(5, 4, 2), (4, 4, 34), (7, 4, 0), (4, 3, 0), (4, 3, 3)];
    let runs: Result<_, _> = shapes
        .map(|(m, n, seed)| run(m, n, seed))
        .into_iter()
        .collect();
    let plot = Convergence {
        title: "SVD of five small matrices by gradient descent, one start each".into(),
        quantity: "loss".into(),
        runs: runs?,
        levels: Vec::new(),
    };
    let file = env::args()
        .nth(1)
        .unwrap_or("small_svd_descents.svg".into());
    Ok(fs::write(file, plot.render(Format::Svg)?)?)
}
