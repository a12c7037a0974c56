//! The query of a track with all results, which adapts to the server's schema.
//!
//! One field stands on each line, so that the `locations` of an error (GraphQL, October 2021, section 7.1.2) tell the field. A
//! field that the server does not know any more, or not yet, is left out, and the others still arrive.

use std::collections::BTreeSet;

use super::labels::{NESTED, NESTED_V7, PLAIN, PLAIN_V7, SEGMENTS_NESTED, SEGMENTS_NESTED_V7, SEGMENTS_PLAIN};

/// Lines of a query, without those that were left out.
#[derive(Clone, Debug)]
pub(super) struct Document {
    lines: Vec<String>,
}

impl Document {
    /// Returns the query `libraryTrack` with every field that is known here.
    pub(super) fn track() -> Self {
        let mut lines = Lines::default();
        lines.open("query track($id: ID!)");
        lines.open("libraryTrack(id: $id)");
        lines.field("__typename");
        lines.open("... on LibraryTrackNotFoundError");
        lines.field("message");
        lines.close();
        lines.open("... on LibraryTrack");
        lines.fields(&["id", "title", "externalId"]);
        lines.analysis("AudioAnalysisV6", "audioAnalysisV6", false);
        lines.analysis("AudioAnalysisV7", "audioAnalysisV7", true);
        lines.close();
        lines.close();
        lines.close();
        Self { lines: lines.0 }
    }

    pub(super) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// Returns the document without the fields at these lines (from 1); `None` if one of them cannot be left out.
    pub(super) fn without(&self, lines: &BTreeSet<usize>) -> Option<Self> {
        let mut gone = BTreeSet::new();
        for &line in lines {
            let index = line.checked_sub(1).filter(|index| *index < self.lines.len())?;
            // What the client itself reads: the query, the track, its id, and the states.
            if self.depth(index) < 3 || ["id", "__typename", "message"].contains(&self.lines[index].trim()) {
                return None;
            }
            gone.extend(self.field_at(index));
        }
        let keep = |(index, line): (usize, &String)| (!gone.contains(&index)).then(|| line.clone());
        let mut left = Self { lines: self.lines.iter().enumerate().filter_map(keep).collect() };
        left.drop_empty();
        Some(left)
    }

    fn depth(&self, index: usize) -> usize {
        self.lines[index].len() - self.lines[index].trim_start().len()
    }

    /// Returns the lines of the field that begins at a line.
    fn field_at(&self, index: usize) -> std::ops::RangeInclusive<usize> {
        if !self.lines[index].ends_with('{') {
            return index..=index;
        }
        let depth = self.depth(index);
        let end = (index + 1..self.lines.len()).find(|&at| self.depth(at) == depth).unwrap_or(index);
        index..=end
    }

    /// A field that lost all of its fields is none.
    fn drop_empty(&mut self) {
        while let Some(at) =
            (1..self.lines.len()).find(|&at| self.lines[at - 1].ends_with('{') && self.lines[at].trim_start() == "}")
        {
            self.lines.drain(at - 1..=at);
        }
    }
}

/// Lines in the making, indented by their depth.
#[derive(Default)]
struct Lines(Vec<String>, usize);

impl Lines {
    fn open(&mut self, name: &str) {
        self.0.push(format!("{}{name} {{", " ".repeat(self.1)));
        self.1 += 1;
    }

    fn close(&mut self) {
        self.1 -= 1;
        self.0.push(format!("{}}}", " ".repeat(self.1)));
    }

    fn field(&mut self, name: &str) {
        self.0.push(format!("{}{name}", " ".repeat(self.1)));
    }

    fn fields(&mut self, names: &[&str]) {
        names.iter().for_each(|name| self.field(name));
    }

    fn nested(&mut self, fields: &[(&str, &[&str])]) {
        for (name, inner) in fields {
            self.open(name);
            self.fields(inner);
            self.close();
        }
    }

    fn analysis(&mut self, union: &str, field: &str, is_v7: bool) {
        self.open(field);
        self.field("__typename");
        self.open(&format!("... on {union}Failed"));
        self.nested(&[("error", &["message"])]);
        self.close();
        self.open(&format!("... on {union}Finished"));
        self.open("result");
        self.fields(PLAIN);
        self.nested(NESTED);
        if is_v7 {
            self.fields(PLAIN_V7);
            self.nested(NESTED_V7);
        }
        self.open("segments");
        self.fields(SEGMENTS_PLAIN);
        self.nested(SEGMENTS_NESTED);
        if is_v7 {
            self.nested(SEGMENTS_NESTED_V7);
        }
        (0..4).for_each(|_| self.close());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(document: &Document, text: &str) -> usize {
        1 + document.lines.iter().position(|line| line.trim() == text).unwrap()
    }

    #[test]
    fn braces_are_balanced() {
        let text = Document::track().text();
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        assert!(text.ends_with('}'));
    }

    #[test]
    fn an_unknown_field_goes_with_all_of_its_fields() {
        let document = Document::track();
        let left = document.without(&BTreeSet::from([line_of(&document, "advancedSubgenre {")])).unwrap();
        let text = left.text();
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        assert_eq!(text.matches("advancedSubgenre {").count(), 1, "the segments keep theirs");
        assert_eq!(text.matches("advancedGenre {").count(), 2);
    }

    #[test]
    fn a_field_without_fields_goes_too() {
        let document = Document::track();
        let left = document.without(&BTreeSet::from([line_of(&document, "instruments {") + 1])).unwrap();
        assert!(!left.text().contains("instruments {\n      }"));
        assert_eq!(left.lines.len(), document.lines.len() - 3);
    }

    #[test]
    fn what_the_client_reads_itself_stays() {
        let document = Document::track();
        for text in ["libraryTrack(id: $id) {", "id", "__typename"] {
            assert!(document.without(&BTreeSet::from([line_of(&document, text)])).is_none(), "{text}");
        }
        assert!(document.without(&BTreeSet::from([0])).is_none());
        assert!(document.without(&BTreeSet::from([99_999])).is_none());
    }
}
