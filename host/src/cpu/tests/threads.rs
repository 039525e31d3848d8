//! Tests that any number of threads gives the same bits.

use crate::tests::in_both_precisions;

in_both_precisions! {
    panels_have_the_same_bits_on_any_number_of_threads
}

mod cases {
    use crate::Scalar;
    use crate::SparseMatrix;
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
        let mut buffers = [n, m, n].map(|rows| Recycled::<T>::zeros(rows * l));
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
}
