//! `lowrank export`: a kept model for a microcontroller.

mod comparison;
mod report;
mod rows;

use crate::arguments::{Export, ExportFormat, ExportPrecision};
use crate::progress::spinner;
use crate::run::Failure;
use comparison::Comparison;
use lowrank::core::model::{Encoding, Method};
use lowrank_files::device_model::{Blob, DeviceModel, Export as Choice, Format, TermLimit};
use lowrank_files::stored_model::Description;
use lowrank_text::FittedVectorizer;
use report::{Entry, Report};
use rows::CheckRows;

/// The numbers of terms in a table of choices.
const TERM_COUNTS: [usize; 5] = [8192, 4096, 2048, 1024, 512];

/// Returns the report, as text.
pub fn run(options: &Export) -> Result<String, Failure> {
    let description = Description::read(&options.model.join("model.json"))?;
    let vectorizer = match &description.text {
        Some(text) => {
            let broken = |error| {
                let path = options.model.join("model.json");
                Failure::Said(format!("{}: {error}", path.display()))
            };
            Some(FittedVectorizer::try_from(text).map_err(broken)?)
        }
        None => None,
    };
    check_options(options, vectorizer.is_some())?;
    let stop_words = vectorizer
        .as_ref()
        .map(|fitted| fitted.settings().stop_words.words());
    let model = DeviceModel::read(&options.model, &stop_words.unwrap_or_default())?;
    let choice = choice(options, model.method());
    let mut blob = model.blob(&choice, None)?;
    let (mut check, mut choices) = (None, Vec::new());
    if let Some(path) = &options.check {
        if model.method() == Method::Completion {
            return wrong("--check belongs to nmf, svd and pca");
        }
        let bar = spinner("comparing");
        let rows = CheckRows::read(options, path, vectorizer.as_ref())?;
        let compare = |blob: &Blob| Comparison::new(&rows, blob, model.method());
        let chosen = compare(&blob)?;
        blob = model.blob(&choice, chosen.thresholds())?;
        for other in open_choices(options, &model) {
            let other = model.blob(&other, chosen.thresholds())?;
            choices.push(Entry::new(&other, &compare(&other)?));
        }
        check = Some(chosen);
        bar.finish_and_clear();
    }
    let format = match options.format {
        Some(choice) => format(choice),
        None => Format::of(&options.output),
    };
    blob.write(&options.output, format, &model)?;
    let report = Report::new(&model, &blob, check.as_ref(), choices);
    Ok(match options.json {
        true => report.to_json(&options.output, format),
        false => report.text(&options.output),
    })
}

fn wrong<T>(message: &str) -> Result<T, Failure> {
    Err(Failure::Usage("export", message.into()))
}

/// Refuses options that do not belong to the model.
fn check_options(options: &Export, of_texts: bool) -> Result<(), Failure> {
    if options.texts.is_given() && (!of_texts || options.check.is_none()) {
        return wrong(
            "--text-column, --ids, --no-quotes, --subset, --categories and --remove belong to --check of a model of \
             texts",
        );
    }
    let of_terms = options.terms.is_some() || options.bytes.is_some() || options.by_index;
    if of_terms && !of_texts {
        return wrong("--terms, --bytes and --by-index belong to a model of texts");
    }
    Ok(())
}

/// Returns the choice that is written.
fn choice(options: &Export, method: Method) -> Choice {
    let terms = match (options.by_index, options.terms, options.bytes) {
        (true, ..) => TermLimit::ByIndex,
        (_, Some(count), _) => TermLimit::Count(count),
        (_, _, Some(bytes)) => TermLimit::Bytes(bytes),
        _ => TermLimit::All,
    };
    Choice::new(method, options.precision.map(encoding), terms)
}

fn encoding(precision: ExportPrecision) -> Encoding {
    match precision {
        ExportPrecision::F32 => Encoding::Single,
        ExportPrecision::I16 => Encoding::SixteenBits,
        ExportPrecision::U8 => Encoding::Root,
    }
}

/// Returns the choices of a table: all that the options leave open; none if they leave nothing open.
fn open_choices(options: &Export, model: &DeviceModel) -> Vec<Choice> {
    let chosen = choice(options, model.method());
    let encodings = match options.precision {
        Some(_) => vec![chosen.encoding],
        None => vec![Encoding::Single, Encoding::SixteenBits, Encoding::Root],
    };
    let is_open = model.text().is_some() && chosen.terms == TermLimit::All;
    let mut limits = vec![chosen.terms];
    if is_open {
        let (n, _) = model.shape();
        let fewer = TERM_COUNTS.into_iter().filter(|count| *count < n);
        limits.push(TermLimit::ByIndex);
        limits.extend(fewer.map(TermLimit::Count));
    }
    if encodings.len() * limits.len() == 1 {
        return Vec::new();
    }
    let of_limit = |terms: TermLimit| {
        let encodings = encodings.clone().into_iter();
        encodings.map(move |encoding| Choice { encoding, terms })
    };
    limits.into_iter().flat_map(of_limit).collect()
}

fn format(choice: ExportFormat) -> Format {
    match choice {
        ExportFormat::Blob => Format::Blob,
        ExportFormat::Rust => Format::Rust,
        ExportFormat::C => Format::C,
    }
}
