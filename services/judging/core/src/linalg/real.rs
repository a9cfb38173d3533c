//! The numbers the dense kernels compute with.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, Neg, Range, Sub, SubAssign};

use super::tile::{Strips, Tile, multiply};

/// `f64`, or `f32` where only the way to a solution is sought: twice as many side by side, in half the memory.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + DivAssign
{
    /// One.
    const ONE: Self;
    /// How often a solution by a factor of such numbers is refined by what it leaves over.
    const REFINEMENTS: usize;

    /// The nearest such number.
    fn of(value: f64) -> Self;

    /// The same number.
    fn wide(self) -> f64;

    /// Whether it is a number above nought.
    fn is_positive(self) -> bool {
        self > Self::default()
    }

    /// The square root, exactly rounded.
    #[must_use]
    fn sqrt(self) -> Self;

    /// The same number, or nought where products of two such numbers would be too small for their full digits: processors
    /// take a hundred times as long for those.
    #[must_use]
    fn or_nought(self) -> Self;

    /// The function `multiply` beside it, with the block of running sums that fits the registers of any x86-64.
    fn multiply(
        c: &mut Tile<Self>,
        a: &Tile<Self>,
        b: &Strips<Self>,
        inner: impl Fn(usize, usize) -> Range<usize>,
        give: impl Fn(&mut Self, Self),
    );
}

impl Real for f64 {
    const ONE: Self = 1.0;
    const REFINEMENTS: usize = 0;

    #[inline]
    fn of(value: f64) -> Self {
        value
    }

    #[inline]
    fn wide(self) -> f64 {
        self
    }

    #[inline]
    fn sqrt(self) -> Self {
        libm::sqrt(self)
    }

    #[inline]
    fn or_nought(self) -> Self {
        self
    }

    #[inline]
    fn multiply(
        c: &mut Tile<Self>,
        a: &Tile<Self>,
        b: &Strips<Self>,
        inner: impl Fn(usize, usize) -> Range<usize>,
        give: impl Fn(&mut Self, Self),
    ) {
        multiply::<Self, 1, 2>(c, a, b, inner, give);
    }
}

impl Real for f32 {
    const ONE: Self = 1.0;
    const REFINEMENTS: usize = 2;

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
    fn of(value: f64) -> Self {
        value as Self
    }

    #[inline]
    fn wide(self) -> f64 {
        f64::from(self)
    }

    #[inline]
    fn sqrt(self) -> Self {
        libm::sqrtf(self)
    }

    #[inline]
    fn or_nought(self) -> Self {
        // The square of the bound is still a normal number.
        if self > -1e-18 && self < 1e-18 {
            0.0
        } else {
            self
        }
    }

    #[inline]
    fn multiply(
        c: &mut Tile<Self>,
        a: &Tile<Self>,
        b: &Strips<Self>,
        inner: impl Fn(usize, usize) -> Range<usize>,
        give: impl Fn(&mut Self, Self),
    ) {
        multiply::<Self, 2, 4>(c, a, b, inner, give);
    }
}
