//! Cover art of a bundle.

use std::path::Path;

use balanced_io::{picture_of, picture_size};

use crate::{Error, MetadataEdit};

/// A cover that lies in the bundle.
pub(super) struct Cover {
    /// Name of the file in the bundle.
    pub(super) name: &'static str,
    pub(super) media_type: String,
    /// Width and height in pixels, where the picture tells them.
    pub(super) size: Option<(u32, u32)>,
}

/// Copies the cover into the bundle.
pub(super) fn put(cover: Option<&Path>, folder: &Path) -> Result<Option<Cover>, Error> {
    let Some(path) = cover else { return Ok(None) };
    // The size and kind of the picture are checked as a master's are.
    MetadataEdit { cover: Some(path.to_owned()), ..MetadataEdit::default() }.checked()?;
    let data = std::fs::read(path).map_err(|error| Error::unreadable(path, &error))?;
    let Some(picture) = picture_of(data) else {
        return Err(Error::input(path, "changed while it was read", "start again when nothing writes to it any more"));
    };
    let name = if picture.media_type == "image/png" { "cover.png" } else { "cover.jpg" };
    crate::write_file(folder.join(name), &picture.content.data)?;
    Ok(Some(Cover { name, size: picture_size(&picture), media_type: picture.media_type }))
}
