//! The format of repaired files, and what a conversion to it takes.

use balanced_dsp::{ChannelLayout, StreamFormat};
use balanced_io::{EncodeSpec, FileFormat, SampleFormat};
use balanced_mastering::{ChainSpec, DitherSpec, ProcessorSpec, Step};
use balanced_model::{Analysis, Source};

use super::findings::{Facts, Fold};
use super::{RepairBits, RepairOptions, RepairRate};
use crate::Error;

/// How the audio of the input becomes that of the files.
pub(super) struct Conversion {
    pub(super) encode: EncodeSpec,
    /// Format of the files.
    pub(super) format: StreamFormat,
    /// How two channels become one; `None` if the channels stay.
    pub(super) fold: Option<Fold>,
    /// Whether samples stay as they are.
    pub(super) is_exact: bool,
}

impl Conversion {
    pub(super) fn new(
        before: &Analysis,
        facts: &Facts<'_>,
        format: FileFormat,
        options: &RepairOptions<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let source = &before.source;
        let fold = if options.mono && source.channels != 1 { Some(fold(source, facts)?) } else { None };
        if options.mono && source.channels == 1 {
            notes.push("the file has one channel already".to_owned());
        }
        let layout = match fold {
            Some(_) => ChannelLayout::mono(),
            None => options.layout.clone().unwrap_or_else(|| layout_of(source)),
        };
        let sample_rate_hz = rate(source, facts, options, notes)?;
        let sample_format = sample_format(source, format, options, notes);
        let has_own_samples = fold.is_none() || facts.is_fold_exact;
        let peak_dbfs = before.measurements.loudness.as_ref().and_then(|loudness| loudness.sample_peak_dbfs);
        let fits = sample_format.is_float() || peak_dbfs.is_none_or(|peak| peak <= 0.0);
        let is_exact =
            sample_rate_hz == source.sample_rate_hz && has_own_samples && fits && holds(sample_format, source);
        let encode = EncodeSpec { format, sample_format };
        Ok(Self { encode, format: StreamFormat { sample_rate_hz, layout }, fold, is_exact })
    }

    /// Returns the steps that end a conversion: dither where bits are lost to integers of 16 or 24 bits.
    pub(super) fn chain(&self) -> ChainSpec {
        let bits = u32::from(self.encode.sample_format.bits());
        let is_dithered = !self.is_exact && bits <= 24;
        let dither =
            is_dithered.then(|| Step::new(ProcessorSpec::Dither(DitherSpec { bits, ..DitherSpec::default() })));
        ChainSpec { steps: dither.into_iter().collect(), ..ChainSpec::default() }
    }

    /// Returns whether the conversion can bring samples over full scale.
    pub(super) fn can_clip(&self) -> bool {
        !self.is_exact && !self.encode.sample_format.is_float()
    }

    /// Returns the highest amplitude that dither and rounding leave under full scale.
    pub(super) fn headroom(&self) -> f64 {
        1.0 - 4.0 * 2f64.powi(1 - i32::from(self.encode.sample_format.bits().min(24)))
    }
}

fn layout_of(source: &Source) -> ChannelLayout {
    ChannelLayout::parse(&source.channel_layout)
        .ok()
        .filter(|layout| layout.channels() == source.channels)
        .unwrap_or_else(|| ChannelLayout::default_for(source.channels))
}

fn fold(source: &Source, facts: &Facts<'_>) -> Result<Fold, Error> {
    facts.fold.ok_or_else(|| {
        let problem = format!("is not mono in two channels: {}", facts.difference());
        let name = source.path.as_deref().unwrap_or(crate::input::IN_MEMORY);
        Error::settings(problem, "leave mono out; folding it down would change how it sounds").in_file(name)
    })
}

fn rate(
    source: &Source,
    facts: &Facts<'_>,
    options: &RepairOptions<'_>,
    notes: &mut Vec<String>,
) -> Result<f64, Error> {
    match (options.sample_rate, facts.original_rate_hz) {
        (RepairRate::Keep, _) => Ok(source.sample_rate_hz),
        (RepairRate::Original, Some(original_hz)) => Ok(original_hz),
        (RepairRate::Original, None) => {
            notes
                .push("nothing shows that the file was converted from a lower rate, so that its rate stays".to_owned());
            Ok(source.sample_rate_hz)
        }
        (RepairRate::Hz(rate_hz), _) if (1000.0..=768_000.0).contains(&rate_hz) => Ok(rate_hz),
        (RepairRate::Hz(rate_hz), _) => {
            Err(Error::settings(format!("sample_rate: {rate_hz} Hz is out of range"), "give 1000 to 768000"))
        }
    }
}

fn sample_format(
    source: &Source,
    format: FileFormat,
    options: &RepairOptions<'_>,
    notes: &mut Vec<String>,
) -> SampleFormat {
    let own = own(source);
    let wanted = match options.bits {
        RepairBits::Format(format) => return format,
        RepairBits::Keep => own,
        RepairBits::Effective => effective(source).unwrap_or(own),
    };
    if format == FileFormat::Flac && wanted.bits() > 24 {
        notes.push(format!("FLAC holds 24 bits at most: {} samples were rounded to it", wanted.name()));
        return SampleFormat::I24;
    }
    wanted
}

/// Returns the sample format that the input has; 24 bits if it has none.
fn own(source: &Source) -> SampleFormat {
    match (source.codec.as_str(), source.bit_depth) {
        (codec, _) if codec.starts_with("pcm_f64") => SampleFormat::F64,
        (codec, _) if codec.starts_with("pcm_f32") => SampleFormat::F32,
        (_, Some(bits)) if bits > 24 => SampleFormat::I32,
        (_, Some(bits)) => smallest(bits).unwrap_or_default(),
        (_, None) => SampleFormat::I24,
    }
}

/// Returns the smallest format that holds what carries sound; `None` where that is not known, and for real floats.
fn effective(source: &Source) -> Option<SampleFormat> {
    source.effective_bit_depth.filter(|_| !has_fractions(source)).and_then(smallest)
}

/// Returns the smallest integer format of `bits` bits; `None` above 24.
pub(super) fn smallest(bits: u16) -> Option<SampleFormat> {
    match bits {
        0..=16 => Some(SampleFormat::I16),
        17..=24 => Some(SampleFormat::I24),
        _ => None,
    }
}

fn is_float(source: &Source) -> bool {
    source.codec.starts_with("pcm_f")
}

/// Returns whether samples lie between the steps of integers.
fn has_fractions(source: &Source) -> bool {
    is_float(source) && source.effective_bit_depth.is_none_or(|bits| Some(bits) == source.bit_depth || bits > 24)
}

/// Returns whether a sample format holds every sample of the input.
fn holds(format: SampleFormat, source: &Source) -> bool {
    // Arrays of floats declare no bits, and lossy files have none.
    let bits = source.effective_bit_depth.or(source.bit_depth);
    let fits = |most: u16| !has_fractions(source) && bits.is_some_and(|bits| bits <= most);
    match format {
        SampleFormat::F64 => is_float(source) || bits.is_some(),
        SampleFormat::F32 => source.codec.starts_with("pcm_f32") || fits(24),
        _ => fits(format.bits()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(codec: &str, bit_depth: Option<u16>, effective_bit_depth: Option<u16>) -> Source {
        let text = format!(
            r#"{{"container": "wav", "codec": "{codec}", "sample_rate_hz": 48000.0, "channels": 2, "channel_layout": "stereo", "frames": 1, "duration_s": 1.0, "notes": []}}"#
        );
        Source { bit_depth, effective_bit_depth, ..serde_json::from_str(&text).unwrap() }
    }

    #[test]
    fn a_format_holds_what_has_no_more_bits() {
        let padded = source("pcm_s24", Some(24), Some(16));
        assert!(holds(SampleFormat::I16, &padded) && holds(SampleFormat::F32, &padded));
        let full = source("pcm_s24", Some(24), Some(24));
        assert!(!holds(SampleFormat::I16, &full) && holds(SampleFormat::I24, &full) && holds(SampleFormat::F32, &full));
        let whole = source("pcm_s32", Some(32), Some(32));
        assert!(holds(SampleFormat::I32, &whole) && !holds(SampleFormat::F32, &whole));
    }

    #[test]
    fn floats_are_integers_only_where_no_sample_lies_between() {
        let real = source("pcm_f32", Some(32), Some(32));
        assert!(!holds(SampleFormat::I32, &real) && holds(SampleFormat::F32, &real) && effective(&real).is_none());
        let padded = source("pcm_f32", Some(32), Some(16));
        assert!(holds(SampleFormat::I16, &padded));
        assert_eq!(effective(&padded), Some(SampleFormat::I16));
    }

    #[test]
    fn arrays_of_floats_are_held_by_their_own_format() {
        let array = source("pcm_f64", None, None);
        assert!(
            holds(SampleFormat::F64, &array) && !holds(SampleFormat::F32, &array) && !holds(SampleFormat::I32, &array)
        );
        assert!(holds(SampleFormat::F32, &source("pcm_f32", None, None)));
    }

    #[test]
    fn lossy_files_have_no_bits_of_their_own() {
        let lossy = source("mp3", None, None);
        assert_eq!(own(&lossy), SampleFormat::I24);
        assert!(!holds(SampleFormat::I24, &lossy) && effective(&lossy).is_none());
    }

    #[test]
    fn eight_bits_are_written_as_sixteen() {
        let eight = source("pcm_u8", Some(8), Some(8));
        assert_eq!(own(&eight), SampleFormat::I16);
        assert!(holds(SampleFormat::I16, &eight));
    }
}
