//! A table of triples, its columns named or numbered.

use lowrank_files::matrix_file::{Entries, MatrixReader};

use super::judge;

pub fn run(bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let names = ["user,item,rating", "1,2,3", "3,1,2", "a,b,3"][usize::from(choice >> 2 & 3)];
    let reader = MatrixReader {
        missing: judge::missing(choice),
        triples: Some(names.parse().unwrap()),
        ..MatrixReader::default()
    };
    let name = if choice & 2 == 0 { "a.csv" } else { "a.tsv" };
    if let Some(file) = judge::read(&reader, name, bytes) {
        assert!(matches!(file.entries, Entries::Observed(_)));
        assert!(file.row_labels.is_some() && file.column_labels.is_some());
    }
}
