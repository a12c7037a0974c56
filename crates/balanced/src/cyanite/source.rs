//! Audio of this library's sources for Cyanite.

use balanced_cyanite::{About, Error, ErrorKind, Options, Pcm, PcmFormat, Result, Upload, prepare};
use balanced_dsp::{ChannelLayout, PlanarBuffer, Speaker};

use crate::input::Input;
use crate::origin::Origin;
use crate::{AnalyzeOptions, AudioSource};

/// Frames of a block.
const BLOCK_FRAMES: usize = 4096;

/// Prepares the upload of audio from any file: decodes it, makes the MP3, and returns it with its manifest; nothing is sent.
///
/// `about` names what else may be sent; its hash of the source is filled in here. More than two channels are mixed down as ITU-R
/// BS.775 does, without their low-frequency channels. Layout, limits and `accept_damaged` of `analysis` are used.
///
/// # Errors
/// Returns [`ErrorKind::Audio`] if the file cannot be read, is damaged, or is an array, and the errors of [`prepare`].
pub fn prepare_source(
    source: AudioSource<'_>,
    about: &About,
    options: &Options,
    analysis: &AnalyzeOptions<'_>,
) -> Result<Upload> {
    let path = source.path().map(std::path::Path::to_owned);
    let monitor = analysis.monitor(path.as_deref());
    let scratch = analysis.scratch(path.as_deref());
    let Origin::File(file) = Origin::open(source, &analysis.limits, &scratch, &monitor).map_err(|error| of(&error))?
    else {
        let problem = "an array has no file whose hash could find it again";
        return Err(Error::new(ErrorKind::Audio, "audio for Cyanite", problem, "write it to a file first"));
    };
    let mut about = about.clone();
    about.source_sha256 = file.sha256().map_err(|error| of(&error))?;
    let mut open = || {
        let input = file.input(analysis.layout.as_ref(), &analysis.limits).map_err(|error| of(&error))?;
        let buffer = PlanarBuffer::new(input.format.channels(), BLOCK_FRAMES);
        let accept_damaged = analysis.accept_damaged;
        Ok(Box::new(Decoded { input, buffer, accept_damaged }) as Box<dyn Pcm>)
    };
    let upload = prepare(&mut open, &about, options)?;
    file.check_unchanged().map_err(|error| of(&error))?;
    Ok(upload)
}

/// Decoded audio, as the encoder takes it.
struct Decoded<'a> {
    input: Input<'a>,
    buffer: PlanarBuffer,
    accept_damaged: bool,
}

impl Pcm for Decoded<'_> {
    fn format(&self) -> PcmFormat {
        let format = &self.input.format;
        PcmFormat { sample_rate_hz: format.sample_rate_hz, downmix: downmix(&format.layout) }
    }

    fn read(&mut self, block: &mut Vec<Vec<f64>>) -> Result<()> {
        let frames = self.input.read(&mut self.buffer).map_err(|error| of(&error))?;
        if frames == 0 {
            self.input.check_complete(self.accept_damaged).map_err(|error| of(&error))?;
        }
        block.resize(self.buffer.channels(), Vec::new());
        for (channel, samples) in block.iter_mut().enumerate() {
            samples.clear();
            samples.extend_from_slice(&self.buffer.channel(channel)[..frames]);
        }
        Ok(())
    }
}

/// Returns the gains of a downmix to stereo: ITU-R BS.775-4, Annex 4, table 2; positions it does not have go to their side.
fn downmix(layout: &ChannelLayout) -> Vec<[f64; 2]> {
    const HALF_POWER: f64 = std::f64::consts::FRAC_1_SQRT_2;
    use Speaker as S;
    if layout.channels() <= 2 {
        return PcmFormat::plain(1.0, layout.channels()).downmix;
    }
    let gains = |speaker: &Speaker| match speaker {
        S::FrontLeft => [1.0, 0.0],
        S::FrontRight => [0.0, 1.0],
        S::FrontCenter | S::Discrete | S::FrontPair => [HALF_POWER, HALF_POWER],
        S::LowFrequency | S::LowFrequency2 => [0.0, 0.0],
        S::BackLeft
        | S::SideLeft
        | S::FrontLeftOfCenter
        | S::TopFrontLeft
        | S::TopBackLeft
        | S::TopSideLeft
        | S::WideLeft
        | S::BottomFrontLeft => [HALF_POWER, 0.0],
        S::BackRight
        | S::SideRight
        | S::FrontRightOfCenter
        | S::TopFrontRight
        | S::TopBackRight
        | S::TopSideRight
        | S::WideRight
        | S::BottomFrontRight => [0.0, HALF_POWER],
        // Those in the middle, of which each side gets half of the power of a surround channel.
        _ => [0.5, 0.5],
    };
    layout.speakers().iter().map(gains).collect()
}

fn of(error: &crate::Error) -> Error {
    let subject = error.path().map_or_else(|| "audio for Cyanite".to_owned(), |path| path.display().to_string());
    let kind = if error.kind() == crate::ErrorKind::Cancelled { ErrorKind::Cancelled } else { ErrorKind::Audio };
    Error::new(kind, balanced_io::printable(&subject), error.problem(), error.remedy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surround_is_mixed_down_as_the_standard_says() {
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let layout = ChannelLayout::from_name("5.1").expect("a named layout");
        let gains = [[1.0, 0.0], [0.0, 1.0], [half, half], [0.0, 0.0], [half, 0.0], [0.0, half]];
        assert_eq!(downmix(&layout), gains);
        assert_eq!(downmix(&ChannelLayout::stereo()), [[1.0, 0.0], [0.0, 1.0]]);
        assert_eq!(downmix(&ChannelLayout::mono()).len(), 1);
    }
}
