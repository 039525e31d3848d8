//! 20 Newsgroups as a tar archive, streamed: what is not wanted is skipped, nothing is unpacked.

use std::io::{self, BufRead, Read};

use super::{
    CorpusReader, Document, Error,
    newsgroups::{PostPath, Selection},
    reader::Progress,
};

/// Where `ustar` stands in the first header.
const MAGIC_OFFSET: usize = 257;
/// A claimed size is believed up to here before the bytes have come.
const BELIEVED_BYTES: u64 = 1 << 20;

/// Whether a stream that begins with `head` is a tar archive.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.get(MAGIC_OFFSET..)
        .is_some_and(|rest| rest.starts_with(b"ustar"))
}

/// Reads the wanted posts, in the order of their paths.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    mut stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    reader.refuse_text_column(place)?;
    let mut selection = Selection::new(reader, place, None);
    let mut posts = read_posts(&mut selection, &mut stream, progress)
        // The checksum of a compressed archive stands behind the padding of the tar.
        .and_then(|posts| io::copy(&mut stream, &mut io::sink()).and(Ok(posts)))
        .map_err(|error| Error::from_read(place, error))?;
    selection.check()?;
    posts.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(posts
        .into_iter()
        .map(|(path, bytes)| path.into_document(bytes))
        .collect())
}

fn read_posts(
    selection: &mut Selection,
    stream: impl Read,
    progress: Progress,
) -> io::Result<Vec<(PostPath, Vec<u8>)>> {
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
        posts.push((path, bytes));
        progress(posts.len());
    }
    Ok(posts)
}
