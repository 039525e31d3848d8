//! Reads a matrix file, and prints as JSON its shape, the seconds that reading took, and the memory of the process in
//! bytes: before, and at most.
//!
//! ```sh
//! cargo run --release -p lowrank-files --example read_matrix -- table.csv
//! cargo run --release -p lowrank-files --example read_matrix -- ratings.csv user,item,rating
//! ```
//!
//! `RAYON_NUM_THREADS` sets the number of threads.

use std::error::Error;
use std::time::Instant;

use lowrank_files::matrix_file::{Entries, MatrixFile, MatrixReader};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("give a file")?;
    let reader = MatrixReader {
        triples: arguments
            .next()
            .map(|columns| columns.parse())
            .transpose()?,
        ..MatrixReader::default()
    };
    let before = memory("VmRSS:");
    let start = Instant::now();
    let file = reader.read(path.as_ref())?;
    let seconds = start.elapsed().as_secs_f64();
    let found = json!({
        "shape": [file.entries.nrows(), file.entries.ncols()],
        "sum": sum(&file.entries),
        "seconds": seconds,
        "before": before,
        "most": memory("VmHWM:"),
        "result": bytes(&file),
    });
    println!("{found}");
    Ok(())
}

fn sum(entries: &Entries) -> f64 {
    match entries {
        Entries::Dense(a) => a.as_slice().iter().sum(),
        Entries::Sparse(a) | Entries::Observed(a) => a.values().iter().sum(),
    }
}

/// The bytes of the entries and of the labels.
fn bytes(file: &MatrixFile) -> usize {
    let entries = match &file.entries {
        Entries::Dense(a) => size_of_val(a.as_slice()),
        Entries::Sparse(a) | Entries::Observed(a) => {
            size_of_val(a.values()) + size_of_val(a.columns()) + size_of_val(a.row_offsets())
        }
    };
    let labels = [&file.row_labels, &file.column_labels];
    let labels = labels.into_iter().flatten().flatten();
    entries
        + labels
            .map(|label| size_of::<String>() + label.len())
            .sum::<usize>()
}

/// Returns a figure of the process in bytes; on Linux alone.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024 * kilobytes)
}
