//! The input of lowrank and its peers: matrices, initial factors, and the plan.

use crate::plan::{Kind, Plan, Shape, Work};
use crate::{matrices, npz, synthetic};
use lowrank::descent::{Descent, GradientNmf};
use lowrank::nmf::{Loss, NmfInit, NmfSolver};
use lowrank::{Backend, DenseMatrix, Matrix, Nmf, SparseMatrix};
use lowrank_files::matrix_file::to_npy;
use std::error::Error;
use std::fs;
use std::path::Path;

/// Documents of a plan for checks.
const FEW_ROWS: usize = 200;
/// The rows and columns of the synthetic dense matrix.
const DENSE: [usize; 2] = [16_384, 512];
const MADE_UP: &str = "made-up.npy";
pub const SEED: u64 = 0;

pub fn all(data: &Path, folder: &Path, small: bool) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut made = Preparation {
        folder,
        plan: Plan {
            small,
            works: Vec::new(),
        },
    };
    let (four, origin) = made.sparse(data, matrices::FOUR)?;
    let full = matrices::dense(&four);
    made.updates(
        "mu-dense",
        Kind::Mu,
        6,
        matrices::FOUR,
        &origin,
        (&full).into(),
    )?;
    made.updates(
        "gradient-dense",
        Kind::Gradient,
        6,
        matrices::FOUR,
        &origin,
        (&full).into(),
    )?;
    made.updates(
        "mu-sparse",
        Kind::Mu,
        6,
        matrices::FOUR,
        &origin,
        (&four).into(),
    )?;
    made.updates(
        "kl-dense",
        Kind::Kl,
        20,
        matrices::FOUR,
        &origin,
        (&full).into(),
    )?;
    drop((full, four));
    let (groups, origin) = made.sparse(data, matrices::ALL)?;
    made.updates(
        "mu-sparse-all",
        Kind::Mu,
        6,
        matrices::ALL,
        &origin,
        (&groups).into(),
    )?;
    made.svd("svd-sparse", matrices::ALL, &origin, (&groups).into());
    drop(groups);
    let dense = synthetic::matrix(DENSE[usize::from(small)]);
    fs::write(folder.join(MADE_UP), to_npy(&dense))?;
    made.svd(
        "svd-dense",
        MADE_UP,
        "made up: singular values 1/j, and noise",
        (&dense).into(),
    );
    made.plan.write(folder)
}

struct Preparation<'a> {
    folder: &'a Path,
    plan: Plan,
}

impl Preparation<'_> {
    /// The matrix, left in the folder, too.
    fn sparse(
        &self,
        data: &Path,
        file: &str,
    ) -> Result<(SparseMatrix<f32>, String), Box<dyn Error>> {
        let (mut a, mut origin) = matrices::find(data, file)?;
        if self.plan.small && a.nrows() > FEW_ROWS {
            a = a.select_rows(&(0..FEW_ROWS).collect::<Vec<_>>());
            origin = format!("{origin}, the first {FEW_ROWS} rows");
        }
        npz::write(&self.folder.join(file), &a)?;
        Ok((a, origin))
    }

    fn work(&self, name: &str, kind: Kind, file: &str, origin: &str, a: Matrix<'_, f32>) -> Work {
        let nonzeros = match a {
            Matrix::Sparse(a) | Matrix::Observed(a) => Some(a.nonzeros()),
            Matrix::Dense(_) => None,
        };
        let small = self.plan.small;
        let (iterations, warm_up, runs) = if small { (12, 2, 2) } else { (60, 10, 5) };
        Work {
            name: name.into(),
            kind,
            file: file.into(),
            origin: origin.into(),
            shape: Shape {
                rows: a.nrows(),
                columns: a.ncols(),
                nonzeros,
            },
            rank: 0,
            iterations,
            warm_up,
            runs,
            start: None,
            rate: None,
            deviation: None,
            oversampling: 0,
            rounds: Vec::new(),
        }
    }

    fn svd(&mut self, name: &str, file: &str, origin: &str, a: Matrix<'_, f32>) {
        let work = self.work(name, Kind::Svd, file, origin, a);
        self.plan.works.push(Work {
            rank: 20,
            oversampling: 10,
            rounds: vec![2, 4, 7, 10],
            ..work
        });
    }

    /// Iterations from one start for all sides: what a fit without iterations returns.
    fn updates(
        &mut self,
        name: &str,
        kind: Kind,
        rank: usize,
        file: &str,
        origin: &str,
        a: Matrix<'_, f32>,
    ) -> Result<(), Box<dyn Error>> {
        let mut work = self.work(name, kind, file, origin, a);
        work.rank = rank;
        let (w, h) = match kind {
            Kind::Gradient => {
                let model = GradientNmf {
                    iterations: 0,
                    ..gradient(&work, Backend::Host)
                }
                .fit(a)?;
                work.rate = model.settings.learning_rate.map(|rate| rate.initial);
                work.deviation = model.settings.deviation;
                (model.w, model.h)
            }
            _ => {
                let model = Nmf {
                    iterations: 0,
                    ..updates(&work, Backend::Host)
                }
                .fit(a)?;
                (model.w, model.h)
            }
        };
        let save = |factor: &DenseMatrix<f32>, side: &str| -> Result<String, Box<dyn Error>> {
            let file = format!("{name}-{side}.npy");
            fs::write(self.folder.join(&file), to_npy(factor))?;
            Ok(file)
        };
        work.start = Some([save(&w, "w")?, save(&h, "h")?]);
        self.plan.works.push(work);
        Ok(())
    }
}

/// The updates of a work.
pub fn updates(work: &Work, backend: Backend) -> Nmf {
    Nmf {
        rank: work.rank,
        loss: match work.kind {
            Kind::Kl => Loss::KullbackLeibler,
            _ => Loss::Frobenius,
        },
        solver: Some(NmfSolver::Mu),
        init: NmfInit::Random,
        iterations: work.iterations,
        tolerance: 0.0,
        backend,
        seed: SEED,
        ..Nmf::default()
    }
}

/// The descent of a work, at the rate that it has found where it has.
pub fn gradient(work: &Work, backend: Backend) -> GradientNmf {
    let constant = |initial| lowrank::descent::LearningRate {
        initial,
        ..lowrank::descent::LearningRate::default()
    };
    GradientNmf {
        rank: work.rank,
        descent: Descent::Plain,
        learning_rate: work.rate.map(constant),
        deviation: work.deviation,
        iterations: work.iterations,
        backend,
        seed: SEED,
        ..GradientNmf::default()
    }
}
