//! NumPy's real dtypes.

use super::super::{Error, error::shown};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    Signed,
    Unsigned,
    Float,
}

/// The encoding of an entry in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::matrix_file) struct EntryType {
    kind: Kind,
    size: usize,
    is_big_endian: bool,
}

impl EntryType {
    /// Parses NumPy's code, such as `<f8`: byte order, kind, bytes.
    ///
    /// # Errors
    /// [`Error::EntryType`] if the type is not a real number of at most 64 bits.
    pub(super) fn parse(place: &str, code: &str) -> Result<Self, Error> {
        Self::known(code).ok_or_else(|| Error::EntryType {
            place: place.to_owned(),
            found: describe(code),
        })
    }

    fn known(code: &str) -> Option<Self> {
        let is_big_endian = code.starts_with('>');
        let kind_and_size = code.trim_start_matches(['<', '>', '|', '=']);
        let (kind, size) = match kind_and_size {
            "b1" => (Kind::Bool, 1),
            "i1" => (Kind::Signed, 1),
            "i2" => (Kind::Signed, 2),
            "i4" => (Kind::Signed, 4),
            "i8" => (Kind::Signed, 8),
            "u1" => (Kind::Unsigned, 1),
            "u2" => (Kind::Unsigned, 2),
            "u4" => (Kind::Unsigned, 4),
            "u8" => (Kind::Unsigned, 8),
            "f2" => (Kind::Float, 2),
            "f4" => (Kind::Float, 4),
            "f8" => (Kind::Float, 8),
            _ => return None,
        };
        Some(Self {
            kind,
            size,
            is_big_endian,
        })
    }

    /// Returns the number of bytes of an entry.
    pub(super) fn size(self) -> usize {
        self.size
    }

    /// Passes the complete entries in `bytes` to `take`, one after another.
    pub(super) fn decode<E>(
        self,
        bytes: &[u8],
        mut take: impl FnMut(f64) -> Result<(), E>,
    ) -> Result<(), E> {
        for entry in bytes.chunks_exact(self.size) {
            let mut word = [0; 8];
            for (to, &from) in word.iter_mut().zip(entry) {
                *to = from;
            }
            if self.is_big_endian {
                word[..self.size].reverse();
            }
            take(self.number(u64::from_le_bytes(word)))?;
        }
        Ok(())
    }

    /// Returns the number whose bits are the lowest ones of `word`; the other bits are zero.
    fn number(self, word: u64) -> f64 {
        match (self.kind, self.size) {
            (Kind::Bool, _) => f64::from(word != 0),
            (Kind::Unsigned, _) => word as f64,
            (Kind::Signed, size) => {
                let spare = 64 - 8 * size as u32;
                ((word << spare) as i64 >> spare) as f64
            }
            (Kind::Float, 2) => half(word),
            (Kind::Float, 4) => f64::from(f32::from_bits(word as u32)),
            (Kind::Float, _) => f64::from_bits(word),
        }
    }
}

/// Converts IEEE 754's binary16, exactly.
fn half(bits: u64) -> f64 {
    let (exponent, fraction) = (bits >> 10 & 0x1f, bits & 0x3ff);
    let magnitude = match exponent {
        0 => fraction as f64 * power_of_two(-24),
        0x1f if fraction == 0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (fraction + 0x400) as f64 * power_of_two(exponent as i64 - 25),
    };
    if bits & 0x8000 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

fn describe(code: &str) -> String {
    let kind = code.trim_start_matches(['<', '>', '|', '=']).chars().next();
    match kind {
        Some('O') => "Python objects".to_owned(),
        Some('c') => "complex numbers".to_owned(),
        Some('S' | 'U' | 'a') => "texts".to_owned(),
        Some('M' | 'm') => "times".to_owned(),
        Some('V') => "records".to_owned(),
        _ => format!("entries of the type \"{}\"", shown(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(code: &str, bytes: &[u8]) -> Vec<f64> {
        let mut entries = Vec::new();
        let entry_type = EntryType::parse("f", code).unwrap();
        let outcome: Result<(), Error> = entry_type.decode(bytes, |x| {
            entries.push(x);
            Ok(())
        });
        outcome.unwrap();
        entries
    }

    #[test]
    fn integers_of_every_width_keep_their_sign() {
        assert_eq!(decoded("|b1", &[0, 1, 2]), [0.0, 1.0, 1.0]);
        assert_eq!(decoded("|i1", &[0x80, 0x7f]), [-128.0, 127.0]);
        assert_eq!(decoded("|u1", &[0x80]), [128.0]);
        assert_eq!(decoded("<i2", &(-2i16).to_le_bytes()), [-2.0]);
        assert_eq!(decoded(">i4", &(-3i32).to_be_bytes()), [-3.0]);
        assert_eq!(decoded("<i8", &i64::MIN.to_le_bytes()), [i64::MIN as f64]);
        assert_eq!(decoded(">u8", &u64::MAX.to_be_bytes()), [u64::MAX as f64]);
    }

    #[test]
    fn floats_of_every_width_keep_their_value() {
        for x in [0.0, -0.1, f64::MAX, f64::MIN_POSITIVE, f64::NEG_INFINITY] {
            assert_eq!(decoded("<f8", &x.to_le_bytes()), [x]);
            assert_eq!(decoded(">f8", &x.to_be_bytes()), [x]);
            let single = x as f32;
            assert_eq!(decoded(">f4", &single.to_be_bytes()), [f64::from(single)]);
        }
        let halves = [0x3c00u16, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0x3555];
        let values = [
            1.0,
            -2.0,
            65504.0,
            2f64.powi(-24),
            2f64.powi(-14),
            f64::INFINITY,
            0.333251953125,
        ];
        for (bits, value) in halves.into_iter().zip(values) {
            assert_eq!(decoded("<f2", &bits.to_le_bytes()), [value]);
        }
        assert!(decoded("<f2", &[0x01, 0x7c])[0].is_nan());
    }

    #[test]
    fn what_is_no_real_number_is_named() {
        for (code, name) in [
            ("|O", "Python objects"),
            ("<c16", "complex"),
            ("<U3", "texts"),
            ("<M8[ns]", "times"),
            ("<f16", "\"<f16\""),
            ("", "\"\""),
            ("é", "\"é\""),
        ] {
            let error = EntryType::parse("a.npy", code).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
