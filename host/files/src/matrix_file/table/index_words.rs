//! Names that often stand above labels.

/// The words of which one stands above a column of labels.
const INDEX_WORDS: &[&str] = &[
    "accession",
    "barcode",
    "category",
    "cell",
    "chr",
    "city",
    "class",
    "code",
    "compound",
    "country",
    "county",
    "customer",
    "date",
    "day",
    "department",
    "doc",
    "document",
    "donor",
    "ensembl",
    "entity",
    "entry",
    "feature",
    "film",
    "firm",
    "gene",
    "geneid",
    "genename",
    "genes",
    "genesymbol",
    "geo",
    "group",
    "id",
    "identifier",
    "ids",
    "index",
    "indicator",
    "individual",
    "iso",
    "item",
    "key",
    "label",
    "labels",
    "location",
    "month",
    "movie",
    "name",
    "names",
    "patient",
    "player",
    "probe",
    "product",
    "protein",
    "region",
    "row",
    "rowname",
    "rownames",
    "sample",
    "series",
    "site",
    "species",
    "state",
    "station",
    "subject",
    "symbol",
    "taxon",
    "team",
    "term",
    "time",
    "title",
    "transcript",
    "user",
    "word",
    "year",
];

/// Checks that a name has a word that often stands above labels.
pub(super) fn is_index_word(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| INDEX_WORDS.binary_search(&word).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_above_labels_are_found_in_names() {
        assert!(INDEX_WORDS.is_sorted());
        for name in ["GENE", "gene_id", "Country Name", "Unnamed: 0 index"] {
            assert!(is_index_word(name), "{name}");
        }
        for name in ["x", "", "ACTB", "generic"] {
            assert!(!is_index_word(name), "{name}");
        }
    }
}
