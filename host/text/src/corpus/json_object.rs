//! A line of JSON, as Python's `json` writes it: NaN and infinities are values, and half of a surrogate pair is a
//! character.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// What stands for half of a surrogate pair until it has been counted: a character that no text holds.
pub(super) const LONE_SURROGATE: &str = "\u{fdd0}";

/// The parts of an object that are wanted; a value that is no object has none.
#[derive(Debug, Default)]
pub(super) struct JsonObject {
    pub(super) text: Option<Value>,
    pub(super) id: Option<Value>,
    pub(super) fields: Vec<String>,
    /// Halves of surrogate pairs are [`LONE_SURROGATE`].
    pub(super) has_lone_surrogates: bool,
}

impl JsonObject {
    /// Parses a line; `text` and `id`: the fields that are wanted.
    ///
    /// # Errors
    /// The message of the parser for what is no JSON.
    pub(super) fn parse(json: &str, text: &str, id: Option<&str>) -> Result<Self, String> {
        let wanted = Wanted { text, id };
        match wanted.parse(json) {
            Ok(object) => Ok(object),
            Err(error) => {
                // Rarely needed, so that other lines do not pay for it.
                let mended = wanted.parse(&in_plain_json(json));
                mended
                    .map(|object| JsonObject {
                        has_lone_surrogates: true,
                        ..object
                    })
                    .map_err(|_| reason(&error))
            }
        }
    }
}

/// Returns the message of the parser without its line number, which is always 1.
fn reason(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    format!("{reason} at column {}", error.column())
}

/// The fields that are wanted of an object.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    text: &'a str,
    id: Option<&'a str>,
}

impl Wanted<'_> {
    fn parse(self, json: &str) -> Result<JsonObject, serde_json::Error> {
        if !json.trim_start().starts_with('{') {
            return serde_json::from_str::<IgnoredAny>(json).map(|_| JsonObject::default());
        }
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let object = self.deserialize(&mut deserializer)?;
        deserializer.end().map(|()| object)
    }
}

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = JsonObject;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonObject, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = JsonObject;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<JsonObject, M::Error> {
        let mut object = JsonObject::default();
        while let Some(field) = map.next_key::<String>()? {
            let (is_text, is_id) = (field == self.text, Some(field.as_str()) == self.id);
            if is_text || is_id {
                let value: Value = map.next_value()?;
                if is_id {
                    object.id = Some(value.clone());
                }
                if is_text {
                    object.text = Some(value);
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            object.fields.push(field);
        }
        Ok(object)
    }
}

/// Returns the same JSON with null for NaN and infinities, and [`LONE_SURROGATE`] for half of a surrogate pair.
fn in_plain_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    let (mut copied, mut place, mut in_string) = (0, 0, false);
    while let Some(byte) = json.as_bytes().get(place) {
        let rest = json.get(place..).unwrap_or_default();
        let (length, stand_in) = match byte {
            b'\\' if in_string => escape(rest),
            b'N' | b'I' | b'-' if !in_string => word(rest),
            _ => (1, None),
        };
        in_string ^= *byte == b'"';
        if let Some(stand_in) = stand_in {
            plain.push_str(json.get(copied..place).unwrap_or_default());
            plain.push_str(stand_in);
            copied = place + length;
        }
        place += length;
    }
    plain.push_str(json.get(copied..).unwrap_or_default());
    plain
}

/// Returns the length of the word at the beginning of `rest`, and null for a number that JSON does not have.
fn word(rest: &str) -> (usize, Option<&'static str>) {
    let words = ["NaN", "Infinity", "-Infinity"];
    let found = words.into_iter().find(|word| rest.starts_with(word));
    found.map_or((1, None), |word| (word.len(), Some("null")))
}

/// Returns the length of the escape at the beginning of `rest`, and what stands for it if it is half of a surrogate pair.
fn escape(rest: &str) -> (usize, Option<&'static str>) {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => (12, None),
        (Some(0xd800..0xe000), _) => (6, Some(LONE_SURROGATE)),
        // A backslash and what it escapes, which may be a quotation mark.
        _ => (2, None),
    }
}
