//! The compiled-in corpus: one file per theme, its posts separated by a line `%%`.

use std::collections::BTreeSet;

use super::{CorpusReader, Document, Error};

const SEPARATOR: &str = "%%";

const THEMES: [(&str, &str); 6] = [
    ("astronomy", include_str!("sample/astronomy.txt")),
    ("baking", include_str!("sample/baking.txt")),
    ("cycling", include_str!("sample/cycling.txt")),
    ("gardening", include_str!("sample/gardening.txt")),
    ("music", include_str!("sample/music.txt")),
    ("sailing", include_str!("sample/sailing.txt")),
];

/// Reads the posts of the selected themes, in the order of the themes and the files.
pub(super) fn read(reader: &CorpusReader, place: &str) -> Result<Vec<Document>, Error> {
    reader.refuse_subset(place)?;
    reader.refuse_columns(place)?;
    let themes: BTreeSet<&str> = THEMES.iter().map(|(theme, _)| *theme).collect();
    reader.check_categories(place, &themes)?;
    let mut documents = Vec::new();
    for (theme, file) in THEMES
        .iter()
        .filter(|(theme, _)| reader.keeps_category(Some(theme)))
    {
        for (index, text) in posts(file).into_iter().enumerate() {
            let name = format!("{theme}/{}", index + 1);
            documents.push(reader.document(name, Some(theme), text));
        }
    }
    Ok(documents)
}

fn posts(file: &str) -> Vec<String> {
    let mut posts = vec![String::new()];
    for line in file.lines() {
        match posts.last_mut() {
            Some(post) if line != SEPARATOR => {
                post.push_str(line);
                post.push('\n');
            }
            _ => posts.push(String::new()),
        }
    }
    posts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_end_at_lines_of_two_per_cent_signs() {
        assert_eq!(
            posts("a\nb\n%%\nc %%\n\n%%%\r\n%%\r\nd"),
            ["a\nb\n", "c %%\n\n%%%\n", "d\n"]
        );
    }

    #[test]
    fn the_sample_has_six_themes_and_no_empty_post() {
        let documents = read(&CorpusReader::default(), "the sample").unwrap();
        let themes: BTreeSet<_> = documents
            .iter()
            .map(|document| document.category.clone())
            .collect();
        assert_eq!(themes.len(), 6);
        for document in documents {
            assert!(
                !document.text.trim().is_empty(),
                "{} is empty",
                document.name
            );
        }
    }
}
