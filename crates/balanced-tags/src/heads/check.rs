//! Whether a head can be used here.

use std::collections::BTreeSet;

use balanced_model::{HeadLabel, TagHead};

use super::{HeadError, MOST_LABELS, embedding};

/// Most letters of a name or a label.
const MOST_NAME: usize = 100;

/// Checks a head: its version, its embedding against that of this program, and the form of its labels.
///
/// # Errors
/// Returns what is wrong, with its place in the file (`labels[3].weights`), and what would be right.
pub fn check(head: &TagHead) -> Result<(), HeadError> {
    if head.version != TagHead::VERSION {
        let problem = format!("version: {} is not known here", head.version);
        return Err(HeadError::new(
            problem,
            format!("train it again, or use a program that reads it; this one reads {}", TagHead::VERSION),
        ));
    }
    check_name(&head.name)?;
    let ours = embedding();
    if head.embedding != ours {
        let theirs = &head.embedding;
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        let problem = format!(
            "embedding: was trained on {} values of {} ({}), and this program makes {} of {} ({})",
            theirs.values,
            theirs.model,
            short(&theirs.sha256),
            ours.values,
            ours.model,
            short(&ours.sha256)
        );
        return Err(HeadError::new(problem, "train the head again with this program"));
    }
    if head.labels.is_empty() || head.labels.len() > MOST_LABELS {
        let problem = format!("labels: there are {}", head.labels.len());
        return Err(HeadError::new(problem, format!("give 1 to {MOST_LABELS}")));
    }
    let mut known = BTreeSet::new();
    for (index, label) in head.labels.iter().enumerate() {
        check_label(label, ours.values).map_err(|(place, problem)| {
            HeadError::new(format!("labels[{index}].{place}: {problem}"), "train the head again")
        })?;
        if !known.insert(label.label.as_str()) {
            let problem = format!("labels[{index}].label: \"{}\" is the name of a label above", label.label);
            return Err(HeadError::new(problem, "give every label a name of its own"));
        }
    }
    Ok(())
}

fn check_label(label: &HeadLabel, values: usize) -> Result<(), (&'static str, String)> {
    if !is_label(&label.label) {
        return Err(("label", format!("\"{}\" is no name for a label", label.label.escape_debug())));
    }
    if label.weights.len() != values {
        return Err(("weights", format!("has {} values, and the embedding {values}", label.weights.len())));
    }
    let numbers = [("bias", label.bias), ("slope", label.slope), ("offset", label.offset)];
    let all = numbers.into_iter().chain(label.weights.iter().map(|weight| ("weights", *weight)));
    for (place, number) in all {
        // What is larger is no weight of a trained head, and its products would overflow.
        if !number.is_finite() || number.abs() >= 1e30 {
            return Err((place, format!("{number} is no weight")));
        }
    }
    if label.slope > 0.0 { Ok(()) } else { Err(("slope", format!("{} is not above 0", label.slope))) }
}

/// Whether a label can be printed: it is not empty, and holds no control characters.
pub(super) fn is_label(label: &str) -> bool {
    !label.trim().is_empty() && label.chars().count() <= MOST_NAME && !label.chars().any(char::is_control)
}

/// Checks the name of a head: it is printed and stands in tables.
pub(super) fn check_name(name: &str) -> Result<(), HeadError> {
    let fine = |letter: char| letter.is_alphanumeric() || "_-. ".contains(letter);
    if name.trim().is_empty() || name.chars().count() > MOST_NAME || !name.chars().all(fine) {
        let problem = format!("name: \"{}\" is no name for a head", name.escape_debug());
        return Err(HeadError::new(problem, format!("give 1 to {MOST_NAME} letters, digits, spaces, `_`, `-` or `.`")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use balanced_model::HeadKind;

    use super::super::read;
    use super::*;
    use crate::network::EMBEDDING;

    fn head() -> TagHead {
        let label = |name: &str, first: f64| {
            let mut weights = vec![0.0; EMBEDDING];
            weights[0] = first;
            HeadLabel { label: name.to_owned(), weights, bias: 0.0, slope: 0.5, offset: 0.0 }
        };
        TagHead {
            version: 1,
            name: "mood".to_owned(),
            embedding: embedding(),
            labels: vec![label("calm", 0.0), label("wild", 2.0)],
            ..TagHead::default()
        }
    }

    #[test]
    fn probabilities_follow_the_formula() {
        let mut embedding = vec![0.0; EMBEDDING];
        embedding[0] = 3f32.ln();
        // Logits 0 and 0.5 * 2 ln 3: odds of 1 to 3.
        let said = read(&head(), &embedding).unwrap();
        assert_eq!((said.labels[0].label.as_str(), said.labels[0].probability), ("wild", 0.75));
        let each = TagHead { kind: HeadKind::AnyLabels, ..head() };
        let said = read(&each, &embedding).unwrap();
        assert_eq!((said.labels[0].probability, said.labels[1].probability), (0.75, 0.5));
        assert!(read(&head(), &embedding[1..]).is_none());
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_place() {
        assert_eq!(check(&head()), Ok(()));
        let wrong = |change: &dyn Fn(&mut TagHead), words: &str| {
            let mut head = head();
            change(&mut head);
            let error = check(&head).unwrap_err();
            assert!(format!("{}; {}", error.problem, error.remedy).contains(words), "{error:?}");
        };
        wrong(&|head| head.version = 2, "version: 2");
        wrong(&|head| head.embedding.sha256 = "ab".repeat(32), "train the head again with this program");
        wrong(&|head| head.labels.clear(), "labels: there are 0");
        wrong(&|head| head.labels[1].weights.truncate(199), "labels[1].weights: has 199");
        wrong(&|head| head.labels[1].bias = f64::INFINITY, "labels[1].bias");
        wrong(&|head| head.labels[1].weights[3] = f64::NAN, "labels[1].weights");
        wrong(&|head| head.labels[0].slope = -1.0, "labels[0].slope");
        wrong(&|head| head.labels[1].label = "calm".to_owned(), "labels[1].label");
        wrong(&|head| head.labels[1].label = "\u{1b}[2J".to_owned(), "labels[1].label");
        wrong(&|head| head.name = "a\u{1b}[2J".to_owned(), "no name for a head");
    }
}
