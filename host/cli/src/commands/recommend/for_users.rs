//! `lowrank recommend for`.

use super::columns::Wanted;
use super::kept_model::Kept;
use super::ratings_table::RatingsTable;
use crate::arguments::For;
use crate::run::{Failure, Output, speak};
use lowrank::recommend::{Recommended, TopN};
use lowrank_files::line_ends::lines;
use rayon::prelude::*;
use serde_json::json;
use std::cell::Cell;
use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

/// The number of users whose lists are in memory at a time.
const TOGETHER: usize = 1024;

/// A user, and the user's ratings.
#[derive(Clone)]
struct User {
    name: String,
    items: Vec<u32>,
    values: Vec<f32>,
}

pub fn run(options: &For) -> Result<Output, Failure> {
    let named = &options.columns;
    let is_named = named.user.is_some() || named.item.is_some() || named.rating.is_some();
    if is_named && options.ratings.is_none() {
        let message = "--user, --item and --rating are the columns of --ratings FILE";
        return Err(Failure::Usage("recommend for", message.into()));
    }
    named
        .check()
        .map_err(|message| Failure::Usage("recommend for", message))?;
    let kept = Kept::read(&options.model)?;
    let candidates = match &options.candidates {
        Some(path) => Some(candidates(path, &kept)?),
        None => None,
    };
    let top = TopN {
        n: options.n,
        candidates: candidates.as_deref(),
    };
    let lists = Lists {
        kept: &kept,
        top,
        keep_seen: options.keep_seen,
    };
    if let Some(output) = &options.output {
        let file = fs::File::create(output);
        let file = file.map_err(|error| failed(&output.display().to_string(), error.into()))?;
        let (lines, count) = lists.write(options, &output.display().to_string(), file)?;
        return Ok(Output::good(format!(
            "{lines} lines for {count} users in {}",
            output.display()
        )));
    }
    if options.all {
        lists.write(options, "standard output", io::stdout().lock())?;
        return Ok(Output::good(String::new()));
    }
    let users = match &options.ratings {
        Some(path) => new_users(path, options, &kept)?,
        None => options
            .users
            .iter()
            .map(|name| known_user(name, &kept))
            .collect::<Result<_, _>>()?,
    };
    lists.told(&users, options.json)
}

/// Reads the items that may be recommended, one a line.
fn candidates(path: &Path, kept: &Kept) -> Result<Vec<u32>, Failure> {
    let text = fs::read_to_string(path);
    let text = text.map_err(|error| Failure::Said(format!("{}: {error}", path.display())))?;
    let named = lines(&text).map(str::trim).filter(|line| !line.is_empty());
    let found: Result<Vec<u32>, Failure> = named
        .map(|name| kept.items.find(name).map(|place| place as u32))
        .collect();
    let found = found?;
    match found.is_empty() {
        true => Err(Failure::Said(format!(
            "{}: it has no items, one a line",
            path.display()
        ))),
        false => Ok(found),
    }
}

fn known_user(name: &str, kept: &Kept) -> Result<User, Failure> {
    Ok(user_at(kept.users.find(name)?, kept))
}

fn user_at(place: usize, kept: &Kept) -> User {
    let (items, values) = kept.ratings.row(place);
    User {
        name: kept.users.name(place).to_owned(),
        items: items.to_vec(),
        values: values.to_vec(),
    }
}

/// Reads the users of another table; items that the model does not know are said.
fn new_users(path: &Path, options: &For, kept: &Kept) -> Result<Vec<User>, Failure> {
    let given = &options.columns;
    let wanted = Wanted {
        given: [given.user.clone(), given.item.clone(), given.rating.clone()],
        trained: &kept.description.columns,
        rated: kept.description.needs_ratings(),
    };
    let columns = wanted.of_table(path)?;
    let table = RatingsTable::read(path, &columns)?;
    let mut unknown = 0;
    let mut users = Vec::new();
    for (row, name) in table.users.into_iter().enumerate() {
        let (items, values) = table.ratings.row(row);
        let mut entries: Vec<(u32, f32)> = Vec::new();
        for (&item, &value) in items.iter().zip(values) {
            match kept.items.place(&table.items[item as usize]) {
                Some(place) => entries.push((place as u32, value)),
                None => unknown += 1,
            }
        }
        entries.sort_by_key(|entry| entry.0);
        let (items, values) = entries.into_iter().unzip();
        users.push(User {
            name,
            items,
            values,
        });
    }
    if users.iter().all(|user| user.items.is_empty()) {
        return Err(Failure::Said(format!(
            "{}: the model knows none of the items in the column {}",
            path.display(),
            columns.item
        )));
    }
    if unknown > 0 {
        speak(format_args!(
            "{unknown} ratings are of items that the model does not know, and do not count"
        ));
    }
    Ok(users)
}

/// The rule of the lists.
struct Lists<'k> {
    kept: &'k Kept,
    top: TopN<'k>,
    keep_seen: bool,
}

impl Lists<'_> {
    /// Makes the list of a user; empty if nothing is known of the user, or nothing is left.
    fn of(&self, user: &User) -> Result<Vec<Recommended<f32>>, Failure> {
        let (learnt, _) = self.kept.learnt((&user.items, &user.values));
        if learnt.is_empty() {
            return Ok(Vec::new());
        }
        self.kept
            .list((&user.items, &user.values), self.top, self.keep_seen)
    }

    fn of_all(&self, users: &[User]) -> Result<Vec<Vec<Recommended<f32>>>, Failure> {
        // Failure cannot cross threads.
        let lists: Vec<Result<_, String>> = users
            .par_iter()
            .map(|user| self.of(user).map_err(|failure| format!("{failure:?}")))
            .collect();
        lists
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(Failure::Said)
    }

    /// Says who gets no list, and why.
    fn say_empty(&self, names: &[&str]) {
        if let [first, rest @ ..] = names {
            let others = match rest.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            speak(format_args!(
                "there is no list for {first}{others}: nothing that the model learns from, or every item is left out; \
                 try --keep-seen, or other --candidates"
            ));
        }
    }

    fn told(&self, users: &[User], json: bool) -> Result<Output, Failure> {
        let lists = self.of_all(users)?;
        let pairs = || users.iter().zip(&lists);
        let empty: Vec<&str> = pairs()
            .filter(|(_, list)| list.is_empty())
            .map(|(user, _)| user.name.as_str())
            .collect();
        self.say_empty(&empty);
        let (items, score) = (&self.kept.items, self.kept.model.score_name());
        if json {
            let users: Vec<_> = pairs()
                .map(|(user, list)| {
                    let entries: Vec<_> = list
                        .iter()
                        .map(|entry| {
                            let place = entry.item as usize;
                            json!({ "item": items.name(place), "title": items.title(place), score: entry.score })
                        })
                        .collect();
                    json!({ "user": user.name, "items": entries })
                })
                .collect();
            return Ok(Output::good(format!("{:#}", json!({ "users": users }))));
        }
        let mut text = String::new();
        for (user, list) in pairs() {
            let _ = writeln!(text, "{}, by {score}:", user.name);
            for (rank, entry) in list.iter().enumerate() {
                let _ = writeln!(
                    text,
                    "{:4}  {:7.4}  {}",
                    rank + 1,
                    entry.score,
                    self.kept.items.shown(entry.item as usize)
                );
            }
        }
        Ok(Output::good(text.trim_end().to_owned()))
    }

    /// Writes a line for each entry of each list to the file `place`, a part of the users at a time; returns the number
    /// of lines and of users. A closed pipe ends it and is no error.
    fn write(
        &self,
        options: &For,
        place: &str,
        out: impl io::Write,
    ) -> Result<(usize, usize), Failure> {
        let is_closed = Cell::new(false);
        let said = |error: csv::Error| {
            let closed = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
            is_closed.set(matches!(error.kind(), csv::ErrorKind::Io(error) if closed(error)));
            failed(place, error)
        };
        match self.write_lines(options, &said, out) {
            Err(_) if is_closed.get() => Ok((0, 0)),
            written => written,
        }
    }

    fn write_lines(
        &self,
        options: &For,
        said: &impl Fn(csv::Error) -> Failure,
        out: impl io::Write,
    ) -> Result<(usize, usize), Failure> {
        let mut writer = csv::Writer::from_writer(out);
        let score = self.kept.model.score_name();
        writer
            .write_record(["user", "rank", "item", "title", score])
            .map_err(said)?;
        let named = match &options.ratings {
            Some(path) => Some(new_users(path, options, self.kept)?),
            None if options.all => None,
            None => Some(
                options
                    .users
                    .iter()
                    .map(|name| known_user(name, self.kept))
                    .collect::<Result<_, _>>()?,
            ),
        };
        let count = named.as_ref().map_or(self.kept.users.len(), Vec::len);
        let (mut lines, mut empty) = (0, Vec::new());
        for first in (0..count).step_by(TOGETHER) {
            let places = first..count.min(first + TOGETHER);
            let part: Vec<User> = match &named {
                Some(users) => places.map(|place| users[place].clone()).collect(),
                None => places.map(|place| user_at(place, self.kept)).collect(),
            };
            for (user, list) in part.iter().zip(self.of_all(&part)?) {
                if list.is_empty() {
                    empty.push(user.name.clone());
                }
                for (rank, entry) in list.iter().enumerate() {
                    let place = entry.item as usize;
                    let items = &self.kept.items;
                    let title = items.title(place).unwrap_or_default();
                    let line = (&user.name, rank + 1, items.name(place), title, entry.score);
                    writer.serialize(line).map_err(said)?;
                    lines += 1;
                }
            }
        }
        writer.flush().map_err(|error| said(error.into()))?;
        self.say_empty(&empty.iter().map(String::as_str).collect::<Vec<_>>());
        Ok((lines, count))
    }
}

fn failed(place: &str, error: csv::Error) -> Failure {
    Failure::Said(format!("{place}: {error}"))
}
