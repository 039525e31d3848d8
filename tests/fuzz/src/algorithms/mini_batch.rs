//! [`MiniBatchNmf`] of a batch that comes twice: H >= 0, or an error and a state as it was.

use super::operator::Seen;
use super::{Guarded, Scalar};
use lowrank_core::nmf::{BatchRecord, Forgetting, MiniBatchNmf, MiniBatchState};
use lowrank_core::operator::EntrywiseOperator;
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, Nmf, Workspace};

pub fn learn<T: Scalar, A>(settings: &Nmf, a: &A, seen: &Seen<T>)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (m, n, k) = (seen.matrix.nrows, seen.matrix.ncols, settings.rank);
    if k > n {
        return;
    }
    let l = (2 * k).max(1);
    let mut buffer = Guarded::new(workspace_len(m, n, l), workspace_len(m, n, l));
    let [mut w, mut h, mut sums, mut gram] =
        [(m, k), (n, k), (n, k), (k, k)].map(|shape| Guarded::<T>::panel(shape, 0));
    let mut record = BatchRecord::default();
    let batches = MiniBatchNmf {
        settings: *settings,
        forgetting: if k & 1 == 0 {
            Forgetting::ByAge(3)
        } else {
            Forgetting::ByBatch(0.5)
        },
    };
    for _ in 0..2 {
        let before = (
            record,
            h.matrix((n, k)).entries,
            sums.matrix((n, k)).entries,
        );
        let mut workspace = Workspace::in_buffer(buffer.all(), m, n, l).expect("room");
        let mut state = MiniBatchState {
            h: h.view((n, k)),
            sums: sums.view((n, k)),
            gram: gram.view((k, k)),
            record: &mut record,
        };
        let outcome = batches.partial_fit(a, &mut workspace, &mut w.view((m, k)), &mut state);
        for buffer in [&buffer, &w, &h, &sums, &gram] {
            buffer.assert_end_untouched();
        }
        let entries = h.matrix((n, k)).entries;
        match outcome {
            Ok(_) => {
                assert!(
                    entries.iter().all(|x| x.is_finite() && *x >= T::ZERO),
                    "{entries:?}"
                );
                assert_eq!(record.rows, before.0.rows + m as u64);
            }
            Err(Error::Empty) => assert!(m == 0 || n == 0),
            Err(error) => {
                assert!(
                    !before.0.started || entries == before.1,
                    "{error}: H has changed"
                );
                let sums = sums.matrix((n, k)).entries;
                assert!(
                    !before.0.started || sums == before.2,
                    "{error}: N has changed"
                );
                assert_eq!(record, before.0, "{error}");
            }
        }
    }
}
