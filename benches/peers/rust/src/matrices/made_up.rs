//! Made-up users of made-up items, at the shapes of MovieLens 20M and 10M.
//!
//! A user has 20 items and some more, E^1.5 times a scale for an exponential E: most have few, some have thousands. Item
//! number floor(n U^2) is taken for a uniform U, unless the user has it: the best known items are those of more than half
//! of the users, most items those of few. The order of the items is then mixed.

use super::random::Random;
use lowrank::SparseMatrix;
use std::error::Error;

/// The mean of E^1.5, Gamma(5/2).
const MEAN: f64 = 1.329_340_388;
/// The fewest items of a user.
const FEWEST: usize = 20;
/// Prime, and no factor of a number of items: multiples of it mix their order.
const STEP: usize = 7919;
/// Factors of the ratings, and the deviation of what they do not explain.
const FACTORS: usize = 8;
const NOISE: f64 = 0.7;

/// Returns 138,493 users by 26,744 items with 20.7 million ones.
pub fn plays() -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    let (offsets, columns) = taken((138_493, 26_744), 149.5, &mut Random(20));
    let ones = vec![1.0; columns.len()];
    Ok(SparseMatrix::new(offsets, columns, ones, 26_744)?)
}

/// Returns 69,878 users by 10,677 items with 10 million ratings, halves from 0.5 to 5: 3.5, a bias of the user and one of
/// the item of deviation 0.4, eight factors of strength 1/2, 1/4, 1/6, .. and noise, rounded.
pub fn ratings() -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    let (m, n) = (69_878, 10_677);
    let mut random = Random(10);
    let (offsets, columns) = taken((m, n), 143.1, &mut random);
    let mut rows = |count: usize| -> Vec<[f64; FACTORS + 1]> {
        let row = |_| std::array::from_fn(|_| random.normal());
        (0..count).map(row).collect()
    };
    let (users, items) = (rows(m), rows(n));
    let mut values = Vec::with_capacity(columns.len());
    for (user, ends) in users.iter().zip(offsets.windows(2)) {
        for &item in &columns[ends[0]..ends[1]] {
            let item = &items[item as usize];
            let factor = |f: usize| user[f] * item[f] / (2 * (f + 1)) as f64;
            let biases = 0.4 * (user[FACTORS] + item[FACTORS]);
            let rating = 3.5 + biases + (0..FACTORS).map(factor).sum::<f64>();
            let rating = rating + NOISE * random.normal();
            values.push((2.0 * rating).round().clamp(1.0, 10.0) / 2.0);
        }
    }
    Ok(SparseMatrix::new(offsets, columns, values, n)?)
}

/// Returns the offsets and the columns of the items of m users, `mean` of them on average.
fn taken((m, n): (usize, usize), mean: f64, random: &mut Random) -> (Vec<usize>, Vec<u32>) {
    let scale = (mean - FEWEST as f64) / MEAN;
    let (mut offsets, mut columns) = (vec![0], Vec::new());
    let mut taken_by = vec![usize::MAX; n];
    for user in 0..m {
        let more = (scale * random.exponential().powf(1.5)) as usize;
        let wanted = (FEWEST + more).min(n / 2);
        let first = columns.len();
        while columns.len() - first < wanted {
            let place = (n as f64 * random.uniform().powi(2)) as usize;
            let item = place * STEP % n;
            if taken_by[item] != user {
                taken_by[item] = user;
                columns.push(item as u32);
            }
        }
        columns[first..].sort_unstable();
        offsets.push(columns.len());
    }
    (offsets, columns)
}
