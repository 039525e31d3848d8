use std::{
    convert::Infallible,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

/// The source of a corpus, as a user writes it: `sample`, `-`, or a path (`./sample` for a folder of that name).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The small compiled-in corpus.
    Sample,
    /// A file or a folder, in any of the formats in the module's documentation.
    Path(PathBuf),
    /// One document per line, or JSON Lines if the first line is an object; an archive and compressed lines are accepted,
    /// too.
    StandardInput,
}

impl From<&Path> for Source {
    fn from(name: &Path) -> Self {
        match name.to_str() {
            Some("sample") => Source::Sample,
            Some("-") => Source::StandardInput,
            _ => Source::Path(name.to_owned()),
        }
    }
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Path::new(name).into())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Sample => f.write_str("the sample"),
            Source::Path(path) => path.display().fmt(f),
            Source::StandardInput => f.write_str("standard input"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_the_sample_or_standard_input_or_a_path() {
        let parse = |name: &str| name.parse::<Source>().unwrap();
        assert_eq!(parse("sample"), Source::Sample);
        assert_eq!(parse("-"), Source::StandardInput);
        assert_eq!(parse("./sample"), Source::Path("./sample".into()));
    }
}
