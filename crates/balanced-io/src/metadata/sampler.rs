//! Loops and instruments: the chunks `smpl` and `inst` of WAV files (Multimedia Data Standards Update 3.0).

use balanced_model::{Instrument, LoopDirection, SampleLoop};

use super::MAX_ITEMS;
use super::source::Cut;

/// Default instrument, middle C and everything allowed: written where a file has loops but no instrument, and read as none.
pub(crate) const NEUTRAL: Instrument = Instrument {
    base_note: 60,
    detune_cents: 0,
    low_note: 0,
    high_note: 127,
    low_velocity: 1,
    high_velocity: 127,
    gain_db: 0,
};

/// Reads the payload of a `smpl` chunk: root note with tuning, and loops.
pub(crate) fn read_sampler(payload: &[u8]) -> Option<(Instrument, Vec<SampleLoop>)> {
    let mut cut = Cut(payload);
    cut.bytes(12)?;
    let (note, fraction) = (cut.u32_le()?, cut.u32_le()?);
    cut.bytes(8)?;
    let count = cut.u32_le()? as usize;
    cut.bytes(4)?;
    let mut loops = Vec::new();
    for _ in 0..count.min(MAX_ITEMS) {
        let Some(entry) = cut.bytes(24) else { break };
        let mut entry = Cut(entry);
        entry.bytes(4);
        let (kind, start, last) = (entry.u32_le()?, entry.u32_le()?, entry.u32_le()?);
        entry.bytes(4);
        let plays = entry.u32_le()?;
        let direction = match kind {
            1 => LoopDirection::Alternating,
            2 => LoopDirection::Backward,
            _ => LoopDirection::Forward,
        };
        let (start_frame, end_frame) = (u64::from(start), u64::from(last) + 1);
        if end_frame > start_frame {
            loops.push(SampleLoop { start_frame, end_frame, direction, plays: (plays > 0).then_some(plays) });
        }
    }
    let cents = (f64::from(fraction) / 2f64.powi(32) * 100.0).round() as i8;
    // Half a semitone and more is written as the next note, tuned down.
    let (base_note, detune_cents) =
        if cents > 50 { (note.min(126) as u8 + 1, cents - 100) } else { (note.min(127) as u8, cents) };
    Some((Instrument { base_note, detune_cents, ..NEUTRAL }, loops))
}

/// Reads the payload of an `inst` chunk.
pub(crate) fn read_instrument(payload: &[u8]) -> Option<Instrument> {
    let [note, tune, gain, low_note, high_note, low_velocity, high_velocity] = *payload.first_chunk::<7>()?;
    Some(Instrument {
        base_note: note.min(127),
        detune_cents: tune as i8,
        low_note: low_note.min(127),
        high_note: high_note.min(127),
        low_velocity: low_velocity.min(127),
        high_velocity: high_velocity.min(127),
        gain_db: i16::from(gain as i8),
    })
}

/// Encodes the payload of a `smpl` chunk.
pub(crate) fn sampler(instrument: Option<Instrument>, loops: &[SampleLoop], sample_rate_hz: f64) -> Vec<u8> {
    let instrument = instrument.unwrap_or(NEUTRAL);
    let (note, cents) = match instrument.detune_cents {
        cents if cents < 0 => (instrument.base_note.saturating_sub(1), i32::from(cents) + 100),
        cents => (instrument.base_note, i32::from(cents)),
    };
    let fraction = (f64::from(cents) / 100.0 * 2f64.powi(32)).round() as u32;
    let period_ns = (1e9 / sample_rate_hz).round() as u32;
    let header = [0, 0, period_ns, u32::from(note), fraction, 0, 0, loops.len() as u32, 0];
    let mut bytes: Vec<u8> = header.iter().flat_map(|number| number.to_le_bytes()).collect();
    for (id, entry) in (1u32..).zip(loops) {
        let kind = match entry.direction {
            LoopDirection::Alternating => 1,
            LoopDirection::Backward => 2,
            _ => 0,
        };
        let numbers =
            [id, kind, entry.start_frame as u32, (entry.end_frame - 1) as u32, 0, entry.plays.unwrap_or_default()];
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    bytes
}

/// Encodes the payload of an `inst` chunk.
pub(crate) fn instrument(instrument: &Instrument) -> Vec<u8> {
    let gain = instrument.gain_db.clamp(-64, 64) as i8 as u8;
    vec![
        instrument.base_note,
        instrument.detune_cents as u8,
        gain,
        instrument.low_note,
        instrument.high_note,
        instrument.low_velocity,
        instrument.high_velocity,
    ]
}
