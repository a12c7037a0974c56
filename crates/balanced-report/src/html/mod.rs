//! One self-contained page: inline style, SVG and one script that it can do without; nothing is loaded from elsewhere.
//!
//! The markup is also well-formed XML, which the tests parse.

mod album;
mod analysis;
mod chain;
mod comparison;
mod listen;
mod master;
mod merged;
mod page;
mod parts;
mod verdict;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use album::album_html;
pub use analysis::{analysis_html, analysis_page};
pub use comparison::{comparison_html, comparison_page};
pub use master::{master_html, master_page};
pub use merged::merged_html;

/// `text` made harmless in markup and attributes. Control characters that XML and HTML forbid become `�`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let bad = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !text.contains(|c: char| matches!(c, '&' | '<' | '>' | '"' | '\'') || bad(c)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if bad(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// A number or a sentence with numbers, escaped, with a true minus sign before digits.
pub(crate) fn typeset(text: &str) -> String {
    let escaped = escape(text);
    let mut out = String::with_capacity(escaped.len() + 8);
    let mut previous = ' ';
    let mut letters = escaped.chars().peekable();
    while let Some(c) = letters.next() {
        let digit_follows = letters.peek().is_some_and(char::is_ascii_digit);
        let sign = c == '-' && digit_follows && !previous.is_alphanumeric() && previous != '-';
        out.push(if sign { '−' } else { c });
        previous = c;
    }
    out
}
