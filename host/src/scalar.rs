//! The types of the entries of a matrix.

/// f32 or f64.
///
/// ```compile_fail
/// struct Half(u16);
/// impl lowrank::Scalar for Half {
///     const NAME: &'static str = "f16";
/// }
/// ```
pub trait Scalar: lowrank_core::Real + sealed::Sealed {
    /// `f32` or `f64`.
    const NAME: &'static str;
}

impl Scalar for f32 {
    const NAME: &'static str = "f32";
}

impl Scalar for f64 {
    const NAME: &'static str = "f64";
}

/// A family of types, one for each scalar: that of a generic function.
pub trait OfScalar {
    /// The type for T.
    type Type<T: Scalar>;
}

/// A function that is compiled in this crate for both scalars.
///
/// A generic function is compiled in the crate that instantiates it, with the settings of that crate: each
/// program would spend half a minute on compiling a factorization, and a debug build would run it slowly. An
/// instance in a `static` of this crate is compiled here.
#[derive(Debug)]
pub struct Compiled<F: OfScalar> {
    /// For f32.
    pub single: F::Type<f32>,
    /// For f64.
    pub double: F::Type<f64>,
}

/// Declares a [`Compiled`] of a generic function, and the family of its types:
/// `static FIT: Fit<T> = fit as fn(Matrix<'_, T>) -> Model<T>;`.
///
/// Unit tests compile only what they call: there it is a constant. They test what is below a fit, and compiling every
/// fit a second time took them minutes.
macro_rules! compiled {
    (static $name:ident: $family:ident<$scalar:ident> = $function:path as $type:ty;) => {
        struct $family;

        impl $crate::scalar::OfScalar for $family {
            type Type<$scalar: $crate::Scalar> = $type;
        }

        #[cfg(not(test))]
        static $name: $crate::scalar::Compiled<$family> = $crate::scalar::Compiled {
            single: $function,
            double: $function,
        };
        #[cfg(test)]
        const $name: $crate::scalar::Compiled<$family> = $crate::scalar::Compiled {
            single: $function,
            double: $function,
        };
    };
}

pub(crate) use compiled;

pub(crate) mod sealed {
    use super::{Compiled, OfScalar};

    /// The requirements of the backends: faer multiplies matrices of the scalar, and a GPU copies its bytes.
    pub trait Sealed: faer::traits::RealField + bytemuck::Pod {
        /// Returns the function for this scalar.
        #[doc(hidden)]
        fn of<F: OfScalar>(compiled: &Compiled<F>) -> &F::Type<Self>
        where
            Self: super::Scalar;
    }

    impl Sealed for f32 {
        fn of<F: OfScalar>(compiled: &Compiled<F>) -> &F::Type<f32> {
            &compiled.single
        }
    }

    impl Sealed for f64 {
        fn of<F: OfScalar>(compiled: &Compiled<F>) -> &F::Type<f64> {
            &compiled.double
        }
    }
}
