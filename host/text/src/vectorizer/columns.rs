/// The column of each term, by its number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Columns<'a> {
    /// The number of a term, which is a bucket, is its column.
    Same,
    /// The column of each number, or [`NONE`](super::vocabulary::NONE).
    Of(&'a [u32]),
}

impl Columns<'_> {
    #[inline]
    pub(super) fn of(self, term: u32) -> u32 {
        match self {
            Columns::Same => term,
            Columns::Of(columns) => columns[term as usize],
        }
    }
}
