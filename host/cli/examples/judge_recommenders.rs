//! The figures of docs/recommender.md, from the ratings of MovieLens:
//!
//! `cargo run --release --example judge_recommenders -- ratings.csv ratings` (or `lists`, `liked`, `tune`,
//! `tune 128 0,1 10,20`: implicit of a rank with these confidences and penalties, or
//! `dot-bias HELD_OUT`, a file with the numbers of the held-out lines, counted from zero).

use lowrank::completion::{CompletionSolver, HeldOut};
use lowrank::recommend::{
    DotBias, Ease, Gibbs, Implicit, Popularity, PureSvd, RatingPredictor, Recommender, Split,
    Spread, judge_ranking, judge_ratings,
};
use lowrank::{Completion, Observed, SparseMatrix};
use std::collections::{BTreeMap, BTreeSet};
use std::{env, error::Error, fs, time::Instant};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// The lines of the file: user, item, rating.
fn read(path: &str) -> Fallible<Vec<(u64, u64, f32)>> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut lines = Vec::new();
    for line in reader.deserialize() {
        let (user, item, rating, _): (u64, u64, f32, i64) = line?;
        lines.push((user, item, rating));
    }
    Ok(lines)
}

/// Users and items in the order of their numbers; of the lines that `keep` takes.
fn matrix(
    lines: &[(u64, u64, f32)],
    keep: impl Fn(usize) -> bool,
) -> Result<SparseMatrix<f32>, lowrank::Error> {
    let places = |ids: BTreeSet<u64>| -> BTreeMap<u64, usize> {
        ids.into_iter()
            .enumerate()
            .map(|(place, id)| (id, place))
            .collect()
    };
    let users = places(lines.iter().map(|line| line.0).collect());
    let items = places(lines.iter().map(|line| line.1).collect());
    let kept = (0..lines.len())
        .filter(|&number| keep(number))
        .map(|number| {
            let (user, item, rating) = lines[number];
            (users[&user], items[&item], rating)
        });
    SparseMatrix::from_triplets(users.len(), items.len(), kept)
}

/// The same entries, all of them one.
fn ones(a: &SparseMatrix<f32>) -> Result<SparseMatrix<f32>, lowrank::Error> {
    let ones = vec![1.0; a.nonzeros()];
    SparseMatrix::new(
        a.row_offsets().to_vec(),
        a.columns().to_vec(),
        ones,
        a.ncols(),
    )
}

fn main() -> Fallible<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [path, rest @ ..] = &arguments[..] else {
        return Err(
            "usage: judge_recommenders ratings.csv ratings|lists|liked|tune|dot-bias".into(),
        );
    };
    let lines = read(path)?;
    let all = matrix(&lines, |_| true)?;
    match rest {
        ["ratings"] => predictions(&all),
        ["lists"] => lists(&ones(&all)?),
        ["liked"] => lists(&ones(&matrix(&lines, |number| lines[number].2 >= 4.0)?)?),
        ["tune"] => tune(&ones(&all)?),
        ["tune", rank, confidences, penalties] => {
            tune_implicit(&ones(&all)?, [rank, confidences, penalties])
        }
        ["dot-bias", held_out] => dot_bias(&lines, held_out),
        _ => Err("ratings, lists, liked, tune, or dot-bias HELD_OUT".into()),
    }
}

/// RMSE and MAE on a fifth of the ratings, for three divisions of which the first is the documented one.
fn predictions(all: &SparseMatrix<f32>) -> Fallible<()> {
    let sgd = Completion {
        solver: CompletionSolver::Sgd,
        ..Completion::default()
    };
    let biases = Completion {
        rank: 0,
        ..Completion::default()
    };
    let range = Some((0.5, 5.0));
    type Fit<'f> =
        &'f dyn Fn(Observed<'_, f32>) -> Result<Box<dyn RatingPredictor<f32>>, lowrank::Error>;
    let models: [(&str, Fit<'_>); 5] = [
        ("biases", &|a| Ok(Box::new(biases.fit(a)?))),
        ("als", &|a| Ok(Box::new(Completion::default().fit(a)?))),
        ("sgd", &|a| Ok(Box::new(sgd.fit(a)?))),
        ("dot-bias", &|a| {
            Ok(Box::new(
                DotBias {
                    range,
                    ..DotBias::default()
                }
                .fit(a.0)?,
            ))
        }),
        ("gibbs", &|a| Ok(Box::new(Gibbs::default().fit(a.0)?))),
    ];
    for (name, fit) in models {
        let (mut rmse, mut mae, start) = (Vec::new(), Vec::new(), Instant::now());
        for seed in 0..3 {
            let parts = HeldOut::split(Observed(all), 0.2, seed)?;
            let errors = judge_ratings(&*fit(Observed(&parts.training))?, &parts.held_out)?;
            rmse.push(errors.rmse);
            mae.push(errors.mae);
        }
        let seconds = start.elapsed().as_secs_f64() / 3.0;
        println!(
            "{name:10} RMSE {} (first {:.4})  MAE {}  {seconds:.2} s",
            told(&rmse),
            rmse[0],
            told(&mae)
        );
    }
    Ok(())
}

fn told(figures: &[f64]) -> String {
    match Spread::of(figures) {
        Some(spread) => format!("{:.4} +- {:.4}", spread.mean, spread.deviation),
        None => String::new(),
    }
}

/// Fits a model that ranks items.
type Fit<'f> = &'f dyn Fn(&SparseMatrix<f32>) -> Result<Box<dyn Recommender<f32>>, lowrank::Error>;

/// Figures of lists of 10 and of 20, a fifth of each user's entries being held out; three divisions.
fn lists(all: &SparseMatrix<f32>) -> Fallible<()> {
    let wide = Implicit {
        rank: 128,
        ..Implicit::default()
    };
    let models: [(&str, Fit<'_>); 5] = [
        ("popularity", &|a| Ok(Box::new(Popularity::of(a)))),
        ("svd 20", &|a| Ok(Box::new(PureSvd::default().fit(a)?))),
        ("implicit 64", &|a| {
            Ok(Box::new(Implicit::default().fit(a)?))
        }),
        ("implicit 128", &|a| Ok(Box::new(wide.fit(a)?))),
        ("ease", &|a| Ok(Box::new(Ease::default().fit(a)?))),
    ];
    for (name, fit) in models {
        let mut figures: [Vec<f64>; 6] = Default::default();
        let start = Instant::now();
        for seed in 0..3 {
            let division = Split::EachUser { share: 0.2 }.divide(all, None, seed)?;
            let found =
                judge_ranking(&*fit(&division.parts.training)?, &division.parts, &[10, 20])?;
            let (ten, twenty) = (&found[0], &found[1]);
            let of_seed = [
                ten.ndcg,
                twenty.recall,
                ten.precision,
                ten.recall,
                ten.map,
                ten.coverage,
            ];
            for (all, figure) in figures.iter_mut().zip(of_seed) {
                all.push(figure);
            }
        }
        let [ndcg, recall, precision, recall_10, map, coverage] = figures.map(|all| told(&all));
        let seconds = start.elapsed().as_secs_f64() / 3.0;
        println!(
            "{name:12} nDCG@10 {ndcg}  recall@20 {recall}  precision@10 {precision}  recall@10 {recall_10}  MAP@10 {map}  coverage@10 {coverage}  {seconds:.2} s"
        );
    }
    Ok(())
}

/// A fifth of each user's part of a training set, which no figure above is of.
fn validation(all: &SparseMatrix<f32>) -> Fallible<HeldOut<f32>> {
    let split = Split::EachUser { share: 0.2 };
    let training = split.divide(all, None, 0)?.parts.training;
    Ok(split.divide(&training, None, 100)?.parts)
}

fn judge(
    name: String,
    model: &dyn Recommender<f32>,
    (parts, start): (&HeldOut<f32>, Instant),
) -> Fallible<()> {
    let seconds = start.elapsed().as_secs_f64();
    let found = judge_ranking(model, parts, &[10, 20])?;
    let (ndcg, recall) = (found[0].ndcg, found[1].recall);
    println!("{name}: nDCG@10 {ndcg:.4} recall@20 {recall:.4}  {seconds:.2} s");
    Ok(())
}

/// Penalties of EASE and ranks of the SVD, judged by validation.
fn tune(all: &SparseMatrix<f32>) -> Fallible<()> {
    let parts = validation(all)?;
    for l2 in [1000.0, 500.0, 300.0, 200.0, 100.0] {
        let start = Instant::now();
        judge(
            format!("ease {l2}"),
            &Ease { l2 }.fit(&parts.training)?,
            (&parts, start),
        )?;
    }
    for rank in [10, 20, 40] {
        let start = Instant::now();
        judge(
            format!("svd {rank}"),
            &PureSvd { rank, seed: 0 }.fit(&parts.training)?,
            (&parts, start),
        )?;
    }
    Ok(())
}

/// The same for implicit feedback of one rank, each confidence, and each penalty.
fn tune_implicit(
    all: &SparseMatrix<f32>,
    [rank, confidences, penalties]: [&str; 3],
) -> Fallible<()> {
    let numbers = |text: &str| -> Result<Vec<f64>, _> { text.split(',').map(str::parse).collect() };
    let parts = validation(all)?;
    for confidence in numbers(confidences)? {
        for l2 in numbers(penalties)? {
            let settings = Implicit {
                rank: rank.parse()?,
                confidence,
                l2: Some(l2),
                ..Implicit::default()
            };
            let start = Instant::now();
            let model = settings.fit(&parts.training)?;
            let name = format!(
                "implicit {rank} confidence {confidence} l2 {l2}, {} iterations",
                model.iterations
            );
            judge(name, &model, (&parts, start))?;
        }
    }
    Ok(())
}

/// The mean square error on the held-out lines, for three seeds.
fn dot_bias(lines: &[(u64, u64, f32)], held_out: &str) -> Fallible<()> {
    let numbers = fs::read_to_string(held_out)?;
    let held: Result<BTreeSet<usize>, _> = numbers.split_whitespace().map(str::parse).collect();
    let held = held?;
    let training = matrix(lines, |number| !held.contains(&number))?;
    let validation = matrix(lines, |number| held.contains(&number))?;
    let mut errors = Vec::new();
    for seed in 0..3 {
        let start = Instant::now();
        let settings = DotBias {
            range: Some((0.5, 5.0)),
            seed,
            ..DotBias::default()
        };
        let model = settings.fit(&training)?;
        let found = judge_ratings(&model, &validation)?;
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "seed {seed}: training {:.4?}, validation MSE {:.4}, {seconds:.1} s",
            model.training,
            found.rmse.powi(2)
        );
        errors.push(found.rmse.powi(2));
    }
    println!(
        "validation MSE {} on {} ratings",
        told(&errors),
        validation.nonzeros()
    );
    Ok(())
}
