/// What reading a corpus met that a user should know, though it is no error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// The number of lines whose text is absent, null or no text at all: empty documents.
    pub without_text: usize,
    /// The number of halves of surrogate pairs in the texts; each has become U+FFFD.
    pub lone_surrogates: usize,
    /// The number of carriage returns within the lines of a text that has line feeds; they end no line.
    pub carriage_returns: usize,
    /// The number of carriage returns that ended rows of a table which has line feeds.
    pub odd_row_ends: usize,
    /// The shape of a table.
    pub table: Option<TableShape>,
}

/// The way a table was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableShape {
    /// The character between fields.
    pub delimiter: char,
    /// The first line is a header.
    pub header: bool,
    /// The column of the texts, from 1.
    pub text_column: usize,
    /// Its name in the header.
    pub name: Option<String>,
    /// The header looks like a row, though the column was not asked for by its name: the name of the column of texts has
    /// three words or ends as a sentence does, or a number stands above a number.
    pub header_like_a_row: bool,
}
