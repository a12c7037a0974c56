//! Listening: the embedded audio with its controls.

use base64::prelude::{BASE64_STANDARD, Engine};

use super::{escape, typeset};
use crate::number::{fixed, short};
use crate::{Embedded, Listening};

/// Part of the page's script that plays.
pub(super) const SCRIPT: &str = include_str!("listen.js");

/// Players of the embedded audio, which work without scripts, and the controls that take their place with them; nothing without audio.
pub(super) fn deck(listening: &Listening) -> String {
    if listening.versions.is_empty() {
        return String::new();
    }
    let gains = gains_db(&listening.versions);
    // What is played at its own rate passes no converter; of a pair that differs the last one, the master, does not.
    let rate_hz = listening.versions.last().map_or(0.0, |version| version.sample_rate_hz);
    let players: String =
        listening.versions.iter().zip(&gains).map(|(version, gain_db)| player(version, *gain_db)).collect();
    format!(
        "<div id=\"deck\" class=\"deck\" data-start=\"{}\" data-rate=\"{}\">\n<div class=\"players\">\n{players}</div>\n<div class=\"controls\">\n{}{}</div>\n</div>\n<p class=\"sub\">{}</p>\n",
        short(listening.start_s),
        short(rate_hz),
        controls(&listening.versions),
        if listening.versions.len() > 1 { blind(&listening.versions) } else { String::new() },
        typeset(&told(listening, &gains))
    )
}

/// Gain of each version, 0 dB or less, after which all are as loud as the softest.
fn gains_db(versions: &[Embedded]) -> Vec<f64> {
    let softest = versions.iter().filter_map(|version| version.integrated_lufs).reduce(f64::min);
    let all_known = versions.iter().all(|version| version.integrated_lufs.is_some());
    let gain = |version: &Embedded| match (softest, version.integrated_lufs) {
        (Some(softest), Some(lufs)) if all_known => softest - lufs,
        _ => 0.0,
    };
    versions.iter().map(gain).collect()
}

fn player(version: &Embedded, gain_db: f64) -> String {
    let (label, mime) = (escape(&version.label), escape(&version.mime));
    format!(
        "<p><span>{label}</span> <audio controls=\"\" preload=\"none\" data-gain=\"{}\" aria-label=\"{label}\" src=\"data:{mime};base64,{}\"></audio></p>\n",
        short(gain_db),
        BASE64_STANDARD.encode(&version.bytes)
    )
}

fn buttons(group: &str, label: &str, buttons: &[(&str, &str)]) -> String {
    let buttons: String = buttons
        .iter()
        .map(|(value, name)| {
            format!("<button type=\"button\" data-{group}=\"{value}\" aria-pressed=\"false\">{}</button>", escape(name))
        })
        .collect();
    format!("<span class=\"group\" role=\"group\" aria-label=\"{}\">{buttons}</span>\n", escape(label))
}

fn controls(versions: &[Embedded]) -> String {
    let heard: Vec<(String, &str)> =
        versions.iter().enumerate().map(|(index, version)| (index.to_string(), version.label.as_str())).collect();
    let mut heard: Vec<(&str, &str)> = heard.iter().map(|(index, label)| (index.as_str(), *label)).collect();
    if heard.len() > 1 {
        heard.push(("difference", "Difference"));
    }
    let fields = [("stereo", "Stereo"), ("mono", "Mono"), ("side", "Side")];
    format!(
        "<div class=\"row\"><button type=\"button\" class=\"play\">Play</button>\n\
         <input type=\"range\" class=\"place\" min=\"0\" max=\"1\" step=\"0.1\" value=\"0\" aria-label=\"Place in the track\"/>\n\
         <output class=\"place\">0:00.0</output></div>\n<div class=\"row\">{}{}</div>\n<div class=\"row\">\
         <label><input type=\"checkbox\" class=\"loop\"/> Loop the chosen finding</label>\n\
         <label>Volume <input type=\"range\" class=\"volume\" min=\"-40\" max=\"0\" step=\"1\" value=\"-12\" aria-valuetext=\"-12 dB\"/></label>\n\
         <span class=\"state\" role=\"status\"></span></div>\n",
        buttons("heard", "What is heard", &heard),
        buttons("field", "Stereo or mono", &fields),
    )
}

fn blind(versions: &[Embedded]) -> String {
    let names: Vec<&str> = versions.iter().map(|version| version.label.as_str()).collect();
    let listen = [("0", names[0]), ("1", names[1]), ("x", "X")];
    let answers = [("0", format!("X is {}", names[0])), ("1", format!("X is {}", names[1]))];
    let answers: Vec<(&str, &str)> = answers.iter().map(|(value, name)| (*value, name.as_str())).collect();
    format!(
        "<details class=\"blind\"><summary>Blind test (ABX)</summary>\n\
         <p>X is one of both, drawn anew for each of 16 trials. Say which; the result comes after the last.</p>\n\
         <p class=\"row\"><button type=\"button\" class=\"begin\">Start</button> <span class=\"trial\" role=\"status\"></span></p>\n\
         <div class=\"row trials\">{}{}</div>\n<p class=\"result\" role=\"status\"></p>\n</details>\n",
        buttons("blind", "Listen to", &listen),
        buttons("answer", "Answer", &answers).replace(" aria-pressed=\"false\"", "")
    )
}

/// Note under the player: codec, levels and keys.
fn told(listening: &Listening, gains: &[f64]) -> String {
    let is_matched = gains.iter().any(|gain| *gain < -0.05);
    let played = listening.versions.iter().zip(gains).filter(|(_, gain)| **gain < -0.05);
    let levels: Vec<String> =
        played.map(|(version, gain)| format!("{} is turned down by {} dB", version.label, fixed(-gain, 1))).collect();
    let level = match (listening.versions.len(), is_matched) {
        (1, _) => String::new(),
        (_, true) => format!(" Both are played equally loud: {}.", levels.join(", ")),
        (_, false) => " Both are equally loud.".to_owned(),
    };
    let part = match listening.start_s > 0.0 {
        true => format!(" They begin at {} of the mix.", crate::number::clock(listening.start_s)),
        false => String::new(),
    };
    let heard = match listening.is_lossless {
        true => format!("Heard are the samples of the file, as {}.", listening.codec),
        false => format!(
            "Heard is {}, coded for this page, not the file itself: a codec's own traces are in it, and in the difference.",
            listening.codec
        ),
    };
    format!(
        "{heard}{level}{part} The sound starts softly, {} dB below full level. Space plays and pauses, 1 and 2 switch.",
        fixed(12.0, 0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(label: &str, lufs: Option<f64>) -> Embedded {
        let (label, mime) = (label.to_owned(), "audio/ogg; codecs=opus".to_owned());
        Embedded { label, mime, bytes: vec![1, 2, 3], sample_rate_hz: 48_000.0, integrated_lufs: lufs }
    }

    #[test]
    fn the_louder_one_is_turned_down_and_nothing_is_turned_up() {
        assert_eq!(gains_db(&[version("Mix", Some(-18.0)), version("Master", Some(-11.5))]), [0.0, -6.5]);
        assert_eq!(gains_db(&[version("Mix", None), version("Master", Some(-11.5))]), [0.0, 0.0]);
        let listening = Listening {
            versions: vec![version("Mix", Some(-18.0)), version("<Master>", Some(-11.5))],
            codec: "Opus at 96 kbit/s".to_owned(),
            ..Listening::default()
        };
        let markup = deck(&listening);
        for part in [
            "data-gain=\"-6.5\"",
            "&lt;Master&gt; is turned down by 6.5 dB",
            "base64,AQID",
            "X is Mix",
            "Opus at 96 kbit/s",
        ] {
            assert!(markup.contains(part), "{part} in {markup}");
        }
        assert_eq!(deck(&Listening::default()), "");
        let alone = Listening { versions: vec![version("Track", None)], ..Listening::default() };
        assert!(!deck(&alone).contains("Difference") && !deck(&alone).contains("Blind"));
    }
}
