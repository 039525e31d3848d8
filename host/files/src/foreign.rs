//! Files of kinds that are not read, known by their first bytes, and the way to one that is.

/// A kind of files that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The kind, as in "is a Parquet file".
    pub kind: &'static str,
    /// The step that makes a file of another kind of it.
    pub way: &'static str,
}

/// The bytes that [`of_head`] needs at most.
pub const HEAD_BYTES: usize = 24;

const DECOMPRESS: &str = "decompress it, or compress it with gzip";
const EXPORT: &str = "save it as CSV in a program that reads it";
const ARRAY: &str = "save it as .npy, .npz or CSV in a program that reads it";
const PICTURE: &str = "convert it to .pgm";

/// The first bytes of each kind. Those of letters alone are followed by a control character.
const KINDS: &[(&[u8], &str, &str)] = &[
    (b"BZh91AY&SY", "compressed with bzip2", DECOMPRESS),
    (b"\xfd7zXZ\0", "compressed with xz", DECOMPRESS),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", DECOMPRESS),
    (b"\x04\x22\x4d\x18", "compressed with lz4", DECOMPRESS),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it"),
    (b"PAR1", "a Parquet file", EXPORT),
    (b"ARROW1", "an Arrow file", EXPORT),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", ARRAY),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB", ARRAY),
    (b"\x80\x02", "a pickle of Python", ARRAY),
    (b"\x80\x03", "a pickle of Python", ARRAY),
    (b"\x80\x04", "a pickle of Python", ARRAY),
    (b"\x80\x05", "a pickle of Python", ARRAY),
    (b"X\n\0\0\0", "a file of R", EXPORT),
    (b"RDX2\nX\n", "a file of R", EXPORT),
    (b"RDX3\nX\n", "a file of R", EXPORT),
    (b"SQLite format 3\0", "a database of SQLite", EXPORT),
    (
        b"%PDF-",
        "a PDF",
        "save its text as .txt, or its table as .csv",
    ),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", PICTURE),
    (b"\xff\xd8\xff", "a JPEG picture", PICTURE),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS",
        "fetch the file itself with git lfs pull",
    ),
];
/// The first bytes of letters alone, which may begin a text, too.
const OF_LETTERS: [&[u8]; 2] = [b"PAR1", b"ARROW1"];

/// Returns the kind of a file that begins with `head`, [`HEAD_BYTES`] or all of it; `None` for one that may be read.
///
/// ```
/// let foreign = lowrank_files::foreign::of_head(b"BZh91AY&SY..").unwrap();
/// assert_eq!(foreign.kind, "compressed with bzip2");
/// assert_eq!(lowrank_files::foreign::of_head(b"a,b\n1,2\n"), None);
/// ```
pub fn of_head(head: &[u8]) -> Option<Foreign> {
    let is_control = |byte: &u8| *byte < b' ' && !byte.is_ascii_whitespace();
    let fits = |magic: &[u8]| {
        let rest = head.strip_prefix(magic);
        let needs_control = OF_LETTERS.contains(&magic);
        rest.is_some_and(|rest| !needs_control || rest.iter().any(is_control))
    };
    let found = KINDS.iter().find(|(magic, ..)| fits(magic));
    found.map(|&(_, kind, way)| Foreign { kind, way })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_known_by_its_first_bytes_and_a_text_is_none() {
        for (head, kind) in [
            (&b"PAR1\x15\x04"[..], "a Parquet file"),
            (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file"),
            (b"\x80\x04\x95", "a pickle of Python"),
            (b"version https://git-lfs.g", "a pointer of Git LFS"),
        ] {
            assert_eq!(of_head(head).map(|foreign| foreign.kind), Some(kind));
        }
        for head in [
            &b"PAR1,PAR2\n1,2\n"[..],
            b"X\n1\n2\n",
            b"RDX2,a\n",
            b"version,b\n",
            b"",
        ] {
            assert_eq!(of_head(head), None);
        }
        assert!(KINDS.iter().all(|(magic, ..)| magic.len() < HEAD_BYTES));
    }
}
