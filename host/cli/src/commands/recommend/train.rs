//! `lowrank recommend train`.

use super::kept_model::{Description, Kept, Model, name_of};
use super::names::Names;
use super::ratings_table::RatingsTable;
use super::titles;
use crate::arguments::{KeptModel, Train};
use crate::progress::spinner;
use crate::run::{Failure, Output, start_threads};
use lowrank::recommend::{Ease, Implicit, PureSvd};
use lowrank::{Completion, Observed, SparseMatrix};
use lowrank_files::model_folder::ModelFolder;
use std::time::Instant;

pub fn run(options: &Train) -> Result<Output, Failure> {
    check(options)?;
    start_threads(options.threads)?;
    let mut folder = ModelFolder::create(&options.output, options.force)?;
    let start = Instant::now();
    let table = RatingsTable::read(&options.ratings, &options.columns)?;
    let titles = match &options.titles {
        Some(titles) => titles::read(titles, &table.items)?,
        None => Vec::new(),
    };
    let bar = spinner("learning");
    let (description, model) = learn(options, &table.ratings)?;
    bar.finish_and_clear();
    let kept = Kept {
        description,
        users: Names::new("user", table.users, Vec::new()),
        items: Names::new("item", table.items, titles),
        ratings: table.ratings,
        model,
    };
    kept.write(&mut folder)?;
    let path = folder.commit()?;
    Ok(Output::good(format!(
        "{} of {} ratings of {} items by {} users in {}, {:.1} s",
        kept.description.model,
        kept.ratings.nonzeros(),
        kept.items.len(),
        kept.users.len(),
        path.display(),
        start.elapsed().as_secs_f64()
    )))
}

fn check(options: &Train) -> Result<(), Failure> {
    let refused = |message: String| Err(Failure::Usage("recommend train", message));
    let model = name_of(options.model);
    match options.model {
        KeptModel::Als if options.columns.rating.is_none() => {
            refused("--model als learns from ratings: name their column with --rating, or take another model".into())
        }
        KeptModel::Als if options.liked.is_some() => {
            refused("--liked belongs to the models of lists, and als learns from all ratings".into())
        }
        KeptModel::Ease if options.rank.is_some() => refused("--rank belongs to implicit, svd and als".into()),
        KeptModel::Svd if options.l2.is_some() => refused("--l2 belongs to implicit, ease and als".into()),
        other if other != KeptModel::Implicit && options.confidence.is_some() => {
            refused(format!("--confidence belongs to implicit, and not to {model}"))
        }
        _ => Ok(()),
    }
}

fn learn(options: &Train, ratings: &SparseMatrix<f32>) -> Result<(Description, Model), Failure> {
    let mut description = Description::new(options.model);
    let columns = &options.columns;
    description.liked = options.liked;
    description.columns = [
        Some(columns.user.clone()),
        Some(columns.item.clone()),
        columns.rating.clone(),
    ];
    let learnt = learnt(&description, ratings)?;
    let most = learnt.nrows().min(learnt.ncols());
    // A rank that was asked for is not changed.
    let rank = |default: usize| options.rank.unwrap_or(default.min(most));
    let model = match options.model {
        KeptModel::Implicit => {
            let default = Implicit::default();
            let settings = Implicit {
                rank: rank(default.rank),
                l2: options.l2.unwrap_or(default.l2),
                confidence: options.confidence.unwrap_or(default.confidence),
                seed: options.seed,
                ..default
            };
            description.rank = settings.rank;
            description.l2 = settings.l2;
            description.confidence = settings.confidence;
            Model::Implicit(settings.fit(&learnt)?)
        }
        KeptModel::Svd => {
            let rank = rank(PureSvd::default().rank);
            description.rank = rank;
            Model::Svd(
                PureSvd {
                    rank,
                    seed: options.seed,
                }
                .fit(&learnt)?,
            )
        }
        KeptModel::Ease => {
            let l2 = options.l2.unwrap_or(Ease::default().l2);
            description.l2 = l2;
            Model::Ease(Ease { l2 }.fit(&learnt)?)
        }
        KeptModel::Als => {
            let default = Completion::default();
            let settings = Completion {
                rank: rank(default.rank),
                l2: options.l2.unwrap_or(default.l2),
                seed: options.seed,
                ..default
            };
            let model = settings.fit(Observed(&learnt))?;
            description.rank = settings.rank;
            description.l2 = settings.l2;
            description.bias_l2 = settings.bias_l2;
            description.mean = model.mean;
            Model::Als(model)
        }
    };
    Ok((description, model))
}

/// Returns the matrix that a model learns from.
fn learnt(
    description: &Description,
    ratings: &SparseMatrix<f32>,
) -> Result<SparseMatrix<f32>, Failure> {
    let mut entries = Vec::new();
    for user in 0..ratings.nrows() {
        let (items, values) = description.learnt(ratings.row(user));
        entries.extend(
            items
                .iter()
                .zip(values)
                .map(|(&item, x)| (user, item as usize, x)),
        );
    }
    match (entries.is_empty(), description.liked) {
        (true, Some(liked)) => Err(Failure::Said(format!(
            "no rating is {liked} or more: ask for less with --liked"
        ))),
        _ => Ok(SparseMatrix::from_triplets(
            ratings.nrows(),
            ratings.ncols(),
            entries,
        )?),
    }
}
