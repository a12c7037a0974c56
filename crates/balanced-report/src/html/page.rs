//! The page around the content.

use balanced_model::Analysis;

use super::escape;

const STYLE: &str = include_str!("style.css");

/// The whole document; `body` is markup, `title` is text.
pub(super) fn document(title: &str, body: &str, analysis: &Analysis) -> String {
    document_with_footer(title, body, &footer(analysis))
}

/// The whole document with a footer of its own; `body` and `footer` are markup, `title` is text.
pub(super) fn document_with_footer(title: &str, body: &str, footer: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}{footer}</main>\n</body>\n</html>\n"
    )
}

fn footer(analysis: &Analysis) -> String {
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
