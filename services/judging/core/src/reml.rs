//! Crossed random effects by restricted maximum likelihood, exactly.
//!
//! `score = mu + entry + judge + error`, the three effects independent and normal with variances to be
//! estimated from the scores (Patterson & Thompson 1971, Biometrika 58:545). An entry's effect is
//! predicted by its best linear unbiased predictor (BLUP): the mean of its judge-adjusted scores, drawn
//! towards the overall mean as far as its number of reviews demands. The model is the one programme
//! chairs have used (Lawrence 2014 on NIPS; Platt & Burges 2012; Ge, Welling & Ghahramani 2013).
//!
//! The larger side of the judge-entry graph is eliminated first, which is diagonal work; the smaller side
//! is a dense symmetric system ([`crate::linalg`]). The score equations are solved in the logarithms of
//! the variance ratios by Newton steps with average information (Gilmour, Thompson & Cullis 1995,
//! Biometrics 51:1440), sharpened by Broyden updates, until the gradient vanishes to rounding; far from the solution large
//! systems are looked at in half the time with half the digits. A variance
//! of zero is found and proved by the sign of the gradient there.

pub mod boundary;
pub mod cost;
pub mod crossing;
pub mod deleted;
pub mod equations;
pub mod estimation;
pub mod evaluation;
mod finish;
pub mod fit;
pub mod moments;
pub mod oneway;
pub mod posterior;
pub mod search;

pub use cost::Cost;
pub use crossing::{Crossing, CrossingError, Observation};
pub use fit::{Absence, Effect, Fit, FitError, Variances, fit, fit_at, fit_with};
pub use posterior::Posterior;
