//! Codecs by the names that users give.

pub use balanced_codec::Codec;
use balanced_codec::{CodecError, CodecErrorKind};
use balanced_model::Target;

use crate::Error;

/// Name that stands for the codecs of the target.
const OF_TARGET: &str = "target";

/// Reads codecs by name; `target` stands for those that listeners of the target get, of `streaming` if there is none.
///
/// ```
/// use balanced::{Codec, codecs};
/// assert_eq!(codecs(&["mp3-128"], None)?, [Codec::Mp3 { kbps: 128 }]);
/// assert_eq!(codecs(&["target"], None)?, Codec::COMMON);
/// # Ok::<(), balanced::Error>(())
/// ```
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) for an unknown name, with the known ones.
pub fn codecs(names: &[impl AsRef<str>], target: Option<&Target>) -> Result<Vec<Codec>, Error> {
    let mut read = Vec::new();
    for name in names {
        let name = name.as_ref();
        let of_target = name.eq_ignore_ascii_case(OF_TARGET).then(|| target.cloned().unwrap_or_default().codecs());
        for name in of_target.unwrap_or(&[name]) {
            let codec = parse(name)?;
            if !read.contains(&codec) {
                read.push(codec);
            }
        }
    }
    Ok(read)
}

fn parse(name: &str) -> Result<Codec, Error> {
    name.parse().map_err(|error: balanced_codec::UnknownCodec| {
        Error::settings(error.problem(), format!("{}, or target", error.remedy())).caused_by(error)
    })
}

impl Error {
    /// Returns the error of an encoder or of what it wrote.
    pub(crate) fn coding(error: &CodecError) -> Self {
        match (error.io(), error.kind()) {
            (Some(io), _) => Self::writing(io),
            (None, CodecErrorKind::Missing | CodecErrorKind::Unsupported) => {
                Self::settings(error.problem(), error.remedy()).caused_by(error.clone())
            }
            (None, _) => Self::failed_encoder(error.problem(), error.remedy()).caused_by(error.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn every_codec_of_every_target_is_known() {
        for target in Target::all() {
            let known = codecs(&[OF_TARGET], Some(&target)).unwrap();
            assert_eq!(known.len(), target.codecs().len(), "{}", target.name);
        }
    }

    #[test]
    fn a_codec_named_twice_is_checked_once_and_an_unknown_one_is_refused() {
        let read = codecs(&["opus96", "Opus-96", "target"], Some(&Target::named("apple-music").unwrap())).unwrap();
        assert_eq!(read, [Codec::Opus { kbps: 96 }, Codec::Aac { kbps: 256 }]);
        let error = codecs(&["ogg"], None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Settings);
        assert!(
            error.to_string().contains("unknown codec \"ogg\"") && error.remedy().ends_with("or target"),
            "{error}"
        );
    }
}
