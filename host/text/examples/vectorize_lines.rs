//! Reads a file of one text a line and vectorizes it, and prints as JSON the shape of the matrix, the seconds of either
//! step, and the memory of the process in bytes: before, and at most.
//!
//! ```sh
//! cargo run --release -p lowrank-text --example vectorize_lines -- lines.txt
//! ```
//!
//! `RAYON_NUM_THREADS` sets the number of threads.

use std::error::Error;
use std::time::Instant;

use lowrank_text::corpus::{CorpusReader, Source};
use lowrank_text::{Vectorizer, vectorizer::StopWords};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give a file")?;
    let before = memory("VmRSS:");
    let start = Instant::now();
    let corpus = CorpusReader::default().read(&Source::Path(path.into()))?;
    let reading = start.elapsed().as_secs_f64();
    let vectorizer = Vectorizer {
        stop_words: StopWords::None,
        ..Vectorizer::default()
    };
    let (_, a) = vectorizer.fit_transform(&corpus.documents)?;
    let found = json!({
        "shape": [a.nrows(), a.ncols()],
        "sum": a.values().iter().sum::<f64>(),
        "reading": reading,
        "seconds": start.elapsed().as_secs_f64(),
        "before": before,
        "most": memory("VmHWM:"),
        "result": size_of_val(a.values()) + size_of_val(a.columns()) + size_of_val(a.row_offsets()),
    });
    println!("{found}");
    Ok(())
}

/// Returns a figure of the process in bytes; on Linux alone.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024 * kilobytes)
}
