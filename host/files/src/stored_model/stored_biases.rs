//! The biases of a completion in a file.

use lowrank::completion::Biases;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serializer};

const NAMES: [(&str, Biases); 4] = [
    ("none", Biases::None),
    ("rows", Biases::Rows),
    ("columns", Biases::Columns),
    ("both", Biases::Both),
];

#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    /// Both or none, as folders had it before there were biases of one side.
    Old(bool),
    Name(String),
}

pub(super) fn serialize<S: Serializer>(biases: &Biases, serializer: S) -> Result<S::Ok, S::Error> {
    let name = NAMES.iter().find(|(_, known)| known == biases);
    serializer.serialize_str(name.map_or("none", |(name, _)| name))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Biases, D::Error> {
    match Stored::deserialize(deserializer)? {
        Stored::Old(both) => Ok(both.into()),
        Stored::Name(name) => NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, biases)| *biases)
            .ok_or_else(|| {
                let expected = &"none, rows, columns or both";
                D::Error::invalid_value(Unexpected::Str(&name), expected)
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Held {
        #[serde(with = "super")]
        biases: Biases,
    }

    #[test]
    fn biases_come_back_and_those_of_older_folders_are_read() {
        for (name, biases) in NAMES {
            let json = serde_json::to_string(&Held { biases }).unwrap();
            assert_eq!(json, format!("{{\"biases\":\"{name}\"}}"));
            assert_eq!(
                serde_json::from_str::<Held>(&json).unwrap(),
                Held { biases }
            );
        }
        for (old, biases) in [(true, Biases::Both), (false, Biases::None)] {
            let json = format!("{{\"biases\":{old}}}");
            assert_eq!(
                serde_json::from_str::<Held>(&json).unwrap(),
                Held { biases }
            );
        }
        let refused = serde_json::from_str::<Held>("{\"biases\":\"some\"}").unwrap_err();
        assert!(
            refused.to_string().contains("none, rows, columns or both"),
            "{refused}"
        );
    }
}
