//! Models that were trained elsewhere, read in place from flash: no copy, no heap, no alignment.
//!
//! `lowrank export` writes a model as a blob of bytes, little-endian, with a version and a CRC-32. A view borrows
//! them:
//!
//! | view | of | gives |
//! |---|---|---|
//! | [`NmfView`] | A ~ W H^T, W, H >= 0 | [`fold_in`](NmfView::fold_in): the weights of a row, and its residual |
//! | [`PcaView`] | principal components | [`project`](PcaView::project): the scores of a row, and its residual |
//! | [`SvdView`] | A ~ U diag(s) V^T | [`project`](SvdView::project): the projection of a row, and its residual |
//! | [`CompletionView`] | ratings | [`fold_in`](CompletionView::fold_in): a user, from the items that are known |
//!
//! A row is dense (`[f32]`), sparse ([`SparseRow`]), or a line of text ([`Words::row`]). The entries of the model are
//! [`Components`]: numbers in f32, in 16 bits, in 8 bits of their root, or in memory.
//!
//! ```
//! use lowrank_core::model::{ModelError, NmfView};
//! # const MODEL: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/sample.lrm"));
//! let model = NmfView::parse(MODEL)?; // const MODEL: &[u8] = include_bytes!("model.lrm");
//! let mut weights = [0.0; 2];
//! let residual = model.fold_in(&[0.0, 2.0, 4.0], 20, &mut weights)?;
//! assert_eq!(weights, [0.0, 2.0]);
//! assert!(residual < 1e-3);
//! # Ok::<(), ModelError>(())
//! ```
//!
//! # The format, version 1
//!
//! All numbers are little-endian; n is the number of columns of A, k the rank. A reader of version 1 reads them for
//! good.
//!
//! | bytes | content |
//! |---|---|
//! | 0..4 | `LRNK` |
//! | 4..8 | u32: the version, 1 |
//! | 8..12 | u32: the length of the blob, all included |
//! | 12..16 | u32: the CRC-32 (IEEE) of all that follows |
//! | 16 | u8: the method, 1 nmf, 2 svd, 3 pca, 4 completion |
//! | 17 | u8: the encoding, 0 f32, 1 i16, 2 the root in 8 bits |
//! | 18..20 | u16: which of the sections exist: 1 thresholds, 2 deviations, 4 biases, 8 keys, 16 idf; 32: l2 of a completion is for each rating |
//! | 20..32 | three u32: n, k, the number of stop words |
//! | 32..44 | three f32: the smallest idf, the step of an encoded idf, the idf of an unknown word |
//! | 44..48 | f32: the mean of all ratings |
//! | 48..56 | two f32: the penalties l1, l2 of W (nmf), or l2 and that of the biases (completion) |
//! | thresholds | five f32: the 50, 90, 99, 99.9 and 100 % quantiles of the residuals of known rows |
//! | scales | k f32, unless the encoding is f32 |
//! | Gram matrix | k x k f32: the products of the components as they are encoded, unless the method is completion |
//! | means | n f32: those of the columns (pca) |
//! | biases | n f32: those of the items |
//! | deviations | n f32: the reciprocals of those of the columns, zero for a constant one |
//! | stop words | u32 each: their keys, ascending |
//! | keys | n u32: those of the terms, ascending |
//! | idf | n numbers: f32; u16 or u8 for idf = smallest + step q |
//! | components | n rows of k numbers: h = q (f32), q s_j (i16), q^2 s_j (u8, nmf), q \|q\| s_j (i8, others) |
//!
//! The key of a word is the FNV-1a hash of its bytes, in 32 bits, with ASCII letters in lower case.

mod any;
mod blob;
mod bytes;
mod checksum;
mod completion;
mod components;
mod error;
mod format;
mod nmf;
mod numbers;
mod pca;
mod reconstruction;
mod row;
mod svd;
mod thresholds;
mod words;

pub use any::AnyModel;
pub use bytes::VERSION;
pub(crate) use bytes::{PREFIX_LEN, Rest};
pub use checksum::crc32;
pub use completion::CompletionView;
pub use components::{Components, StoredComponents};
pub use error::ModelError;
pub use format::{Encoding, HEADER_LEN, MAGIC, Method, sections};
pub use nmf::NmfView;
pub(crate) use numbers::Numbers;
pub use pca::PcaView;
pub use row::{Row, SparseRow};
pub use svd::SvdView;
pub use thresholds::{QUANTILES, Thresholds};
pub use words::{TextRow, Words, key, keys};
