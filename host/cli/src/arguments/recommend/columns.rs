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

/// The columns of another table of ratings than that of the training.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns of --ratings")]
pub struct OtherColumns {
    /// The column of users [default: that of the training table, else user, else the first].
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// The column of items [default: that of the training table, else item, else the second].
    #[arg(long, value_name = "NAME")]
    pub item: Option<String>,
    /// The column of ratings [default: that of the training table, else rating, else the third].
    #[arg(long, value_name = "NAME")]
    pub rating: Option<String>,
}

/// The columns of a table of users and items.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns of --pairs")]
pub struct PairColumns {
    /// The column of users [default: that of the training table, else user, else the first].
    #[arg(id = "user_column", long = "user", value_name = "NAME")]
    pub user: Option<String>,
    /// The column of items [default: that of the training table, else item, else the second].
    #[arg(id = "item_column", long = "item", value_name = "NAME")]
    pub item: Option<String>,
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
        (Some(title), Some(item), Some(file)) if ![title, item, file].contains(&"") => {
            Ok(TitleOptions {
                file: file.into(),
                columns: [item.into(), title.into()],
            })
        }
        _ => Err("must be a file and two of its columns, such as movies.csv:movieId:title".into()),
    }
}
