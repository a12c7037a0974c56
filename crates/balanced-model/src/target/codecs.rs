//! Lossy codecs that listeners of a target get.

/// Codecs that between them tell what services and shops do to a master.
const COMMON: &[&str] = &["aac128", "aac256", "mp3-128", "mp3-320", "opus96", "opus128", "vorbis-q5"];

/// Returns the codecs of the target called `name`, by their names; the common ones for a target of the user, and for services whose
/// codecs are not known here.
///
/// Sources: Spotify Support, "Audio quality" (Vorbis at 160 and 320 kbit/s, AAC at 128 and 256 kbit/s in the web player); Apple
/// Digital Masters (AAC at 256 kbit/s); YouTube's formats 140 (AAC at 128 kbit/s) and 251 (Opus at up to 160 kbit/s); SoundCloud (MP3
/// at 128 kbit/s, AAC at 256 kbit/s), as reported on wiki.libre.moe, "Compression comparison of music streaming services" (2024).
/// Services change this without notice. Media that are not encoded have none.
pub(super) fn of(name: &str) -> &'static [&'static str] {
    match name {
        "spotify" => &["vorbis-q5", "vorbis-q9", "aac128", "aac256"],
        "apple-music" => &["aac256"],
        "youtube" => &["aac128", "opus128", "opus160"],
        "soundcloud" => &["mp3-128", "aac256"],
        "podcast" => &["aac128", "mp3-128"],
        "cd" | "vinyl-premaster" | "quiet-premaster" => &[],
        _ => COMMON,
    }
}
