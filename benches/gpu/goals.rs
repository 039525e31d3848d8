//! The goals of each work, and how they are judged.

use crate::line::Line;

/// A work as the table shows it.
#[derive(Debug)]
pub struct Goal {
    /// The name of the work in the plan.
    pub work: &'static str,
    pub title: &'static str,
    /// The programs in a goal, by the beginning of their lines, and the required ratio of their time to lowrank's.
    pub peers: &'static [(&'static str, f64)],
    /// The required share of the measured bandwidth of a copy, for reading A.
    pub share_of_copy: Option<f64>,
}

/// The excess over the best error up to which a line counts: rounding after equal steps from the same start, and the
/// tolerance of an SVD.
const SAME_ERROR: f64 = 1e-4;

/// The program name of a line on the CPU: all of its time counts, and on our side that of loading the matrix, too.
pub const ON_THE_CPU: &str = "lowrank on the CPU";

pub const GOALS: [Goal; 7] = [
    Goal {
        work: "mu-dense",
        title: "MU iteration, dense, k = 6",
        peers: &[("torchnmf", 5.0)],
        share_of_copy: Some(0.7),
    },
    Goal {
        work: "gradient-dense",
        title: "projected gradient step, dense, k = 6",
        peers: &[("PyTorch", 2.0)],
        share_of_copy: None,
    },
    Goal {
        work: "mu-sparse",
        title: "MU iteration, sparse, k = 6",
        peers: &[("torchnmf", 10.0), ("torch.sparse", 10.0)],
        share_of_copy: None,
    },
    Goal {
        work: "mu-sparse-all",
        title: "MU iteration, sparse, all groups, k = 6",
        peers: &[("torchnmf", 10.0), ("torch.sparse", 10.0)],
        share_of_copy: None,
    },
    Goal {
        work: "svd-dense",
        title: "randomized SVD, dense, k = 20",
        peers: &[("torch.svd_lowrank", 2.0)],
        share_of_copy: None,
    },
    Goal {
        work: "svd-sparse",
        title: "randomized SVD, sparse, all groups, k = 20",
        peers: &[("torch.svd_lowrank", 5.0), (ON_THE_CPU, 3.0)],
        share_of_copy: None,
    },
    Goal {
        work: "kl-dense",
        title: "KL iteration, dense, k = 20",
        peers: &[("torchnmf", 5.0)],
        share_of_copy: None,
    },
];

/// The verdict on a goal.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// The goal is met; the text says by what.
    Met(String),
    Missed(String),
    /// The goal was not measured; the text says why.
    NotMeasured(String),
}

impl Verdict {
    pub fn of(is_met: bool, found: String) -> Self {
        if is_met {
            Self::Met(found)
        } else {
            Self::Missed(found)
        }
    }
}

impl Goal {
    pub fn lines<'l>(&self, lines: &'l [Line]) -> Vec<&'l Line> {
        lines.iter().filter(|line| line.work == self.work).collect()
    }

    /// Returns our line by which a goal is judged: the fastest of those whose error counts.
    pub fn ours<'l>(&self, lines: &[&'l Line]) -> Option<&'l Line> {
        self.fastest(lines, |line| {
            line.program.starts_with("lowrank") && !is_on_cpu(line)
        })
    }

    /// Returns the fastest line that counts.
    pub fn fastest<'l>(
        &self,
        lines: &[&'l Line],
        is_wanted: impl Fn(&Line) -> bool,
    ) -> Option<&'l Line> {
        let best = self.best_error(lines)?;
        let counts = |line: &&&Line| {
            is_wanted(line) && line.error.is_some_and(|e| e <= best * (1.0 + SAME_ERROR))
        };
        let median = |line: &&&Line| line.ms.map_or(f64::INFINITY, |[median, ..]| median);
        let by_time = |a: &&&Line, b: &&&Line| median(a).total_cmp(&median(b));
        lines.iter().filter(counts).min_by(by_time).copied()
    }

    /// Returns the smallest error of all lines.
    pub fn best_error(&self, lines: &[&Line]) -> Option<f64> {
        lines
            .iter()
            .filter_map(|line| line.error)
            .filter(|e| e.is_finite())
            .min_by(f64::total_cmp)
    }

    /// Returns the time of the line over ours.
    pub fn times(ours: &Line, peer: &Line) -> Option<f64> {
        let ([own, ..], [other, ..]) = (ours.ms?, peer.ms?);
        let load = if is_on_cpu(peer) { ours.load_ms? } else { 0.0 };
        Some(other / (own + load))
    }

    /// Checks that a peer of the goal is slower by the wanted factor.
    pub fn judge(&self, lines: &[&Line], peer: &str, wanted: f64) -> Verdict {
        let Some(ours) = self.ours(lines) else {
            return Verdict::NotMeasured("no line of lowrank reached the best error".into());
        };
        let is_peer = |line: &Line| line.program.starts_with(peer);
        let Some(found) = self.fastest(lines, is_peer) else {
            let refused = lines.iter().filter(|line| is_peer(line));
            let reason = refused.filter_map(|line| line.refused.clone()).next();
            let reached = lines
                .iter()
                .any(|line| is_peer(line) && line.error.is_some());
            return match reason {
                _ if reached => Verdict::NotMeasured(format!("{peer} does not reach the error")),
                Some(reason) => Verdict::NotMeasured(format!("{peer}: {reason}")),
                None => Verdict::NotMeasured(format!("no line of {peer}")),
            };
        };
        match Self::times(ours, found) {
            Some(times) => Verdict::of(times >= wanted, format!("{times:.1}")),
            None => Verdict::NotMeasured(format!("no time of {peer}")),
        }
    }
}

fn is_on_cpu(line: &Line) -> bool {
    line.program.starts_with(ON_THE_CPU)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(program: &str, ms: f64, error: f64) -> Line {
        Line {
            ms: Some([ms; 3]),
            load_ms: Some(10.0),
            error: Some(error),
            ..Line::new("svd-sparse", program, "a GPU")
        }
    }

    fn goal() -> &'static Goal {
        GOALS.iter().find(|goal| goal.work == "svd-sparse").unwrap()
    }

    #[test]
    fn a_line_that_is_not_as_accurate_does_not_count() {
        let lines = [
            line("lowrank, 2 rounds", 1.0, 1.1),
            line("lowrank, 7 rounds", 4.0, 1.0),
            line("torch.svd_lowrank, 2 rounds", 8.0, 1.1),
            line("torch.svd_lowrank, 7 rounds", 24.0, 1.00001),
        ];
        let lines: Vec<&Line> = lines.iter().collect();
        assert_eq!(goal().ours(&lines).unwrap().program, "lowrank, 7 rounds");
        assert_eq!(
            goal().judge(&lines, "torch.svd_lowrank", 5.0),
            Verdict::Met("6.0".into())
        );
        let missed = Verdict::Missed("6.0".into());
        assert_eq!(goal().judge(&lines, "torch.svd_lowrank", 7.0), missed);
    }

    #[test]
    fn beside_the_cpu_loading_counts() {
        let lines = [line("lowrank", 5.0, 1.0), line(ON_THE_CPU, 60.0, 1.0)];
        assert_eq!(Goal::times(&lines[0], &lines[1]), Some(4.0));
    }

    #[test]
    fn what_was_not_measured_is_neither_met_nor_missed() {
        let refused = Line {
            refused: Some("no torch".into()),
            ..Line::new("svd-sparse", "torch.svd_lowrank", "a GPU")
        };
        let (ours, far) = (
            line("lowrank", 5.0, 1.0),
            line("torch.svd_lowrank", 1.0, 2.0),
        );
        for others in [vec![], vec![&refused], vec![&far]] {
            let lines = [vec![&ours], others].concat();
            let verdict = goal().judge(&lines, "torch.svd_lowrank", 5.0);
            assert!(matches!(verdict, Verdict::NotMeasured(_)), "{verdict:?}");
        }
        assert!(matches!(
            goal().judge(&[], "torch", 5.0),
            Verdict::NotMeasured(_)
        ));
    }
}
