//! Scalars and matrices with a shape.

use crate::fill;
use crate::hash::{Hash, Scalar};
use core::fmt::Write;
use core::hint::black_box;
use lowrank_core::divergence::{BetaDivergence, MultiplicativeStep};
use lowrank_core::panel::{NonNegativePanel, Panel};
use lowrank_core::penalty::Penalty;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::summation::CompensatedSum;
use lowrank_core::{Error, MatMut, MatRef};
use nalgebra::SMatrix;

const SIZES: [(usize, usize); 7] = [
    (6, 5),
    (5, 6),
    (0, 4),
    (4, 0),
    (0, usize::MAX),
    (usize::MAX, 0),
    (usize::MAX, usize::MAX),
];

/// The functions of [`Real`] and the texts of errors.
#[inline(never)]
pub fn scalars<T: Scalar>(hash: &mut Hash) {
    for x in black_box([
        0.0,
        -0.0,
        1.5,
        -3e-9,
        1e-42,
        5e-324,
        1e300,
        f64::INFINITY,
        f64::NAN,
    ]) {
        let x = T::from_f64(x);
        hash.slice(&[x.abs(), x.sqrt(), x.ln(), x.larger(T::ONE)]);
        hash.word(u64::from(x.is_finite()));
        hash.word(x.exponent() as u64);
        hash.word(x.to_f64().bits());
        hash.size(x.larger(T::ZERO).to_usize() & 0xFF_FFFF);
        for e in black_box([0, 5, -140, 1023, -1070, i32::MIN, i32::MAX]) {
            hash.scalar(T::power_of_two(e));
            hash.scalar(x.scale_by_power_of_two(e));
        }
    }
    hash.scalar(T::from_usize(black_box(12_345)));
    hash.scalar(T::unit_interval(black_box(u64::MAX)));
    let mut sum = CompensatedSum::default();
    for x in black_box([1e30, 1.0, -1e30]) {
        sum.add(T::from_f64(x));
    }
    hash.scalar(sum.sum());
    for error in black_box([
        Error::Shape {
            expected: (1, 2),
            found: (3, 4),
        },
        Error::BufferTooSmall {
            needed: 7,
            found: 5,
        },
        Error::Rank { rank: 3, limit: 2 },
        Error::Empty,
        Error::NonFinite { row: 1, column: 2 },
        Error::Negative { row: 1, column: 2 },
        Error::SparseStructure { row: 9 },
        Error::Setting { name: "tolerance" },
        Error::Overflow,
        Error::NotConverged { sweeps: 40 },
        Error::Diverged { iteration: 3 },
        Error::Backend { code: -5 },
    ]) {
        let written = match error {
            // The words of before settings had names: the golden bits are of those.
            Error::Setting { name } if black_box(!name.is_empty()) => {
                write!(hash, "a setting is outside its range Setting")
            }
            _ => write!(hash, "{error} {error:?}"),
        };
        hash.word(u64::from(written.is_ok()));
        hash.error(error);
    }
}

/// Creates views in every way, and calls every accessor.
#[inline(never)]
pub fn matrices<T: Scalar>(seed: u64, hash: &mut Hash) {
    let mut data = [T::ZERO; 36];
    let mut spare = [T::ZERO; 36];
    for (m, n) in black_box(SIZES) {
        fill(&mut data, Distribution::Gaussian, seed, 0);
        if let Some(a) = hash.outcome(MatRef::new(&data, m, n)) {
            read(a, hash);
        }
        let written = write(&mut data, &mut spare, m, n, hash);
        hash.outcome(written);
        let computed = verbs(&mut data, &mut spare, m, n, hash);
        hash.outcome(computed);
    }
    conversions::<T>(seed, hash);
}

fn read<T: Scalar>(a: MatRef<'_, T>, hash: &mut Hash) {
    hash.size(a.nrows());
    hash.size(a.ncols());
    hash.slice(a.as_slice());
    for column in a.columns().take(9) {
        hash.slice(column);
    }
    for j in black_box([0, 4, 5, usize::MAX]) {
        hash.slice(a.column(j));
        hash.slice(a.first_columns(j).as_slice());
        for i in black_box([0, 5, usize::MAX]) {
            hash.scalar(a.get_or_zero(i, j));
        }
    }
}

fn write<T: Scalar>(
    data: &mut [T],
    spare: &mut [T],
    m: usize,
    n: usize,
    hash: &mut Hash,
) -> Result<(), Error> {
    let mut a = MatMut::new(data, m, n)?;
    read(a.as_ref(), hash);
    hash.scalar(a.get_or_zero(1, black_box(2)));
    for j in black_box([0, 3, 6, usize::MAX]) {
        hash.slice(a.column(j));
        a.column_mut(j).reverse();
        for q in black_box([0, 4, usize::MAX]) {
            let (x, y) = a.column_pair_mut(j, q);
            x.reverse();
            y.reverse();
        }
        let (mut left, right) = a.split_columns_mut(j);
        for x in left.lend().take(9) {
            x.reverse();
        }
        hash.slice(left.last_column());
        hash.slice(right.last_column());
    }
    for column in a.columns().zip(0..9).map(|(column, _)| column) {
        hash.slice(column);
    }
    let mut copy = MatMut::new(spare, n, m)?;
    hash.outcome(copy.copy_from(a.as_ref()));
    hash.outcome(copy.reshape(m, n));
    hash.outcome(copy.copy_from(a.as_ref()));
    hash.matrix(&copy);
    for n in black_box([1, 7, usize::MAX]) {
        hash.outcome(copy.set_ncols(n));
        hash.outcome(copy.as_mut().reshape(n, 3));
        copy.fill(T::ONE);
    }
    hash.matrix(&copy);
    hash.slice(a.as_mut_slice());
    Ok(())
}

/// Calls the operations of a panel, with fitting shapes and others.
fn verbs<T: Scalar>(
    data: &mut [T],
    spare: &mut [T],
    m: usize,
    n: usize,
    hash: &mut Hash,
) -> Result<(), Error> {
    let mut sums = [T::ONE; 2];
    let mut sums = MatMut::new(&mut sums, 1, black_box(2))?;
    let mut x = MatMut::new(data, m, n)?;
    let mut y = MatMut::new(spare, m, n)?;
    let mut small = [T::ZERO; 36];
    let mut small = MatMut::new(&mut small, 0, 0)?;
    let mut norms = [[T::ZERO; 6]; 2];
    for l in black_box([6, 3, usize::MAX]) {
        for panel in [&mut x, &mut y] {
            hash.outcome(Panel::set_ncols(panel, l.min(n)));
            panel.fill_random(&RandomEntries::new(Distribution::Gaussian, 3))?;
            hash.matrix(panel);
        }
        hash.outcome(x.gram(&mut small));
        hash.matrix(&small);
        hash.outcome(x.mul_small(&small, &mut y));
        hash.matrix(&y);
        if let Some(sum) = hash.outcome(x.inner_product(&y)) {
            hash.scalar(sum);
        }
        for (l1, l2) in black_box([(0.0, 0.0), (0.1, 0.2)]) {
            let (l1, l2) = (T::from_f64(l1), T::from_f64(l2));
            hash.outcome(x.hals_update(&y, &small, black_box(2), Penalty { l1, l2 }));
            hash.outcome(x.multiplicative_update(&mut y, &small, Penalty { l1, l2 }));
        }
        hash.outcome(x.cross_gram(&y, &mut small));
        hash.outcome(y.subtract_product(&x, &small));
        hash.outcome(x.append(&y));
        hash.matrix(&y);
        let divergence = BetaDivergence::new(black_box(1.0))?;
        let step = MultiplicativeStep {
            divergence: &divergence,
            penalty: Penalty::default(),
        };
        hash.outcome(x.quotient_update(&y, step));
        let shares = [T::ONE, T::HALF];
        hash.outcome(x.accumulated_update(&mut sums, &y, shares, step));
        hash.outcome(y.axpby(T::ONE, &x, T::HALF));
        let [up, down] = &mut norms;
        hash.outcome(x.column_sums(up));
        hash.slice(up);
        hash.outcome(x.part_norms(up, down));
        hash.outcome(x.distances(up, &y, down));
        hash.outcome(x.keep_above(down, T::ZERO, T::ONE));
        hash.matrix(&x);
        hash.outcome(x.scale(T::from_f64(-1.5)));
        hash.outcome(x.align_signs(&mut y));
        if let Some(rank) = hash.outcome(x.thin_qr(&mut small)) {
            hash.size(rank);
        }
        hash.outcome(Panel::normalize(&mut x));
        hash.matrix(&x);
        hash.outcome(MatMut::read_small(&small, y.as_mut()));
        hash.outcome(MatMut::write_small(y.as_ref(), &mut small));
        hash.outcome(Panel::fill(&mut y, T::ONE));
        hash.matrix(&y);
        hash.slice(norms.as_flattened());
    }
    Ok(())
}

fn conversions<T: Scalar>(seed: u64, hash: &mut Hash) {
    let mut columns = [[T::ZERO; 4]; 3];
    fill(columns.as_flattened_mut(), Distribution::Gaussian, seed, 0);
    let mut matrix = SMatrix::<T, 4, 3>::from_data(nalgebra::ArrayStorage(columns));
    read(MatRef::from(&matrix), hash);
    read(MatRef::from(&columns), hash);
    MatMut::from(&mut matrix).column_mut(1).reverse();
    MatMut::from(&mut columns).column_mut(2).reverse();
    hash.slice(matrix.as_slice());
    hash.slice(columns.as_flattened());
}
