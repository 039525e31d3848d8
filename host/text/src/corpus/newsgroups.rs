//! 20 Newsgroups: the paths of its posts, and the selection of posts.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    CorpusReader, Document, Error, Subset, encoding,
    folder::{entries, is_hidden, read_file, read_in_order},
    options::Progress,
};

const GROUPS: [&str; 20] = [
    "alt.atheism",
    "comp.graphics",
    "comp.os.ms-windows.misc",
    "comp.sys.ibm.pc.hardware",
    "comp.sys.mac.hardware",
    "comp.windows.x",
    "misc.forsale",
    "rec.autos",
    "rec.motorcycles",
    "rec.sport.baseball",
    "rec.sport.hockey",
    "sci.crypt",
    "sci.electronics",
    "sci.med",
    "sci.space",
    "soc.religion.christian",
    "talk.politics.guns",
    "talk.politics.mideast",
    "talk.politics.misc",
    "talk.religion.misc",
];

/// One half of the division by date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Half {
    Train,
    Test,
}

impl Half {
    const BOTH: [Half; 2] = [Half::Train, Half::Test];

    fn folder(self) -> &'static str {
        match self {
            Half::Train => "20news-bydate-train",
            Half::Test => "20news-bydate-test",
        }
    }

    fn of_folder(name: &str) -> Option<Half> {
        Half::BOTH.into_iter().find(|half| half.folder() == name)
    }

    fn subset(self) -> Subset {
        match self {
            Half::Train => Subset::Train,
            Half::Test => Subset::Test,
        }
    }
}

/// The path of a post; paths are in the order of the corpus. File names are compared as strings, as in scikit-learn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PostPath {
    half: Option<Half>,
    group: String,
    file: String,
}

impl PostPath {
    /// Parses `../<half>/<group>/<file>`, and `../<group>/<file>` for the twenty groups.
    pub(super) fn parse(path: &Path) -> Option<PostPath> {
        let mut names = path.iter().rev().map(|name| name.to_string_lossy());
        let (file, group) = (names.next()?, names.next()?);
        let half = names.next().and_then(|name| Half::of_folder(&name));
        if is_hidden(&file) || is_hidden(&group) || half.is_none() && !GROUPS.contains(&&*group) {
            return None;
        }
        Some(PostPath {
            half,
            group: group.into_owned(),
            file: file.into_owned(),
        })
    }

    pub(super) fn document(&self, reader: &CorpusReader, bytes: Vec<u8>) -> Document {
        let PostPath { half, group, file } = self;
        let folder = half.map_or(String::new(), |half| format!("{}/", half.folder()));
        reader.document(
            format!("{folder}{group}/{file}"),
            Some(group),
            encoding::latin1(bytes),
        )
    }
}

/// The selected posts, and the groups found so far.
pub(super) struct Selection<'a> {
    reader: &'a CorpusReader,
    place: &'a str,
    subset: Subset,
    found: BTreeSet<(Option<Half>, String)>,
}

impl<'a> Selection<'a> {
    /// Creates a selection; `own_half` is the half whose folder `place` itself is.
    pub(super) fn new(reader: &'a CorpusReader, place: &'a str, own_half: Option<Half>) -> Self {
        let default = own_half.map_or(Subset::Train, Half::subset);
        Selection {
            reader,
            place,
            subset: reader.subset.unwrap_or(default),
            found: BTreeSet::new(),
        }
    }

    /// Records the group of the post and returns true if the post is selected.
    pub(super) fn admit(&mut self, path: &PostPath) -> bool {
        self.note(path.half, &path.group);
        self.keeps_half(path.half) && self.reader.keeps_category(Some(&path.group))
    }

    fn note(&mut self, half: Option<Half>, group: &str) {
        if !self.found.iter().any(|(h, g)| *h == half && g == group) {
            self.found.insert((half, group.to_owned()));
        }
    }

    fn keeps_half(&self, half: Option<Half>) -> bool {
        match half {
            Some(half) => self.subset == Subset::All || self.subset == half.subset(),
            None => true,
        }
    }

    /// Checks, after all posts, that the requested subset and categories were found.
    pub(super) fn check(&self) -> Result<(), Error> {
        let place = || self.place.to_owned();
        if self.found.is_empty() {
            return Err(Error::NotNewsgroups { place: place() });
        }
        if self.found.iter().all(|(half, _)| half.is_none()) {
            self.reader.refuse_subset(self.place)?;
        } else if let Some(absent) = Half::BOTH.into_iter().find(|&half| self.lacks(half)) {
            return Err(Error::MissingSubset {
                place: place(),
                subset: absent.subset(),
            });
        }
        let known = self
            .found
            .iter()
            .filter(|(half, _)| self.keeps_half(*half))
            .map(|(_, group)| group.as_str());
        self.reader.check_categories(self.place, &known.collect())
    }

    fn lacks(&self, half: Half) -> bool {
        self.keeps_half(Some(half)) && !self.found.iter().any(|(found, _)| *found == Some(half))
    }
}

/// Returns the folders of 20 Newsgroups at `root` that contain folders of groups; empty for any other folder.
pub(super) fn halves(root: &Path) -> Result<Vec<(Option<Half>, PathBuf)>, Error> {
    if let Some(half) = own_half(root) {
        return Ok(vec![(Some(half), root.to_owned())]);
    }
    let folders: Vec<_> = entries(root)?
        .into_iter()
        .filter(|entry| entry.is_folder)
        .collect();
    if !folders.is_empty()
        && folders
            .iter()
            .all(|entry| GROUPS.contains(&entry.name.as_str()))
    {
        return Ok(vec![(None, root.to_owned())]);
    }
    let half_of = |name: &str| Half::of_folder(name).map(Some);
    Ok(folders
        .into_iter()
        .filter_map(|entry| Some((half_of(&entry.name)?, entry.path)))
        .collect())
}

/// Returns the half that a folder is named after, either as given or after links and `.` are resolved.
fn own_half(root: &Path) -> Option<Half> {
    let half_of = |path: &Path| Half::of_folder(&path.file_name()?.to_string_lossy());
    half_of(root).or_else(|| half_of(&root.canonicalize().ok()?))
}

/// Reads the posts in the folders that [`halves`] found.
pub(super) fn read_folder(
    reader: &CorpusReader,
    root: &Path,
    halves: &[(Option<Half>, PathBuf)],
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let place = root.display().to_string();
    let mut selection = Selection::new(reader, &place, own_half(root));
    let mut posts = Vec::new();
    for (half, folder) in halves {
        for group in entries(folder)?.into_iter().filter(|entry| entry.is_folder) {
            selection.note(*half, &group.name);
            if !selection.keeps_half(*half) || !reader.keeps_category(Some(&group.name)) {
                continue;
            }
            for file in entries(&group.path)?
                .into_iter()
                .filter(|entry| !entry.is_folder)
            {
                posts.push((
                    PostPath {
                        half: *half,
                        group: group.name.clone(),
                        file: file.name,
                    },
                    file.path,
                ));
            }
        }
    }
    selection.check()?;
    posts.sort();
    read_in_order(&posts, progress, |(post, path)| {
        Ok(post.document(reader, read_file(path)?))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::corpus::{
        Corpus, Source,
        archive::tests::{POSTS, tar_of},
    };

    fn unpacked() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        tar::Archive::new(tar_of(&POSTS).as_slice())
            .unpack(root.path())
            .unwrap();
        root
    }

    fn read(reader: &CorpusReader, path: impl Into<PathBuf>) -> Result<Corpus, Error> {
        reader.read(&Source::Path(path.into()))
    }

    #[test]
    fn a_folder_and_its_archive_are_the_same_corpus() {
        let root = unpacked();
        let archive = tempfile::Builder::new().suffix(".tar").tempfile().unwrap();
        fs::write(archive.path(), tar_of(&POSTS)).unwrap();
        for subset in [
            None,
            Some(Subset::Train),
            Some(Subset::Test),
            Some(Subset::All),
        ] {
            let reader = CorpusReader {
                subset,
                ..CorpusReader::default()
            };
            let from_folder = read(&reader, root.path()).unwrap();
            assert_eq!(from_folder, read(&reader, archive.path()).unwrap());
        }
    }

    #[test]
    fn the_folder_of_one_half_is_that_half() {
        let root = unpacked();
        let half = root.path().join("20news-bydate-test");
        let corpus = read(&CorpusReader::default(), &half).unwrap();
        assert_eq!(corpus.documents[0].name, "20news-bydate-test/alt.atheism/3");
        assert_eq!(corpus.len(), 2);
        let reader = CorpusReader {
            subset: Some(Subset::All),
            ..CorpusReader::default()
        };
        let error = read(&reader, &half).unwrap_err();
        assert!(
            matches!(
                error,
                Error::MissingSubset {
                    subset: Subset::Train,
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn a_folder_of_groups_is_latin1_and_undivided() {
        let root = tempfile::tempdir().unwrap();
        for group in ["sci.space", "rec.autos"] {
            fs::create_dir(root.path().join(group)).unwrap();
            fs::write(root.path().join(group).join("1"), b"\xe9").unwrap();
        }
        let corpus = read(&CorpusReader::default(), root.path()).unwrap();
        assert_eq!(corpus.categories(), ["rec.autos", "sci.space"]);
        assert_eq!(corpus.texts().collect::<Vec<_>>(), ["é", "é"]);
        let reader = CorpusReader {
            subset: Some(Subset::Test),
            ..CorpusReader::default()
        };
        assert!(matches!(
            read(&reader, root.path()),
            Err(Error::NoSubsets { .. })
        ));
    }

    #[test]
    fn an_unknown_group_is_an_error_that_names_the_others() {
        let reader = CorpusReader {
            categories: vec!["sci.spice".into()],
            ..CorpusReader::default()
        };
        let error = read(&reader, unpacked().path()).unwrap_err().to_string();
        assert!(
            error.contains("\"sci.spice\"") && error.contains("alt.atheism, sci.space"),
            "{error}"
        );
    }

    #[test]
    fn empty_folders_of_posts_hold_no_documents() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("20news-bydate-train/sci.space")).unwrap();
        let error = read(&CorpusReader::default(), root.path()).unwrap_err();
        assert!(matches!(error, Error::NoDocuments { .. }), "{error}");
    }
}
