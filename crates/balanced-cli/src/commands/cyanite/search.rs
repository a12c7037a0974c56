//! `balanced cyanite search`.

use balanced::cyanite::{Hit, Search, Similar, Watch};

use super::open::Opened;
use super::{report, tell};
use crate::console;
use crate::cyanite_args::SearchArgs;
use crate::exit::Exit;

pub fn run(args: &SearchArgs, opened: &Opened, json: bool) -> Exit {
    let keywords: Option<Vec<(String, f64)>> = args.keyword.iter().map(|text| keyword(text)).collect();
    let Some(keywords) = keywords else {
        console::error("a keyword has no weight that is a number; give WORD=WEIGHT, such as piano=1");
        return Exit::Usage;
    };
    let (limit, cursor, target) = (args.limit, args.cursor.clone(), args.target.clone());
    let found = if args.like.is_empty() {
        let text = args.text.as_deref().unwrap_or_default();
        opened.client.search(&Search { keywords, target, limit, cursor, ..Search::text(text) }, &Watch::default())
    } else {
        let similar = Similar { seeds: args.like.clone(), target, limit, cursor, ..Similar::to("") };
        opened.client.similar(&similar, &Watch::default())
    };
    match found {
        Ok(page) => {
            let mut lines: Vec<String> = page.items.iter().map(line).collect();
            lines.extend(page.next.as_ref().map(|next| format!("more: --cursor {next}")));
            tell(json, &page, &if lines.is_empty() { "nothing was found".to_owned() } else { lines.join("\n") });
            Exit::Done
        }
        Err(error) => report(&error),
    }
}

fn keyword(text: &str) -> Option<(String, f64)> {
    let (word, weight) = text.split_once('=')?;
    let weight = weight.parse().ok().filter(|weight: &f64| weight.is_finite())?;
    Some((word.to_owned(), weight))
}

fn line(hit: &Hit) -> String {
    let title = hit.title.as_deref().map(|title| format!(" {}", balanced::printable(title))).unwrap_or_default();
    let score = hit.score.map(|score| format!(" {score:.3}")).unwrap_or_default();
    format!("{}{score}{title}", hit.id)
}
