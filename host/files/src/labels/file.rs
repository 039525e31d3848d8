use super::Error;
use crate::gzip::{extension, read_inflated};
use crate::line_ends::lines;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The header of a CSV of labels.
const HEADER: &str = "name";

/// Reads the labels of rows or columns from the file at `path`, gzipped or not.
///
/// | path | labels |
/// |---|---|
/// | `.csv` | the first column, after a header line: as pandas and [`to_csv`] write |
/// | `.tsv` | the first column, without a header: `features.tsv.gz` and `barcodes.tsv.gz` of 10x |
/// | others | the lines |
///
/// # Errors
/// [`Error::Unreadable`] and [`Error::Broken`].
pub fn read_labels(path: &Path) -> Result<Vec<String>, Error> {
    let file = fs::File::open(path).map_err(|source| Error::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    read_labels_from(path, file)
}

/// Reads a stream as the file of labels `name`, as [`read_labels`] does.
///
/// # Errors
/// [`Error::Broken`].
pub fn read_labels_from(name: &Path, stream: impl Read + Send) -> Result<Vec<String>, Error> {
    let broken = |reason: String| Error::Broken {
        path: name.to_owned(),
        reason,
    };
    let read = |stream: &mut dyn io::BufRead| {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = read_inflated(stream, read).and_then(|bytes| bytes);
    let bytes = bytes.map_err(|error| broken(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| broken("not UTF-8".into()))?;
    match extension(name).as_str() {
        "csv" => of_csv(text.strip_prefix('\u{feff}').unwrap_or(&text))
            .map_err(|error| broken(error.to_string())),
        "tsv" => Ok(lines(&text).map(first_of_tsv).collect()),
        _ => Ok(lines(&text).map(str::to_owned).collect()),
    }
}

/// Returns the first field of a line; quotation marks count where both ends have one.
fn first_of_tsv(line: &str) -> String {
    let field = line.split('\t').next().unwrap_or_default();
    let inside = field.strip_prefix('"').and_then(|f| f.strip_suffix('"'));
    match inside {
        Some(inside) => inside.replace("\"\"", "\""),
        None => field.to_owned(),
    }
}

fn of_csv(text: &str) -> Result<Vec<String>, csv::Error> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let first = |record: csv::StringRecord| record.get(0).unwrap_or_default().to_owned();
    reader.records().map(|record| record.map(first)).collect()
}

/// Returns a CSV of one column, `name`, with every field in quotation marks, so that labels with commas, quotation
/// marks and line breaks, empty and repeated ones come back as they are.
pub fn to_csv(labels: &[String]) -> String {
    let mut text = String::new();
    for label in std::iter::once(HEADER).chain(labels.iter().map(String::as_str)) {
        text.push('"');
        text.push_str(&label.replace('"', "\"\""));
        text.push_str("\"\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gzip::tests::gzip;

    fn read(name: &str, bytes: &[u8]) -> Vec<String> {
        read_labels_from(name.as_ref(), bytes).unwrap()
    }

    #[test]
    fn labels_of_any_kind_come_back_from_a_csv() {
        let odd = [
            "a",
            "",
            "x,y",
            "say \"hi\"",
            "\"",
            "two\nlines",
            "a\rb",
            "c\r\nd",
            " blanks ",
            "NA",
            "007",
            "é日本",
            "a",
            "",
            "\ttab",
            "#",
            "\u{feff}bom",
            "😀",
        ];
        let labels = odd.map(str::to_owned);
        let text = to_csv(&labels);
        assert_eq!(read("rows.csv", text.as_bytes()), labels);
        assert_eq!(read("rows.csv.gz", &gzip(text.as_bytes())), labels);
        assert_eq!(read("rows.csv", to_csv(&[]).as_bytes()), [""; 0]);
    }

    #[test]
    fn a_csv_of_other_programs_has_a_header_and_its_names_in_the_first_column() {
        let text = b"cell,batch\n\"a,b\",1\nc,2\n";
        assert_eq!(read("obs.csv", text), ["a,b", "c"]);
    }

    #[test]
    fn a_text_has_a_name_a_line_and_a_tsv_has_it_first() {
        assert_eq!(
            read("genes.txt", b"\xef\xbb\xbfACTB\r\n\r\nMY C\tx\n"),
            ["ACTB", "", "MY C\tx"]
        );
        let features =
            b"ENSG1\tACTB\tGene Expression\nENSG2\t\"MYC\tGene Expression\n\"EN\"\"SG\"\tX\n";
        assert_eq!(read("features.tsv", features), ["ENSG1", "ENSG2", "EN\"SG"]);
        assert_eq!(
            read("features.tsv.gz", &gzip(features)),
            ["ENSG1", "ENSG2", "EN\"SG"]
        );
        assert_eq!(read("barcodes", b"AAAC-1\nAAAG-1"), ["AAAC-1", "AAAG-1"]);
        assert_eq!(read("old.txt", b"a\rb c\r"), ["a", "b c"]);
        assert_eq!(read("old.tsv", b"a\tx\rb\ty"), ["a", "b"]);
        assert_eq!(read("old.csv", b"name\ra\rb\r"), ["a", "b"]);
        assert_eq!(read("empty.txt", b""), [""; 0]);
    }

    #[test]
    fn what_is_no_text_is_refused_in_one_line() {
        let of = |name: &str, bytes: &[u8]| {
            read_labels_from(name.as_ref(), bytes)
                .unwrap_err()
                .to_string()
        };
        let message = of("a.txt", b"gen\xe9\n");
        assert_eq!(
            message,
            "a.txt: not UTF-8; write it again, as text in UTF-8"
        );
        let cut = gzip(b"a\nb\n");
        assert!(of("a.txt.gz", &cut[..cut.len() - 3]).starts_with("a.txt.gz: "));
        let missing = read_labels("no/such.txt".as_ref()).unwrap_err().to_string();
        assert!(missing.starts_with("no/such.txt: ") && missing.ends_with("check the path"));
    }
}
