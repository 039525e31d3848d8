//! The options of `lowrank factorize`.

use super::{FolderOptions, NameOptions, NmfOptions, OUTPUT, RunOptions, TableArguments};
use super::{accuracy, at_least_one, method, number, share, sides, solver, tolerance, whole};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use lowrank::completion::Biases;
use lowrank::method::{Method, Options, Solver};
use lowrank_cli::plot::Format;
use lowrank_files::matrix_file::TripleColumns;
use std::ffi::OsString;
use std::path::PathBuf;

/// Factor a matrix from a file.
///
/// A, m x n, is approximated by a product of few columns: W H^T without negative entries (nmf), or
/// U diag(s) V^T (svd; pca takes the means of the columns off first), W F_1 .. F_d H^T (chain), or W H^T with
/// biases over the entries that are known (completion).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Ten components without negative entries, kept in a folder:
      lowrank factorize counts.npz --method nmf --rank 10 --output model
  Counts, by the divergence of Kullback and Leibler, with short components:
      lowrank factorize counts.mtx --method nmf --rank 10 --loss kl --l1 0.1
  A truncated SVD, and its singular values as a plot:
      lowrank factorize a.npy --method svd --rank 20 --plot spectrum.svg
  Principal components of a table:
      lowrank factorize measurements.csv --method pca --rank 2 --output pca
  As many of them as explain nine tenths of the variance, of columns in different units:
      lowrank factorize measurements.csv --method pca --scale --variance 0.9
  How fast two solvers come near to the smallest error there is:
      lowrank factorize a.npy --method nmf --solver mu --compare nmf/hals \\
          --compare svd/exact --plot convergence.svg
  The parts of faces, as pictures:
      lowrank factorize faces.pgm --method nmf --rank 49 --picture 19x19 \\
          --plot components=parts.png
  Ratings, of which most are missing:
      lowrank factorize ratings.csv --triples user,item,rating \\
          --method completion --rank 20 --output ratings-model
  Columns of a table by name, its ids as names of the rows, means for what is missing:
      lowrank factorize survey.csv --method pca --index id --drop city,#7-#9 \\
          --missing mean
  A table from a pipe:
      cut -f 1,4-9 counts.tsv | lowrank factorize - --rank 5
  A chain of factors, each coarser than the one before:
      lowrank factorize a.npy --method chain --ranks 24,10,4 --loss kl
  By gradient descent, beside what is faster:
      lowrank factorize a.npy --solver adam --compare nmf/projected-gradient \\
          --compare nmf/hals --plot descents.svg
  Counts of genes in cells, with their names in files beside:
      lowrank factorize matrix.mtx.gz --row-names features.tsv.gz \\
          --column-names barcodes.tsv.gz --rank 10 --output model
  New rows in the same components:
      lowrank transform model new.npy --output weights.npy

Ctrl-C ends what iterates (all but krylov, chebyshev, randomized and exact)
after the iteration at hand: what there is by then is printed and written, and
the exit status is 130. A second Ctrl-C ends all at once.

Exit status: 0; 1 if something could not be done; 2 for a wrong command line;
130 after Ctrl-C.")]
pub struct Factorize {
    #[command(flatten)]
    pub input: MatrixOptions,
    #[command(flatten)]
    pub solver: FactorizationOptions,
    #[command(flatten)]
    pub folder: FolderOptions,
    /// Draw to FILE, an .svg or a .png; may be given several times.
    ///
    /// KIND is convergence (the loss against iterations and seconds; the default of what iterates),
    /// spectrum (singular values; the default of svd and pca) or components (each as a picture, with --picture;
    /// otherwise the heaviest columns of each as bars, where columns have names) or rows (as points by their first
    /// two components, with their names).
    #[arg(long, value_name = "[KIND=]FILE", help_heading = OUTPUT,
          value_parser = OsStringValueParser::new().try_map(plot))]
    pub plot: Vec<Plot>,
    /// The rows of MATRIX are pictures, pixel by pixel, line after line: so are the components.
    #[arg(long, value_name = "HxW", value_parser = picture, help_heading = OUTPUT)]
    pub picture: Option<(usize, usize)>,
    /// Factor the matrix by METHOD too, for the table and the plots; may be given several times.
    ///
    /// With the same rank and seed; an nmf beside an nmf has all of its options.
    #[arg(long, value_name = "METHOD[/SOLVER]", value_parser = subject, help_heading = OUTPUT)]
    pub compare: Vec<Subject>,
    #[command(flatten)]
    pub run: RunOptions,
}

/// The matrix.
#[derive(Debug, Args)]
#[command(next_help_heading = "Matrix")]
pub struct MatrixOptions {
    /// A file: .npy, .npz, .mtx, .csv, .tsv, .txt, .dat, .data or .pgm, gzipped or not; a folder of .pgm pictures; or -
    /// for standard input, whose first bytes tell its format.
    #[arg(value_name = "MATRIX")]
    pub matrix: PathBuf,
    /// Entries are missing where the matrix in FILE is zero.
    #[arg(long, value_name = "FILE")]
    pub mask: Option<PathBuf>,
    /// What is done with entries that are missing: those of --mask and --triples, NaN, and the cells of a table that stand
    /// for a missing value [default: left open for --mask and --triples, and else refused].
    #[arg(long, value_name = "WHAT", value_enum)]
    pub missing: Option<MissingChoice>,
    /// MATRIX is a table with an entry a line: the columns of rows, columns and entries, by name or by position, as
    /// 1,2,3. Entries without a line are missing.
    #[arg(long, value_name = "ROW,COLUMN,ENTRY", value_parser = str::parse::<TripleColumns>)]
    pub triples: Option<TripleColumns>,
    #[command(flatten)]
    pub names: NameOptions,
    #[command(flatten)]
    pub table: TableArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MissingChoice {
    /// They are left open: nmf and completion work with the others alone.
    Nan,
    /// Each becomes the mean of its column, for methods that need all entries.
    Mean,
}

/// What is computed, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Solver")]
pub struct FactorizationOptions {
    /// What is computed.
    #[arg(long, value_parser = method(|_| true, method_help), default_value = "nmf")]
    pub method: Method,
    /// How it is computed [default: hals for nmf, mu where the loss is another one than frobenius or entries
    /// are missing; the faster one of krylov and chebyshev for svd; krylov for pca; als for completion; mu
    /// for chain].
    #[arg(long, value_parser = solver(|_| true))]
    pub solver: Option<Solver>,
    /// The number of components, k [default: 6; 20 for completion].
    #[arg(long, value_name = "K", value_parser = at_least_one)]
    pub rank: Option<usize>,
    /// svd and pca, in the place of --rank: the fewest whose error is at most this share of the norm: 0.1.
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with_all = ["rank", "ranks"])]
    pub rank_tolerance: Option<f64>,
    /// svd and pca, in the place of --rank: the fewest that explain this share of the variance (for svd, of the
    /// sum of squares): 0.9.
    #[arg(long, value_name = "SHARE", value_parser = share,
          conflicts_with_all = ["rank", "ranks", "rank_tolerance"])]
    pub variance: Option<f64>,
    /// pca: divide each column by its standard deviation, for columns in different units.
    ///
    /// With rows - 1 degrees of freedom: the components of the correlations, not the covariances. A column of
    /// equal entries becomes zero, and is counted.
    #[arg(long)]
    pub scale: bool,
    /// chain: the columns of W and of each inner factor, as 24,10,4.
    #[arg(long, value_name = "R0,R1,..", value_delimiter = ',', value_parser = at_least_one,
          conflicts_with = "rank")]
    pub ranks: Vec<usize>,
    /// completion: the biases of the model [default: both].
    ///
    /// A rating is the mean, a bias of its row and one of its column, and the product of their factors. With `none`, and
    /// --l2 0, it is the product alone: the plain factorization.
    #[arg(long, value_name = "WHICH", value_enum)]
    pub biases: Option<BiasesChoice>,
    /// Gradients: the size of the first step [default: one that suits the matrix for nmf, 0.9 for svd, 0.01
    /// for sgd].
    #[arg(long, value_name = "RATE", value_parser = learning_rate)]
    pub learning_rate: Option<f64>,
    /// Gradients: what each step keeps of the one before, from 0, below 1 [default: 0 for nmf, 0.9 for svd].
    #[arg(long, value_name = "SHARE", value_parser = momentum)]
    pub momentum: Option<f64>,
    #[command(flatten)]
    pub nmf: NmfOptions,
    /// hals and mu: iterations at most [default: 30000]; gradients of nmf: the same [default: 1000], of svd for
    /// each start [default: 20000]; als and sgd: the same [default: 1000]; krylov: blocks at most,
    /// each of two products with the matrix [default: 1000]; randomized: power iterations [default: 10].
    #[arg(long, value_name = "N", value_parser = whole::<usize>)]
    pub iterations: Option<usize>,
    /// nmf, chain and completion: stop when ten iterations together gain no more than this share of the loss that is left
    /// [default: 5e-6]; krylov and chebyshev: stop where the error is within this share of the smallest,
    /// as far as can be told [default: 1e-7]. 0 never stops early.
    #[arg(long, value_name = "T", value_parser = tolerance)]
    pub tolerance: Option<f64>,
}

fn method_help(method: Method) -> String {
    let title = method.title();
    match method {
        Method::Completion => {
            format!("{title}. Its --l2 is one number, by default one that suits the matrix")
        }
        Method::Chain => format!("{title}, of --ranks"),
        _ => title.into(),
    }
}

impl FactorizationOptions {
    /// Returns the options by the names of the catalog; `missing`: entries may be.
    pub fn options(&self, run: &RunOptions, missing: bool) -> Options {
        Options {
            method: self.method,
            solver: self.solver,
            rank: self.rank,
            ranks: self.ranks.clone(),
            accuracy: accuracy(self.rank_tolerance, self.variance),
            scale: self.scale,
            biases: self.biases.map(Biases::from),
            learning_rate: self.learning_rate,
            momentum: self.momentum,
            iterations: self.iterations,
            tolerance: self.tolerance,
            missing,
            ..self.nmf.options(run)
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BiasesChoice {
    /// The product of the factors alone.
    None,
    /// A mean, and a bias of each row (recommend: of each user).
    Rows,
    /// A mean, and a bias of each column (recommend: of each item).
    Columns,
    /// A mean, and both.
    Both,
}

impl From<BiasesChoice> for Biases {
    fn from(choice: BiasesChoice) -> Self {
        match choice {
            BiasesChoice::None => Self::None,
            BiasesChoice::Rows => Self::Rows,
            BiasesChoice::Columns => Self::Columns,
            BiasesChoice::Both => Self::Both,
        }
    }
}

/// A method and solver for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub method: Method,
    pub solver: Option<Solver>,
}

/// A picture that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    pub kind: Option<PlotKind>,
    pub file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlotKind {
    Convergence,
    Spectrum,
    Components,
    Rows,
}

fn plot(given: OsString) -> Result<Plot, String> {
    let with_kind = given.to_str().and_then(|text| {
        let (kind, file) = text.split_once('=')?;
        let kind = PlotKind::from_str(kind, false).ok()?;
        Some((kind, PathBuf::from(file)))
    });
    let (kind, file) = match with_kind {
        Some((kind, file)) => (Some(kind), file),
        None => (None, PathBuf::from(given)),
    };
    Format::of(&file).map_err(|error| error.to_string())?;
    Ok(Plot { kind, file })
}

pub(super) fn learning_rate(text: &str) -> Result<f64, String> {
    let within = |x: f64| x > 0.0 && x.is_finite();
    number(text, within, "must be a number above 0, and finite")
}

fn momentum(text: &str) -> Result<f64, String> {
    let within = |x| (0.0..1.0).contains(&x);
    number(text, within, "must be a number from 0, below 1")
}

fn picture(text: &str) -> Result<(usize, usize), String> {
    let message = "must be height x width in pixels such as 19x19";
    sides(text, usize::MAX, message.into())
}

fn subject(text: &str) -> Result<Subject, String> {
    let (method, solver) = match text.split_once('/') {
        Some((method, solver)) => (method, Some(solver)),
        None => (text, None),
    };
    let (method, solver) = (method.parse(), solver.map(str::parse).transpose());
    match (method, solver) {
        (Ok(method), Ok(solver)) => Ok(Subject { method, solver }),
        _ => Err("must be a method, or a method and its solver such as svd/exact".into()),
    }
}
