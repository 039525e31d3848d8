use std::fmt;
use std::str::FromStr;

/// The longest delimiter in bytes.
const MAX_BYTES: usize = 8;

/// The text between two fields of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// A character or several, as `,` or `::`.
    Text(String),
    /// A run of blanks and tabs; those at the ends of a line divide nothing.
    Blanks,
}

/// The quotation marks that have a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Those at both ends of a field, which may hold line ends.
    AcrossLines,
    /// Those at both ends of a field within a line.
    WithinLine,
    /// None.
    Never,
}

impl Delimiter {
    /// Returns the delimiter of one character.
    pub(super) fn of(character: char) -> Self {
        Delimiter::Text(character.into())
    }

    /// Returns the delimiter as one character of ASCII; `None` for blanks and for several characters.
    pub fn character(&self) -> Option<char> {
        let Delimiter::Text(text) = self else {
            return None;
        };
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) if one.is_ascii() => Some(one),
            _ => None,
        }
    }

    pub(super) fn tab() -> Self {
        Self::of('\t')
    }

    /// Returns the delimiters that are looked for in a file, in the order of preference.
    pub(super) fn candidates() -> [Self; 6] {
        let double_colon = Delimiter::Text("::".into());
        let [semicolon, comma, bar] = [';', ',', '|'].map(Self::of);
        [
            Self::tab(),
            semicolon,
            comma,
            double_colon,
            bar,
            Delimiter::Blanks,
        ]
    }

    pub(super) fn quotes(&self) -> Quotes {
        match self {
            Delimiter::Text(text) if text == "\t" => Quotes::WithinLine,
            Delimiter::Text(text) if text.len() > 1 => Quotes::Never,
            Delimiter::Text(_) => Quotes::AcrossLines,
            Delimiter::Blanks => Quotes::WithinLine,
        }
    }

    /// Checks that `line` has nothing but blanks, none of them a delimiter.
    pub(super) fn is_blank(&self, line: &[u8]) -> bool {
        let is_tab = matches!(self, Delimiter::Text(text) if text == "\t");
        line.iter().all(|&byte| match byte {
            b' ' | b'\r' | b'\n' => true,
            b'\t' => !is_tab,
            _ => false,
        })
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Delimiter::Blanks => out.write_str("blanks"),
            Delimiter::Text(text) => match text.as_str() {
                "," => out.write_str("commas"),
                ";" => out.write_str("semicolons"),
                "\t" => out.write_str("tabs"),
                "|" => out.write_str("bars"),
                text => write!(out, "\"{}\"", text.escape_debug()),
            },
        }
    }
}

impl FromStr for Delimiter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = match text {
            "comma" => ",",
            "semicolon" => ";",
            "tab" | "\\t" => "\t",
            "bar" | "pipe" => "|",
            "blanks" | "blank" | "space" | "spaces" | " " => return Ok(Delimiter::Blanks),
            other => other,
        };
        let is_divider = |c: char| {
            !(c.is_alphanumeric() || c.is_control() && c != '\t' || "\"'+-._".contains(c))
        };
        match !named.is_empty() && named.len() <= MAX_BYTES && named.chars().all(is_divider) {
            true => Ok(Delimiter::Text(named.into())),
            false => Err("must be comma, semicolon, tab, bar, blanks, or the characters, as ::"),
        }
    }
}
