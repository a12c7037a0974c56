//! Cyanite: audio is sent with consent to what a manifest lists, results are fetched, webhooks verified, tracks deleted.
//!
//! Everything of the crate `balanced-cyanite` is here, and what connects it with the rest of the library. Its page for those who answer
//! for other people's audio is `crates/balanced-cyanite/docs/privacy.md`.

mod deletion;
mod source;

pub use balanced_cyanite::*;
pub use deletion::CyaniteDeletion;
pub use source::prepare_source;

/// Returns a result as [`merge`](mod@crate::merge) takes it, whose `reading()` is typed.
///
/// # Errors
/// Returns [`ErrorKind::Protocol`] if it is no answer of Cyanite.
pub fn typed(result: &ProviderResult) -> Result<balanced_merge::ProviderResult> {
    let read = serde_json::to_string(result).map_err(|error| error.to_string());
    let read =
        read.and_then(|text| balanced_merge::ProviderResult::from_json(&text).map_err(|problem| problem.to_string()));
    read.map_err(|problem| {
        let remedy = "fetch it again; if it stays, update Balanced";
        Error::new(ErrorKind::Protocol, "result of Cyanite", problem, remedy)
    })
}
