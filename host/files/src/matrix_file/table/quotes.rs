//! Quotation marks that may enclose line ends.

use memchr::{memchr, memrchr};

/// Returns the number of bytes up to the end of the last whole record. The bytes begin with a record; `quoting`: the
/// delimiter, if a quotation mark behind it opens a field that may run over line ends.
pub(super) fn whole_records(bytes: &[u8], line_end: u8, quoting: Option<u8>) -> usize {
    let after_last = |from: usize| {
        let lines = bytes.get(from..).unwrap_or_default();
        memrchr(line_end, lines).map(|length| from + length + 1)
    };
    let Some(delimiter) = quoting else {
        return after_last(0).unwrap_or(0);
    };
    // All before `at` is known, and `at` is outside of quotation marks.
    let (mut record, mut at) = (0, 0);
    while let Some(length) = bytes.get(at..).and_then(|rest| memchr(b'"', rest)) {
        let mark = at + length;
        let unquoted = bytes.get(at..mark).unwrap_or_default();
        if let Some(length) = memrchr(line_end, unquoted) {
            record = at + length + 1;
        }
        let is_first = mark == record || bytes.get(mark - 1) == Some(&delimiter);
        at = mark + 1;
        if is_first && !is_comment(bytes.get(record..mark).unwrap_or_default()) {
            match closing(bytes, at) {
                Some(closed) => at = closed + 1,
                None => return record,
            }
        }
    }
    after_last(at).unwrap_or(record)
}

/// Checks that a line begins as comments do, in which no quotation mark opens a field over a line end.
fn is_comment(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start(), [b'#' | b'%', ..])
}

/// Returns the place of the next quotation mark that is not the first of two.
pub(super) fn closing(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_where_a_record_does() {
        for (bytes, expected) in [
            ("a,b\n1,2\n3", "a,b\n1,2\n"),
            ("a,b", ""),
            ("a,\"b\nc\"\n\"d\ne", "a,\"b\nc\"\n"),
            ("a,\"b\nc", ""),
            ("a\"b\nc\"d\ne", "a\"b\nc\"d\n"),
            ("\"a\"\"\n\",b\n\"", "\"a\"\"\n\",b\n"),
            ("\"\"\"\"\n\"\"\n", "\"\"\"\"\n\"\"\n"),
            ("\"a\"b\"\nc\n", "\"a\"b\"\nc\n"),
            ("# it's \"\n,\"x\n", "# it's \"\n"),
            ("# a,\"\nb\nc", "# a,\"\nb\n"),
            ("1,\"a\"\n2,\"b\"\n3,\"c", "1,\"a\"\n2,\"b\"\n"),
        ] {
            let whole = whole_records(bytes.as_bytes(), b'\n', Some(b','));
            assert_eq!(&bytes[..whole], expected, "{bytes:?}");
        }
        assert_eq!(whole_records(b"a\t\"b\nc", b'\n', None), 5);
        assert_eq!(whole_records(b"a\rb\rc", b'\r', None), 4);
    }
}
