//! The beta-divergence between non-negative data and a model.

use crate::penalty::Penalty;
use crate::{Error, Real};

/// d(a | v) between data a >= 0 and a model v > 0 (Basu et al. 1998; Févotte & Idier 2011):
///
/// - beta = 2: (a - v)^2 / 2, half of the squared Frobenius norm.
/// - beta = 1: a ln(a / v) - a + v, Kullback and Leibler's.
/// - beta = 0: a / v - ln(a / v) - 1, Itakura and Saito's, which is scale-invariant.
/// - else (a^beta + (beta - 1) v^beta - beta a v^(beta - 1)) / (beta (beta - 1)).
///
/// For beta <= 0 it is infinite at a = 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaDivergence<T> {
    beta: T,
    kind: Kind,
    /// beta - 1.
    push: Power<T>,
    /// beta - 2.
    pull: Power<T>,
    /// c of a step.
    step: Power<T>,
    /// 1 / c.
    root: Power<T>,
    /// The lower bound of v.
    floor: T,
}

/// The cases with specialized loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Frobenius,
    KullbackLeibler,
    ItakuraSaito,
    General,
}

impl<T: Real> BetaDivergence<T> {
    /// Creates the divergence for `beta`.
    ///
    /// # Errors
    /// [`Error::Setting`] if beta is not finite.
    pub fn new(beta: f64) -> Result<Self, Error> {
        Error::unless(beta.is_finite(), "beta")?;
        let kind = if beta == 2.0 {
            Kind::Frobenius
        } else if beta == 1.0 {
            Kind::KullbackLeibler
        } else if beta == 0.0 {
            Kind::ItakuraSaito
        } else {
            Kind::General
        };
        let floor = if beta >= 1.0 {
            T::SQUARE_ROOT_OF_MIN
        } else {
            // v^(beta - 2) <= eps^-4, which leaves room for sums of products.
            T::EPSILON.pow(T::from_f64(4.0 / (2.0 - beta)))
        };
        let root = if beta < 1.0 {
            2.0 - beta
        } else if beta > 2.0 {
            beta - 1.0
        } else {
            1.0
        };
        Ok(Self {
            beta: T::from_f64(beta),
            kind,
            push: Power::new(beta - 1.0),
            pull: Power::new(beta - 2.0),
            step: Power::new(1.0 / root),
            root: Power::new(root),
            floor,
        })
    }

    /// Returns beta.
    pub fn beta(&self) -> T {
        self.beta
    }

    /// Returns c, the exponent of a [`step`](Self::step).
    pub fn step_exponent(&self) -> T {
        self.step.y
    }

    /// Returns true if d(0 | v) is infinite.
    pub fn forbids_zeros(&self) -> bool {
        self.beta <= T::ZERO
    }

    /// Returns true if d(0 | v) = v and v^(beta - 1) = 1: zeros then need no evaluation of the model.
    pub fn is_linear_at_zero(&self) -> bool {
        self.kind == Kind::KullbackLeibler
    }

    /// max(v, floor): products with [`pull`](Self::pull) of this model stay in range.
    #[inline(always)]
    pub fn model(&self, v: T) -> T {
        v.larger(self.floor)
    }

    /// d(a | v).
    #[inline(always)]
    pub fn between(&self, a: T, v: T) -> T {
        let [d] = self.between_all([a], [v], |[x]| [x.ln()]);
        d
    }

    /// d(a_i | v_i) of several entries, which a processor with vectors computes together; `ln` is the logarithm of
    /// each number, of which that of zero may be anything finite.
    #[inline(always)]
    pub fn between_all<const N: usize>(
        &self,
        a: [T; N],
        v: [T; N],
        ln: impl Fn([T; N]) -> [T; N],
    ) -> [T; N] {
        let mut d = v;
        for d in &mut d {
            *d = self.model(*d);
        }
        match self.kind {
            Kind::Frobenius => {
                for (d, a) in d.iter_mut().zip(&a) {
                    let difference = *a - *d;
                    *d = difference * difference * T::HALF;
                }
            }
            Kind::KullbackLeibler => {
                let logarithms = ln(quotients(a, d));
                for (d, (a, logarithm)) in d.iter_mut().zip(a.iter().zip(&logarithms)) {
                    let data = if *a > T::ZERO {
                        *a * *logarithm
                    } else {
                        T::ZERO
                    };
                    *d = data - *a + *d;
                }
            }
            Kind::ItakuraSaito => {
                let ratios = quotients(a, d);
                let logarithms = ln(ratios);
                for (d, (ratio, logarithm)) in d.iter_mut().zip(ratios.iter().zip(&logarithms)) {
                    *d = *ratio - *logarithm - T::ONE;
                }
            }
            Kind::General => {
                let (beta, below) = (self.beta, self.beta - T::ONE);
                for (d, a) in d.iter_mut().zip(&a) {
                    let power = self.push.of(*d);
                    let data = if *a > T::ZERO { a.pow(beta) } else { T::ZERO };
                    *d = (data + (below * *d - beta * *a) * power) / (beta * below);
                }
            }
        }
        d
    }

    /// d(0 | v); zero if it is infinite, since no entry is zero then.
    #[inline(always)]
    pub fn of_zero(&self, v: T) -> T {
        self.of_zero_pushed(v, self.push(v))
    }

    /// d(0 | v) = v p / beta, for a known p = [`push`](Self::push) of v.
    #[inline(always)]
    pub fn of_zero_pushed(&self, v: T, p: T) -> T {
        if self.forbids_zeros() {
            T::ZERO
        } else {
            self.model(v) * p / self.beta
        }
    }

    /// a v^(beta - 2), the part of the gradient by which an entry increases the model.
    #[inline(always)]
    pub fn pull(&self, a: T, v: T) -> T {
        let [pull] = self.pull_all([a], [v]);
        pull
    }

    /// [`pull`](Self::pull) of several entries.
    #[inline(always)]
    pub fn pull_all<const N: usize>(&self, a: [T; N], v: [T; N]) -> [T; N] {
        let mut pulls = v;
        let pairs = pulls.iter_mut().zip(&a);
        match self.kind {
            Kind::Frobenius => return a,
            Kind::KullbackLeibler => {
                for (v, a) in pairs {
                    *v = *a / self.model(*v);
                }
            }
            Kind::ItakuraSaito => {
                for (v, a) in pairs {
                    let model = self.model(*v);
                    *v = *a / (model * model);
                }
            }
            Kind::General => {
                for (v, a) in pairs {
                    *v = *a * self.pull.of(self.model(*v));
                }
            }
        }
        pulls
    }

    /// v^(beta - 1), the part of the gradient that decreases the model.
    #[inline(always)]
    pub fn push(&self, v: T) -> T {
        let [push] = self.push_all([v]);
        push
    }

    /// [`push`](Self::push) of several entries.
    #[inline(always)]
    pub fn push_all<const N: usize>(&self, v: [T; N]) -> [T; N] {
        let mut pushes = v;
        for v in &mut pushes {
            let model = self.model(*v);
            *v = match self.kind {
                Kind::Frobenius => model,
                Kind::KullbackLeibler => T::ONE,
                Kind::ItakuraSaito => T::ONE / model,
                Kind::General => self.push.of(model),
            };
        }
        pushes
    }

    /// (n / d)^c: the factor of a multiplicative step that does not increase the divergence;
    /// c = 1 / (2 - beta) below 1, 1 / (beta - 1) above 2 and 1 between (Févotte & Idier 2011). A d
    /// below the square root of the smallest normal number is replaced by it.
    #[inline(always)]
    pub fn step(&self, n: T, d: T) -> T {
        let quotient = n / d.larger(T::SQUARE_ROOT_OF_MIN);
        match self.kind {
            Kind::Frobenius | Kind::KullbackLeibler => quotient,
            _ if quotient > T::ZERO => self.step.of(quotient),
            _ => T::ZERO,
        }
    }

    /// x^(1/c) for x >= 0, the inverse of the power of [`step`](Self::step).
    #[inline(always)]
    pub fn root(&self, x: T) -> T {
        match self.kind {
            Kind::Frobenius | Kind::KullbackLeibler => x,
            _ if x > T::ZERO => self.root.of(x),
            _ => T::ZERO,
        }
    }
}

/// a_i / v_i.
#[inline(always)]
fn quotients<T: Real, const N: usize>(mut a: [T; N], v: [T; N]) -> [T; N] {
    for (a, v) in a.iter_mut().zip(&v) {
        *a /= *v;
    }
    a
}

/// A multiplicative step for a divergence, with a penalty on the factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MultiplicativeStep<'d, T> {
    /// The divergence that decreases.
    pub divergence: &'d BetaDivergence<T>,
    /// The penalty.
    pub penalty: Penalty<T>,
}

impl<T: Real> MultiplicativeStep<'_, T> {
    /// Returns true if c = 1: then the step is the [`Penalty::quotient_step`].
    pub fn is_quotient(&self) -> bool {
        matches!(
            self.divergence.kind,
            Kind::Frobenius | Kind::KullbackLeibler
        )
    }

    /// x (n / (d + l1 + l2 x))^c; zero if its square underflows.
    #[inline(always)]
    pub fn of(&self, x: T, n: T, d: T) -> T {
        let denominator = d + self.penalty.l1 + self.penalty.l2 * x;
        (x * self.divergence.step(n, denominator)).without_underflow()
    }

    /// Does the step from sums over batches, as
    /// [`accumulated_update`](crate::panel::NonNegativePanel::accumulated_update) defines it; returns the new x.
    ///
    /// - `sums`: p and d; `terms`: n and d' of this batch; `shares`: the factors of the sums and of the
    ///   terms.
    #[inline(always)]
    pub fn accumulated(
        &self,
        x: T,
        [p, d]: [&mut T; 2],
        [n, d_new]: [T; 2],
        [kept, added]: [T; 2],
    ) -> T {
        let sum = kept * *p + added * (self.divergence.root(x) * n);
        *p = if sum < T::MAX { sum } else { T::MAX };
        *d = kept * *d + added * d_new;
        let denominator = *d + self.penalty.l1 + self.penalty.l2 * x;
        if denominator > T::ZERO {
            self.divergence.step(*p, denominator)
        } else {
            x
        }
    }
}

/// v^y for v > 0. If 2 y is a small integer, it is computed by multiplications and a square root, which is
/// several times as fast.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Power<T> {
    y: T,
    /// 2 y.
    halves: Option<i32>,
}

/// The number of factors up to which products are used instead of the logarithm.
const MOST_HALVES: f64 = 12.0;

impl<T: Real> Power<T> {
    fn new(y: f64) -> Self {
        let halves = y + y;
        let rounded = halves as i32;
        let few = halves.abs() <= MOST_HALVES && f64::from(rounded) == halves;
        Self {
            y: T::from_f64(y),
            halves: few.then_some(rounded),
        }
    }

    #[inline(always)]
    fn of(&self, v: T) -> T {
        let Some(halves) = self.halves else {
            return v.pow(self.y);
        };
        let mut power = if halves & 1 == 0 { T::ONE } else { v.sqrt() };
        for _ in 0..halves.unsigned_abs() >> 1 {
            power *= v;
        }
        if halves < 0 { T::ONE / power } else { power }
    }
}
