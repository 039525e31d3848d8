//! What is compiled with this crate, for `f32` and for `f64`, and not again in every crate that asks for it.
//!
//! A generic function is compiled where it is called with types, by the settings of that crate: each program
//! would spend half a minute on a factorization, and a debug build of it would compute at the speed of one.
//! Methods of `f32` and `f64` themselves are compiled here.

#![expect(private_interfaces, reason = "nobody outside can name what they take")]

use super::chain::{self, ChainModel};
use super::completion::{Observer, complete};
use super::gradient_nmf::{self, GradientNmfModel};
use super::gradient_svd::{self, GradientSvdModel};
use super::job::{run_as_it_is, run_counted};
use super::mini_batch::Learn;
use super::nmf::{self, NmfModel};
use super::svd::{Measure, Project, Randomized, SvdModel};
use super::{Backend, Completion, CompletionModel, Pca, PcaModel, Products};
use crate::cpu::{Triplets, exact_svd};
use crate::{DenseMatrix, Error, Matrix};
use lowrank_core::iteration::Report;

/// Functions that are compiled for `f32` and `f64`, each by the generic one that is named behind it.
macro_rules! compiled {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $output:ty = $generic:path;)*) => {
        /// The factorizations of a scalar, for this crate to call.
        pub trait Compiled: Sized {
            $(#[doc(hidden)] fn $name($($argument: $type),*) -> Result<$output, Error>;)*
        }

        impl Compiled for f32 {
            $(#[inline(never)] fn $name($($argument: $type),*) -> Result<$output, Error> { $generic($($argument),*) })*
        }

        impl Compiled for f64 {
            $(#[inline(never)] fn $name($($argument: $type),*) -> Result<$output, Error> { $generic($($argument),*) })*
        }
    };
}

compiled! {
    fn nmf(
        backend: Backend, a: Matrix<'_, Self>, job: nmf::Factor<'_, Self>, products: &Products,
    ) -> NmfModel<Self> = run_counted;
    fn chain(
        backend: Backend, a: Matrix<'_, Self>, job: chain::Factor<'_, Self>, products: &Products,
    ) -> ChainModel<Self> = run_counted;
    fn gradient_nmf(
        backend: Backend, a: Matrix<'_, Self>, job: gradient_nmf::Factor<'_, Self>, products: &Products,
    ) -> GradientNmfModel<Self> = run_counted;
    fn gradient_svd(
        backend: Backend, a: Matrix<'_, Self>, job: gradient_svd::Factor<'_, Self>, products: &Products,
    ) -> GradientSvdModel<Self> = run_counted;
    fn randomized_svd(
        backend: Backend, a: Matrix<'_, Self>, job: Randomized, products: &Products,
    ) -> SvdModel<Self> = run_counted;
    fn exact_svd(a: Matrix<'_, Self>, exponent: i32, rank: usize) -> Triplets = exact_svd;
    fn measured_svd(
        backend: Backend, a: Matrix<'_, Self>, job: Measure<Self>, products: &Products,
    ) -> SvdModel<Self> = run_counted;
    fn pca(
        backend: Backend, a: Matrix<'_, Self>, job: Pca, products: &Products,
    ) -> PcaModel<Self> = run_counted;
    fn project(
        backend: Backend, a: Matrix<'_, Self>, job: Project<'_, Self>, products: &Products,
    ) -> DenseMatrix<Self> = run_counted;
    fn learn(
        backend: Backend, a: Matrix<'_, Self>, job: Learn<'_, Self>,
    ) -> Report<Self> = run_as_it_is;
    fn complete(
        settings: &Completion, a: Matrix<'_, Self>, observe: Observer<'_, Self>,
    ) -> CompletionModel<Self> = complete;
}
