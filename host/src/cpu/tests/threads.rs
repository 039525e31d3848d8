//! Tests that any number of threads, and a processor without vectors, give the same bits.

use crate::tests::in_both_precisions;

in_both_precisions! {
    panels_have_the_same_bits_on_any_number_of_threads
    panels_have_the_same_bits_without_vectors
}

mod cases {
    use crate::Scalar;
    use crate::SparseMatrix;
    use crate::cpu::vectors::without;
    use crate::cpu::{DenseOperator, HostSpace, SparseOperator};
    use crate::memory_space::MemorySpace;
    use crate::recycling::Recycled;
    use crate::tests::divergence::cases::every_divergence;
    use crate::tests::steps::cases::every_step;
    use crate::tests::*;
    use lowrank_core::LinearOperator;
    use lowrank_core::panel::{NonNegativePanel, Panel};
    use lowrank_core::penalty::Penalty;
    use rayon::ThreadPoolBuilder;

    fn every_verb<T: Scalar>(l: usize) -> Vec<DenseMatrix<T>> {
        let (m, n) = (5000, 260);
        let dense = positive::<T>(m, n, 41);
        let offsets = (0..=m).map(|i| i * 3).collect();
        let columns = (0..m).flat_map(|i| [0, 2, 4].map(|c| ((i % 250) + c) as u32));
        let values = positive::<T>(3 * m, 1, 42).as_slice().to_vec();
        let sparse = SparseMatrix::new(offsets, columns.collect(), values, n).unwrap();
        let dense = DenseOperator::new(&dense).unwrap();
        let sparse = SparseOperator::new(&sparse, None);
        let (tall, wide) = (positive::<T>(m, l, 43), positive::<T>(n, l, 44));
        let empty = zeros::<T>(l, l);
        let mut found = Vec::new();
        let products = on_panels::<T, HostSpace, _>(&wide, &tall, &empty, |x, y, g| {
            sparse.apply(x, y).unwrap();
            dense.apply_transpose(y, x).unwrap();
            dense.apply(x, y).unwrap();
            sparse.apply_transpose(y, x).unwrap();
            y.gram(g).unwrap();
        });
        found.extend([products.x, products.y, products.small]);
        let mut buffers = [n, m, n].map(|rows| Recycled::<T>::unset(rows * l));
        buffers.iter_mut().for_each(|buffer| buffer.fill(T::ONE));
        let [x, across, y] = &mut buffers;
        let mut x = HostSpace::panel(x, n, l).unwrap();
        let mut across = HostSpace::panel(across, m, l).unwrap();
        let mut y = HostSpace::panel(y, n, l).unwrap();
        HostSpace::load(&mut x, &wide).unwrap();
        sparse.apply_column_gram(&x, &mut across, &mut y).unwrap();
        y.combine([T::ONE, T::from_f64(3.0), -T::ONE], &x, &x)
            .unwrap();
        found.push(HostSpace::entries(&y).unwrap());
        sparse.replace_by_column_gram(&mut x, &mut across).unwrap();
        found.push(HostSpace::entries(&x).unwrap());
        let steps = on_panels::<T, HostSpace, _>(&tall, &tall, &empty, |x, y, g| {
            y.gram(g).unwrap();
            x.multiplicative_update(y, g, Penalty::default()).unwrap();
            x.normalize().unwrap();
            y.fill_random(&RandomEntries::new(Distribution::Gaussian, 45))
                .unwrap();
            y.thin_qr(g).unwrap();
            let mut norms = vec![T::ZERO; 3 * l];
            let (distances, parts) = norms.split_at_mut(l);
            x.distances(&vec![T::ONE; l], y, distances).unwrap();
            let (up, down) = parts.split_at_mut(l);
            y.part_norms(up, down).unwrap();
            norms.push(x.inner_product(y).unwrap());
            norms
        });
        found.extend([steps.x, steps.y, steps.small]);
        found.push(DenseMatrix::new(steps.value, 3 * l + 1, 1).unwrap());
        found.extend(every_divergence::<T>(l));
        found.extend(every_step::<T>(l));
        found
    }

    pub(super) fn panels_have_the_same_bits_on_any_number_of_threads<T: Scalar>() {
        // The last one is wide enough for both products in one pass.
        for l in [1, 5, 16, 33, 110] {
            let runs = [1, 2, 3].map(|threads| {
                let pool = ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                pool.install(|| every_verb::<T>(l))
            });
            for run in &runs[1..] {
                for (found, expected) in run.iter().zip(&runs[0]) {
                    assert_same_bits(found, expected);
                }
            }
        }
    }

    /// The sweeps of a factor of few rows and of many.
    fn sweeps<T: Scalar>(l: usize) -> DenseMatrix<T> {
        let (x, n) = (positive::<T>(77, l, 46), positive::<T>(77, l, 47));
        let gram = DenseMatrix::from_fn(l, l, |i, j| {
            T::from_f64(if i == j { 9.0 + i as f64 } else { 0.5 })
        });
        on_panels::<T, HostSpace, _>(&x, &n, &gram, |x, n, gram| {
            let (l1, l2) = (T::from_f64(0.1), T::from_f64(0.2));
            x.hals_update(n, gram, 3, Penalty { l1, l2 }).unwrap();
        })
        .x
    }

    pub(super) fn panels_have_the_same_bits_without_vectors<T: Scalar>() {
        for l in [1, 2, 3, 4, 5, 7, 11, 12, 13, 16, 23, 33] {
            let all = || {
                let mut found = every_verb::<T>(l);
                found.push(sweeps::<T>(l));
                found
            };
            let (found, expected) = (without::vectors(all), all());
            for (found, expected) in found.iter().zip(&expected) {
                assert_same_bits(found, expected);
            }
        }
    }
}
