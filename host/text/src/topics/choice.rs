//! The choice of the number of topics.

use super::Components;
use super::coherence::coherences;
use super::stability::{agreement, sample};
use lowrank::method::Settings;
use lowrank::{DenseMatrix, Error, Matrix, Scalar, SparseMatrix};

/// The settings for judging a number of topics.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The factorization; its rank is ignored.
    pub settings: Settings,
    /// The number of samples of the documents that measure stability; with none, stability is not measured.
    pub samples: usize,
}

/// A number of topics and its quality.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// k.
    pub topics: usize,
    /// The tolerance stopped the fit of all documents.
    pub converged: bool,
    /// ||A||_F.
    pub frobenius_norm: f64,
    /// The error of the fit of all documents, in the norm of `frobenius_norm`.
    pub error: f64,
    /// The mean [`agreement`] of its topics with those of each sample; `None` without samples, or if a sample has
    /// fewer than k documents.
    pub stability: Option<f64>,
    /// The mean [`npmi`](super::npmi) of its topics; `None` if no topic has two words.
    pub coherence: Option<f64>,
}

impl Assessment {
    /// Judges `topics` topics of `a`: error, stability and coherence.
    ///
    /// The model of all documents is the reference. Sample s, s = 1, 2, .., is drawn and fitted with the seed of the
    /// method plus s. The method follows Greene, O'Callaghan & Cunningham (2014), but compares components by their
    /// cosines instead of ranked words.
    ///
    /// Costs 1 + `samples` fits, one after the other; `observe` is called after each.
    ///
    /// # Errors
    /// The errors of [`Settings::fit`], and that of more topics than documents or terms.
    pub fn of<T: Scalar>(
        &self,
        topics: usize,
        a: &SparseMatrix<T>,
        observe: &mut dyn FnMut(),
    ) -> Result<Choice, Error> {
        let settings = self.settings.clone().with_rank(topics);
        // Non-negative factors take any number, but more topics than documents say nothing.
        Matrix::from(a).check_rank(topics)?;
        let found = settings.fit(a)?;
        observe();
        let components = Components::of(&found);
        let coherences = coherences(&components, a);
        Ok(Choice {
            topics,
            converged: found.converged,
            frobenius_norm: found.approximation.frobenius_norm,
            error: found.approximation.error,
            stability: self.stability(settings, a, components.terms(), observe)?,
            coherence: mean(coherences.into_iter().flatten()),
        })
    }

    /// Returns the stability of the topics of these settings, the columns of `reference`.
    fn stability<T: Scalar>(
        &self,
        settings: Settings,
        a: &SparseMatrix<T>,
        reference: &DenseMatrix<T>,
        observe: &mut dyn FnMut(),
    ) -> Result<Option<f64>, Error> {
        let mut agreements = Vec::new();
        for number in 1..=self.samples {
            let seed = settings.seed().wrapping_add(number as u64);
            let sample = sample(a, seed);
            if settings.rank() > sample.nrows() {
                return Ok(None);
            }
            let found = settings.clone().with_seed(seed).fit(&sample)?;
            agreements.push(agreement(reference, Components::of(&found).terms()));
            observe();
        }
        Ok(mean(agreements.into_iter()))
    }
}

impl Choice {
    /// Returns 1 - error^2 / ||A||^2, at least 0 despite rounding.
    pub fn explained(&self) -> f64 {
        (1.0 - (self.error / self.frobenius_norm).powi(2)).max(0.0)
    }

    /// Returns the number of topics of greatest stability, the smallest of equal ones; `None` if fewer than two can be
    /// compared. A single topic is excluded, because its stability is trivial.
    pub fn most_stable(choices: &[Self]) -> Option<usize> {
        let several = choices.iter().filter(|choice| choice.topics > 1);
        first_of_greatest(several.map(|choice| (choice.topics, choice.stability)))
    }

    /// Returns the number of topics of greatest coherence, the smallest of equal ones; `None` if fewer than two can be
    /// compared.
    pub fn most_coherent(choices: &[Self]) -> Option<usize> {
        first_of_greatest(
            choices
                .iter()
                .map(|choice| (choice.topics, choice.coherence)),
        )
    }
}

/// A bound on differences due to rounding, of f32 and of the order of summation.
const ROUNDING: f64 = 1e-6;

fn first_of_greatest(figures: impl Iterator<Item = (usize, Option<f64>)>) -> Option<usize> {
    let known = figures.filter_map(|(topics, figure)| Some((topics, figure?)));
    let known: Vec<(usize, f64)> = known.collect();
    let mut best = *known.first()?;
    for &candidate in &known[1..] {
        if candidate.1 > best.1 + ROUNDING {
            best = candidate;
        }
    }
    (known.len() > 1).then_some(best.0)
}

fn mean(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0);
    for figure in figures {
        sum += figure;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::core::random::{Distribution, RandomEntries};
    use lowrank::nmf::NmfInit;
    use lowrank::{Nmf, TruncatedSvd};

    const BLOCKS: usize = 4;

    /// Returns 80 documents in blocks of 4; each holds 5 of the 10 terms of its block and no others.
    fn blocks() -> SparseMatrix<f64> {
        matrix(|document, place| (document % BLOCKS) * 10 + (document / BLOCKS + 3 * place) % 10)
    }

    /// Returns 80 documents of 5 random terms out of 40.
    fn noise() -> SparseMatrix<f64> {
        let random = RandomEntries::new(Distribution::Uniform, 5);
        matrix(|document, place| {
            let u: f64 = random.at(document, place);
            // From [-sqrt 3, sqrt 3) to 8 terms for each place, so that none is drawn twice.
            8 * place + (((u / 3.0_f64.sqrt() + 1.0) * 4.0) as usize).min(7)
        })
    }

    fn matrix(term: impl Fn(usize, usize) -> usize) -> SparseMatrix<f64> {
        let mut columns = Vec::new();
        for document in 0..80 {
            let mut terms: Vec<u32> = (0..5).map(|place| term(document, place) as u32).collect();
            terms.sort_unstable();
            columns.extend(terms);
        }
        let row_offsets = (0..=80).map(|i| 5 * i).collect();
        let values = vec![1.0; columns.len()];
        SparseMatrix::new(row_offsets, columns, values, 40).unwrap()
    }

    fn methods() -> [Settings; 3] {
        let random = Nmf {
            init: NmfInit::Random,
            ..Nmf::default()
        };
        [
            Settings::Nmf(Nmf::default()),
            Settings::Nmf(random),
            Settings::Svd(TruncatedSvd::default()),
        ]
    }

    fn assess(settings: &Settings, topics: usize, a: &SparseMatrix<f64>) -> Choice {
        let assessment = Assessment {
            settings: settings.clone(),
            samples: 4,
        };
        assessment.of(topics, a, &mut || ()).unwrap()
    }

    #[test]
    fn disjoint_blocks_are_stable_and_noise_is_not() {
        for settings in methods() {
            let (block, noise) = (
                assess(&settings, BLOCKS, &blocks()),
                assess(&settings, BLOCKS, &noise()),
            );
            let (block, noise) = (block.stability.unwrap(), noise.stability.unwrap());
            assert!(noise < 0.85, "{settings:?}: {noise}");
            match settings {
                // Singular values that nearly coincide leave their vectors open.
                Settings::Svd(_) => assert!(block <= 1.0),
                _ => assert!(block > 0.95, "{settings:?}: {block}"),
            }
        }
    }

    #[test]
    fn number_of_blocks_is_the_most_stable_and_coherent() {
        let a = blocks();
        for settings in &methods()[..2] {
            let choices: Vec<Choice> = (1..=6).map(|k| assess(settings, k, &a)).collect();
            assert_eq!(Choice::most_stable(&choices), Some(BLOCKS), "{choices:?}");
            assert!(
                choices.is_sorted_by(|p, q| p.explained() < q.explained()),
                "{choices:?}"
            );
        }
    }

    #[test]
    fn every_fit_is_observed() {
        let assessment = Assessment {
            settings: methods()[0].clone(),
            samples: 3,
        };
        let mut fits = 0;
        assessment.of(2, &blocks(), &mut || fits += 1).unwrap();
        assert_eq!(fits, 4);
    }

    #[test]
    fn stability_is_none_without_samples_and_where_they_are_too_small() {
        let none = Assessment {
            settings: methods()[0].clone(),
            samples: 0,
        };
        assert_eq!(none.of(2, &blocks(), &mut || ()).unwrap().stability, None);
        let a = SparseMatrix::new(vec![0, 1, 2, 3], vec![0, 1, 2], vec![1.0, 2.0, 3.0], 3).unwrap();
        for settings in methods() {
            assert!(
                assess(&settings, 3, &a).stability.is_some(),
                "0.8 of 3, rounded up, is 3"
            );
        }
        let offsets = (0..=10).collect();
        let a = SparseMatrix::new(offsets, (0..10).collect(), vec![1.0; 10], 10).unwrap();
        assert!(assess(&methods()[0], 8, &a).stability.is_some());
        assert_eq!(assess(&methods()[0], 9, &a).stability, None);
    }

    #[test]
    fn rank_above_the_size_of_the_matrix_is_refused() {
        for settings in methods() {
            let assessment = Assessment {
                settings,
                samples: 1,
            };
            for topics in [0, 41] {
                assert!(assessment.of(topics, &blocks(), &mut || ()).is_err());
            }
        }
    }

    #[test]
    fn figures_have_the_same_bits_on_any_number_of_threads() {
        for settings in methods() {
            let on_threads = |count| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(count);
                pool.build()
                    .unwrap()
                    .install(|| assess(&settings, 5, &noise()))
            };
            assert_eq!(on_threads(1), on_threads(2));
            assert_eq!(on_threads(1), on_threads(3));
        }
    }

    #[test]
    fn best_choice_is_the_first_of_equal_ones_and_one_topic_is_never_the_most_stable() {
        let choice = |topics, stability, coherence| Choice {
            topics,
            converged: true,
            frobenius_norm: 1.0,
            error: 0.5,
            stability,
            coherence,
        };
        let choices = [
            choice(1, Some(1.0), Some(0.3)),
            choice(2, Some(0.8), Some(-0.2)),
            choice(3, Some(0.9), None),
            choice(4, Some(0.9 + 1e-7), Some(0.3 + 1e-15)),
        ];
        assert_eq!(Choice::most_stable(&choices), Some(3));
        assert_eq!(Choice::most_coherent(&choices), Some(1));
        assert_eq!(Choice::most_stable(&choices[..1]), None);
        assert_eq!(Choice::most_stable(&choices[..2]), None);
        assert_eq!(Choice::most_coherent(&choices[1..3]), None);
    }
}
