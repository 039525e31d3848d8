//! Views against indices, and the operations of a panel against plain loops.

use super::{Guarded, Input, Scalar};
use lowrank_core::panel::{NonNegativePanel, Panel};
use lowrank_core::penalty::Penalty;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{Error, MatMut, MatRef};
use lowrank_validate::Matrix;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.below(4) {
        0 => check_views(input),
        1 => check_draws(input),
        2 => check_verbs::<f32>(input),
        _ => check_verbs::<f64>(input),
    }
}

/// The number of scalars of a shape, where there is one and they are there.
fn fits((nrows, ncols): (usize, usize), found: usize) -> bool {
    nrows
        .checked_mul(ncols)
        .is_some_and(|needed| needed <= found)
}

fn check_views(mut input: Input<'_>) {
    let found = input.below(100);
    let mut scalars: Vec<f64> = (0..found).map(|i| i as f64).collect();
    let (m, n) = (input.index(10), input.index(10));
    let too_small = |shape: (usize, usize)| Error::BufferTooSmall {
        needed: shape.0.saturating_mul(shape.1),
        found,
    };
    let (read, write) = (
        MatRef::new(&scalars, m, n).err(),
        MatMut::new(&mut scalars.clone(), m, n).err(),
    );
    assert_eq!(read, write);
    assert_eq!(read, (!fits((m, n), found)).then_some(too_small((m, n))));
    if read.is_some() {
        return;
    }
    let (i, j, q) = (input.index(10), input.index(10), input.index(10));
    look(MatRef::new(&scalars, m, n).unwrap(), (i, j));
    let mut a = MatMut::new(&mut scalars, m, n).unwrap();
    look(a.as_ref(), (i, j));
    change(&mut a, j, q);
    let shape = (input.index(10), input.index(10));
    let outcome = a.reshape(shape.0, shape.1);
    let kept = if fits(shape, found) {
        assert_eq!(outcome, Ok(()));
        shape
    } else {
        assert_eq!(outcome, Err(too_small(shape)));
        (m, n)
    };
    assert_eq!((a.nrows(), a.ncols()), kept);
    let shape = (kept.0, input.index(10));
    let outcome = a.set_ncols(shape.1);
    assert_eq!(outcome.is_ok(), fits(shape, found));
    let ncols = if outcome.is_ok() { shape.1 } else { kept.1 };
    assert_eq!((a.nrows(), a.ncols()), (kept.0, ncols));
}

/// The entries of `a` are their own places in its buffer.
fn look(a: MatRef<'_, f64>, (i, j): (usize, usize)) {
    let (m, n) = (a.nrows(), a.ncols());
    let place = |i: usize, j: usize| (i + m * j) as f64;
    assert!(
        a.as_slice()
            .iter()
            .copied()
            .eq((0..m * n).map(|i| i as f64))
    );
    let inside = i < m && j < n;
    assert_eq!(a.get_or_zero(i, j), if inside { place(i, j) } else { 0.0 });
    let rows = if j < n { m } else { 0 };
    let expected = (0..rows).map(|i| place(i, j));
    assert!(a.column(j).iter().copied().eq(expected));
    let first = a.first_columns(j);
    assert_eq!((first.nrows(), first.ncols()), (m, j.min(n)));
    assert_eq!(first.as_slice().len(), m * j.min(n));
    if m > 0 {
        assert_eq!(a.columns().count(), n);
        assert!(a.columns().enumerate().all(|(j, x)| x == a.column(j)));
    }
}

fn change(a: &mut MatMut<'_, f64>, j: usize, q: usize) {
    let (m, n) = (a.nrows(), a.ncols());
    let columns: Vec<Vec<f64>> = (0..if m > 0 { n } else { 0 })
        .map(|j| a.column(j).to_vec())
        .collect();
    let column = |j: usize| columns.get(j).cloned().unwrap_or_default();
    let (x, y) = a.column_pair_mut(j, q);
    if j < q && q < n {
        assert_eq!((&*x, &*y), (&*column(j), &*column(q)));
    } else {
        assert!(x.is_empty() || y.is_empty() || j >= q);
    }
    let (left, right) = a.split_columns_mut(j);
    if j <= n {
        let (left, right): (Vec<_>, Vec<_>) = (left.collect(), right.collect());
        assert!(left.iter().chain(&right).map(|x| &**x).eq(columns.iter()));
        assert_eq!(left.len(), j.min(columns.len()));
    }
    assert_eq!(a.columns_mut().last_column(), column(n.wrapping_sub(1)));
    a.column_mut(j).fill(-1.0);
    for (at, before) in columns.iter().enumerate() {
        let changed = a.column(at).iter().all(|x| *x == -1.0);
        assert!(if at == j {
            changed
        } else {
            a.column(at) == before
        });
    }
    a.fill(0.5);
    assert!(a.as_slice().iter().all(|x| *x == 0.5));
}

fn check_draws(mut input: Input<'_>) {
    let distributions = [
        Distribution::Uniform,
        Distribution::Sign,
        Distribution::Gaussian,
        Distribution::HalfGaussian,
    ];
    let random = RandomEntries::new(distributions[input.below(4)], input.word());
    let (row, length) = (input.word() as usize, input.below(200));
    let mut filled = vec![f64::NAN; length];
    random.fill_row(row, &mut filled);
    for (column, x) in filled.iter().enumerate() {
        assert_eq!(*x, random.at::<f64>(row, column));
        // The smallest draw, 2^-53, is 8.3 standard deviations away.
        assert!(x.abs() < 8.4);
    }
    let (rows, columns) = (input.below(20), input.below(20));
    let mut panel = Guarded::<f32>::panel((rows, columns), 2);
    panel.view((rows, columns)).fill_random(&random).unwrap();
    panel.assert_end_untouched();
    let panel = panel.matrix((rows, columns));
    assert_eq!(
        panel,
        Matrix::from_fn(rows, columns, |i, j| random.at(i, j))
    );
}

/// Checks the operations: on integers every sum is exact, and so are the results; on any bits they must end.
fn check_verbs<T: Scalar>(mut input: Input<'_>) {
    let whole = !input.once_in(4);
    let (m, l) = (input.size(), input.below(13));
    let spare = input.below(4);
    let mut entries = |nrows, ncols| {
        if whole {
            input.filled::<T>(nrows, ncols, |input| {
                T::from_usize(input.below(32)) - T::from_usize(16)
            })
        } else {
            input.matrix(nrows, ncols)
        }
    };
    let (x, y, s) = (entries(m, l), entries(m, l), entries(l, l));
    let factors = entries(l, 1).entries;
    let other = input.shape((m, l));
    let panels = Panels {
        x,
        y,
        s,
        factors,
        spare,
    };
    panels.check_shapes(other);
    let results = panels.results();
    if whole {
        panels.judge(&results);
    }
}

struct Panels<T> {
    x: Matrix<T>,
    y: Matrix<T>,
    s: Matrix<T>,
    factors: Vec<T>,
    spare: usize,
}

/// The results of the operations on X, Y and S.
struct Results<T> {
    gram: Matrix<T>,
    product: Matrix<T>,
    inner: T,
    distances: Vec<T>,
    up: Vec<T>,
    down: Vec<T>,
    kept: Matrix<T>,
    aligned: (Matrix<T>, Matrix<T>),
    updated: Matrix<T>,
}

impl<T: Scalar> Panels<T> {
    fn shape(&self) -> (usize, usize) {
        (self.x.nrows, self.x.ncols)
    }

    fn guarded(&self) -> [Guarded<T>; 3] {
        [&self.x, &self.y, &self.s].map(|a| Guarded::holding(a, self.spare))
    }

    /// Panels of two shapes are an error, unless they are one.
    fn check_shapes(&self, other: (usize, usize)) {
        let (m, l) = self.shape();
        let fits = other == (m, l);
        let [mut x, _, mut s] = self.guarded();
        let mut y = Guarded::<T>::new(other.0 * other.1, other.0 * other.1);
        let (mut x, mut y, mut s) = (x.view((m, l)), y.view(other), s.view((l, l)));
        assert_eq!(x.inner_product(&y).is_ok(), fits);
        assert_eq!(x.distances(&[], &y, &mut []).is_ok(), fits);
        let narrower = other.0 == m && other.1 <= l;
        assert_eq!(x.mul_small(&s, &mut y).is_ok(), narrower);
        assert_eq!(
            x.multiplicative_update(&mut y, &s, Penalty::default())
                .is_ok(),
            fits
        );
        assert_eq!(x.copy_from(y.as_ref()).is_ok(), fits);
        let room = other.1 <= l;
        assert_eq!(
            y.gram(&mut s).is_ok(),
            room || other.1 * other.1 <= l * l + self.spare
        );
    }

    fn results(&self) -> Results<T> {
        let (m, l) = self.shape();
        let [mut x, mut y, mut s] = self.guarded();
        let mut gram = Guarded::panel((l, l), self.spare);
        let mut product = Guarded::panel((m, l), self.spare);
        let zeros = || Guarded::<T>::new(l, l + self.spare);
        let (mut distances, mut up, mut down) = (zeros(), zeros(), zeros());
        let (mut x_view, mut y_view, s_view) = (x.view((m, l)), y.view((m, l)), s.view((l, l)));
        let done: Result<T, Error> = (|| {
            x_view.gram(&mut gram.view((l, l)))?;
            x_view.mul_small(&s_view, &mut product.view((m, l)))?;
            x_view.distances(&self.factors, &y_view, distances.all())?;
            x_view.part_norms(up.all(), down.all())?;
            x_view.inner_product(&y_view)
        })();
        for buffer in [&gram, &product, &distances, &up, &down] {
            buffer.assert_end_untouched();
        }
        Results {
            inner: done.expect("panels that fit"),
            gram: gram.matrix((l, l)),
            product: product.matrix((m, l)),
            distances: distances.first(l).to_vec(),
            up: up.first(l).to_vec(),
            down: down.first(l).to_vec(),
            kept: self.kept(),
            aligned: {
                x_view.align_signs(&mut y_view).expect("two panels");
                for buffer in [&x, &y] {
                    buffer.assert_end_untouched();
                }
                (x.matrix((m, l)), y.matrix((m, l)))
            },
            updated: self.updated(),
        }
    }

    fn kept(&self) -> Matrix<T> {
        let [mut x, ..] = self.guarded();
        x.view(self.shape())
            .keep_above(&self.factors, T::ONE, -T::ONE)
            .expect("a panel");
        x.assert_end_untouched();
        x.matrix(self.shape())
    }

    /// With magnitudes of all entries, so that the denominators are not negative.
    fn updated(&self) -> Matrix<T> {
        let [x, y, s] = [&self.x, &self.y, &self.s].map(|a| a.map(|x| x.abs()));
        let [mut x, mut y, mut s] = [&x, &y, &s].map(|a| Guarded::holding(a, self.spare));
        let l = self.x.ncols;
        x.view(self.shape())
            .multiplicative_update(
                &mut y.view(self.shape()),
                &s.view((l, l)),
                Penalty::default(),
            )
            .expect("panels that fit");
        for buffer in [&x, &y, &s] {
            buffer.assert_end_untouched();
        }
        x.matrix(self.shape())
    }

    fn judge(&self, found: &Results<T>) {
        let (m, l) = self.shape();
        let (x, y, s) = (self.x.to_f64(0), self.y.to_f64(0), self.s.to_f64(0));
        assert_eq!(found.gram.to_f64(0), x.transpose_times(&x));
        assert_eq!(found.product.to_f64(0), x.times(&s));
        let inner: f64 = x.entries.iter().zip(&y.entries).map(|(x, y)| x * y).sum();
        assert_eq!(found.inner.to_f64(), inner);
        for j in 0..l {
            let factor = self.factors[j].to_f64();
            let (x, y) = (x.column(j), y.column(j));
            let root = |squares: f64| T::from_f64(squares).sqrt();
            let squares = x.iter().zip(y).map(|(x, y)| (x - factor * y).powi(2));
            assert_eq!(found.distances[j], root(squares.sum()));
            let part = |sign: f64| x.iter().map(|x| (sign * x).max(0.0).powi(2)).sum();
            assert_eq!(found.up[j], root(part(1.0)));
            assert_eq!(found.down[j], root(part(-1.0)));
        }
        let kept = Matrix::from_fn(m, l, |i, j| {
            let scaled = self.factors[j] * self.x.at(i, j);
            if scaled > T::ONE { scaled } else { -T::ONE }
        });
        assert_eq!(found.kept, kept);
        self.judge_signs(&found.aligned);
        let (x, y, s) = (x.map(f64::abs), y.map(f64::abs), s.map(f64::abs));
        let denominators = x.times(&s);
        for (at, updated) in found.updated.entries.iter().enumerate() {
            let denominator = denominators.entries[at].max(T::SQUARE_ROOT_OF_MIN.to_f64());
            let exact = x.entries[at] * y.entries[at] / denominator;
            let off = (updated.to_f64() - exact).abs();
            assert!(off <= 2.0 * T::EPSILON.to_f64() * exact, "{off} of {exact}");
        }
    }

    fn judge_signs(&self, (x, y): &(Matrix<T>, Matrix<T>)) {
        for j in 0..self.x.ncols {
            let largest = |x: &[T]| {
                x.iter().fold(
                    T::ZERO,
                    |found, x| {
                        if x.abs() > found.abs() { *x } else { found }
                    },
                )
            };
            let before = largest(self.x.column(j));
            assert_eq!(largest(x.column(j)), before.abs());
            let sign = if before < T::ZERO { -T::ONE } else { T::ONE };
            for (after, before) in [(x, &self.x), (y, &self.y)] {
                let pairs = after.column(j).iter().zip(before.column(j));
                assert!({ pairs }.all(|(after, before)| *after == sign * *before));
            }
        }
    }
}
