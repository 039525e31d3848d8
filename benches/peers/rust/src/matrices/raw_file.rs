//! A file of raw numbers, in which one side hands a matrix to another.

use lowrank::SparseMatrix;
use lowrank::matrix::OwnedMatrix;
use std::error::Error;

/// Returns i32 m, n and the number of nonzeros, which is -1 for a dense matrix; of a sparse one the m + 1 offsets of the
/// rows and the columns as i32; the values as f64, those of a dense matrix column after column; all little-endian.
pub fn bytes(a: &OwnedMatrix<f64>) -> Result<Vec<u8>, Box<dyn Error>> {
    let (whole, nonzeros, values) = match a {
        OwnedMatrix::Dense(a) => (Vec::new(), -1, a.as_slice()),
        OwnedMatrix::Sparse(a) => {
            let offsets = a.row_offsets().iter().map(|offset| i32::try_from(*offset));
            let columns = a.columns().iter().map(|j| i32::try_from(*j));
            let whole: Result<Vec<i32>, _> = offsets.chain(columns).collect();
            (whole?, i32::try_from(a.nonzeros())?, a.values())
        }
    };
    let view = a.view();
    let size = [view.nrows(), view.ncols()].map(i32::try_from);
    let [m, n] = size;
    let integers = [m?, n?, nonzeros].into_iter().chain(whole);
    let mut bytes: Vec<u8> = integers.flat_map(i32::to_le_bytes).collect();
    bytes.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    Ok(bytes)
}

/// Reads a sparse matrix.
pub fn read(bytes: &[u8]) -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    let mut rest = bytes;
    let mut integers = |count: usize| -> Result<Vec<usize>, Box<dyn Error>> {
        let (taken, others) = rest
            .split_at_checked(4 * count)
            .ok_or("the file is cut off")?;
        rest = others;
        let (integers, _) = taken.as_chunks::<4>();
        let sizes = integers
            .iter()
            .map(|x| usize::try_from(i32::from_le_bytes(*x)));
        let sizes: Result<Vec<usize>, _> = sizes.collect();
        Ok(sizes?)
    };
    let [m, n, nonzeros] = integers(3)?[..] else {
        return Err("the file is cut off".into());
    };
    let (offsets, columns) = (integers(m + 1)?, integers(nonzeros)?);
    let columns: Result<Vec<u32>, _> = columns.into_iter().map(u32::try_from).collect();
    let (values, _) = rest.as_chunks::<8>();
    let values = values.iter().map(|x| f64::from_le_bytes(*x)).collect();
    Ok(SparseMatrix::new(offsets, columns?, values, n)?)
}
