//! Triples in any order as the rows of a matrix.
//!
//! They are dealt out to parts of the rows, and each part is sorted by itself, so that no more than all of them and one
//! part are in memory beside the matrix.

use rayon::prelude::*;

use super::super::coordinates::Coordinate;
use super::super::{Duplicates, Error, growing::Growing, slabs::Slabs};
use lowrank::SparseMatrix;

/// The fewest entries of a part, unless it is the last: as many as a slab has.
const PART_LEN: usize = 2 << 20;
/// There are fewer parts than a byte has values.
const MAX_PARTS: usize = 200;

/// The rows of a matrix, and the number of entries that another one at the same place stands for.
pub(super) struct SortedRows {
    pub(super) rows: SparseMatrix<f64>,
    pub(super) merged: usize,
}

/// Two entries at one place, numbered as in the file.
pub(super) struct Twice {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) entries: (usize, usize),
}

/// Returns the m x n matrix of the entries, all of them within its shape; the first two at one place if that is refused.
///
/// # Errors
/// [`Error::Memory`].
pub(super) fn sorted_rows(
    place: &str,
    (nrows, ncols): (usize, usize),
    mut entries: Slabs<'_, Coordinate>,
    duplicates: Duplicates,
) -> Result<Result<SortedRows, Twice>, Error> {
    let count = entries.len();
    let mut offsets = Growing::filled(place, 0usize, nrows + 1)?;
    for entry in entries.slabs_mut().iter().flatten() {
        offsets[entry.row as usize + 1] += 1;
    }
    for i in 0..nrows {
        offsets[i + 1] += offsets[i];
    }
    let refuses = duplicates == Duplicates::Refuse;
    let Dealt { parts, part_of } = deal(place, entries, &offsets, refuses)?;
    let mut row_offsets = Growing::filled(place, 0usize, nrows + 1)?;
    let mut columns: Vec<u32> = reserved(place, count)?;
    let mut values: Vec<f64> = reserved(place, count)?;
    for (number, Part { start, entries }) in parts.into_iter().enumerate() {
        let sorted = sort(place, &entries, start, &offsets)?;
        for of_place in sorted.chunk_by(|a, b| (a.row, a.column) == (b.row, b.column)) {
            let [first, others @ ..] = of_place else {
                continue;
            };
            if refuses && !others.is_empty() {
                let is_here =
                    |entry: &&Coordinate| (entry.row, entry.column) == (first.row, first.column);
                let mut here = entries.iter().zip(0..).filter(|(entry, _)| is_here(entry));
                let mut next = || here.next().map_or(0, |(_, at)| at);
                let at = (next(), next());
                return Ok(Err(Twice {
                    row: first.row,
                    column: first.column,
                    entries: (
                        origin(&part_of, number, at.0),
                        origin(&part_of, number, at.1),
                    ),
                }));
            }
            columns.push(first.column);
            values.push(duplicates.value(of_place));
            row_offsets[first.row as usize + 1] += 1;
        }
    }
    for i in 0..nrows {
        row_offsets[i + 1] += row_offsets[i];
    }
    let merged = count - values.len();
    let rows = SparseMatrix::from_rows(row_offsets, columns, values, ncols);
    Ok(Ok(SortedRows { rows, merged }))
}

/// The entries of some rows, in the order of the file.
struct Part {
    /// The first row.
    start: usize,
    entries: Vec<Coordinate>,
}

struct Dealt {
    parts: Vec<Part>,
    /// The part of each entry, if they are asked for.
    part_of: Vec<u8>,
}

/// Returns the number in the file of an entry of a part.
fn origin(part_of: &[u8], part: usize, at: usize) -> usize {
    let of_part = part_of.iter().enumerate();
    let mut of_part = of_part.filter(|(_, other)| usize::from(**other) == part);
    of_part.nth(at).map_or(0, |(number, _)| number)
}

/// Deals entries out to parts of the rows; `offsets`: the number of entries before each row.
fn deal(
    place: &str,
    entries: Slabs<'_, Coordinate>,
    offsets: &[usize],
    asks_for_part: bool,
) -> Result<Dealt, Error> {
    let count = entries.len();
    let least = PART_LEN.max(count / MAX_PARTS);
    let mut parts: Vec<Part> = Vec::new();
    let mut part_of_row: Vec<u8> = reserved(place, offsets.len())?;
    let mut end = 0;
    for (row, offset) in offsets.iter().take(offsets.len() - 1).enumerate() {
        if *offset >= end && *offset < count {
            let after = offsets
                .iter()
                .skip(row + 1)
                .find(|next| *next - offset >= least);
            end = after.copied().unwrap_or(count).max(offset + 1);
            parts.push(Part {
                start: row,
                entries: reserved(place, end.min(count) - offset)?,
            });
        }
        part_of_row.push(parts.len().saturating_sub(1) as u8);
    }
    let mut part_of = reserved(place, if asks_for_part { count } else { 0 })?;
    for slab in entries.into_slabs() {
        for entry in slab {
            let part = part_of_row[entry.row as usize];
            parts[usize::from(part)].entries.push(entry);
            if asks_for_part {
                part_of.push(part);
            }
        }
    }
    Ok(Dealt { parts, part_of })
}

/// Returns entries of the rows from `start` on, sorted by row and then by column; those at one place keep their order.
fn sort(
    place: &str,
    entries: &[Coordinate],
    start: usize,
    offsets: &[usize],
) -> Result<Vec<Coordinate>, Error> {
    let base = offsets[start];
    let behind = offsets.iter().skip(start);
    let within = behind.map(|offset| offset - base);
    let mut next: Vec<usize> = within
        .take_while(|offset| *offset < entries.len())
        .collect();
    let zero = Coordinate {
        row: 0,
        column: 0,
        value: 0.0,
    };
    let mut sorted = Growing::filled(place, zero, entries.len())?;
    for entry in entries {
        let to = &mut next[entry.row as usize - start];
        sorted[*to] = *entry;
        *to += 1;
    }
    sorted
        .par_chunk_by_mut(|a, b| a.row == b.row)
        .for_each(|row| {
            if !row.is_sorted_by_key(|entry| entry.column) {
                row.sort_by_key(|entry| entry.column);
            }
        });
    Ok(sorted)
}

fn reserved<T>(place: &str, count: usize) -> Result<Vec<T>, Error> {
    let mut empty = Vec::new();
    let reserved = empty.try_reserve_exact(count);
    reserved.map_err(|_| Error::memory::<T>(place, count))?;
    Ok(empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_entries_become_rows_part_by_part() {
        let (nrows, ncols) = (3000usize, 2000usize);
        // Each place once, in an order that jumps: 7919 and 6,000,000 have no divisor in common.
        let count = nrows * ncols;
        let all: Vec<Coordinate> = (0..count)
            .map(|i| {
                let at = i * 7919 % count;
                let (row, column) = ((at / ncols) as u32, (at % ncols) as u32);
                let value = at as f64;
                Coordinate { row, column, value }
            })
            .collect();
        let of = |more: &[Coordinate], duplicates| {
            let mut slabs = Slabs::new("f", 1);
            slabs.extend(&all).unwrap();
            slabs.extend(more).unwrap();
            sorted_rows("f", (nrows, ncols), slabs, duplicates).unwrap()
        };
        let Ok(SortedRows { rows, merged: 0 }) = of(&[], Duplicates::Refuse) else {
            panic!("no place is there twice")
        };
        assert!(
            rows.values()
                .iter()
                .enumerate()
                .all(|(at, x)| *x == at as f64)
        );
        assert!(
            rows.row_offsets()
                .iter()
                .enumerate()
                .all(|(i, offset)| *offset == i * ncols)
        );
        let again = all[4_000_000];
        let Err(twice) = of(&[again], Duplicates::Refuse) else {
            panic!("a place is there twice")
        };
        assert_eq!((twice.row, twice.column), (again.row, again.column));
        assert_eq!(twice.entries, (4_000_000, count));
        let Ok(SortedRows { rows, merged: 1 }) = of(&[again], Duplicates::Sum) else {
            panic!("merged")
        };
        let at = again.value as usize;
        assert_eq!(rows.values()[at], 2.0 * again.value);
    }
}
