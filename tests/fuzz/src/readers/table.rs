//! A table of numbers, with commas or tabs.

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
    let name = if choice & 2 == 0 { "a.csv" } else { "a.tsv" };
    judge::read(&reader, name, bytes);
}
