//! A `.mtx`, compressed or not.

use lowrank_files::matrix_file::MatrixReader;

use super::judge;

pub fn run(bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let reader = MatrixReader {
        missing: judge::missing(choice),
        ..MatrixReader::default()
    };
    judge::read(&reader, "a.mtx", bytes);
}
