//! Writer of NumPy's .npy.

use super::MAGIC;
use lowrank::{DenseMatrix, Scalar};

/// The alignment of the first entry, as in NumPy.
const ALIGNMENT: usize = 64;
/// The bytes of the magic number, the version and the length of the dictionary.
const PREFIX_BYTES: usize = 10;

/// Returns A as the bytes of a .npy, float32 or float64 in Fortran order: `numpy.load` gives the m x n array.
pub fn to_npy<T: Scalar>(a: &DenseMatrix<T>) -> Vec<u8> {
    let shape = format!("{}, {}", a.nrows(), a.ncols());
    written(a.as_slice(), true, &shape)
}

/// Returns the vector x as the bytes of a .npy of one dimension.
pub(crate) fn vector_to_npy<T: Scalar>(x: &[T]) -> Vec<u8> {
    written(x, false, &format!("{},", x.len()))
}

fn written<T: Scalar>(entries: &[T], is_fortran: bool, shape: &str) -> Vec<u8> {
    let order = if is_fortran { "True" } else { "False" };
    let size = size_of::<T>();
    let mut header =
        format!("{{'descr': '<f{size}', 'fortran_order': {order}, 'shape': ({shape}), }}");
    let length = (PREFIX_BYTES + header.len() + 1).next_multiple_of(ALIGNMENT) - PREFIX_BYTES;
    header.extend(std::iter::repeat_n(' ', length - 1 - header.len()));
    header.push('\n');
    let mut bytes = Vec::with_capacity(PREFIX_BYTES + length + size_of_val(entries));
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[1, 0]);
    // Two numbers of 20 digits at most keep it below 256.
    bytes.extend_from_slice(&(length as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    for x in entries {
        let x = x.to_f64();
        match size {
            4 => bytes.extend_from_slice(&(x as f32).to_le_bytes()),
            _ => bytes.extend_from_slice(&x.to_le_bytes()),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix_file::npy::{self, read_array};
    use crate::matrix_file::{Entries, Error, MatrixFile};

    fn read(bytes: &[u8]) -> Result<MatrixFile, Error> {
        npy::read("a.npy", &mut &bytes[..])
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (nrows, ncols) in [(1, 1), (3, 2), (1, 9), (4000, 3)] {
            let a = DenseMatrix::from_fn(nrows, ncols, |i, j| 1.0 / (1.0 + i as f64) - j as f64);
            let bytes = to_npy(&a);
            assert_eq!(bytes.len() - 8 * nrows * ncols, 128);
            assert_eq!(read(&bytes).unwrap().entries, Entries::Dense(a.clone()));
            let single: DenseMatrix<f32> = a.cast();
            let read = read(&to_npy(&single)).unwrap().entries;
            assert_eq!(read, Entries::Dense(single.cast()));
        }
        let vector = read_array("x.npy", &mut &vector_to_npy(&[1.5f32, -2.0])[..]).unwrap();
        assert_eq!((vector.shape, vector.entries), (vec![2], vec![1.5, -2.0]));
        let error = read(&vector_to_npy(&[1.0])).unwrap_err();
        assert!(matches!(error, Error::Dimensions { dimensions: 1, .. }));
    }

    #[test]
    fn a_file_cut_anywhere_or_prolonged_is_an_error() {
        let whole = to_npy(&DenseMatrix::from_fn(3, 2, |i, j| (i + j) as f64));
        for length in 0..whole.len() {
            let error = read(&whole[..length]).unwrap_err();
            let expected = match length {
                0..128 => matches!(error, Error::Header { .. }),
                _ => {
                    matches!(error, Error::Truncated { expected: 6, found, .. } if found as usize == (length - 128) / 8)
                }
            };
            assert!(expected, "{length}: {error}");
        }
        let longer = [whole.as_slice(), b"\0"].concat();
        assert!(matches!(read(&longer), Err(Error::Surplus { .. })));
    }

    #[test]
    fn a_header_that_claims_too_much_takes_no_memory() {
        let of = |shape: &str| read(&written(&[0.0f64; 4], false, shape)).unwrap_err();
        let (long, endless) = (of("1000000, 1000000"), of("18446744073709551615, 2"));
        assert!(matches!(long, Error::Truncated { found: 4, .. }), "{long}");
        assert!(matches!(endless, Error::Header { .. }), "{endless}");
        let more = of("18446744073709551615, 0");
        assert!(matches!(more, Error::Surplus { expected: 0, .. }), "{more}");
        let nothing = read(&written::<f64>(&[], false, "18446744073709551615, 0"));
        assert!(matches!(nothing, Err(Error::Empty { .. })));
    }
}
