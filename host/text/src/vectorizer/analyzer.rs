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

/// How characters lose their accents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripAccents {
    /// Decomposes characters (NFKD) and leaves out all that is not ASCII.
    Ascii,
    /// Decomposes characters (NFKD) and leaves out marks that combine.
    Unicode,
}
