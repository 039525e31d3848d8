//! Frequent Directions: the bound, the rank-k error, merging, centering, and what is refused.

use lowrank_core::sketch::{FrequentDirections, SketchState, SketchView, Summary, buffer_len};
use lowrank_core::{Error, Real};
use lowrank_validate::Matrix;
use lowrank_validate::run::small_svd;
use proptest::prelude::*;

/// A sketch of all rows, its buffer being leaked: a test ends soon.
fn sketch<T: Real>(a: &Matrix<T>, l: usize, is_centered: bool) -> FrequentDirections<'static, T> {
    let buffer = vec![T::ONE; buffer_len(a.ncols, l)].leak();
    let mut sketch = match is_centered {
        true => FrequentDirections::centered(buffer, a.ncols, l).unwrap(),
        false => FrequentDirections::new(buffer, a.ncols, l).unwrap(),
    };
    for i in 0..a.nrows {
        sketch.push(&row(a, i)).unwrap();
    }
    sketch
}

fn row<T: Real>(a: &Matrix<T>, i: usize) -> Vec<T> {
    (0..a.ncols).map(|j| a.at(i, j)).collect()
}

/// A with its means taken off, in f64.
fn centered<T: Real>(a: &Matrix<T>) -> Matrix<f64> {
    let a = a.to_f64(0);
    let mean = |j: usize| a.column(j).iter().sum::<f64>() / a.nrows as f64;
    let means: Vec<f64> = (0..a.ncols).map(mean).collect();
    Matrix::from_fn(a.nrows, a.ncols, |i, j| a.at(i, j) - means[j])
}

/// The eigenvalues of A^T A - B^T B that are largest and smallest, by an SVD of the matrix with its norm added.
fn difference<T: Real>(a: &Matrix<f64>, sketch: &FrequentDirections<'_, T>) -> (f64, f64) {
    let d = a.ncols;
    let rows = sketch.summary().rows;
    let b = Matrix::from_fn(rows.len() / d, d, |i, j| rows[i * d + j].to_f64());
    let difference = a.transpose_times(a).minus(&b.transpose_times(&b));
    let norm = difference.one_norm();
    let shifted = Matrix::from_fn(d, d, |i, j| {
        difference.at(i, j) + if i == j { 2.0 * norm } else { 0.0 }
    });
    let s = small_svd(&shifted).unwrap().s;
    (s[0] - 2.0 * norm, s[d - 1] - 2.0 * norm)
}

/// Rank r and noise, of columns with means.
fn rows() -> impl Strategy<Value = Matrix<f64>> {
    (1..120usize, 1..24usize, 1..5usize, 0..3usize, any::<u64>()).prop_map(
        |(m, d, r, noise, seed)| {
            let w = Matrix::<f64>::gaussian(m, r, seed);
            let h = Matrix::<f64>::gaussian(r, d, seed ^ 1);
            let rest = Matrix::<f64>::gaussian(m, d, seed ^ 2);
            let low = w.times(&h);
            let share = [0.0, 0.05, 1.0][noise];
            Matrix::from_fn(m, d, |i, j| low.at(i, j) + share * rest.at(i, j) + j as f64)
        },
    )
}

fn holds<T: Real>(a: &Matrix<T>, l: usize, is_centered: bool) {
    let exact = if is_centered {
        centered(a)
    } else {
        a.to_f64(0)
    };
    let found = sketch(a, l, is_centered);
    let squares = exact.frobenius().powi(2);
    // Rounding of the sums that make the test and the means.
    let rounding =
        8.0 * (a.nrows + a.ncols) as f64 * T::EPSILON.to_f64() * a.to_f64(0).frobenius().powi(2);
    let (most, least) = difference(&exact, &found);
    let bound = found.bound().to_f64();
    assert!(most <= bound + rounding, "{most} {bound}");
    // B^T B never exceeds A^T A.
    assert!(least >= -bound.min(rounding) - rounding, "{least}");
    assert!(
        (found.squares().to_f64() - squares).abs() <= rounding,
        "{squares}"
    );
    assert_eq!(found.count(), a.nrows as u64);
    // The theorem: for k < l, at most ||A - A_k||_F^2 / (l - k).
    let s = small_svd(&exact).unwrap().s;
    for k in 0..l.min(s.len()) {
        let tail: f64 = s[k..].iter().map(|s| s * s).sum();
        let limit = tail / (l - k) as f64;
        assert!(
            bound <= limit * (1.0 + 1e-3) + a.nrows as f64 * rounding,
            "{k}: {bound} {limit}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_bound_holds_and_is_that_of_the_theorem(a in rows(), l in 1..9usize, is_centered: bool) {
        holds(&a, l, is_centered);
        holds(&a.map(|x| x as f32), l, is_centered);
    }

    #[test]
    fn parts_that_are_merged_have_the_bounds_of_all(a in rows(), l in 2..7usize, is_centered: bool) {
        let cut = a.nrows / 3;
        let part = |from: usize, to: usize| Matrix::from_fn(to - from, a.ncols, |i, j| a.at(from + i, j));
        let mut merged = sketch(&part(0, cut), l, is_centered);
        let other = sketch(&part(cut, a.nrows), l, is_centered);
        merged.merge(&other.summary()).unwrap();
        let exact = if is_centered { centered(&a) } else { a.clone() };
        let whole = a.frobenius().powi(2);
        let rounding = 8.0 * (a.nrows + a.ncols) as f64 * f64::EPSILON * whole;
        let (most, least) = difference(&exact, &merged);
        prop_assert!(most <= merged.bound() + rounding, "{most} {}", merged.bound());
        prop_assert!(least >= -2.0 * rounding, "{least}");
        prop_assert_eq!(merged.count(), a.nrows as u64);
        let squares = exact.frobenius().powi(2);
        prop_assert!((merged.squares() - squares).abs() <= rounding, "{} {squares}", merged.squares());
        for (j, mean) in merged.means().iter().enumerate() {
            let expected = a.column(j).iter().sum::<f64>() / a.nrows as f64;
            let expected = if is_centered { expected } else { 0.0 };
            prop_assert!((mean - expected).abs() < 1e-10 * (1.0 + a.frobenius()));
        }
    }
}

/// Four axes of 64 numbers in noise, as the shares of a machine's vibration are.
fn frames(m: usize) -> Matrix<f32> {
    let w = Matrix::<f64>::gaussian(m, 4, 11);
    let axes = Matrix::<f64>::gaussian(64, 4, 12);
    let (q, _) = lowrank_validate::run::qr(&axes).unwrap();
    let noise = Matrix::<f64>::gaussian(m, 64, 13);
    let low = w
        .scale_columns(&[10.0, 6.0, 4.0, 3.0])
        .times(&q.transposed());
    Matrix::from_fn(m, 64, |i, j| (low.at(i, j) + noise.at(i, j)) as f32)
}

/// ||A - A V V^T||_F over the smallest error of rank four.
fn excess(a: &Matrix<f64>, sketch: &mut FrequentDirections<'_, f32>) -> f64 {
    let found = sketch.components(4).unwrap();
    let axes: Vec<Vec<f64>> = (0..4)
        .map(|j| found.axis(j).map(f64::from).collect())
        .collect();
    let v = Matrix::from_fn(64, 4, |i, j| axes[j][i]);
    let p = a.times(&v);
    let left = a.frobenius().powi(2) - p.frobenius().powi(2);
    let s = small_svd(&a.transpose_times(a)).unwrap().s;
    let best: f64 = s[4..].iter().sum();
    (left / best).sqrt()
}

#[test]
fn twice_the_rank_finds_the_axes_of_sixty_four_columns_also_in_four_parts() {
    let a = frames(20_000);
    let exact = a.to_f64(0);
    for (l, most) in [(6, 1.1), (8, 1.0001), (12, 1.0001)] {
        let mut whole = sketch(&a, l, false);
        let of_whole = excess(&exact, &mut whole);
        let part = |p: usize| Matrix::from_fn(5000, 64, |i, j| a.at(5000 * p + i, j));
        let mut merged = sketch(&part(0), l, false);
        for p in 1..4 {
            merged.merge(&sketch(&part(p), l, false).summary()).unwrap();
        }
        let of_merged = excess(&exact, &mut merged);
        let bound = whole.bound() / whole.squares();
        let bytes = size_of::<f32>() * 2 * l * 64;
        // The table of docs/firmware.md.
        println!(
            "l = {l}, {bytes} bytes: whole {of_whole:.5}, merged {of_merged:.5}, bound {bound:.3}"
        );
        for excess in [of_whole, of_merged] {
            assert!((1.0 - 1e-6..most).contains(&excess), "{l}: {excess}");
        }
        // ||A||_F^2 / (l + 1) at most, of which four axes are most.
        assert!(l < 8 || bound < 0.08, "{l}: {bound}");
    }
}

#[test]
fn a_device_learns_what_is_normal_and_goes_on() {
    let a = frames(600);
    let shifted = Matrix::from_fn(600, 64, |i, j| a.at(i, j) + 5.0);
    let mut sketch = sketch(&shifted, 8, true);
    let mut scores = [0.0; 4];
    let normal = sketch.pca(4).unwrap();
    let mut most: f32 = 0.0;
    for i in 0..600 {
        let residual = normal.project(&row(&shifted, i), &mut scores).unwrap();
        most = most.max(residual);
    }
    let mut odd = row(&shifted, 0);
    for x in odd.iter_mut().step_by(2) {
        *x += 4.0;
    }
    let unusual = normal.project(&odd, &mut scores).unwrap();
    assert!(unusual > most && most < 13.0, "{unusual} {most}");
    let before = sketch.bound();
    for i in 0..40 {
        sketch.push(&row(&shifted, i)).unwrap();
    }
    assert!(sketch.bound() > before);
    assert_eq!(sketch.count(), 640);
}

#[test]
fn nothing_is_lost_while_all_rows_have_room() {
    let a = Matrix::<f64>::gaussian(8, 5, 3);
    let mut found = sketch(&a, 4, false);
    assert_eq!(found.bound(), 0.0);
    let s = small_svd(&a).unwrap().s;
    let components = found.components(5).unwrap();
    for (x, y) in components.singular_values().iter().zip(&s) {
        assert!((x - y).abs() < 1e-12, "{x} {y}");
    }
    let (rank, limit) = (6, 5);
    assert_eq!(
        found.components(6).map(drop),
        Err(Error::Rank { rank, limit })
    );
    assert_eq!(
        found.components(0).map(drop),
        Err(Error::Rank { rank: 0, limit })
    );
}

#[test]
fn a_rotation_counts_in_the_bound() {
    let a = frames(10);
    let mut found = sketch(&a, 8, false);
    assert_eq!(found.bound(), 0.0);
    let largest = found.components(4).unwrap().singular_values()[0];
    let of_one = 10.0 * f32::EPSILON * largest * largest;
    let bound = found.bound();
    assert!((0.999 * of_one..1.001 * of_one).contains(&bound), "{bound}");
    // B^T B is that of the rows, within the bound.
    for rounds in 2..50 {
        found.pca(4).unwrap();
        let bound = f64::from(found.bound());
        assert!(bound > 0.99 * rounds as f64 * f64::from(of_one));
        let (most, least) = difference(&a.to_f64(0), &found);
        assert!(most <= bound && least >= -bound, "{most} {least} {bound}");
    }
}

#[test]
fn sums_of_many_rows_go_on() {
    // 2^25 rows of length one have been here.
    let mut buffer = [0.0f32; buffer_len(2, 1)];
    let many = 1u64 << 25;
    let state = SketchState {
        count: many,
        squares: many as f32,
        bound: many as f32,
        ..FrequentDirections::<f32>::new(&mut buffer, 2, 1)
            .unwrap()
            .state()
    };
    let mut sketch = FrequentDirections::resume(&mut buffer, &state).unwrap();
    for i in 0..1000 {
        sketch.push(&[(i % 2) as f32, (1 - i % 2) as f32]).unwrap();
    }
    assert_eq!(sketch.count(), many + 1000);
    assert_eq!(sketch.squares(), (many + 1000) as f32);
    // Each time that two rows are there, the smaller square is subtracted from both.
    assert!(sketch.bound() >= (many + 499) as f32, "{}", sketch.bound());
}

#[test]
fn rows_are_counted_and_sent_beyond_four_thousand_million() {
    let mut buffer = [0.0f32; buffer_len(2, 1)];
    let mut other = buffer;
    for count in [(1 << 32) - 1, (1 << 40) + 7, (1 << 63) - 2] {
        let empty = FrequentDirections::<f32>::centered(&mut buffer, 2, 1).unwrap();
        let state = SketchState {
            count,
            ..empty.state()
        };
        let mut sketch = FrequentDirections::resume(&mut buffer, &state).unwrap();
        sketch.push(&[3.0, 4.0]).unwrap();
        assert_eq!(sketch.count(), count + 1);
        let mut bytes = vec![0; sketch.bytes_len()];
        sketch.write_bytes(&mut bytes).unwrap();
        let sent = SketchView::parse(&bytes).unwrap();
        assert_eq!((sent.count, sent.is_centered), (count + 1, true));
        // A row is one of many: its share of the means is 1 / count.
        let share = 1.0 / (count + 1) as f32;
        assert_eq!(sketch.means(), [3.0 * share, 4.0 * share]);
    }
    // None is counted twice, and none is forgotten: the last row there can be is refused.
    let last = (1 << 63) - 1;
    let empty = FrequentDirections::<f32>::new(&mut buffer, 2, 1).unwrap();
    let state = SketchState {
        count: last,
        ..empty.state()
    };
    let mut sketch = FrequentDirections::resume(&mut buffer, &state).unwrap();
    assert_eq!(sketch.push(&[1.0, 0.0]), Err(Error::Overflow));
    let mut one = FrequentDirections::new(&mut other, 2, 1).unwrap();
    one.push(&[1.0, 0.0]).unwrap();
    assert_eq!(one.merge(&sketch.summary()), Err(Error::Overflow));
    assert_eq!((one.count(), one.squares()), (1, 1.0));
    let count = last + 1;
    let state = SketchState { count, ..state };
    let found = FrequentDirections::resume(&mut buffer, &state).map(drop);
    assert_eq!(found, Err(Error::Setting { name: "count" }));
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut buffer = vec![0.0f32; buffer_len(3, 2)];
    let mut other = buffer.clone();
    let mut create = |d, l| FrequentDirections::<f32>::new(&mut buffer, d, l).map(drop);
    assert_eq!(create(0, 2), Err(Error::Empty));
    let (rank, limit) = (0, 3);
    assert_eq!(create(3, 0), Err(Error::Rank { rank, limit }));
    let (needed, found) = (buffer_len(3, 3), buffer_len(3, 2));
    assert_eq!(create(3, 3), Err(Error::BufferTooSmall { needed, found }));
    assert!(create(usize::MAX, usize::MAX).is_err());

    let mut sketch = FrequentDirections::centered(&mut buffer, 3, 2).unwrap();
    let (rank, limit) = (1, 0);
    assert_eq!(sketch.pca(1).map(drop), Err(Error::Rank { rank, limit }));
    for i in 0..9 {
        sketch
            .push(&[i as f32, 1.0, -0.5 * (i * i) as f32])
            .unwrap();
    }
    let content = |sketch: &FrequentDirections<'_, f32>| {
        let found = sketch.summary();
        (
            found.rows.to_vec(),
            found.means.to_vec(),
            found.count,
            found.squares,
            found.bound,
        )
    };
    let before = content(&sketch);
    let (expected, found) = ((1, 3), (1, 2));
    assert_eq!(
        sketch.push(&[1.0; 2]),
        Err(Error::Shape { expected, found })
    );
    let (row, column) = (9, 1);
    assert_eq!(
        sketch.push(&[1.0, f32::NAN, 1.0]),
        Err(Error::NonFinite { row, column })
    );
    assert_eq!(sketch.push(&[f32::MAX; 3]), Err(Error::Overflow));
    let good = Summary {
        rows: &[1.0; 6],
        means: &[0.0; 3],
        is_centered: true,
        count: 4,
        squares: 6.0,
        bound: 0.5,
    };
    let broken = [
        Summary {
            rows: &[1.0; 5],
            ..good
        },
        Summary {
            means: &[0.0; 2],
            ..good
        },
        Summary {
            is_centered: false,
            ..good
        },
        Summary {
            bound: -1.0,
            ..good
        },
        Summary {
            bound: f32::NAN,
            ..good
        },
        Summary {
            squares: f32::INFINITY,
            ..good
        },
        Summary {
            rows: &[f32::NAN; 3],
            ..good
        },
        // Rows that nobody has counted.
        Summary { count: 0, ..good },
        Summary {
            count: 0,
            rows: &[],
            squares: 0.0,
            ..good
        },
        Summary {
            means: &[f32::INFINITY; 3],
            ..good
        },
    ];
    for other in &broken {
        assert!(sketch.merge(other).is_err(), "{other:?}");
    }
    assert_eq!(content(&sketch), before);
    sketch.merge(&good).unwrap();
    assert_eq!(sketch.count(), 13);
    // One that has seen nothing has nothing to say.
    let before = content(&sketch);
    let nothing = Summary {
        rows: &[0.0; 3],
        count: 0,
        squares: 0.0,
        bound: 0.0,
        ..good
    };
    sketch.merge(&nothing).unwrap();
    assert_eq!(content(&sketch), before);
    // Means that were not subtracted from anything.
    let mut uncentered = FrequentDirections::new(&mut other, 3, 2).unwrap();
    let odd = Summary {
        means: &[0.0, 1.0, 0.0],
        is_centered: false,
        ..good
    };
    assert_eq!(
        uncentered.merge(&odd),
        Err(Error::Setting { name: "means" })
    );
}
