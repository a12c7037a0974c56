//! Tests with typical bad uploads: each gives an error that names file, problem and remedy, or a correct result with a note;
//! never a panic or a partial file.

use std::fs;
use std::path::Path;

use crate::command::balanced;

fn wav(channels: u16, rate: u32, tag: u16, bits: u16, data: &[u8]) -> Vec<u8> {
    let align = channels.wrapping_mul(bits / 8);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    for word in [tag, channels] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(rate.to_le_bytes());
    bytes.extend(rate.wrapping_mul(u32::from(align)).to_le_bytes());
    for word in [align, bits] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

/// Runs both commands on one file; returns exit codes and output.
fn try_both(name: &str, bytes: &[u8]) -> [(i32, String, String); 2] {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let outcome = [vec!["analyze", name, "--json"], vec!["master", name, "-o", "out.wav", "--json"]].map(|args| {
        let output = balanced(folder.path(), &args);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!errors.contains("panicked"), "{name}: {errors}");
        let code = output.status.code().expect("ended by itself");
        (code, String::from_utf8_lossy(&output.stdout).into_owned(), errors)
    });
    left_nothing_partial(folder.path(), name);
    outcome
}

fn left_nothing_partial(folder: &Path, name: &str) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let left = entry.file_name().into_string().unwrap();
        assert!(left == name || left == "out.wav", "{left} was left behind");
    }
}

#[test]
fn unreadable_files_end_with_3_and_one_line() {
    let cases: [(&str, Vec<u8>); 6] = [
        ("empty.wav", Vec::new()),
        ("text.wav", b"Dear mastering engineer, please find my song attached.\n".repeat(40)),
        ("no-channels.wav", wav(0, 44_100, 1, 16, &[0; 64])),
        ("thousand-channels.wav", wav(1000, 44_100, 1, 16, &[0; 4000])),
        ("no-rate.wav", wav(2, 0, 1, 16, &[0; 64])),
        ("cut-header.wav", wav(2, 44_100, 1, 16, &[0; 64])[..30].to_vec()),
    ];
    for (name, bytes) in cases {
        for (code, _, errors) in try_both(name, &bytes) {
            assert_eq!(code, 3, "{name}: {errors}");
            assert_eq!(errors.trim_end().lines().count(), 1, "{name}: {errors}");
            assert!(errors.contains(name), "{name}: {errors}");
        }
    }
}

#[test]
fn odd_files_are_read_as_far_as_they_go() {
    let nan: Vec<u8> = f32::NAN.to_le_bytes().repeat(2 * 44_100);
    let mut truncated = wav(2, 44_100, 1, 16, &[7; 400_000]);
    truncated.truncate(100_003);
    for (name, bytes) in [
        ("one-sample.wav", wav(1, 44_100, 1, 16, &[0, 64])),
        ("all-nan.wav", wav(2, 44_100, 3, 32, &nan)),
        ("truncated.wav", truncated),
        ("no-samples.wav", wav(2, 44_100, 1, 16, &[])),
    ] {
        let [(code, printed, errors), (master_code, _, master_errors)] = try_both(name, &bytes);
        assert!(code == 0 || (code == 3 && errors.contains(name)), "{name}: {code} {errors}");
        assert!(master_code == 0 || (master_code == 3 && master_errors.contains(name)), "{name}: {master_errors}");
        if code == 0 {
            let analysis: serde_json::Value = serde_json::from_str(&printed).unwrap();
            assert!(analysis["source"]["frames"].is_u64(), "{name}");
            if name == "all-nan.wav" {
                assert!(analysis["loudness"]["integrated_lufs"].is_null(), "{printed}");
                let kinds: Vec<_> =
                    analysis["defects"].as_array().unwrap().iter().map(|defect| &defect["kind"]).collect();
                assert!(kinds.iter().any(|kind| *kind == "not_finite"), "{kinds:?}");
            }
        }
    }
}

#[test]
fn a_truncated_file_is_measured_with_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = wav(2, 44_100, 1, 16, &[7; 400_000]);
    bytes.truncate(200_044);
    fs::write(folder.path().join("cut.wav"), &bytes).unwrap();
    let analysis =
        &crate::command::json_lines(folder.path(), &["analyze", "cut.wav", "--only", "loudness", "--json"])[0];
    assert_eq!(analysis["source"]["frames"], 50_000);
    assert!(!analysis["source"]["notes"].as_array().unwrap().is_empty(), "nothing says that the file is cut");
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.wav"), wav(1, 44_100, 1, 16, &[1; 88_200])).unwrap();
    fs::write(folder.path().join("b.wav"), b"nothing").unwrap();
    fs::write(folder.path().join("c.wav"), wav(1, 44_100, 1, 16, &[1; 88_200])).unwrap();
    let output = balanced(folder.path(), &["analyze", "a.wav", "b.wav", "c.wav", "missing.wav", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed: Vec<bool> = rows.iter().map(|row| row["error"].is_object()).collect();
    assert_eq!(failed, [false, true, false, true], "a row a file, in their order");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("b.wav") && errors.contains("missing.wav"), "{errors}");
}

/// Names are the user's, and may hold line breaks and commands to a terminal.
#[cfg(unix)]
#[test]
fn a_hostile_name_stays_on_one_line_and_commands_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a\nerror: all is well\u{1b}[2J.wav", "b\u{202e}vaw.exe.wav"];
    fs::write(folder.path().join(names[0]), "no audio").unwrap();
    fs::write(folder.path().join(names[1]), wav(2, 44_100, 1, 16, &[1; 40_000])).unwrap();
    let output = balanced(folder.path(), &["analyze", "--only", "loudness", names[0], names[1]]);
    let (errors, rows) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(
        errors.contains(r"a\nerror: all is well\u{1b}[2J.wav: ") && errors.trim_end().lines().count() == 1,
        "{errors}"
    );
    assert!(rows.starts_with(r"b\u{202e}vaw.exe.wav"), "{rows}");
    assert!(!errors.contains('\u{1b}') && !rows.contains('\u{202e}'));
    let json = balanced(folder.path(), &["analyze", "--only", "loudness", "--json", names[1]]);
    let row: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(row["source"]["path"].as_str().unwrap().ends_with(names[1]), "rows for programs keep the name");
}
