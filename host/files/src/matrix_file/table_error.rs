/// The reason why a table could not be read.
///
/// Lines and columns are counted from 1, columns as they are in the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A cell stands for a missing value, although missing entries are not allowed.
    #[error(
        "{place}, line {line}, column {column}: \"{cell}\" stands for a missing value; say what is done with those"
    )]
    MissingValue {
        /// The table.
        place: String,
        /// The line in which the row begins.
        line: u64,
        /// The column, and its name if it has one.
        column: String,
        /// The beginning of the cell, escaped.
        cell: String,
    },
    /// A column has texts in the place of numbers.
    #[error(
        "{place}, line {line}, column {column}: \"{cell}\" is not a number, and neither are the other fields of this \
         column; leave it out, or take it as the names of the rows"
    )]
    TextColumn {
        /// The table.
        place: String,
        /// The line in which the first row begins.
        line: u64,
        /// The column, and its name if it has one.
        column: String,
        /// The beginning of the cell, escaped.
        cell: String,
        /// The numbers of all columns of this kind, in the order of the matrix.
        columns: Vec<usize>,
    },
    /// The first line may be a header or a row.
    #[error("{place}, line {line}: this may be a header or a row ({fields}); say which one")]
    HeaderOrRow {
        /// The table.
        place: String,
        /// The number of the line.
        line: u64,
        /// Its first fields.
        fields: String,
    },
    /// The first line has another number of fields than all others.
    #[error(
        "{place}, line {line}: {found} fields where the lines below have {expected}; take off the lines above the \
         table, or name another delimiter"
    )]
    FirstLine {
        /// The table.
        place: String,
        /// The number of the line.
        line: u64,
        /// The number of its fields.
        found: usize,
        /// The number of fields of the others.
        expected: usize,
    },
    /// A mark in numbers may be decimal or divide thousands.
    #[error(
        "{place}, line {line}, column {column}: the comma in \"{cell}\" may be a decimal mark or divide thousands; \
         say which one"
    )]
    AmbiguousMark {
        /// The table.
        place: String,
        /// The line in which the row begins.
        line: u64,
        /// The column of the cell.
        column: usize,
        /// The cell.
        cell: String,
    },
    /// One cell has a decimal point, and one a decimal comma.
    #[error(
        "{place}: the decimal mark of \"{}\" in line {} is not that of \"{}\" in line {}; say which one counts",
        cells.0, lines.0, cells.1, lines.1
    )]
    TwoMarks {
        /// The table.
        place: String,
        /// The lines of the two cells.
        lines: (u64, u64),
        /// The two cells.
        cells: (String, String),
    },
    /// A quotation mark opens a field that no second one closes before the end of the line, or of the file.
    #[error(
        "{place}, line {line}: a quotation mark opens a field here that does not end in this line; take the mark out, \
         or close it"
    )]
    OpenQuote {
        /// The table.
        place: String,
        /// The line in which the mark is.
        line: u64,
    },
    /// Several columns have the name.
    #[error(
        "{place}: columns {} and {} have the name \"{name}\"; name them by position, as #{}",
        columns.0, columns.1, columns.0
    )]
    RepeatedName {
        /// The table.
        place: String,
        /// The name.
        name: String,
        /// The positions of the first two of them.
        columns: (usize, usize),
    },
    /// The positions are not those of columns, or in descending order.
    #[error(
        "{place} has no columns {positions}: they are #1 to #{count}, and a range goes from the smaller number to the larger"
    )]
    NoSuchPositions {
        /// The table.
        place: String,
        /// The positions, as they were given.
        positions: String,
        /// The number of columns.
        count: usize,
    },
    /// A column is named more than once.
    #[error("{place}: column {column} twice in a list; name each column once")]
    RepeatedColumn {
        /// The table.
        place: String,
        /// Its position.
        column: usize,
    },
    /// All columns are left out, or hold labels.
    #[error("{place}: no column of numbers is left; leave out fewer")]
    NoColumnsLeft {
        /// The table.
        place: String,
    },
    /// A column without any entry has no mean.
    #[error(
        "{place}: all entries of column {column} are missing, so it has no mean; leave the column out"
    )]
    NoMean {
        /// The file.
        place: String,
        /// The column of the matrix, and the beginning of its label if it has one.
        column: String,
        /// The label.
        name: Option<String>,
    },
}
