use std::{
    collections::BTreeSet,
    fmt, fs,
    io::{self, ErrorKind},
    path::Path,
    str::FromStr,
};

use super::{
    Corpus, Document, Error, Remove, Source, folder, newsgroups, sample,
    stream::{self, Format},
};

/// Called with the number of documents read so far.
pub(super) type Progress<'a> = &'a mut dyn FnMut(usize);

/// Which posts of 20 Newsgroups by date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subset {
    /// The earlier 60 in a hundred of each group.
    Train,
    /// The later ones.
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
        match name {
            "train" => Ok(Subset::Train),
            "test" => Ok(Subset::Test),
            "all" => Ok(Subset::All),
            _ => Err(Error::UnknownSubset {
                name: name.to_owned(),
            }),
        }
    }
}

/// How to read a corpus. What a source has no use for must be left at its default: what was asked for and cannot be
/// done is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorpusReader {
    /// The column of a table, or the field of JSON lines, that holds the texts. If none is named: the only column
    /// of a table, the field `text` of JSON lines.
    pub text_column: Option<String>,
    /// The subset of 20 Newsgroups; none is [`Subset::Train`], or what is there if the path is one subset's folder.
    /// Corpora that are not divided have [`Subset::All`] only.
    pub subset: Option<Subset>,
    /// The categories to keep; none named keeps all documents.
    pub categories: Vec<String>,
    /// What to remove from each text.
    pub remove: Remove,
}

impl CorpusReader {
    /// Reads a corpus; it has at least one document.
    ///
    /// # Errors
    /// Each variant of [`Error`] says when.
    pub fn read(&self, source: &Source) -> Result<Corpus, Error> {
        self.read_with_progress(source, &mut |_| {})
    }

    /// Reads a corpus and calls `progress` often, from this thread, with the number of documents read so far.
    ///
    /// # Errors
    /// As [`CorpusReader::read`].
    pub fn read_with_progress(
        &self,
        source: &Source,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Corpus, Error> {
        let place = source.to_string();
        let documents = match source {
            Source::Sample => sample::read(self, &place)?,
            Source::Path(path) => self.read_path(path, &place, progress)?,
            Source::StandardInput => {
                stream::read(self, &place, Format::Lines, io::stdin(), progress)?
            }
        };
        if documents.is_empty() {
            return Err(Error::NoDocuments { place });
        }
        Ok(Corpus { documents })
    }

    fn read_path(
        &self,
        path: &Path,
        place: &str,
        progress: Progress,
    ) -> Result<Vec<Document>, Error> {
        let failed = |source: io::Error| match source.kind() {
            ErrorKind::NotFound => Error::Missing {
                path: path.to_owned(),
            },
            _ => Error::Unreadable {
                place: place.to_owned(),
                source,
            },
        };
        if !fs::metadata(path).map_err(failed)?.is_dir() {
            let file = fs::File::open(path).map_err(failed)?;
            return stream::read(self, place, Format::of_file(path), file, progress);
        }
        self.refuse_text_column(place)?;
        let halves = newsgroups::halves(path)?;
        if halves.is_empty() {
            return folder::read(self, path, progress);
        }
        newsgroups::read_folder(self, path, &halves, progress)
    }

    /// Every source makes its documents here, on the thread that has read the text.
    pub(super) fn document(&self, name: String, category: Option<&str>, text: String) -> Document {
        Document {
            name,
            category: category.map(str::to_owned),
            text: self.remove.apply(text),
        }
    }

    /// For sources without columns.
    pub(super) fn refuse_text_column(&self, place: &str) -> Result<(), Error> {
        match self.text_column {
            Some(_) => Err(Error::NoColumns {
                place: place.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// For sources that are not divided: all of them is what they have.
    pub(super) fn refuse_subset(&self, place: &str) -> Result<(), Error> {
        match self.subset {
            Some(subset @ (Subset::Train | Subset::Test)) => Err(Error::NoSubsets {
                place: place.to_owned(),
                subset,
            }),
            Some(Subset::All) | None => Ok(()),
        }
    }

    /// For sources without categories.
    pub(super) fn refuse_categories(&self, place: &str) -> Result<(), Error> {
        self.check_categories(place, &BTreeSet::new())
    }

    /// Is every category that was asked for among those `known`?
    pub(super) fn check_categories(
        &self,
        place: &str,
        known: &BTreeSet<&str>,
    ) -> Result<(), Error> {
        let Some(category) = self
            .categories
            .iter()
            .find(|category| !known.contains(category.as_str()))
        else {
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

    fn file(suffix: &str, content: &str) -> (tempfile::TempPath, Source) {
        let file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
        fs::write(file.path(), content).unwrap();
        let path = file.into_temp_path();
        let source = Source::Path(path.to_path_buf());
        (path, source)
    }

    fn reading(
        subset: Option<Subset>,
        category: Option<&str>,
        column: Option<&str>,
    ) -> CorpusReader {
        CorpusReader {
            subset,
            categories: category.map(str::to_owned).into_iter().collect(),
            text_column: column.map(str::to_owned),
            remove: Remove::default(),
        }
    }

    #[test]
    fn a_missing_path_is_named() {
        let error = CorpusReader::default()
            .read(&Source::Path("no/such/place".into()))
            .unwrap_err();
        assert!(matches!(error, Error::Missing { .. }));
        assert!(error.to_string().starts_with("no/such/place: "), "{error}");
    }

    #[test]
    fn what_a_source_does_not_have_cannot_be_asked_of_it() {
        let (_lines, lines) = file(".txt", "a\nb\n");
        let (_table, table) = file(".csv", "text\na\n");
        for source in [&lines, &table, &Source::Sample] {
            let outcome = reading(Some(Subset::Train), None, None).read(source);
            assert!(matches!(outcome, Err(Error::NoSubsets { .. })), "{source}");
        }
        for source in [&lines, &table] {
            let outcome = reading(None, Some("sailing"), None).read(source);
            assert!(
                matches!(outcome, Err(Error::NoCategories { .. })),
                "{source}"
            );
        }
        for source in [&lines, &Source::Sample] {
            let outcome = reading(None, None, Some("text")).read(source);
            assert!(matches!(outcome, Err(Error::NoColumns { .. })), "{source}");
        }
    }

    #[test]
    fn the_sample_has_categories() {
        let corpus = reading(Some(Subset::All), Some("music"), None)
            .read(&Source::Sample)
            .unwrap();
        assert_eq!(corpus.categories(), ["music"]);
        let error = reading(None, Some("cooking"), None)
            .read(&Source::Sample)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("\"cooking\"") && error.contains("baking, cycling"),
            "{error}"
        );
    }

    #[test]
    fn any_text_can_be_stripped() {
        let (_lines, lines) = file(".txt", "> quoted\nkept\n");
        let reader = CorpusReader {
            remove: "quotes".parse().unwrap(),
            ..CorpusReader::default()
        };
        assert!(reader.read(&lines).unwrap().texts().eq(["", "kept"]));
    }

    #[test]
    fn a_table_with_a_header_only_has_no_documents() {
        let (_table, table) = file(".csv", "text\n");
        assert!(matches!(
            CorpusReader::default().read(&table),
            Err(Error::NoDocuments { .. })
        ));
    }

    #[test]
    fn subsets_are_read_as_they_are_written() {
        for subset in [Subset::Train, Subset::Test, Subset::All] {
            assert_eq!(subset.to_string().parse::<Subset>().unwrap(), subset);
        }
        assert!("training".parse::<Subset>().is_err());
    }
}
