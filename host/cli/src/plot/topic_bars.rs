use super::chart::headline;
use super::figure::{Figure, Sheet, render};
use super::style::{GRID, INK, Scale, TEXT, color, printable};
use super::{Error, Format};
use lowrank_text::topics::{Topic, TopicWord};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// A plot of the heaviest words of each topic as bars, in panels of equal scale.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicBars<'a> {
    /// The title, such as the name of the corpus.
    pub title: String,
    /// The topics, each with the words to be shown.
    pub topics: &'a [Topic],
}

/// The most panels side by side.
const COLUMNS: usize = 4;

/// The width of a panel and the heights of a word, of the space above the words and of that below, in units.
const PANEL: f64 = 290.0;
const WORD: f64 = 20.0;
const HEAD: f64 = 30.0;
const FOOT: f64 = 14.0;
const TOP: f64 = 70.0;
const MARGIN: f64 = 16.0;

/// The most characters of a word, and the part of a panel that they may take.
const LETTERS: usize = 20;
const NAMES: f64 = 0.5;

/// The most words of a topic; no reader shows a larger image.
const MOST_WORDS: usize = 100;
const MOST_TOPICS: usize = 200;

impl TopicBars<'_> {
    /// Returns the bytes of a file, with at most 100 words of each of 200 topics.
    ///
    /// # Errors
    /// [`Error::Nothing`] without a topic that has words; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        if self.shown().iter().all(|topic| topic.words.is_empty()) {
            let what = "no topic has words";
            return Err(Error::Nothing { what });
        }
        render(self, format)
    }

    fn shown(&self) -> &[Topic] {
        &self.topics[..self.topics.len().min(MOST_TOPICS)]
    }

    fn columns(&self) -> usize {
        self.shown().len().clamp(1, COLUMNS)
    }

    fn rows(&self) -> usize {
        self.shown().len().div_ceil(self.columns())
    }

    /// Returns the number of words in a panel.
    fn words(&self) -> usize {
        let words = self.shown().iter().map(|topic| words_of(topic).len());
        words.max().unwrap_or(0)
    }

    fn panel_height(&self) -> f64 {
        HEAD + WORD * self.words() as f64 + FOOT
    }

    fn heaviest(&self) -> f64 {
        let words = self.shown().iter().flat_map(words_of);
        words.map(|word| word.weight.abs()).fold(0.0, f64::max)
    }
}

fn words_of(topic: &Topic) -> &[TopicWord] {
    &topic.words[..topic.words.len().min(MOST_WORDS)]
}

/// The position of a panel, and the length of the longest bar.
struct Panel {
    left: f64,
    top: f64,
    heaviest: f64,
}

impl Panel {
    fn draw<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        number: usize,
        topic: &Topic,
        scale: Scale,
    ) -> Result<(), Error> {
        let at = |x: f64, y: f64| (scale.px(self.left + x), scale.px(self.top + y));
        let text = |text: String, place: (i32, i32), horizontally| {
            let style = scale.letters(TEXT, horizontally, VPos::Center);
            let place = (place.0, place.1 + scale.sink(TEXT));
            sheet
                .draw(&Text::new(text, place, style))
                .map_err(Error::drawing)
        };
        let zero = PANEL * NAMES;
        let room = PANEL * (1.0 - NAMES) - 60.0;
        text(format!("topic {number}"), at(zero, HEAD / 2.0), HPos::Left)?;
        let words = words_of(topic);
        for (place, word) in words.iter().enumerate() {
            let middle = HEAD + WORD * (place as f64 + 0.5);
            text(
                printable(&word.word, LETTERS),
                at(zero - 8.0, middle),
                HPos::Right,
            )?;
            let length = match word.weight.abs() / self.heaviest {
                share if share.is_finite() => room * share,
                _ => 0.0,
            };
            let corners = [at(zero, middle - 7.0), at(zero + length, middle + 7.0)];
            let fill = color(usize::from(word.weight < 0.0)).filled();
            sheet
                .draw(&Rectangle::new(corners, fill))
                .map_err(Error::drawing)?;
            let weight = format!("{:.2}", word.weight);
            text(weight, at(zero + length + 6.0, middle), HPos::Left)?;
        }
        let bottom = HEAD + WORD * words.len() as f64;
        let ends = [at(zero, HEAD), at(zero, bottom)];
        let line = PathElement::new(ends, INK.stroke_width(scale.stroke(1)));
        sheet.draw(&line).map_err(Error::drawing)
    }
}

impl Figure for TopicBars<'_> {
    fn size(&self) -> (u32, u32) {
        let width = PANEL * self.columns().max(2) as f64 + 2.0 * MARGIN;
        let height = TOP + self.panel_height() * self.rows() as f64;
        (width.ceil() as u32, height.ceil() as u32)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, scale: Scale) -> Result<(), Error> {
        let below = headline(sheet, &self.title, scale)?;
        let negative = self
            .shown()
            .iter()
            .flat_map(words_of)
            .any(|word| word.weight < 0.0);
        let note = match negative {
            true => "weight of each word in its topic, a vector of length one; vermilion: negative",
            false => "weight of each word in its topic, a vector of length one",
        };
        let style = scale.letters(TEXT, HPos::Left, VPos::Center);
        let note = Text::new(note, (scale.px(MARGIN), below), style);
        sheet.draw(&note).map_err(Error::drawing)?;
        let heaviest = self.heaviest();
        for (place, topic) in self.shown().iter().enumerate() {
            let (row, column) = (place / self.columns(), place % self.columns());
            let top = TOP + self.panel_height() * row as f64;
            if column == 0 && row > 0 {
                let right = scale.px(f64::from(self.size().0) - MARGIN);
                let ends = [
                    (scale.px(MARGIN), scale.px(top - 4.0)),
                    (right, scale.px(top - 4.0)),
                ];
                let rule = PathElement::new(ends, GRID.stroke_width(scale.stroke(1)));
                sheet.draw(&rule).map_err(Error::drawing)?;
            }
            let panel = Panel {
                left: MARGIN + PANEL * column as f64,
                top,
                heaviest,
            };
            panel.draw(sheet, place + 1, topic, scale)?;
        }
        Ok(())
    }
}
