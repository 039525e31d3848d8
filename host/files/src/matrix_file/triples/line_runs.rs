/// The lines of entries, as runs of those that follow on each other.
#[derive(Clone, Debug, Default)]
pub(super) struct LineRuns {
    /// The first entry of each run, and its line.
    runs: Vec<(usize, u64)>,
}

impl LineRuns {
    /// Adds the line of the next entry.
    pub(super) fn push(&mut self, entry: usize, line: u64) {
        if self.line(entry) != Some(line) {
            self.runs.push((entry, line));
        }
    }

    /// Adds those of a block, which is counted from `entries` and from `lines` on.
    pub(super) fn append(&mut self, other: &Self, entries: usize, lines: u64) {
        for (entry, line) in &other.runs {
            self.push(entry + entries, line + lines);
        }
    }

    /// Returns the line of an entry, or where it would be if its run went on.
    pub(super) fn line(&self, entry: usize) -> Option<u64> {
        let behind = self.runs.partition_point(|(first, _)| *first <= entry);
        let (first, line) = self.runs.get(behind.checked_sub(1)?)?;
        Some(line + (entry - first) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_entries_are_found_over_gaps_and_blocks() {
        let of = |lines: &[u64]| {
            let mut runs = LineRuns::default();
            lines
                .iter()
                .enumerate()
                .for_each(|(entry, line)| runs.push(entry, *line));
            runs
        };
        let mut all = of(&[2, 3, 5]);
        all.append(&of(&[1, 2, 9]), 3, 5);
        let lines: Vec<Option<u64>> = (0..6).map(|entry| all.line(entry)).collect();
        assert_eq!(lines, [2, 3, 5, 6, 7, 14].map(Some));
        assert_eq!(all.runs.len(), 3);
    }
}
