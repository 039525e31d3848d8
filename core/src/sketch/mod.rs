//! Sketches of rows that stream: none of them is kept, and the directions that they share remain.

mod axes;
mod bytes;
mod frequent_directions;
mod rotation;
mod state;

pub use axes::SketchComponents;
pub use bytes::SketchView;
pub use frequent_directions::{FrequentDirections, Summary, buffer_len};
pub use state::SketchState;
