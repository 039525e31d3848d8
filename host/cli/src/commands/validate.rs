//! `lowrank validate`: validation of core's algorithms beside other libraries.

use crate::arguments::{ScalarType, Validate};
use crate::progress::iterations;
use crate::run::{Failure, Output, start_threads};
use lowrank_validate::validation::{Precision as Scalar, Validation, ValidationReport};
use std::time::Instant;

/// Returns the report; it fails if a bound is exceeded.
pub fn run(options: &Validate) -> Result<Output, Failure> {
    let validation = validation(options);
    start_threads(options.threads)?;
    let start = Instant::now();
    let bar = iterations("validating", validation.matrices());
    let report = validation.run(&|| bar.inc(1));
    bar.finish_and_clear();
    output(options, &report, start.elapsed().as_secs_f64())
}

fn validation(options: &Validate) -> Validation {
    let scalar = |scalar: &ScalarType| match scalar {
        ScalarType::F32 => Scalar::F32,
        ScalarType::F64 => Scalar::F64,
    };
    Validation {
        quick: options.quick,
        algorithms: options.algorithm.clone(),
        families: options.family.clone(),
        precisions: options.scalar.iter().map(scalar).collect(),
        sizes: options.size.clone(),
        seed: options.seed,
    }
}

fn output(options: &Validate, report: &ValidationReport, seconds: f64) -> Result<Output, Failure> {
    if report.cases.is_empty() {
        let message = "no case is left: qr wants at least as many rows as columns, \
                       and only nmf refuses negative entries";
        return Err(Failure::Usage("validate", message.into()));
    }
    let text = match options.json {
        true => report.to_json(),
        false => format!("{report}, {seconds:.1} s"),
    };
    Ok(Output::judged(text, report.passed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Cli, Command};
    use clap::Parser;
    use lowrank_validate::validation::Case;

    fn options(line: &str) -> Validate {
        match Cli::try_parse_from(line.split_whitespace())
            .unwrap()
            .command
        {
            Command::Validate(options) => options,
            other => panic!("{other:?}"),
        }
    }

    fn report() -> ValidationReport {
        let line = "lowrank validate --family hilbert,nan-in-the-middle --size 5x3,1x4 --seed 3";
        let options = options(line);
        validation(&options).run(&|| ())
    }

    /// Returns the report after a change of one case that breaks it.
    fn broken(at: usize, change: impl Fn(&mut Case)) -> ValidationReport {
        let mut cases = report().cases;
        change(&mut cases[at]);
        cases[at].passed = false;
        ValidationReport::new(cases)
    }

    #[test]
    fn a_broken_case_is_marked_listed_and_no_success() {
        let quiet = options("lowrank validate");
        let sound = report();
        let place = |case: &Case| case.family == "hilbert" && case.scalar == "f32";
        for at in (0..sound.cases.len()).filter(|&at| place(&sound.cases[at])) {
            let report = broken(at, |case| case.core = Some(12.3));
            let output = output(&quiet, &report, 0.0).unwrap();
            assert_eq!(output.status, 1);
            assert!(output.text.contains("  12!"), "{}", output.text);
            assert!(output.text.contains("cases, 1 broken, "), "{}", output.text);
            // The command that repeats the case makes it and no other.
            let command = output.text.lines().find(|line| line.contains("--scalar"));
            let repeated = validation(&options(command.unwrap())).run(&|| ());
            assert_eq!(repeated.cases, [sound.cases[at].clone()]);
        }
        let output = output(&quiet, &sound, 0.0).unwrap();
        assert!(
            output.status == 0 && !output.text.contains('!'),
            "{}",
            output.text
        );
    }

    #[test]
    fn what_breaks_without_a_number_is_said() {
        let (quiet, json) = (
            options("lowrank validate"),
            options("lowrank validate --json"),
        );
        let sound = report();
        let refused = sound.cases.iter().position(|case| case.bound.is_none());
        let report = broken(refused.unwrap(), |case| {
            case.remarks.core = Some("no error".into());
        });
        let text = output(&quiet, &report, 0.0).unwrap().text;
        assert!(
            text.contains("wrong!") && text.contains("no error"),
            "{text}"
        );
        let text = output(&json, &report, 0.0).unwrap().text;
        assert!(text.starts_with("{\"passed\":false,"), "{text}");
    }
}
