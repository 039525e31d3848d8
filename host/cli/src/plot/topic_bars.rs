use super::bars::{Bars, MOST_BARS, MOST_PANELS, Panel};
use super::{Error, Format};
use lowrank_text::topics::Topic;

/// A plot of the heaviest words of each topic as bars, in panels of equal scale.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicBars<'a> {
    /// The title, such as the name of the corpus.
    pub title: String,
    /// The topics, each with the words to be shown.
    pub topics: &'a [Topic],
}

impl TopicBars<'_> {
    /// Returns the bytes of a file, with at most 100 words of each of 200 topics.
    ///
    /// # Errors
    /// [`Error::Nothing`] without a topic that has words; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        let panel = |(place, topic): (usize, &Topic)| Panel {
            title: format!("topic {}", place + 1),
            bars: topic
                .words
                .iter()
                .take(MOST_BARS)
                .map(|word| (word.word.clone(), word.weight))
                .collect(),
        };
        let shown = self.topics.iter().take(MOST_PANELS);
        let bars = Bars {
            title: self.title.clone(),
            note: "weight of each word in its topic, a vector of length one".into(),
            panels: shown.enumerate().map(panel).collect(),
        };
        bars.render(format, "no topic has words")
    }
}
