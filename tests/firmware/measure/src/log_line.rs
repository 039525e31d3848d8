//! The topics of a line of text.

use crate::board;
use crate::cases::Case;
use crate::matrices::Entries;
use core::hint::black_box;
use lowrank_core::model::NmfView;

/// Six topics of four newsgroups in 1,953 terms: `lowrank export --bytes 23000`.
static MODEL: &[u8] = include_bytes!("../topics.lrm");

const LENGTH: usize = 90;
const LINE: &[u8; LENGTH] =
    b"The shuttle reached lunar orbit on Monday, and NASA has lost the image file of the launch.";

/// The line as the judge reads it.
const INPUT: [f32; LENGTH] = {
    let mut input = [0.0; LENGTH];
    let mut i = 0;
    while i < LENGTH {
        input[i] = LINE[i] as f32;
        i += 1;
    }
    input
};

/// Room for the terms of a line, its weights and what they leave.
pub struct LogLine {
    terms: [(u32, f32); 32],
    weights: [f32; 6],
    unexplained: f32,
}

impl Case for LogLine {
    const NEW: Self = Self {
        terms: [(0, 0.0); 32],
        weights: [0.0; 6],
        unexplained: 0.0,
    };

    fn draw(&mut self, _: &mut Entries) {}

    /// The model is in the image without the call, too: the growth is that of the code.
    fn write_input(&self) {
        black_box(MODEL);
        board::write(&INPUT);
    }

    fn call(&mut self) -> bool {
        let Ok(model) = NmfView::parse_without_checksum(black_box(MODEL)) else {
            return false;
        };
        let Ok(words) = model.words() else {
            return false;
        };
        let Ok(row) = words.row(black_box(LINE), &mut self.terms) else {
            return false;
        };
        let unexplained = model.fold_in(&row, 20, &mut self.weights);
        self.unexplained = unexplained.unwrap_or(-1.0);
        unexplained.is_ok()
    }

    fn write_result(&self) {
        board::write(&self.weights);
        board::write(&[self.unexplained]);
    }
}
