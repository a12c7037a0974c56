//! Fingerprints of files.

use std::path::Path;

use balanced_compare::{Fingerprint, Fingerprinter};
use balanced_dsp::PlanarBuffer;

use crate::analyze::block_frames;
use crate::contain::contain;
use crate::origin::Origin;
use crate::{AnalyzeOptions, AudioSource, Error, Stage};

/// Computes the acoustic fingerprint of the file at `path`, as AcoustID takes it.
///
/// All of the audio is used (AcoustID uses the first 120 s). Audio under 3 s has no items. Of `options`, the configuration is not used.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()).
pub fn fingerprint(path: impl AsRef<Path>, options: &AnalyzeOptions<'_>) -> Result<Fingerprint, Error> {
    fingerprint_source(AudioSource::Path(path.as_ref()), options)
}

/// Computes the acoustic fingerprint of audio from any source, as [`fingerprint()`] does for a file.
///
/// # Errors
/// Returns the errors of [`analyze`](crate::analyze()).
pub fn fingerprint_source(source: AudioSource<'_>, options: &AnalyzeOptions<'_>) -> Result<Fingerprint, Error> {
    let path = source.name().map(Path::to_owned);
    contain(path.as_deref(), || {
        let monitor = options.monitor(path.as_deref());
        let scratch = options.scratch(path.as_deref()).sealed(source.is_private());
        let origin = Origin::open(source, &options.limits, &scratch, &monitor)?;
        let mut input = origin.input(options.layout.as_ref(), &options.limits)?;
        let channels = input.format.channels();
        let Some(mut fingerprinter) = Fingerprinter::new(input.format.sample_rate_hz, channels) else {
            return Ok(Fingerprint::default());
        };
        let mut buffer = PlanarBuffer::new(channels, block_frames(channels));
        let (mut frames, total) = (0u64, input.declared_frames());
        loop {
            monitor.at(Stage::Analyze, frames, total)?;
            let count = input.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            frames += count as u64;
            let views: Vec<&[f64]> = (0..channels).map(|channel| buffer.channel(channel)).collect();
            fingerprinter.push(&views);
        }
        input.check_complete(options.accept_damaged)?;
        origin.check_unchanged()?;
        Ok(fingerprinter.finish())
    })
}
