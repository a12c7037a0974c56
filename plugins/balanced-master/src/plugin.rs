//! Implementation of the plugin framework's traits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use balanced_dsp::StreamFormat;
use balanced_mastering::LoudnessMemory;
use nice_plug::prelude::*;

use crate::engine::{Engine, Host, Shared, Worker};
use crate::vst3::mode;

/// An instance of the plugin.
pub struct BalancedMaster {
    shared: Arc<Shared>,
    engine: Option<Engine>,
    worker: Option<Worker>,
    /// Loudness of the comparison, from one activation to the next.
    memory: LoudnessMemory,
    /// Host's position after the last block, while it plays.
    expected: Option<i64>,
}

impl Default for BalancedMaster {
    fn default() -> Self {
        let shared = Arc::<Shared>::default();
        crate::vst3::announce(&shared);
        crate::editor::own_default().into_iter().for_each(|snapshot| shared.params.begin_with(snapshot));
        Self { shared, engine: None, worker: None, memory: LoudnessMemory::default(), expected: None }
    }
}

/// Share of a block in the smoothed load of the audio thread.
const LOAD_STEP: f64 = 0.02;
/// Frames by which a host's position may be off without being a jump.
const SAME_PLACE_FRAMES: u64 = 16;

impl BalancedMaster {
    /// Notes a jump of the host's position: what is heard is no longer one piece.
    fn follow_position(&mut self, transport: &Transport, frames: usize) {
        let at = transport.pos_samples().filter(|_| transport.playing);
        if let (Some(at), Some(expected)) = (at, self.expected)
            && at.abs_diff(expected) > SAME_PLACE_FRAMES
        {
            self.shared.note_gap();
        }
        self.expected = at.map(|at| at + frames as i64);
    }
}

impl Plugin for BalancedMaster {
    const NAME: &'static str = "Balanced Master";
    const VENDOR: &'static str = "Balanced";
    const URL: &'static str = env!("CARGO_PKG_REPOSITORY");
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        AudioIOLayout {
            main_input_channels: NonZeroU32::new(2),
            main_output_channels: NonZeroU32::new(2),
            ..AudioIOLayout::const_default()
        },
        AudioIOLayout {
            main_input_channels: NonZeroU32::new(1),
            main_output_channels: NonZeroU32::new(1),
            ..AudioIOLayout::const_default()
        },
    ];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;
    const INPUT_EVENT_CAPACITY: usize = 4096;

    type SysExMessage = ();
    type BackgroundTask = ();
    type Editor = crate::editor::MasterEditor;

    fn params(&self) -> Arc<dyn Params> {
        Arc::new(Handle(self.shared.clone()))
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        Some(crate::editor::MasterEditor::new(self.shared.clone()))
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let channels = layout.main_output_channels.map_or(0, NonZeroU32::get) as usize;
        if channels == 0 {
            return false;
        }
        // At an unsupported sample rate, the engine passes the audio unchanged and the editor shows the reason.
        let format = StreamFormat::new(f64::from(config.sample_rate), channels);
        let is_offline = config.process_mode == ProcessMode::Offline;
        (self.engine, self.worker) = (None, None);
        let is_offline = mode::is_offline().unwrap_or(is_offline);
        let mut engine = Engine::new(self.shared.clone(), &format, is_offline);
        engine.recall(self.memory);
        context.set_latency_samples(engine.latency_frames() as u32);
        self.engine = Some(engine);
        self.worker = Some(Worker::start(self.shared.clone()));
        true
    }

    fn reset(&mut self) {
        self.engine.iter_mut().for_each(Engine::reset);
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        self.follow_position(context.transport(), buffer.samples());
        let (Some(engine), Some(worker)) = (&mut self.engine, &self.worker) else {
            return ProcessStatus::Error("not activated");
        };
        if let Some(is_offline) = mode::is_offline() {
            engine.set_offline(is_offline);
        }
        self.shared.is_playing.store(context.transport().playing, Ordering::Relaxed);
        let began = Instant::now();
        engine.process(buffer.as_slice(), &Desk { context, worker });
        let audio_s = buffer.samples().max(1) as f64 / f64::from(context.transport().sample_rate);
        let load = f64::from(self.shared.editor.load());
        self.shared.editor.set_load(load + LOAD_STEP * (began.elapsed().as_secs_f64() / audio_s - load));
        ProcessStatus::Tail(engine.tail_frames() as u32)
    }

    fn deactivate(&mut self) {
        if let Some(engine) = &mut self.engine {
            self.memory = engine.memory();
        }
        (self.engine, self.worker) = (None, None);
        self.shared.collect();
    }
}

/// The parameters as the framework sees them.
struct Handle(Arc<Shared>);

// SAFETY: the pointers are those of `PluginParams`, which lives within the `Arc` held here.
unsafe impl Params for Handle {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        self.0.params.param_map()
    }

    fn serialize_fields(&self) -> std::collections::BTreeMap<String, String> {
        self.0.params.serialize_fields()
    }

    fn deserialize_fields(&self, serialized: &std::collections::BTreeMap<String, String>) {
        self.0.params.deserialize_fields(serialized);
    }
}

/// The framework's process context as the engine's host.
struct Desk<'a, C> {
    context: &'a C,
    worker: &'a Worker,
}

impl<C: ProcessContext<BalancedMaster>> Host for Desk<'_, C> {
    fn rebuild(&self) {
        self.worker.rebuild();
    }

    fn collect(&self) {
        self.worker.collect();
    }

    fn latency_changed(&self, frames: usize) {
        // CLAP allows a changed latency during activation only, where it is reported anyway; if it was reported here,
        // the framework might pass it on after a deactivation. VST3 hosts ask for the new latency when they are
        // notified.
        if self.context.plugin_api() == PluginApi::Clap {
            self.context.request_restart();
        } else {
            self.context.set_latency_samples(frames as u32);
        }
    }
}

impl ClapPlugin for BalancedMaster {
    // Projects find the plugin by this id: it never changes.
    const CLAP_ID: &'static str = "com.balanced-mastering.master";
    const CLAP_DESCRIPTION: Option<&'static str> = Some("Mastering chain with meters and an assistant");
    const CLAP_MANUAL_URL: Option<&'static str> =
        Some(concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/plugins/balanced-master/README.md"));
    const CLAP_SUPPORT_URL: Option<&'static str> = Some(concat!(env!("CARGO_PKG_REPOSITORY"), "/issues"));
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Mastering,
        ClapFeature::Equalizer,
        ClapFeature::Limiter,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];
}

impl Vst3Plugin for BalancedMaster {
    // Projects find the plugin by this id (a random UUID): it never changes.
    const VST3_CLASS_ID: [u8; 16] = 0x44DE_B592_0389_471E_AC80_379E_8FD8_A330_u128.to_be_bytes();
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Mastering, Vst3SubCategory::Eq, Vst3SubCategory::Dynamics];
}
