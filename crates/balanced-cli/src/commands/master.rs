//! Command `balanced master`.

use std::path::{Path, PathBuf};

use balanced::model::CodecStatus;
use balanced::{
    AllowPlugins, AnalyzeOptions, AudioSource, ChainSpec, Codec, Edit, EncodeSpec, Family, FileFormat, MasterOptions,
    MasterResult, PluginHost, ReportAudio, SampleFormat,
};

use super::{outputs, target};
use crate::args::MasterArgs;
use crate::console::{self, Bar};
use crate::exit::Exit;
use crate::stdio::{Stdin, Stdout};
use crate::vault;

/// Masters the input and prints the result.
pub fn run(args: &MasterArgs) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

/// Fails where `--require-codecs` wants more than the master gives.
fn required(args: &MasterArgs, result: &MasterResult) -> Result<(), Exit> {
    let Some(codecs) = result.codecs.as_ref().filter(|_| args.require_codecs) else { return Ok(()) };
    let are_safe = codecs.checks.iter().all(|check| check.status == CodecStatus::Safe);
    if are_safe { Ok(()) } else { Err(Exit::Failed) }
}

fn try_run(args: &MasterArgs) -> Result<(), Exit> {
    let mut input = args.input.clone();
    let stdin = Stdin::take(std::slice::from_mut(&mut input))?;
    let stdout = Stdout::of(&args.output, args.json)?;
    let output = stdout.path(&args.output);
    let matched = target::matched_files(&args.matching);
    let read = [Some(&*input), stdin.origin(), args.chain.as_deref(), args.platforms.as_deref()];
    let read = [&read[..], &[args.metadata.cover.as_deref()]].concat();
    let read: Vec<Option<&Path>> = read.into_iter().chain(matched.iter().map(|file| Some(file.as_path()))).collect();
    outputs::check(&read, &[Some(&output), args.page.report.as_deref(), args.manifest.as_deref()])?;
    if args.manifest.is_some() && (vault::is_address(&input) || vault::is_address(&output) || output != args.output) {
        console::error("a manifest tells of files; master from a file into a file to have one");
        return Err(Exit::Usage);
    }
    let audio = super::audio_of_report(args.page.with_audio.as_deref())?;
    let bar = Bar::new("master", false);
    let progress = |progress| bar.show(progress);
    let mut config = MasterOptions::default().config;
    config.platforms = super::platforms(args.platforms.as_deref())?;
    config.spectrogram = args.page.report.is_some();
    let chain_name = chain_name(args);
    if chain_name.is_some() && !args.json && args.page.report.is_none() {
        // The summary shows no defects; only advice and reports need them.
        config.families.retain(|family| *family != Family::Defects);
    }
    let options = MasterOptions {
        config,
        layout: args.layout.chosen(),
        limits: args.limits.limits(),
        temp: args.temp.clone(),
        accept_damaged: args.damage.accept_damaged,
        target: target::wanted(&args.target.level)?.or_else(|| balanced::preset_target(chain_name.as_ref()?)),
        chain: chain_name.as_deref().map(read_chain).transpose()?,
        matching: target::matching(&args.matching, &args.target.level),
        intensity: args.target.intensity,
        encode: encode_spec(args)?,
        codecs: codecs(args, chain_name.as_deref())?,
        metadata: args.metadata.edit(),
        edit: Edit { start_s: args.start, end_s: args.end, fade_in_s: args.fade_in, fade_out_s: args.fade_out },
        sample_rate_hz: args.sample_rate.map(f64::from),
        plugin_host: plugin_host(args.allow_plugins.as_deref()),
        progress: Some(&progress),
        ..MasterOptions::default()
    };
    if vault::is_address(&input) || vault::is_address(&output) {
        let result = master_vault(args, &input, &output, &options);
        bar.clear();
        let result = result?;
        print(args, &result, &stdout);
        report_vault(args, &result, &input, &output, audio, &options)?;
        return required(args, &result);
    }
    let result = balanced::master(&input, &output, &options);
    bar.clear();
    let mut result = result.map_err(|error| stdin.report(&error))?;
    result.input = stdin.shown(&input).display().to_string();
    stdin.name(&mut result.before.source);
    write_manifest(args, &result, &input, &options)?;
    stdout.name(&mut result.output, &mut result.after.source);
    let sources = || Ok([AudioSource::Path(&input), AudioSource::Path(&output)]);
    let page = page(args, &result, sources, audio, &options);
    bar.clear();
    stdout.send()?;
    print(args, &result, &stdout);
    write_page(args, page)?;
    required(args, &result)
}

/// Masters from a vault, into a vault, or both.
fn master_vault(
    args: &MasterArgs,
    input: &Path,
    output: &Path,
    options: &MasterOptions<'_>,
) -> Result<MasterResult, Exit> {
    let opened = vault::open(&args.vault)?;
    let source = opened.source(input)?;
    let result = if vault::is_address(output) {
        let (project, file) = vault::address(&output.to_string_lossy())?;
        if file.is_some() {
            console::error("a master becomes a new file of the vault; give -o vault:PROJECT");
            return Err(Exit::Usage);
        }
        let name = format!("master.{}", options.encode.format.extension());
        balanced::vault::master(source, &opened.vault, project, &name, opened.by(), options).map(|(result, _)| result)
    } else {
        balanced::master_source(source, output, options)
    };
    opened.keep_anchor()?;
    result.map_err(|error| outputs::report(&error))
}

/// Writes the manifest, if one is wanted; `mix` is the file that was read.
fn write_manifest(
    args: &MasterArgs,
    result: &MasterResult,
    mix: &Path,
    options: &MasterOptions<'_>,
) -> Result<(), Exit> {
    let Some(path) = &args.manifest else { return Ok(()) };
    let manifest = balanced::deliver::master_manifest(result, mix, &args.output, options);
    outputs::write(path, manifest.map_err(|error| outputs::report(&error))?.to_json().as_bytes())
}

fn print(args: &MasterArgs, result: &MasterResult, stdout: &Stdout) {
    if args.json {
        console::line(&serde_json::to_string(result).expect("a result is plain data"));
    } else {
        stdout.print(&result.to_text());
    }
}

/// Makes the report, if one is wanted; `sources` opens the mix and the master for it.
fn page<'s>(
    args: &MasterArgs,
    result: &MasterResult,
    sources: impl FnOnce() -> Result<[AudioSource<'s>; 2], Exit>,
    audio: Option<ReportAudio>,
    options: &MasterOptions<'_>,
) -> Result<Option<String>, Exit> {
    if args.page.report.is_none() {
        return Ok(None);
    }
    let options = AnalyzeOptions {
        layout: options.layout.clone(),
        limits: options.limits,
        accept_damaged: options.accept_damaged,
        progress: options.progress,
        ..AnalyzeOptions::default()
    };
    let page = balanced::master_report(result, sources()?, audio, &options);
    page.map(Some).map_err(|error| outputs::report(&error))
}

fn write_page(args: &MasterArgs, page: Result<Option<String>, Exit>) -> Result<(), Exit> {
    match (&args.page.report, page?) {
        (Some(path), Some(page)) => outputs::write(path, page.as_bytes()),
        _ => Ok(()),
    }
}

/// Writes the report of a master from or in a vault, if one is wanted.
fn report_vault(
    args: &MasterArgs,
    result: &MasterResult,
    input: &Path,
    output: &Path,
    audio: Option<ReportAudio>,
    options: &MasterOptions<'_>,
) -> Result<(), Exit> {
    if args.page.report.is_none() {
        return Ok(());
    }
    let opened = vault::open(&args.vault)?;
    // In a vault, the result has the address of the new file.
    let master = if vault::is_address(output) { Path::new(&result.output) } else { output };
    let sources = || Ok([opened.source(input)?, opened.source(master)?]);
    let page = page(args, result, sources, audio, options);
    opened.keep_anchor()?;
    write_page(args, page)
}

/// Returns this program as the host of the plugins that `--allow-plugins` names.
pub fn plugin_host(names: Option<&[String]>) -> Option<PluginHost> {
    std::env::current_exe().ok().map(PluginHost::command).map(|host| host.allowing(allowed(names)))
}

/// Returns the plugins that `--allow-plugins` names.
fn allowed(names: Option<&[String]>) -> AllowPlugins {
    match names {
        None => AllowPlugins::None,
        Some([]) => AllowPlugins::Installed,
        Some(names) => AllowPlugins::Only(names.to_vec()),
    }
}

/// Returns the chain that `--chain` or `--preset` names.
fn chain_name(args: &MasterArgs) -> Option<PathBuf> {
    let preset = args.preset.as_ref().map(|name| PathBuf::from(format!("preset:{name}")));
    args.chain.clone().or(preset)
}

/// Returns the codecs that `--codecs` names, for the target that the master aims at.
fn codecs(args: &MasterArgs, chain: Option<&Path>) -> Result<Vec<Codec>, Exit> {
    let target = target::wanted(&args.target.level)?.or_else(|| balanced::preset_target(chain?));
    balanced::codecs(&args.codecs, target.as_ref()).map_err(|error| outputs::report(&error))
}

fn read_chain(name: &Path) -> Result<ChainSpec, Exit> {
    balanced::read_chain(name).map_err(|error| outputs::report(&error))
}

fn encode_spec(args: &MasterArgs) -> Result<EncodeSpec, Exit> {
    let format = match args.format {
        Some(container) => container.file_format(),
        None if vault::is_address(&args.output) => FileFormat::Wav,
        None => by_suffix(&args.output)?,
    };
    let sample_format = args.bits.sample_format();
    if format == FileFormat::Flac && !matches!(sample_format, SampleFormat::I16 | SampleFormat::I24) {
        console::error("FLAC supports 16 and 24 bits only; choose --bits 16 or 24, or a .wav output");
        return Err(Exit::Usage);
    }
    Ok(EncodeSpec { format, sample_format })
}

fn by_suffix(path: &Path) -> Result<FileFormat, Exit> {
    let suffix = path.extension().map(|suffix| suffix.to_string_lossy().to_ascii_lowercase());
    match suffix.as_deref() {
        Some("wav" | "wave" | "bwf" | "rf64") | None => Ok(FileFormat::Wav),
        Some("aif" | "aiff" | "aifc") => Ok(FileFormat::Aiff),
        Some("flac") => Ok(FileFormat::Flac),
        Some(other) => {
            console::error(&format!(
                "{}: masters are written as .wav, .aiff or .flac, not .{other}; change the suffix or give --format",
                path.display()
            ));
            Err(Exit::Usage)
        }
    }
}
