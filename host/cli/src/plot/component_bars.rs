use super::bars::{Bars, MOST_PANELS, Panel};
use super::{Error, Format};
use crate::components::ColumnWeight;

/// A plot of the heaviest columns of each component as bars, in panels of equal scale.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentBars<'a> {
    /// The title, such as the name of the matrix.
    pub title: String,
    /// The columns to be shown of each component.
    pub components: &'a [Vec<ColumnWeight>],
}

impl ComponentBars<'_> {
    /// Returns the bytes of a file, with at most 100 columns of each of 200 components.
    ///
    /// # Errors
    /// [`Error::Nothing`] without a component that has columns; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        let panel = |(place, columns): (usize, &Vec<ColumnWeight>)| Panel {
            title: format!("component {}", place + 1),
            bars: columns
                .iter()
                .map(|one| (one.column.clone(), one.weight))
                .collect(),
        };
        let shown = self.components.iter().take(MOST_PANELS);
        let bars = Bars {
            title: self.title.clone(),
            note: "weight of each column in its component, a vector of length one".into(),
            panels: shown.enumerate().map(panel).collect(),
        };
        bars.render(format, "no component has columns")
    }
}
