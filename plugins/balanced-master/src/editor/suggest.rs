//! Suggestions: analyses half a minute of the input, shows the assistant's findings, and applies its chain on request.

use std::thread::JoinHandle;

use balanced_analysis::Analyzer;
use balanced_assistant::{Recommendation, recommend};
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_model::{Analysis, AnalysisConfig, DefectKind, Family, FindingKind, Provenance, Source, Target};
use egui::{Align2, RichText, Ui};

use super::desk::Desk;
use super::presets;
use super::style::{ACCENT, DIM, TEXT, font};

/// Length of the analysed excerpt.
const LISTEN_S: f64 = 30.0;
/// Amplitude below which a block counts as silence.
const QUIET: f64 = 1e-4;
/// Silence that ends a piece: pauses of music are shorter.
const PAUSE_S: f64 = 2.0;
/// Shortest piece that is enough.
const ENOUGH_S: f64 = 12.0;

/// State of a suggestion.
#[derive(Default)]
pub enum Suggest {
    /// Idle.
    #[default]
    Idle,
    /// Recording the input.
    Listening(Box<Ear>),
    /// Analysing on a separate thread.
    Thinking(Thought),
    /// A recommendation is available.
    Done(Box<Recommendation>),
}

/// The recorded excerpt.
pub struct Ear {
    analyzer: Analyzer,
    format: StreamFormat,
    frames: u64,
    /// Frames of silence at the end so far.
    silent_frames: u64,
    /// The piece is at its end: the host stopped, or went elsewhere.
    is_over: bool,
}

/// The analysing thread; it is joined before the library can be unloaded.
pub struct Thought(Option<JoinHandle<Recommendation>>);

impl Drop for Thought {
    fn drop(&mut self) {
        self.0.take().map(JoinHandle::join);
    }
}

impl Suggest {
    /// Records a block of the input. What is recorded is one piece, as it was played: nothing is cut out of it.
    pub fn hear(&mut self, block: &PlanarBuffer) {
        if let Self::Listening(ear) = self {
            ear.hear(block);
        }
    }

    /// Notes that what comes next does not follow what was heard: the host jumped, or audio was lost.
    pub fn note_gap(&mut self) {
        if let Self::Listening(ear) = self {
            ear.end_piece();
        }
    }

    /// Tells whether it listens or thinks, which its button shows.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Listening(_) | Self::Thinking(_))
    }

    fn listen(&mut self, sample_rate_hz: f64) {
        *self = Self::Listening(Box::new(Ear::new(StreamFormat::new(sample_rate_hz, 2))));
    }

    /// Advances from recording to analysing to the result; called once per frame.
    fn advance(&mut self, target: &Target) {
        match self {
            Self::Listening(ear) if ear.is_over || ear.seconds() >= LISTEN_S => self.think(target),
            Self::Thinking(thought) if thought.0.as_ref().is_none_or(JoinHandle::is_finished) => {
                let answer = thought.0.take().and_then(|thread| thread.join().ok());
                *self = answer.map_or(Self::Idle, |answer| Self::Done(Box::new(answer)));
            }
            _ => {}
        }
    }

    fn think(&mut self, target: &Target) {
        let Self::Listening(ear) = std::mem::take(self) else { return };
        let target = target.clone();
        let thread = std::thread::Builder::new().name("balanced-suggest".to_owned());
        *self = Self::Thinking(Thought(thread.spawn(move || answer_of(*ear, &target)).ok()));
    }
}

/// Returns the recommendation without findings that only apply to a whole track: an excerpt begins and ends anywhere.
fn answer_of(ear: Ear, target: &Target) -> Recommendation {
    let mut answer = recommend(&ear.finish(), target);
    answer.findings.retain(|finding| {
        !matches!(
            finding.kind,
            FindingKind::Defect(
                DefectKind::CutStart
                    | DefectKind::CutEnd
                    | DefectKind::LeadingSilence
                    | DefectKind::TrailingSilence
                    | DefectKind::NoisyIntro
                    | DefectKind::NoisyEnd
            )
        )
    });
    answer
}

impl Ear {
    fn new(format: StreamFormat) -> Self {
        let families = vec![Family::Loudness, Family::Dynamics, Family::Spectrum, Family::Stereo, Family::Defects];
        let config = AnalysisConfig { families, ..AnalysisConfig::default() };
        Self { analyzer: Analyzer::new(&format, &config), format, frames: 0, silent_frames: 0, is_over: false }
    }

    /// Records a block once sound has begun; a long silence ends the piece.
    fn hear(&mut self, block: &PlanarBuffer) {
        let is_silent = block.channel(0).iter().chain(block.channel(1)).all(|sample| sample.abs() < QUIET);
        if self.is_over || (is_silent && self.frames == 0) {
            return;
        }
        let frames = block.frames() as u64;
        self.analyzer.push(block.block());
        self.frames += frames;
        self.silent_frames = if is_silent { self.silent_frames + frames } else { 0 };
        if self.silent_frames as f64 >= PAUSE_S * self.format.sample_rate_hz {
            self.end_piece();
        }
    }

    /// Ends the piece if it is long enough, and begins another otherwise.
    fn end_piece(&mut self) {
        if self.seconds() >= ENOUGH_S {
            self.is_over = true;
        } else {
            *self = Self::new(self.format.clone());
        }
    }

    fn seconds(&self) -> f64 {
        self.frames as f64 / self.format.sample_rate_hz
    }

    fn finish(self) -> Analysis {
        let source = Source {
            path: None,
            sha256: None,
            container: "host".to_owned(),
            codec: "pcm_f32".to_owned(),
            sample_rate_hz: self.format.sample_rate_hz,
            channels: self.format.channels(),
            channel_layout: "stereo".to_owned(),
            bit_depth: None,
            effective_bit_depth: None,
            frames: self.frames,
            duration_s: self.seconds(),
            notes: Vec::new(),
        };
        let provenance = Provenance {
            balanced_version: env!("CARGO_PKG_VERSION").to_owned(),
            config_hash: String::new(),
            models: Vec::new(),
            elapsed_s: 0.0,
        };
        let schema_version = balanced_model::SCHEMA_VERSION;
        Analysis { schema_version, source, metadata: None, measurements: self.analyzer.finish(), provenance }
    }
}

/// Shows the button with its progress, and the window with the result.
pub fn show(ui: &mut Ui, desk: &mut Desk, suggest: &mut Suggest, target: &mut String, rect: egui::Rect) {
    let wanted = Target::named(target).unwrap_or_default();
    suggest.advance(&wanted);
    let label = match suggest {
        Suggest::Idle => "Listen and suggest".to_owned(),
        Suggest::Listening(ear) => format!("Listening  {:.0} of {LISTEN_S:.0} s", ear.seconds()),
        Suggest::Thinking(_) => "Analysing \u{2026}".to_owned(),
        Suggest::Done(_) => "Suggestion ready".to_owned(),
    };
    let response = super::widgets::switch(
        ui,
        rect,
        ui.scope_id().with("suggest"),
        !matches!(suggest, Suggest::Idle),
        &label,
        ACCENT,
    );
    if response.clicked() {
        match suggest {
            Suggest::Idle => suggest.listen(desk.shared.sample_rate_hz()),
            Suggest::Listening(_) => *suggest = Suggest::Idle,
            _ => {}
        }
    }
    if let Suggest::Listening(ear) = suggest {
        let share = (ear.seconds() / LISTEN_S).clamp(0.0, 1.0) as f32;
        let bar = egui::Rect::from_min_size(rect.left_bottom(), egui::vec2(rect.width() * share, 3.0));
        ui.painter().rect_filled(bar, 1.5, TEXT);
    }
    response.on_hover_text(format!(
        "Analyses {LISTEN_S:.0} s of the input, then lists findings and suggests a chain. Applying it can be undone."
    ));
    choose_target(
        ui,
        target,
        egui::Rect::from_min_size(rect.min - egui::vec2(0.0, 17.0), egui::vec2(rect.width(), 16.0)),
    );
    answer(ui, desk, suggest, target);
}

/// Shows the choice of the target.
fn choose_target(ui: &mut Ui, target: &mut String, rect: egui::Rect) {
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect).id_salt("target"), |ui| {
        let words = RichText::new(format!("for {target}")).font(font(11.0)).color(DIM);
        let button = egui::Button::new(words).frame(false).min_size(rect.size());
        let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
            for other in Target::all() {
                if ui.selectable_label(other.name == *target, &other.name).on_hover_text(&other.description).clicked() {
                    *target = other.name;
                    ui.close();
                }
            }
        });
        response.on_hover_text("Loudness target of the suggestion");
    });
}

fn answer(ui: &mut Ui, desk: &mut Desk, suggest: &mut Suggest, target: &mut String) {
    let Suggest::Done(found) = suggest else { return };
    let mut verdict = None;
    let centre = ui.max_rect().center();
    egui::Window::new("Findings and suggestion")
        .collapsible(false)
        .resizable(false)
        .pivot(Align2::CENTER_CENTER)
        .default_pos(centre)
        .show(ui.ctx(), |ui| {
            ui.set_width(520.0);
            egui::ScrollArea::vertical().max_height(340.0).show(ui, |ui| {
                if found.findings.is_empty() {
                    ui.label("No findings.");
                }
                for finding in &found.findings {
                    ui.label(RichText::new(&finding.message).font(font(13.0)).color(TEXT));
                    ui.label(RichText::new(&finding.advice).font(font(12.0)).color(DIM));
                    ui.add_space(4.0);
                }
                ui.separator();
                for reason in &found.reasons {
                    let step = found.chain.steps.get(reason.step).map_or("", |step| step.kind.name());
                    let line = format!("{}: {}", crate::params::text::capital(step), reason.text);
                    ui.label(RichText::new(line).font(font(12.0)));
                }
            });
            ui.separator();
            ui.horizontal(|ui| {
                if ui.button("Apply").clicked() {
                    verdict = Some(true);
                }
                if ui.button("Leave").clicked() {
                    verdict = Some(false);
                }
                ui.label(RichText::new(format!("Target: {target}")).font(font(12.0)).color(DIM));
            });
        });
    if let Some(is_wanted) = verdict {
        if is_wanted {
            presets::load(desk, &found.chain);
        }
        *suggest = Suggest::Idle;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balanced_testkit::mixes::HardMix;

    const RATE_HZ: f64 = 48_000.0;

    /// Plays `audio` to an ear in blocks of the meters.
    fn play(ear: &mut Ear, audio: &PlanarBuffer) {
        let frames = audio.frames() / 1024 * 1024;
        for start in (0..frames).step_by(1024) {
            let part: Vec<Vec<f64>> =
                (0..2).map(|channel| audio.channel(channel)[start..start + 1024].to_vec()).collect();
            ear.hear(&PlanarBuffer::from_channels(&part));
        }
    }

    fn dropouts(ear: Ear) -> usize {
        let answer = answer_of(ear, &Target::default());
        let is_dropout = |kind: &FindingKind| matches!(kind, FindingKind::Defect(DefectKind::Dropout));
        answer.findings.iter().filter(|finding| is_dropout(&finding.kind)).count()
    }

    /// Music with a rest in it, a stop of the host and a jump: no dropout is found, as there is none in what was played.
    #[test]
    fn nothing_is_cut_out_of_what_was_heard() {
        let music = HardMix::ALL[1].render(RATE_HZ, 20.0);
        let silence = PlanarBuffer::from_channels(&[vec![0.0; 48_000], vec![0.0; 48_000]]);
        let mut ear = Ear::new(StreamFormat::new(RATE_HZ, 2));
        play(&mut ear, &silence);
        assert_eq!(ear.frames, 0, "silence before the music is not heard");
        play(&mut ear, &music);
        let heard = ear.frames;
        play(&mut ear, &silence);
        assert_eq!(ear.frames, heard + 47_104, "a rest is heard as it is");
        play(&mut ear, &silence);
        play(&mut ear, &silence);
        assert!(ear.is_over, "a long silence ends the piece");
        play(&mut ear, &music);
        assert_eq!(dropouts(ear), 0);
        // Too short a piece is forgotten at a jump.
        let mut ear = Ear::new(StreamFormat::new(RATE_HZ, 2));
        play(&mut ear, &HardMix::ALL[1].render(RATE_HZ, 5.0));
        ear.end_piece();
        assert_eq!((ear.frames, ear.is_over), (0, false));
    }
}
