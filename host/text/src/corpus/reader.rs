use super::options::Progress;
use super::stream::{self, Format};
use super::{Corpus, CorpusReader, Error, Source, folder, newsgroups, sample};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

impl CorpusReader {
    /// Reads a corpus; it has at least one document.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read(&self, source: &Source) -> Result<Corpus, Error> {
        self.read_with_progress(source, &mut |_| {})
    }

    /// Reads a corpus and calls `progress` often, from the calling thread, with the number of documents read so far.
    ///
    /// # Errors
    /// As [`CorpusReader::read`].
    pub fn read_with_progress(
        &self,
        source: &Source,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Corpus, Error> {
        let place = source.to_string();
        let corpus = match source {
            Source::Sample => {
                self.refuse_format(&place)?;
                Corpus::of(sample::read(self, &place)?)
            }
            Source::Path(path) => self.read_path(path, &place, progress)?,
            Source::StandardInput => {
                stream::read(self, &place, Format::Input, io::stdin(), progress)?
            }
        };
        match corpus.is_empty() {
            true => Err(Error::NoDocuments { place }),
            false => Ok(corpus),
        }
    }

    fn read_path(&self, path: &Path, place: &str, progress: Progress) -> Result<Corpus, Error> {
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
        self.refuse_format(place)?;
        self.refuse_columns(place)?;
        let halves = newsgroups::halves(path)?;
        let documents = match halves.is_empty() {
            true => folder::read(self, path, progress),
            false => newsgroups::read_folder(self, path, &halves, progress),
        };
        documents.map(Corpus::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::{of_category, of_column, of_subset};
    use crate::corpus::{CorpusFormat, Subset};

    fn file(suffix: &str, content: &str) -> (tempfile::TempPath, Source) {
        let file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
        fs::write(file.path(), content).unwrap();
        let path = file.into_temp_path();
        let source = Source::Path(path.to_path_buf());
        (path, source)
    }

    #[test]
    fn a_missing_path_is_named() {
        let nowhere = Source::Path("no/such/place".into());
        let error = CorpusReader::default().read(&nowhere).unwrap_err();
        assert!(matches!(error, Error::Missing { .. }));
        assert!(error.to_string().starts_with("no/such/place: "), "{error}");
    }

    #[test]
    fn what_a_source_does_not_have_cannot_be_asked_of_it() {
        let (_lines, lines) = file(".txt", "a\nb\n");
        let (_table, table) = file(".csv", "text\na\n");
        for source in [&lines, &table, &Source::Sample] {
            let error = of_subset(Subset::Train).read(source).unwrap_err();
            assert!(matches!(error, Error::NoSubsets { .. }), "{error}");
        }
        for source in [&lines, &table] {
            let error = of_category("sailing").read(source).unwrap_err();
            assert!(matches!(error, Error::NoCategories { .. }), "{error}");
        }
        let of_format = CorpusReader {
            format: Some(CorpusFormat::Csv),
            ..CorpusReader::default()
        };
        let folder = tempfile::tempdir().unwrap();
        for source in [Source::Sample, Source::Path(folder.path().to_owned())] {
            let error = of_format.read(&source).unwrap_err();
            assert!(matches!(error, Error::NoFormat { .. }), "{error}");
        }
        for source in [&lines, &Source::Sample] {
            let error = of_column(Some("text")).read(source).unwrap_err();
            assert!(matches!(error, Error::NoColumns { .. }), "{error}");
        }
    }

    #[test]
    fn the_sample_has_categories() {
        let music = CorpusReader {
            subset: Some(Subset::All),
            ..of_category("music")
        };
        let corpus = music.read(&Source::Sample).unwrap();
        assert_eq!(corpus.categories(), ["music"]);
        let error = of_category("cooking").read(&Source::Sample).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("\"cooking\""), "{error}");
        assert!(error.contains("baking, cycling"), "{error}");
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
        let error = CorpusReader::default().read(&table).unwrap_err();
        assert!(matches!(error, Error::NoDocuments { .. }), "{error}");
    }
}
