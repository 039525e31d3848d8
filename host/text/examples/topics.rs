//! Six topics of the texts that come with the library.

use lowrank::Nmf;
use lowrank_text::corpus::{CorpusReader, Source};
use lowrank_text::{Vectorizer, topics::Topics};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let corpus = CorpusReader::default().read(&Source::Sample)?;
    let (vectorizer, a) = Vectorizer::default().fit_transform(&corpus.documents)?;
    let model = Nmf::default().fit(&a)?;
    for topic in Topics::of_nmf(&model, vectorizer.terms(), 8).topics {
        println!("{topic}");
    }
    Ok(())
}
