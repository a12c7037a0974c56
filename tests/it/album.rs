//! `balanced album` and `balanced analyze --album`: level, transitions, files, and what goes wrong.

use std::path::Path;

use balanced_dsp::PlanarBuffer;
use balanced_testkit::music::{Style, render};
use serde_json::Value;

use crate::command::{balanced, is_for_windows, json_lines, stdout};
use crate::files;

const RATE_HZ: u32 = 44_100;

/// Writes music of a length at a gain.
fn song(folder: &Path, name: &str, seed: u64, seconds: f64, gain_db: f64) {
    let mut audio = render(Style::Band, f64::from(RATE_HZ), seconds, seed).audio;
    let gain = 10f64.powf(gain_db / 20.0);
    for channel in 0..audio.channels() {
        audio.channel_mut(channel).iter_mut().for_each(|sample| *sample *= gain);
    }
    files::write_wav(&folder.join(name), &audio, RATE_HZ, 24);
}

/// A folder of three songs at different levels, the second the loudest.
fn album() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    song(&folder.path().join("in"), "1 one.wav", 1, 9.0, -14.0);
    song(&folder.path().join("in"), "2 two.wav", 2, 8.0, -8.0);
    song(&folder.path().join("in"), "10 three.wav", 3, 7.0, -18.0);
    folder
}

fn number(tree: &Value, path: &[&str]) -> f64 {
    let found = path.iter().fold(tree, |tree, name| &tree[*name]);
    found.as_f64().unwrap_or_else(|| panic!("{path:?} is {found} in {tree}"))
}

fn lufs(tracks: &Value, when: &str) -> Vec<f64> {
    tracks.as_array().unwrap().iter().map(|track| number(track, &[when, "integrated_lufs"])).collect()
}

fn samples(path: &Path) -> Vec<Vec<f64>> {
    files::read_wav(path).0
}

/// What a command said when it failed with this code.
fn refused(folder: &Path, code: i32, arguments: &[&str]) -> String {
    let output = balanced(folder, arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

fn entries(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The loudness of the album is that of the files played one after the other, by an independent meter over all of them.
#[test]
fn an_album_is_measured_as_one() {
    let folder = album();
    let rows = json_lines(folder.path(), &["analyze", "in", "--only", "loudness", "--album", "--json"]);
    assert_eq!(rows.len(), 4);
    let album = &rows[3]["album"];
    let mut meters = Vec::new();
    for name in ["1 one.wav", "10 three.wav", "2 two.wav"] {
        let channels = samples(&folder.path().join("in").join(name));
        let mode = ebur128::Mode::I;
        let mut meter = ebur128::EbuR128::new(2, RATE_HZ, mode).unwrap();
        let planes: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
        meter.add_frames_planar_f64(&planes).unwrap();
        meters.push(meter);
    }
    let global = ebur128::EbuR128::loudness_global_multiple(meters.iter()).unwrap();
    assert!((number(album, &["integrated_lufs"]) - global).abs() < 0.02, "{album}, {global}");
    assert!((number(album, &["replay_gain_db"]) - (-18.0 - global)).abs() < 0.02);
    // The tracks stand in the order of the inputs: 1, 10, 2.
    assert_eq!(album["loudest_track"], 3);
    let peaks = rows[..3].iter().map(|row| number(row, &["loudness", "true_peak_dbtp"]));
    assert_eq!(number(album, &["true_peak_dbtp"]), peaks.fold(f64::NEG_INFINITY, f64::max));
    let text = stdout(folder.path(), &["analyze", "in", "--only", "loudness", "--album"]);
    assert!(text.contains("Together") && text.contains("track 3 is the loudest"), "{text}");
}

/// The range of an album is that of both tracks together: signal 1 of EBU Tech 3342 (-20 and -30 LUFS, 10 LU), a file for each half.
#[test]
fn the_range_of_an_album_lies_between_its_tracks() {
    let folder = tempfile::tempdir().unwrap();
    for (name, level_db) in [("1.wav", -20.0), ("2.wav", -30.0)] {
        let peak = 10f64.powf(level_db / 20.0);
        let step = std::f64::consts::TAU * 1000.0 / f64::from(RATE_HZ);
        let tone: Vec<f64> = (0..20 * 44_100).map(|frame| peak * (step * f64::from(frame)).sin()).collect();
        files::write_wav(&folder.path().join(name), &PlanarBuffer::from_channels(&[tone.clone(), tone]), RATE_HZ, 24);
    }
    let arguments = ["analyze", "1.wav", "2.wav", "--only", "loudness", "--album", "--json"];
    let rows = json_lines(folder.path(), &arguments);
    assert!((number(&rows[2]["album"], &["range_lu"]) - 10.0).abs() <= 0.1, "{}", rows[2]["album"]);
    assert!(rows[..2].iter().all(|row| number(row, &["loudness", "range_lu"]) < 0.1));
}

#[test]
fn an_unreadable_track_is_told_and_the_others_make_the_album() {
    let folder = album();
    std::fs::write(folder.path().join("in/3 bad.wav"), b"RIFF").unwrap();
    let output = balanced(folder.path(), &["analyze", "in", "--only", "loudness", "--album", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    let last: Value = serde_json::from_slice(output.stdout.split(|b| *b == b'\n').rev().nth(1).unwrap()).unwrap();
    assert_eq!((last["tracks"].as_array().unwrap().len(), last["failed"].as_array().unwrap().len()), (3, 1));
    assert!(last["failed"][0]["path"].as_str().unwrap().ends_with("3 bad.wav"));
    // An album is complete or not there, and every bad track is told.
    std::fs::write(folder.path().join("in/4 bad.wav"), b"").unwrap();
    let text = refused(folder.path(), 3, &["album", "in", "-o", "out"]);
    assert!(text.contains("3 bad.wav") && text.contains("4 bad.wav"), "{text}");
    assert_eq!(entries(folder.path()), ["in"]);
}

#[test]
fn the_loudest_track_is_at_the_target_and_distances_are_kept() {
    let folder = album();
    let arguments = ["album", "in", "-o", "out", "--lufs", "-12", "--json", "--report", "album.html"];
    let result = &json_lines(folder.path(), &arguments)[0];
    assert_eq!(result["feasible"], true, "{}", result["reason"]);
    let titles: Vec<&str> =
        result["tracks"].as_array().unwrap().iter().map(|track| track["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["1 one", "2 two", "10 three"]);
    let (before, after) = (lufs(&result["tracks"], "before"), lufs(&result["tracks"], "after"));
    assert!((after[1] - -12.0).abs() <= 0.1, "{after:?}");
    for (index, (before_lufs, after_lufs)) in before.iter().zip(&after).enumerate() {
        let moved = (after_lufs - after[1]) - (before_lufs - before[1]);
        assert!(moved.abs() <= 0.1, "track {}: {moved}", index + 1);
    }
    assert!(number(result, &["after", "true_peak_dbtp"]) <= -1.0, "{}", result["after"]);
    let out = folder.path().join("out");
    let wanted = ["01 1 one.wav", "02 2 two.wav", "03 10 three.wav", "album.cue", "album.json"];
    assert_eq!(entries(&out), wanted);
    let manifest: Value = serde_json::from_slice(&std::fs::read(out.join("album.json")).unwrap()).unwrap();
    assert_eq!(&manifest, result);
    // The files tell the same when they are measured anew.
    let rows = json_lines(folder.path(), &["analyze", "out", "--only", "loudness", "--album", "--json"]);
    assert!(
        (number(&rows[3]["album"], &["integrated_lufs"]) - number(result, &["after", "integrated_lufs"])).abs() < 1e-6
    );
    let page = std::fs::read_to_string(folder.path().join("album.html")).unwrap();
    assert!(page.contains("Loudness of the tracks") && page.contains("10 three"));
}

#[test]
fn the_whole_album_or_every_track_is_brought_to_the_target() {
    let folder = album();
    let run = |mode: &str| {
        let arguments = ["album", "in", "-o", mode, "--lufs", "-16", "--loudness", mode, "--json"];
        json_lines(folder.path(), &arguments).remove(0)
    };
    let whole = run("album");
    assert!((number(&whole, &["after", "integrated_lufs"]) - -16.0).abs() <= 0.1, "{}", whole["after"]);
    let single = run("per-track");
    assert!(lufs(&single["tracks"], "after").iter().all(|lufs| (lufs - -16.0).abs() <= 0.1), "{}", single["tracks"]);
    assert!(single["gain_db"].is_null() && whole["gain_db"].is_number());
}

/// A target beyond what limiting may do lowers all tracks alike.
#[test]
fn an_album_that_cannot_be_so_loud_is_lowered_as_a_whole() {
    let folder = album();
    let arguments = ["album", "in", "-o", "out", "--lufs", "-5", "--max-limiting", "1", "--json"];
    let result = &json_lines(folder.path(), &arguments)[0];
    assert_eq!(result["feasible"], false);
    let reason = result["reason"].as_str().unwrap();
    assert!(reason.contains("track 2") && reason.contains("whole album"), "{reason}");
    let (before, after) = (lufs(&result["tracks"], "before"), lufs(&result["tracks"], "after"));
    assert!(after[1] < -5.2, "{after:?}");
    for index in [0, 2] {
        let moved = (after[index] - after[1]) - (before[index] - before[1]);
        assert!(moved.abs() <= 0.1, "track {}: {moved}, {after:?}", index + 1);
    }
    assert!(number(result, &["after", "true_peak_dbtp"]) <= -1.0);
}

/// Gaps, crossfades and borders: one file and many hold the same samples.
#[test]
fn tracks_and_image_are_the_same_to_the_bit() {
    let folder = album();
    let list = "title = \"Three \\\"Songs\\\"\"\nartist = \"The Band\"\nupc = \"036000291452\"\ndate = \"2026\"\ntarget_lufs = -14\n\
        [[track]]\nfile = \"in/1 one.wav\"\nisrc = \"US-RC1-76-07839\"\nfade_in_s = 0.5\n\
        [[track]]\nfile = \"in/2 two.wav\"\ngap_s = 1.5\n[[track]]\nfile = \"in/10 three.wav\"\ncrossfade_s = 2\nfade_out_s = 1\n";
    std::fs::write(folder.path().join("album.toml"), list).unwrap();
    let many = &json_lines(folder.path(), &["album", "album.toml", "-o", "many", "--json"])[0];
    json_lines(folder.path(), &["album", "album.toml", "-o", "one", "--single", "--json"]);
    let parts: Vec<Vec<Vec<f64>>> = many["tracks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|track| samples(&folder.path().join("many").join(track["output"].as_str().unwrap())))
        .collect();
    let image = samples(&folder.path().join("one/album.wav"));
    for channel in 0..2 {
        let joined: Vec<f64> = parts.iter().flat_map(|part| part[channel].iter().copied()).collect();
        // The image is filled up to a frame of a disc.
        assert!(image[channel].len() >= joined.len() && image[channel].len() < joined.len() + 588);
        assert!(image[channel][..joined.len()] == joined[..], "channel {channel}");
    }
    let starts: Vec<u64> =
        many["tracks"].as_array().unwrap().iter().map(|track| track["start_frames"].as_u64().unwrap()).collect();
    let second = 9 * 44_100 + 66_150;
    assert_eq!(starts, [0, second, second + 8 * 44_100 - 88_200]);
    // The gap is silent: it ends the first track.
    let first = &parts[0][0];
    assert_eq!(first.len() as u64, starts[1]);
    let step = 2f64.powi(-20);
    assert!(first[9 * 44_100 + 4000..].iter().all(|sample| sample.abs() < step));
    let cue = std::fs::read_to_string(folder.path().join("one/album.cue")).unwrap();
    for line in [
        "CATALOG 0036000291452",
        "TITLE \"Three 'Songs'\"",
        "PERFORMER \"The Band\"",
        "ISRC USRC17607839",
        "INDEX 00 00:09:00",
        "INDEX 01 00:10:37",
    ] {
        assert!(cue.contains(line), "{line}: {cue}");
    }
}

/// A crossfade keeps the power of two tracks that are not alike: no hole, no bump.
#[test]
fn a_crossfade_sums_the_tracks_at_equal_power() {
    let folder = tempfile::tempdir().unwrap();
    let noise = |seed: u64| {
        let mut random = balanced_dsp::Random::new(seed, 0);
        (0..4 * 44_100).map(|_| 0.2 * random.centred()).collect::<Vec<f64>>()
    };
    for (name, seed) in [("a.wav", 1), ("b.wav", 2)] {
        let channel = noise(seed);
        files::write_wav(
            &folder.path().join(name),
            &PlanarBuffer::from_channels(&[channel.clone(), channel]),
            RATE_HZ,
            24,
        );
    }
    std::fs::write(folder.path().join("list.m3u"), "#EXTM3U\na.wav\nb.wav\n").unwrap();
    let arguments =
        ["album", "list.m3u", "-o", "out", "--crossfade", "2", "--lufs", "-24", "--bits", "32f", "--single", "--json"];
    let result = &json_lines(folder.path(), &arguments)[0];
    let gain = 10f64.powf(number(&result["tracks"][0], &["gain_db"]) / 20.0);
    let mut reader = hound::WavReader::open(folder.path().join("out/album.wav")).unwrap();
    let left: Vec<f64> = reader.samples::<f32>().step_by(2).map(|sample| f64::from(sample.unwrap())).collect();
    let power =
        |part: &[f64]| 10.0 * (part.iter().map(|x| x * x).sum::<f64>() / part.len() as f64 / (gain * gain)).log10();
    let (alone, mixed) = (power(&left[..88_200]), power(&left[88_200..176_400]));
    assert!((alone - mixed).abs() < 0.15, "{alone}, {mixed}");
    // The sum is exact where it can be told: sources times the two fades.
    let (a, b) = (samples(&folder.path().join("a.wav")), samples(&folder.path().join("b.wav")));
    for frame in [0usize, 1, 44_100, 88_199] {
        let angle = std::f64::consts::FRAC_PI_2 * (frame as f64 + 0.5) / 88_200.0;
        let wanted = gain * (a[0][88_200 + frame] * angle.cos() + b[0][frame] * angle.sin());
        assert!((left[88_200 + frame] - wanted).abs() < 1e-6, "{frame}: {} {wanted}", left[88_200 + frame]);
    }
}

#[test]
fn mono_and_other_rates_join_and_other_layouts_are_refused() {
    let folder = album();
    let inside = folder.path().join("in");
    let mono = render(Style::Band, 48_000.0, 6.0, 4).audio;
    let channel: Vec<f64> = mono.channel(0).iter().map(|sample| 0.3 * sample).collect();
    files::write_wav(&inside.join("4 mono.wav"), &PlanarBuffer::from_channels(&[channel]), 48_000, 24);
    let result = &json_lines(folder.path(), &["album", "in", "-o", "out", "--json"])[0];
    assert_eq!(number(result, &["sample_rate_hz"]), 48_000.0);
    assert!(result["notes"][0].as_str().unwrap().contains("3 of 4 tracks"), "{}", result["notes"]);
    let (channels, spec) = files::read_wav(&folder.path().join("out/03 4 mono.wav"));
    assert_eq!((channels.len(), spec.sample_rate), (2, 48_000));
    // Dither aside, both loudspeakers play the same.
    assert!(channels[0].iter().zip(&channels[1]).all(|(left, right)| (left - right).abs() < 2f64.powi(-20)));
    let (before, after) = (lufs(&result["tracks"], "before"), lufs(&result["tracks"], "after"));
    let moved = (after[2] - after[1]) - (before[2] - before[1]);
    assert!(moved.abs() <= 0.1, "{moved}");
    let quad = vec![vec![0.1; 44_100]; 4];
    files::write_wav(&inside.join("5 quad.wav"), &PlanarBuffer::from_channels(&quad), RATE_HZ, 24);
    let text = refused(folder.path(), 3, &["album", "in", "-o", "second"]);
    assert!(text.contains("layout") && text.contains("one layout"), "{text}");
    assert!(!folder.path().join("second").exists());
}

#[test]
fn a_disc_has_its_rate_its_grid_and_its_limits() {
    let folder = album();
    let arguments = ["album", "in", "-o", "disc", "--cd", "--single", "--gap", "2", "--title", "Disc", "--json"];
    let result = &json_lines(folder.path(), &arguments)[0];
    let (_, spec) = files::read_wav(&folder.path().join("disc/album.wav"));
    assert_eq!((spec.sample_rate, spec.bits_per_sample), (44_100, 16));
    for track in result["tracks"].as_array().unwrap() {
        assert_eq!(track["start_frames"].as_u64().unwrap() % 588, 0);
        assert_eq!(track["length_frames"].as_u64().unwrap() % 588, 0);
    }
    let toc = std::fs::read_to_string(folder.path().join("disc/album.toc")).unwrap();
    assert!(toc.starts_with("CD_DA\n") && toc.matches("TRACK AUDIO").count() == 3, "{toc}");
    assert_eq!(toc.matches("START 00:02:00").count(), 2, "{toc}");
    song(&folder.path().join("in"), "11 short.wav", 5, 2.0, -8.0);
    let text = refused(folder.path(), 3, &["album", "in", "-o", "second", "--cd"]);
    assert!(text.contains("11 short.wav") && text.contains("4 s"), "{text}");
    assert_eq!(entries(folder.path()), ["disc", "in"]);
}

/// The values for players stand in the files, by readers of others where they are installed.
#[test]
fn files_carry_their_tags_and_gains() {
    let folder = album();
    let cover = crate::root().join("fixtures/demo-report.png");
    for format in ["wav", "aiff", "flac"] {
        let arguments = [
            "album",
            "in",
            "-o",
            format,
            "--format",
            format,
            "--bits",
            "16",
            "--title",
            "Songs",
            "--artist",
            "The Band",
            "--upc",
            "036000291452",
            "--date",
            "2026",
            "--cover",
            cover.to_str().unwrap(),
            "--json",
        ];
        let result = &json_lines(folder.path(), &arguments)[0];
        let row = &json_lines(
            folder.path(),
            &["analyze", &format!("{format}/02 2 two.{format}"), "--only", "loudness", "--json"],
        )[0];
        let metadata = &row["metadata"];
        assert_eq!(
            (&metadata["title"], &metadata["album"], &metadata["track_number"]),
            (&"2 two".into(), &"Songs".into(), &2.into())
        );
        assert_eq!(metadata["upc"], "036000291452");
        let gain = |name: &str| {
            metadata["other"][name][0].as_str().unwrap_or_else(|| panic!("{format} {name}: {metadata}")).to_owned()
        };
        let track = &result["tracks"][1];
        let decibels = |tree: &Value| format!("{:.2} dB", number(tree, &["tags", "replay_gain_db"]));
        assert_eq!(gain("REPLAYGAIN_TRACK_GAIN"), decibels(track));
        assert_eq!(gain("REPLAYGAIN_ALBUM_GAIN"), decibels(result));
        let lufs = number(track, &["after", "integrated_lufs"]);
        assert_eq!(number(track, &["tags", "r128_gain_q78"]), ((-23.0 - lufs) * 256.0).round());
        if format != "flac" {
            assert_eq!(gain("ITUNNORM"), track["tags"]["sound_check"].as_str().unwrap());
        }
    }
    let bare = ["album", "in", "-o", "bare", "--no-gain-tags", "--format", "flac", "--json"];
    json_lines(folder.path(), &bare);
    let row = &json_lines(folder.path(), &["analyze", "bare/02 2 two.flac", "--only", "loudness", "--json"])[0];
    assert!(row["metadata"]["other"]["REPLAYGAIN_TRACK_GAIN"].is_null());
}

/// A track with far more treble than the others is told, and moved only if that is asked for.
#[test]
fn outliers_are_moved_towards_the_others_within_limits() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("in");
    std::fs::create_dir(&inside).unwrap();
    for index in 1..=4 {
        song(&inside, &format!("{index}.wav"), 7, 8.0, -10.0 - f64::from(index));
    }
    let chain = "[[steps]]\nkind = \"eq\"\n[[steps.bands]]\nkind = \"high_shelf\"\nfrequency_hz = 5000\ngain_db = 8\n";
    std::fs::write(folder.path().join("bright.toml"), chain).unwrap();
    stdout(folder.path(), &["master", "in/4.wav", "-o", "in/5.wav", "--chain", "bright.toml"]);
    let run = |out: &str, options: &[&str]| {
        json_lines(folder.path(), &[&["album", "in", "-o", out, "--json"], options].concat()).remove(0)
    };
    let treble = |result: &Value| {
        let deviations = result["tracks"][4]["deviations"].as_array().unwrap().clone();
        deviations.into_iter().find(|deviation| deviation["measure"] == "treble").unwrap()
    };
    let told = treble(&run("told", &[]));
    assert_eq!((&told["is_outlier"], &told["move_db"]), (&true.into(), &Value::Null), "{told}");
    for options in [&["--coherence", "median"][..], &["--coherence", "anchor", "--anchor", "2"]] {
        let result = run(options[1], options);
        let moved = treble(&result);
        let by = number(&moved, &["move_db"]);
        assert!((-3.0..=-0.3).contains(&by), "{moved}");
        assert!(number(&moved, &["after_db"]) < number(&moved, &["value_db"]) - 0.5 * by.abs(), "{moved}");
        let others = &result["tracks"].as_array().unwrap()[..4];
        let untouched = others.iter().flat_map(|track| track["deviations"].as_array().unwrap());
        assert!(untouched.into_iter().all(|deviation| deviation["move_db"].is_null()));
        // A move changes the tone, not the track's place among the others.
        let (before, after) = (lufs(&result["tracks"], "before"), lufs(&result["tracks"], "after"));
        assert!(((after[4] - after[0]) - (before[4] - before[0])).abs() <= 0.1, "{before:?} {after:?}");
    }
    assert!(refused(folder.path(), 2, &["album", "in", "-o", "x", "--coherence", "anchor"]).contains("--anchor"));
}

#[test]
fn what_is_there_is_not_overwritten_and_nothing_half_made_is_left() {
    let folder = album();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    std::fs::write(folder.path().join("out/mine.txt"), b"mine").unwrap();
    let text = refused(folder.path(), 3, &["album", "in", "-o", "out"]);
    assert!(text.contains("not overwritten"), "{text}");
    assert_eq!(entries(&folder.path().join("out")), ["mine.txt"]);
    // An empty folder is a place for it.
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    stdout(folder.path(), &["album", "in", "-o", "empty"]);
    assert!(folder.path().join("empty/album.cue").is_file());
    let text = refused(folder.path(), 3, &["album", "in", "-o", "small", "--max-temp", "1M"]);
    assert!(text.contains("--max-temp"), "{text}");
    assert!(refused(folder.path(), 3, &["album", "in", "-o", "no/such/place"]).contains("does not exist"));
    assert!(refused(folder.path(), 2, &["album", "none.toml", "-o", "x"]).contains("none.toml"));
    std::fs::write(folder.path().join("slip.toml"), "[[track]]\nfile = \"in/1 one.wav\"\nisrk = \"x\"\n").unwrap();
    let text = refused(folder.path(), 2, &["album", "slip.toml", "-o", "x"]);
    assert!(text.contains("slip.toml") && text.contains("track[0]"), "{text}");
    std::fs::write(folder.path().join("slip.toml"), "[[track]]\nfile = \"in/none.wav\"\n").unwrap();
    assert!(refused(folder.path(), 3, &["album", "slip.toml", "-o", "x"]).contains("none.wav"));
    std::fs::write(folder.path().join("slip.toml"), "[[track]]\nfile = \"in/1 one.wav\"\nchain = \"no.toml\"\n")
        .unwrap();
    assert!(refused(folder.path(), 2, &["album", "slip.toml", "-o", "x"]).contains("no.toml"));
    assert_eq!(entries(folder.path()), ["empty", "in", "out", "slip.toml"]);
}

/// A disk that is full in the middle of the work, among temporary files and among tracks: a file-size limit of the process
/// stands for it. Silence takes no temporary files.
#[cfg(unix)]
#[test]
fn a_failed_write_leaves_nothing() {
    if is_for_windows() {
        return;
    }
    let folder = album();
    std::fs::create_dir(folder.path().join("silence")).unwrap();
    let silence = PlanarBuffer::from_channels(&vec![vec![0.0; 40 * 44_100]; 2]);
    files::write_plain_wav(&folder.path().join("silence/1.wav"), &silence, RATE_HZ, 24);
    let program = crate::command::command().get_program().to_owned();
    for (tracks, said) in [("in", "temporary"), ("silence", "01 1.wav")] {
        // At most 2 MiB a file, less than any track. SIGXFSZ is ignored, so that writing fails.
        let script = format!("trap '' XFSZ; ulimit -f 2048; exec \"$0\" album {tracks} -o out --bits 32f");
        let mut shell = std::process::Command::new("sh");
        let output = shell.arg("-c").arg(script).arg(&program).current_dir(folder.path()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{text}");
        assert!(text.contains(said), "{text}");
        assert_eq!(entries(folder.path()), ["in", "silence"], "{text}");
    }
}

/// Names that are not UTF-8, equal titles, and titles that no file may have.
#[cfg(unix)]
#[test]
fn any_name_of_a_file_works() {
    use std::os::unix::ffi::OsStrExt;
    if is_for_windows() {
        return;
    }
    let folder = album();
    let strange = std::ffi::OsStr::from_bytes(b"3 caf\xe9.wav");
    let inside = folder.path().join("in");
    if std::fs::rename(inside.join("1 one.wav"), inside.join(strange)).is_err() {
        return;
    }
    let result = &json_lines(folder.path(), &["album", "in", "-o", "out", "--json"])[0];
    assert_eq!(result["tracks"][1]["output"], "02 3 caf_.wav");
    let list =
        "[[track]]\nfile = \"in/2 two.wav\"\ntitle = \"a/b\"\n[[track]]\nfile = \"in/2 two.wav\"\ntitle = \"a/b\"\n";
    std::fs::write(folder.path().join("same.toml"), list).unwrap();
    json_lines(folder.path(), &["album", "same.toml", "-o", "same", "--json"]);
    assert_eq!(entries(&folder.path().join("same"))[..2], ["01 a_b.wav", "02 a_b.wav"]);
    // A playlist holds names as bytes.
    let mut playlist = b"in/".to_vec();
    playlist.extend_from_slice(strange.as_bytes());
    std::fs::write(folder.path().join("list.m3u"), playlist).unwrap();
    json_lines(folder.path(), &["album", "list.m3u", "-o", "listed", "--json"]);
}
