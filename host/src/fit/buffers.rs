//! The memory of a workspace and of the factors, in any memory space.

use super::OVERSAMPLING;
use crate::memory_space::{MemorySpace, SECTOR};
use crate::recycling::Recycled;
use crate::{Error, Scalar, memory};
use lowrank_core::Workspace;
use lowrank_core::panel::Panel;
use lowrank_core::svd::SvdFactors;
use lowrank_core::workspace::{SmallScratch, small_scratch_len};

/// The shape of A, the rank, and the widths of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// m.
    pub m: usize,
    /// n.
    pub n: usize,
    /// The number of columns of the panel on the shorter side.
    pub l: usize,
    /// The number of columns of the panel on the longer side, at most l.
    pub across: usize,
    /// The columns of two further panels on the shorter side: of Chebyshev polynomials; or for the restarts, and of a
    /// block, of a Krylov space. Zero: there is no such panel.
    pub spare: [usize; 2],
    /// k.
    pub k: usize,
    /// The number of panels of k columns on either side for the state of an optimizer.
    pub states: usize,
}

/// The shorter side up to which a Krylov space may grow to all of it, where it is exact.
pub(super) const WHOLE: usize = 128;

impl Sizes {
    /// Returns the sizes of a workspace of one width.
    pub fn new((m, n): (usize, usize), l: usize, k: usize) -> Self {
        Self {
            m,
            n,
            l,
            across: l,
            spare: [0; 2],
            k,
            states: 0,
        }
    }

    /// Returns the sizes for a Krylov space of `width` columns on the shorter side, or all of a short one, and the
    /// panels of a power iteration.
    pub(crate) fn of_krylov_space((m, n): (usize, usize), width: usize, k: usize) -> Self {
        let l = width.max(WHOLE).min(m).min(n);
        let across = k.saturating_add(OVERSAMPLING).min(l);
        Self {
            across,
            ..Self::new((m, n), l, k)
        }
    }

    /// Returns the sizes for triplets that are computed from directions.
    pub(super) fn of_directions(size: (usize, usize), k: usize) -> Self {
        Self {
            spare: [k, 0],
            ..Self::new(size, k, k)
        }
    }

    /// Adds the panel of the blocks of a Krylov space.
    pub(crate) fn with_blocks(mut self, block: usize) -> Self {
        let short = self.m.min(self.n);
        self.spare[1] = block.min(short).min(self.across).max(self.k);
        self
    }

    /// Adds the panel for restarts, if the Krylov space may fill its panel.
    pub(crate) fn with_restarts(mut self) -> Self {
        if self.l < self.m.min(self.n) {
            self.spare[0] = self.l;
        }
        self
    }

    /// Returns the widths of the left and of the right panel.
    fn widths(self) -> (usize, usize) {
        if self.m <= self.n {
            (self.l, self.across)
        } else {
            (self.across, self.l)
        }
    }

    /// Returns the bytes of the panels, the small matrices and the returned factors. A row of a panel takes a multiple
    /// of `row_multiple` bytes.
    pub(crate) fn bytes<T>(self, row_multiple: usize) -> u64 {
        // In floating point, because a rank that is refused later must not overflow.
        let scalar = size_of::<T>() as f64;
        let row = |ncols: usize| {
            let multiple = row_multiple as f64;
            (ncols as f64 * scalar / multiple).ceil() * multiple
        };
        let [m, n, l, states] = [self.m, self.n, self.l, self.states].map(|size| size as f64);
        let shorter = row(self.l) + self.spare.into_iter().map(row).sum::<f64>();
        let panels = m.min(n) * shorter + m.max(n) * row(self.across);
        let factors = (m + n) * (2.0 + states) * row(self.k);
        let small = 2.0 * l * l + small_scratch_len(self.l) as f64;
        (panels + factors + small * scalar) as u64
    }

    /// Returns the bytes on a GPU.
    pub(crate) fn bytes_on_gpu<T>(self) -> u64 {
        self.bytes::<T>(SECTOR)
    }

    /// Checks that a memory space has enough memory.
    ///
    /// # Errors
    /// [`MemorySpace::too_large`] if it has not.
    pub(crate) fn check_memory<T: Scalar, S: MemorySpace<T>>(self) -> Result<(), Error> {
        let needed = self.bytes::<T>(S::ROW_MULTIPLE);
        memory::check(needed, S::available)
            .map_err(|available| S::too_large(self.k, needed, available))
    }
}

/// The memory of a workspace and of the two factors.
#[expect(missing_debug_implementations)]
pub struct Memory<T: Scalar, S: MemorySpace<T>> {
    panels: [S::Buffer; 4],
    spare: [Option<S::Buffer>; 2],
    small: [S::SmallBuffer; 2],
    /// The small matrices on the CPU, for any memory space.
    scratch: Recycled<T>,
    sizes: Sizes,
}

impl<T: Scalar, S: MemorySpace<T>> Memory<T, S> {
    /// Allocates what is written before it is read.
    ///
    /// # Errors
    /// [`MemorySpace::too_large`], before anything is allocated that does not fit.
    pub fn new(sizes: Sizes) -> Result<Self, Error> {
        sizes.check_memory::<T, S>()?;
        let Sizes { m, n, l, k, .. } = sizes;
        let (left, right) = sizes.widths();
        // Some memories round a panel without columns up.
        let spare = |columns| match columns {
            0 => Ok(None),
            _ => S::buffer(m.min(n), columns).map(Some),
        };
        let small = || S::small_buffer(l * l);
        Ok(Self {
            panels: [
                S::buffer(m, left)?,
                S::buffer(n, right)?,
                S::buffer(m, k)?,
                S::buffer(n, k)?,
            ],
            spare: [spare(sizes.spare[0])?, spare(sizes.spare[1])?],
            small: [small()?, small()?],
            scratch: Recycled::unset(small_scratch_len(l)),
            sizes,
        })
    }

    /// Returns the workspace, the m x k panel and the n x k panel, for an operator with these columns.
    #[allow(clippy::type_complexity)]
    pub fn lend<'w>(
        &'w mut self,
        columns: Option<&'w [u32]>,
    ) -> Result<(Workspace<'w, S::Panel<'w>>, S::Panel<'w>, S::Panel<'w>), Error> {
        let Sizes { m, n, l, k, .. } = self.sizes;
        let widths = self.sizes.widths();
        let [left, right, w, h] = &mut self.panels;
        let order = columns.filter(|_| n < m);
        let mut spare = [None, None];
        let columns_of_spare = self.sizes.spare;
        for ((panel, buffer), width) in spare.iter_mut().zip(&mut self.spare).zip(columns_of_spare)
        {
            if let Some(buffer) = buffer {
                *panel = Some(S::permuted(S::panel(buffer, m.min(n), width)?, order));
            }
        }
        let [small, other] = &mut self.small;
        let workspace = Workspace {
            left: S::panel(left, m, widths.0)?,
            right: S::permuted(S::panel(right, n, widths.1)?, columns),
            small: S::small(small, l, l)?,
            other: S::small(other, l, l)?,
            spare,
            scratch: SmallScratch::in_buffer(&mut self.scratch, l)?,
        };
        let h = S::permuted(S::panel(h, n, k)?, columns);
        Ok((workspace, S::panel(w, m, k)?, h))
    }
}

/// The numbers of k singular triplets.
pub(crate) struct TripletValues<T> {
    /// The singular values.
    pub singular_values: Vec<T>,
    /// The residuals.
    pub residuals: Vec<T>,
}

impl<T: Scalar> TripletValues<T> {
    /// Allocates zeros.
    pub fn zeros(k: usize) -> Self {
        Self {
            singular_values: vec![T::ZERO; k],
            residuals: vec![T::ZERO; k],
        }
    }

    /// Returns the triplets whose vectors are in these panels, m x k and n x k.
    pub fn beside<P: Panel<Scalar = T>>(&mut self, u: P, v: P) -> SvdFactors<'_, P> {
        SvdFactors {
            u,
            singular_values: &mut self.singular_values,
            v,
            residuals: &mut self.residuals,
        }
    }
}

/// Panels on one side of A, for the state of an optimizer.
pub(crate) struct StateMemory<T: Scalar, S: MemorySpace<T>> {
    buffers: Vec<S::Buffer>,
    nrows: usize,
    ncols: usize,
}

impl<T: Scalar, S: MemorySpace<T>> StateMemory<T, S> {
    pub(crate) fn new(count: usize, nrows: usize, ncols: usize) -> Result<Self, Error> {
        let buffers: Result<_, _> = (0..count).map(|_| S::buffer(nrows, ncols)).collect();
        Ok(Self {
            buffers: buffers?,
            nrows,
            ncols,
        })
    }

    /// Returns the panels, with rows in the order of the operator.
    pub(crate) fn lend<'p>(
        &'p mut self,
        order: Option<&'p [u32]>,
    ) -> Result<Vec<S::Panel<'p>>, Error> {
        let (nrows, ncols) = (self.nrows, self.ncols);
        let panels = self.buffers.iter_mut();
        panels
            .map(|buffer| Ok(S::permuted(S::panel(buffer, nrows, ncols)?, order)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{CoreSpace, HostSpace};

    /// Returns panels of every width, on both sides, with either side longer.
    fn shapes() -> impl Iterator<Item = Sizes> {
        [(300, 70), (70, 300), (1, 9), (40, 40)]
            .into_iter()
            .flat_map(|size| {
                [
                    Sizes::new(size, 3, 2),
                    Sizes::of_krylov_space(size, 33, 5),
                    Sizes {
                        spare: [9; 2],
                        ..Sizes::new(size, 9, 8)
                    },
                ]
            })
    }

    /// Checks that the counted bytes are those allocated, plus the factors once more, which are returned.
    fn counts_what_is_taken<T: Scalar, S: MemorySpace<T>>(taken: impl Fn(&S::Buffer) -> usize) {
        for sizes in shapes() {
            let memory = Memory::<T, S>::new(sizes).unwrap();
            let spare = memory.spare.iter().flatten();
            let panels: usize = memory.panels.iter().chain(spare).map(&taken).sum();
            let [.., w, h] = &memory.panels;
            let small = 2 * sizes.l * sizes.l + memory.scratch.len();
            assert_eq!(
                sizes.bytes::<T>(S::ROW_MULTIPLE),
                (panels + taken(w) + taken(h) + small * size_of::<T>()) as u64,
                "{} x {}, {} columns, rank {}",
                sizes.m,
                sizes.n,
                sizes.l,
                sizes.k
            );
        }
    }

    #[test]
    fn bytes_are_those_that_are_taken() {
        counts_what_is_taken::<f64, HostSpace>(|buffer| size_of_val(&buffer[..]));
        counts_what_is_taken::<f32, CoreSpace>(|buffer| size_of_val(&buffer[..]));
    }

    #[cfg(feature = "cuda")]
    mod cuda {
        use super::*;
        use crate::cuda::{CudaSpace, device_info};

        #[test]
        fn bytes_are_those_that_are_taken() {
            if let Err(reason) = device_info() {
                println!("skipped: {reason}");
                return;
            }
            counts_what_is_taken::<f32, CudaSpace>(|buffer| buffer.bytes());
            counts_what_is_taken::<f64, CudaSpace>(|buffer| buffer.bytes());
        }
    }

    #[test]
    fn a_rank_beyond_all_memory_is_counted_without_overflow() {
        let sizes = Sizes::new((usize::MAX, usize::MAX), 1, usize::MAX);
        assert_eq!(sizes.bytes_on_gpu::<f64>(), u64::MAX);
    }
}
