use super::Error;
use lowrank::DenseMatrix;
use lowrank::core::sketch::{FrequentDirections, SketchView, Summary, buffer_len};
use std::path::Path;

/// The most rows of the sketch that takes in all others, halved: its decomposition costs their cube.
const LARGEST: usize = 128;

/// The axes of all rows that some sketches have seen.
#[derive(Clone, Debug)]
pub struct Merged {
    /// n x k: right singular vectors, or principal axes.
    pub components: DenseMatrix<f64>,
    /// k of them.
    pub singular_values: Vec<f64>,
    /// The means of the columns, n numbers, where the sketches are centered.
    pub means: Option<Vec<f64>>,
    /// The number of rows of all.
    pub count: usize,
    /// The number of sketches that have seen no row.
    pub empty: usize,
    /// ||A||_F^2, less the means.
    pub squares: f64,
    /// No less than ||A^T A - B^T B||_2.
    pub bound: f64,
}

impl Merged {
    /// sqrt(||A||_F^2 - s . s): no less than ||A - A V V^T||_F, since B^T B is below A^T A.
    pub fn error_bound(&self) -> f64 {
        let kept: f64 = self.singular_values.iter().map(|s| s * s).sum();
        (self.squares - kept).max(0.0).sqrt()
    }
}

/// Merges the sketches in these files, in f64, to a model of rank `rank`.
///
/// # Errors
/// [`Error`]; each variant states its condition.
pub fn merge(paths: &[impl AsRef<Path>], rank: usize) -> Result<Merged, Error> {
    let mut files = Vec::new();
    for path in paths.iter().map(AsRef::as_ref) {
        let read = std::fs::read(path).map_err(|source| Error::Unreadable {
            path: path.to_owned(),
            source,
        });
        files.push((path, read?));
    }
    let mut sketches = Vec::new();
    for (path, bytes) in &files {
        let sketch = SketchView::parse(bytes).map_err(|source| Error::Broken {
            path: path.to_path_buf(),
            source,
        });
        sketches.push((*path, sketch?));
    }
    let (_, first) = *sketches.first().ok_or(Error::Nothing)?;
    let (d, is_centered) = (first.ncols(), first.is_centered);
    let rows: usize = sketches
        .iter()
        .map(|(_, sketch)| sketch.rows().count() / d + 1)
        .sum();
    // With room for all of them nothing more is lost.
    let l = rows.div_ceil(2).min(LARGEST.max(2 * rank)).max(1);
    let mut buffer = vec![0.0; buffer_len(d, l)];
    let mut all = match is_centered {
        true => FrequentDirections::centered(&mut buffer, d, l)?,
        false => FrequentDirections::new(&mut buffer, d, l)?,
    };
    for (path, sketch) in &sketches {
        add(&mut all, path, sketch, (d, is_centered))?;
    }
    let empty = sketches.iter().filter(|(_, sketch)| sketch.count == 0);
    let (empty, squares) = (empty.count(), all.squares());
    let count = usize::try_from(all.count()).map_err(|_| lowrank::core::Error::Overflow)?;
    if count == 0 {
        return Err(Error::Empty);
    }
    let means = is_centered.then(|| all.means().to_vec());
    let found = all.components(rank).map_err(|error| match error {
        lowrank::core::Error::Rank { rank, limit } => Error::Rank { rank, limit },
        other => other.into(),
    })?;
    let axes: Vec<Vec<f64>> = (0..rank).map(|j| found.axis(j).collect()).collect();
    let singular_values = found.singular_values().to_vec();
    Ok(Merged {
        components: DenseMatrix::from_fn(d, rank, |i, j| axes[j][i]),
        singular_values,
        means,
        count,
        empty,
        squares,
        bound: all.bound(),
    })
}

fn add(
    all: &mut FrequentDirections<'_, f64>,
    path: &Path,
    sketch: &SketchView<'_>,
    (expected, is_centered): (usize, bool),
) -> Result<(), Error> {
    let path = || path.to_owned();
    let found = sketch.ncols();
    if found != expected {
        return Err(Error::Columns {
            path: path(),
            expected,
            found,
        });
    }
    if sketch.is_centered != is_centered {
        return Err(Error::Centering { path: path() });
    }
    let rows: Vec<f64> = sketch.rows().map(f64::from).collect();
    let means: Vec<f64> = sketch.means().map(f64::from).collect();
    let summary = Summary {
        rows: &rows,
        means: &means,
        is_centered,
        count: sketch.count,
        squares: f64::from(sketch.squares),
        bound: f64::from(sketch.bound),
    };
    all.merge(&summary).map_err(|source| Error::Numbers {
        path: path(),
        source,
    })
}
