//! The options of corpora, which `lowrank topics`, `lowrank transform` and `lowrank bench` share.

use super::values::{source, yes_or_no};
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use lowrank_text::corpus::{CorpusFormat, Remove, Source, Subset};

/// Where the texts come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Corpus")]
pub struct CorpusOptions {
    /// What to read: `sample`, a file or a folder, or `-` for standard input.
    ///
    /// A folder or .tar.gz of 20 Newsgroups as it is, any folder of text files, a .csv or .tsv, a .jsonl or .json with an object a line, or
    /// text with one document a line; files may be gzipped. Standard input has one document a line, or JSON Lines if its
    /// first line is an object; --format says what else it is, as it does for a file with another name. Texts are UTF-8, or UTF-16 with a
    /// byte order mark.
    #[arg(long, value_name = "PATH", default_value = "sample",
          value_parser = OsStringValueParser::new().try_map(source))]
    pub corpus: Source,
    #[command(flatten)]
    pub texts: TextOptions,
    #[command(flatten)]
    pub table: TextTableOptions,
}

/// What a corpus is, and which part of it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Corpus")]
pub struct TextOptions {
    /// The column of a table or the field of JSON Lines that holds the texts [default: a table's only
    /// column; the field `text`].
    ///
    /// A column has a name, or a number from 1: a name wins, and #3 is always a number. A line of JSON without a text
    /// (no such field, null, no string) is an empty document, which the summary counts.
    #[arg(long, value_name = "COLUMN")]
    pub text_column: Option<String>,
    /// The column or the field that holds the names of the documents, given as that of --text-column [default: rows and
    /// lines are counted].
    #[arg(long, value_name = "COLUMN")]
    pub ids: Option<String>,
    /// Tables: quotation marks are characters like any other. By default they enclose fields: in .csv those that begin
    /// with one, in .tsv those with one at both ends.
    #[arg(long)]
    pub no_quotes: bool,
    /// The part of 20 Newsgroups: train, test or all [default: train].
    #[arg(long, value_name = "PART")]
    pub subset: Option<Subset>,
    /// The categories to keep: newsgroups, subfolders, themes of the sample [default: all].
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub categories: Vec<String>,
    /// What to cut from each text: headers, footers, quotes [default: nothing].
    #[arg(long, value_name = "PARTS")]
    pub remove: Option<Remove>,
}

impl TextOptions {
    /// Returns true if any of the options is given.
    pub fn is_given(&self) -> bool {
        let TextOptions {
            text_column,
            ids,
            no_quotes,
            subset,
            categories,
            remove,
        } = self;
        let columns = text_column.is_some() || ids.is_some() || *no_quotes;
        columns || subset.is_some() || !categories.is_empty() || remove.is_some()
    }
}

/// How a table of texts is written.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Corpus")]
pub struct TextTableOptions {
    /// Tables: the first line is a header: yes or no [default: yes].
    ///
    /// Where the header looks like a row of texts and numbers, the summary says so; -v says what was found.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub header: Option<bool>,
    /// Tables: what divides the fields: comma, semicolon, tab, bar, or another character [default: a tab for .tsv; for
    /// .csv a comma, or else a semicolon, a tab or a bar that divides the first two lines alike].
    #[arg(long, value_name = "TEXT", value_parser = delimiter)]
    pub delimiter: Option<char>,
    /// The format of a file or of standard input, in the place of what the name and the first bytes say: txt (a document
    /// a line), csv, tsv, jsonl, or tar (20 Newsgroups); each of them gzipped or not.
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<CorpusFormat>)]
    pub format: Option<CorpusFormat>,
}

fn delimiter(text: &str) -> Result<char, &'static str> {
    match text {
        "comma" => Ok(','),
        "semicolon" => Ok(';'),
        "tab" | "\\t" => Ok('\t'),
        "bar" => Ok('|'),
        _ => {
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(one), None) if one.is_ascii() && !"\"\r\n".contains(one) => Ok(one),
                _ => Err("must be comma, semicolon, tab, bar, or one character of ASCII"),
            }
        }
    }
}
