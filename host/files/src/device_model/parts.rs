use super::Error;
use crate::stored_model::{Description, StoredSettings, StoredVectorizer, array};
use lowrank::DenseMatrix;
use lowrank::core::completion::Biases;
use lowrank::core::model::{Method, keys};
use std::path::Path;

/// The parts of a model that new rows need, in f64.
#[derive(Clone, Debug)]
pub struct DeviceModel {
    /// `model.json`.
    pub description: Description,
    pub(super) method: Method,
    /// n x k.
    pub(super) components: DenseMatrix<f64>,
    /// For pca, n numbers.
    pub(super) means: Vec<f64>,
    /// For pca of scaled columns, n numbers: reciprocals, zero for constant columns.
    pub(super) reciprocals: Vec<f64>,
    /// For a completion with biases, n numbers.
    pub(super) biases: Vec<f64>,
    /// The mean of all ratings.
    pub(super) mean: f64,
    pub(super) penalties: [f64; 2],
    /// The first of them grows with the number of known ratings.
    pub(super) l2_by_count: bool,
    /// The keys of the stop words, ascending.
    pub(super) stops: Vec<u32>,
}

impl DeviceModel {
    /// Reads the model in `folder`.
    ///
    /// - `stop_words`: those of its vectorizer, which the folder knows by the name of their list.
    ///
    /// # Errors
    /// As for [`DeviceModel::new`], and [`Error::Stored`], [`Error::Array`].
    pub fn read(folder: &Path, stop_words: &[&str]) -> Result<Self, Error> {
        let description = Description::read(&folder.join("model.json"))?;
        Self::new(description, stop_words, |name, shape| {
            Ok(array(folder.join(name), shape)?)
        })
    }

    /// Collects the parts of a model in memory.
    ///
    /// - `description`: what `model.json` would hold.
    /// - `stop_words`: those of its vectorizer.
    /// - `array`: returns the array of a file's name, such as `h.npy`, in this shape.
    ///
    /// # Errors
    /// [`Error::Chain`], [`Error::Loss`] and [`Error::ColumnBiases`] for models that no device has; [`Error::Empty`]; those
    /// of `array`.
    pub fn new(
        description: Description,
        stop_words: &[&str],
        array: impl Fn(&str, (usize, usize)) -> Result<DenseMatrix<f64>, Error>,
    ) -> Result<Self, Error> {
        let (n, k) = (description.columns, description.rank);
        if n == 0 || k == 0 {
            return Err(Error::Empty);
        }
        let matrix = |name: &str| array(name, (n, k));
        let vector = |name: &str| array(name, (1, n)).map(DenseMatrix::into_vec);
        let mut parts = Self {
            method: Method::Svd,
            components: DenseMatrix::from_fn(0, 0, |_, _| 0.0),
            means: Vec::new(),
            reciprocals: Vec::new(),
            biases: Vec::new(),
            mean: 0.0,
            penalties: [0.0; 2],
            l2_by_count: false,
            stops: stop_keys(stop_words),
            description,
        };
        match &parts.description.settings {
            StoredSettings::Nmf(settings) => {
                if settings.beta != 2.0 {
                    return Err(Error::Loss {
                        beta: settings.beta,
                    });
                }
                parts.penalties = settings.w_penalty.into();
                parts.method = Method::Nmf;
                parts.components = matrix("h.npy")?;
            }
            StoredSettings::Svd(_) => parts.components = matrix("v.npy")?,
            StoredSettings::Pca(settings) => {
                parts.method = Method::Pca;
                parts.means = vector("mean.npy")?;
                if settings.scale {
                    let reciprocal = |d: f64| if d > 0.0 { 1.0 / d } else { 0.0 };
                    let deviations = vector("deviation.npy")?;
                    parts.reciprocals = deviations.into_iter().map(reciprocal).collect();
                }
                parts.components = matrix("components.npy")?;
            }
            StoredSettings::Completion(settings) => {
                parts.penalties = [settings.l2, settings.bias_l2];
                parts.l2_by_count = settings.l2_by_count;
                parts.method = Method::Completion;
                match settings.biases {
                    Biases::None => {}
                    // Those of the columns are zeros without them.
                    Biases::Rows | Biases::Both => parts.biases = vector("column_biases.npy")?,
                    Biases::Columns => return Err(Error::ColumnBiases),
                }
                parts.mean = array("mean.npy", (1, 1))?.at(0, 0);
                parts.components = matrix("h.npy")?;
            }
            StoredSettings::Chain(_) => return Err(Error::Chain),
        }
        Ok(parts)
    }

    /// Returns the method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Returns n and k.
    pub fn shape(&self) -> (usize, usize) {
        (self.components.nrows(), self.components.ncols())
    }

    /// Returns the vectorizer of a model of texts.
    pub fn text(&self) -> Option<&StoredVectorizer> {
        self.description.text.as_ref()
    }
}

/// Returns the keys of the words that a device would take for tokens, ascending.
fn stop_keys(words: &[&str]) -> Vec<u32> {
    let mut stops: Vec<u32> = words
        .iter()
        .flat_map(|word| keys(word.as_bytes()))
        .collect();
    stops.sort_unstable();
    stops.dedup();
    stops
}
