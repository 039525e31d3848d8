//! The rows that are transformed: of a matrix in the columns of a model, or of documents.

use super::wrong;
use crate::arguments::{AbsentChoice, MatchChoice, MissingChoice, Transform};
use crate::commands::factorize::Reading;
use crate::commands::names::labelled;
use crate::commands::topics;
use crate::hints;
use crate::run::{Failure, speak};
use lowrank::method::Method;
use lowrank_cli::report::counted;
use lowrank_files::labels::{self, Absent, Aligned, LabelledMatrix, few};
use lowrank_files::matrix_file::Entries;
use lowrank_files::stored_model::{StoredModel, TableWords};
use lowrank_text::FittedVectorizer;
use lowrank_text::corpus::Corpus;
use serde::Serialize;

/// The rows to be transformed.
pub struct Rows {
    pub entries: Entries,
    pub names: Names,
}

/// The names of the rows, and what is known of the columns.
pub struct Names {
    pub words: TableWords,
    pub rows: Option<Vec<String>>,
    /// The columns of a matrix; `None` for documents.
    pub columns: Option<Columns>,
}

/// The columns of the new rows beside those of the model.
#[derive(Clone, Debug, Serialize)]
pub struct Columns {
    /// `name` or `position`.
    pub matched_by: &'static str,
    /// The columns that the model does not have, which were left out.
    pub unknown: Vec<String>,
    /// The columns of the model that were taken as zeros.
    pub zeros: Vec<String>,
}

/// Reads a matrix with the columns of `model`.
pub fn matrix(options: &Transform, model: &StoredModel) -> Result<Rows, Failure> {
    check_of_matrix(options)?;
    let file = Reading::of_rows(options).read(&options.input)?;
    let matrix = labelled(file, &options.names)?;
    let new = New { options, model };
    let (matrix, columns) = new.aligned(matrix)?;
    new.say_empty(&matrix);
    let (entries, names, _) = matrix.into_parts();
    Ok(Rows {
        entries,
        names: Names {
            words: TableWords::Matrix,
            rows: names,
            columns: Some(columns),
        },
    })
}

/// Refuses options that belong to texts, or to the matrix of a fit.
pub fn check_of_matrix(options: &Transform) -> Result<(), Failure> {
    if options.texts.is_given() {
        return wrong(
            "--text-column, --ids, --no-quotes, --subset, --categories and --remove belong to a model of texts",
        );
    }
    match options.missing {
        Some(MissingChoice::Mean) => {
            wrong("--missing mean belongs to factorize, where columns have means")
        }
        _ => Ok(()),
    }
}

/// New rows and the model.
struct New<'a> {
    options: &'a Transform,
    model: &'a StoredModel,
}

impl New<'_> {
    fn file(&self) -> impl std::fmt::Display {
        self.options.input.display()
    }

    /// Returns the matrix in the columns of the model, and says what was left out.
    fn aligned(&self, matrix: LabelledMatrix) -> Result<(LabelledMatrix, Columns), Failure> {
        let are_named = self.model.column_labels.is_some() && matrix.column_labels().is_some();
        if self.options.columns_by == MatchChoice::Position || !are_named {
            self.say_position(&matrix);
            let columns = Columns {
                matched_by: "position",
                unknown: Vec::new(),
                zeros: Vec::new(),
            };
            return Ok((matrix, columns));
        }
        let absent = self.absent();
        let refused = |error: labels::Error| {
            let hint = hints::of(&error);
            Failure::Said(format!("{}: {error}{hint}", self.file()))
        };
        let aligned = self.model.align(matrix, absent).map_err(refused)?;
        self.say_unknown(&aligned);
        let zeros = match absent {
            Absent::Zero => aligned.absent,
            Absent::Refused | Absent::Missing => Vec::new(),
        };
        self.say_zeros(&zeros);
        let columns = Columns {
            matched_by: "name",
            unknown: aligned.unknown,
            zeros,
        };
        Ok((aligned.matrix, columns))
    }

    /// Returns the meaning of a column that the new rows lack: ratings need not be of all items.
    fn absent(&self) -> Absent {
        match self.options.absent {
            Some(AbsentChoice::Refuse) => Absent::Refused,
            Some(AbsentChoice::Zero) => Absent::Zero,
            Some(AbsentChoice::Missing) => Absent::Missing,
            None => {
                let method = self.model.description.settings.method();
                match method == Method::Completion || self.options.triples.is_some() {
                    true => Absent::Missing,
                    false => Absent::Refused,
                }
            }
        }
    }

    /// Says that columns are taken by position although one side has names.
    fn say_position(&self, matrix: &LabelledMatrix) {
        let (n, file) = (matrix.entries().ncols(), self.file());
        if n != self.model.description.columns || self.options.columns_by == MatchChoice::Position {
            return;
        }
        let nameless = match (&self.model.column_labels, matrix.column_labels()) {
            (Some(_), None) => format!("{file} has no names of columns"),
            (None, Some(_)) => "the model has no names of columns".into(),
            _ => return,
        };
        speak(format!(
            "{nameless}: the {} of {file} {} taken by position",
            counted(n, "column"),
            if n == 1 { "is" } else { "are" }
        ));
    }

    fn say_unknown(&self, aligned: &Aligned) {
        let unknown = &aligned.unknown;
        if unknown.is_empty() {
            return;
        }
        let (count, names) = (counted(unknown.len(), "column"), few(unknown));
        speak(format!(
            "{}: {count} unknown to the model and left out: {names}",
            self.file()
        ));
    }

    fn say_zeros(&self, zeros: &[String]) {
        if zeros.is_empty() {
            return;
        }
        let count = counted(zeros.len(), "column");
        speak(format!(
            "{}: {count} of the model absent and taken as zeros: {}",
            self.file(),
            few(zeros)
        ));
    }

    /// Says which rows have nothing left.
    fn say_empty(&self, matrix: &LabelledMatrix) {
        let empty = matrix.empty_rows();
        if empty.is_empty() {
            return;
        }
        let name = |i: &usize| match matrix.row_labels() {
            Some(names) => names[*i].clone(),
            None => (i + 1).to_string(),
        };
        let names: Vec<String> = empty.iter().map(name).collect();
        speak(format!(
            "{}: {} without a known entry in the columns of the model, which {} zeros: {}",
            self.file(),
            counted(empty.len(), "row"),
            if empty.len() == 1 { "gets" } else { "get" },
            few(&names)
        ));
    }
}

/// Reads documents as rows of the terms of a model.
pub fn documents(options: &Transform, vectorizer: &FittedVectorizer) -> Result<Rows, Failure> {
    let corpus = corpus(options)?;
    let entries = Entries::Sparse(vectorizer.transform(&corpus.documents));
    let names = names_of(corpus);
    Ok(Rows { entries, names })
}

/// Returns the names of documents.
pub fn names_of(corpus: Corpus) -> Names {
    let names = corpus.documents.into_iter().map(|document| document.name);
    Names {
        words: TableWords::Texts,
        rows: Some(names.collect()),
        columns: None,
    }
}

/// Reads documents.
pub fn corpus(options: &Transform) -> Result<Corpus, Failure> {
    if options.mask.is_some() || options.missing.is_some() || options.triples.is_some() {
        return wrong("--mask, --missing and --triples belong to a model of a matrix");
    }
    let by_position = options.columns_by == MatchChoice::Position;
    if options.names.is_given() || options.absent.is_some() || by_position {
        return wrong(
            "--row-names, --column-names, --match and --absent belong to a model of a matrix",
        );
    }
    let table = match options.table.of_texts() {
        Ok(table) => table,
        Err(message) => return wrong(message),
    };
    let corpus = topics::read(&options.input.as_path().into(), &options.texts, table)?;
    topics::speak_notes(&corpus.notes);
    Ok(corpus)
}
