//! A table of ratings, whose users and items have names.

use super::columns::{open, place, reason};
use crate::arguments::ColumnOptions;
use crate::run::Failure;
use csv::StringRecord;
use lowrank::SparseMatrix;
use std::collections::HashMap;
use std::fmt::Display;
use std::path::Path;

/// Ratings and their times.
pub struct RatingsTable {
    /// Users by items, both in the order of their names.
    pub ratings: SparseMatrix<f32>,
    /// The time of each rating, row by row; none without a column.
    pub times: Option<Vec<i64>>,
    /// The names of the users.
    pub users: Vec<String>,
    /// The names of the items.
    pub items: Vec<String>,
}

/// A line of the table.
struct Rating {
    user: usize,
    item: usize,
    value: f32,
    time: i64,
    /// The number of the line, from 1.
    line: u64,
}

/// Names and their numbers in the order of the file.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        let next = self.numbers.len();
        match self.numbers.get(name) {
            Some(&number) => number,
            None => *self.numbers.entry(name.to_owned()).or_insert(next),
        }
    }

    /// Returns the names in their order, and the place there of each number: by value if all are whole numbers, else by letters.
    fn sorted(self) -> (Vec<String>, Vec<usize>) {
        let mut named: Vec<(String, usize)> = self.numbers.into_iter().collect();
        let value = |name: &str| name.parse::<i128>().ok();
        match named.iter().all(|(name, _)| value(name).is_some()) {
            true => named.sort_by_cached_key(|(name, _)| (value(name), name.clone())),
            false => named.sort(),
        }
        let mut places = vec![0; named.len()];
        for (place, (_, number)) in named.iter().enumerate() {
            places[*number] = place;
        }
        (named.into_iter().map(|(name, _)| name).collect(), places)
    }
}

/// The places of the columns in a line.
struct Columns {
    user: usize,
    item: usize,
    rating: Option<usize>,
    time: Option<usize>,
}

impl RatingsTable {
    /// Reads the table at `path`.
    ///
    /// Lines without ratings may come several times, and count once; a rating may not.
    pub fn read(path: &Path, options: &ColumnOptions) -> Result<Self, Failure> {
        let shown = path.display();
        let said = |what: &dyn Display| Failure::Said(format!("{shown}: {what}"));
        let (mut reader, header) = open(path)?;
        let columns = Columns::find(&header, options).map_err(|message| said(&message))?;
        let (mut users, mut items, mut ratings) = (Names::default(), Names::default(), Vec::new());
        let mut line = StringRecord::new();
        while reader
            .read_record(&mut line)
            .map_err(|error| said(&reason(&error)))?
        {
            let rating = columns.rating(&line, (&mut users, &mut items));
            ratings.push(rating.map_err(|message| said(&message))?);
        }
        if ratings.is_empty() {
            return Err(said(&"there are no ratings below the header"));
        }
        let ((users, user_places), (items, item_places)) = (users.sorted(), items.sorted());
        for rating in &mut ratings {
            rating.user = user_places[rating.user];
            rating.item = item_places[rating.item];
        }
        ratings.sort_by_key(|rating| (rating.user, rating.item, rating.line));
        let ratings = match columns.rating {
            Some(_) => once(ratings, (&users, &items)).map_err(|message| said(&message))?,
            None => merged(ratings),
        };
        let entries = ratings
            .iter()
            .map(|rating| (rating.user, rating.item, rating.value));
        let times = ratings.iter().map(|rating| rating.time).collect();
        Ok(Self {
            ratings: SparseMatrix::from_triplets(users.len(), items.len(), entries)?,
            times: columns.time.map(|_| times),
            users,
            items,
        })
    }
}

impl RatingsTable {
    /// Checks that the ratings are not all equal, so that there is something to predict.
    ///
    /// - `instead`: what to do about it.
    pub fn check_varies(&self, instead: &str) -> Result<(), Failure> {
        let values = self.ratings.values();
        match values.first() {
            Some(first) if values.iter().all(|value| value == first) => Err(Failure::Said(
                format!("every rating is {first}, and there is nothing to predict: {instead}"),
            )),
            _ => Ok(()),
        }
    }
}

impl RatingsTable {
    /// Checks that predictions within a range may be the ratings.
    pub fn check_within(&self, (low, high): (f64, f64)) -> Result<(), Failure> {
        let within = |value: f32| (low..=high).contains(&f64::from(value));
        match self.ratings.values().iter().find(|value| !within(**value)) {
            Some(value) => Err(Failure::Said(format!(
                "the rating {value} is outside --range {low}..{high}, and is never predicted: give a wider one, or leave it out"
            ))),
            None => Ok(()),
        }
    }
}

/// Checks that nobody rates the same thing twice.
fn once(
    ratings: Vec<Rating>,
    (users, items): (&[String], &[String]),
) -> Result<Vec<Rating>, String> {
    let same = |pair: &&[Rating]| (pair[0].user, pair[0].item) == (pair[1].user, pair[1].item);
    match ratings.windows(2).find(same) {
        Some(pair) => Err(format!(
            "lines {} and {} both rate {} for {}: keep one of them",
            pair[0].line, pair[1].line, items[pair[0].item], users[pair[0].user]
        )),
        None => Ok(ratings),
    }
}

/// Keeps one of equal lines, with the latest time.
fn merged(ratings: Vec<Rating>) -> Vec<Rating> {
    let mut merged: Vec<Rating> = Vec::new();
    for rating in ratings {
        match merged.last_mut() {
            Some(last) if (last.user, last.item) == (rating.user, rating.item) => {
                last.time = last.time.max(rating.time);
            }
            _ => merged.push(rating),
        }
    }
    merged
}

impl Columns {
    fn find(header: &StringRecord, options: &ColumnOptions) -> Result<Self, String> {
        let optional = |option: &str, name: &Option<String>| match name {
            Some(name) => place(header, option, name).map(Some),
            None => Ok(None),
        };
        Ok(Self {
            user: place(header, "user", &options.user)?,
            item: place(header, "item", &options.item)?,
            rating: optional("rating", &options.rating)?,
            time: optional("time", &options.time)?,
        })
    }

    fn rating(
        &self,
        line: &StringRecord,
        (users, items): (&mut Names, &mut Names),
    ) -> Result<Rating, String> {
        let number = line.position().map_or(0, csv::Position::line);
        let field = |place: usize| line.get(place).unwrap_or_default().trim();
        let named = |place: usize| match field(place) {
            "" => Err(format!(
                "line {number}: the name of a user or an item is empty"
            )),
            name => Ok(name),
        };
        let value = match self.rating.map(field) {
            None => 1.0,
            Some(text) => match text.parse::<f32>() {
                Ok(value) if value.is_finite() => value,
                _ if text.is_empty() => {
                    return Err(format!(
                        "line {number}: there is no rating: correct or remove the line"
                    ));
                }
                _ => {
                    return Err(format!(
                        "line {number}: the rating {text} is no finite number: correct or remove the line"
                    ));
                }
            },
        };
        let time = match self.time.map(field) {
            None => 0,
            Some(text) => text.parse::<i64>().map_err(|_| {
                format!(
                    "line {number}: the time {text} is no whole number, such as seconds since 1970"
                )
            })?,
        };
        Ok(Rating {
            user: users.number(named(self.user)?),
            item: items.number(named(self.item)?),
            value,
            time,
            line: number,
        })
    }
}
