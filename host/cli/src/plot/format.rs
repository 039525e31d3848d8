use super::Error;
use std::path::Path;

/// The file format of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Scalable vector graphics, for browsers and papers.
    Svg,
    /// A bitmap, of two pixels per unit of the SVG.
    Png,
}

impl Format {
    /// Returns the format for the extension of a file: `.svg` or `.png`, in any case.
    ///
    /// # Errors
    /// [`Error::Format`] for any other extension.
    pub fn of(path: &Path) -> Result<Self, Error> {
        let extension = path.extension().unwrap_or_default();
        if extension.eq_ignore_ascii_case("svg") {
            Ok(Format::Svg)
        } else if extension.eq_ignore_ascii_case("png") {
            Ok(Format::Png)
        } else {
            let file = path.display().to_string();
            Err(Error::Format { file })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_decide_in_any_case() {
        assert_eq!(Format::of(Path::new("a/b.svg")), Ok(Format::Svg));
        assert_eq!(Format::of(Path::new("B.PNG")), Ok(Format::Png));
        for other in ["a.pdf", "svg", "a.", "", "a.svg/b"] {
            let error = Format::of(Path::new(other)).unwrap_err().to_string();
            assert!(error.contains(".svg or .png"), "{error}");
        }
    }
}
