//! Views, the operations of panels and the products of operators against plain loops, on integers:
//! their sums are exact, and so must the results be.

use lowrank_core::dense::jacobi_svd::scratch_len;
use lowrank_core::divergence::{BetaDivergence, MultiplicativeStep};
use lowrank_core::nmf::NmfFactors;
use lowrank_core::operator::{EntryStats, EntrywiseOperator, Transposed};
use lowrank_core::panel::{NonNegativePanel, Panel};
use lowrank_core::penalty::Penalty;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::sparse::CsrBuffer;
use lowrank_core::summation::CompensatedSum;
use lowrank_core::svd::SvdFactors;
use lowrank_core::workspace::{SmallScratch, small_scratch_len, workspace_len};
use lowrank_core::{
    CsrRef, Error, FixedNmf, FixedSvd, FixedWorkspace, LinearOperator, MatMut, MatRef, Real,
    Workspace,
};
use lowrank_validate::Matrix;

/// Returns integers from -9 to 9, different ones for each seed.
fn whole(nrows: usize, ncols: usize, seed: u64) -> Matrix<f64> {
    let random = RandomEntries::new(Distribution::Uniform, seed);
    Matrix::from_fn(nrows, ncols, |i, j| (5.0 * random.at::<f64>(i, j)).round())
}

/// Returns a panel of NaN, to be overwritten.
fn dirty(nrows: usize, ncols: usize) -> Matrix<f64> {
    Matrix::from_fn(nrows, ncols, |_, _| f64::NAN)
}

fn places(nrows: usize, ncols: usize) -> Matrix<f64> {
    Matrix::from_fn(nrows, ncols, |i, j| (10 * i + j + 1) as f64)
}

#[test]
fn a_view_is_what_its_shape_says() {
    let a = places(3, 4);
    let mut copy = a.clone();
    let view = a.view();
    let changing = copy.view_mut();
    assert_eq!((view.nrows(), view.ncols()), (3, 4));
    assert_eq!((changing.nrows(), changing.ncols()), (3, 4));
    assert_eq!(view.as_slice(), &a.entries[..]);
    assert_eq!(changing.as_slice(), &a.entries[..]);
    for j in 0..4 {
        let exact = [1, 11, 21].map(|x| (x + j) as f64);
        assert_eq!(view.column(j), exact);
        assert_eq!(changing.column(j), exact);
        for (i, x) in exact.iter().enumerate() {
            assert_eq!(
                (view.get(i, j).unwrap(), changing.get(i, j).unwrap()),
                (*x, *x)
            );
        }
    }
    assert!(view.columns().eq([0, 1, 2, 3].map(|j| a.column(j))));
    assert!(changing.columns().eq([0, 1, 2, 3].map(|j| a.column(j))));
    for (i, j) in [(3, 0), (0, 4), (usize::MAX, 0), (0, usize::MAX)] {
        assert_eq!((view.get(i, j), changing.get(i, j)), (None, None));
    }
    assert_eq!((view.column(4).len(), changing.column(4).len()), (0, 0));
    let first = view.first_columns(2);
    assert_eq!((first.nrows(), first.ncols()), (3, 2));
    assert_eq!(first.as_slice(), &a.entries[..6]);
    assert_eq!(view.first_columns(9).ncols(), 4);
}

#[test]
fn a_view_needs_as_many_scalars_as_its_shape_has() {
    let mut buffer = [1.0f32; 7];
    let short = |needed| Some(Error::BufferTooSmall { needed, found: 7 });
    for (m, n, needed) in [
        (2, 4, 8),
        (8, 1, 8),
        (usize::MAX, 2, usize::MAX),
        (2, usize::MAX, usize::MAX),
    ] {
        assert_eq!(MatRef::new(&buffer, m, n).err(), short(needed));
        assert_eq!(MatMut::new(&mut buffer, m, n).err(), short(needed));
    }
    assert_eq!(MatRef::new(&buffer, 3, 2).unwrap().as_slice().len(), 6);
    assert_eq!(MatMut::new(&mut buffer, 7, 1).unwrap().as_slice().len(), 7);
    assert_eq!(MatMut::new(&mut buffer, usize::MAX, 0).unwrap().ncols(), 0);
}

#[test]
fn a_view_changes_its_shape_within_its_buffer() {
    let mut buffer = [0.0f64; 12];
    let mut a = MatMut::new(&mut buffer, 3, 2).unwrap();
    a.set_ncols(4).unwrap();
    assert_eq!((a.nrows(), a.ncols(), a.as_slice().len()), (3, 4, 12));
    let error = Err(Error::BufferTooSmall {
        needed: 15,
        found: 12,
    });
    assert_eq!(a.set_ncols(5), error);
    assert_eq!(a.reshape(5, 3), error);
    assert_eq!((a.nrows(), a.ncols()), (3, 4));
    a.reshape(2, 5).unwrap();
    a.fill(1.5);
    assert_eq!((a.nrows(), a.ncols()), (2, 5));
    let lent = a.as_mut();
    assert_eq!((lent.nrows(), lent.ncols()), (2, 5));
    assert_eq!((a.as_ref().nrows(), a.as_ref().ncols()), (2, 5));
    assert_eq!(a.as_mut_slice(), [1.5; 10]);
    assert_eq!(buffer[10..], [0.0; 2]);
}

#[test]
fn columns_are_lent_one_after_another_and_in_pairs() {
    let (a, mut copy) = (places(3, 4), places(3, 4));
    let mut view = copy.view_mut();
    for (p, q) in [(0, 1), (0, 3), (2, 3)] {
        let (x, y) = view.column_pair_mut(p, q);
        assert_eq!((&*x, &*y), (a.column(p), a.column(q)));
    }
    assert!(view.column_pair_mut(1, 4).1.is_empty());
    for j in 0..5 {
        let (left, right) = view.split_columns_mut(j);
        let found: Vec<&mut [f64]> = left.chain(right).collect();
        assert!(found.iter().map(|x| &**x).eq((0..4).map(|j| a.column(j))));
        let (left, right) = view.split_columns_mut(j);
        assert_eq!((left.count(), right.count()), (j, 4 - j));
    }
    let mut columns = view.columns_mut();
    assert_eq!(columns.lend().count(), 4);
    assert_eq!(columns.next().unwrap(), a.column(0));
    assert_eq!(columns.lend().next().unwrap(), a.column(1));
    assert_eq!(columns.last_column(), a.column(3));
    view.column_mut(2)[1] = -1.0;
    assert_eq!(view.get(1, 2).unwrap(), -1.0);
    assert!(view.column_mut(4).is_empty());
}

#[test]
fn entries_are_copied_between_equal_shapes_alone() {
    let a = places(3, 4);
    let mut copy = dirty(3, 4);
    copy.view_mut().copy_from(a.view()).unwrap();
    assert_eq!(copy, a);
    let error = Error::Shape {
        expected: (4, 3),
        found: (3, 4),
    };
    let mut other = dirty(4, 3);
    assert_eq!(other.view_mut().copy_from(a.view()), Err(error));
    assert!(other.entries.iter().all(|x| x.is_nan()));
}

#[test]
fn the_verbs_of_a_panel_are_their_sums() {
    // 37 rows: the denominators of an update are summed up 16 at a time.
    for (m, l) in [(1, 1), (5, 3), (16, 2), (37, 6)] {
        let (mut x, mut y, mut s) = (whole(m, l, 1), whole(m, l, 2), whole(l, l, 3));
        let (exact_x, exact_y) = (x.clone(), y.clone());
        let (mut gram, mut product) = (dirty(l, l), dirty(m, l));
        let mut narrow = dirty(m, l - 1);
        let (mut norms, mut up, mut down) =
            (vec![f64::NAN; l], vec![f64::NAN; l], vec![f64::NAN; l]);
        let factors: Vec<f64> = whole(l, 1, 4).entries;
        {
            let (x, y, s) = (x.view_mut(), y.view_mut(), s.view_mut());
            x.gram(&mut gram.view_mut()).unwrap();
            x.mul_small(&s, &mut product.view_mut()).unwrap();
            x.mul_small(&s, &mut narrow.view_mut()).unwrap();
            x.distances(&factors, &y, &mut norms).unwrap();
            x.part_norms(&mut up, &mut down).unwrap();
            let inner: f64 = exact_x
                .entries
                .iter()
                .zip(&exact_y.entries)
                .map(|(x, y)| x * y)
                .sum();
            assert_eq!(x.inner_product(&y), Ok(inner));
        }
        assert_eq!((&x, &y), (&exact_x, &exact_y));
        assert_eq!(gram, x.transpose_times(&x));
        assert_eq!(product, x.times(&s));
        assert_eq!(narrow.entries[..], product.entries[..m * (l - 1)]);
        for j in 0..l {
            let (x, y) = (x.column(j), y.column(j));
            let length = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>().sqrt();
            let rest = &mut x.iter().zip(y).map(|(x, y)| x - factors[j] * y);
            assert_eq!(norms[j], length(rest));
            assert_eq!(up[j], length(&mut x.iter().map(|x| x.max(0.0))));
            assert_eq!(down[j], length(&mut x.iter().map(|x| x.min(0.0))));
        }
        product.clone_from(&exact_y);
        product.view_mut().axpby(1.0, &x.view_mut(), 2.0).unwrap();
        let sums = exact_y.entries.iter().zip(&exact_x.entries);
        assert!(
            product
                .entries
                .iter()
                .eq(sums.map(|(y, x)| 2.0 * y + x).collect::<Vec<_>>().iter())
        );
        x.view_mut().scale(-0.5).unwrap();
        assert_eq!(x, exact_x.map(|x| -0.5 * x));
        Panel::fill(&mut x.view_mut(), 3.0).unwrap();
        assert!(x.entries.iter().all(|x| *x == 3.0));
    }
}

#[test]
fn panels_of_other_shapes_are_refused() {
    let mut panels = [
        whole(4, 2, 1),
        whole(4, 3, 2),
        whole(3, 2, 3),
        whole(2, 2, 4),
    ];
    let [x, wider, shorter, s] = &mut panels;
    let (mut x, mut s) = (x.view_mut(), s.view_mut());
    for other in [wider, shorter] {
        let found = (other.nrows, other.ncols);
        let mut other = other.view_mut();
        let error = Error::Shape {
            expected: (4, 2),
            found,
        };
        assert_eq!(x.inner_product(&other), Err(error));
        assert_eq!(x.distances(&[], &other, &mut []), Err(error));
        assert_eq!(x.axpby(1.0, &other, 1.0), Err(error));
        assert_eq!(
            x.multiplicative_update(&mut other, &s, Penalty::default()),
            Err(error)
        );
        assert!(x.mul_small(&s, &mut other).is_err());
    }
    let mut small = [0.0; 9];
    let mut three = MatMut::new(&mut small, 3, 3).unwrap();
    let mut y = whole(4, 2, 5);
    let mut y = y.view_mut();
    assert!(
        x.multiplicative_update(&mut y, &three, Penalty::default())
            .is_err()
    );
    assert!(x.mul_small(&three, &mut y).is_err());
    // A small matrix takes the shape that it is given, and gives what is asked for.
    x.gram(&mut three).unwrap();
    assert_eq!((three.nrows(), three.ncols()), (2, 2));
    let error = Error::BufferTooSmall {
        needed: 16,
        found: 9,
    };
    let mut four = whole(5, 4, 1);
    assert_eq!(four.view_mut().gram(&mut three), Err(error));
    MatMut::write_small(places(3, 2).view(), &mut three).unwrap();
    assert_eq!((three.nrows(), three.ncols()), (3, 2));
    let mut out = dirty(2, 2);
    MatMut::read_small(&three, out.view_mut()).unwrap();
    assert_eq!(out, places(2, 2));
    assert_eq!(Panel::set_ncols(&mut s, 1), Ok(()));
    assert_eq!((Panel::nrows(&s), Panel::ncols(&s)), (2, 1));
    assert!(Panel::set_ncols(&mut s, 3).is_err());
}

#[test]
fn an_update_multiplies_by_the_quotient() {
    for (m, l) in [(5, 3), (37, 4)] {
        let magnitudes = |seed| whole(m, l, seed).map(|x| x.abs() + 1.0);
        let (mut x, mut n) = (magnitudes(1), magnitudes(2));
        let mut g = whole(l, l, 3).map(f64::abs);
        for i in 0..l {
            // A column of zeros in G has the smallest denominator instead.
            g.entries[i] = 0.0;
        }
        let (before, numerator) = (x.clone(), n.clone());
        let product = before.times(&g);
        x.view_mut()
            .multiplicative_update(&mut n.view_mut(), &g.view_mut(), Penalty::default())
            .unwrap();
        for (at, found) in x.entries.iter().enumerate() {
            let denominator = product.entries[at].max(f64::SQUARE_ROOT_OF_MIN);
            let exact = before.entries[at] * (numerator.entries[at] / denominator);
            assert_eq!(*found, exact);
        }
    }
}

#[test]
fn a_step_from_sums_is_the_quotient_of_all_batches() {
    let (m, k) = (5, 2);
    let magnitudes = |columns, seed| whole(m, columns, seed).map(|x| x.abs() + 1.0);
    for (beta, root) in [(1.0, 1.0), (0.0, 2.0), (3.0, 2.0), (2.0, 1.0)] {
        let divergence = BetaDivergence::new(beta).unwrap();
        let step = MultiplicativeStep {
            divergence: &divergence,
            penalty: Penalty::default(),
        };
        let (mut x, mut sums) = (magnitudes(k, 1), magnitudes(2 * k, 2));
        let (before, old, mut terms) = (x.clone(), sums.clone(), magnitudes(2 * k, 3));
        x.view_mut()
            .accumulated_update(&mut sums.view_mut(), &terms.view_mut(), [0.5, 2.0], step)
            .unwrap();
        for at in 0..m * k {
            let factor = before.entries[at].powf(root);
            let p = 0.5 * old.entries[at] + 2.0 * factor * terms.entries[at];
            let d = 0.5 * old.entries[m * k + at] + 2.0 * terms.entries[m * k + at];
            assert!((sums.entries[at] / p - 1.0).abs() < 1e-14);
            assert!((sums.entries[m * k + at] / d - 1.0).abs() < 1e-14);
            let exact = (p / d).powf(1.0 / root);
            assert!((x.entries[at] / exact - 1.0).abs() < 1e-14);
        }
        // Without a denominator nothing is known.
        let (mut zeros, held) = (sums.map(|_| 0.0), x.clone());
        x.view_mut()
            .accumulated_update(
                &mut zeros.view_mut(),
                &sums.map(|_| 0.0).view_mut(),
                [1.0, 1.0],
                step,
            )
            .unwrap();
        assert_eq!(x, held);
        let error = Err(Error::Shape {
            expected: (m, 2 * k),
            found: (m, k),
        });
        let mut narrow = magnitudes(k, 4);
        assert_eq!(
            x.view_mut().accumulated_update(
                &mut narrow.view_mut(),
                &terms.view_mut(),
                [1.0; 2],
                step,
            ),
            error
        );
        assert_eq!(
            x.view_mut().accumulated_update(
                &mut sums.view_mut(),
                &narrow.view_mut(),
                [1.0; 2],
                step,
            ),
            error
        );
    }
}

#[test]
fn signs_follow_the_first_of_the_largest_entries() {
    let mut x = [
        [1.0, -4.0, 4.0],
        [-3.0, 3.0, 2.0],
        [2.0, 5.0, -1.0],
        [0.0; 3],
    ];
    let mut y = [[7.0, -8.0], [1.0, 2.0], [3.0, -3.0], [-6.0, 6.0]];
    let (mut x, mut y) = (MatMut::from(&mut x), MatMut::from(&mut y));
    x.align_signs(&mut y).unwrap();
    assert_eq!(x.column(0), [-1.0, 4.0, -4.0]);
    assert_eq!(x.column(1), [3.0, -3.0, -2.0]);
    assert_eq!(x.column(2), [2.0, 5.0, -1.0]);
    assert_eq!(y.column(0), [-7.0, 8.0]);
    assert_eq!(y.column(1), [-1.0, -2.0]);
    assert_eq!(y.column(2), [3.0, -3.0]);
    assert_eq!(y.column(3), [-6.0, 6.0]);
}

#[test]
fn entries_at_the_floor_are_filled() {
    let mut x = [[1.0, 2.0, 3.0, -1.0], [1.0, -2.0, -0.5, 0.0]];
    let mut x = MatMut::from(&mut x);
    x.keep_above(&[0.5, -2.0], 1.0, 9.0).unwrap();
    assert_eq!(x.column(0), [9.0, 9.0, 1.5, 9.0]);
    assert_eq!(x.column(1), [9.0, 4.0, 9.0, 9.0]);
}

/// The rows of a sparse matrix with an empty one, one in disorder and one with an entry twice.
const OFFSETS: [usize; 5] = [0, 3, 3, 6, 9];
const COLUMNS: [u32; 9] = [0, 2, 4, 3, 0, 4, 1, 1, 2];
const VALUES: [f64; 9] = [1.0, -2.0, 3.0, 4.0, 5.0, -6.0, 7.0, 8.0, -9.0];

fn densified() -> Matrix<f64> {
    let mut dense = Matrix::zeros(4, 5);
    for i in 0..4 {
        for at in OFFSETS[i]..OFFSETS[i + 1] {
            dense.entries[i + 4 * COLUMNS[at] as usize] += VALUES[at];
        }
    }
    dense
}

fn check_operator<A>(a: &A, dense: &Matrix<f64>)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, f64>>,
{
    let (m, n, l) = (dense.nrows, dense.ncols, 3);
    assert_eq!((a.nrows(), a.ncols()), (m, n));
    let (mut x, mut y) = (whole(n, l, 5), whole(m, l, 6));
    let (mut ax, mut aty) = (dirty(m, l), dirty(n, l));
    a.apply(&x.view_mut(), &mut ax.view_mut()).unwrap();
    a.apply_transpose(&y.view_mut(), &mut aty.view_mut())
        .unwrap();
    assert_eq!(ax, dense.times(&x));
    assert_eq!(aty, dense.transpose_times(&y));
    for e in [0, 3, -1] {
        let rest = dense.scaled(e).minus(&y.times(&x.transposed()));
        let squares: f64 = rest.entries.iter().map(|x| x * x).sum();
        let found = a.distance(e, &y.view_mut(), &x.view_mut()).unwrap();
        assert_eq!(found, squares.sqrt());
    }
    // Either operand may be of the wrong shape.
    let mut narrow = dirty(m, l - 1);
    assert!(a.apply(&x.view_mut(), &mut narrow.view_mut()).is_err());
    assert!(
        a.apply_transpose(&narrow.view_mut(), &mut x.view_mut())
            .is_err()
    );
    assert!(a.distance(0, &narrow.view_mut(), &x.view_mut()).is_err());
    let (mut long, mut other) = (dirty(n + 1, l), dirty(m + 1, l));
    assert!(a.apply(&long.view_mut(), &mut y.view_mut()).is_err());
    assert!(
        a.apply_transpose(&y.view_mut(), &mut long.view_mut())
            .is_err()
    );
    assert!(a.apply(&x.view_mut(), &mut other.view_mut()).is_err());
    assert!(a.distance(0, &y.view_mut(), &long.view_mut()).is_err());
}

#[test]
fn operators_are_the_products_of_their_matrices() {
    let dense = densified();
    let sparse = CsrRef::new(&OFFSETS, &COLUMNS, &VALUES, 5).unwrap();
    let merged = whole(6, 4, 9);
    check_operator(&dense.view(), &dense);
    check_operator(&sparse, &dense);
    check_operator(&Transposed(dense.view()), &dense.transposed());
    check_operator(&Transposed(&sparse), &dense.transposed());
    check_operator(&&merged.view(), &merged);
}

#[test]
fn a_sparse_view_shows_its_slices() {
    let a = CsrRef::new(&OFFSETS, &COLUMNS, &VALUES, 5).unwrap();
    assert_eq!((a.nrows(), a.ncols(), a.nonzeros()), (4, 5, 9));
    assert_eq!(a.row_offsets(), OFFSETS);
    assert_eq!(a.columns(), COLUMNS);
    assert_eq!(a.values(), VALUES);
    let rows: Vec<(&[u32], &[f64])> = a.rows().collect();
    assert_eq!(rows.len(), 4);
    for (i, (columns, values)) in rows.into_iter().enumerate() {
        let entries = OFFSETS[i]..OFFSETS[i + 1];
        assert_eq!(columns, &COLUMNS[entries.clone()]);
        assert_eq!(values, &VALUES[entries]);
    }
}

#[test]
fn slices_that_are_no_matrix_are_refused_by_their_first_wrong_row() {
    let check = |offsets: &[usize], columns: &[u32]| {
        let values = vec![1.0f32; columns.len()];
        match CsrRef::new(offsets, columns, &values, 3) {
            Ok(_) => None,
            Err(Error::SparseStructure { row }) => Some(row),
            Err(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(check(&[0], &[]), None);
    assert_eq!(check(&[0, 0, 2], &[2, 0]), None);
    assert_eq!(check(&[1, 1, 2], &[2, 0]), Some(0));
    assert_eq!(check(&[0, 2, 1], &[2, 0]), Some(1));
    assert_eq!(check(&[0, 1, 3], &[2, 0]), Some(1));
    assert_eq!(check(&[0, 1, 2], &[2, 3]), Some(1));
    assert_eq!(check(&[0, 1, 2], &[4, 3]), Some(0));
    assert_eq!(check(&[0, 1, 1, 1], &[2, 0]), Some(2));
    assert_eq!(check(&[0], &[0]), Some(0));
    let error = CsrRef::<f32>::new(&[], &[], &[], 3).unwrap_err();
    assert_eq!(error, Error::Empty);
    let error = CsrRef::new(&[0, 1], &[0], &[1.0, 2.0], 3).unwrap_err();
    let (expected, found) = ((1, 1), (2, 1));
    assert_eq!(error, Error::Shape { expected, found });
}

#[test]
fn a_sparse_buffer_takes_entries_in_order() {
    let late = |row| Err(Error::SparseStructure { row });
    let full = |found| {
        Err(Error::BufferTooSmall {
            needed: found + 1,
            found,
        })
    };
    let mut a = CsrBuffer::<f64, 4, 5>::new(4);
    assert_eq!(a.push(0, 4, 1.0), late(0));
    a.push(0, 1, 1.0).unwrap();
    assert_eq!(a.push(0, 1, 2.0), late(0));
    assert_eq!(a.push(0, 0, 2.0), late(0));
    a.push(0, 3, 2.0).unwrap();
    a.push(2, 0, 3.0).unwrap();
    assert_eq!(a.push(0, 3, 4.0), late(0));
    assert_eq!(a.push(1, 3, 4.0), late(1));
    assert_eq!(a.push(3, 0, 4.0), full(4));
    assert_eq!(a.view(1).err(), late(1).err());
    assert_eq!(a.view(2).err(), late(2).err());
    assert_eq!(a.view(4).err(), full(4).err());
    {
        let view = a.view(3).unwrap();
        assert_eq!(view.row_offsets(), [0, 2, 2, 3]);
        assert_eq!(view.columns(), [1, 3, 0]);
        assert_eq!(view.values(), [1.0, 2.0, 3.0]);
        assert_eq!(view.ncols(), 4);
    }
    assert_eq!(a.push(2, 1, 4.0), late(2));
    a.clear();
    {
        let empty = a.view(1).unwrap();
        assert_eq!((empty.nrows(), empty.nonzeros()), (1, 0));
    }
    // The second row has begun with the view, and is empty.
    a.push(1, 0, 0.0).unwrap();
    for column in 1..4 {
        a.push(1, column, 1.0).unwrap();
    }
    a.push(2, 0, 1.0).unwrap();
    assert_eq!(a.push(2, 1, 1.0), full(5));
    assert_eq!(a.view(2).err(), late(2).err());
    assert_eq!(a.view(3).unwrap().row_offsets(), [0, 0, 4, 5]);
}

#[test]
fn a_survey_tells_norm_sum_and_signs() {
    let dense = densified();
    let entry_stats = |a: &Matrix<f64>| LinearOperator::<MatMut<'_, f64>>::entry_stats(&a.view());
    for e in [0, 40, -1060, 1010] {
        let found = entry_stats(&dense.scaled(e)).unwrap();
        assert_eq!(found.exponent, 3 + e);
        let scaled = dense.scaled(-3);
        let squares: f64 = scaled.entries.iter().map(|x| x * x).sum();
        assert_eq!(found.norm, squares.sqrt());
        assert_eq!(found.sum, scaled.entries.iter().sum::<f64>());
        // The first in the order of columns: row 0, column 2.
        assert_eq!(found.negative, Some((0, 2)));
    }
    let turned = LinearOperator::<MatMut<'_, f64>>::entry_stats(&Transposed(dense.view())).unwrap();
    assert_eq!(turned.negative, Some((2, 0)));
    assert_eq!(
        (turned.norm, turned.exponent),
        (entry_stats(&dense).unwrap().norm, 3)
    );
    let zero = entry_stats(&Matrix::zeros(2, 3)).unwrap();
    let exact = EntryStats {
        exponent: 0,
        norm: 0.0,
        sum: 0.0,
        negative: None,
        entries: 6,
        complete: true,
    };
    assert_eq!(zero, exact);
    let mut bad = dense.clone();
    bad.entries[4] = f64::NEG_INFINITY;
    bad.entries[13] = f64::NAN;
    assert_eq!(
        entry_stats(&bad),
        Err(Error::NonFinite { row: 0, column: 1 })
    );
    let turned = LinearOperator::<MatMut<'_, f64>>::entry_stats(&Transposed(bad.view()));
    assert_eq!(turned, Err(Error::NonFinite { row: 1, column: 0 }));
    let by_rows = LinearOperator::<MatMut<'_, f64>>::entry_stats(
        &CsrRef::new(&OFFSETS, &COLUMNS, &VALUES, 5).unwrap(),
    );
    assert_eq!(by_rows.unwrap().negative, Some((0, 2)));
}

#[test]
fn a_compensated_sum_keeps_what_a_plain_one_loses() {
    for terms in [[1.0, 1e100, 1.0, -1e100], [1e100, 1.0, -1e100, 1.0]] {
        let mut sum = CompensatedSum::<f64>::default();
        for x in terms {
            sum.add(x);
        }
        assert_eq!(sum.sum(), 2.0);
    }
}

#[test]
fn a_row_of_draws_is_its_entries() {
    for distribution in [
        Distribution::Uniform,
        Distribution::Sign,
        Distribution::Gaussian,
        Distribution::HalfGaussian,
    ] {
        let random = RandomEntries::new(distribution, 9);
        for row in [0, 1, 77] {
            let mut filled = [f64::NAN; 150];
            random.fill_row(row, &mut filled);
            for (column, x) in filled.iter().enumerate() {
                assert_eq!(*x, random.at::<f64>(row, column), "{distribution:?}");
            }
        }
        let mut panel = dirty(9, 5);
        panel.view_mut().fill_random(&random).unwrap();
        assert_eq!(panel, Matrix::from_fn(9, 5, |i, j| random.at(i, j)));
        let other = RandomEntries::new(distribution, 10);
        let differ = |i: usize| random.at::<f64>(i, 3) != other.at::<f64>(i, 3);
        assert!((0..20).any(differ));
    }
}

#[test]
fn signs_are_bits_the_lowest_first() {
    let random = RandomEntries::new(Distribution::Sign, 5);
    let mut negative = 0;
    for row in 0..40 {
        for column in 0..200 {
            let bit = random.signs(row, column / 64) >> (column % 64) & 1;
            let x: f64 = random.at(row, column);
            assert_eq!(x, if bit == 0 { 1.0 } else { -1.0 });
            negative += usize::from(x < 0.0);
        }
    }
    // Of 8000, five standard deviations are 224.
    assert!(negative.abs_diff(4000) < 224, "{negative}");
}

#[test]
fn no_column_or_row_of_draws_is_like_another() {
    // Correlations of 4000 draws have a standard deviation of 0.016.
    for distribution in [
        Distribution::Uniform,
        Distribution::Sign,
        Distribution::Gaussian,
    ] {
        for seed in [0, 1, u64::MAX] {
            let random = RandomEntries::new(distribution, seed);
            let correlation = |x: &dyn Fn(usize) -> f64, y: &dyn Fn(usize) -> f64| {
                (0..4000).map(|i| x(i) * y(i)).sum::<f64>() / 4000.0
            };
            for other in [1, 2, 63, 64, 65, 1000] {
                let columns = correlation(&|i| random.at(i, 0), &|i| random.at(i, other));
                let rows = correlation(&|j| random.at(0, j), &|j| random.at(other, j));
                assert!(
                    columns.abs() < 0.1 && rows.abs() < 0.1,
                    "{distribution:?}: {columns} {rows}"
                );
            }
            let other = RandomEntries::new(distribution, seed.wrapping_add(1));
            let seeds = correlation(&|i| random.at(i, 0), &|i| other.at(i, 0));
            assert!(seeds.abs() < 0.1, "{distribution:?}: {seeds}");
        }
    }
}

/// The share of 20000 draws below each decile of the distribution, whose quantiles are from tables.
fn check_deciles(distribution: Distribution, deciles: [f64; 9]) {
    let random = RandomEntries::new(distribution, 3);
    let all: Vec<f64> = (0..20_000).map(|i| random.at(i / 100, i % 100)).collect();
    for (tenth, quantile) in deciles.iter().enumerate() {
        let below = all.iter().filter(|x| *x < quantile).count() as f64 / 20_000.0;
        let off = below - (tenth + 1) as f64 / 10.0;
        // Five standard deviations.
        assert!(off.abs() < 0.018, "{distribution:?}: {off} at {quantile}");
    }
}

#[test]
fn draws_have_the_quantiles_of_their_law() {
    let normal = [
        -1.2815515655,
        -0.8416212336,
        -0.5244005127,
        -0.2533471031,
        0.0,
        0.2533471031,
        0.5244005127,
        0.8416212336,
        1.2815515655,
    ];
    check_deciles(Distribution::Gaussian, normal);
    let half = [
        0.1256613469,
        0.2533471031,
        0.3853204664,
        0.5244005127,
        0.6744897502,
        0.8416212336,
        1.0364333895,
        1.2815515655,
        1.6448536270,
    ];
    check_deciles(Distribution::HalfGaussian, half);
    let root = 3f64.sqrt();
    check_deciles(
        Distribution::Uniform,
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map(|p| root * (2.0 * p - 1.0)),
    );
    let random = RandomEntries::new(Distribution::Uniform, 3);
    assert!((0..9999).all(|i| random.at::<f64>(i, 0).abs() < root));
}

fn check_scalars<T: Real>(fraction: i32, bias: i32) {
    let smallest = T::power_of_two(1 - bias - fraction);
    assert!(smallest > T::ZERO && smallest.scale_by_power_of_two(-1) == T::ZERO);
    assert_eq!(T::power_of_two(-bias - fraction), T::ZERO);
    assert_eq!(T::power_of_two(i32::MIN), T::ZERO);
    assert!(T::power_of_two(bias).is_finite());
    assert!(!T::power_of_two(bias + 1).is_finite() && !T::power_of_two(i32::MAX).is_finite());
    for e in [
        1 - bias - fraction,
        2 - bias - fraction,
        -bias,
        1 - bias,
        -1,
        0,
        1,
        7,
        bias,
    ] {
        let x = T::power_of_two(e);
        assert_eq!(x.to_f64(), 2f64.powi(e / 2) * 2f64.powi(e - e / 2));
        assert_eq!((x.exponent(), (-x).exponent()), (e, e));
        if e > 2 - bias - fraction {
            assert_eq!((x * T::from_f64(1.5)).exponent(), e);
        }
    }
    assert!(T::ZERO.exponent() < 1 - bias - fraction && T::from_f64(f64::NAN).exponent() > bias);
    // From one end of the range to the other, though 2^e itself is beyond it.
    assert_eq!(
        smallest.scale_by_power_of_two(2 * bias),
        T::power_of_two(bias + 1 - fraction)
    );
    assert_eq!(
        T::power_of_two(bias).scale_by_power_of_two(1 - fraction - 2 * bias),
        smallest
    );
    for e in [-5, -4, -1, 0, 1, 4, 5] {
        assert_eq!(
            T::from_f64(3.0).scale_by_power_of_two(e).to_f64(),
            3.0 * 2f64.powi(e)
        );
    }
    let (one, two, nan) = (T::ONE, T::from_f64(2.0), T::from_f64(f64::NAN));
    assert_eq!((one.larger(two), two.larger(one)), (two, two));
    assert_eq!(nan.larger(one), one);
    assert!(one.larger(nan).to_f64().is_nan());
    assert_eq!(
        T::SQUARE_ROOT_OF_MIN * T::SQUARE_ROOT_OF_MIN,
        T::power_of_two(1 - bias)
    );
    assert_eq!(T::EPSILON, T::power_of_two(-fraction));
    assert!((one + T::EPSILON) > one && one + T::EPSILON.scale_by_power_of_two(-1) == one);
    assert!(T::MAX.is_finite() && !(T::MAX + T::MAX).is_finite() && !nan.is_finite());
    assert_eq!((-two).abs(), two);
    assert_eq!(T::from_usize(9).sqrt().to_usize(), 3);
    assert_eq!((-two).to_usize(), 0);
    assert_eq!(T::unit_interval(0), T::EPSILON.scale_by_power_of_two(-1));
    assert_eq!(
        one - T::unit_interval(u64::MAX),
        T::EPSILON.scale_by_power_of_two(-1)
    );
}

#[test]
fn scalars_have_the_powers_of_their_format() {
    check_scalars::<f32>(23, 127);
    check_scalars::<f64>(52, 1023);
}

#[test]
fn buffers_are_as_long_as_told() {
    assert_eq!((scratch_len(7, 4), scratch_len(4, 7)), (24, 24));
    assert_eq!((small_scratch_len(1), small_scratch_len(4)), (10, 76));
    assert_eq!(workspace_len(7, 5, 4), 12 * 4 + 5 * 16 + 7 * 4);
    assert_eq!(workspace_len(usize::MAX, 5, 4), usize::MAX);
    for l in [1, 4] {
        let needed = small_scratch_len(l);
        let mut buffer = vec![0.0f32; needed];
        assert!(SmallScratch::in_buffer(&mut buffer, l).is_ok());
        assert!(SmallScratch::in_buffer(&mut buffer[1..], l).is_err());
    }
    let needed = workspace_len(7, 5, 4);
    let mut buffer = vec![0.0f32; needed];
    let error = Workspace::in_buffer(&mut buffer[1..], 7, 5, 4).err();
    let found = needed - 1;
    assert_eq!(error, Some(Error::BufferTooSmall { needed, found }));
    let workspace = Workspace::in_buffer(&mut buffer, 7, 5, 4).unwrap();
    check_workspace(&workspace);
    check_workspace(&FixedWorkspace::<f32, 7, 5, 4>::default().lend());
}

fn check_workspace(workspace: &Workspace<'_, MatMut<'_, f32>>) {
    let shape = |a: &MatMut<'_, f32>| (a.nrows(), a.ncols(), a.as_slice().len());
    assert_eq!(shape(&workspace.left), (7, 4, 28));
    assert_eq!(shape(&workspace.right), (5, 4, 20));
    assert_eq!(shape(&workspace.small), (4, 4, 16));
    assert_eq!(shape(&workspace.other), (4, 4, 16));
}

#[test]
fn fixed_factors_lend_their_arrays() {
    let mut factors = FixedSvd::<f32, 4, 3, 2>::default();
    let SvdFactors {
        mut u,
        singular_values,
        mut v,
        residuals,
    } = factors.lend();
    u.column_mut(1)[3] = 1.0;
    singular_values[1] = 2.0;
    v.column_mut(1)[2] = 3.0;
    residuals[1] = 4.0;
    assert_eq!((u.nrows(), u.ncols(), v.nrows(), v.ncols()), (4, 2, 3, 2));
    assert_eq!((factors.u[1][3], factors.singular_values[1]), (1.0, 2.0));
    assert_eq!((factors.v[1][2], factors.residuals[1]), (3.0, 4.0));
    let mut factors = FixedNmf::<f32, 4, 3, 2>::default();
    let NmfFactors { mut w, mut h } = factors.lend();
    w.column_mut(1)[3] = 1.0;
    h.column_mut(1)[2] = 2.0;
    assert_eq!((w.nrows(), w.ncols(), h.nrows(), h.ncols()), (4, 2, 3, 2));
    assert_eq!((factors.w[1][3], factors.h[1][2]), (1.0, 2.0));
}
