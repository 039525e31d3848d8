//! A sparse matrix as the .npz that `scipy.sparse.load_npz`, `numpy.load` and lowrank read.

use lowrank::SparseMatrix;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Headers of NumPy end at a multiple of this.
const ALIGNMENT: usize = 64;

pub fn write(path: &Path, a: &SparseMatrix<f32>) -> Result<(), Box<dyn Error>> {
    let mut archive = ZipWriter::new(BufWriter::new(File::create(path)?));
    let offsets = a.row_offsets().iter().map(|offset| *offset as i32);
    let columns = a.columns().iter().map(|column| *column as i32);
    let shape = [a.nrows() as i64, a.ncols() as i64];
    let arrays = [
        (
            "indices",
            "<i4",
            vec![a.nonzeros()],
            bytes(columns.map(i32::to_le_bytes)),
        ),
        (
            "indptr",
            "<i4",
            vec![a.nrows() + 1],
            bytes(offsets.map(i32::to_le_bytes)),
        ),
        ("format", "|S3", vec![], b"csr".to_vec()),
        ("shape", "<i8", vec![2], bytes(shape.map(i64::to_le_bytes))),
        (
            "data",
            "<f4",
            vec![a.nonzeros()],
            bytes(a.values().iter().map(|x| x.to_le_bytes())),
        ),
    ];
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, scalar, sizes, entries) in arrays {
        archive.start_file(format!("{name}.npy"), options)?;
        archive.write_all(&header(scalar, &sizes))?;
        archive.write_all(&entries)?;
    }
    archive.finish()?.flush()?;
    Ok(())
}

fn bytes<const N: usize>(entries: impl IntoIterator<Item = [u8; N]>) -> Vec<u8> {
    entries.into_iter().flatten().collect()
}

fn header(scalar: &str, sizes: &[usize]) -> Vec<u8> {
    let sizes: String = sizes.iter().map(|size| format!("{size},")).collect();
    let mut text = format!("{{'descr': '{scalar}', 'fortran_order': False, 'shape': ({sizes}), }}");
    let prefix = 10;
    let length = (prefix + text.len() + 1).next_multiple_of(ALIGNMENT) - prefix;
    text.extend(std::iter::repeat_n(' ', length - 1 - text.len()));
    text.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(text.into_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank_files::matrix_file::{Entries, MatrixReader};

    #[test]
    fn what_is_written_is_read_again() {
        let a = lowrank_benches::documents().cast::<f32>();
        let folder = std::env::temp_dir().join(format!("lowrank-npz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.npz");
        write(&path, &a).unwrap();
        let read = MatrixReader::default().read(&path).unwrap().entries;
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(read, Entries::Sparse(a.cast()));
    }
}
