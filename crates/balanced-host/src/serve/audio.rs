//! Processing: blocks come in over the stream, pass the plugin, and go back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use clack_extensions::latency::PluginLatency;
use clack_host::prelude::*;
use clack_host::process::StartedPluginAudioProcessor;

use super::plugin::{Host, Loaded};
use crate::BLOCK_FRAMES;
use crate::refusal::Refusal;
use crate::stream::Stream;
use crate::wire::{self, Ready, tag};

/// How often the main thread looks whether the plugin wants it.
const CALLBACK_EVERY: Duration = Duration::from_millis(5);

/// Activate the plugin and process until the other side is gone.
pub(super) fn run(mut loaded: Loaded, gaps: Vec<String>, stream: &mut Stream) -> Result<(), Refusal> {
    let configuration = PluginAudioConfiguration {
        sample_rate: loaded.sample_rate_hz,
        min_frames_count: BLOCK_FRAMES as u32,
        max_frames_count: BLOCK_FRAMES as u32,
    };
    let stopped = loaded
        .instance
        .activate(|_, _| (), configuration)
        .map_err(|error| format!("the plugin cannot be activated at {} Hz: {error}", loaded.sample_rate_hz))?;
    let handle = loaded.instance.plugin_handle();
    let latency: Option<PluginLatency> = handle.get_extension();
    let latency_frames = latency.map_or(0, |latency| latency.get(&handle));
    let ready = Ready { name: loaded.name.clone(), latency_frames, gaps };
    wire::write(stream, tag::READY, &serde_json::to_vec(&ready).expect("plain data")).map_err(|e| e.to_string())?;

    let mut ports = Ports::new(&loaded);
    let (stopped, outcome) = std::thread::scope(|scope| {
        let audio = scope.spawn(move || {
            let mut processor = match stopped.start_processing() {
                Ok(processor) => processor,
                Err(error) => {
                    let problem = "the plugin does not start processing".into();
                    return (error.into_stopped_processor(), Err(problem));
                }
            };
            let outcome = serve(&mut processor, &mut ports, stream);
            (processor.stop_processing(), outcome)
        });
        while !audio.is_finished() {
            std::thread::park_timeout(CALLBACK_EVERY);
            if loaded.instance.access_shared_handler(|shared| shared.callback.swap(false, Ordering::AcqRel)) {
                loaded.instance.call_on_main_thread_callback();
            }
        }
        audio.join().expect("the audio thread does not panic")
    });
    loaded.instance.deactivate(stopped);
    outcome
}

/// Answer frames until there are no more.
fn serve(
    processor: &mut StartedPluginAudioProcessor<Host>,
    ports: &mut Ports,
    stream: &mut Stream,
) -> Result<(), Refusal> {
    let mut bytes = Vec::new();
    let mut position = 0;
    while let Ok(tag) = wire::read(stream, &mut bytes) {
        match tag {
            tag::BLOCK => {
                ports.fill(&bytes)?;
                ports.process(processor, position)?;
                position += BLOCK_FRAMES as u64;
                ports.drain(&mut bytes);
            }
            tag::RESET => {
                processor.reset();
                position = 0;
                bytes.clear();
            }
            _ => return Err("the plugin's process was sent nonsense".into()),
        }
        if wire::write(stream, tag::DONE, &bytes).is_err() {
            break;
        }
    }
    Ok(())
}

/// Audio of one block at both sides of the plugin: every channel of every port, the main port first.
struct Ports {
    /// Channels of the audio, at most those of the main ports.
    channels: usize,
    inputs: Side,
    outputs: Side,
    samples: Vec<f64>,
}

/// One direction; only one of the two sample formats is used.
struct Side {
    ports: AudioPorts,
    counts: Vec<usize>,
    audio: Audio,
}

enum Audio {
    F32(Vec<Vec<f32>>),
    F64(Vec<Vec<f64>>),
}

impl Ports {
    fn new(loaded: &Loaded) -> Self {
        Self {
            channels: loaded.channels,
            inputs: Side::new(&loaded.inputs, loaded.in_f64),
            outputs: Side::new(&loaded.outputs, loaded.in_f64),
            samples: vec![0.0; BLOCK_FRAMES],
        }
    }

    /// Put a block into the main input; mono goes to all its channels, other ports have silence.
    fn fill(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let mut rest = bytes;
        for channel in 0..self.channels {
            rest = wire::take_samples(rest, &mut self.samples).ok_or("the plugin's process was sent half a block")?;
            self.inputs.put(channel, &self.samples);
        }
        for copy in self.channels..self.inputs.counts[0] {
            self.inputs.put(copy, &self.samples);
        }
        Ok(())
    }

    /// Take a block from the main output; where mono went to two channels, their mean.
    fn drain(&mut self, bytes: &mut Vec<u8>) {
        bytes.clear();
        let count = self.outputs.counts[0];
        for channel in 0..self.channels {
            if self.channels == count {
                self.outputs.get(channel, &mut self.samples);
            } else {
                self.outputs.mean(count, &mut self.samples);
            }
            wire::put_samples(bytes, &self.samples);
        }
    }

    fn process(&mut self, processor: &mut StartedPluginAudioProcessor<Host>, position: u64) -> Result<(), Refusal> {
        let inputs = self.inputs.as_inputs();
        let mut outputs = self.outputs.as_outputs();
        let (events, mut answers) = (InputEvents::empty(), OutputEvents::void());
        let done = processor.process(&inputs, &mut outputs, &events, &mut answers, Some(position), None);
        done.map(|_| ()).map_err(|error| format!("the plugin failed to process a block ({error})").into())
    }
}

impl Side {
    fn new(counts: &[usize], in_f64: bool) -> Self {
        let total = counts.iter().sum();
        let audio = if in_f64 {
            Audio::F64(vec![vec![0.0; BLOCK_FRAMES]; total])
        } else {
            Audio::F32(vec![vec![0.0; BLOCK_FRAMES]; total])
        };
        Self { ports: AudioPorts::with_capacity(total, counts.len()), counts: counts.to_vec(), audio }
    }

    fn put(&mut self, channel: usize, samples: &[f64]) {
        match &mut self.audio {
            Audio::F64(audio) => audio[channel].copy_from_slice(samples),
            Audio::F32(audio) => audio[channel].iter_mut().zip(samples).for_each(|(out, sample)| *out = *sample as f32),
        }
    }

    fn get(&self, channel: usize, samples: &mut [f64]) {
        match &self.audio {
            Audio::F64(audio) => samples.copy_from_slice(&audio[channel]),
            Audio::F32(audio) => samples.iter_mut().zip(&audio[channel]).for_each(|(out, s)| *out = f64::from(*s)),
        }
    }

    fn mean(&self, count: usize, samples: &mut [f64]) {
        for (frame, sample) in samples.iter_mut().enumerate() {
            let sum: f64 = match &self.audio {
                Audio::F64(audio) => audio[..count].iter().map(|channel| channel[frame]).sum(),
                Audio::F32(audio) => audio[..count].iter().map(|channel| f64::from(channel[frame])).sum(),
            };
            *sample = sum / count as f64;
        }
    }

    fn as_inputs(&mut self) -> InputAudioBuffers<'_> {
        let Self { ports, counts, audio } = self;
        match audio {
            Audio::F32(audio) => ports.with_input_buffers(by_port(counts, audio).into_iter().map(|channels| {
                let channels = channels.into_iter().map(InputChannel::variable);
                AudioPortBuffer { latency: 0, channels: AudioPortBufferType::f32_input_only(channels) }
            })),
            Audio::F64(audio) => ports.with_input_buffers(by_port(counts, audio).into_iter().map(|channels| {
                let channels = channels.into_iter().map(InputChannel::variable);
                AudioPortBuffer { latency: 0, channels: AudioPortBufferType::f64_input_only(channels) }
            })),
        }
    }

    fn as_outputs(&mut self) -> OutputAudioBuffers<'_> {
        let Self { ports, counts, audio } = self;
        match audio {
            Audio::F32(audio) => ports.with_output_buffers(by_port(counts, audio).into_iter().map(|channels| {
                let channels = channels.into_iter().map(Vec::as_mut_slice);
                AudioPortBuffer { latency: 0, channels: AudioPortBufferType::f32_output_only(channels) }
            })),
            Audio::F64(audio) => ports.with_output_buffers(by_port(counts, audio).into_iter().map(|channels| {
                let channels = channels.into_iter().map(Vec::as_mut_slice);
                AudioPortBuffer { latency: 0, channels: AudioPortBufferType::f64_output_only(channels) }
            })),
        }
    }
}

/// The channels, dealt out to ports.
fn by_port<'a, T>(counts: &[usize], channels: &'a mut [Vec<T>]) -> Vec<Vec<&'a mut Vec<T>>> {
    let mut rest = channels.iter_mut();
    counts.iter().map(|count| rest.by_ref().take(*count).collect()).collect()
}
