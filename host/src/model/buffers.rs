//! The memory of a workspace and of the factors, in any world.

use super::OVERSAMPLING;
use super::world::World;
use crate::{Error, Scalar};
use lowrank_core::{SmallScratch, Workspace, small_scratch_len};

/// m, n, the rank, and how wide the workspace is.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) m: usize,
    pub(crate) n: usize,
    /// Columns of the panel on the shorter side.
    pub(crate) l: usize,
    /// Columns of the panel on the longer side, no more than l.
    pub(crate) across: usize,
    /// Whether there are two more panels on the shorter side.
    pub(crate) spare: bool,
    pub(crate) k: usize,
    /// Panels of k columns on either side that an optimizer remembers.
    pub(crate) states: usize,
}

/// What is less is there.
const BYTES_NOT_COUNTED: u64 = 1 << 28;

impl Sizes {
    /// A workspace of one width.
    pub(crate) fn new((m, n): (usize, usize), l: usize, k: usize) -> Self {
        Self {
            m,
            n,
            l,
            across: l,
            spare: false,
            k,
            states: 0,
        }
    }

    /// A Krylov space of `width` columns on the shorter side, beside the panels of a power iteration.
    pub(crate) fn of_krylov_space((m, n): (usize, usize), width: usize, k: usize) -> Self {
        let l = width.min(m).min(n);
        let across = k.saturating_add(OVERSAMPLING).min(l);
        Self {
            across,
            ..Self::new((m, n), l, k)
        }
    }

    /// The widths of the left and of the right panel.
    fn widths(self) -> (usize, usize) {
        if self.m <= self.n {
            (self.l, self.across)
        } else {
            (self.across, self.l)
        }
    }

    /// Bytes of the panels, the small matrices and the factors that are returned.
    pub(crate) fn bytes(self, bytes_of_scalar: usize) -> u64 {
        // Of any rank, also of one that is refused later: in floating point nothing overflows.
        let [m, n, l, across, k, states] =
            [self.m, self.n, self.l, self.across, self.k, self.states].map(|size| size as f64);
        let shorter = if self.spare { 3.0 * l } else { l };
        let panels = m.min(n) * shorter + m.max(n) * across;
        let factors = (m + n) * (2.0 + states) * k;
        let small = 2.0 * l * l + small_scratch_len(self.l) as f64;
        ((panels + factors + small) * bytes_of_scalar as f64) as u64
    }

    /// Is there room in a world?
    ///
    /// # Errors
    /// [`World::too_large`] where there is none.
    pub(crate) fn check_memory<T: Scalar, W: World<T>>(self) -> Result<(), Error> {
        let needed = self.bytes(size_of::<T>());
        if needed < BYTES_NOT_COUNTED {
            return Ok(());
        }
        match W::available() {
            Some(available) if needed > available => Err(W::too_large(self.k, needed, available)),
            _ => Ok(()),
        }
    }
}

/// The memory of a workspace and of the two factors.
pub(crate) struct Memory<T: Scalar, W: World<T>> {
    panels: [W::Buffer; 4],
    spare: Option<[W::Buffer; 2]>,
    small: [W::SmallBuffer; 2],
    /// Of small matrices on the CPU, whatever the world.
    scratch: Vec<T>,
    sizes: Sizes,
}

impl<T: Scalar, W: World<T>> Memory<T, W> {
    /// # Errors
    /// [`World::too_large`] before anything is allocated that there is no room for.
    pub(crate) fn new(sizes: Sizes) -> Result<Self, Error> {
        sizes.check_memory::<T, W>()?;
        let Sizes { m, n, l, k, .. } = sizes;
        let (left, right) = sizes.widths();
        let shorter = || W::buffer(m.min(n), l);
        let small = || W::small_buffer(l * l);
        Ok(Self {
            panels: [
                W::buffer(m, left)?,
                W::buffer(n, right)?,
                W::buffer(m, k)?,
                W::buffer(n, k)?,
            ],
            spare: match sizes.spare {
                true => Some([shorter()?, shorter()?]),
                false => None,
            },
            small: [small()?, small()?],
            scratch: vec![T::ZERO; small_scratch_len(l)],
            sizes,
        })
    }

    /// The workspace, the m x k panel and the n x k panel, beside an operator with such columns.
    #[allow(clippy::type_complexity)]
    pub(crate) fn lend<'w>(
        &'w mut self,
        columns: Option<&'w [u32]>,
    ) -> Result<(Workspace<'w, W::Panel<'w>>, W::Panel<'w>, W::Panel<'w>), Error> {
        let Sizes { m, n, l, k, .. } = self.sizes;
        let widths = self.sizes.widths();
        let [left, right, w, h] = &mut self.panels;
        let spare = match &mut self.spare {
            Some([first, second]) => {
                let columns = columns.filter(|_| n < m);
                let (first, second) = (
                    W::panel(first, m.min(n), l)?,
                    W::panel(second, m.min(n), l)?,
                );
                Some([W::arranged(first, columns), W::arranged(second, columns)])
            }
            None => None,
        };
        let [small, other] = &mut self.small;
        let workspace = Workspace {
            left: W::panel(left, m, widths.0)?,
            right: W::arranged(W::panel(right, n, widths.1)?, columns),
            small: W::small(small, l, l)?,
            other: W::small(other, l, l)?,
            spare,
            scratch: SmallScratch::in_buffer(&mut self.scratch, l)?,
        };
        let h = W::arranged(W::panel(h, n, k)?, columns);
        Ok((workspace, W::panel(w, m, k)?, h))
    }
}

/// Panels of zeros on one side of A, that an optimizer remembers.
pub(crate) struct StateMemory<T: Scalar, W: World<T>> {
    buffers: Vec<W::Buffer>,
    nrows: usize,
    ncols: usize,
}

impl<T: Scalar, W: World<T>> StateMemory<T, W> {
    pub(crate) fn new(count: usize, nrows: usize, ncols: usize) -> Result<Self, Error> {
        let buffers: Result<_, _> = (0..count).map(|_| W::buffer(nrows, ncols)).collect();
        Ok(Self {
            buffers: buffers?,
            nrows,
            ncols,
        })
    }

    /// The panels, in the order in which an operator has their rows.
    pub(crate) fn lend<'p>(
        &'p mut self,
        order: Option<&'p [u32]>,
    ) -> Result<Vec<W::Panel<'p>>, Error> {
        let (nrows, ncols) = (self.nrows, self.ncols);
        let panels = self.buffers.iter_mut();
        panels
            .map(|buffer| Ok(W::arranged(W::panel(buffer, nrows, ncols)?, order)))
            .collect()
    }
}
