use super::{Document, Error, Remove};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Called with the number of documents read so far.
pub(super) type Progress<'a> = &'a mut dyn FnMut(usize);

/// A subset of 20 Newsgroups by date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subset {
    /// The earlier 60 % of each group.
    Train,
    /// The later 40 %.
    Test,
    /// First train, then test.
    All,
}

impl fmt::Display for Subset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Subset::Train => "train",
            Subset::Test => "test",
            Subset::All => "all",
        })
    }
}

impl FromStr for Subset {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let name = name.to_owned();
        match name.as_str() {
            "train" => Ok(Subset::Train),
            "test" => Ok(Subset::Test),
            "all" => Ok(Subset::All),
            _ => Err(Error::UnknownSubset { name }),
        }
    }
}

/// The format of a file or a stream of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorpusFormat {
    /// A document a line.
    Lines,
    /// A document a row, its fields divided by commas or by what else divides the first lines.
    Csv,
    /// A document a row, its fields divided by tabs.
    Tsv,
    /// A document a line, an object of JSON.
    JsonLines,
    /// An archive of tar with the posts of 20 Newsgroups.
    Archive,
}

impl CorpusFormat {
    /// All formats.
    pub const ALL: [CorpusFormat; 5] = [
        CorpusFormat::Lines,
        CorpusFormat::Csv,
        CorpusFormat::Tsv,
        CorpusFormat::JsonLines,
        CorpusFormat::Archive,
    ];

    /// Returns the name: that of an extension.
    pub fn name(self) -> &'static str {
        match self {
            CorpusFormat::Lines => "txt",
            CorpusFormat::Csv => "csv",
            CorpusFormat::Tsv => "tsv",
            CorpusFormat::JsonLines => "jsonl",
            CorpusFormat::Archive => "tar",
        }
    }
}

impl fmt::Display for CorpusFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CorpusFormat {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|format| format.name() == name);
        named.ok_or("must be txt, csv, tsv, jsonl or tar")
    }
}

/// The options of reading a corpus. An option that does not apply to the source must keep its default: any other value
/// is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorpusReader {
    /// The column of a table, or the field of JSON lines, that holds the texts. A column has a name, or a number from 1: a
    /// name wins, and `#3` is always a number. The default is the only column of a table, or the field `text` of JSON
    /// lines.
    pub text_column: Option<String>,
    /// The column or the field that holds the names of the documents. The default is none: rows and lines are counted.
    pub id_column: Option<String>,
    /// States if the first line of a table names its columns. The default is that it does.
    pub header: Option<bool>,
    /// The character between the fields of a table, one of ASCII. The default is a tab for `.tsv`; for `.csv` the comma, or
    /// else the semicolon, the tab or the bar, whichever splits the first two lines alike.
    pub delimiter: Option<char>,
    /// Takes quotation marks in a table for characters like any other.
    pub literal_quotes: bool,
    /// The format of a file or of standard input, in the place of the one that its name and its first bytes say.
    pub format: Option<CorpusFormat>,
    /// The subset of 20 Newsgroups. The default is [`Subset::Train`], or the subset whose folder the path is. Corpora
    /// that are not divided accept only [`Subset::All`].
    pub subset: Option<Subset>,
    /// The categories to keep; if empty, all documents are kept.
    pub categories: Vec<String>,
    /// The parts to remove from each text.
    pub remove: Remove,
}

impl CorpusReader {
    /// Creates a document of any source, on the thread that has read the text.
    pub(super) fn document(&self, name: String, category: Option<&str>, text: String) -> Document {
        Document {
            name,
            category: category.map(str::to_owned),
            text: self.remove.apply(text),
        }
    }

    /// Checks that no columns are named, and nothing of tables is set, for sources without columns.
    pub(super) fn refuse_columns(&self, place: &str) -> Result<(), Error> {
        let named = self.text_column.is_some() || self.id_column.is_some();
        match named {
            true => Err(Error::NoColumns {
                place: place.to_owned(),
            }),
            false => self.refuse_table(place),
        }
    }

    /// Checks that no format is set, for sources that are neither files nor streams.
    pub(super) fn refuse_format(&self, place: &str) -> Result<(), Error> {
        match self.format {
            None => Ok(()),
            Some(_) => Err(Error::NoFormat {
                place: place.to_owned(),
            }),
        }
    }

    /// Checks that nothing of tables is set, for other sources.
    pub(super) fn refuse_table(&self, place: &str) -> Result<(), Error> {
        let is_set = self.header.is_some() || self.delimiter.is_some() || self.literal_quotes;
        match is_set {
            true => Err(Error::NoTable {
                place: place.to_owned(),
            }),
            false => Ok(()),
        }
    }

    /// Checks that no subset but all is requested, for sources that are not divided.
    pub(super) fn refuse_subset(&self, place: &str) -> Result<(), Error> {
        let place = place.to_owned();
        match self.subset {
            None | Some(Subset::All) => Ok(()),
            Some(subset) => Err(Error::NoSubsets { place, subset }),
        }
    }

    /// Checks that no categories are requested, for sources without categories.
    pub(super) fn refuse_categories(&self, place: &str) -> Result<(), Error> {
        self.check_categories(place, &BTreeSet::new())
    }

    /// Checks that every requested category is `known`.
    pub(super) fn check_categories(
        &self,
        place: &str,
        known: &BTreeSet<&str>,
    ) -> Result<(), Error> {
        let is_unknown = |category: &&String| !known.contains(category.as_str());
        let Some(category) = self.categories.iter().find(is_unknown) else {
            return Ok(());
        };
        let place = place.to_owned();
        if known.is_empty() {
            return Err(Error::NoCategories { place });
        }
        let known = known.iter().copied().collect::<Vec<_>>().join(", ");
        Err(Error::UnknownCategory {
            place,
            category: category.clone(),
            known,
        })
    }

    pub(super) fn keeps_category(&self, category: Option<&str>) -> bool {
        self.categories.is_empty()
            || category.is_some_and(|name| self.categories.iter().any(|kept| kept == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_are_read_as_they_are_written() {
        for subset in [Subset::Train, Subset::Test, Subset::All] {
            assert_eq!(subset.to_string().parse::<Subset>().unwrap(), subset);
        }
        assert!("training".parse::<Subset>().is_err());
    }
}
