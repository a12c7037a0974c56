//! Assumptions about Cyanite without an official source, each by name.
//!
//! Official are Cyanite's public repositories and <https://api-docs.cyanite.ai>. Whatever the code does because of something else is
//! decided here, so that one file has to be read and mended when Cyanite says otherwise. The sources behind each line are a
//! client generated from the live GraphQL schema ("schema"), or what other clients do ("clients").
//!
//! Six assumptions have no value of their own:
//! - *Hash of the upload*: `libraryTracks(filter: {sha256})` finds a track by the hash of the file that Cyanite received, which is the
//!   MP3 made here and not the source; the source is found by the external id that follows from its hash.
//! - *Listed at once*: a track that `libraryTrackCreate` made is listed at once, so that a lost answer can be looked up before the
//!   call is repeated.
//! - *One event for both*: the webhook event `AudioAnalysisV6` also tells that V7 is finished (clients).
//!
//! - *No pages of searches*: `freeTextSearch`, `keywordSearch` and `lyricsSearch` take no cursor (schema); `similarTracks`,
//!   `augmentedKeywords` and `brandValues` are fields of a track (schema). Whether they are part of an account's plan is not documented:
//!   `notEligible` is an ordinary answer.
//! - *Waveforms*: `libraryTrackWaveform` gives the address of JSON in the format of audiowaveform, version 2, in the same storage as
//!   the uploads (clients).
//! - *Tracks elsewhere*: what `spotifyTrackEnqueue` and `youTubeTrackEnqueue` take and answer (schema); that a repetition may cost a
//!   second analysis is a precaution.
//!
//! The fields and labels of the GraphQL results (`graphql/labels.rs`) are of the schema too, and the operations
//! (`graphql/operations.rs`) in what they name of arguments and members.

/// Host suffixes to which a presigned upload may go. The documented example is Amazon S3 in `eu-central-1`; that all uploads go
/// to Amazon is an assumption.
pub(crate) const UPLOAD_HOST_SUFFIXES: [&str; 1] = ["amazonaws.com"];

/// Validity of a presigned address in seconds (the documented example has `X-Amz-Expires=900`); storage answers 403 afterwards,
/// and 403 therefore means "ask for a new address".
pub(crate) const UPLOAD_EXPIRED_STATUS: u16 = 403;

/// A size of "20mb" is read as the smaller of its meanings, 20 · 10⁶ bytes. Documented for REST; kept for GraphQL too.
pub(crate) const MAX_FILE_BYTES: u64 = 20_000_000;

/// "Up to 15 minutes", less a second for the padding of MP3. Documented for REST; kept for GraphQL too.
pub(crate) const MAX_DURATION_S: f64 = 15.0 * 60.0 - 1.0;

/// Lowest bit rate of MP3 at which results are still trusted (the README of the AWS product advises 128 kbit/s).
pub(crate) const MIN_BITRATE_KBPS: u32 = 128;

/// Longest title and external id (schema).
pub(crate) const MAX_LABEL_CHARS: usize = 150;

/// Most tracks of one page of `libraryTracks` (schema).
pub(crate) const MAX_PAGE: u32 = 50;

/// Most crates of one page (schema).
pub(crate) const MAX_CRATE_PAGE: u32 = 10;

/// `libraryTracksDelete` has a limit of unknown size (`tooManyTracks`); this many are asked for at once.
pub(crate) const DELETE_BATCH: usize = 20;

/// The GraphQL API wants `audio/mpeg` as the content type of the upload (the documented presigned address carries it).
pub(crate) const UPLOAD_CONTENT_TYPE: &str = "audio/mpeg";

/// Field names of a multipart upload to REST; `externalId` is known from clients only.
pub(crate) const REST_EXTERNAL_ID_FIELD: &str = "externalId";

/// Where the id is in the answer to an upload to REST, tried in order (clients).
pub(crate) const REST_ID_POINTERS: [&str; 3] = ["/id", "/track/id", "/data/track/id"];

/// Answers of `/models` that mean "not analysed yet" (clients). A track that does not exist cannot be told from it by 404.
pub(crate) const REST_NOT_READY: [u16; 3] = [404, 409, 425];

/// Name of the parameter that takes `pageInfo.nextCursor` back.
pub(crate) const REST_CURSOR_PARAMETER: &str = "cursor";

/// Where REST puts a message of an error (clients).
pub(crate) const REST_MESSAGE_POINTERS: [&str; 4] = ["/message", "/detail", "/error/message", "/error"];

/// GraphQL webhooks have no time, so a repetition is told by its body, for this long.
pub(crate) const REPLAY_WINDOW_S: u64 = 24 * 60 * 60;

/// A state of an analysis is named by the member of the union without its prefix: `AudioAnalysisV7Finished` is `Finished` (schema
/// for V6, clients for V7).
pub(crate) const STATE_PREFIXES: [&str; 2] = ["AudioAnalysisV6", "AudioAnalysisV7"];
