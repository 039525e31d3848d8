//! The values of options: numbers within limits, names, and where a corpus is.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use lowrank_text::corpus::Source;
use std::ffi::OsString;
use std::path::Path;
use std::str::FromStr;

/// Parses one of several values by its name.
pub(super) fn one_of<X: Copy + Send + Sync + 'static>(
    choices: impl IntoIterator<Item = (X, PossibleValue)>,
) -> impl TypedValueParser<Value = X> {
    let (values, names): (Vec<X>, Vec<PossibleValue>) = choices.into_iter().unzip();
    let parser = PossibleValuesParser::new(names.clone());
    parser.try_map(move |given| {
        let place = names.iter().position(|name| name.get_name() == given);
        let value = place.and_then(|place| values.get(place));
        value.copied().ok_or("unknown")
    })
}

/// Parses yes or no.
pub(super) fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("must be yes or no"),
    }
}

pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be 1 or more".into()),
        Ok(number) => Ok(number),
        Err(_) => Err("must be a whole number, 1 or more".into()),
    }
}

pub(super) fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    let number = text.parse();
    number.map_err(|_| "must be a whole number from 0 to 2^64 - 1".into())
}

/// More would take rayon minutes to start.
const MOST_THREADS: usize = 1024;

pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=MOST_THREADS) => Ok(number),
        _ => Err(format!("must be a whole number from 1 to {MOST_THREADS}")),
    }
}

pub(super) fn source(given: OsString) -> Result<Source, &'static str> {
    match given.is_empty() {
        true => Err("must not be empty"),
        false => Ok(Path::new(&given).into()),
    }
}

pub(super) fn range(text: &str) -> Result<(usize, usize), String> {
    let parsed = text
        .split_once("..")
        .map(|(a, b)| (a.parse(), b.trim_start_matches('=').parse()));
    match parsed {
        Some((Ok(first), Ok(last))) if 1 <= first && first <= last => Ok((first, last)),
        _ => Err("must be a range such as 1..2, both ends included".into()),
    }
}

pub(super) fn pair(text: &str) -> Result<(f64, f64), String> {
    let one = |text: &str| tolerance(text).map_err(|_| ());
    let both = match text.split_once(',') {
        Some((w, h)) => one(w).and_then(|w| Ok((w, one(h)?))),
        None => one(text).map(|both| (both, both)),
    };
    both.map_err(|()| "must be a number, 0 or more, or two such as 0.1,0".into())
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    let within = |x| x > 0.0 && x < 1.0;
    number(text, within, "must be a number between 0 and 1")
}

pub(super) fn tolerance(text: &str) -> Result<f64, String> {
    let within = |x: f64| x >= 0.0 && x.is_finite();
    number(text, within, "must be a number, 0 or more")
}

pub(super) fn number(
    text: &str,
    within: impl Fn(f64) -> bool,
    message: &str,
) -> Result<f64, String> {
    let number = text.parse().ok().filter(|x| within(*x));
    number.ok_or_else(|| message.into())
}

/// Parses two sides such as 19x19, of 1 or more.
pub(super) fn sides(text: &str, longest: usize, message: String) -> Result<(usize, usize), String> {
    let side = |text: &str| match text.parse() {
        Ok(side) if (1..=longest).contains(&side) => Some(side),
        _ => None,
    };
    let parsed = text.split_once('x');
    let parsed = parsed.and_then(|(m, n)| side(m).zip(side(n)));
    parsed.ok_or(message)
}
