//! Mistakes in TOML files, on one line.

/// Returns the problem of a TOML text on one line, with its line number: `line 3: unknown field …`.
#[must_use]
pub fn toml_problem(text: &str, error: &toml::de::Error) -> String {
    let problem = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {problem}", before.matches('\n').count() + 1),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_named() {
        let text = "a = 1\nb = \n";
        let error = toml::from_str::<toml::Table>(text).unwrap_err();
        let problem = toml_problem(text, &error);
        assert!(problem.starts_with("line 2: ") && !problem.contains('\n'), "{problem}");
    }
}
