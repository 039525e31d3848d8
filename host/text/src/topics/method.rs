use super::Components;
use lowrank::{
    Approximation, Backend, Error, MiniBatchNmf, Nmf, NmfModel, NmfSolver, Placement, Progress,
    Scalar, SparseMatrix, Stop, SvdModel, SvdSolver, TruncatedSvd,
};
use std::ops::ControlFlow;

/// How a matrix becomes topics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// W H^T without negative entries.
    Nmf(Nmf),
    /// The same, learnt from batches of documents.
    MiniBatchNmf(MiniBatchNmf),
    /// U diag(s) V^T.
    Svd(TruncatedSvd),
}

/// What a [`Method`] makes of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub enum Model<T> {
    /// W and H.
    Nmf(NmfModel<T>),
    /// U, s and V.
    Svd(SvdModel<T>),
}

fn name(solver: NmfSolver) -> &'static str {
    match solver {
        NmfSolver::Hals => "hals",
        NmfSolver::Mu => "mu",
    }
}

impl Method {
    /// `nmf` or `svd`.
    pub fn name(&self) -> &'static str {
        match self {
            Method::Nmf(_) | Method::MiniBatchNmf(_) => "nmf",
            Method::Svd(_) => "svd",
        }
    }

    /// The same with the solver that runs on A.
    pub fn on<T: Scalar>(self, a: &SparseMatrix<T>) -> Self {
        match self {
            Method::Nmf(nmf) => Method::Nmf(Nmf {
                solver: Some(nmf.resolved_solver()),
                ..nmf
            }),
            Method::MiniBatchNmf(nmf) => Method::MiniBatchNmf(nmf),
            Method::Svd(svd) => Method::Svd(TruncatedSvd {
                solver: Some(svd.resolved_solver(a)),
                ..svd
            }),
        }
    }

    /// `hals`, `mu`, `krylov`, `chebyshev`, `randomized` or `exact`; `fastest` where that is for the matrix
    /// to tell.
    pub fn solver(&self) -> &'static str {
        match self {
            Method::Nmf(nmf) => name(nmf.resolved_solver()),
            Method::MiniBatchNmf(nmf) => name(nmf.resolved_solver()),
            Method::Svd(svd) => match svd.solver {
                None => "fastest",
                Some(SvdSolver::Krylov) => "krylov",
                Some(SvdSolver::Chebyshev) => "chebyshev",
                Some(SvdSolver::Randomized) => "randomized",
                Some(SvdSolver::Exact) => "exact",
            },
        }
    }

    /// The same on the backend that runs for A, and why it is that one.
    pub fn placed<T: Scalar>(self, a: &SparseMatrix<T>) -> (Self, Placement) {
        let placement = match &self {
            Method::Nmf(nmf) => nmf.placement(a),
            Method::MiniBatchNmf(nmf) => nmf.placement(),
            Method::Svd(svd) => svd.placement(a),
        };
        let backend = placement.backend;
        let placed = match self {
            Method::Nmf(nmf) => Method::Nmf(Nmf { backend, ..nmf }),
            Method::MiniBatchNmf(nmf) => Method::MiniBatchNmf(MiniBatchNmf { backend, ..nmf }),
            Method::Svd(svd) => Method::Svd(TruncatedSvd { backend, ..svd }),
        };
        (placed, placement)
    }

    /// Where it runs.
    pub fn backend(&self) -> Backend {
        match self {
            Method::Nmf(nmf) => nmf.backend,
            Method::MiniBatchNmf(nmf) => nmf.backend,
            Method::Svd(svd) => svd.backend,
        }
    }

    /// Equal seeds give equal results.
    pub fn seed(&self) -> u64 {
        match self {
            Method::Nmf(nmf) => nmf.seed,
            Method::MiniBatchNmf(nmf) => nmf.seed,
            Method::Svd(svd) => svd.seed,
        }
    }

    /// The same for another number of topics.
    pub fn with_rank(self, rank: usize) -> Self {
        match self {
            Method::Nmf(nmf) => Method::Nmf(Nmf { rank, ..nmf }),
            Method::MiniBatchNmf(nmf) => Method::MiniBatchNmf(MiniBatchNmf { rank, ..nmf }),
            Method::Svd(svd) => Method::Svd(TruncatedSvd { rank, ..svd }),
        }
    }

    /// The same with other random draws.
    pub fn with_seed(self, seed: u64) -> Self {
        match self {
            Method::Nmf(nmf) => Method::Nmf(Nmf { seed, ..nmf }),
            Method::MiniBatchNmf(nmf) => Method::MiniBatchNmf(MiniBatchNmf { seed, ..nmf }),
            Method::Svd(svd) => Method::Svd(TruncatedSvd { seed, ..svd }),
        }
    }

    /// The model of A.
    ///
    /// # Errors
    /// Those of [`Nmf::fit`], [`MiniBatchNmf::fit`] or [`TruncatedSvd::fit`].
    pub fn fit<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<Model<T>, Error> {
        self.fit_observed(a, &mut |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer that NMF calls before each iteration and after the last, and in
    /// batches after each pass, and that may end it.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_observed<T: Scalar>(
        &self,
        a: &SparseMatrix<T>,
        observe: &mut (dyn FnMut(Progress<T>) -> ControlFlow<()> + Send),
    ) -> Result<Model<T>, Error> {
        Ok(match self {
            Method::Nmf(nmf) => Model::Nmf(nmf.fit_observed(a, observe)?),
            Method::MiniBatchNmf(nmf) => Model::Nmf(nmf.fit_observed(a, observe)?),
            Method::Svd(svd) => Model::Svd(svd.fit(a)?),
        })
    }
}

impl<T: Scalar> Model<T> {
    /// As a sum of components.
    pub fn components(&self) -> Components<'_, T> {
        match self {
            Model::Nmf(model) => Components::of_nmf(model),
            Model::Svd(model) => Components::of_svd(model),
        }
    }

    /// The error, its bound and ||A||_F.
    pub fn approximation(&self) -> Approximation<T> {
        match self {
            Model::Nmf(model) => model.approximation,
            Model::Svd(model) => model.approximation,
        }
    }

    /// Whether the tolerance ended the iteration; an SVD has none and is always `true`.
    pub fn converged(&self) -> bool {
        match self {
            Model::Nmf(model) => model.stop == Stop::Tolerance,
            Model::Svd(_) => true,
        }
    }
}
