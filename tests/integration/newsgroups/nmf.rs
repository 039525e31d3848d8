//! NMF of the tf-idf of the stripped posts.

use lowrank::iteration::Stop;
use lowrank::nmf::{Loss, NmfModel};
use lowrank::{Backend, DenseMatrix, MiniBatchNmf, Nmf, SparseMatrix};
use lowrank_text::corpus::CorpusReader;
use lowrank_text::topics::Topics;
use lowrank_text::vectorizer::{StopWords, Vectorizer};
use std::ops::ControlFlow;

use super::data::{THREADS, on_threads, read, stripped};
use super::measure::{bits, distance, empty_rows, entries, in_f64};

/// scikit-learn's, from `NMF(5, init='nndsvd', random_state=1)`.
const TOPICS: [&str; 5] = [
    "people don think just like objective say morality",
    "graphics thanks files image file program windows know",
    "space nasa launch shuttle orbit moon lunar earth",
    "ico bobbe tek beauchaine bronx manhattan sank queens",
    "god jesus bible believe christian atheism does belief",
];

/// The bound on the error; scikit-learn's coordinate descent stops at 43.71293.
const ERROR: f64 = 43.7130;

/// ||A - A_5||_F: no factorization of rank five gets below.
const OPTIMUM: f64 = 43.69905343;

fn five() -> Nmf {
    Nmf {
        rank: 5,
        ..Nmf::default()
    }
}

/// <A, W H^T>.
fn inner_product(a: &SparseMatrix<f64>, w: &DenseMatrix<f64>, h: &DenseMatrix<f64>) -> f64 {
    let entry = |i, j| (0..w.ncols()).map(|k| w.at(i, k) * h.at(j, k)).sum::<f64>();
    let row = |i| {
        let (columns, values) = entries(a, i);
        let terms = columns.iter().zip(values);
        terms.map(|(&j, x)| x * entry(i, j as usize)).sum::<f64>()
    };
    (0..a.nrows()).map(row).sum()
}

/// The factors are not negative, and the figures are those of the factors.
fn assert_consistent(a: &SparseMatrix<f64>, model: &NmfModel<f64>) {
    for x in [&model.w, &model.h] {
        assert!(x.as_slice().iter().all(|x| *x >= 0.0 && x.is_finite()));
    }
    let error = distance(a, &model.w, &model.h);
    let reported = model.approximation;
    assert!((error - reported.error).abs() <= 1e-12 * error, "{error}");
    assert!(reported.error <= reported.error_bound);
    assert!(error >= OPTIMUM);
}

#[test]
fn default_nmf_of_five_topics_reaches_scikit_learns_error() {
    let Some(data) = stripped() else { return };
    let a = &data.tfidf;
    let mut losses = Vec::new();
    let model = five()
        .fit_with(a, None, |progress| {
            losses.push(progress.error);
            ControlFlow::Continue(())
        })
        .unwrap();
    let error = model.approximation.error;
    assert!(error <= ERROR, "{error}");
    assert_eq!(model.stop, Stop::Tolerance);
    assert_consistent(a, &model);
    // One call before each iteration and one after the last.
    assert_eq!(losses.len(), model.iterations + 1);
    // The squares differ by rounding of ||A||^2, 2e3.
    assert!(
        losses.is_sorted_by(|x, y| *y <= x + 1e-12 * x),
        "{losses:?}"
    );
    // A stationary point is no longer or shorter than the projection of A on its ray; the tolerance
    // ends a little before.
    let norm = reported_norm(&model);
    let length = (norm.powi(2) - error.powi(2)).sqrt();
    let product = inner_product(a, &model.w, &model.h);
    assert!((product / length.powi(2) - 1.0).abs() < 1e-4, "{product}");
}

/// Compares with the errors of scikit-learn 1.9.1 on the same matrices: `NMF(k, random_state=0)` with its defaults, and for
/// the Kullback-Leibler divergence with `solver="mu", init="nndsvda", max_iter=2000, tol=0`.
#[test]
fn default_errors_are_no_larger_than_those_of_scikit_learn() {
    let Some(data) = stripped() else { return };
    let fits = |a: &SparseMatrix<f64>, loss, rank, peer: f64| {
        let nmf = Nmf {
            rank,
            loss,
            ..Nmf::default()
        };
        let found = nmf.fit(a).unwrap();
        let (error, iterations) = ((2.0 * found.loss).sqrt(), found.iterations);
        println!("{loss:?}, k = {rank}: {error} after {iterations} iterations, {peer}");
        assert_eq!(found.stop, Stop::Tolerance);
        assert!(error <= peer * (1.0 + 2e-5), "{loss:?} {rank}: {error}");
    };
    fits(&data.tfidf, Loss::Frobenius, 5, 43.71292606367335);
    fits(&data.tfidf, Loss::Frobenius, 20, 42.9780577520048);
    fits(&data.tfidf, Loss::KullbackLeibler, 10, 304.0100975294556);
    let Some(folder) = lowrank_tests::newsgroups_folder() else {
        return;
    };
    let all = read(&CorpusReader::default(), &folder);
    let (_, all) = Vectorizer {
        stop_words: StopWords::None,
        ..Vectorizer::default()
    }
    .fit_transform(&all.documents)
    .unwrap();
    fits(&all, Loss::Frobenius, 20, 101.1575812292121);
}

fn reported_norm(model: &NmfModel<f64>) -> f64 {
    let norm = model.approximation.frobenius_norm;
    assert!((norm / 44.429719783046124 - 1.0).abs() < 1e-10, "{norm}");
    norm
}

#[test]
fn five_topics_are_scikit_learns() {
    let Some(data) = stripped() else { return };
    let model = five().fit(&data.tfidf).unwrap();
    let topics = Topics::of_nmf(&model, &data.terms, 8);
    for expected in TOPICS {
        let shared = |topic: &lowrank_text::topics::Topic| {
            let words = topic.words.iter().map(|word| word.word.as_str());
            words
                .filter(|word| expected.split(' ').any(|e| e == *word))
                .count()
        };
        let best = topics.topics.iter().map(shared).max().unwrap();
        assert!(
            best >= 7,
            "{best} words of {expected:?} in {:?}",
            topics.topics
        );
    }
    let led: usize = topics.topics.iter().map(|topic| topic.documents).sum();
    assert_eq!(led + topics.without_topic, 2034);
    assert!(
        (60..=70).contains(&topics.without_topic),
        "{}",
        topics.without_topic
    );
    let strengths = topics.topics.iter().map(|topic| topic.strength);
    assert!(strengths.is_sorted_by(|x, y| x >= y));
}

#[test]
fn empty_documents_have_no_weights() {
    let Some(data) = stripped() else { return };
    let model = five().fit(&data.tfidf).unwrap();
    for i in empty_rows(&data.tfidf) {
        assert!((0..5).all(|k| model.w.at(i, k) == 0.0), "row {i}");
    }
}

#[test]
fn core_and_single_precision_reach_the_error_of_the_host() {
    let Some(data) = stripped() else { return };
    let a = &data.tfidf;
    let core = Nmf {
        backend: Backend::Core,
        ..five()
    };
    let error = five().fit(a).unwrap().approximation.error;
    let on_core = core.fit(a).unwrap();
    let difference = (on_core.approximation.error - error).abs();
    assert!(difference <= 1e-6, "core: {difference:e}");
    assert_consistent(a, &on_core);

    let single = a.cast::<f32>();
    for nmf in [five(), core] {
        let model = nmf.fit(&single).unwrap();
        let found = f64::from(model.approximation.error);
        assert!((found / error - 1.0).abs() <= 1e-4, "{nmf:?}: {found}");
        let measured = distance(a, &in_f64(&model.w), &in_f64(&model.h));
        assert!(
            (measured / error - 1.0).abs() <= 1e-4,
            "{nmf:?}: {measured}"
        );
    }
}

#[test]
fn nmf_has_the_same_bits_on_any_number_of_threads() {
    let Some(data) = stripped() else { return };
    let run = |count| on_threads(count, || five().fit(&data.tfidf).unwrap());
    let alone = run(THREADS[0]);
    for count in &THREADS[1..] {
        let model = run(*count);
        for (x, y) in [(&alone.w, &model.w), (&alone.h, &model.h)] {
            assert_eq!(bits(x.as_slice()), bits(y.as_slice()), "{count} threads");
        }
        assert_eq!(alone.approximation, model.approximation);
        assert_eq!(alone.iterations, model.iterations);
    }
}

#[test]
fn transform_of_the_fitted_posts_is_no_worse_than_the_fit() {
    let Some(data) = stripped() else { return };
    let model = five().fit(&data.tfidf).unwrap();
    let w = model.transform(&data.tfidf).unwrap();
    let error = distance(&data.tfidf, &w, &model.h);
    assert!(error <= model.approximation.error * (1.0 + 1e-6), "{error}");
}

#[test]
fn batches_of_256_posts_come_near_the_error_of_all_posts() {
    let Some(data) = stripped() else { return };
    for seed in 0..3 {
        let settings = MiniBatchNmf {
            nmf: Nmf {
                rank: 5,
                seed,
                ..Nmf::default()
            },
            batch_size: 256,
            ..MiniBatchNmf::default()
        };
        let fit = |settings: MiniBatchNmf| {
            let model = settings.fit(&data.tfidf).unwrap();
            let (error, passes) = (model.approximation.error, model.iterations);
            println!("seed {seed}: error {error:.4} after {passes} passes");
            assert_consistent(&data.tfidf, &model);
            model
        };
        let settled = fit(settings);
        assert_eq!(settled.stop, Stop::Tolerance);
        let error = settled.approximation.error;
        assert!(error <= ERROR * 1.0005, "seed {seed}: {error}");
        let passes = |passes| MiniBatchNmf {
            passes,
            pass_tolerance: 0.0,
            ..settings
        };
        let once = fit(passes(1)).approximation.error;
        assert!(once <= ERROR * 1.003, "seed {seed}: {once}");
        let often = fit(passes(100)).approximation.error;
        assert!(often <= ERROR * 1.00005, "seed {seed}: {often}");
        let (core, host) = (Backend::Core, fit(passes(3)));
        let on_core = fit(MiniBatchNmf {
            nmf: Nmf {
                backend: core,
                ..passes(3).nmf
            },
            ..passes(3)
        });
        let difference = on_core.approximation.error - host.approximation.error;
        assert!(difference.abs() < 1e-6, "seed {seed}: {difference:e}");
    }
}

#[test]
fn batches_of_counts_come_near_the_divergence_of_all_posts() {
    let Some(data) = stripped() else { return };
    let loss = Loss::KullbackLeibler;
    let whole = Nmf { loss, ..five() }.fit(&data.counts).unwrap().loss;
    let settings = MiniBatchNmf {
        nmf: Nmf {
            rank: 5,
            loss,
            iterations: 50,
            ..Nmf::default()
        },
        batch_size: 256,
        ..MiniBatchNmf::default()
    };
    let model = settings.fit(&data.counts).unwrap();
    println!(
        "{} of {whole} after {} passes",
        model.loss, model.iterations
    );
    assert!(model.loss <= 1.05 * whole, "{} {whole}", model.loss);
}
