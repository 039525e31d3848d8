//! The file trace.csv.

use lowrank_cli::plot::Point;
use std::fmt::Write;

/// Returns a header, and a line for each point.
pub fn csv(points: &[Point]) -> String {
    let mut text = String::from("iteration,loss,seconds\n");
    for Point {
        iteration,
        seconds,
        loss,
    } in points
    {
        let _ = writeln!(text, "{iteration},{loss},{seconds:.6}");
    }
    text
}
