//! Recommendations: models of users and items, their lists, and an honest judgement of both.
//!
//! A matrix has a row for each user and a column for each item.
//!
//! | models | content |
//! |---|---|
//! | [`Implicit`], [`PureSvd`], [`Ease`], [`Popularity`] | rank items by what users have: which entries are known, not how large |
//! | [`Gibbs`], [`DotBias`], [`Completion`](crate::Completion) | predict ratings |
//!
//! [`Search`] finds their settings by a figure on held-out entries.
//!
//! A good prediction of ratings is not a good list: it says nothing of what a user would take at all. [`judge_ranking`]
//! and [`judge_ratings`] tell both on entries that a [`Division`] held out.
//!
//! ```
//! use lowrank::SparseMatrix;
//! use lowrank::recommend::{Implicit, Recommender, TopN};
//! let taken = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 3)].map(|(user, item)| (user, item, 1.0));
//! let taken = SparseMatrix::<f64>::from_triplets(3, 4, taken)?;
//! let model = Implicit { rank: 2, l2: Some(0.1), ..Implicit::default() }.fit(&taken)?;
//! let top = TopN { n: 1, ..TopN::default() };
//! let list = top.recommend(&model, 0, Some(&taken))?;
//! assert_eq!(list[0].item, 2);
//! # Ok::<(), lowrank::Error>(())
//! ```

mod division;
mod dot_bias;
mod dot_bias_user;
mod ease;
mod explanation;
mod explicit;
mod gibbs;
mod gibbs_fit;
mod gibbs_model;
mod implicit;
mod judgement;
mod popularity;
mod pure_svd;
mod recommender;
mod scores;
mod similar;
mod top_n;
mod tuning;

pub use division::{Division, Split};
pub use dot_bias::{DotBias, DotBiasModel};
pub use ease::{Ease, EaseModel};
pub use explanation::{Contribution, Explanation};
pub use gibbs::Gibbs;
pub use gibbs_model::{GibbsDraw, GibbsModel, RatingDraws};
pub use implicit::{Implicit, ImplicitModel};
pub use judgement::{RankingQuality, RatingErrors, Spread, judge_ranking, judge_ratings};
pub use lowrank_core::completion::GibbsScale;
pub use lowrank_core::completion::{Cycles, LeastSquares};
pub use popularity::Popularity;
pub use pure_svd::{PureSvd, PureSvdModel};
pub use recommender::{Entries, RatingPredictor, Recommender};
pub use similar::similar_items;
pub use top_n::{Recommended, TopN};
pub use tuning::{Aim, Axis, Border, Search, Trial, Tuning};
