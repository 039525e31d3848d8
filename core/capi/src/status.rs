//! The codes that functions return, and their texts.

use core::ffi::{CStr, c_char};
use lowrank_core::Error;
use lowrank_core::model::ModelError;

/// The outcome of a call. A function checks its arguments in their order, and the first bad one decides. A call that is
/// refused for its arguments has changed nothing.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowrankStatus {
    /// Done.
    Ok = 0,
    /// A pointer is null.
    Null = -1,
    /// A pointer is not aligned for its type.
    Misaligned = -2,
    /// Memory that is written overlaps with that of another argument.
    Overlap = -3,
    /// A buffer is shorter than the sizes ask for.
    Short = -4,
    /// A size is zero, or more than a memory can hold.
    Size = -5,
    /// The rank is zero, or larger than the width, or than the matrix has.
    Rank = -6,
    /// A setting is outside its range: a tolerance that is negative or not a number.
    Setting = -7,
    /// An entry is NaN or infinite.
    NonFinite = -8,
    /// An entry is negative where none may be.
    Negative = -9,
    /// A result, or a sum of squares, is too large for the type.
    Overflow = -10,
    /// The small singular value decomposition did not converge, which is not known to happen.
    NotConverged = -11,
    /// The bytes do not begin as a model does.
    NotAModel = -12,
    /// The model is big-endian.
    Endianness = -13,
    /// The model has another version, mostly a newer one.
    Version = -14,
    /// There are fewer bytes than the model has.
    Cut = -15,
    /// The checksum of the model is not that of its bytes: they were changed.
    Checksum = -16,
    /// The sizes in the model contradict each other.
    Layout = -17,
    /// The model is of another method than the function.
    Method = -18,
    /// A row has another length than the model or the sketch has columns.
    Length = -19,
    /// An index of a sparse row is not below the number of columns.
    Index = -20,
    /// The model has no words.
    NoWords = -21,
    /// The line has more different terms than there is room for.
    TooManyTerms = -22,
    /// The model has no thresholds, or none for this share.
    NoThreshold = -23,
    /// The state is none: it was not begun, or was changed.
    State = -24,
    /// One sketch is centered, and the other is not.
    Centering = -25,
    /// Something else; not known to happen.
    Other = -26,
}

use LowrankStatus as Status;

impl From<Error> for LowrankStatus {
    fn from(error: Error) -> Self {
        match error {
            Error::BufferTooSmall { .. } => Status::Short,
            Error::Shape { .. } => Status::Length,
            Error::Empty => Status::Size,
            Error::Rank { .. } => Status::Rank,
            Error::Setting { .. } => Status::Setting,
            Error::NonFinite { .. } => Status::NonFinite,
            Error::Negative { .. } | Error::Start => Status::Negative,
            Error::Overflow => Status::Overflow,
            Error::NotConverged { .. } => Status::NotConverged,
            _ => Status::Other,
        }
    }
}

impl From<ModelError> for LowrankStatus {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::NotAModel => Status::NotAModel,
            ModelError::Endianness => Status::Endianness,
            ModelError::Version { .. } => Status::Version,
            ModelError::Cut { .. } => Status::Cut,
            ModelError::Checksum => Status::Checksum,
            ModelError::Layout => Status::Layout,
            ModelError::Method => Status::Method,
            ModelError::NoWords => Status::NoWords,
            ModelError::Length { .. } => Status::Length,
            ModelError::Index { .. } => Status::Index,
            ModelError::NonFinite { .. } => Status::NonFinite,
            ModelError::Negative { .. } => Status::Negative,
            ModelError::TooManyTerms { .. } => Status::TooManyTerms,
            ModelError::Overflow => Status::Overflow,
            _ => Status::Other,
        }
    }
}

/// The texts of the codes, from 0 down.
const TEXTS: [&CStr; 27] = [
    c"done",
    c"a pointer is null: pass the address of a buffer",
    c"a pointer is not aligned for its type: declare the buffer as an array of that type",
    c"memory that is written overlaps with another argument: give each its own buffer",
    c"a buffer is too short: take its length from the LOWRANK_..._LEN macros, or the table in the header",
    c"a size is zero, or more than a memory can hold",
    c"the rank is not between 1 and the width of the workspace, or larger than the matrix has",
    c"a setting is outside its range: start from LOWRANK_SVD_SETTINGS or LOWRANK_NMF_SETTINGS",
    c"an entry is NaN or infinite",
    c"an entry is negative, and a non-negative factorization has none",
    c"the result is too large for the type: scale the entries, or take double",
    c"the small singular value decomposition did not converge",
    c"the bytes are no model: make them with lowrank export",
    c"the model is big-endian: export it again, models are little-endian",
    c"the model has another version than 1: take a newer library, or export it again",
    c"the model was cut: pass all of its bytes",
    c"the model was changed: its checksum differs; export it again",
    c"the sizes in the model contradict each other: export it again",
    c"the model is of another method: nmf, svd, pca and completion have their own functions",
    c"the row has another length than the model or the sketch has columns",
    c"an index is not below the number of columns",
    c"the model has no words: export one of texts, not by index",
    c"the line has more different terms than there is room for: give it more, or a shorter line",
    c"the model has no threshold for this share: export it with --check, and ask for at most 1",
    c"the state was not begun, or was changed: begin it with lowrank_model_open or lowrank_sketch_begin",
    c"one sketch is centered and the other is not: begin both with the same is_centered",
    c"an error without a code of its own",
];

/// Returns the text of a code, in English; of any other number, that it is none. It is never null.
#[unsafe(no_mangle)]
pub extern "C" fn lowrank_message(status: i32) -> *const c_char {
    let place = usize::try_from(status.saturating_neg()).unwrap_or(usize::MAX);
    let text = TEXTS.get(place);
    text.copied().unwrap_or(c"no code of this library").as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::collections::HashSet;

    fn message(status: i32) -> &'static CStr {
        // SAFETY: a constant, as its documentation says.
        unsafe { CStr::from_ptr(lowrank_message(status)) }
    }

    #[test]
    fn every_code_has_a_text_of_its_own() {
        let last = Status::Other as i32;
        assert_eq!(TEXTS.len(), 1 + last.unsigned_abs() as usize);
        let texts: HashSet<_> = (last..=0).map(message).collect();
        assert_eq!(texts.len(), TEXTS.len());
        assert!(
            message(Status::Checksum as i32)
                .to_str()
                .unwrap()
                .contains("checksum")
        );
        assert!(
            message(Status::State as i32)
                .to_str()
                .unwrap()
                .contains("begin")
        );
    }

    #[test]
    fn other_numbers_are_told_from_codes() {
        for status in [1, Status::Other as i32 - 1, i32::MAX, i32::MIN] {
            assert_eq!(message(status), c"no code of this library");
        }
    }
}
