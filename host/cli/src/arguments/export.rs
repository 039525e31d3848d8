//! The options of `lowrank export`.

use super::{OUTPUT, TextOptions, at_least_one};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Write a kept model for a microcontroller: bytes that firmware reads in flash, in place.
///
/// The bytes hold the components and what new rows need beside them: means, idf, keys of terms, stop words. They have
/// a version and a checksum, need no alignment, and lowrank-core reads them without a heap: NmfView, SvdView, PcaView
/// and CompletionView of its module model give the weights of a row and its residual. docs/firmware.md has an
/// example.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Topics with as many terms as fit, and what that costs on other texts:
      lowrank topics --corpus train.csv --text-column review \\
          --tokens ascii --output model
      lowrank export model --output topics.lrm --bytes 24k \\
          --check test.csv --text-column review
  Which size should I take? A table of precisions and numbers of terms:
      lowrank export model --output topics.lrm \\
          --check test.csv --text-column review
  Principal components of a sensor as a constant for Rust, with thresholds:
      lowrank factorize good.npy --method pca --rank 4 --output pca
      lowrank export pca --output src/vibration.rs --check good.npy
  The same for C:
      lowrank export pca --output vibration.h --check good.npy

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Export {
    /// The folder that lowrank factorize --output or lowrank topics --output wrote: nmf by the loss frobenius, svd,
    /// pca or completion.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// Where the model goes; a file that is there is replaced.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub output: PathBuf,
    /// What is written [default: rust for a FILE in .rs, c for .h and .c, blob for others].
    #[arg(long, value_enum, help_heading = OUTPUT)]
    pub format: Option<Format>,
    /// How each number is kept [default: i16; u8 for nmf with --terms or --bytes].
    #[arg(long, value_enum, help_heading = SIZE)]
    pub precision: Option<Precision>,
    /// Keep the N terms that weigh most in a topic, of a model of texts [default: all].
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = SIZE, conflicts_with = "bytes")]
    pub terms: Option<usize>,
    /// Keep as many terms as a model of this size holds: 4000, or 24k, where k is 1024.
    #[arg(long, value_name = "SIZE", value_parser = bytes, help_heading = SIZE)]
    pub bytes: Option<usize>,
    /// Keep all terms of a model of texts without their keys: rows come by the numbers of their terms, those of
    /// model.json.
    #[arg(long, help_heading = SIZE, conflicts_with_all = ["terms", "bytes"])]
    pub by_index: bool,
    /// Compare the device with lowrank transform on these rows: a matrix, or a corpus for a model of texts.
    ///
    /// The code of the device runs on the rows, with 1000 sweeps at most, and its weights W' are compared with those of
    /// transform in f64, W, where these are not all zero: the share of rows whose largest weight is that of the same
    /// component, the mean cosine, and the error ||W - W'||_F / ||W||_F. Rows have unit length over the terms that are
    /// kept: with fewer of them weights are larger, which is in the error and in nothing else. What --precision and --terms leave open is
    /// compared in a table.
    ///
    /// The 50, 90, 99, 99.9 and 100 % quantiles of the residuals of these rows are kept in the model, as thresholds
    /// of what is unusual: give rows that are as usual.
    #[arg(long, value_name = "ROWS", help_heading = CHECK)]
    pub check: Option<PathBuf>,
    #[command(flatten)]
    pub texts: TextOptions,
    /// Print one JSON object instead.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}

const SIZE: &str = "Size";
const CHECK: &str = "Check";

/// The format of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Bytes.
    Blob,
    /// A constant of bytes in Rust.
    Rust,
    /// A constant of bytes in C, for a header.
    C,
}

/// The precision of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    /// 4 bytes.
    F32,
    /// 2 bytes, and a scale for each component.
    I16,
    /// 1 byte, the root of the number, and a scale for each component.
    U8,
}

fn bytes(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1024),
        None => (text, 1),
    };
    let number = digits.parse::<usize>().ok().filter(|number| *number > 0);
    let bytes = number.and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| "must be a number of bytes such as 4000, or 24k for 24 x 1024".into())
}
