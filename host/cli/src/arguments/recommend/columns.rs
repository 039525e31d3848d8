//! The columns of tables.

use clap::Args;
use std::path::PathBuf;

/// The columns of a table of ratings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns")]
pub struct ColumnOptions {
    /// The column of users, by its name.
    #[arg(long, value_name = "NAME")]
    pub user: String,
    /// The column of items, by its name.
    #[arg(long, value_name = "NAME")]
    pub item: String,
    /// The column of ratings, by its name; without it, what counts is that there is a line: equal ones count once.
    #[arg(long, value_name = "NAME")]
    pub rating: Option<String>,
    /// The column of times, whole numbers that grow, such as seconds since 1970; for the splits time and leave-last.
    #[arg(long, value_name = "NAME")]
    pub time: Option<String>,
}

impl ColumnOptions {
    /// Checks that each column is given once.
    pub fn check(&self) -> Result<(), String> {
        check_distinct([
            ("--user", Some(&self.user)),
            ("--item", Some(&self.item)),
            ("--rating", self.rating.as_ref()),
            ("--time", self.time.as_ref()),
        ])
    }
}

/// The columns of another table of ratings than that of the training.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns of --ratings")]
pub struct OtherColumns {
    /// The column of users [default: that of the training table, else user, else the first that is left].
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// The column of items [default: that of the training table, else item, else the next].
    #[arg(long, value_name = "NAME")]
    pub item: Option<String>,
    /// The column of ratings [default: that of the training table, else rating, else the next].
    #[arg(long, value_name = "NAME")]
    pub rating: Option<String>,
}

impl OtherColumns {
    /// Checks that each column is given once.
    pub fn check(&self) -> Result<(), String> {
        check_distinct([
            ("--user", self.user.as_ref()),
            ("--item", self.item.as_ref()),
            ("--rating", self.rating.as_ref()),
        ])
    }
}

/// The columns of a table of users and items.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns of --pairs")]
pub struct PairColumns {
    /// The column of users [default: that of the training table, else user, else the first that is left].
    #[arg(id = "user_column", long = "user", value_name = "NAME")]
    pub user: Option<String>,
    /// The column of items [default: that of the training table, else item, else the next].
    #[arg(id = "item_column", long = "item", value_name = "NAME")]
    pub item: Option<String>,
}

impl PairColumns {
    /// Checks that each column is given once.
    pub fn check(&self) -> Result<(), String> {
        check_distinct([
            ("--user", self.user.as_ref()),
            ("--item", self.item.as_ref()),
        ])
    }
}

/// Checks that no column is given to two options.
fn check_distinct<const N: usize>(given: [(&str, Option<&String>); N]) -> Result<(), String> {
    for (place, (option, name)) in given.iter().enumerate() {
        let same = given[..place]
            .iter()
            .find(|(_, other)| name.is_some() && other == name);
        if let (Some((other, _)), Some(name)) = (same, name) {
            return Err(format!(
                "{other} and {option} are both the column {name}: give each its own"
            ));
        }
    }
    Ok(())
}

/// A table of titles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleOptions {
    pub file: PathBuf,
    /// The columns of items and of titles.
    pub columns: [String; 2],
}

pub(super) fn titles(text: &str) -> Result<TitleOptions, String> {
    // A path may have colons, too.
    let mut parts = text.rsplitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(title), Some(item), Some(_)) if title == item => Err(format!(
            "has the column {item} for items and for titles: give each its own"
        )),
        (Some(title), Some(item), Some(file)) if ![title, item, file].contains(&"") => {
            Ok(TitleOptions {
                file: file.into(),
                columns: [item.into(), title.into()],
            })
        }
        _ => Err("must be a file and two of its columns, such as movies.csv:movieId:title".into()),
    }
}
