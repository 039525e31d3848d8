/// The pieces of a text that terms are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Analyzer {
    /// Tokens without the stop words; n-grams are tokens with blanks between them.
    #[default]
    Word,
    /// Characters, over the ends of words; two or more of white space are one blank.
    Char,
    /// Characters within words, which are padded by a blank on each side.
    CharWb,
}

/// The tokens of [`Analyzer::Word`] without a pattern: the longest runs of two or more letters, digits and underscores,
/// by what a letter is, and which letters are brought to lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenRule {
    /// Unicode's general categories L* and N*, and Unicode's lower case, as scikit-learn.
    #[default]
    Unicode,
    /// Every character beyond ASCII is a letter, and only those of ASCII are brought to lower case: the tokens of a
    /// microcontroller, [`lowrank::core::model::keys`], which has no table of Unicode.
    Ascii,
}

/// How characters lose their accents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripAccents {
    /// Decomposes characters (NFKD) and leaves out all that is not ASCII.
    Ascii,
    /// Decomposes characters (NFKD) and leaves out marks that combine.
    Unicode,
}
