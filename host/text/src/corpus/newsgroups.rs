//! 20 Newsgroups: the paths of its posts, and the selection of posts.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    CorpusReader, Document, Error, Subset, encoding,
    folder::{Entry, entries, is_hidden, read_file, read_in_order},
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

/// The beginning of the names of the two folders of the division by date, which end in the subset.
const BY_DATE: &str = "20news-bydate-";
const HALVES: [Subset; 2] = [Subset::Train, Subset::Test];

fn half_of_folder(name: &str) -> Option<Subset> {
    let half = name.strip_prefix(BY_DATE)?.parse().ok();
    half.filter(|half| HALVES.contains(half))
}

/// The path of a post; paths are in the order of the corpus. File names are compared as strings, as in scikit-learn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PostPath {
    half: Option<Subset>,
    group: String,
    file: String,
}

impl PostPath {
    /// Parses `../<half>/<group>/<file>`, and `../<group>/<file>` for the twenty groups.
    pub(super) fn parse(path: &Path) -> Option<PostPath> {
        let mut names = path.iter().rev().map(|name| name.to_string_lossy());
        let (file, group) = (names.next()?, names.next()?);
        let half = names.next().and_then(|name| half_of_folder(&name));
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
        let folder = half.map_or(String::new(), |half| format!("{BY_DATE}{half}/"));
        let name = format!("{folder}{group}/{file}");
        reader.document(name, Some(group), encoding::latin1(bytes))
    }
}

/// The selected posts, and the groups found so far.
pub(super) struct Selection<'a> {
    reader: &'a CorpusReader,
    place: &'a str,
    subset: Subset,
    found: BTreeSet<(Option<Subset>, String)>,
}

impl<'a> Selection<'a> {
    /// Creates a selection; `own_half` is the half whose folder `place` itself is.
    pub(super) fn new(reader: &'a CorpusReader, place: &'a str, own_half: Option<Subset>) -> Self {
        Selection {
            reader,
            place,
            subset: reader.subset.or(own_half).unwrap_or(Subset::Train),
            found: BTreeSet::new(),
        }
    }

    /// Records the group of the post and returns true if the post is selected.
    pub(super) fn admit(&mut self, path: &PostPath) -> bool {
        self.note(path.half, &path.group);
        self.keeps_half(path.half) && self.reader.keeps_category(Some(&path.group))
    }

    fn note(&mut self, half: Option<Subset>, group: &str) {
        if !self.found.iter().any(|(h, g)| *h == half && g == group) {
            self.found.insert((half, group.to_owned()));
        }
    }

    fn keeps_half(&self, half: Option<Subset>) -> bool {
        self.subset == Subset::All || half.is_none_or(|half| half == self.subset)
    }

    /// Checks, after all posts, that the requested subset and categories were found.
    pub(super) fn check(&self) -> Result<(), Error> {
        let place = || self.place.to_owned();
        if self.found.is_empty() {
            return Err(Error::NotNewsgroups { place: place() });
        }
        if self.found.iter().all(|(half, _)| half.is_none()) {
            self.reader.refuse_subset(self.place)?;
        } else if let Some(subset) = HALVES.into_iter().find(|&half| self.lacks(half)) {
            let place = place();
            return Err(Error::MissingSubset { place, subset });
        }
        let kept = self.found.iter().filter(|(half, _)| self.keeps_half(*half));
        let known = kept.map(|(_, group)| group.as_str()).collect();
        self.reader.check_categories(self.place, &known)
    }

    fn lacks(&self, half: Subset) -> bool {
        self.keeps_half(Some(half)) && !self.found.iter().any(|(found, _)| *found == Some(half))
    }
}

/// Returns the folders of 20 Newsgroups at `root` that contain folders of groups; empty for any other folder.
pub(super) fn halves(root: &Path) -> Result<Vec<(Option<Subset>, PathBuf)>, Error> {
    if let Some(half) = own_half(root) {
        return Ok(vec![(Some(half), root.to_owned())]);
    }
    let mut folders = entries(root)?;
    folders.retain(|entry| entry.is_folder);
    let is_group = |entry: &Entry| GROUPS.contains(&entry.name.as_str());
    if !folders.is_empty() && folders.iter().all(is_group) {
        return Ok(vec![(None, root.to_owned())]);
    }
    let half = |entry: Entry| Some((Some(half_of_folder(&entry.name)?), entry.path));
    Ok(folders.into_iter().filter_map(half).collect())
}

/// Returns the half that a folder is named after, either as given or after links and `.` are resolved.
fn own_half(root: &Path) -> Option<Subset> {
    let half_of = |path: &Path| half_of_folder(&path.file_name()?.to_string_lossy());
    half_of(root).or_else(|| half_of(&root.canonicalize().ok()?))
}

/// Reads the posts in the folders that [`halves`] found.
pub(super) fn read_folder(
    reader: &CorpusReader,
    root: &Path,
    halves: &[(Option<Subset>, PathBuf)],
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let place = root.display().to_string();
    let mut selection = Selection::new(reader, &place, own_half(root));
    let mut posts = Vec::new();
    for &(half, ref folder) in halves {
        for group in entries(folder)?.into_iter().filter(|entry| entry.is_folder) {
            selection.note(half, &group.name);
            if !selection.keeps_half(half) || !reader.keeps_category(Some(&group.name)) {
                continue;
            }
            let files = entries(&group.path)?.into_iter();
            posts.extend(files.filter(|entry| !entry.is_folder).map(|entry| {
                let (group, file) = (group.name.clone(), entry.name);
                (PostPath { half, group, file }, entry.path)
            }));
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
    use crate::corpus::archive::tests::{POSTS, tar_of};
    use crate::corpus::tests::{of_category, of_subset};
    use crate::corpus::{Corpus, Source};

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
        let subsets = [Subset::Train, Subset::Test, Subset::All].map(Some);
        for subset in subsets.into_iter().chain([None]) {
            let reader = of_subset(subset);
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
        let error = read(&of_subset(Subset::All), &half)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("no subset train"), "{error}");
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
        let error = read(&of_subset(Subset::Test), root.path()).unwrap_err();
        assert!(matches!(error, Error::NoSubsets { .. }), "{error}");
    }

    #[test]
    fn an_unknown_group_is_an_error_that_names_the_others() {
        let error = read(&of_category("sci.spice"), unpacked().path());
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("no category \"sci.spice\""), "{error}");
        assert!(error.ends_with("alt.atheism, sci.space"), "{error}");
    }

    #[test]
    fn empty_folders_of_posts_hold_no_documents() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("20news-bydate-train/sci.space")).unwrap();
        let error = read(&CorpusReader::default(), root.path()).unwrap_err();
        assert!(matches!(error, Error::NoDocuments { .. }), "{error}");
    }
}
