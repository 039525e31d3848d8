//! Matrices lent by NumPy and SciPy.

use lowrank::core::{CsrRef, Error as CoreError};
use lowrank::matrix::{Lender, OwnedMatrix};
use lowrank::{DenseMatrix, Error, Matrix, Observed, Scalar, SparseMatrix};
use numpy::ndarray::ArrayView2;
use numpy::prelude::*;
use numpy::{Element, PyArray1, PyArray2, PyArrayDescr, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use rayon::prelude::*;
use std::slice;
use std::sync::Arc;

/// A scalar of the library that NumPy has, too.
pub(crate) trait Number: Scalar + Element {}

impl<T: Scalar + Element> Number for T {}

/// Returns true for a matrix of f32, false for one of f64.
///
/// # Errors
/// TypeError for any other type.
pub(crate) fn is_single(x: &Bound<'_, PyAny>) -> PyResult<bool> {
    let found = x.getattr("dtype")?.cast_into::<PyArrayDescr>()?;
    let is = |wanted: Bound<'_, PyArrayDescr>| found.is_equiv_to(&wanted);
    match (
        is(numpy::dtype::<f32>(x.py())),
        is(numpy::dtype::<f64>(x.py())),
    ) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(PyTypeError::new_err(format!(
            "{found} is neither float32 nor float64"
        ))),
    }
}

/// Numbers of an array of Python, which lives as long as this.
struct Borrowed<T> {
    first: *const T,
    len: usize,
    _owner: Py<PyAny>,
}

// SAFETY: the numbers are only read, and their owner is only kept.
unsafe impl<T: Sync> Send for Borrowed<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Borrowed<T> {}

impl<T> AsRef<[T]> for Borrowed<T> {
    fn as_ref(&self) -> &[T] {
        // SAFETY: `borrowed` took both from a slice of the array, which its owner keeps in place.
        unsafe { slice::from_raw_parts(self.first, self.len) }
    }
}

fn borrowed<T: Element + 'static>(numbers: &[T], owner: &Bound<'_, PyAny>) -> Lender<T> {
    Arc::new(Borrowed {
        first: numbers.as_ptr(),
        len: numbers.len(),
        _owner: owner.clone().unbind(),
    })
}

/// Returns the entries in one piece: those of the array or, if it is not contiguous, a copy.
fn in_one_piece<T: Element + Copy + 'static>(x: &PyReadonlyArray1<'_, T>) -> Lender<T> {
    match x.as_slice() {
        Ok(numbers) => borrowed(numbers, x.as_any()),
        Err(_) => Arc::new(x.as_array().iter().copied().collect::<Vec<T>>()),
    }
}

/// The numbers of rows or columns of a sparse matrix.
enum Numbers {
    Short(Lender<i32>),
    Long(Lender<i64>),
}

impl Numbers {
    fn of(x: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let array = x.getattr(name)?;
        if let Ok(short) = array.cast::<PyArray1<i32>>() {
            return Ok(Numbers::Short(in_one_piece(&short.try_readonly()?)));
        }
        match array.cast::<PyArray1<i64>>() {
            Ok(long) => Ok(Numbers::Long(in_one_piece(&long.try_readonly()?))),
            Err(_) => Err(PyTypeError::new_err(format!(
                "{name} is neither int32 nor int64"
            ))),
        }
    }

    /// Converts the numbers; what does not fit is the largest, which no matrix has.
    fn widened(&self) -> Vec<usize> {
        fn wide<I: Copy>(x: &[I]) -> Vec<usize>
        where
            usize: TryFrom<I>,
        {
            x.iter()
                .map(|&i| usize::try_from(i).unwrap_or(usize::MAX))
                .collect()
        }
        match self {
            Numbers::Short(x) => wide((**x).as_ref()),
            Numbers::Long(x) => wide((**x).as_ref()),
        }
    }

    /// Returns the numbers as the library has them, without a copy of short ones.
    fn columns(self) -> Lender<u32> {
        match self {
            Numbers::Short(x) => Arc::new(Unsigned(x)),
            Numbers::Long(x) => {
                let narrow = |&i: &i64| u32::try_from(i).unwrap_or(u32::MAX);
                Arc::new((*x).as_ref().iter().map(narrow).collect::<Vec<u32>>())
            }
        }
    }
}

/// The same bits without a sign: a negative number becomes larger than any column.
struct Unsigned(Lender<i32>);

impl AsRef<[u32]> for Unsigned {
    fn as_ref(&self) -> &[u32] {
        bytemuck::cast_slice((*self.0).as_ref())
    }
}

/// A matrix that belongs to Python.
pub(crate) struct Lent<'py, T: Number> {
    layout: Layout<'py, T>,
    shape: (usize, usize),
    /// Entries that are not stored, or NaN, are missing.
    observed: bool,
}

enum Layout<'py, T: Number> {
    Dense(PyReadonlyArray2<'py, T>),
    Sparse(Format, Bound<'py, PyAny>, PyReadonlyArray1<'py, T>),
}

#[derive(Clone, Copy)]
enum Format {
    Rows,
    Columns,
    Triplets,
}

impl<'py, T: Number> Lent<'py, T> {
    /// Borrows a NumPy array of two dimensions or a sparse matrix of SciPy.
    ///
    /// - `observed`: entries that are not stored, or NaN in an array, are missing.
    ///
    /// # Errors
    /// TypeError for anything else; ValueError for an array that is being written.
    pub(crate) fn of(x: &Bound<'py, PyAny>, observed: bool) -> PyResult<Self> {
        if let Ok(array) = x.cast::<PyArray2<T>>() {
            let array = array.try_readonly()?;
            return Ok(Self {
                shape: (array.shape()[0], array.shape()[1]),
                layout: Layout::Dense(array),
                observed,
            });
        }
        let Ok(name) = x
            .getattr("format")
            .and_then(|name| name.extract::<String>())
        else {
            return Err(PyTypeError::new_err(
                "a matrix is an array of two dimensions, or sparse",
            ));
        };
        let format = match name.as_str() {
            "csr" => Format::Rows,
            "csc" => Format::Columns,
            "coo" => Format::Triplets,
            other => {
                let text = format!("the sparse format {other} is not csr, csc or coo");
                return Err(PyTypeError::new_err(text));
            }
        };
        let values = x
            .getattr("data")?
            .cast_into::<PyArray1<T>>()?
            .try_readonly()?;
        Ok(Self {
            layout: Layout::Sparse(format, x.clone(), values),
            shape: x.getattr("shape")?.extract()?,
            observed,
        })
    }

    /// Returns what other threads can read.
    ///
    /// # Errors
    /// TypeError for indices that are neither i32 nor i64.
    pub(crate) fn parts(&self) -> PyResult<Parts<'_, T>> {
        let entries = match &self.layout {
            Layout::Dense(array) => {
                let view = array.as_array();
                let lender = view
                    .t()
                    .to_slice()
                    .map(|columns| borrowed(columns, array.as_any()));
                Entries::Dense(view, lender)
            }
            Layout::Sparse(format, x, values) => {
                let names = match format {
                    Format::Rows | Format::Columns => ["indptr", "indices"],
                    Format::Triplets => ["row", "col"],
                };
                let [first, second] = names.map(|name| Numbers::of(x, name));
                Entries::Sparse(*format, [first?, second?], in_one_piece(values))
            }
        };
        Ok(Parts {
            entries,
            shape: self.shape,
            observed: self.observed,
        })
    }

    /// Returns the parts of A^T and `true` if that needs no copy and A does: the rows of an array in C's order are the
    /// columns of its transpose.
    ///
    /// # Errors
    /// As for [`parts`](Self::parts).
    pub(crate) fn parts_or_transposed(&self) -> PyResult<(Parts<'_, T>, bool)> {
        if let (Layout::Dense(array), false) = (&self.layout, self.observed) {
            let view = array.as_array();
            if let (None, Some(rows)) = (view.t().to_slice(), view.to_slice()) {
                let lender = Some(borrowed(rows, array.as_any()));
                let parts = Parts {
                    entries: Entries::Dense(view.reversed_axes(), lender),
                    shape: (self.shape.1, self.shape.0),
                    observed: false,
                };
                return Ok((parts, true));
            }
        }
        Ok((self.parts()?, false))
    }
}

/// The entries of a matrix, for the threads of a fit.
pub(crate) struct Parts<'a, T> {
    entries: Entries<'a, T>,
    shape: (usize, usize),
    observed: bool,
}

enum Entries<'a, T> {
    /// With the lender of its columns, if they are adjacent.
    Dense(ArrayView2<'a, T>, Option<Lender<T>>),
    Sparse(Format, [Numbers; 2], Lender<T>),
}

/// A matrix of the library.
pub(crate) struct Converted<T> {
    matrix: OwnedMatrix<T>,
    observed: bool,
}

impl<T: Scalar> Converted<T> {
    pub(crate) fn view(&self) -> Matrix<'_, T> {
        match &self.matrix {
            OwnedMatrix::Sparse(a) if self.observed => Observed(a).into(),
            matrix => matrix.view(),
        }
    }

    /// Returns the compressed rows.
    ///
    /// # Errors
    /// [`Error::ZerosOrMissing`] for a dense matrix of which all is known.
    pub(crate) fn sparse(&self) -> Result<&SparseMatrix<T>, Error> {
        match &self.matrix {
            OwnedMatrix::Sparse(a) => Ok(a),
            OwnedMatrix::Dense(_) => Err(Error::ZerosOrMissing),
        }
    }
}

impl<T: Number> Parts<'_, T> {
    /// Converts the matrix on all threads of the current pool. Sorted rows of SciPy and columns of NumPy stay where they
    /// are; all else is copied once.
    ///
    /// # Errors
    /// [`Error::Factorization`] for indices that do not describe a matrix.
    pub(crate) fn convert(self) -> Result<Converted<T>, Error> {
        let (observed, (m, n)) = (self.observed, self.shape);
        let matrix = match self.entries {
            Entries::Dense(a, _) if observed => OwnedMatrix::Sparse(known(a)?),
            Entries::Dense(_, Some(lender)) => OwnedMatrix::Dense(DenseMatrix::lent(lender, m, n)?),
            Entries::Dense(a, None) => OwnedMatrix::Dense(DenseMatrix::new(columns_of(a), m, n)?),
            Entries::Sparse(format, [first, second], values) => OwnedMatrix::Sparse(match format {
                Format::Rows => in_order((first.widened(), second.columns(), values), (m, n))?,
                Format::Columns => {
                    in_order((first.widened(), second.columns(), values), (n, m))?.transpose()
                }
                Format::Triplets => {
                    let places = (first.widened(), second.columns());
                    in_order(by_rows(places, (*values).as_ref(), (m, n))?, (m, n))?
                }
            }),
        };
        Ok(Converted { matrix, observed })
    }
}

/// The columns of a strip, whose rows are read in pieces of two cache lines.
const STRIP: usize = 16;

/// Copies the entries, column after column.
fn columns_of<T: Number>(a: ArrayView2<'_, T>) -> Vec<T> {
    let (m, n) = a.dim();
    if let Some(columns) = a.t().to_slice() {
        return columns.to_vec();
    }
    if m == 0 {
        return Vec::new();
    }
    let mut columns = vec![T::ZERO; m * n];
    columns
        .par_chunks_mut(STRIP * m)
        .enumerate()
        .for_each(|(strip, columns)| {
            for (i, row) in a.outer_iter().enumerate() {
                let first = strip * STRIP;
                let last = n.min(first + STRIP);
                for (j, column) in (first..last).zip(columns.chunks_exact_mut(m)) {
                    column[i] = row[j];
                }
            }
        });
    columns
}

/// Compresses the entries that are not NaN.
fn known<T: Number>(a: ArrayView2<'_, T>) -> Result<SparseMatrix<T>, Error> {
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in a.outer_iter() {
        for (j, &x) in row.iter().enumerate() {
            if !x.to_f64().is_nan() {
                columns.push(u32::try_from(j).unwrap_or(u32::MAX));
                values.push(x);
            }
        }
        offsets.push(values.len());
    }
    SparseMatrix::new(offsets, columns, values, a.ncols())
}

/// Offsets, columns and values.
type Compressed<T> = (Vec<usize>, Lender<u32>, Lender<T>);

/// Sorts triplets into rows by counting; the columns of a row keep their order.
fn by_rows<T: Number>(
    (rows, columns): (Vec<usize>, Lender<u32>),
    values: &[T],
    (m, n): (usize, usize),
) -> Result<Compressed<T>, Error> {
    let columns = (*columns).as_ref();
    let refused = |row| Err(CoreError::SparseStructure { row }.into());
    if rows.len() != values.len() || columns.len() != values.len() {
        return refused(0);
    }
    let mut offsets = vec![0usize; m + 1];
    for (&row, &column) in rows.iter().zip(columns) {
        if row >= m || column as usize >= n {
            return refused(row);
        }
        offsets[row + 1] += 1;
    }
    for i in 0..m {
        offsets[i + 1] += offsets[i];
    }
    let mut next = offsets.clone();
    let (mut placed, mut entries) = (vec![0u32; values.len()], vec![T::ZERO; values.len()]);
    for ((&row, &column), &value) in rows.iter().zip(columns).zip(values) {
        let place = next[row];
        placed[place] = column;
        entries[place] = value;
        next[row] += 1;
    }
    Ok((offsets, Arc::new(placed), Arc::new(entries)))
}

/// Creates the m x n matrix of rows whose columns are in any order, and may come twice: then their values are added, as
/// SciPy does.
fn in_order<T: Number>(
    (offsets, lent_columns, lent_values): Compressed<T>,
    (m, n): (usize, usize),
) -> Result<SparseMatrix<T>, Error> {
    let (columns, values) = ((*lent_columns).as_ref(), (*lent_values).as_ref());
    if offsets.len() != m + 1 {
        return Err(CoreError::SparseStructure { row: m }.into());
    }
    CsrRef::new(&offsets, columns, values, n)?;
    let ascends = |pair: &[usize]| columns[pair[0]..pair[1]].is_sorted_by(|a, b| a < b);
    if offsets.windows(2).all(ascends) {
        return SparseMatrix::lent(offsets, lent_columns, lent_values, n);
    }
    let mut starts = vec![0];
    let (mut sorted, mut sums) = (Vec::<u32>::new(), Vec::<T>::new());
    sorted.reserve(columns.len());
    sums.reserve(values.len());
    // Columns with their places within the row: whole numbers sort faster than entries, and stay in order where they are equal.
    let mut row: Vec<u64> = Vec::new();
    for (i, pair) in offsets.windows(2).enumerate() {
        let (columns, values) = (&columns[pair[0]..pair[1]], &values[pair[0]..pair[1]]);
        let count = u32::try_from(columns.len());
        let count = count.map_err(|_| CoreError::SparseStructure { row: i })?;
        row.clear();
        let places = columns.iter().zip(0..count);
        row.extend(places.map(|(column, place)| u64::from(*column) << 32 | u64::from(place)));
        row.sort_unstable();
        let row = row
            .iter()
            .map(|key| ((key >> 32) as u32, values[*key as u32 as usize]));
        let first = sorted.len();
        for (column, value) in row {
            match (sorted[first..].last(), sums.last_mut()) {
                (Some(last), Some(sum)) if *last == column => *sum += value,
                _ => {
                    sorted.push(column);
                    sums.push(value);
                }
            }
        }
        starts.push(sorted.len());
    }
    SparseMatrix::new(starts, sorted, sums, n)
}

/// Returns A^T as an array in the order of C, without a copy: the rows of the array are the columns of A.
pub(crate) fn transposed_array<T: Number>(
    py: Python<'_>,
    a: DenseMatrix<T>,
) -> PyResult<Bound<'_, PyArray2<T>>> {
    let shape = [a.ncols(), a.nrows()];
    PyArray1::from_vec(py, a.into_vec()).reshape(shape)
}

/// Returns A as an array in the order of C.
pub(crate) fn array<'py, T: Number>(
    py: Python<'py>,
    a: &DenseMatrix<T>,
) -> PyResult<Bound<'py, PyArray2<T>>> {
    let (m, n) = (a.nrows(), a.ncols());
    let mut rows = vec![T::ZERO; m * n];
    for j in 0..n {
        for (row, &x) in rows.chunks_exact_mut(n.max(1)).zip(a.column(j)) {
            row[j] = x;
        }
    }
    PyArray1::from_vec(py, rows).reshape([m, n])
}

/// Copies an array to a matrix.
///
/// # Errors
/// TypeError for an array of other numbers; ValueError for one that is being written.
pub(crate) fn dense<T: Number>(x: &Bound<'_, PyAny>) -> PyResult<DenseMatrix<T>> {
    let array = x.cast::<PyArray2<T>>()?.try_readonly()?;
    let (m, n) = (array.shape()[0], array.shape()[1]);
    DenseMatrix::new(columns_of(array.as_array()), m, n).map_err(super::errors::of_fit)
}

/// Copies the transpose of an array to a matrix: the rows of the array become columns.
///
/// # Errors
/// As for [`dense`].
pub(crate) fn transposed<T: Number>(x: &Bound<'_, PyAny>) -> PyResult<DenseMatrix<T>> {
    let array = x.cast::<PyArray2<T>>()?.try_readonly()?;
    let view = array.as_array();
    let (k, n) = view.dim();
    DenseMatrix::new(view.iter().copied().collect(), n, k).map_err(super::errors::of_fit)
}

/// Copies an array of one dimension.
///
/// # Errors
/// As for [`dense`].
pub(crate) fn vector<T: Number>(x: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    let array = x.cast::<PyArray1<T>>()?.try_readonly()?;
    Ok(array.as_array().iter().copied().collect())
}

/// Computes the sum of the variances of the columns, with m degrees of freedom, from their means and the distances to
/// them.
pub(crate) fn total_variance<T: Scalar>(a: Matrix<'_, T>) -> f64 {
    match a {
        Matrix::Dense(a) => {
            let m = a.nrows() as f64;
            let of_column = |j: usize| {
                let column = a.column(j);
                let mean = column.iter().map(|x| x.to_f64()).sum::<f64>() / m;
                let squares = column
                    .iter()
                    .map(|x| (x.to_f64() - mean) * (x.to_f64() - mean));
                squares.sum::<f64>() / m
            };
            let variances: Vec<f64> = (0..a.ncols()).into_par_iter().map(of_column).collect();
            variances.iter().sum()
        }
        Matrix::Sparse(a) | Matrix::Observed(a) => variance_of_sparse(a),
    }
}

/// The columns that one thread adds up.
const COLUMNS_AT_A_TIME: usize = 1 << 10;

/// Computes [`total_variance`] of A from A^T, n x m.
pub(crate) fn total_variance_of_transposed<T: Scalar>(transposed: &DenseMatrix<T>) -> f64 {
    let m = transposed.ncols() as f64;
    let mut means = row_sums(transposed, |_, x| x);
    means.iter_mut().for_each(|mean| *mean /= m);
    let squares = row_sums(transposed, |j, x| (x - means[j]) * (x - means[j]));
    squares.iter().sum::<f64>() / m
}

/// Sums a term of each entry over the rows, whose number it is given; the order does not depend on the number of threads.
fn row_sums<T: Scalar>(a: &DenseMatrix<T>, term: impl Fn(usize, f64) -> f64 + Sync) -> Vec<f64> {
    let of_part = |start: usize| {
        let mut sums = vec![0.0; a.nrows()];
        for i in start..a.ncols().min(start + COLUMNS_AT_A_TIME) {
            for (j, (sum, x)) in sums.iter_mut().zip(a.column(i)).enumerate() {
                *sum += term(j, x.to_f64());
            }
        }
        sums
    };
    let starts = (0..a.ncols()).into_par_iter().step_by(COLUMNS_AT_A_TIME);
    let parts: Vec<Vec<f64>> = starts.map(of_part).collect();
    let mut all = vec![0.0; a.nrows()];
    for part in parts {
        all.iter_mut().zip(part).for_each(|(sum, x)| *sum += x);
    }
    all
}

fn variance_of_sparse<T: Scalar>(a: &SparseMatrix<T>) -> f64 {
    let m = a.nrows() as f64;
    // The mean, and the number of stored entries, side by side in the cache.
    let mut moments = vec![[0.0; 2]; a.ncols()];
    for (&j, x) in a.columns().iter().zip(a.values()) {
        let [sum, stored] = &mut moments[j as usize];
        *sum += x.to_f64();
        *stored += 1.0;
    }
    moments.iter_mut().for_each(|[sum, _]| *sum /= m);
    let zeros = moments
        .iter()
        .map(|[mean, stored]| (m - stored) * mean * mean);
    let entries = a.columns().iter().zip(a.values());
    let distance = |(&j, x): (&u32, &T)| x.to_f64() - moments[j as usize][0];
    let squares = entries.map(distance).map(|x| x * x);
    (zeros.sum::<f64>() + squares.sum::<f64>()) / m
}
