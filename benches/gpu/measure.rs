//! The measurements of lowrank.
//!
//! An iteration is timed from one call of the observer to the next: before each, a number has been read
//! from the device, so that all work before it is done. An SVD is timed as a whole; the time of surveying and
//! copying its matrix is subtracted and reported separately.

use crate::counts::Counts;
use crate::line::{Ceilings, Line, spread};
use crate::plan::{Kind, Plan, Work};
use crate::{matrices, prepare, synthetic};
use lowrank::iteration::Progress;
use lowrank::svd::SvdSolver;
use lowrank::{Backend, DenseMatrix, Matrix, SparseMatrix, TruncatedSvd};
use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

/// The bytes of a copy that no cache holds, and the number of copies; less for a check.
const COPY: [(usize, usize); 2] = [(1 << 30, 20), (1 << 20, 3)];

/// The relative distance of the reference error of a sparse SVD from the optimum.
const TIGHT: f64 = 1e-6;

pub fn all(folder: &Path, backend: Backend, only: &str) -> Result<(), Box<dyn Error>> {
    let plan = Plan::read(folder)?;
    let device = match backend {
        Backend::Cuda => lowrank::cuda::device_info()?.name,
        _ => "CPU".into(),
    };
    if backend == Backend::Cuda {
        let (bytes, runs) = COPY[usize::from(plan.small)];
        let copy = Some(lowrank::cuda::copy_bandwidth(bytes, runs)?);
        let ceilings = Some(Ceilings { copy, flops: None });
        let line = Line::new("ceilings", "lowrank", &device);
        Line { ceilings, ..line }.print()?;
    }
    let mut failed = Vec::new();
    for work in plan.works.iter().filter(|work| work.name.contains(only)) {
        // The others go on.
        if let Err(error) = measure(folder, work, backend, &device) {
            let refused = Some(error.to_string());
            let line = Line::new(&work.name, "lowrank", &device);
            Line { refused, ..line }.print()?;
            failed.push(format!("{}: {error}", work.name));
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("; ").into())
    }
}

fn measure(
    folder: &Path,
    work: &Work,
    backend: Backend,
    device: &str,
) -> Result<(), Box<dyn Error>> {
    let entries = Entries::read(folder, work)?;
    let side = Side {
        work,
        a: entries.view(),
        backend,
        device,
    };
    match work.kind {
        Kind::Svd => side.svds(),
        _ => side.iterations(),
    }
}

/// The matrix of a work.
enum Entries {
    Sparse(SparseMatrix<f32>),
    Dense(DenseMatrix<f32>),
}

impl Entries {
    fn read(folder: &Path, work: &Work) -> Result<Self, Box<dyn Error>> {
        if !work.file.ends_with(".npz") {
            // Made anew: the file is the peers' copy.
            return Ok(Self::Dense(synthetic::matrix(work.shape.rows)));
        }
        let sparse = matrices::read(&folder.join(&work.file))?;
        Ok(match work.shape.nonzeros {
            Some(_) => Self::Sparse(sparse),
            None => Self::Dense(matrices::dense(&sparse)),
        })
    }

    fn view(&self) -> Matrix<'_, f32> {
        match self {
            Self::Sparse(a) => a.into(),
            Self::Dense(a) => a.into(),
        }
    }
}

/// lowrank at a work.
struct Side<'a> {
    work: &'a Work,
    a: Matrix<'a, f32>,
    backend: Backend,
    device: &'a str,
}

impl Side<'_> {
    fn iterations(&self) -> Result<(), Box<dyn Error>> {
        let (mut times, mut loads, mut error) = (Vec::new(), Vec::new(), 0.0);
        for _ in 0..self.work.runs {
            let mut calls = Vec::with_capacity(self.work.iterations + 1);
            let mut observe = |_: Progress<f32>| {
                calls.push(Instant::now());
                ControlFlow::Continue(())
            };
            error = match self.work.kind {
                Kind::Gradient => {
                    let settings = prepare::gradient(self.work, self.backend);
                    let model = settings.fit_with(self.a, None, &mut observe)?;
                    model.approximation.error
                }
                kind => {
                    let settings = prepare::updates(self.work, self.backend);
                    let model = settings.fit_with(self.a, None, &mut observe)?;
                    if kind == Kind::Kl {
                        model.loss
                    } else {
                        model.approximation.error
                    }
                }
            };
            let passed = calls.windows(2).skip(self.work.warm_up);
            times.extend(passed.map(|calls| milliseconds(calls[1] - calls[0])));
            loads.push(self.load());
        }
        self.print("lowrank", self.device, times, loads, error, 0)
    }

    /// Measures power iterations, for each number of them; the solver of our choice; and, if A is sparse, the
    /// CPU as well.
    fn svds(&self) -> Result<(), Box<dyn Error>> {
        for rounds in &self.work.rounds {
            let name = format!("lowrank, randomized, {rounds} rounds");
            self.svd(&name, self.backend, self.randomized(*rounds), *rounds)?;
        }
        let tight = TruncatedSvd {
            rank: self.work.rank,
            tolerance: TIGHT,
            ..TruncatedSvd::default()
        };
        self.svd("lowrank, its own choice", self.backend, tight, 0)?;
        if self.backend != Backend::Host && self.work.shape.nonzeros.is_some() {
            for rounds in &self.work.rounds {
                let name = format!("lowrank on the CPU, randomized, {rounds} rounds");
                self.svd(&name, Backend::Host, self.randomized(*rounds), *rounds)?;
            }
        }
        Ok(())
    }

    fn randomized(&self, rounds: usize) -> TruncatedSvd {
        TruncatedSvd {
            rank: self.work.rank,
            solver: Some(SvdSolver::Randomized),
            oversampling: self.work.oversampling,
            power_iterations: rounds,
            seed: prepare::SEED,
            ..TruncatedSvd::default()
        }
    }

    fn svd(
        &self,
        program: &str,
        backend: Backend,
        settings: TruncatedSvd,
        rounds: usize,
    ) -> Result<(), Box<dyn Error>> {
        let settings = TruncatedSvd {
            backend,
            ..settings
        };
        let on_device = backend == Backend::Cuda;
        let (mut times, mut loads, mut error) = (Vec::new(), Vec::new(), 0.0);
        // The first run is not counted.
        for run in 0..=self.work.runs {
            let start = Instant::now();
            let model = settings.fit(self.a)?;
            let all = milliseconds(start.elapsed());
            let load = if on_device { self.load() } else { 0.0 };
            error = model.approximation.error;
            if run > 0 {
                times.push(all - load);
                loads.push(load);
            }
        }
        let device = if on_device { self.device } else { "CPU" };
        self.print(program, device, times, loads, error, rounds)
    }

    /// Returns the time of the last fit before its first product.
    fn load(&self) -> f64 {
        match self.backend {
            Backend::Cuda => milliseconds(lowrank::cuda::load_time()),
            _ => 0.0,
        }
    }

    fn print(
        &self,
        program: &str,
        device: &str,
        times: Vec<f64>,
        loads: Vec<f64>,
        error: f32,
        rounds: usize,
    ) -> Result<(), Box<dyn Error>> {
        let counted = self.work.kind != Kind::Svd || rounds > 0;
        Line {
            ms: spread(times),
            load_ms: spread(loads).map(|[median, ..]| median),
            error: Some(f64::from(error)),
            counts: counted.then(|| Counts::of(self.work, rounds)),
            ..Line::new(&self.work.name, program, device)
        }
        .print()
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
