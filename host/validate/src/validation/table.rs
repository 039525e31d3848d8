//! The report of a validation as a table: the worst over all sizes in each cell.

use super::case::{FINITE, NAN, NO_CONVERGENCE};
use super::{Algorithm, Case, ValidationReport};
use std::fmt::{self, Display, Formatter};

/// The most failures that are listed.
const LISTED: usize = 20;

impl Display for ValidationReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let all: Vec<&Case> = self.cases.iter().collect();
        let scalars = distinct(&all, |case| case.scalar);
        for algorithm in distinct(&all, |case| case.algorithm) {
            let cases = subset(&all, |case| case.algorithm == algorithm);
            section(f, algorithm, &cases, &scalars)?;
        }
        summary(f, &all, &scalars)?;
        verdict(f, &all)
    }
}

/// Writes a row for each family, with a group of columns for each scalar; `*` marks the worst of core in a column, `!`
/// a figure above the bound.
fn section(
    f: &mut Formatter<'_>,
    algorithm: Algorithm,
    cases: &[&Case],
    scalars: &[&'static str],
) -> fmt::Result {
    let families = distinct(cases, |case| case.family.as_str());
    let widest = families.iter().map(|family| family.len()).max();
    let width = widest.unwrap_or(0).max("family".len());
    let columns = |scalar: &str| subset(cases, |case| case.scalar == scalar);
    writeln!(f, "{}: {}", algorithm.name(), algorithm.formula())?;
    let mut titles = [format!("{:width$}", ""), format!("{:width$}", "family")];
    let (on_gpu, cuda) = match cases.iter().any(|case| ran_on_gpu(case)) {
        true => (true, format!(" {:>7}", "cuda")),
        false => (false, String::new()),
    };
    for scalar in scalars {
        titles[0] += &format!("  {scalar:>7}{:1$} {2:18}", "", cuda.len(), "");
        titles[1] += &format!("  {:>7} {cuda} {:>7} {:>8}", "core", "faer", "nalgebra");
    }
    write!(f, "{}\n{}", titles[0].trim_end(), titles[1])?;
    for family in families {
        write!(f, "\n{family:width$}")?;
        for scalar in scalars {
            let column = columns(scalar);
            let cell = subset(&column, |case| case.family == family);
            let mark = match worst(&column) {
                _ if cell.iter().any(|case| !case.passed) => '!',
                Some(worst) if worst.core.is_some() && worst.family == family => '*',
                _ => ' ',
            };
            let (core, faer, nalgebra) = (of_core(&cell), of_faer(&cell), of_nalgebra(&cell));
            let cuda = match on_gpu {
                true => format!(" {:>7}", of_cuda(&cell)),
                false => String::new(),
            };
            write!(f, "  {core:>7}{mark}{cuda} {faer:>7} {nalgebra:>8}")?;
        }
    }
    writeln!(f, "\n")
}

/// Writes the worst of each algorithm, with its place.
fn summary(f: &mut Formatter<'_>, cases: &[&Case], scalars: &[&'static str]) -> fmt::Result {
    writeln!(
        f,
        "{:15}  {:6}  {:>7} {:>7} {:>8}  {:>5}  core's worst",
        "worst", "scalar", "core", "faer", "nalgebra", "bound"
    )?;
    for algorithm in distinct(cases, |case| case.algorithm) {
        for scalar in scalars {
            let measured = subset(cases, |case| {
                case.algorithm == algorithm && case.scalar == *scalar && case.bound.is_some()
            });
            let Some(worst) = worst(&measured) else {
                continue;
            };
            writeln!(
                f,
                "{:15}  {scalar:6}  {:>7} {:>7} {:>8}  {:>5}  {} of {} {}x{}",
                algorithm.name(),
                of_core(&measured),
                of_faer(&measured),
                of_nalgebra(&measured),
                worst
                    .bound
                    .map_or_else(String::new, |bound| bound.to_string()),
                reason(worst),
                worst.family,
                worst.rows,
                worst.columns,
            )?;
        }
    }
    writeln!(f)
}

/// Writes the failures, and how to repeat them.
fn verdict(f: &mut Formatter<'_>, cases: &[&Case]) -> fmt::Result {
    let broken = subset(cases, |case| !case.passed);
    for case in broken.iter().take(LISTED) {
        let (core, reason) = (of_core(&[case]), reason(case));
        let (algorithm, family, scalar) = (case.algorithm.name(), &case.family, case.scalar);
        let (m, n, seed) = (case.rows, case.columns, case.seed);
        writeln!(
            f,
            "broken: {core}, {reason}\n  lowrank validate --algorithm {algorithm} \
             --family {family} --size {m}x{n} --scalar {scalar} --seed {seed}"
        )?;
    }
    if let more @ 1.. = broken.len().saturating_sub(LISTED) {
        writeln!(f, "and {more} more, which --json lists")?;
    }
    let all = cases.len();
    match broken.len() {
        0 => write!(f, "{all} cases, none broken"),
        broken => write!(f, "{all} cases, {broken} broken"),
    }
}

fn subset<'a>(cases: &[&'a Case], keep: impl Fn(&Case) -> bool) -> Vec<&'a Case> {
    cases.iter().copied().filter(|case| keep(case)).collect()
}

/// Returns the distinct keys in the order of their first appearance.
fn distinct<'a, K: PartialEq>(cases: &[&'a Case], key: impl Fn(&'a Case) -> K) -> Vec<K> {
    let mut found = Vec::new();
    for case in cases {
        let key = key(case);
        if !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

/// Returns the case with core's largest number; a failure without a number is worse than any.
fn worst<'a>(cases: &[&'a Case]) -> Option<&'a Case> {
    let size = |case: &Case| match case.passed {
        true => case.core.unwrap_or(0.0),
        false => case.core.unwrap_or(f64::INFINITY),
    };
    let larger = |x: &'a Case, y: &'a Case| if size(y) > size(x) { y } else { x };
    cases.iter().copied().reduce(larger)
}

/// Returns the name of core's largest figure, or its other fault.
fn reason(case: &Case) -> String {
    if let Some(remark) = &case.remarks.core {
        return remark.clone();
    }
    let broken = |number: f64| case.bound.is_some_and(|bound| number > bound);
    match (case.cuda, &case.remarks.cuda) {
        (Some(number), _) if broken(number) => return format!("on the GPU {number:.1}"),
        (_, Some(remark)) if !case.passed => return format!("on the GPU: {remark}"),
        _ => {}
    }
    let figures = case.figures.iter();
    let worst = figures.max_by(|x, y| x.value.total_cmp(&y.value));
    worst.map_or_else(String::new, |figure| figure.name.to_owned())
}

fn of_core(cases: &[&Case]) -> String {
    match worst(cases) {
        Some(Case {
            core: Some(number), ..
        }) => three_digits(*number),
        Some(case) if case.passed => "refused".into(),
        _ => "wrong".into(),
    }
}

/// Returns true if a GPU gave a result.
fn ran_on_gpu(case: &Case) -> bool {
    case.cuda.is_some() || case.remarks.cuda.is_some()
}

/// Returns the largest number, or the remark on a GPU without one.
fn of_cuda(cases: &[&Case]) -> String {
    let largest = cases.iter().filter_map(|case| case.cuda).reduce(f64::max);
    match largest {
        _ if !cases.iter().any(|case| ran_on_gpu(case)) => "-".into(),
        Some(number) => three_digits(number),
        None if cases.iter().all(|case| case.passed) => "refused".into(),
        None => "wrong".into(),
    }
}

fn of_faer(cases: &[&Case]) -> String {
    of_peer(cases, |case| case.faer, |case| &case.remarks.faer)
}

fn of_nalgebra(cases: &[&Case]) -> String {
    of_peer(cases, |case| case.nalgebra, |case| &case.remarks.nalgebra)
}

/// Returns the worst remark if there is one, else the largest number.
fn of_peer(
    cases: &[&Case],
    number: impl Fn(&Case) -> Option<f64>,
    remark: impl Fn(&Case) -> &Option<String>,
) -> String {
    let remarks = cases.iter().filter_map(|case| remark(case).as_deref());
    if let Some((_, word)) = remarks.map(severity).max() {
        return word.into();
    }
    let largest = cases
        .iter()
        .filter_map(|case| number(case))
        .reduce(f64::max);
    largest.map_or_else(|| "-".into(), three_digits)
}

/// Returns a remark on a peer as one word, and its severity: an error is better than a wrong result.
fn severity(remark: &str) -> (u8, &'static str) {
    match remark {
        NO_CONVERGENCE => (0, "error"),
        NAN => (1, "NaN"),
        FINITE => (2, "finite"),
        _ => (3, "wrong"),
    }
}

fn three_digits(x: f64) -> String {
    match x {
        x if x < 10.0 => format!("{x:.2}"),
        x if x < 1000.0 => format!("{x:.0}"),
        x => format!("{x:.0e}"),
    }
}
