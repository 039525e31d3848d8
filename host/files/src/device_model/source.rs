//! Models as source code: a constant, its lengths, and a comment that says what made it.

use super::{Blob, DeviceModel, TermLimit};
use lowrank::core::model::Encoding;
use std::fmt::Write;

/// Bytes in a line of source code.
const BYTES_A_LINE: usize = 16;

/// Returns Rust: `pub static NAME: [u8; NAME_LEN]`, with the numbers of its columns and components.
pub fn rust(name: &str, model: &DeviceModel, blob: &Blob) -> String {
    let name = identifier(name).to_uppercase();
    let (_, k) = model.shape();
    let mut text = format!("// {}\n\n", summary(model, blob));
    let mut constant = |what: &str, suffix: &str, value: usize| {
        let _ = writeln!(
            text,
            "/// {what}\npub const {name}_{suffix}: usize = {value};"
        );
    };
    constant("The length of the model in bytes.", "LEN", blob.bytes.len());
    constant(
        "The number of its columns, or terms.",
        "COLUMNS",
        blob.columns,
    );
    constant("The number of its components.", "RANK", k);
    let _ = writeln!(text, "/// The model, for `lowrank_core::model`.");
    let _ = writeln!(
        text,
        "#[rustfmt::skip]\npub static {name}: [u8; {name}_LEN] = ["
    );
    lines(&mut text, &blob.bytes);
    text.push_str("];\n");
    text
}

/// Returns C: `static const unsigned char name[NAME_LEN]`, with the numbers of its columns and components.
pub fn c(name: &str, model: &DeviceModel, blob: &Blob) -> String {
    let name = identifier(name).to_lowercase();
    let upper = name.to_uppercase();
    let (_, k) = model.shape();
    let mut text = format!("/* {} */\n", summary(model, blob));
    let _ = writeln!(text, "#ifndef {upper}_MODEL_H\n#define {upper}_MODEL_H\n");
    for (suffix, value) in [
        ("LEN", blob.bytes.len()),
        ("COLUMNS", blob.columns),
        ("RANK", k),
    ] {
        let _ = writeln!(text, "#define {upper}_{suffix} {value}u");
    }
    let _ = writeln!(
        text,
        "\nstatic const unsigned char {name}[{upper}_LEN] = {{"
    );
    lines(&mut text, &blob.bytes);
    text.push_str("};\n\n#endif\n");
    text
}

/// Returns one line of words and numbers only, for a comment.
fn summary(model: &DeviceModel, blob: &Blob) -> String {
    let (description, (n, k)) = (&model.description, model.shape());
    let precision = precision_name(blob.export.encoding);
    let terms = match (model.text(), blob.export.terms) {
        (None, _) => String::new(),
        (Some(_), TermLimit::ByIndex) => ", all terms by index".into(),
        (Some(_), _) => format!(", {} of {n} terms", blob.columns),
    };
    format!(
        "Written by lowrank {} export: {} of {} x {n}, rank {k}, seed {}, {precision}{terms}, {} bytes.",
        env!("CARGO_PKG_VERSION"),
        description.settings.method(),
        description.rows,
        description.seed,
        blob.bytes.len()
    )
}

/// Returns the name of an encoding: f32, i16 or u8.
pub fn precision_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Single => "f32",
        Encoding::SixteenBits => "i16",
        Encoding::Root => "u8",
    }
}

fn lines(text: &mut String, bytes: &[u8]) {
    for line in bytes.chunks(BYTES_A_LINE) {
        text.push_str("   ");
        for byte in line {
            let _ = write!(text, " 0x{byte:02x},");
        }
        text.push('\n');
    }
}

/// Returns a name of ASCII letters, digits and underscores that is no keyword and begins with a letter.
fn identifier(name: &str) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(sign).collect();
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() > 2;
    // No keyword of C ends in _model.
    if is_plain && name.ends_with("model") {
        name
    } else {
        format!("{}{name}_model", if is_plain { "" } else { "lowrank_" })
    }
}
