//! Comparisons: lined up, matched in loudness, switched without a click or an allocation.

use crate::support::*;
use balanced_dsp::{PlanarBuffer, StreamFormat};
use balanced_mastering::{
    AbSwitch, Audition, ChainSpec, EqPhase, EqSpec, GainSpec, Listen, LoudnessMatch, ProcessorSpec, Step, StereoSpec,
};
use balanced_testkit::allocations::count;

const RATE_HZ: f64 = 48_000.0;

fn format() -> StreamFormat {
    StreamFormat::new(RATE_HZ, 2)
}

/// A gain that comes 20 ms late.
fn late_gain(gain_db: f64) -> ChainSpec {
    let late = EqSpec { phase: EqPhase::Linear, linear_phase_latency_ms: 20.0, ..EqSpec::default() };
    ChainSpec::new("", [ProcessorSpec::Eq(late), ProcessorSpec::Gain(GainSpec { gain_db })])
}

fn play(audition: &mut Audition, input: &PlanarBuffer, block_frames: usize) -> PlanarBuffer {
    let mut audio = input.clone();
    let frames = audio.frames();
    let mut block = audio.block_mut();
    for start in (0..frames).step_by(block_frames) {
        audition.process(&mut block.slice_mut(start..(start + block_frames).min(frames)));
    }
    audio
}

#[test]
fn the_original_comes_as_late_as_the_chain_and_bit_exact() {
    let input = programme(&format(), 20_000, 0.5);
    let mut audition = Audition::build(&late_gain(6.0), &format()).unwrap();
    audition.switch_mut().listen(Listen::Original);
    audition.reset();
    let output = play(&mut audition, &input, 700);
    let latency = audition.latency_frames();
    assert_eq!(latency, 960);
    for channel in 0..2 {
        assert_eq!(output.channel(channel)[latency..], input.channel(channel)[..20_000 - latency]);
    }
}

#[test]
fn unmatched_the_processed_signal_is_the_chain_to_the_bit() {
    let input = programme(&format(), 20_000, 0.5);
    let spec = ChainSpec::preset("warm").unwrap();
    let mut chain = balanced_mastering::Chain::build(&spec, &format()).unwrap();
    let mut expected = input.clone();
    chain.process(&mut expected.block_mut());
    let mut audition = Audition::build(&spec, &format()).unwrap();
    assert_same(&play(&mut audition, &input, 700), &expected, "an unmatched audition");
}

/// Matched by the meters or by a given difference, both sides are as loud as the softer one; nothing is turned up.
#[test]
fn the_louder_side_is_turned_down_to_the_softer_one() {
    let input = programme(&format(), 480_000, 0.2);
    for (gain_db, how) in [
        (9.0, LoudnessMatch::Running),
        (-5.0, LoudnessMatch::Running),
        (9.0, LoudnessMatch::Given(9.0)),
        (-5.0, LoudnessMatch::Given(-5.0)),
    ] {
        for listen in [Listen::Original, Listen::Processed] {
            let mut audition = Audition::build(&late_gain(gain_db), &format()).unwrap();
            audition.switch_mut().match_loudness(how);
            audition.switch_mut().listen(listen);
            let output = play(&mut audition, &input, 512);
            let measured = audition.switch_mut().difference_lu().unwrap();
            assert!((measured - gain_db).abs() < 0.1, "{measured} LU is not {gain_db}");
            let change_db = 20.0 * (rms(&output.channel(0)[240_000..]) / rms(&input.channel(0)[240_000..])).log10();
            assert!((change_db - gain_db.min(0.0)).abs() < 0.1, "{gain_db} {how:?} {listen:?}: {change_db} dB");
            assert!(audition.switch_mut().gains_db().iter().all(|gain| *gain <= 0.0));
        }
    }
}

/// Matched in loudness, the difference of a mere gain is nothing.
#[test]
fn the_difference_of_a_gain_is_silence() {
    let input = programme(&format(), 480_000, 0.2);
    let mut audition = Audition::build(&late_gain(6.0), &format()).unwrap();
    audition.switch_mut().match_loudness(LoudnessMatch::Given(6.0));
    audition.switch_mut().listen(Listen::Difference);
    let output = play(&mut audition, &input, 512);
    let left_db = 20.0 * (rms(&output.channel(0)[240_000..]) / rms(&input.channel(0)[240_000..])).log10();
    assert!(left_db < -100.0, "{left_db} dB");
}

/// Crossovers at rest shift the phase of what passes them, which is nothing that the chain changed.
#[test]
fn the_difference_of_crossovers_at_rest_is_silence() {
    let input = programme(&format(), 96_000, 0.5);
    let multiband = || {
        let mut spec = ProcessorSpec::default_of("multiband").unwrap();
        if let ProcessorSpec::Multiband(multiband) = &mut spec {
            multiband.bands.iter_mut().for_each(|band| band.ratio = 1.0);
        }
        spec
    };
    let stereo = ProcessorSpec::Stereo(StereoSpec {
        crossovers_hz: vec![300.0, 3000.0],
        widths_percent: vec![100.0; 3],
        ..StereoSpec::default()
    });
    let mut half = Step::new(multiband());
    half.mix = 0.5; // the dry share is turned too, by filters of its own
    let mut off = Step::new(multiband());
    off.bypass = true;
    let spec = ChainSpec::new("", [Step::new(multiband()), half, off, Step::new(stereo)]);
    let mut audition = Audition::build(&spec, &format()).unwrap();
    audition.switch_mut().listen(Listen::Difference);
    audition.reset();
    let output = play(&mut audition, &input, 480);
    for channel in 0..2 {
        let left_db = 20.0 * (rms(output.channel(channel)) / rms(input.channel(channel))).log10();
        assert!(left_db < -100.0, "{left_db} dB");
    }
    // Heard alone, the original is still the input to the bit.
    audition.switch_mut().listen(Listen::Original);
    audition.reset();
    let output = play(&mut audition, &input, 480);
    (0..2).for_each(|channel| assert_eq!(output.channel(channel), input.channel(channel)));
}

/// The measured powers of a gain match are carried into another comparison, or over a reset: no jump in level.
#[test]
fn a_match_goes_on_where_another_stopped() {
    let input = programme(&format(), 480_000, 0.2);
    let mut first = Audition::build(&late_gain(6.0), &format()).unwrap();
    first.switch_mut().match_loudness(LoudnessMatch::Running);
    play(&mut first, &input, 512);
    let (memory, gains_db) = (first.switch_mut().memory(), first.switch_mut().gains_db());
    assert!((gains_db[1] + 6.0).abs() < 0.1, "{gains_db:?}");
    let mut second = Audition::build(&late_gain(6.0), &format()).unwrap();
    second.switch_mut().match_loudness(LoudnessMatch::Running);
    second.reset();
    assert_eq!(second.switch_mut().gains_db(), [0.0; 2]);
    second.switch_mut().recall(memory);
    let resumed_db = second.switch_mut().gains_db();
    assert!((resumed_db[1] - gains_db[1]).abs() < 0.05, "{resumed_db:?} after {gains_db:?}");
}

/// What the chain delivers is seen whatever is heard.
#[test]
fn what_is_delivered_does_not_depend_on_what_is_heard() {
    let input = programme(&format(), 20_000, 0.5);
    let spec = ChainSpec::preset("warm").unwrap();
    let mut expected = input.clone();
    balanced_mastering::Chain::build(&spec, &format()).unwrap().process(&mut expected.block_mut());
    for listen in [Listen::Processed, Listen::Original, Listen::Difference] {
        let mut audition = Audition::build(&spec, &format()).unwrap();
        audition.switch_mut().listen(listen);
        audition.switch_mut().match_loudness(LoudnessMatch::Running);
        audition.reset();
        let mut audio = input.clone();
        let mut seen = vec![Vec::new(); 2];
        audition.process_with(&mut audio.block_mut(), |part| {
            seen.iter_mut().enumerate().for_each(|(channel, seen)| seen.extend_from_slice(part.channel(channel)));
        });
        assert_same(&PlanarBuffer::from_channels(&seen), &expected, "what is delivered");
    }
}

#[test]
fn switching_makes_no_click() {
    let input = sine(&format(), 192_000, 441.0, 0.2);
    let bends = |samples: &[f64]| {
        samples.windows(5).map(|w| (w[0] - 4.0 * w[1] + 6.0 * w[2] - 4.0 * w[3] + w[4]).abs()).fold(0.0, f64::max)
    };
    for how in [LoudnessMatch::Off, LoudnessMatch::Running] {
        let mut audition = Audition::build(&late_gain(-12.0), &format()).unwrap();
        let mut output = input.clone();
        let mut block = output.block_mut();
        let turns = [Listen::Original, Listen::Difference, Listen::Processed, Listen::Original];
        for (turn, listen) in turns.into_iter().enumerate() {
            audition.process(&mut block.slice_mut(turn * 48_000..(turn + 1) * 48_000));
            audition.switch_mut().listen(listen);
            audition.switch_mut().match_loudness(if turn == 1 { how } else { LoudnessMatch::Off });
        }
        let samples = output.channel(0);
        let steady = bends(&input.channel(0)[10_000..]);
        assert!(bends(&samples[2_000..]) < 2.0 * steady + 5e-5, "{how:?}: {:e} {steady:e}", bends(&samples[2_000..]));
    }
}

#[test]
fn nothing_depends_on_blocks_and_nothing_allocates() {
    let input = programme(&format(), 60_000, 0.5);
    let run = |block_frames| {
        let mut audition = Audition::build(&ChainSpec::preset("loud").unwrap(), &format()).unwrap();
        audition.switch_mut().match_loudness(LoudnessMatch::Running);
        play(&mut audition, &input, block_frames)
    };
    let whole = run(60_000);
    assert_same(&run(37), &whole, "blocks of 37");
    let mut audition = Audition::build(&ChainSpec::preset("loud").unwrap(), &format()).unwrap();
    let mut audio = input.clone();
    let calls = count(|| {
        audition.process(&mut audio.block_mut());
        audition.switch_mut().listen(Listen::Difference);
        audition.switch_mut().match_loudness(LoudnessMatch::Running);
        audition.process(&mut audio.block_mut());
        let _ = (audition.switch_mut().difference_lu(), audition.switch_mut().gains_db());
        audition.reset();
    });
    assert_eq!(calls, 0);
}

#[test]
fn two_signals_of_any_origin_can_be_compared() {
    let format = format();
    let (soft, loud) = (programme(&format, 240_000, 0.1), programme(&format, 240_000, 0.4));
    let mut switch = AbSwitch::new(&format);
    switch.match_loudness(LoudnessMatch::Running);
    let mut heard = loud.clone();
    switch.process(soft.block(), &mut heard.block_mut());
    assert!((switch.difference_lu().unwrap() - 12.04).abs() < 0.01);
    assert!((rms(&heard.channel(0)[200_000..]) / rms(&soft.channel(0)[200_000..]) - 1.0).abs() < 0.02);
}
