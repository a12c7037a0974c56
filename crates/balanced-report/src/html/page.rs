//! The page around the content.

use balanced_model::Analysis;
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};

use super::escape;

pub(super) const STYLE: &str = include_str!("style.css");
/// Part of the script that every page has: one place in time for all charts.
const PLACE: &str = include_str!("place.js");

/// A page in parts: `title` is text, all else is markup.
pub(super) struct Page<'a> {
    pub title: String,
    pub body: &'a str,
    pub footer: &'a str,
    /// More script, after that of every page.
    pub script: &'a str,
}

/// The whole document with a footer of its own; `body` and `footer` are markup, `title` is text.
pub(super) fn document_with_footer(title: &str, body: &str, footer: &str) -> String {
    Page { title: title.to_owned(), body, footer, script: "" }.finish()
}

impl Page<'_> {
    /// The document. Its policy lets nothing be loaded, and no script run but its own.
    pub fn finish(self) -> String {
        let Self { title, body, footer, script } = self;
        // Markers that make the script plain text for XML too.
        let script = format!("//<![CDATA[\n{PLACE}{script}//]]>");
        let hash = BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()));
        let policy = format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; \
             script-src 'sha256-{hash}'"
        );
        let title = escape(&title);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"color-scheme\" content=\"light dark\"/>\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}{footer}</main>\n\
             <script>{script}</script>\n</body>\n</html>\n"
        )
    }
}

/// Provenance: what measured, by which settings and models, and which bytes.
pub(super) fn footer(analysis: &Analysis) -> String {
    let provenance = &analysis.provenance;
    let mut facts = vec![
        format!("Balanced {}", provenance.balanced_version),
        format!("settings {}", short_hash(&provenance.config_hash)),
    ];
    if let Some(hash) = &analysis.source.sha256 {
        facts.push(format!("file SHA-256 {}", short_hash(hash)));
    }
    facts.extend(provenance.models.iter().map(|model| format!("model {} ({})", model.name, short_hash(&model.sha256))));
    let facts = escape(&facts.join(" · ")).into_owned();
    format!(
        "<footer>\n<p>Loudness and true peak: ITU-R BS.1770-5, EBU Tech 3341 and 3342. Dynamic range: TT meter (2009). \
         Estimates of tempo, key and tags are readings with a confidence, not facts.</p>\n<p>{facts}</p>\n</footer>\n"
    )
}

fn short_hash(hash: &str) -> String {
    hash.chars().take(12).collect()
}
