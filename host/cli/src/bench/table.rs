//! The report of a benchmark as a table, for people and for bug reports.

use super::{BenchReport, Case};
use std::fmt::{self, Display, Formatter};

impl Display for BenchReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        writeln!(
            f,
            "{:14}  {:7}  prec  thr {:>26} runs iter prod  {:>11}  {:>8} GFLOP/s  GB/s {:>5}  peak MB",
            "solver", "backend", "seconds (min..max)", "error", "of best", "limit"
        )?;
        for case in &self.cases {
            row(f, case)?;
        }
        let wrong = self.cases.iter().filter(|case| !case.passed).count();
        match wrong {
            0 => write!(f, "\n{} cases, the error of each checked", self.cases.len()),
            wrong => write!(f, "\n{} cases, {wrong} WRONG", self.cases.len()),
        }
    }
}

impl BenchReport {
    fn head(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let processor = match self.processor.as_str() {
            "" => "an unknown processor",
            name => name,
        };
        let (version, processors) = (self.version, self.processors);
        writeln!(
            f,
            "lowrank {version}, {processor}, processors: {processors}"
        )?;
        for limits in &self.limits {
            writeln!(
                f,
                "limits with threads: {}: {:.1} GB/s from memory, {:.1} GFLOP/s in f64, {:.1} in f32; \
                 products of faer {:.1} and {:.1}",
                limits.threads,
                limits.gigabytes_per_second,
                limits.gflops_f64,
                limits.gflops_f32,
                limits.matmul_f64,
                limits.matmul_f32
            )?;
        }
        let a = &self.matrix;
        let kind = if a.dense { "dense" } else { "sparse" };
        writeln!(
            f,
            "{kind} {} x {}, {} entries, norm {:.6}; rank {}, seed {}",
            a.rows, a.columns, a.entries, a.frobenius_norm, self.rank, self.seed
        )?;
        match self.optimum {
            Some(optimum) => writeln!(f, "smallest error of an SVD {optimum:.6}\n")?,
            None => writeln!(f)?,
        }
        self.kernels(f)
    }

    fn kernels(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(first) = self.kernels.first() else {
            return Ok(());
        };
        writeln!(
            f,
            "kernel    prec       seconds GFLOP/s  GB/s limit   threads: {}",
            first.threads
        )?;
        for kernel in &self.kernels {
            writeln!(
                f,
                "{:8}  {:4}  {:>12} {:>7.1} {:>5.1} {:>5.2}",
                kernel.name,
                kernel.precision,
                digits(kernel.seconds),
                kernel.gflops,
                kernel.gigabytes_per_second,
                kernel.of_limit
            )?;
        }
        writeln!(f)
    }
}

fn row(f: &mut Formatter<'_>, case: &Case) -> fmt::Result {
    let Case {
        method,
        solver,
        backend,
        precision,
        threads,
        runs,
        ..
    } = case;
    let solver = format!("{method} {solver}");
    write!(f, "{solver:14}  {backend:7}  {precision:4}  {threads:>3}")?;
    let remark = case.remark.as_deref().unwrap_or_default();
    let Some(seconds) = case.seconds else {
        return writeln!(f, "  {remark}");
    };
    let [median, min, max] = [seconds.median, seconds.min, seconds.max].map(digits);
    let seconds = format!("{median} ({min}..{max})");
    write!(
        f,
        " {seconds:>26} {runs:>4} {:>4} {:>4}  {:>11}  {:>8} {:>7} {:>5} {:>5}  {:>7}",
        or_dash(case.iterations, |n| n.to_string()),
        or_dash(case.products, |n| n.to_string()),
        or_dash(case.error, |e| format!("{e:.6}")),
        or_dash(case.error_over_best, |e| format!("{e:.6}")),
        or_dash(case.gflops, |x| format!("{x:.1}")),
        or_dash(case.gigabytes_per_second, |x| format!("{x:.1}")),
        or_dash(case.of_limit, |x| format!("{x:.2}")),
        or_dash(case.peak_bytes, |x| format!("{:.0}", x as f64 / 1e6)),
    )?;
    match (case.passed, remark) {
        (true, "") => writeln!(f),
        (true, remark) => writeln!(f, "  {remark}"),
        (false, remark) => writeln!(f, "  WRONG: {remark}"),
    }
}

fn or_dash<X>(x: Option<X>, text: impl Fn(X) -> String) -> String {
    x.map_or_else(|| "-".into(), text)
}

/// Formats seconds with three digits, down to a microsecond.
fn digits(seconds: f64) -> String {
    match seconds {
        x if x < 0.01 => format!("{x:.5}"),
        x if x < 0.1 => format!("{x:.4}"),
        x if x < 10.0 => format!("{x:.3}"),
        x => format!("{x:.1}"),
    }
}
