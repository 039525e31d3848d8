//! Plots of the results of factorizations, as SVG or PNG.
//!
//! ```
//! use lowrank_cli::plot::{Convergence, Format, Point, Run};
//!
//! let halving = |iteration: usize| Point {
//!     iteration,
//!     seconds: 0.1 * iteration as f64,
//!     loss: 0.5f64.powi(iteration as i32),
//! };
//! let plot = Convergence {
//!     title: "a loss that halves".into(),
//!     quantity: "loss".into(),
//!     runs: vec![Run::new("halving", (0..20).map(halving).collect())],
//!     levels: Vec::new(),
//! };
//! let svg = plot.render(Format::Svg)?;
//! assert!(svg.starts_with(b"<svg"));
//! # Ok::<(), lowrank_cli::plot::Error>(())
//! ```
//!
//! - [`Convergence`]: the loss of one run or several against iterations and seconds.
//! - [`Spectrum`]: singular values.
//! - [`TopicBars`]: the heaviest words of topics.
//! - [`ComponentBars`]: the heaviest columns of components.
//! - [`RowMap`]: rows as points, with their names.
//! - [`ItemMap`]: a few points, each with its title.
//! - [`Pictures`]: components whose entries are pixels, side by side.
//!
//! All but the last are drawn by the same code for both formats. The font of a PNG is compiled in (Noto Sans, under the
//! SIL Open Font License 1.1), so that it looks the same on every machine; an SVG is set in the sans-serif font of its
//! reader. The colors are those of Okabe and Ito, which color-blind people can distinguish.

mod axis;
mod bars;
mod chart;
mod component_bars;
mod convergence;
mod error;
mod figure;
mod format;
mod item_map;
mod legend;
mod pictures;
mod places;
mod row_map;
mod spectrum;
mod style;
#[cfg(test)]
mod tests;
mod topic_bars;

pub use component_bars::ComponentBars;
pub use convergence::{Convergence, Level, Point, Run};
pub use error::Error;
pub use format::Format;
pub use item_map::ItemMap;
pub use pictures::Pictures;
pub use row_map::RowMap;
pub use spectrum::{SingularValues, Spectrum};
pub use topic_bars::TopicBars;
