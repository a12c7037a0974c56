//! A minimal CLAP host.

use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer, ParamInfoFlags,
    ParamRescanFlags, PluginParams,
};
use clack_extensions::state::PluginState;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use clack_host::process::StartedPluginAudioProcessor;

pub const RATE_HZ: f64 = 48_000.0;

pub struct Host;

/// Requests that the plugin made.
#[derive(Default)]
pub struct Shared {
    pub callback: AtomicBool,
    pub restart: AtomicBool,
    pub resized: AtomicU32,
    /// Width and height of the window that it asked for last.
    pub wanted_size: [AtomicU32; 2],
}

pub struct MainThread;

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = MainThread;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Self::Shared<'_>) {
        builder.register::<HostParams>().register::<HostLatency>().register::<HostGui>();
    }
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {
        self.restart.store(true, Ordering::Release);
    }
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::Release);
    }
}

impl MainThreadHandler<'_> for MainThread {}

impl HostLatencyImpl for MainThread {
    fn changed(&self) {}
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {}
}

impl HostParamsImplMainThread for MainThread {
    fn rescan(&self, _: ParamRescanFlags) {}
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

impl HostGuiImpl for Shared {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, size: GuiSize) -> Result<(), HostError> {
        let wanted = [size.width, size.height];
        self.wanted_size.iter().zip(wanted).for_each(|(place, pixels)| place.store(pixels, Ordering::Release));
        self.resized.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _: bool) {}
}

/// A parameter as the host sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub id: ClapId,
    pub name: String,
    pub group: String,
    pub min: f64,
    pub max: f64,
    pub default: f64,
    pub flags: ParamInfoFlags,
}

/// A parameter change at a frame of a block.
pub type Change = (u32, ClapId, f64);

/// An instance of the plugin.
pub struct Instance {
    pub plugin: PluginInstance<Host>,
    processor: Option<StartedPluginAudioProcessor<Host>>,
    channels: usize,
    position: u64,
}

pub fn entry() -> PluginEntry {
    // SAFETY: the entry is the one that the plugin exports to every host, linked into this program.
    unsafe { PluginEntry::load_from_raw(&balanced_master::clap_entry, c"/nowhere/balanced-master.clap") }
        .expect("it loads")
}

impl Instance {
    pub fn new() -> Self {
        let entry = entry();
        let id: CString = {
            let factory = entry.get_plugin_factory().expect("it has a factory");
            factory.plugin_descriptor(0).and_then(|plugin| plugin.id()).expect("it has a plugin").to_owned()
        };
        let info = HostInfo::new("Test", "Balanced", "https://example.invalid", "1").unwrap();
        let plugin =
            PluginInstance::new(|_| Shared::default(), |_| MainThread, &entry, &id, &info).expect("an instance");
        Self { plugin, processor: None, channels: 2, position: 0 }
    }

    pub fn active(rate_hz: f64, max_frames: u32) -> Self {
        let mut instance = Self::new();
        instance.activate(rate_hz, max_frames);
        instance
    }

    pub fn activate(&mut self, rate_hz: f64, max_frames: u32) {
        let config =
            PluginAudioConfiguration { sample_rate: rate_hz, min_frames_count: 1, max_frames_count: max_frames };
        let stopped = self.plugin.activate(|_, _| (), config).expect("it activates");
        self.processor = Some(stopped.start_processing().expect("it starts"));
    }

    pub fn deactivate(&mut self) {
        let processor = self.processor.take().expect("it is active");
        self.plugin.deactivate(processor.stop_processing());
    }

    /// Stops and restarts processing, as transports do.
    pub fn restart_processing(&mut self) {
        let processor = self.processor.take().expect("it is active").stop_processing();
        self.processor = Some(processor.start_processing().expect("it starts again"));
    }

    pub fn reset(&mut self) {
        self.processor.as_mut().expect("it is active").reset();
    }

    /// Runs one turn of a host's main loop.
    pub fn idle(&mut self) {
        if self.plugin.access_shared_handler(|shared| shared.callback.swap(false, Ordering::AcqRel)) {
            self.plugin.call_on_main_thread_callback();
        }
    }

    pub fn wants_restart(&self) -> bool {
        self.plugin.access_shared_handler(|shared| shared.restart.swap(false, Ordering::AcqRel))
    }

    pub fn latency_frames(&mut self) -> usize {
        let handle = self.plugin.plugin_handle();
        let extension: PluginLatency = handle.get_extension().expect("it reports latency");
        extension.get(&handle) as usize
    }

    pub fn parameters(&mut self) -> Vec<Parameter> {
        let handle = self.plugin.plugin_handle();
        let extension: PluginParams = handle.get_extension().expect("it has parameters");
        let mut buffer = ParamInfoBuffer::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (0..extension.count(&handle))
            .map(|index| {
                let info = extension.get_info(&handle, index, &mut buffer).expect("every index is good");
                Parameter {
                    id: info.id,
                    name: text(info.name),
                    group: text(info.module),
                    min: info.min_value,
                    max: info.max_value,
                    default: info.default_value,
                    flags: info.flags,
                }
            })
            .collect()
    }

    pub fn parameter(&mut self, name: &str) -> Parameter {
        let all = self.parameters();
        all.iter().find(|parameter| parameter.name == name).unwrap_or_else(|| panic!("no parameter {name:?}")).clone()
    }

    pub fn value(&mut self, id: ClapId) -> f64 {
        let handle = self.plugin.plugin_handle();
        let extension: PluginParams = handle.get_extension().unwrap();
        extension.get_value(&handle, id).expect("a value")
    }

    pub fn text(&mut self, id: ClapId, value: f64) -> String {
        let handle = self.plugin.plugin_handle();
        let extension: PluginParams = handle.get_extension().unwrap();
        let mut buffer = [0u8; 256];
        let text = extension.value_to_text(&handle, id, value, &mut buffer).expect("a text");
        String::from_utf8(text.to_vec()).expect("UTF-8")
    }

    pub fn parse(&mut self, id: ClapId, text: &str) -> Option<f64> {
        let handle = self.plugin.plugin_handle();
        let extension: PluginParams = handle.get_extension().unwrap();
        extension.text_to_value(&handle, id, &CString::new(text).unwrap())
    }

    /// Returns the id of the parameter `name` and the position that `text` stands for.
    pub fn change(&mut self, name: &str, text: &str) -> (ClapId, f64) {
        let id = self.parameter(name).id;
        (id, self.parse(id, text).unwrap_or_else(|| panic!("{name} does not read {text:?}")))
    }

    /// Sets parameters of an inactive instance.
    pub fn set(&mut self, values: &[(&str, &str)]) {
        let mut events = EventBuffer::new();
        for (name, text) in values {
            let (id, value) = self.change(name, text);
            events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), value));
        }
        let handle = self.plugin.plugin_handle();
        let extension: PluginParams = handle.get_extension().unwrap();
        let mut handle = self.plugin.inactive_plugin_handle().expect("it is not active");
        extension.flush(&mut handle, &events.as_input(), &mut EventBuffer::new().as_output());
    }

    pub fn state(&mut self) -> Vec<u8> {
        let handle = self.plugin.plugin_handle();
        let extension: PluginState = handle.get_extension().expect("it has state");
        let mut bytes = Vec::new();
        extension.save(&handle, &mut bytes).expect("it saves");
        bytes
    }

    pub fn load(&mut self, state: &[u8]) -> bool {
        let handle = self.plugin.plugin_handle();
        let extension: PluginState = handle.get_extension().expect("it has state");
        extension.load(&handle, &mut &state[..]).is_ok()
    }

    /// Returns the state as JSON, without the length that the framework writes before it.
    pub fn state_json(&mut self) -> serde_json::Value {
        serde_json::from_slice(&self.state()[8..]).expect("the state is JSON")
    }

    pub fn load_text(&mut self, text: &str) -> bool {
        let length = (text.len() as u64).to_le_bytes();
        self.load(&[&length, text.as_bytes()].concat())
    }

    /// Processes one block in place.
    pub fn block(&mut self, audio: &mut [Vec<f32>], changes: &[Change]) {
        let frames = audio[0].len();
        let mut events = EventBuffer::new();
        for (frame, id, value) in changes {
            events.push(&ParamValueEvent::new(*frame, *id, Pckn::match_all(), *value));
        }
        let mut input: Vec<Vec<f32>> = audio.to_vec();
        let (mut in_ports, mut out_ports) =
            (AudioPorts::with_capacity(self.channels, 1), AudioPorts::with_capacity(self.channels, 1));
        let inputs = in_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(input.iter_mut().map(InputChannel::variable)),
        }]);
        let mut outputs = out_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(audio.iter_mut().map(Vec::as_mut_slice)),
        }]);
        let processor = self.processor.as_mut().expect("it is active");
        // Enough capacity, because output events during processing must not allocate.
        let mut answers = EventBuffer::with_capacity(1024);
        processor
            .process(&inputs, &mut outputs, &events.as_input(), &mut answers.as_output(), Some(self.position), None)
            .expect("it processes");
        self.position += frames as u64;
    }

    /// Processes a whole signal in blocks of `frames`, with turns of the main loop between them.
    pub fn render(&mut self, audio: &[Vec<f32>], frames: usize) -> Vec<Vec<f32>> {
        let mut done = vec![Vec::new(); audio.len()];
        let mut start = 0;
        while start < audio[0].len() {
            let end = (start + frames).min(audio[0].len());
            let mut block: Vec<Vec<f32>> = audio.iter().map(|channel| channel[start..end].to_vec()).collect();
            self.block(&mut block, &[]);
            done.iter_mut().zip(&block).for_each(|(done, block)| done.extend(block));
            start = end;
        }
        self.idle();
        done
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if self.processor.is_some() {
            self.deactivate();
        }
    }
}

/// Returns deterministic stereo noise of about -20 dBFS, roughly pink, with occasional hits.
pub fn music(frames: usize) -> Vec<Vec<f32>> {
    let mut random = balanced_dsp::Random::new(11, 5);
    let mut slow = [0.0f64; 2];
    let mut channels = [Vec::with_capacity(frames), Vec::with_capacity(frames)];
    for frame in 0..frames {
        let hit = if frame % 12_000 < 200 { 4.0 } else { 1.0 };
        let common = random.centred();
        for (channel, slow) in channels.iter_mut().zip(&mut slow) {
            let sample = 0.7 * common + 0.3 * random.centred();
            *slow += 0.05 * (sample - *slow);
            channel.push((hit * (0.1 * sample + 0.6 * *slow)) as f32);
        }
    }
    channels.to_vec()
}

pub fn assert_finite(audio: &[Vec<f32>]) {
    assert!(audio.iter().flatten().all(|sample| sample.is_finite()));
}

/// Returns the plugin id of the descriptor.
pub fn plugin_id() -> String {
    let entry = entry();
    let factory = entry.get_plugin_factory().unwrap();
    let id: &CStr = factory.plugin_descriptor(0).unwrap().id().unwrap();
    id.to_string_lossy().into_owned()
}
