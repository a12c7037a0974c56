//! Command `balanced preview`.

use std::path::Path;

use balanced::{AudioSource, EncodeSpec, FileFormat, PreviewOptions, PreviewResult, SampleFormat};

use super::outputs;
use crate::args::PreviewArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::stdio::Stdin;

/// Writes what a codec makes of the input, and prints what it changed.
pub fn run(args: &PreviewArgs) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn try_run(args: &PreviewArgs) -> Result<(), Exit> {
    let mut input = args.input.clone();
    let stdin = Stdin::take(std::slice::from_mut(&mut input))?;
    outputs::check(&[Some(&input), stdin.origin()], &[Some(&args.output), args.difference.as_deref()])?;
    let codec = match &balanced::codecs(&[&args.codec], None).map_err(|error| outputs::report(&error))?[..] {
        [codec] => *codec,
        _ => {
            console::error("a preview is of one codec; name one, such as --codec aac128");
            return Err(Exit::Usage);
        }
    };
    let bar = Bar::new("preview", false);
    let progress = |progress| bar.show(progress);
    let options = PreviewOptions {
        difference: args.difference.clone(),
        encode: encode_spec(&args.output)?,
        layout: args.layout.chosen(),
        accept_damaged: args.damage.accept_damaged,
        progress: Some(&progress),
        limits: args.limits.limits(),
        temp: args.temp.clone(),
        ..PreviewOptions::default()
    };
    let result = balanced::preview(AudioSource::Path(&input), codec, &args.output, &options);
    bar.clear();
    let mut result = result.map_err(|error| stdin.report(&error))?;
    result.input = stdin.shown(&input).display().to_string();
    print(args, &result);
    Ok(())
}

fn print(args: &PreviewArgs, result: &PreviewResult) {
    if args.json {
        console::line(&serde_json::to_string(result).expect("a result is plain data"));
    } else {
        console::line(&result.to_text());
    }
}

/// Returns 32-bit floats, which keep what is beyond full scale, in the format of the suffix; FLAC has 24 bits.
fn encode_spec(output: &Path) -> Result<EncodeSpec, Exit> {
    let format = match output.extension() {
        None => FileFormat::Wav,
        Some(_) => FileFormat::from_path(output).ok_or_else(|| {
            let shown = output.display();
            console::error(&format!("{shown}: previews are written as .wav, .aiff or .flac; change the suffix"));
            Exit::Usage
        })?,
    };
    let sample_format = if format == FileFormat::Flac { SampleFormat::I24 } else { SampleFormat::F32 };
    Ok(EncodeSpec { format, sample_format })
}
