//! The beta-divergence: how far a model of non-negative numbers is from them.

use crate::error::Error;
use crate::penalty::Penalty;
use crate::real::Real;

/// d(a | v) of data a >= 0 from a model v > 0 (Basu et al. 1998; Févotte & Idier 2011):
///
/// - beta = 2: (a - v)^2 / 2, half of the squared Frobenius norm.
/// - beta = 1: a ln(a / v) - a + v, Kullback and Leibler's.
/// - beta = 0: a / v - ln(a / v) - 1, Itakura and Saito's, which is the same at every scale.
/// - else (a^beta + (beta - 1) v^beta - beta a v^(beta - 1)) / (beta (beta - 1)).
///
/// For beta <= 0 it is infinite where a = 0.
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
    /// What a smaller v is replaced by.
    floor: T,
}

/// What the compiler turns into a loop of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Frobenius,
    KullbackLeibler,
    ItakuraSaito,
    General,
}

impl<T: Real> BetaDivergence<T> {
    /// The divergence of that beta.
    ///
    /// # Errors
    /// [`Error::Setting`] where beta is not finite.
    pub fn new(beta: f64) -> Result<Self, Error> {
        if !beta.is_finite() {
            return Err(Error::Setting);
        }
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

    /// beta.
    pub fn beta(&self) -> T {
        self.beta
    }

    /// c, the exponent of a [`step`](Self::step).
    pub fn step_exponent(&self) -> T {
        self.step.y
    }

    /// Whether d(0 | v) is infinite.
    pub fn forbids_zeros(&self) -> bool {
        self.beta <= T::ZERO
    }

    /// Whether d(0 | v) = v and v^(beta - 1) = 1: what has no data then costs no evaluation.
    pub fn is_linear_at_zero(&self) -> bool {
        self.kind == Kind::KullbackLeibler
    }

    /// v, or the smallest model that is told from zero: products with what [`pull`](Self::pull)
    /// makes of it stay in range.
    #[inline(always)]
    pub fn model(&self, v: T) -> T {
        v.larger(self.floor)
    }

    /// d(a | v).
    #[inline(always)]
    pub fn between(&self, a: T, v: T) -> T {
        let v = self.model(v);
        match self.kind {
            Kind::Frobenius => {
                let difference = a - v;
                difference * difference * T::HALF
            }
            Kind::KullbackLeibler if a > T::ZERO => a * (a / v).ln() - a + v,
            Kind::KullbackLeibler => v,
            Kind::ItakuraSaito => {
                let ratio = a / v;
                ratio - ratio.ln() - T::ONE
            }
            Kind::General => {
                let (beta, below) = (self.beta, self.beta - T::ONE);
                let power = self.push.of(v);
                let data = if a > T::ZERO { a.pow(beta) } else { T::ZERO };
                (data + (below * v - beta * a) * power) / (beta * below)
            }
        }
    }

    /// d(0 | v); zero where it would be infinite, since no entry is zero then.
    #[inline(always)]
    pub fn of_zero(&self, v: T) -> T {
        self.of_zero_pushed(v, self.push(v))
    }

    /// d(0 | v) = v p / beta, where p = [`push`](Self::push) of v is known.
    #[inline(always)]
    pub fn of_zero_pushed(&self, v: T, p: T) -> T {
        if self.forbids_zeros() {
            T::ZERO
        } else {
            self.model(v) * p / self.beta
        }
    }

    /// a v^(beta - 2), by which an entry raises the model.
    #[inline(always)]
    pub fn pull(&self, a: T, v: T) -> T {
        let v = self.model(v);
        match self.kind {
            Kind::Frobenius => a,
            Kind::KullbackLeibler => a / v,
            Kind::ItakuraSaito => a / (v * v),
            Kind::General => a * self.pull.of(v),
        }
    }

    /// v^(beta - 1), by which the model is lowered.
    #[inline(always)]
    pub fn push(&self, v: T) -> T {
        match self.kind {
            Kind::Frobenius => self.model(v),
            Kind::KullbackLeibler => T::ONE,
            Kind::ItakuraSaito => T::ONE / self.model(v),
            Kind::General => self.push.of(self.model(v)),
        }
    }

    /// (n / d)^c: the factor of a multiplicative step after which the divergence is not larger,
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

    /// x^(1/c) for x >= 0, which the power of [`step`](Self::step) undoes.
    #[inline(always)]
    pub fn root(&self, x: T) -> T {
        match self.kind {
            Kind::Frobenius | Kind::KullbackLeibler => x,
            _ if x > T::ZERO => self.root.of(x),
            _ => T::ZERO,
        }
    }
}

/// A step for a divergence, with a penalty on the factor that takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MultiplicativeStep<'d, T> {
    /// The divergence that falls.
    pub divergence: &'d BetaDivergence<T>,
    /// What is added to it.
    pub penalty: Penalty<T>,
}

impl<T: Real> MultiplicativeStep<'_, T> {
    /// x (n / (d + l1 + l2 x))^c.
    #[inline(always)]
    pub fn of(&self, x: T, n: T, d: T) -> T {
        let denominator = d + self.penalty.l1 + self.penalty.l2 * x;
        x * self.divergence.step(n, denominator)
    }

    /// The step from sums over batches, as
    /// [`accumulated_update`](crate::panel::NonNegativePanel::accumulated_update) says; returns the new x.
    ///
    /// - `sums`: p and d; `terms`: n and d' of this batch; `shares`: what is kept of those, and what
    ///   is added of these.
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

/// v^y for v > 0; by multiplications and a square root where 2 y is a small whole number, which is
/// several times as fast.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Power<T> {
    y: T,
    /// 2 y.
    halves: Option<i32>,
}

/// Products of more factors are left to the logarithm.
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
