//! The kernels in which fits spend their time, each beside the limits of the machine (Williams, Waterman & Patterson 2009).

use super::Limits;
use lowrank::core::LinearOperator;
use lowrank::core::panel::Panel;
use lowrank::core::random::{Distribution, RandomEntries};
use lowrank::internals::{MemorySpace, Operator, Task, run};
use lowrank::{Backend, Error, Matrix, Scalar};
use serde::Serialize;
use std::time::{Duration, Instant};

/// A kernel of the host backend on all threads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kernel {
    /// `A X`, `A^T Y`, `A A^T X` or `Y^T Y`, where X and Y are panels of k columns.
    pub name: &'static str,
    /// `f64` or `f32`.
    pub precision: &'static str,
    /// The number of threads.
    pub threads: usize,
    /// The fastest run.
    pub seconds: f64,
    /// 10^9 flops a second.
    pub gflops: f64,
    /// 10^9 bytes a second: the matrix and the panels, each moved once.
    pub gigabytes_per_second: f64,
    /// Its flops a second as a share of what the machine allows.
    pub of_limit: f64,
}

/// Runs of a kernel go on for this time, and there are at least [`FEWEST_RUNS`] after the first.
const BUDGET: Duration = Duration::from_millis(100);

const FEWEST_RUNS: usize = 3;

/// The flops and bytes of a run of a kernel.
#[derive(Clone, Copy)]
struct Cost {
    flops: usize,
    bytes: usize,
}

/// The kernels with panels of k columns.
struct Kernels {
    k: usize,
    /// The bytes of A.
    bytes: usize,
    /// The stored entries of A.
    entries: usize,
}

impl<T: Scalar> Task<T> for Kernels {
    type Output = Vec<(&'static str, Cost, f64)>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<Self::Output, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.k);
        let (mut left, mut right, mut third) =
            (S::buffer(m, k)?, S::buffer(n, k)?, S::buffer(m, k)?);
        let mut small = S::small_buffer(k * k)?;
        let (mut x, mut y) = (S::panel(&mut left, m, k)?, S::panel(&mut third, m, k)?);
        let mut across = S::permuted(S::panel(&mut right, n, k)?, a.columns());
        let mut small = S::small(&mut small, k, k)?;
        let random = RandomEntries::new(Distribution::Uniform, 0);
        across.fill_random(&random)?;
        x.fill_random(&random)?;
        let (of_rows, of_columns) = (m * k * size_of::<T>(), n * k * size_of::<T>());
        let product = Cost {
            flops: 2 * self.entries * k,
            bytes: self.bytes + of_rows + of_columns,
        };
        let both = Cost {
            flops: 2 * product.flops,
            bytes: self.bytes + 2 * of_rows,
        };
        let gram = Cost {
            flops: m * k * (k + 1),
            bytes: of_rows,
        };
        Ok(vec![
            ("A X", product, best(|| a.apply(&across, &mut y))?),
            (
                "A^T Y",
                product,
                best(|| a.apply_transpose(&x, &mut across))?,
            ),
            (
                "A A^T X",
                both,
                best(|| a.apply_row_gram(&x, &mut across, &mut y))?,
            ),
            ("Y^T Y", gram, best(|| x.gram(&mut small))?),
        ])
    }
}

/// Returns the seconds of the fastest run.
fn best(mut kernel: impl FnMut() -> Result<(), lowrank::core::Error>) -> Result<f64, Error> {
    kernel()?;
    let (start, mut fastest, mut runs) = (Instant::now(), f64::INFINITY, 0);
    while runs < FEWEST_RUNS || start.elapsed() < BUDGET {
        let run = Instant::now();
        kernel()?;
        fastest = run.elapsed().as_secs_f64().min(fastest);
        runs += 1;
    }
    Ok(fastest)
}

impl Kernel {
    /// Times the kernels on A, with panels of k columns.
    ///
    /// # Errors
    /// [`Error::Factorization`] for entries that are not finite.
    pub(super) fn time_all<T: Scalar>(
        a: Matrix<'_, T>,
        k: usize,
        limits: &[Limits],
    ) -> Result<Vec<Self>, Error> {
        let kernels = Kernels {
            k,
            bytes: a.bytes(),
            entries: a.entries(),
        };
        let threads = rayon::current_num_threads();
        let of = |(name, cost, seconds): (&'static str, Cost, f64)| {
            let rate = |count: usize| count as f64 / seconds / 1e9;
            let (gflops, gigabytes) = (rate(cost.flops), rate(cost.bytes));
            Self {
                name,
                precision: T::NAME,
                threads,
                seconds,
                gflops,
                gigabytes_per_second: gigabytes,
                of_limit: Limits::share(limits, (T::NAME, threads), (gflops, gigabytes)),
            }
        };
        let timed = run(Backend::Host, a, kernels)?;
        Ok(timed.into_iter().map(of).collect())
    }
}
