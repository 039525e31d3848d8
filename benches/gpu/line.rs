//! A measurement as a line of JSON, in the same form for lowrank and its peers.

use crate::counts::Counts;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::path::Path;

/// The measurement of a program at a work.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Line {
    /// The name of the work in the plan, or `ceilings`.
    pub work: String,
    pub program: String,
    /// The name of the device.
    pub device: String,
    /// Milliseconds of an iteration, or of an SVD of a matrix that is on the device: median, smallest,
    /// largest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<[f64; 3]>,
    /// Milliseconds that the matrix takes from the memory of the host until it is ready for products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_ms: Option<f64>,
    /// ||A - W H^T||_F or ||A - U S V^T||_F; the divergence where that is the loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// The data moved and the operations in that time; in our lines only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// The limits of the device; in lines of `ceilings` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceilings: Option<Ceilings>,
    /// The reason why there is nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The measured limits of a device.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub struct Ceilings {
    /// Bytes per second of a copy within its memory, read and written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<f64>,
    /// Flops per second of a large product of f32.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flops: Option<f64>,
}

impl Line {
    pub fn new(work: &str, program: &str, device: &str) -> Self {
        Self {
            work: work.into(),
            program: program.into(),
            device: device.into(),
            ..Self::default()
        }
    }

    /// Prints the line to standard output at once, in case a later work fails.
    pub fn print(&self) -> Result<(), Box<dyn Error>> {
        println!("{}", serde_json::to_string(self)?);
        Ok(())
    }

    /// Reads all lines of a file.
    pub fn read_all(path: &Path) -> Result<Vec<Self>, Box<dyn Error>> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let lines = text.lines().filter(|line| line.starts_with('{'));
        let read = |line| serde_json::from_str(line).map_err(|e| format!("{e} in {line}").into());
        lines.map(read).collect()
    }
}

/// Returns median, smallest and largest.
pub fn spread(mut times: Vec<f64>) -> Option<[f64; 3]> {
    times.sort_by(f64::total_cmp);
    let (first, last) = (times.first()?, times.last()?);
    Some([times[times.len() / 2], *first, *last])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let line = Line {
            ms: spread(vec![3.0, 1.0, 2.0]),
            error: Some(0.1),
            ..Line::new("svd-dense", "lowrank", "a GPU")
        };
        assert_eq!(line.ms, Some([2.0, 1.0, 3.0]));
        let text = serde_json::to_string(&line).unwrap();
        let read: Line = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (read.ms, read.error, read.load_ms),
            (line.ms, line.error, None)
        );
        assert!(!text.contains("null"));
    }
}
