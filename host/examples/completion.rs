//! Ratings that users gave to films, and one that nobody gave.

use lowrank::{Completion, Observed, SparseMatrix};

fn main() -> Result<(), lowrank::Error> {
    let given = [(0, 0, 5.0), (0, 1, 1.0), (1, 0, 4.0), (2, 1, 2.0)];
    let ratings = SparseMatrix::from_triplets(3, 2, given)?;
    let completion = Completion {
        rank: 1,
        ..Completion::default()
    };
    let model = completion.fit(Observed(&ratings))?;
    println!("user 2 would give film 0 {:.1?}", model.predict(2, 0));
    Ok(())
}
