//! The lines of all sides as a table of Markdown.

use crate::goals::{GOALS, Goal, Verdict};
use crate::line::{Ceilings, Line};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- gpu: begin -->";
const END: &str = "<!-- gpu: end -->";

/// Prints the table of the lines in those files; with `page`, also writes it between the markers there.
pub fn print(files: &[&str], header: &str, page: Option<&str>) -> Result<(), Box<dyn Error>> {
    let mut lines = Vec::new();
    for file in files {
        lines.extend(Line::read_all(Path::new(file))?);
    }
    let text = of(&lines, header);
    println!("{text}");
    if let Some(page) = page {
        let document = fs::read_to_string(page).map_err(|error| format!("{page}: {error}"))?;
        fs::write(
            page,
            between_markers(&document, &text).ok_or("no markers in the page")?,
        )?;
    }
    Ok(())
}

fn between_markers(document: &str, text: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{text}\n{END}{after}"))
}

fn of(lines: &[Line], header: &str) -> String {
    let ceilings = ceilings_of(lines);
    let mut text = format!("{header}\n\n{}\n\n", said_of(ceilings));
    text +=
        "| work | program | ms | times | load, ms | error | A, share of copy | share of floor |\n";
    text += "|---|---|---|---|---|---|---|---|\n";
    for goal in &GOALS {
        rows(&mut text, goal, lines, ceilings);
    }
    text += "\n| work | goal | |\n|---|---|---|\n";
    for goal in &GOALS {
        verdicts(&mut text, goal, lines, ceilings);
    }
    text.trim_end().to_owned()
}

/// Returns the limits of the device, from any line that has them.
fn ceilings_of(lines: &[Line]) -> Ceilings {
    let found = || lines.iter().filter_map(|line| line.ceilings);
    Ceilings {
        copy: found().find_map(|ceilings| ceilings.copy),
        flops: found().find_map(|ceilings| ceilings.flops),
    }
}

fn said_of(ceilings: Ceilings) -> String {
    let copy = match ceilings.copy {
        Some(copy) => format!("{:.0} GB/s in a copy within the device", copy / 1e9),
        None => "the bandwidth of a copy not measured".into(),
    };
    let flops = match ceilings.flops {
        Some(flops) => format!("{:.1} TFLOP/s in a product of f32", flops / 1e12),
        None => "flops not measured: the floor is that of bytes".into(),
    };
    format!("Ceilings: {copy}; {flops}.")
}

fn rows(text: &mut String, goal: &Goal, lines: &[Line], ceilings: Ceilings) {
    let lines = goal.lines(lines);
    let best = goal.best_error(&lines);
    let ours = goal.ours(&lines);
    for (place, line) in lines.iter().enumerate() {
        let title = if place == 0 { goal.title } else { "" };
        let times = ours.filter(|ours| !std::ptr::eq(*ours, *line));
        let times = times.and_then(|ours| Goal::times(ours, line));
        let cells = [
            line.ms
                .map_or_else(|| line.refused.clone().unwrap_or_default(), spread),
            times.map_or_else(String::new, |times| format!("{times:.1}")),
            line.load_ms.map_or_else(String::new, three_digits),
            line.error
                .map_or_else(String::new, |error| with_excess(error, best)),
            percent(share_of_copy(line, ceilings)),
            percent(share_of_floor(line, ceilings)),
        ];
        let _ = writeln!(
            text,
            "| {title} | {} | {} |",
            line.program,
            cells.join(" | ")
        );
    }
}

fn verdicts(text: &mut String, goal: &Goal, lines: &[Line], ceilings: Ceilings) {
    let lines = goal.lines(lines);
    let mut title = goal.title;
    let mut row = |wanted: &str, verdict: &Verdict| {
        let said = match verdict {
            Verdict::Met(found) => format!("met: {found}"),
            Verdict::Missed(found) => format!("missed: {found}"),
            Verdict::NotMeasured(reason) => format!("not measured: {reason}"),
        };
        let _ = writeln!(text, "| {title} | {wanted} | {said} |");
        title = "";
    };
    for (peer, wanted) in goal.peers {
        row(
            &format!("{wanted} times as fast as {peer}"),
            &goal.judge(&lines, peer, *wanted),
        );
    }
    if let Some(wanted) = goal.share_of_copy {
        let share = goal
            .ours(&lines)
            .and_then(|ours| share_of_copy(ours, ceilings));
        let verdict = match share {
            Some(share) => Verdict::of(share >= wanted, format!("{:.0} %", 100.0 * share)),
            None => Verdict::NotMeasured("no bandwidth".into()),
        };
        row(
            &format!("A read at {:.0} % of a copy's bandwidth", 100.0 * wanted),
            &verdict,
        );
    }
}

/// Formats the bandwidth of reading A, and its share of that of a copy.
fn share_of_copy(line: &Line, ceilings: Ceilings) -> Option<f64> {
    let ([median, ..], counts) = (line.ms?, line.counts?);
    Some(counts.matrix_bytes / (median * 1e-3) / ceilings.copy?)
}

/// Formats the least time of all bytes, or all flops, and its share of the measured time.
fn share_of_floor(line: &Line, ceilings: Ceilings) -> Option<f64> {
    let ([median, ..], counts) = (line.ms?, line.counts?);
    let moved = counts.bytes / ceilings.copy?;
    let computed = ceilings.flops.map_or(0.0, |flops| counts.flops / flops);
    Some(moved.max(computed) / (median * 1e-3))
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(String::new, |share| format!("{:.0} %", 100.0 * share))
}

fn spread([median, low, high]: [f64; 3]) -> String {
    format!(
        "{} ({}..{})",
        three_digits(median),
        three_digits(low),
        three_digits(high)
    )
}

fn three_digits(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let places = 2 - (x.abs().max(1e-9).log10().floor() as i32).min(2);
    format!("{x:.*}", places as usize)
}

fn with_excess(error: f64, best: Option<f64>) -> String {
    match best {
        Some(best) if best > 0.0 && error / best - 1.0 > 1e-9 => {
            format!("{error:.6} (+{:.0e})", error / best - 1.0)
        }
        _ => format!("{error:.6}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Counts;

    #[test]
    fn a_table_says_what_was_met_and_what_was_not_measured() {
        let ceilings = Line {
            ceilings: Some(Ceilings {
                copy: Some(3e12),
                flops: None,
            }),
            ..Line::new("ceilings", "lowrank", "a GPU")
        };
        let ours = Line {
            ms: Some([0.2, 0.19, 0.3]),
            error: Some(43.8),
            counts: Some(Counts {
                matrix_bytes: 4.5e8,
                bytes: 5e8,
                flops: 1e9,
            }),
            ..Line::new("mu-dense", "lowrank", "a GPU")
        };
        let peer = Line {
            ms: Some([2.0; 3]),
            error: Some(43.8001),
            ..Line::new("mu-dense", "torchnmf, fit", "a GPU")
        };
        let text = of(&[ceilings, ours, peer], "today");
        assert!(text.starts_with("today\n\nCeilings: 3000 GB/s"), "{text}");
        assert!(
            text.contains("| lowrank | 0.200 (0.190..0.300) |  |  | 43.800000 | 75 % | 83 % |")
        );
        assert!(
            text.contains("| torchnmf, fit | 2.00 (2.00..2.00) | 10.0 |"),
            "{text}"
        );
        assert!(
            text.contains("| 5 times as fast as torchnmf | met: 10.0 |"),
            "{text}"
        );
        assert!(
            text.contains("| A read at 70 % of a copy's bandwidth | met: 75 % |"),
            "{text}"
        );
        assert!(text.contains(
            "| KL iteration, dense, k = 20 | 5 times as fast as torchnmf | not measured"
        ));
    }

    #[test]
    fn a_page_keeps_what_stands_around_the_markers() {
        let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let written = between_markers(&page, "new").unwrap();
        assert_eq!(written, format!("before\n{BEGIN}\nnew\n{END}\nafter\n"));
        assert_eq!(between_markers("no markers", "new"), None);
    }

    #[test]
    fn numbers_have_three_digits() {
        let written = [0.0, 0.01234, 0.5, 7.25, 12.3456, 1234.5].map(three_digits);
        assert_eq!(written, ["0", "0.0123", "0.500", "7.25", "12.3", "1234"]);
    }
}
