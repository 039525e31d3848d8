use lowrank_text::vectorizer::{Analyzer, Error, Vectorizer};
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyString};

use super::work::on_threads;

/// The bytes of text after which a batch is counted: enough for many threads, little beside the memory of a machine.
const BATCH_BYTES: usize = 32 << 20;

/// The texts of an iterable of Python, a batch at a time, so that one of any length streams through.
pub(super) struct Documents<'py> {
    iterator: Bound<'py, PyIterator>,
    decode: Bound<'py, PyAny>,
    /// The number of documents that were read.
    read: usize,
    /// Halves of surrogate pairs, which are no characters, separate tokens like other characters that are in none.
    skips_surrogates: bool,
}

/// A text with its UTF-8. What is not ASCII is encoded into memory of its own, since a `str` would keep its UTF-8 for good.
enum Text<'py> {
    Ascii(Bound<'py, PyString>),
    Encoded(Bound<'py, PyBytes>),
}

impl Text<'_> {
    fn as_str(&self) -> PyResult<&str> {
        match self {
            Text::Ascii(text) => text.to_str(),
            Text::Encoded(bytes) => std::str::from_utf8(bytes.as_bytes())
                .map_err(|error| PyValueError::new_err(error.to_string())),
        }
    }
}

impl<'py> Documents<'py> {
    pub(super) fn new(
        documents: &Bound<'py, PyAny>,
        decode: &Bound<'py, PyAny>,
        settings: &Vectorizer,
    ) -> PyResult<Self> {
        Ok(Documents {
            iterator: documents.try_iter()?,
            decode: decode.clone(),
            read: 0,
            skips_surrogates: settings.analyzer == Analyzer::Word
                && settings.token_pattern.is_none(),
        })
    }

    /// Calls `count` with each batch, on the threads of this process and without the interpreter.
    ///
    /// # Errors
    /// What iterating or decoding raises; `TypeError` for a document that is no text; `KeyboardInterrupt` between batches.
    pub(super) fn for_each_batch(
        mut self,
        mut count: impl FnMut(&[&str]) -> Result<(), Error> + Send,
    ) -> PyResult<()> {
        let py = self.iterator.py();
        loop {
            let batch = self.next_batch()?;
            if batch.is_empty() {
                return Ok(());
            }
            let texts = batch
                .iter()
                .map(Text::as_str)
                .collect::<PyResult<Vec<_>>>()?;
            on_threads(py, || count(&texts))?;
            py.check_signals()?;
        }
    }

    fn next_batch(&mut self) -> PyResult<Vec<Text<'py>>> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while bytes < BATCH_BYTES
            && let Some(document) = self.iterator.next()
        {
            let text = self.text(document?)?;
            bytes += text.as_str()?.len().max(1);
            batch.push(text);
            self.read += 1;
        }
        Ok(batch)
    }

    fn text(&self, document: Bound<'py, PyAny>) -> PyResult<Text<'py>> {
        let text = match document.cast_into::<PyString>() {
            Ok(text) => text,
            Err(other) => self.decoded(other.into_inner())?,
        };
        if text.call_method0("isascii")?.is_truthy()? {
            return Ok(Text::Ascii(text));
        }
        match text.encode_utf8() {
            Ok(bytes) => Ok(Text::Encoded(bytes)),
            Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(text.py()) => {
                self.without_surrogates(&text)
            }
            Err(error) => Err(error),
        }
    }

    fn decoded(&self, document: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
        let decoded = self.decode.call1((document,))?;
        decoded.cast_into::<PyString>().map_err(|other| {
            let kind = other.into_inner().get_type();
            let kind = kind.name().map_or_else(|_| "?".into(), |name| name.to_string());
            PyTypeError::new_err(format!(
                "document {} is of type {kind}, expected str or bytes: leave it out, or make it a str",
                self.read
            ))
        })
    }

    fn without_surrogates(&self, text: &Bound<'py, PyString>) -> PyResult<Text<'py>> {
        if self.skips_surrogates {
            let text = text.to_string_lossy();
            return Ok(Text::Encoded(PyBytes::new(
                self.iterator.py(),
                text.as_bytes(),
            )));
        }
        Err(PyValueError::new_err(format!(
            "document {} holds half of a surrogate pair, which is no character: give \
             text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace'), or take the default token_pattern",
            self.read
        )))
    }
}
