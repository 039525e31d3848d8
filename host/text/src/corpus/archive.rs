//! Reader of 20 Newsgroups as a tar archive. The archive is streamed and never unpacked; unwanted entries are skipped.

use std::io::{self, BufRead, Read};

use super::{
    CorpusReader, Document, Error,
    newsgroups::{PostPath, Selection},
    options::Progress,
};

/// The position of `ustar` in the first header.
const MAGIC_OFFSET: usize = 257;
/// The largest claimed size for which memory is reserved before the bytes are read.
const BELIEVED_BYTES: u64 = 1 << 20;

/// Checks that a stream that begins with `head` is a tar archive.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.get(MAGIC_OFFSET..)
        .is_some_and(|rest| rest.starts_with(b"ustar"))
}

/// Reads the selected posts, sorted by path.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    mut stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    reader.refuse_columns(place)?;
    let mut selection = Selection::new(reader, place, None);
    let mut posts = read_posts(reader, &mut selection, &mut stream, progress)
        // The checksum of a compressed archive follows the padding of the tar.
        .and_then(|posts| io::copy(&mut stream, &mut io::sink()).and(Ok(posts)))
        .map_err(|error| Error::from_read(place, error))?;
    selection.check()?;
    posts.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(posts.into_iter().map(|(_, document)| document).collect())
}

fn read_posts(
    reader: &CorpusReader,
    selection: &mut Selection,
    stream: impl Read,
    progress: Progress,
) -> io::Result<Vec<(PostPath, Document)>> {
    let mut posts = Vec::new();
    for entry in tar::Archive::new(stream).entries()? {
        let mut entry = entry?;
        let path =
            PostPath::parse(&entry.path()?).filter(|_| entry.header().entry_type().is_file());
        let Some(path) = path.filter(|path| selection.admit(path)) else {
            continue;
        };
        let size = entry.size();
        let mut bytes = Vec::with_capacity(size.min(BELIEVED_BYTES) as usize);
        entry.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // Decoded on this thread: the one that inflates is the slower one.
        let document = path.document(reader, bytes);
        posts.push((path, document));
        progress(posts.len());
    }
    Ok(posts)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::corpus::stream::{self, Format};
    use crate::corpus::tests::{gzip, of_category, of_column, of_subset};
    use crate::corpus::{Remove, Subset};

    /// Unsorted posts among other files; as a string, 9 comes after 10.
    pub(in crate::corpus) const POSTS: [(&str, &[u8]); 8] = [
        ("20news-bydate-test/sci.med/7", b"Subject: t\n\ntest"),
        (
            "20news-bydate-train/sci.space/9",
            b"Subject: s\n\n> quoted\nspace\r\n\n--\nname",
        ),
        (
            "20news-bydate-train/sci.space/10",
            b"Subject: \xe9\n\nspace",
        ),
        ("20news-bydate-train/alt.atheism/500", b""),
        ("20news-bydate-test/alt.atheism/3", b"Subject: t\n\ntest"),
        ("20news-bydate-train/alt.atheism/._500", b"\x00\x05"),
        ("20news-bydate-train/README", b"not a post"),
        ("notes/elsewhere", b"not a post"),
    ];

    pub(in crate::corpus) fn tar_of(posts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in posts {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn read_bytes(reader: &CorpusReader, bytes: &[u8]) -> Result<Vec<Document>, Error> {
        let corpus = stream::read(reader, "posts.tar.gz", Format::Archive, bytes, &mut |_| {})?;
        Ok(corpus.documents)
    }

    fn names(reader: &CorpusReader) -> Vec<String> {
        let documents = read_bytes(reader, &gzip(&tar_of(&POSTS))).unwrap();
        documents.into_iter().map(|found| found.name).collect()
    }

    #[test]
    fn posts_are_sorted_by_half_group_and_name_as_a_string() {
        let train = [
            "20news-bydate-train/alt.atheism/500",
            "20news-bydate-train/sci.space/10",
            "20news-bydate-train/sci.space/9",
        ];
        let test = [
            "20news-bydate-test/alt.atheism/3",
            "20news-bydate-test/sci.med/7",
        ];
        assert_eq!(names(&of_subset(None)), train);
        assert_eq!(names(&of_subset(Subset::Test)), test);
        let both = [&train[..], &test].concat();
        assert_eq!(names(&of_subset(Subset::All)), both);
    }

    #[test]
    fn posts_are_latin1_and_stripped_on_demand() {
        let mut reader = of_category("sci.space");
        let archive = tar_of(&POSTS);
        let raw = read_bytes(&reader, &archive).unwrap();
        assert_eq!(raw[0].text, "Subject: é\n\nspace");
        assert_eq!(raw[0].category.as_deref(), Some("sci.space"));
        reader.remove = Remove::ALL;
        let stripped = read_bytes(&reader, &archive).unwrap();
        assert_eq!(stripped[1].text, "space\r\n");
    }

    #[test]
    fn undivided_archives_have_no_subsets() {
        let archive = tar_of(&[
            ("20_newsgroups/sci.med/2", b"a"),
            ("20_newsgroups/rec.autos/1", b"b"),
        ]);
        let documents = read_bytes(&CorpusReader::default(), &archive).unwrap();
        assert_eq!(documents[0].name, "rec.autos/1");
        let error = read_bytes(&of_subset(Subset::Train), &archive).unwrap_err();
        assert!(matches!(error, Error::NoSubsets { .. }), "{error}");
    }

    #[test]
    fn what_is_not_there_is_an_error_that_names_what_is() {
        let archive = tar_of(&POSTS);
        let message = |reader: &CorpusReader, archive: &[u8]| {
            let error = read_bytes(reader, archive).unwrap_err();
            error.to_string()
        };
        assert_eq!(
            message(&of_category("sci.med"), &archive),
            "no category \"sci.med\" in posts.tar.gz; there are: alt.atheism, sci.space"
        );
        let only_test = message(&of_subset(None), &tar_of(&POSTS[..1]));
        assert!(only_test.starts_with("no subset train"), "{only_test}");
        let column = message(&of_column(Some("text")), &archive);
        assert_eq!(column, "posts.tar.gz has no columns");
    }

    #[test]
    fn other_archives_and_other_files_are_told_apart() {
        let other = gzip(&tar_of(&[("src/main.c", b"int main;")]));
        for bytes in [
            &other[..],
            &gzip(b"<html>moved</html>"),
            b"<html>moved</html>",
        ] {
            let error = read_bytes(&CorpusReader::default(), bytes).unwrap_err();
            assert!(matches!(error, Error::NotNewsgroups { .. }), "{error}");
        }
    }

    #[test]
    fn an_archive_that_breaks_off_anywhere_is_damaged() {
        let inflated = tar_of(&POSTS);
        let archive = gzip(&inflated);
        let cut = (2..archive.len()).map(|length| &archive[..length]);
        let cut_inflated = [513, 1023, 1500, 1600].map(|length| &inflated[..length]);
        for bytes in cut.chain(cut_inflated) {
            let error = read_bytes(&CorpusReader::default(), bytes).unwrap_err();
            let length = bytes.len();
            assert!(matches!(error, Error::Damaged { .. }), "{length}: {error}");
        }
    }

    #[test]
    fn an_altered_archive_is_damaged_or_reads_as_before() {
        let archive = gzip(&tar_of(&POSTS));
        let unaltered = read_bytes(&CorpusReader::default(), &archive).unwrap();
        // From behind the header of gzip, whose time stamp and the like no checksum covers.
        for position in 10..archive.len() {
            let mut altered = archive.clone();
            altered[position] ^= 0x10;
            match read_bytes(&CorpusReader::default(), &altered) {
                Err(Error::Damaged { .. }) => {}
                // Within a run of zeros, another distance copies the same bytes.
                Ok(documents) => assert_eq!(documents, unaltered, "byte {position}"),
                Err(error) => panic!("byte {position}: {error}"),
            }
        }
    }

    #[test]
    fn progress_counts_the_documents() {
        let mut seen = Vec::new();
        let archive = tar_of(&POSTS);
        let reader = CorpusReader::default();
        let progress = &mut |count| seen.push(count);
        stream::read(&reader, "a", Format::Archive, &archive[..], progress).unwrap();
        assert_eq!(seen, [1, 2, 3]);
    }
}
