//! Decompression of gzip streams. A second thread inflates, because this is the slowest step of reading an archive and
//! cannot be divided.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use flate2::bufread::MultiGzDecoder;

const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Bytes of a chunk: few enough for the second-level cache, which the reading thread may share.
const CHUNK_BYTES: usize = 128 << 10;
/// The most chunks that the inflating thread is ahead; the reader seldom waits for it.
const CHUNKS_AHEAD: usize = 16;

const BUFFER_BYTES: usize = 64 << 10;

/// Checks that a stream that begins with `head` is gzip.
pub fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// Reads the first `bytes` bytes of a stream, or all of a shorter one.
///
/// # Errors
/// The errors of the stream.
pub fn take_head(stream: &mut (impl Read + ?Sized), bytes: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(bytes).read_to_end(&mut head)?;
    Ok(head)
}

/// Calls `consume` with the stream, inflated if it is gzip.
///
/// # Errors
/// The errors of the stream before `consume` is called.
pub fn read_inflated<T>(
    mut stream: impl Read + Send,
    consume: impl FnOnce(&mut dyn BufRead) -> T,
) -> io::Result<T> {
    let head = take_head(&mut stream, MAGIC.len() as u64)?;
    let compressed = is_gzip(&head);
    let whole = io::Cursor::new(head).chain(stream);
    Ok(match compressed {
        true => inflate(whole, consume),
        false => consume(&mut BufReader::with_capacity(BUFFER_BYTES, whole)),
    })
}

/// Returns the extension of a file in lower case: the one before `.gz` if there is one.
pub fn extension(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    let name = name.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let extension = Path::new(name).extension().unwrap_or_default();
    extension.to_string_lossy().into_owned()
}

/// Calls `consume` with the inflated stream. Truncation and bad checksums are errors of the last `read`; to detect
/// them, a consumer reads to the end.
pub fn inflate<T>(compressed: impl Read + Send, consume: impl FnOnce(&mut dyn BufRead) -> T) -> T {
    thread::scope(|scope| {
        let (sender, chunks) = sync_channel(CHUNKS_AHEAD);
        scope.spawn(move || send_chunks(compressed, &sender));
        // Dropped before the scope joins the thread, which ends when the channel closes.
        let mut inflated = Inflated {
            chunks,
            chunk: Vec::new(),
            position: 0,
        };
        consume(&mut inflated)
    })
}

fn send_chunks(compressed: impl Read, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut decoder = MultiGzDecoder::new(BufReader::with_capacity(CHUNK_BYTES, compressed));
    loop {
        let mut chunk = vec![0; CHUNK_BYTES];
        let (length, outcome) = fill(&mut decoder, &mut chunk);
        let ended = length < CHUNK_BYTES;
        chunk.truncate(length);
        // A failed send means that the consumer has stopped reading.
        if sender.send(Ok(chunk)).is_err() {
            return;
        }
        if let Err(error) = outcome {
            let _ = sender.send(Err(error));
            return;
        }
        if ended {
            return;
        }
    }
}

/// Reads until `chunk` is full, the stream ends, or an error occurs; returns the number of bytes read until then.
fn fill(stream: &mut impl Read, chunk: &mut [u8]) -> (usize, io::Result<()>) {
    let mut length = 0;
    while let Some(rest) = chunk.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (length, Err(error)),
        }
    }
    (length, Ok(()))
}

struct Inflated {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    position: usize,
}

impl BufRead for Inflated {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.position == self.chunk.len() {
            let Ok(next) = self.chunks.recv() else { break };
            self.chunk = next?;
            self.position = 0;
        }
        Ok(self.chunk.get(self.position..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.position = (self.position + count).min(self.chunk.len());
    }
}

impl Read for Inflated {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use super::*;

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflated(compressed: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        inflate(compressed, |stream| stream.read_to_end(&mut bytes))?;
        Ok(bytes)
    }

    #[test]
    fn inflating_undoes_gzip_whatever_the_length() {
        for length in [
            0,
            1,
            CHUNK_BYTES - 1,
            CHUNK_BYTES,
            3 * CHUNK_BYTES,
            40 * CHUNK_BYTES + 7,
        ] {
            let bytes: Vec<u8> = (0..length).map(|i| (i * i / 7) as u8).collect();
            assert!(inflated(&gzip(&bytes)).unwrap() == bytes, "{length} bytes");
        }
    }

    #[test]
    fn several_members_are_one_stream() {
        assert_eq!(
            inflated(&[gzip(b"one "), gzip(b"two")].concat()).unwrap(),
            b"one two"
        );
    }

    #[test]
    fn a_stream_that_breaks_off_or_is_altered_is_an_error() {
        let whole = gzip(&[b'a'; 1000]);
        for length in [3, 11, whole.len() - 9, whole.len() - 1] {
            assert!(
                inflated(&whole[..length]).is_err(),
                "cut after {length} bytes"
            );
        }
        let mut altered = whole;
        let checksum = altered.len() - 8;
        altered[checksum] ^= 1;
        assert!(inflated(&altered).is_err());
    }

    #[test]
    fn a_consumer_may_stop_early() {
        let compressed = gzip(&vec![b'a'; 40 * CHUNK_BYTES]);
        let first = inflate(compressed.as_slice(), |stream| {
            stream.fill_buf().map(|chunk| chunk[0])
        });
        assert_eq!(first.unwrap(), b'a');
    }
}
