//! Command `balanced album`.

use std::path::Path;

use balanced::{AlbumOptions, AlbumSpec, EncodeSpec, FileFormat, SampleFormat, report};

use super::master::plugin_host;
use super::merge::printable_lines;
use super::{outputs, target};
use crate::album_args::AlbumArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;

/// Masters the tracks of a folder or a list as one album.
pub fn run(args: &AlbumArgs) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn try_run(args: &AlbumArgs) -> Result<(), Exit> {
    let spec = spec(args)?;
    let tracks = spec.tracks.iter().map(|track| Some(track.file.as_path()));
    let chains = spec.tracks.iter().map(|track| track.chain.as_deref());
    let read = [Some(args.input.as_path()), spec.cover.as_deref()].into_iter().chain(tracks).chain(chains);
    outputs::check(&read.collect::<Vec<Option<&Path>>>(), &[args.report.as_deref()])?;
    let bar = Bar::new("album", false);
    let progress = |progress| bar.show(progress);
    let options = AlbumOptions {
        target: target::wanted(&args.level)?,
        loudness: args.loudness,
        coherence: args.coherence,
        anchor: args.anchor,
        encode: encode_spec(args)?,
        sample_rate_hz: args.sample_rate.map(f64::from),
        single: args.single,
        cd: args.cd,
        gain_tags: !args.no_gain_tags,
        accept_damaged: args.damage.accept_damaged,
        plugin_host: plugin_host(args.allow_plugins.as_deref()),
        progress: Some(&progress),
        limits: args.limits.limits(),
        temp: args.temp.clone(),
        ..AlbumOptions::default()
    };
    let result = balanced::album(&spec, &args.output, &options);
    bar.clear();
    let result = result.map_err(|error| outputs::report(&error))?;
    if args.json {
        console::line(&serde_json::to_string(&result).expect("a result is plain data"));
    } else {
        console::line(&printable_lines(&report::album_text(&result)));
    }
    let Some(path) = &args.report else { return Ok(()) };
    outputs::write(path, report::album_html(&result).as_bytes())
}

/// Reads the album, with what the options say of the release.
fn spec(args: &AlbumArgs) -> Result<AlbumSpec, Exit> {
    let mut spec = balanced::read_album(&args.input).map_err(|error| outputs::report(&error))?;
    let given = [
        (&args.title, &mut spec.title),
        (&args.artist, &mut spec.artist),
        (&args.upc, &mut spec.upc),
        (&args.date, &mut spec.date),
    ];
    for (option, field) in given {
        if option.is_some() {
            field.clone_from(option);
        }
    }
    if args.cover.is_some() {
        spec.cover.clone_from(&args.cover);
    }
    if let Some(gap_s) = args.gap {
        (spec.gap_s, spec.crossfade_s) = (gap_s, 0.0);
    }
    if let Some(crossfade_s) = args.crossfade {
        (spec.crossfade_s, spec.gap_s) = (crossfade_s, 0.0);
    }
    Ok(spec)
}

fn encode_spec(args: &AlbumArgs) -> Result<EncodeSpec, Exit> {
    let (format, sample_format) = (args.format.file_format(), args.bits.sample_format());
    if format == FileFormat::Flac && !matches!(sample_format, SampleFormat::I16 | SampleFormat::I24) {
        console::error("FLAC supports 16 and 24 bits only; choose --bits 16 or 24, or --format wav");
        return Err(Exit::Usage);
    }
    Ok(EncodeSpec { format, sample_format })
}
