//! What the GraphQL API has besides analysis: crates, words of a track, waveforms, tracks of Spotify and YouTube, lyrics.

use crate::client::{Cyanite, checked};
use crate::error::{Error, Result};
use crate::model::{Hit, Page, TrackCrate, Waveform, WeightedWord};
use crate::watch::Watch;

/// Most characters of a name, address or text that is sent; Cyanite's own limits are lower.
const MAX_TEXT_CHARS: usize = 2000;

impl Cyanite {
    /// Returns a page of crates, at most ten.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for REST, as of every call here.
    pub fn crates(&self, limit: u32, cursor: Option<&str>, watch: &Watch) -> Result<Page<TrackCrate>> {
        self.graphql("a list of crates")?.crates(limit, cursor, watch)
    }

    /// Makes a crate and returns its id. Two crates can have one name.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Authorization`](crate::ErrorKind::Authorization) if the plan has no crates.
    pub fn create_crate(&self, name: &str, watch: &Watch) -> Result<String> {
        self.graphql("crates")?.create_crate(text("name of a crate", name)?, watch)
    }

    /// Deletes a crate; its tracks stay in the library.
    ///
    /// # Errors
    /// Returns the error of the request.
    pub fn delete_crate(&self, crate_id: &str, watch: &Watch) -> Result<()> {
        self.graphql("crates")?.delete_crate(checked(crate_id)?, watch)
    }

    /// Puts tracks into a crate and returns those that Cyanite says it added.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is no such crate.
    pub fn add_to_crate(&self, crate_id: &str, track_ids: &[String], watch: &Watch) -> Result<Vec<String>> {
        all_checked(track_ids)?;
        self.graphql("crates")?.add_to_crate(checked(crate_id)?, track_ids, watch)
    }

    /// Takes tracks out of a crate and returns those that Cyanite says it removed; they stay in the library.
    ///
    /// # Errors
    /// Returns the error of the request.
    pub fn remove_from_crate(&self, crate_id: &str, track_ids: &[String], watch: &Watch) -> Result<Vec<String>> {
        all_checked(track_ids)?;
        self.graphql("crates")?.remove_from_crate(checked(crate_id)?, track_ids, watch)
    }

    /// Returns keywords that fit a track, as Cyanite weighs them. With REST they are the model `AugmentedKeywordsV3` of the results.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Authorization`](crate::ErrorKind::Authorization) if the plan has none.
    pub fn keywords(&self, track_id: &str, watch: &Watch) -> Result<Vec<WeightedWord>> {
        self.graphql("keywords")?.keywords(checked(track_id)?, watch)
    }

    /// Returns how well the selected brand values fit a track.
    ///
    /// # Errors
    /// Returns the error of the request, with the code `notSelected` before [`select_brand_values`](Self::select_brand_values).
    pub fn brand_values(&self, track_id: &str, watch: &Watch) -> Result<Vec<WeightedWord>> {
        self.graphql("brand values")?.brand_values(checked(track_id)?, watch)
    }

    /// Returns the brand values that can be selected.
    ///
    /// # Errors
    /// Returns the error of the request.
    pub fn available_brand_values(&self, watch: &Watch) -> Result<Vec<String>> {
        self.graphql("brand values")?.available_brand_values(watch)
    }

    /// Selects the brand values that tracks are compared with from now on.
    ///
    /// # Errors
    /// Returns the error of the request, with the code `tooMany` or `outsideOfScope`.
    pub fn select_brand_values(&self, values: &[String], watch: &Watch) -> Result<()> {
        for value in values {
            text("brand value", value)?;
        }
        self.graphql("brand values")?.select_brand_values(values, watch)
    }

    /// Returns the waveform of a track, as Cyanite drew it of what it received.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Redirect`](crate::ErrorKind::Redirect) if it lies at a host that is not allowed.
    pub fn waveform(&self, track_id: &str, watch: &Watch) -> Result<Waveform> {
        self.graphql("waveforms")?.waveform(checked(track_id)?, watch)
    }

    /// Has a track of Spotify analysed, by its id there, and returns the id. No audio is sent. Many plans do not include this.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::InDoubt`](crate::ErrorKind::InDoubt) if no answer says whether it was enqueued.
    pub fn enqueue_spotify(&self, spotify_id: &str, watch: &Watch) -> Result<String> {
        self.graphql("tracks of Spotify")?.enqueue_spotify(checked(spotify_id)?, watch)
    }

    /// Has a video of YouTube analysed, by its address, and returns the id of the track of the library. No audio is sent.
    ///
    /// # Errors
    /// Returns the error of the request, with the code `invalidYouTubeLink` or `videoDurationExceeded`;
    /// [`ErrorKind::InDoubt`](crate::ErrorKind::InDoubt) if no answer says whether it was enqueued.
    pub fn enqueue_youtube(&self, url: &str, watch: &Watch) -> Result<String> {
        if !url.starts_with("https://") {
            return Err(Error::settings(
                "address of a video",
                "is no https address",
                "give one like https://youtu.be/…",
            ));
        }
        self.graphql("videos of YouTube")?.enqueue_youtube(text("address of a video", url)?, watch)
    }

    /// Returns tracks of Spotify whose lyrics fit a text, which is sent to Cyanite; nothing else can be searched so.
    ///
    /// # Errors
    /// Returns the error of the request; [`ErrorKind::Authorization`](crate::ErrorKind::Authorization) if the plan does not include it.
    pub fn search_lyrics(&self, prompt: &str, limit: u32, watch: &Watch) -> Result<Page<Hit>> {
        self.graphql("search in lyrics")?.lyrics(text("text to search for", prompt)?, limit, watch)
    }
}

fn all_checked(ids: &[String]) -> Result<()> {
    if ids.is_empty() {
        return Err(Error::settings("tracks", "none are given", "give the id of one or more"));
    }
    ids.iter().try_for_each(|id| checked(id).map(drop))
}

fn text<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    if text.trim().is_empty() {
        return Err(Error::settings(what, "is empty", "give one"));
    }
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(Error::settings(what, format!("has more than {MAX_TEXT_CHARS} characters"), "give a shorter one"));
    }
    Ok(text)
}
