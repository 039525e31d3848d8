//! The options of reading tables, which `lowrank factorize` and `lowrank transform` share.

use super::TextTableOptions;
use super::values::yes_or_no;
use clap::Args;
use std::str::FromStr;

use lowrank_files::matrix_file::{ColumnList, Delimiter, Duplicates, Format, Index, list_items};
use lowrank_text::corpus::CorpusFormat;

/// How a table is read, by default as its first lines show.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Table")]
pub struct TableArguments {
    /// The first line is a header: yes or no [default: yes if it has names above numbers].
    ///
    /// Numbers are names, too, where they are years above other numbers, where they count 0, 1, 2 above row names, where
    /// they alone are in quotation marks, or beside an empty first field or a word such as gene or id. A line that may be both is
    /// refused, or told on standard error, as 12,13,14 above 1,2,3; -v says what was found. A comment above a table without a header names its columns if it has as many words.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub header: Option<bool>,
    /// The column that holds the names of the rows, by its name or as #1; none: all columns hold numbers.
    ///
    /// By default the first one, if it has texts and no number in the first lines, if its name is empty (or Unnamed: 0), if the
    /// header has one name less than there are columns (as R writes it), if all other names are numbers and it has
    /// distinct whole numbers, or if these are beyond 2^53.
    #[arg(long, value_name = "COLUMN|none", value_parser = str::parse::<Index>, conflicts_with = "triples")]
    pub index: Option<Index>,
    /// The columns that are read, in this order: names, or positions as #3-#7 [default: all].
    ///
    /// Positions count from 1, in the file. A number without # is the name of a column, and a position where no column
    /// has this name. A name with a comma stands in quotation marks.
    #[arg(long, value_name = "A,B,#3-#7", value_parser = str::parse::<ColumnList>, conflicts_with = "triples")]
    pub columns: Option<ColumnList>,
    /// The columns that are left out, given as those of --columns.
    #[arg(long, value_name = "A,B,#3-#7", value_parser = str::parse::<ColumnList>, conflicts_with = "triples")]
    pub drop: Option<ColumnList>,
    /// What divides the fields: comma, semicolon, tab, bar, blanks, or the characters, as :: [default: what divides
    /// the first lines alike and leaves the most numbers].
    #[arg(long, value_name = "TEXT", value_parser = str::parse::<Delimiter>)]
    pub delimiter: Option<Delimiter>,
    /// The decimal mark [default: a point, or a comma where the first lines show one, as in 1,5].
    ///
    /// A cell such as 1,234 shows neither a decimal comma nor thousands: where no other cell does, it is refused.
    #[arg(long, value_name = "MARK", value_parser = decimal)]
    pub decimal: Option<char>,
    /// The mark between groups of three digits, as in 1,234,567; or `space` [default: what the first lines show].
    #[arg(long, value_name = "MARK", value_parser = thousands)]
    pub thousands: Option<char>,
    /// The cells that stand for a missing value, separated by commas, in the place of the usual ones: empty cells, NA,
    /// N/A, NaN, null, None, ?, -, . and their like.
    ///
    /// An empty item stands for empty cells: ",NA,-999". --missing says what is done with them.
    #[arg(long, value_name = "LIST", value_parser = cells, allow_hyphen_values = true)]
    pub missing_values: Option<Cells>,
    /// What is done with a second entry at the same place of --triples: refuse, last, first, mean or sum [default:
    /// refuse].
    #[arg(long, value_name = "RULE", value_parser = str::parse::<Duplicates>, requires = "triples")]
    pub duplicates: Option<Duplicates>,
    /// The format, in the place of what the name and the first bytes say: npy, npz, mtx, csv, tsv, table or pgm; of texts
    /// txt (a document a line), csv, tsv, jsonl or tar.
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<FileFormat>, help_heading = "Matrix")]
    pub format: Option<FileFormat>,
}

/// The format of a file, which a matrix has, or texts have, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFormat {
    matrix: Option<Format>,
    texts: Option<CorpusFormat>,
}

impl FileFormat {
    /// Returns the format of a matrix.
    ///
    /// # Errors
    /// The message for a format that only texts have.
    pub fn of_matrix(self) -> Result<Format, &'static str> {
        self.matrix
            .ok_or("--format of a matrix is npy, npz, mtx, csv, tsv, table or pgm")
    }
}

impl FromStr for FileFormat {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let (matrix, texts) = (name.parse().ok(), name.parse().ok());
        match matrix.is_some() || texts.is_some() {
            true => Ok(Self { matrix, texts }),
            false => Err(
                "must be npy, npz, mtx, csv, tsv, table or pgm; of texts txt, csv, tsv, jsonl or tar",
            ),
        }
    }
}

impl TableArguments {
    /// Returns the options of a table of texts.
    ///
    /// # Errors
    /// The message for options that a table of texts does not have.
    pub fn of_texts(&self) -> Result<TextTableOptions, &'static str> {
        let Self {
            header,
            index,
            columns,
            drop,
            delimiter,
            decimal,
            thousands,
            missing_values,
            duplicates,
            format,
        } = self;
        let chosen = index.is_some() || columns.is_some() || drop.is_some();
        let marked = decimal.is_some() || thousands.is_some() || missing_values.is_some();
        if chosen || marked || duplicates.is_some() {
            return Err(
                "of the options of a table, a model of texts has --header, --delimiter and --format",
            );
        }
        let delimiter = match delimiter {
            None => None,
            Some(delimiter) => match delimiter.character() {
                Some(character) => Some(character),
                None => return Err("--delimiter of a table of texts is one character of ASCII"),
            },
        };
        let format = match format {
            None => None,
            Some(FileFormat { texts: None, .. }) => {
                return Err("--format of texts is txt, csv, tsv, jsonl or tar");
            }
            Some(FileFormat { texts, .. }) => *texts,
        };
        Ok(TextTableOptions {
            header: *header,
            delimiter,
            format,
        })
    }
}

/// The cells that stand for a missing value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells(pub Vec<String>);

fn decimal(text: &str) -> Result<char, &'static str> {
    match text {
        "." | "point" => Ok('.'),
        "," | "comma" => Ok(','),
        _ => Err("must be . or ,"),
    }
}

fn thousands(text: &str) -> Result<char, &'static str> {
    let mut characters = text.chars();
    match (text, characters.next(), characters.next()) {
        ("space", ..) => Ok(' '),
        ("point", ..) => Ok('.'),
        ("comma", ..) => Ok(','),
        (_, Some(mark), None) if !mark.is_alphanumeric() && !"+-".contains(mark) => Ok(mark),
        _ => Err("must be one character, as , or . or ', or space"),
    }
}

fn cells(text: &str) -> Result<Cells, &'static str> {
    list_items(text).map(Cells)
}
