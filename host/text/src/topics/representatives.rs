//! The most typical documents of a topic.

use super::components::{Components, length};
use super::descending;
use lowrank::{Scalar, SparseMatrix};

/// A document and its share in a topic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Representative {
    /// i: its row in A.
    pub document: usize,
    /// w_ik ||h_k|| / ||a_i||, or |u_ik| s_k / ||a_i||: the part of the document that the topic describes. For an SVD
    /// this is the cosine of the angle between a_i and v_k.
    pub share: f64,
}

/// Returns the `count` documents of each component in which it has the largest share, in descending order; ties are in
/// the order of the documents.
///
/// `a`: the matrix that was fitted. Documents without a share are left out, and a component beyond the rank of A has
/// none. The share is relative to the document, not to its approximation: the model of a long document that uses one
/// word of one topic contains only that topic.
///
/// Costs m k numbers and as many comparisons.
pub fn representatives<T: Scalar>(
    components: &Components<'_, T>,
    a: &SparseMatrix<T>,
    count: usize,
) -> Vec<Vec<Representative>> {
    let lengths: Vec<f64> = (0..a.nrows()).map(|i| length(a.row(i).1)).collect();
    let of_component = |k: usize| match components.is_determined(k) {
        true => largest_shares(components, k, &lengths, count),
        false => Vec::new(),
    };
    (0..components.count()).map(of_component).collect()
}

fn largest_shares<T: Scalar>(
    components: &Components<'_, T>,
    k: usize,
    lengths: &[f64],
    count: usize,
) -> Vec<Representative> {
    let candidate = |(document, length): (usize, &f64)| {
        let share = components.part(document, k) / length;
        // An empty document has no length, and 0 / 0 is no share.
        (share > 0.0).then_some(Representative { document, share })
    };
    let mut candidates: Vec<_> = lengths.iter().enumerate().filter_map(candidate).collect();
    let by_share = |p: &Representative, q: &Representative| {
        descending(p.share, q.share).then(p.document.cmp(&q.document))
    };
    if count < candidates.len() {
        candidates.select_nth_unstable_by(count, by_share);
        candidates.truncate(count);
    }
    candidates.sort_by(by_share);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::nmf::NmfModel;
    use lowrank::svd::SvdModel;
    use lowrank::{Nmf, TruncatedSvd};

    /// Two blocks of two terms; the documents 1 and 4 lie in between, 5 is empty.
    fn two_blocks() -> SparseMatrix<f64> {
        let rows: [&[(u32, f64)]; 6] = [
            &[(0, 3.0), (1, 3.0)],
            &[(0, 1.0), (1, 1.0), (2, 0.5), (3, 0.5)],
            &[(2, 1.0), (3, 1.0)],
            &[(0, 30.0), (1, 20.0)],
            &[(0, 0.5), (1, 0.5), (2, 1.0), (3, 1.0)],
            &[],
        ];
        let mut row_offsets = vec![0];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for row in rows {
            columns.extend(row.iter().map(|entry| entry.0));
            values.extend(row.iter().map(|entry| entry.1));
            row_offsets.push(columns.len());
        }
        SparseMatrix::new(row_offsets, columns, values, 4).unwrap()
    }

    fn nmf(a: &SparseMatrix<f64>, rank: usize) -> NmfModel<f64> {
        let tolerance = 1e-12;
        let settings = Nmf {
            rank,
            tolerance,
            ..Nmf::default()
        };
        settings.fit(a).unwrap()
    }

    fn svd(a: &SparseMatrix<f64>) -> SvdModel<f64> {
        let settings = TruncatedSvd {
            rank: 2,
            ..TruncatedSvd::default()
        };
        settings.fit(a).unwrap()
    }

    fn documents(found: &[Representative]) -> Vec<usize> {
        found.iter().map(|found| found.document).collect()
    }

    #[test]
    fn purest_documents_come_first_whatever_their_length() {
        let a = two_blocks();
        let model = nmf(&a, 2);
        let components = Components::of_nmf(&model);
        let found = representatives(&components, &a, 3);
        let second = components.by_strength()[1];
        assert_eq!(documents(&found[second]), [2, 4, 1]);
        let first = &found[components.by_strength()[0]];
        assert_eq!(first.len(), 3);
        assert!(!documents(first).contains(&2), "{first:?}");
        for share in found.iter().flatten().map(|found| found.share) {
            assert!(share > 0.0 && share <= 1.0 + 1e-9, "{share}");
        }
    }

    #[test]
    fn shares_of_an_svd_are_cosines_with_its_components() {
        let a = two_blocks();
        let model = svd(&a);
        let found = representatives(&Components::of_svd(&model), &a, 10);
        for (k, found) in found.iter().enumerate() {
            assert_eq!(found.len(), 5, "all but the empty one");
            assert!(found.is_sorted_by(|p, q| p.share >= q.share));
            for Representative { document, share } in found {
                let (columns, values) = a.row(*document);
                let entries = columns.iter().zip(values);
                let product: f64 = entries.map(|(&j, x)| x * model.v.at(j as usize, k)).sum();
                let cosine = product.abs() / length(values);
                assert!((share - cosine).abs() < 1e-12, "{share}, {cosine}");
            }
        }
    }

    #[test]
    fn equal_documents_keep_their_order_and_few_are_all_there_are() {
        let a = SparseMatrix::new(vec![0, 1, 1, 2, 3], vec![0; 3], vec![2.0; 3], 1).unwrap();
        let model = nmf(&a, 1);
        let components = Components::of_nmf(&model);
        let found = |count| documents(&representatives(&components, &a, count)[0]);
        assert_eq!(found(2), [0, 2]);
        assert_eq!(found(9), [0, 2, 3]);
        assert!(found(0).is_empty());
    }

    #[test]
    fn component_beyond_the_rank_represents_nothing() {
        let a = SparseMatrix::new(vec![0, 2, 4], vec![0, 1, 0, 1], vec![1.0; 4], 2).unwrap();
        let model = svd(&a);
        let found = representatives(&Components::of_svd(&model), &a, 3);
        assert_eq!(found[0].len(), 2);
        assert!(found[1].is_empty());
    }
}
