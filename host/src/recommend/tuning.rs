//! A search for the settings of a model, by figures on entries that are held out.

use crate::Error;
use std::time::{Duration, Instant};

/// A setting, and the values that are tried of it: the grid of a search is those of all axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The name of the setting.
    pub name: &'static str,
    /// Its values, ascending.
    pub values: Vec<f64>,
    /// The place of the value at which the search starts.
    pub start: usize,
}

/// The figure that is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// The least one, such as an error.
    Least,
    /// The greatest one, such as the quality of lists.
    Greatest,
}

/// One point of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The place of its value on each axis.
    pub places: Vec<usize>,
    /// The value of each axis.
    pub values: Vec<f64>,
    /// The figure, or the reason why there is none, such as a descent that diverged.
    pub figure: Result<f64, String>,
    /// The time that it took.
    pub seconds: f64,
}

/// An end of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// The least value.
    Least,
    /// The greatest value.
    Greatest,
}

/// The rule of a search: from the starting point along one axis after the other, in either direction as long as the figure
/// gets better, until no neighbour on the grid is better, or the time is spent.
///
/// No point is tried twice. A trial starts only if the last one would fit into the time that is left, and is not broken
/// off; the first one always runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// The figure that is best.
    pub aim: Aim,
    /// The time for all trials together.
    pub budget: Duration,
}

/// The trials of a search, in their order, and the best of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuning {
    /// The grid.
    pub axes: Vec<Axis>,
    /// The trials.
    pub trials: Vec<Trial>,
    /// The place of the best trial; of equal ones, the first.
    pub chosen: usize,
    /// The search ended where no neighbour was better; otherwise, the time was spent.
    pub settled: bool,
}

impl Tuning {
    /// Returns the best trial.
    pub fn chosen(&self) -> &Trial {
        &self.trials[self.chosen]
    }

    /// Returns the axes at whose end the best trial lies: beyond it there may be better ones. An axis of one value has no end.
    pub fn borders(&self) -> Vec<(&'static str, Border)> {
        let places = self.axes.iter().zip(&self.chosen().places);
        let border = |(axis, &place): (&Axis, &usize)| match axis.values.len() {
            0 | 1 => None,
            _ if place == 0 => Some((axis.name, Border::Least)),
            many if place + 1 == many => Some((axis.name, Border::Greatest)),
            _ => None,
        };
        places.filter_map(border).collect()
    }
}

impl Search {
    /// Searches the grid of `axes`.
    ///
    /// - `judge`: the figure of a point, from the value of each axis.
    ///
    /// # Errors
    /// That of `judge` at the starting point; later ones are kept in their trials.
    ///
    /// # Panics
    /// Panics for an axis whose starting place is not among its values.
    pub fn run(
        &self,
        axes: &[Axis],
        judge: impl FnMut(&[f64]) -> Result<f64, Error>,
    ) -> Result<Tuning, Error> {
        for axis in axes {
            assert!(axis.start < axis.values.len(), "the start of {}", axis.name);
        }
        let mut run = Run {
            search: *self,
            axes,
            judge,
            trials: Vec::new(),
            begin: Instant::now(),
        };
        let start: Vec<usize> = axes.iter().map(|axis| axis.start).collect();
        run.first(start)?;
        let (mut chosen, mut settled) = (0, false);
        while !settled {
            let before = chosen;
            for axis in 0..axes.len() {
                match run.along(axis, chosen) {
                    Some(best) => chosen = best,
                    None => {
                        let best = run.best(chosen);
                        return Ok(run.ended(best, false));
                    }
                }
            }
            settled = chosen == before;
        }
        Ok(run.ended(chosen, true))
    }
}

/// The state of a search.
struct Run<'a, J> {
    search: Search,
    axes: &'a [Axis],
    judge: J,
    trials: Vec<Trial>,
    begin: Instant,
}

impl<J: FnMut(&[f64]) -> Result<f64, Error>> Run<'_, J> {
    fn first(&mut self, places: Vec<usize>) -> Result<(), Error> {
        let (values, begin) = (self.values(&places), Instant::now());
        let figure = (self.judge)(&values)?;
        self.push(places, Ok(figure), begin);
        Ok(())
    }

    /// Moves from trial `from` along an axis, in either direction as long as it gets better; returns the best trial, or `None`
    /// where the time is spent.
    fn along(&mut self, axis: usize, from: usize) -> Option<usize> {
        let mut best = from;
        for step in [1, -1] {
            while let Some(places) = self.neighbour(best, axis, step) {
                let next = self.trial(places)?;
                if !self.is_better(next, best) {
                    break;
                }
                best = next;
            }
        }
        Some(best)
    }

    /// Returns the point beside trial `from` on an axis, if there is one.
    fn neighbour(&self, from: usize, axis: usize, step: isize) -> Option<Vec<usize>> {
        let mut places = self.trials[from].places.clone();
        places[axis] = places[axis].checked_add_signed(step)?;
        (places[axis] < self.axes[axis].values.len()).then_some(places)
    }

    /// Returns the trial of a point, which is judged unless it has been; `None` if there is no time for it.
    fn trial(&mut self, places: Vec<usize>) -> Option<usize> {
        let known = |trial: &Trial| trial.places == places;
        if let Some(known) = self.trials.iter().position(known) {
            return Some(known);
        }
        let last = self.trials.last().map_or(0.0, |trial| trial.seconds);
        let spent = self.begin.elapsed().as_secs_f64();
        if spent + last > self.search.budget.as_secs_f64() {
            return None;
        }
        let (values, begin) = (self.values(&places), Instant::now());
        let figure = (self.judge)(&values).map_err(|error| error.to_string());
        Some(self.push(places, figure, begin))
    }

    fn values(&self, places: &[usize]) -> Vec<f64> {
        let pairs = self.axes.iter().zip(places);
        pairs.map(|(axis, &place)| axis.values[place]).collect()
    }

    fn push(&mut self, places: Vec<usize>, figure: Result<f64, String>, begin: Instant) -> usize {
        self.trials.push(Trial {
            values: self.values(&places),
            places,
            figure,
            seconds: begin.elapsed().as_secs_f64(),
        });
        self.trials.len() - 1
    }

    /// Returns true if trial `one` has a better figure than `other`; a figure that is no number is never better.
    fn is_better(&self, one: usize, other: usize) -> bool {
        let figure = |place: usize| match self.trials[place].figure {
            Ok(figure) if !figure.is_nan() => Some(figure),
            _ => None,
        };
        match (figure(one), figure(other)) {
            (Some(one), Some(other)) => match self.search.aim {
                Aim::Least => one < other,
                Aim::Greatest => one > other,
            },
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// Returns the best trial, which is `from` unless another one is better.
    fn best(&self, from: usize) -> usize {
        let better = |best, place| {
            if self.is_better(place, best) {
                place
            } else {
                best
            }
        };
        (0..self.trials.len()).fold(from, better)
    }

    fn ended(self, chosen: usize, settled: bool) -> Tuning {
        Tuning {
            axes: self.axes.to_vec(),
            trials: self.trials,
            chosen,
            settled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> [Axis; 2] {
        let axis = |name, count: usize, start| Axis {
            name,
            values: (0..count).map(|place| place as f64).collect(),
            start,
        };
        [axis("one", 9, 4), axis("other", 5, 1)]
    }

    fn search(aim: Aim) -> Search {
        let budget = Duration::from_secs(3600);
        Search { aim, budget }
    }

    /// A valley that is no sum of functions of one axis each, so that either is searched twice.
    fn valley(x: &[f64]) -> f64 {
        0.2 * (x[0] - x[1] - 3.0).powi(2) + (x[1] - 3.0).powi(2)
    }

    #[test]
    fn the_bottom_of_a_valley_is_found_and_no_point_is_tried_twice() {
        for aim in [Aim::Least, Aim::Greatest] {
            let sign = if aim == Aim::Least { 1.0 } else { -1.0 };
            let found = search(aim).run(&axes(), |x| Ok(sign * valley(x))).unwrap();
            assert_eq!(found.chosen().values, [6.0, 3.0]);
            assert_eq!(found.chosen().figure, Ok(0.0));
            assert!(found.settled && found.borders().is_empty());
            let mut places: Vec<_> = found.trials.iter().map(|trial| &trial.places).collect();
            places.sort();
            places.dedup();
            assert_eq!(places.len(), found.trials.len());
            assert!(places.len() < 45);
        }
    }

    #[test]
    fn a_best_trial_at_an_end_of_an_axis_is_said_to_lie_there() {
        let found = search(Aim::Least)
            .run(&axes(), |x| Ok(x[0] - x[1]))
            .unwrap();
        assert_eq!(found.chosen().values, [0.0, 4.0]);
        let borders = [("one", Border::Least), ("other", Border::Greatest)];
        assert_eq!(found.borders(), borders);
        let single = Axis {
            name: "single",
            values: vec![2.0],
            start: 0,
        };
        let found = search(Aim::Least).run(&[single], |_| Ok(1.0)).unwrap();
        assert!(found.settled && found.borders().is_empty());
        assert_eq!(
            search(Aim::Least)
                .run(&[], |_| Ok(1.0))
                .unwrap()
                .trials
                .len(),
            1
        );
    }

    #[test]
    fn a_search_ends_where_its_time_is_spent_with_the_best_so_far() {
        let short = Search {
            budget: Duration::ZERO,
            ..search(Aim::Least)
        };
        let mut count = 0;
        let found = short.run(&axes(), |x| {
            count += 1;
            Ok(valley(x))
        });
        let found = found.unwrap();
        assert_eq!((count, found.trials.len(), found.settled), (1, 1, false));
        assert_eq!(found.chosen().values, [4.0, 1.0]);
    }

    #[test]
    fn a_trial_that_fails_is_kept_with_its_reason_and_not_chosen() {
        let fails = |x: &[f64]| match x[0] > 4.0 {
            true => Err(Error::NoEntries),
            false => Ok(-x[0] + valley(x) * 0.0),
        };
        let found = search(Aim::Least).run(&axes(), fails).unwrap();
        assert_eq!(found.chosen().values[0], 4.0);
        assert!(found.trials.iter().any(|trial| trial.figure.is_err()));
        let start = search(Aim::Least).run(&axes(), |_| Err(Error::NoEntries));
        assert!(start.is_err());
        // A figure that is no number is not better than one that is.
        let nan =
            search(Aim::Greatest).run(&axes(), |x| Ok(if x[0] > 4.0 { f64::NAN } else { 1.0 }));
        assert_eq!(nan.unwrap().chosen, 0);
    }
}
