//! 20 Newsgroups: where its posts lie, and which of them are wanted.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    CorpusReader, Document, Error, Subset, encoding,
    folder::{entries, is_hidden, read_file, read_in_order},
    reader::Progress,
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

/// Where a post lies; the order is that of the corpus. File names compare as strings, as scikit-learn's do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PostPath {
    half: Option<Half>,
    group: String,
    file: String,
}

impl PostPath {
    /// Understands `../<half>/<group>/<file>`, and `../<group>/<file>` for the twenty groups.
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

    pub(super) fn into_document(self, bytes: Vec<u8>) -> Document {
        let folder = self
            .half
            .map_or(String::new(), |half| format!("{}/", half.folder()));
        Document {
            name: format!("{folder}{}/{}", self.group, self.file),
            category: Some(self.group),
            text: encoding::latin1(bytes),
        }
    }
}

/// Which posts are wanted, and which groups there are.
pub(super) struct Selection<'a> {
    reader: &'a CorpusReader,
    place: &'a str,
    subset: Subset,
    found: BTreeSet<(Option<Half>, String)>,
}

impl<'a> Selection<'a> {
    /// `own_half`: the half that the place itself is the folder of.
    pub(super) fn new(reader: &'a CorpusReader, place: &'a str, own_half: Option<Half>) -> Self {
        let default = own_half.map_or(Subset::Train, Half::subset);
        Selection {
            reader,
            place,
            subset: reader.subset.unwrap_or(default),
            found: BTreeSet::new(),
        }
    }

    /// Takes note of the post's group, and says whether the post is wanted.
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

    /// Called when all has been seen: is what was asked for there?
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

/// The folders of 20 Newsgroups at `root` that hold folders of groups; none if it is some other folder.
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

fn own_half(root: &Path) -> Option<Half> {
    // `.` has a name too, once it is resolved.
    let resolved = root.canonicalize().ok()?;
    Half::of_folder(&resolved.file_name()?.to_string_lossy())
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
        Ok(post.clone().into_document(read_file(path)?))
    })
}
