//! Compressed audio: decodes symphonia's packets to planar blocks.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use balanced_dsp::PlanarBuffer;
use symphonia::core::audio::sample::{Sample, i24, u24};
use symphonia::core::audio::{Audio, AudioBuffer, GenericAudioBufferRef};
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

use super::damage::Damage;
use super::guard::contained;
use crate::IoError;

/// Packets of one track and their decoder.
pub(crate) struct Packets {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    channels: usize,
    rate_hz: u32,
    /// Frames of the last decoded buffer that were not returned yet.
    ready: Range<usize>,
    /// Frames still to skip at the start.
    skip: u64,
    /// Frames still to return, where the container states the length.
    keep: Option<u64>,
    /// Whether packets carry durations in frames, which are shorter than the decoded packet where the end is padded.
    trim_to_duration: bool,
    /// Whether the trim at the end that packets carry is left out.
    ignore_end_trim: bool,
    /// Packets before which the decoder must forget the packets before.
    restarts: VecDeque<u64>,
    /// Packets of the track that were read.
    packets: u64,
    /// Largest step between packets that is no gap, where their times are in frames.
    gap_frames: Option<u64>,
    /// Time at which the next packet should start.
    next_time: Option<i64>,
    promise: Promise,
    /// Whether a packet of zeros is none: every packet of AAC and ALAC ends with bits that are set.
    zeros_are_damage: bool,
    state: State,
    damage: Damage,
}

/// What a file promises, besides the frames that it declares.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Promise {
    pub(crate) frames: Option<u64>,
    /// Bytes of all packets.
    pub(crate) bytes: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Running,
    Ended,
    /// The decoder panicked and must not be used again.
    Broken,
}

/// Frames that belong to the programme, by the container.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Audible {
    pub(crate) skip: u64,
    pub(crate) keep: Option<u64>,
    pub(crate) trim_to_duration: bool,
    pub(crate) ignore_end_trim: bool,
    /// Largest step between the times of packets that is no gap, for containers whose times are in frames.
    pub(crate) gap_frames: Option<u64>,
}

impl Packets {
    pub(crate) fn new(reader: Box<dyn FormatReader>, decoder: Box<dyn AudioDecoder>, track_id: u32) -> Self {
        let zeros_are_damage = matches!(decoder.codec_info().short_name, "aac" | "alac");
        Self {
            reader,
            decoder,
            track_id,
            channels: 0,
            rate_hz: 0,
            ready: 0..0,
            skip: 0,
            keep: None,
            trim_to_duration: false,
            ignore_end_trim: false,
            restarts: VecDeque::new(),
            packets: 0,
            gap_frames: None,
            next_time: None,
            promise: Promise::default(),
            zeros_are_damage,
            state: State::Running,
            damage: Damage::default(),
        }
    }

    /// Decodes until channels and rate are known, and returns them; `None` if there is no audio at all.
    pub(crate) fn prime(&mut self, file: &str) -> Result<Option<(usize, u32)>, IoError> {
        self.decode_packet(file)?;
        Ok((self.channels > 0).then_some((self.channels, self.rate_hz)))
    }

    /// Sets the trim; to be called before the first read.
    pub(crate) fn set_audible(&mut self, audible: Audible) {
        (self.skip, self.keep) = (audible.skip, audible.keep);
        self.trim_to_duration = audible.trim_to_duration;
        self.ignore_end_trim = audible.ignore_end_trim;
        self.gap_frames = audible.gap_frames;
    }

    /// Sets what the file promises.
    pub(crate) fn set_promise(&mut self, promise: Promise) {
        self.promise = promise;
    }

    /// Sets the packets before which bytes are missing.
    pub(crate) fn set_restarts(&mut self, restarts: Vec<u64>) {
        self.restarts = restarts.into_iter().filter(|&at| at >= self.packets).collect();
    }

    /// Returns the frames that the file promises by its bytes, at the end of the audio.
    pub(crate) fn promised_frames(&self) -> Option<u64> {
        let by_bytes = self.promise.bytes.map(|bytes| self.damage.frames_of(bytes));
        self.promise.frames.max(by_bytes)
    }

    /// Fills `buffer` up to its capacity; returns fewer frames only at the end.
    pub(crate) fn read(&mut self, buffer: &mut PlanarBuffer, file: &str) -> Result<usize, IoError> {
        let wanted = buffer.capacity_frames();
        buffer.set_frames(wanted);
        let mut filled = 0;
        while filled < wanted && self.keep != Some(0) {
            if self.ready.is_empty() {
                if self.state != State::Running {
                    break;
                }
                self.decode_packet(file)?;
                continue;
            }
            let skipped = self.skip.min(self.ready.len() as u64) as usize;
            self.skip -= skipped as u64;
            self.ready.start += skipped;
            let limit = self.keep.map_or(usize::MAX, |keep| usize::try_from(keep).unwrap_or(usize::MAX));
            let count = self.ready.len().min(wanted - filled).min(limit);
            let from = self.ready.start..self.ready.start + count;
            copy(&self.decoder.last_decoded(), from, buffer, filled);
            self.ready.start += count;
            self.keep = self.keep.map(|keep| keep - count as u64);
            filled += count;
        }
        self.damage.deliver(filled);
        buffer.set_frames(filled);
        Ok(filled)
    }

    /// Decodes packets until frames are ready or the end is reached.
    fn decode_packet(&mut self, file: &str) -> Result<(), IoError> {
        while self.state == State::Running && self.ready.is_empty() {
            match contained(|| self.step()) {
                Some(Ok(())) => {}
                Some(Err(error)) => return Err(IoError::reading(file, &error)),
                None => {
                    self.state = State::Broken;
                    return Err(IoError::damaged(file, "is damaged too badly to be decoded"));
                }
            }
        }
        Ok(())
    }

    /// Reads one packet. Only a failing device is an error; damage ends the stream or costs the packet.
    fn step(&mut self) -> io::Result<()> {
        let packet = match self.reader.next_packet() {
            Ok(Some(mut packet)) => {
                if self.ignore_end_trim {
                    packet.trim_end = Duration::ZERO;
                }
                packet
            }
            Ok(None) => {
                self.state = State::Ended;
                return Ok(());
            }
            Err(Error::IoError(error)) if device_failed(&error) => return Err(error),
            Err(Error::ResetRequired) => {
                self.next_link();
                return Ok(());
            }
            Err(_) => {
                self.damage.cut_off = true;
                self.state = State::Ended;
                return Ok(());
            }
        };
        if packet.track_id == self.track_id {
            self.watch_time(&packet);
            if self.restarts.pop_front_if(|at| *at == self.packets).is_some() {
                self.decoder.reset();
            }
            self.packets += 1;
            self.decode(&packet);
        }
        Ok(())
    }

    /// Notices frames that are missing between the last packet and this one.
    fn watch_time(&mut self, packet: &Packet) {
        let Some(tolerance) = self.gap_frames else { return };
        let (start, whole) = (packet.pts.get(), packet.dur.get() + packet.trim_start.get() + packet.trim_end.get());
        if let Some(gap) = self.next_time.and_then(|expected| u64::try_from(start.saturating_sub(expected)).ok())
            && gap > tolerance
        {
            self.damage.miss(gap);
        }
        self.next_time = Some(start.saturating_add_unsigned(whole));
    }

    /// Goes on with the next stream of a chain (RFC 3533, section 4), which has a decoder of its own; the end, if its form is
    /// another one.
    fn next_link(&mut self) {
        let track = self.reader.default_track(TrackType::Audio);
        let found = track.and_then(|track| Some((track.id, track.codec_params.as_ref()?.audio()?.clone())));
        let made = found.and_then(|(id, params)| Some((id, super::coded::decoder("", &params).ok()?)));
        if let Some((track_id, decoder)) = made {
            (self.track_id, self.decoder) = (track_id, decoder);
            self.next_time = None;
            self.damage.links += 1;
        } else {
            self.damage.format_changed = true;
            self.state = State::Ended;
        }
    }

    fn decode(&mut self, packet: &Packet) {
        if self.zeros_are_damage && packet.data.iter().all(|&byte| byte == 0) {
            self.damage.lose_packet();
            return;
        }
        let Ok(audio) = self.decoder.decode(packet) else {
            self.damage.lose_packet();
            return;
        };
        let (channels, rate_hz, frames) = (audio.num_planes(), audio.spec().rate(), audio.frames());
        if self.channels == 0 {
            (self.channels, self.rate_hz) = (channels, rate_hz);
        }
        if (channels, rate_hz) != (self.channels, self.rate_hz) {
            self.damage.format_changed = true;
            self.state = State::Ended;
            return;
        }
        self.damage.decode(packet.data.len(), frames);
        let heard = if self.trim_to_duration { packet.dur.get().min(frames as u64) as usize } else { frames };
        self.ready = 0..heard;
    }

    /// Returns a note, after the end, if the file has bytes for more audio than was read. Demuxers leave out streams whose
    /// headers they cannot read without a word.
    pub(crate) fn unread_note(&self) -> Option<String> {
        self.damage.unread_note(self.promise.bytes?)
    }

    /// Returns notes on the problems met; once, after the end. `expected` is the number of frames that the file declares, and
    /// by how many the audio may fall short of it.
    pub(crate) fn closing_notes(&mut self, expected: Option<(u64, u64)>) -> Vec<String> {
        self.damage.notes(self.rate_hz, expected)
    }
}

/// Returns whether the device failed; an early end or invalid data is the file's fault.
fn device_failed(error: &io::Error) -> bool {
    !matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::Other)
}

/// Copies frames of a decoded buffer to `out` from frame `at` on, scaled to full scale 1.
fn copy(audio: &GenericAudioBufferRef<'_>, from: Range<usize>, out: &mut PlanarBuffer, at: usize) {
    use GenericAudioBufferRef as Any;
    match audio {
        Any::U8(audio) => planes(audio, from, out, at, |v: u8| (f64::from(v) - 128.0) / 128.0),
        Any::U16(audio) => planes(audio, from, out, at, |v: u16| (f64::from(v) - 32768.0) / 32768.0),
        Any::U24(audio) => planes(audio, from, out, at, |v: u24| (f64::from(v.inner()) - 8_388_608.0) / 8_388_608.0),
        Any::U32(audio) => planes(audio, from, out, at, |v: u32| (f64::from(v) - 2_147_483_648.0) / 2_147_483_648.0),
        Any::S8(audio) => planes(audio, from, out, at, |v: i8| f64::from(v) / 128.0),
        Any::S16(audio) => planes(audio, from, out, at, |v: i16| f64::from(v) / 32768.0),
        Any::S24(audio) => planes(audio, from, out, at, |v: i24| f64::from(v.inner()) / 8_388_608.0),
        Any::S32(audio) => planes(audio, from, out, at, |v: i32| f64::from(v) / 2_147_483_648.0),
        Any::F32(audio) => planes(audio, from, out, at, f64::from),
        Any::F64(audio) => planes(audio, from, out, at, |v: f64| v),
    }
}

fn planes<S: Sample>(
    audio: &AudioBuffer<S>,
    from: Range<usize>,
    out: &mut PlanarBuffer,
    at: usize,
    scale: impl Fn(S) -> f64,
) {
    for (channel, plane) in audio.iter_planes().enumerate() {
        let out = &mut out.channel_mut(channel)[at..at + from.len()];
        for (out, &sample) in out.iter_mut().zip(&plane[from.clone()]) {
            *out = scale(sample);
        }
    }
}
