//! The progress of a reader of lines, from one block of a table to the next.

/// The lines that were read, and what they leave behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Progress {
    /// The lines read so far.
    lines: u64,
    /// The lines in which a record begins.
    records: u64,
    /// The line of the first quotation mark that opens a field and has no second one in this line.
    open_quote: Option<u64>,
    /// A quotation mark may close a field that no line here has opened.
    has_closing_quote: bool,
    /// The empty lines between others.
    blank_lines: u64,
    /// The empty lines since the last other one.
    blank_behind: u64,
}

impl Progress {
    /// Creates the progress of a reader that counts from here on, behind some lines that are not empty.
    pub(in super::super) fn in_between() -> Self {
        Self {
            records: 1,
            ..Self::default()
        }
    }

    /// Creates the progress behind `lines` lines that are none of the table's.
    pub(in super::super) fn behind(lines: u64) -> Self {
        Self {
            lines,
            ..Self::default()
        }
    }

    /// Returns the number of lines.
    pub(in super::super) fn lines(&self) -> u64 {
        self.lines
    }

    /// Returns the number of empty lines between others.
    pub(super) fn blank_lines(&self) -> u64 {
        self.blank_lines
    }

    pub(super) fn open_quote(&self) -> Option<u64> {
        self.open_quote
    }

    pub(super) fn pass_lines(&mut self, count: u64) {
        self.lines += count;
    }

    pub(super) fn pass_blank_line(&mut self) {
        self.blank_behind += 1;
    }

    pub(super) fn begin_record(&mut self) {
        if self.records > 0 {
            self.blank_lines += self.blank_behind;
        }
        self.blank_behind = 0;
        self.records += 1;
    }

    pub(super) fn leave_open(&mut self, line: u64) {
        self.open_quote.get_or_insert(line);
    }

    pub(super) fn find_closing_quote(&mut self) {
        self.has_closing_quote = true;
    }

    /// Returns true if lines that were read by themselves, from [`Progress::in_between`] on, are read otherwise behind
    /// these: a quotation mark in them may close one that is open here.
    pub(in super::super) fn changes(&self, next: &Self) -> bool {
        self.open_quote.is_some() && next.has_closing_quote
    }

    /// Goes on by lines that were read by themselves, from [`Progress::in_between`] on.
    pub(in super::super) fn go_on(&mut self, next: &Self) {
        let open = next.open_quote.map(|line| line + self.lines);
        self.open_quote = self.open_quote.or(open);
        self.lines += next.lines;
        if next.records > 1 {
            self.blank_lines += self.blank_behind;
            self.blank_behind = 0;
        }
        self.records += next.records.saturating_sub(1);
        self.blank_lines += next.blank_lines;
        self.blank_behind += next.blank_behind;
    }
}
