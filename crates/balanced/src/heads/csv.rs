//! Rows of a CSV file (RFC 4180), as bytes: a path need not be UTF-8.

/// A row with the line on which it begins.
pub(super) struct Row {
    pub line: usize,
    pub fields: Vec<Vec<u8>>,
}

/// Splits a file into its rows; empty lines are left out. A file may begin with a byte-order mark.
///
/// Fails with the line of a quote that never ends, or that does not end with its field.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, usize> {
    let mut reader = Reader { bytes: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), line: 1 };
    let mut rows = Vec::new();
    while !reader.bytes.is_empty() {
        let row = reader.row()?;
        if row.fields.iter().any(|field| !field.is_empty()) {
            rows.push(row);
        }
    }
    Ok(rows)
}

struct Reader<'a> {
    bytes: &'a [u8],
    line: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        self.line += usize::from(*first == b'\n');
        Some(*first)
    }

    fn row(&mut self) -> Result<Row, usize> {
        let mut row = Row { line: self.line, fields: Vec::new() };
        loop {
            let field = if self.bytes.first() == Some(&b'"') { self.quoted()? } else { self.plain() };
            row.fields.push(field);
            match self.next() {
                Some(b',') => {}
                Some(b'\r') if self.bytes.first() == Some(&b'\n') => {
                    self.next();
                    return Ok(row);
                }
                None | Some(b'\n' | b'\r') => return Ok(row),
                Some(_) => return Err(self.line),
            }
        }
    }

    fn plain(&mut self) -> Vec<u8> {
        let length = self.bytes.iter().position(|byte| b",\r\n".contains(byte)).unwrap_or(self.bytes.len());
        let (field, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        field.trim_ascii().to_vec()
    }

    fn quoted(&mut self) -> Result<Vec<u8>, usize> {
        let begun = self.line;
        self.next();
        let mut field = Vec::new();
        loop {
            match self.next().ok_or(begun)? {
                b'"' if self.bytes.first() == Some(&b'"') => {
                    self.next();
                    field.push(b'"');
                }
                b'"' => return Ok(field),
                byte => field.push(byte),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(usize, Vec<String>)> {
        let text = |field: &Vec<u8>| String::from_utf8_lossy(field).into_owned();
        rows(bytes).unwrap().iter().map(|row| (row.line, row.fields.iter().map(text).collect())).collect()
    }

    #[test]
    fn quotes_line_ends_and_marks_are_those_of_the_standard() {
        let rows = texts(b"\xef\xbb\xbfpath,label\r\n\"a, \"\"b\"\".wav\", rock \n\nc.wav,\"two\nlines\"\rd.wav,");
        let want: [(usize, &[&str]); 4] = [
            (1, &["path", "label"]),
            (2, &["a, \"b\".wav", "rock"]),
            (4, &["c.wav", "two\nlines"]),
            (5, &["d.wav", ""]),
        ];
        assert_eq!(rows, want.map(|(line, fields)| (line, fields.iter().map(ToString::to_string).collect())));
        assert_eq!(rows_of_nothing(), 0);
    }

    fn rows_of_nothing() -> usize {
        rows(b"").unwrap().len() + rows(b"\n\r\n").unwrap().len()
    }

    #[test]
    fn a_quote_without_an_end_has_its_line() {
        assert_eq!(rows(b"a,b\nc,\"d\n\n").err(), Some(2));
        assert_eq!(rows(b"\"a\"b,c\n").err(), Some(1));
    }
}
