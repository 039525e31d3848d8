//! The ratings of MovieLens.

use lowrank::SparseMatrix;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

/// Reads a table of user, film, rating and time: users by films, both in ascending order of their numbers.
pub fn read(table: &str) -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    let mut ratings = BTreeMap::new();
    for line in table.lines().skip(1) {
        let mut fields = line.split(',');
        let mut field = || fields.next().ok_or("user,film,rating,time");
        let (user, film): (u32, u32) = (field()?.parse()?, field()?.parse()?);
        ratings.insert((user, film), field()?.parse()?);
    }
    let films: BTreeSet<u32> = ratings.keys().map(|(_, film)| *film).collect();
    let films: Vec<u32> = films.into_iter().collect();
    let mut rows = BTreeMap::<u32, usize>::new();
    let mut columns = Vec::with_capacity(ratings.len());
    for (user, film) in ratings.keys() {
        *rows.entry(*user).or_default() += 1;
        columns.push(films.partition_point(|other| other < film) as u32);
    }
    let ends = rows.values().scan(0, |end, count| {
        *end += count;
        Some(*end)
    });
    let offsets = std::iter::once(0).chain(ends).collect();
    let values = ratings.into_values().collect();
    Ok(SparseMatrix::new(offsets, columns, values, films.len())?)
}
