//! Loading a plugin: entry, factory, instance, ports, state, parameters.

use std::ffi::{CStr, CString};

use clack_extensions::audio_ports::{AudioPortFlags, AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::params::{ParamInfoBuffer, ParamInfoFlags, PluginParams};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::PluginState;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;

use crate::refusal::Refusal;
use crate::wire::Open;

/// Names of parameters or plugins that an error lists at most.
const LISTED: usize = 12;

/// A plugin that is ready to be activated.
pub(super) struct Loaded {
    pub(super) instance: PluginInstance<Host>,
    pub(super) name: String,
    pub(super) sample_rate_hz: f64,
    /// Channels of the audio.
    pub(super) channels: usize,
    /// Channels of every port, the main one first.
    pub(super) inputs: Vec<usize>,
    pub(super) outputs: Vec<usize>,
    /// Whether the main ports take `f64`.
    pub(super) in_f64: bool,
}

/// Services of the host that plugins may call.
pub(super) struct Host;

/// Requests, which come from any thread.
#[derive(Default)]
pub(super) struct Shared {
    /// The plugin wants to be called on the main thread.
    pub(super) callback: std::sync::atomic::AtomicBool,
}

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {}

    fn request_process(&self) {}

    fn request_callback(&self) {
        self.callback.store(true, std::sync::atomic::Ordering::Release);
    }
}

pub(super) fn load(open: &Open, state: Option<&[u8]>) -> Result<Loaded, Refusal> {
    // SAFETY: loading a library runs its code, which nothing can vouch for. That is what this process is for: it holds
    // this plugin and nothing else, and its end, however it comes, is an error for whoever started it.
    #[allow(unsafe_code)]
    let entry = unsafe { PluginEntry::load(&open.path) }.map_err(|error| {
        Refusal::new(format!("is no CLAP plugin for this machine ({error})"), "name a .clap file built for it")
    })?;
    let id = choose(&entry, open.plugin_id.as_deref())?;
    let info = HostInfo::new("Balanced", "Balanced", env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"))
        .map_err(|error| error.to_string())?;
    let instance = PluginInstance::<Host>::new(|_| Shared::default(), |_| (), &entry, &id, &info)
        .map_err(|error| format!("plugin `{}` could not be created: {error}", id.to_string_lossy()))?;
    let mut loaded = Loaded {
        instance,
        name: id.to_string_lossy().into_owned(),
        sample_rate_hz: open.sample_rate_hz,
        channels: open.channels,
        inputs: Vec::new(),
        outputs: Vec::new(),
        in_f64: false,
    };
    if let Some(state) = state {
        loaded.load_state(state)?;
    }
    loaded.set_parameters(open)?;
    loaded.read_ports()?;
    loaded.render_offline();
    Ok(loaded)
}

/// The id of the plugin wanted, or of the only one there is.
fn choose(entry: &PluginEntry, wanted: Option<&str>) -> Result<CString, Refusal> {
    let factory = entry.get_plugin_factory().ok_or("holds no plugins: its CLAP entry has no plugin factory")?;
    let ids: Vec<&CStr> = factory.plugin_descriptors().filter_map(|descriptor| descriptor.id()).collect();
    let list = || listed(ids.iter().map(|id| id.to_string_lossy().into_owned()));
    match (wanted, ids.as_slice()) {
        (_, []) => Err("holds no plugins".into()),
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => {
            Err(Refusal::new(format!("holds {} plugins", ids.len()), format!("name one with `plugin_id`: {}", list())))
        }
        (Some(wanted), _) => {
            let found = ids.iter().find(|id| id.to_bytes() == wanted.as_bytes());
            found.map(|id| (*id).to_owned()).ok_or_else(|| {
                Refusal::new(format!("holds no plugin `{wanted}`"), format!("correct `plugin_id`, it holds {}", list()))
            })
        }
    }
}

fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let shown = names.take(LISTED).collect::<Vec<_>>().join(", ");
    if count > LISTED { format!("{shown} and {} more", count - LISTED) } else { shown }
}

impl Loaded {
    fn load_state(&mut self, state: &[u8]) -> Result<(), Refusal> {
        let handle = self.instance.plugin_handle();
        let extension: PluginState =
            handle.get_extension().ok_or("cannot load a state; leave out `state_file` and `state_base64`")?;
        extension.load(&handle, &mut &state[..]).map_err(|_| {
            Refusal::new(
                "the plugin refuses the state it was given",
                "save it again with this plugin and this version of it",
            )
        })
    }

    fn set_parameters(&mut self, open: &Open) -> Result<(), Refusal> {
        if open.parameters.is_empty() {
            return Ok(());
        }
        let handle = self.instance.plugin_handle();
        let extension: PluginParams = handle.get_extension().ok_or("has no parameters; leave out `parameters`")?;
        let known = Parameter::all(&extension, &handle);
        let mut events = EventBuffer::new();
        for (name, value) in &open.parameters {
            let parameter = Parameter::find(&known, name)?;
            parameter.check(*value)?;
            events.push(&ParamValueEvent::new(0, parameter.id, Pckn::match_all(), *value));
        }
        let mut handle = self.instance.inactive_plugin_handle().ok_or("was activated too early")?;
        extension.flush(&mut handle, &events.as_input(), &mut EventBuffer::new().as_output());
        Ok(())
    }

    fn read_ports(&mut self) -> Result<(), Refusal> {
        let handle = self.instance.plugin_handle();
        let extension: PluginAudioPorts =
            handle.get_extension().ok_or("has no audio ports; only audio effects can be steps of a chain")?;
        let mut buffer = AudioPortInfoBuffer::new();
        let mut takes_f64 = true;
        let mut ports = [Vec::new(), Vec::new()];
        for (list, is_input) in ports.iter_mut().zip([true, false]) {
            for index in 0..extension.count(&handle, is_input) {
                let Some(port) = extension.get(&handle, index, is_input, &mut buffer) else { continue };
                takes_f64 &= port.flags.contains(AudioPortFlags::SUPPORTS_64BITS);
                list.push(port.channel_count as usize);
            }
        }
        [self.inputs, self.outputs] = ports;
        self.in_f64 = takes_f64;
        self.check_ports()
    }

    /// The main ports must have the audio's channels; mono may go through a stereo plugin.
    fn check_ports(&self) -> Result<(), Refusal> {
        let (Some(&input), Some(&output)) = (self.inputs.first(), self.outputs.first()) else {
            return Err(Refusal::new(
                "has no main audio input or output",
                "use audio effects only as steps of a chain",
            ));
        };
        let fits = |count| count == self.channels || (self.channels == 1 && count == 2);
        if fits(input) && fits(output) && input == output {
            return Ok(());
        }
        Err(Refusal::new(
            format!("takes {input} channels and gives {output}, the audio here has {}", self.channels),
            "use a version of the plugin that fits, or put the step in a branch that does",
        ))
    }

    fn render_offline(&mut self) {
        let handle = self.instance.plugin_handle();
        let extension: Option<PluginRender> = handle.get_extension();
        // One that declines renders as it does live.
        let _ = extension.map(|render| render.set(&handle, RenderMode::Offline));
    }
}

struct Parameter {
    id: ClapId,
    name: String,
    min: f64,
    max: f64,
    is_read_only: bool,
}

impl Parameter {
    fn all(extension: &PluginParams, handle: &PluginMainThreadHandle<'_>) -> Vec<Self> {
        let mut buffer = ParamInfoBuffer::new();
        let mut all = Vec::new();
        for index in 0..extension.count(handle) {
            let Some(info) = extension.get_info(handle, index, &mut buffer) else { continue };
            all.push(Self {
                id: info.id,
                name: String::from_utf8_lossy(info.name).into_owned(),
                min: info.min_value,
                max: info.max_value,
                is_read_only: info.flags.contains(ParamInfoFlags::IS_READONLY),
            });
        }
        all
    }

    /// By name, whatever its case, or by number.
    fn find<'a>(known: &'a [Self], wanted: &str) -> Result<&'a Self, Refusal> {
        let by_name = known.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(wanted));
        let number: Option<u32> = wanted.parse().ok();
        let by_number = || known.iter().find(|parameter| Some(parameter.id.get()) == number);
        by_name.or_else(by_number).ok_or_else(|| {
            let names = listed(known.iter().map(|parameter| format!("`{}`", parameter.name)));
            Refusal::new(format!("has no parameter `{wanted}`"), format!("use one of {names}"))
        })
    }

    fn check(&self, value: f64) -> Result<(), Refusal> {
        let Self { name, min, max, .. } = self;
        if self.is_read_only {
            return Err(Refusal::new(format!("parameter `{name}` can only be read"), "leave it out"));
        }
        if !(*min..=*max).contains(&value) {
            return Err(format!("parameter `{name}`: {value} is outside {min}..{max}").into());
        }
        Ok(())
    }
}
