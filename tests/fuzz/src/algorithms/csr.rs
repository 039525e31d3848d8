//! [`CsrRef`] from any three slices, its products against a plain loop, and [`CsrBuffer`] against
//! a model of it.

use super::{Guarded, Input, Scalar};
use lowrank_core::operator::{EntryStats, EntrywiseOperator, Transposed};
use lowrank_core::sparse::CsrBuffer;
use lowrank_core::{CsrRef, Error, LinearOperator, MatMut};
use lowrank_validate::Matrix;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.below(4) {
        0 => check_slices::<f32>(input),
        1 => check_slices::<f64>(input),
        2 => check_buffer::<4, 6>(input),
        _ => check_buffer::<12, 40>(input),
    }
}

fn check_slices<T: Scalar>(mut input: Input<'_>) {
    let slices = Slices::<T>::read(&mut input);
    let view = CsrRef::new(
        &slices.offsets,
        &slices.columns,
        &slices.values,
        slices.ncols,
    );
    match (view, slices.fault()) {
        (Ok(a), None) => {
            check_accessors(&a, &slices);
            // A distance looks at every column.
            if slices.ncols <= 256 {
                check_products(&a, &slices.densified(), &slices, &mut input);
            }
        }
        (Err(error), fault) => assert_eq!(Some(error), fault),
        (Ok(_), Some(fault)) => panic!("accepted in spite of {fault:?}"),
    }
}

/// Three slices that may be a matrix.
struct Slices<T> {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<T>,
    ncols: usize,
    /// The exponent of entries that are whole numbers of at most 7 bits.
    exponent: Option<i32>,
}

impl<T: Scalar> Slices<T> {
    fn read(input: &mut Input<'_>) -> Self {
        let ncols = match input.below(16) {
            15 => usize::MAX >> input.below(64),
            14 => 0,
            _ => input.size(),
        };
        let mut offsets = vec![0];
        let mut columns = Vec::new();
        for _ in 0..input.size() {
            for _ in 0..input.below(5) {
                columns.push(input.byte() as u32 % ncols.clamp(1, 255) as u32);
            }
            offsets.push(columns.len());
        }
        let exponent = [Some(0), Some(input.exponent::<T>() / 4), None][input.below(3)];
        let values = columns.iter().map(|_| match exponent {
            Some(e) => input.integer(e),
            None => input.scalar(),
        });
        let mut slices = Self {
            values: values.collect(),
            offsets,
            columns,
            ncols,
            exponent,
        };
        slices.damage(input);
        slices
    }

    fn damage(&mut self, input: &mut Input<'_>) {
        let (at, value) = (input.below(32), input.below(64));
        match input.below(16) {
            15 => {
                self.offsets.pop();
            }
            14 => self.offsets.push(value),
            13 => {
                if let Some(offset) = self.offsets.get_mut(at) {
                    *offset = value;
                }
            }
            12 => {
                if let Some(column) = self.columns.get_mut(at) {
                    *column = u32::MAX >> (value & 31);
                }
            }
            11 => {
                self.values.pop();
            }
            10 => {
                self.columns.pop();
            }
            9 => self.offsets.clear(),
            8 => {
                if let Some(offset) = self.offsets.get_mut(at) {
                    *offset = usize::MAX >> value;
                }
            }
            _ => {}
        }
    }

    /// Returns the fault of the arrays, found in the simplest way.
    fn fault(&self) -> Option<Error> {
        let (entries, found) = (self.columns.len(), self.values.len());
        let Some((&first, ends)) = self.offsets.split_first() else {
            return Some(Error::Empty);
        };
        if entries != found {
            return Some(Error::Shape {
                expected: (entries, 1),
                found: (found, 1),
            });
        }
        if first != 0 {
            return Some(Error::SparseStructure { row: 0 });
        }
        let mut start = 0;
        for (row, &end) in ends.iter().enumerate() {
            let falls_or_leaves = end < start || end > entries;
            let is_outside = |column: &u32| *column as usize >= self.ncols;
            if falls_or_leaves || self.columns[start..end].iter().any(is_outside) {
                return Some(Error::SparseStructure { row });
            }
            start = end;
        }
        let row = ends.len().saturating_sub(1);
        (start != entries).then_some(Error::SparseStructure { row })
    }

    fn densified(&self) -> Matrix<f64> {
        let mut dense = Matrix::zeros(self.offsets.len() - 1, self.ncols.min(256));
        for (i, j, x) in self.entries() {
            dense.entries[i + dense.nrows * j] += x.to_f64();
        }
        dense
    }

    /// (row, column, value), row after row.
    fn entries(&self) -> Vec<(usize, usize, T)> {
        let mut all = Vec::new();
        for (row, ends) in self.offsets.windows(2).enumerate() {
            for at in ends[0]..ends[1] {
                all.push((row, self.columns[at] as usize, self.values[at]));
            }
        }
        all
    }
}

fn check_accessors<T: Scalar>(a: &CsrRef<'_, T>, slices: &Slices<T>) {
    assert_eq!(a.nrows() + 1, slices.offsets.len());
    assert_eq!(a.ncols(), slices.ncols);
    assert_eq!(a.nonzeros(), slices.values.len());
    assert_eq!(a.row_offsets(), slices.offsets);
    assert_eq!(a.columns(), slices.columns);
    let bits = |x: &T| x.to_f64().to_bits();
    assert!(
        a.values()
            .iter()
            .map(bits)
            .eq(slices.values.iter().map(bits))
    );
    assert_eq!(a.rows().count(), a.nrows());
    let mut entries = slices.entries().into_iter();
    for (row, (columns, values)) in a.rows().enumerate() {
        for (column, value) in columns.iter().zip(values) {
            let (i, j, x) = entries.next().expect("as many entries as stored");
            assert_eq!((i, j, bits(&x)), (row, *column as usize, bits(value)));
        }
    }
    assert!(entries.next().is_none());
}

fn check_products<T: Scalar>(
    a: &CsrRef<'_, T>,
    dense: &Matrix<f64>,
    slices: &Slices<T>,
    input: &mut Input<'_>,
) {
    check_survey(a, slices);
    let (m, n, l) = (dense.nrows, dense.ncols, input.below(4));
    let spare = input.below(4);
    let x = input.filled::<T>(n, l, |input| input.integer(0));
    let y = input.filled::<T>(m, l, |input| input.integer(0));
    let scale = slices.exponent.unwrap_or(0);
    let (ax, aty) = (product(a, &x, spare), product(&Transposed(a), &y, spare));
    let distance = distance(a, -scale, &y, &x);
    if slices.exponent.is_none() {
        return;
    }
    // Sums of whole numbers are exact, in whatever order.
    assert_eq!(ax.to_f64(0), dense.times(&x.to_f64(0)));
    assert_eq!(aty.to_f64(0), dense.transpose_times(&y.to_f64(0)));
    let low_rank = y.to_f64(0).times(&x.to_f64(0).transposed());
    let rest = dense.scaled(-scale).minus(&low_rank).frobenius();
    let off = (distance.to_f64() - rest).abs();
    assert!(off <= 4.0 * T::EPSILON.to_f64() * rest, "{off} of {rest}");
}

fn check_survey<T: Scalar>(a: &CsrRef<'_, T>, slices: &Slices<T>) {
    let entries = slices.entries();
    let entry_stats: Result<EntryStats<T>, Error> = LinearOperator::<MatMut<'_, T>>::entry_stats(a);
    if let Some(&(row, column, _)) = entries.iter().find(|entry| !entry.2.is_finite()) {
        return assert_eq!(entry_stats, Err(Error::NonFinite { row, column }));
    }
    let entry_stats = entry_stats.expect("finite entries");
    let negative = entries.iter().find(|entry| entry.2 < T::ZERO);
    assert_eq!(
        entry_stats.negative,
        negative.map(|&(row, column, _)| (row, column))
    );
    let stored = Matrix {
        nrows: entries.len(),
        ncols: 1,
        entries: entries.into_iter().map(|entry| entry.2).collect(),
    };
    assert_eq!(entry_stats.exponent, stored.exponent());
    let scaled = stored.to_f64(entry_stats.exponent);
    let size: f64 = scaled.entries.iter().map(|x| x.abs()).sum();
    let rounding = 4.0 * T::EPSILON.to_f64() * size;
    let rounding = rounding + f64::EPSILON * size * scaled.nrows as f64;
    assert!((entry_stats.norm.to_f64() - scaled.frobenius()).abs() <= rounding);
    assert!((entry_stats.sum.to_f64() - scaled.entries.iter().sum::<f64>()).abs() <= rounding);
}

/// A X.
fn product<T: Scalar, A>(a: &A, x: &Matrix<T>, spare: usize) -> Matrix<T>
where
    A: for<'p> LinearOperator<MatMut<'p, T>>,
{
    let (m, l) = (a.nrows(), x.ncols);
    let mut y = Guarded::panel((m, l), spare);
    a.apply(&x.clone().view_mut(), &mut y.view((m, l)))
        .expect("fitting panels");
    y.assert_end_untouched();
    y.matrix((m, l))
}

fn distance<T: Scalar, A>(a: &A, e: i32, w: &Matrix<T>, h: &Matrix<T>) -> T
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (mut w, mut h) = (w.clone(), h.clone());
    a.distance(e, &w.view_mut(), &h.view_mut())
        .expect("fitting panels")
}

/// Checks pushes and views against the rows that they should make.
fn check_buffer<const OFFSETS: usize, const ENTRIES: usize>(mut input: Input<'_>) {
    let ncols = if input.once_in(8) {
        usize::MAX
    } else {
        input.below(13)
    };
    let mut buffer = CsrBuffer::<f64, OFFSETS, ENTRIES>::new(ncols);
    let mut model = Model::<OFFSETS, ENTRIES> {
        rows: Vec::new(),
        ncols,
    };
    for step in 0..60u8 {
        let (row, column) = (input.index(OFFSETS), input.index(13));
        match input.below(16) {
            15 => {
                buffer.clear();
                model.rows.clear();
            }
            12..15 => check_view(&mut buffer, &mut model, row),
            _ => {
                let value = f64::from(step);
                let expected = model.push(row, column, value);
                assert_eq!(buffer.push(row, column, value), expected);
            }
        }
    }
}

fn check_view<const OFFSETS: usize, const ENTRIES: usize>(
    buffer: &mut CsrBuffer<f64, OFFSETS, ENTRIES>,
    model: &mut Model<OFFSETS, ENTRIES>,
    nrows: usize,
) {
    let expected = model.view(nrows);
    match buffer.view(nrows) {
        Ok(a) => {
            assert_eq!(expected, Ok(()));
            assert_eq!((a.nrows(), a.ncols()), (nrows, model.ncols));
            for ((columns, values), row) in a.rows().zip(&model.rows) {
                let stored = columns.iter().map(|column| *column as usize);
                assert!(stored.zip(values.iter().copied()).eq(row.iter().copied()));
            }
        }
        Err(error) => assert_eq!(Err(error), expected),
    }
}

/// The rows that have begun.
struct Model<const OFFSETS: usize, const ENTRIES: usize> {
    rows: Vec<Vec<(usize, f64)>>,
    ncols: usize,
}

impl<const OFFSETS: usize, const ENTRIES: usize> Model<OFFSETS, ENTRIES> {
    fn push(&mut self, row: usize, column: usize, value: f64) -> Result<(), Error> {
        let begun = self.rows.len();
        let is_late = match self.rows.get(row) {
            Some(_) if row + 1 < begun => true,
            Some(entries) => entries.last().is_some_and(|entry| column <= entry.0),
            None => false,
        };
        if is_late || column >= self.ncols || u32::try_from(column).is_err() {
            return Err(Error::SparseStructure { row });
        }
        if self.rows.iter().map(Vec::len).sum::<usize>() == ENTRIES {
            return Err(full(ENTRIES));
        }
        if row >= OFFSETS - 1 {
            return Err(full(OFFSETS));
        }
        if begun <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        self.rows[row].push((column, value));
        Ok(())
    }

    fn view(&mut self, nrows: usize) -> Result<(), Error> {
        if nrows >= OFFSETS {
            return Err(full(OFFSETS));
        }
        if self.rows.iter().skip(nrows).any(|row| !row.is_empty()) || self.rows.len() > nrows + 1 {
            return Err(Error::SparseStructure { row: nrows });
        }
        self.rows.resize(nrows + 1, Vec::new());
        Ok(())
    }
}

fn full(capacity: usize) -> Error {
    Error::BufferTooSmall {
        needed: capacity + 1,
        found: capacity,
    }
}
