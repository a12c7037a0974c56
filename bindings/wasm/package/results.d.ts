// Types of results, written by generate_types.py from the JSON Schemas in crates/balanced/schemas.

/** Result of analysing one file. */
export interface Analysis {
  /** Faults found, the worst first. */
  defects?: Defect[] | null;
  /** Dynamics. */
  dynamics?: Dynamics | null;
  /** Musical key. */
  key?: Key | null;
  /** Loudness and peaks. */
  loudness?: Loudness | null;
  /** Metadata of the file; absent if it has none. */
  metadata?: Metadata | null;
  /** Program, settings and networks that measured it. */
  provenance: Provenance;
  /** Why a value is `null` or empty, by its path (`tempo.bpm`); what has a value has no entry. */
  reasons?: Record<string, string>;
  /** Version of this result tree. */
  schema_version: number;
  /** Audio that was measured. */
  source: Source;
  /** Spectral shape. */
  spectrum?: Spectrum | null;
  /** Stereo image. */
  stereo?: Stereo | null;
  /** Genre, mood, instruments, voice. */
  tags?: Tags | null;
  /** Tempo and beats. */
  tempo?: Tempo | null;
}

/** Level of each region relative to the whole. */
export interface Bands {
  /** 10-20 kHz. */
  air?: number | null;
  /** 5-10 kHz. */
  high?: number | null;
  /** 2-5 kHz. */
  high_mid?: number | null;
  /** 60-200 Hz. */
  low?: number | null;
  /** 200-500 Hz. */
  low_mid?: number | null;
  /** 500-2000 Hz. */
  mid?: number | null;
  /** 20-60 Hz. */
  sub?: number | null;
}

/** Bytes that results show by length and hash only. */
export interface Binary {
  /** Length in bytes. */
  bytes: number;
  /** SHA-256 of the bytes, lower-case hex. */
  sha256: string;
}

/** One branch of a parallel step: a row of steps and its level in the sum. */
export interface Branch {
  /** Level of the branch in the sum. */
  gain_db?: number;
  /** Mutes the branch. */
  mute?: boolean;
  /** Name of the branch. */
  name?: string;
  /** Solo: only this branch is heard, with others that have it on. */
  solo?: boolean;
  /** The steps, in order; without any the branch passes its share unchanged. */
  steps?: Step[];
}

/** Broadcast extension of a file (`bext` chunk, EBU Tech 3285 version 2). */
export interface Broadcast {
  /** Coding history (EBU R 98), one line for each step. */
  coding_history?: string;
  /** Description of the sequence, at most 256 bytes. */
  description?: string;
  /** Loudness that the file declares; `null` if it declares none. */
  loudness?: DeclaredLoudness | null;
  /** Date of creation, `yyyy-mm-dd`. */
  origination_date?: string;
  /** Time of creation, `hh:mm:ss`. */
  origination_time?: string;
  /** Name of the originator, at most 32 bytes. */
  originator?: string;
  /** Reference that the originator gave, at most 32 bytes. */
  originator_reference?: string;
  /** Time reference: frames from midnight to the first frame of the file. */
  time_reference_frames?: number;
  /** Unique material identifier (SMPTE ST 330) in hex, 32 or 64 bytes; `null` if it is not set. */
  umid?: string | null;
}

/** A mastering chain as data: steps with their settings, saved as TOML or JSON. */
export interface ChainSpec {
  /** Loudness in LUFS (-60 to 0) that the chain's thresholds are made for; a file is brought to it before it is rendered. A running [`Chain`](super::Chain) does not change the level of its input. */
  input_lufs?: number | null;
  /** Name of the chain. */
  name?: string;
  /** The steps, in the order the audio passes them. */
  steps?: Step[];
  /** Version of the format; the current one if absent. */
  version?: number;
}

/** The channel a fault is in: its index from 0, or `null` for all of them. */
export type Channel = number | null;

/** Result of checking one file against a profile. */
export interface CheckResult {
  /** The file, as the user named it; `null` for audio from memory. */
  input?: string | null;
  /** Whether every rule of level `fail` is kept. */
  passed: boolean;
  /** Name of the profile. */
  profile: string;
  /** Result of every rule, in the profile's order. */
  results: RuleResult[];
}

/** Run of consecutive samples at full scale. */
export interface ClippedRun {
  /** Channel, from 0. */
  channel: number;
  /** Number of samples. */
  samples: number;
  /** Time of its first sample. */
  start_s: number;
}

/** How the front pair is compressed. */
export type CompressorChannels = "stereo" | "mid_side" | "mid" | "side";

/** Correlation of left and right in overlapping windows. */
export interface CorrelationCurve {
  /** Correlation; `null` where the window is silent. */
  correlation: (number | null)[];
  /** Time from one value to the next; the first window ends one hop after the start. */
  hop_s: number;
  /** Length of a window. */
  window_s: number;
}

/** Phase of the crossovers. */
export type CrossoverType = "minimum" | "linear";

/** Alignment of a cut. */
export type CutAlignment = "butterworth" | "linkwitz_riley";

/** Loudness that a broadcast extension declares, in hundredths. */
export interface DeclaredLoudness {
  /** Integrated loudness. */
  integrated_lufs?: number | null;
  /** Highest momentary loudness. */
  max_momentary_lufs?: number | null;
  /** Highest short-term loudness. */
  max_short_term_lufs?: number | null;
  /** Highest true peak. */
  max_true_peak_dbtp?: number | null;
  /** Loudness range. */
  range_lu?: number | null;
}

/** One fault found in the audio. */
export interface Defect {
  /** Affected channel, or all channels. */
  channel: Channel;
  /** End of the affected range. */
  end_s: number;
  /** Measured values behind it, by unit-suffixed name. */
  evidence: Record<string, number>;
  /** Kind of fault. */
  kind: DefectKind;
  /** Explanation in one sentence, for a musician. */
  message: string;
  /** Severity. */
  severity: Severity;
  /** Start of the affected range. */
  start_s: number;
}

/** Kinds of fault. */
export type DefectKind = "clipping" | "inter_sample_overs" | "dc_offset" | "clicks" | "dropout" | "digital_silence" | "hum" | "cut_start" | "cut_end" | "leading_silence" | "trailing_silence" | "phase_inversion" | "channel_imbalance" | "dead_channel" | "noise_floor" | "noisy_intro" | "noisy_end" | "resonance" | "sibilance" | "not_finite" | "padded_bit_depth" | "upsampled" | "lossy_transcode" | "over_limiting" | "mono_as_stereo" | "channel_swap" | "fade_in" | "fade_out";

/** Level measure of a detector. */
export type Detector = "peak" | "rms" | "true_rms";

/** Kind of dither noise. */
export type DitherNoise = "tpdf" | "tpdf_high_pass" | "noise_shaped" | "noise_shaped_strong" | "none";

/** One band of the dynamic equaliser. All channels it acts on share its gain. */
export interface DynamicEqBand {
  /** Time constant while the level rises. */
  attack_ms?: number;
  /** Recovers slowly from sustained gain change and fast from short peaks. */
  auto_release?: boolean;
  /** Channels that the band hears and acts on. */
  channels?: EqChannels;
  /** Switches the band on. */
  enabled?: boolean;
  /** Centre of a bell, corner of a shelf. */
  frequency_hz?: number;
  /** Shape of the band. */
  kind?: DynamicEqKind;
  /** Width of the soft knee around the threshold. */
  knee_db?: number;
  /** Direction of the gain change beyond the threshold. */
  mode?: DynamicsMode;
  /** Quality factor: centre frequency over bandwidth. */
  q?: number;
  /** Greatest gain change. */
  range_db?: number;
  /** Input change over output change, or its inverse for expansion. */
  ratio?: number;
  /** Time constant while the level falls. */
  release_ms?: number;
  /** Peak level within the band beyond which its gain changes. */
  threshold_db?: number;
}

/** Shape of a dynamic band. */
export type DynamicEqKind = "bell" | "low_shelf" | "high_shelf";

/** Dynamic range and crest measures. */
export interface Dynamics {
  /** Crest of each band, lowest first, one more than there are borders. */
  band_crest_db: (number | null)[];
  /** Borders of the bands of `band_crest_db`, crossed over at 12 dB per octave. */
  band_edges_hz: number[];
  /** Sample peak over RMS. */
  crest_db?: number | null;
  /** Crest of each channel. */
  crest_per_channel_db: (number | null)[];
  /** "DR" of the Pleasurize Music Foundation (TT meter, Algorithmix 2009), mean over channels, not rounded; `null` below two blocks of 3 s. */
  dr?: number | null;
  /** DR of each channel. */
  dr_per_channel: (number | null)[];
  /** Loudness of the loudest section less that of the quietest, fades and pauses aside; `null` with fewer than two. */
  macro_dynamics_lu?: number | null;
  /** RMS of the quietest 100 ms that are not digital silence (their first percentile). */
  noise_floor_dbfs?: number | null;
  /** Change of the peaks by trial equalisers, which tells of an equaliser behind a limiter; empty below 5 s of sound and at rates under 30 kHz. */
  peak_trials?: PeakTrial[];
  /** RMS of all channels; a full-scale sine reads -3.01. */
  rms_dbfs?: number | null;
  /** RMS of each channel. */
  rms_per_channel_dbfs: (number | null)[];
  /** Sections of steady loudness. */
  sections: LoudnessSection[];
}

/** Direction of the gain change beyond the threshold. */
export type DynamicsMode = "compress" | "expand" | "upward_compress" | "upward_expand";

/** One band of the equaliser. */
export interface EqBand {
  /** Alignment of cuts. */
  alignment?: CutAlignment;
  /** Channels that the band acts on. */
  channels?: EqChannels;
  /** Switches the band on. */
  enabled?: boolean;
  /** Centre of a bell, notch or band-pass, half-gain point of a shelf, pivot of a tilt, corner of a cut. */
  frequency_hz?: number;
  /** Boost or cut; a tilt has it far above its pivot and its negative far below; cuts and notches have none. */
  gain_db?: number;
  /** Shape of the band. */
  kind?: EqBandKind;
  /** Quality factor: centre frequency over bandwidth, up to 2 for shelves; scales the sharpest section of a Butterworth cut (0.707 leaves it). */
  q?: number;
  /** Slope of cuts, and 6 or 12 for shelves. */
  slope_db_per_octave?: number;
}

/** Shape of a band. */
export type EqBandKind = "bell" | "low_shelf" | "high_shelf" | "tilt" | "low_cut" | "high_cut" | "notch" | "band_pass";

/** Channels that a band acts on. */
export type EqChannels = "stereo" | "left" | "right" | "mid" | "side";

/** Phase of the whole equaliser. */
export type EqPhase = "minimum" | "linear";

/** Level and peaks after the chain, estimated from the measurements; rendering decides. */
export interface Expected {
  /** Whether the target can be reached within the limiting it allows; `null` when the loudness is unknown. */
  feasible?: boolean | null;
  /** Gain before the limiter. */
  gain_db?: number | null;
  /** Integrated loudness. */
  integrated_lufs?: number | null;
  /** How much loudness the limiter takes from the loudest moments, to compare with the target's `max_limiting_db`. */
  limiting_db?: number | null;
  /** Further remark, in one sentence. */
  note?: string | null;
  /** Gain reduction of the highest peak. */
  peak_limiting_db?: number | null;
  /** Highest true peak. */
  true_peak_dbtp?: number | null;
}

/** One finding about a track, with regard to a target. */
export interface Finding {
  /** Advice: what to do about it in the mix. */
  advice: string;
  /** Confidence, 0 to 1. */
  confidence: number;
  /** What the recommended chain does about it; absent where it does nothing. */
  done_here?: string | null;
  /** Measured values behind it, by unit-suffixed name. */
  evidence: Record<string, number>;
  /** Kind of finding. */
  kind: FindingKind;
  /** Explanation in one sentence, for a musician. */
  message: string;
  /** What the written master measures; absent before there is one. */
  outcome?: Outcome | null;
  /** Start and end of the affected range in seconds; `null` for the whole track. */
  range_s?: number[] | null;
  /** Severity. */
  severity: Severity;
}

/** Kind of finding: an observation of the assistant, or a fault that the analysis found. */
export type FindingKind = Observation | DefectKind;

/** Number of labels that a track has. */
export type HeadKind = "one_label" | "any_labels";

/** Label of a head with its probability. */
export interface HeadTag {
  /** Name of the label. */
  label: string;
  /** Probability, calibrated on held-out tracks of the training; it holds for music like those, mixed as those. */
  probability: number;
}

/** Reading of one track by a head. */
export interface HeadTags {
  /** Number of labels that a track has. */
  kind: HeadKind;
  /** Labels, the likeliest first. */
  labels: HeadTag[];
  /** Name of the head. */
  name: string;
}

/** How a sampler plays a file: root note, tuning and ranges. */
export interface Instrument {
  /** MIDI note at which the file is played at its own pitch, 0 to 127. */
  base_note?: number;
  /** Tuning above that note in cents. */
  detune_cents?: number;
  /** Gain in decibels. */
  gain_db?: number;
  /** Highest MIDI note. */
  high_note?: number;
  /** Highest MIDI velocity. */
  high_velocity?: number;
  /** Lowest MIDI note. */
  low_note?: number;
  /** Lowest MIDI velocity. */
  low_velocity?: number;
}

/** Global key. */
export interface Key {
  /** Camelot wheel name, such as `12A`. */
  camelot?: string | null;
  /** Readings with their share of the evidence, best first. */
  candidates: KeyCandidate[];
  /** Share of the evidence that speaks for this key rather than another, 0 to 1. */
  confidence: number;
  /** Major or minor. */
  mode?: KeyMode | null;
  /** Such as `C# minor`; `null` when nothing tonal is found. */
  name?: string | null;
  /** Open Key name, such as `5m`. */
  open_key?: string | null;
  /** Key over time, without gaps; a single segment if it does not change. */
  segments?: KeySegment[];
  /** Such as `C#`. */
  tonic?: string | null;
  /** Frequency of A4 that the music is tuned to. */
  tuning_hz?: number | null;
}

/** One reading of the key. */
export interface KeyCandidate {
  /** Such as `E minor`. */
  name: string;
  /** Share of the evidence. */
  weight: number;
}

/** Mode of a key. */
export type KeyMode = "major" | "minor";

/** A stretch of the track in one key. */
export interface KeySegment {
  /** Camelot wheel name. */
  camelot: string;
  /** Share of this stretch's evidence that speaks for it. */
  confidence: number;
  /** End, in seconds. */
  end_s: number;
  /** Such as `E minor`. */
  name: string;
  /** Start, in seconds. */
  start_s: number;
}

/** Consequence of breaking a rule. */
export type Level = "fail" | "warn";

/** How the gain of the limiter recovers between peaks. */
export type LimiterStyle = "transparent" | "punchy" | "loud";

/** Direction of a loop. */
export type LoopDirection = "forward" | "alternating" | "backward";

/** Loudness by ITU-R BS.1770-5, EBU Tech 3341 and 3342; peaks by BS.1770-5 Annex 2 or better. */
export interface Loudness {
  /** Number of runs of three or more samples of one sign at full scale (the largest 16-bit value or above). */
  clipped_run_count: number;
  /** The first 1000 clipped runs, in order of time. */
  clipped_runs: ClippedRun[];
  /** Loudness over time. */
  curve: LoudnessCurve;
  /** Distribution of loudness over the programme. */
  histogram: LoudnessHistogram;
  /** Integrated, gated loudness (BS.1770-5); `null` when nothing passes the gate. */
  integrated_lufs?: number | null;
  /** Highest momentary loudness: 400 ms windows, every 10 ms. */
  max_momentary_lufs?: number | null;
  /** Highest short-term loudness: 3 s windows, every 10 ms. */
  max_short_term_lufs?: number | null;
  /** Lowest ratio of the true peak of 3 s to the loudness of the same 3 s, where that is at most 20 LU below the absolute-gated level (the gate of loudness range), so that fades and pauses do not count. */
  min_psr_db?: number | null;
  /** Gain of each service's loudness normalisation. */
  platforms: PlatformGain[];
  /** Peak to loudness ratio: true peak less integrated loudness. */
  plr_db?: number | null;
  /** Loudness range (EBU Tech 3342); `null` below 3 s. Tech 3342 calls it unstable below 60 s. */
  range_lu?: number | null;
  /** Relative gate that integrated loudness used: 10 LU below the absolute-gated level. */
  relative_gate_lufs?: number | null;
  /** ReplayGain 2.0 track gain: -18 LUFS less integrated loudness. */
  replay_gain_db?: number | null;
  /** Highest sample of any channel. */
  sample_peak_dbfs?: number | null;
  /** Highest sample of each channel. */
  sample_peak_per_channel_dbfs: (number | null)[];
  /** Time of that peak. */
  true_peak_at_s?: number | null;
  /** Highest true peak of any channel. */
  true_peak_dbtp?: number | null;
  /** Time ranges with true peaks above full scale, in order of time; at most 1000. */
  true_peak_overs: TruePeakOver[];
  /** Time of each channel's true peak. */
  true_peak_per_channel_at_s: (number | null)[];
  /** True peak of each channel. */
  true_peak_per_channel_dbtp: (number | null)[];
}

/** Momentary and short-term loudness over time; `null` while a window is not full or holds silence. Values are rounded to 0.001. */
export interface LoudnessCurve {
  /** Distance between points; point `i` is the window that ends at `(i + 1) * hop_s`. */
  hop_s: number;
  /** 400 ms windows. */
  momentary_lufs: (number | null)[];
  /** Peak to short-term loudness ratio: true peak of 3 s less their loudness. */
  psr_db: (number | null)[];
  /** 3 s windows. */
  short_term_lufs: (number | null)[];
  /** True peak of each hop, highest channel. */
  true_peak_dbtp: (number | null)[];
}

/** Shares of time by loudness, in steps of 1 LU; windows below -70 LUFS are left out. */
export interface LoudnessHistogram {
  /** Lower edge of the first step; `null` when every window is below -70 LUFS. */
  from_lufs?: number | null;
  /** Share of the momentary windows in each step; sums to 1. */
  momentary_share: number[];
  /** Share of the short-term windows in each step; sums to 1. */
  short_term_share: number[];
}

/** A stretch of steady loudness. */
export interface LoudnessSection {
  /** Sample peak over RMS within. */
  crest_db?: number | null;
  /** End. */
  end_s: number;
  /** Loudness, ungated. */
  loudness_lufs?: number | null;
  /** Start. */
  start_s: number;
}

/** Band levels of the long-term average spectrum: mean square over programme and channels, a full-scale sine reads -3.01 dB. */
export interface Ltas {
  /** Centre frequencies. */
  center_hz: number[];
  /** Mean level in the band; `null` where the band is digital silence. */
  level_db: (number | null)[];
}

/** Marker, or region if it has a length. */
export interface Marker {
  /** Name. */
  label?: string;
  /** Length of a region in frames; `null` for a point. */
  length_frames?: number | null;
  /** Longer note; empty if there is none. */
  note?: string;
  /** Position in frames from the start of the file. */
  position_frames?: number;
}

/** Metadata that a file carries beside its audio. Every position counts frames of the file that it was read from. */
export interface Metadata {
  /** Title of the album. */
  album?: string | null;
  /** Artists of the album. */
  album_artists?: string[];
  /** Artists of the track, the main one first. */
  artists?: string[];
  /** XML document of the `axml` chunk (EBU Tech 3285 supplement 5), such as an Audio Definition Model. */
  axml?: Binary | null;
  /** Broadcast extension (EBU Tech 3285). */
  broadcast?: Broadcast | null;
  /** Table of the `chna` chunk (ITU-R BS.2088), which ties tracks to an Audio Definition Model. */
  chna?: Binary | null;
  /** Comments. */
  comments?: string[];
  /** Date of the recording or release as the file has it: a year, or ISO 8601. */
  date?: string | null;
  /** Number of the disc, counted from 1. */
  disc_number?: number | null;
  /** Number of discs. */
  disc_total?: number | null;
  /** Genres as the file names them. */
  genres?: string[];
  /** How a sampler plays the file. */
  instrument?: Instrument | null;
  /** International Standard Recording Code (ISO 3901), twelve characters without hyphens where it is well formed. */
  isrc?: string | null;
  /** iXML document (production data of recorders and workstations). */
  ixml?: string | null;
  /** Loops of a sampler. */
  loops?: SampleLoop[];
  /** Markers and regions (cue points), by position. */
  markers?: Marker[];
  /** Every other text field by its Vorbis comment name, in capitals (`COMPOSER`, `COPYRIGHT` …). */
  other?: Record<string, string[]>;
  /** Pictures, such as cover art. */
  pictures?: Picture[];
  /** Title of the track. */
  title?: string | null;
  /** Number of the track on its disc, counted from 1. */
  track_number?: number | null;
  /** Number of tracks on the disc. */
  track_total?: number | null;
  /** Names of what the file holds beside this and was not read (`chunk acid`, `frame GEOB` …). */
  unread?: string[];
  /** Universal Product Code or European Article Number of the release. */
  upc?: string | null;
}

/** Neural network that contributed to the result. */
export interface ModelUsed {
  /** Name, such as `MSD_musicnn`. */
  name: string;
  /** SHA-256 of the model file, lower-case hex. */
  sha256: string;
}

/** One band of the multiband dynamics. All channels share its gain. */
export interface MultibandBand {
  /** Time constant while the level rises. */
  attack_ms?: number;
  /** Recovers slowly from sustained gain change and fast from short peaks. */
  auto_release?: boolean;
  /** Switches the band's dynamics on; the band itself is heard either way. */
  enabled?: boolean;
  /** Output level of the band. */
  gain_db?: number;
  /** Width of the soft knee around the threshold. */
  knee_db?: number;
  /** Direction of the gain change beyond the threshold. */
  mode?: DynamicsMode;
  /** Greatest gain change. */
  range_db?: number;
  /** Input change over output change, or its inverse for expansion. */
  ratio?: number;
  /** Time constant while the level falls. */
  release_ms?: number;
  /** Solo: only this band is heard, with others that have it on. */
  solo?: boolean;
  /** Peak level of the band beyond which its gain changes. */
  threshold_db?: number;
}

/** Observation of the assistant in the measurements. */
export type Observation = "no_loudness" | "below_target" | "above_target" | "peaks_over_ceiling" | "heavy_limiting" | "over_limited" | "wide_dynamics" | "sub_rumble" | "heavy_bass" | "thin" | "mud" | "honk" | "harshness" | "brightness" | "dullness" | "out_of_phase" | "out_of_phase_moment" | "too_wide" | "narrow" | "wide_bass" | "antiphase_bass" | "imbalance" | "mono_loss" | "one_channel" | "absurd_level" | "reference_tone" | "reference_loudness" | "reference_dynamics" | "reference_width";

/** What became of a finding in the master. */
export interface Outcome {
  /** That measurement in the master; `null` where the fault is no longer found and has no value then. */
  after?: number | null;
  /** That measurement in the mix. */
  before?: number | null;
  /** Name of the measurement that shows it, with its unit, such as `balance_db`; `null` where none shows it. */
  measure?: string | null;
  /** Remark, such as why nothing was done; `null` where there is none. */
  note?: string | null;
  /** How far it was put right. */
  status: Status;
}

/** Change of the peaks and the energy by one trial equaliser, over blocks of 50 ms spread over the programme. */
export interface PeakTrial {
  /** Change of the energy. */
  energy_change_db: number;
  /** Shape of the equaliser. */
  filter: TrialFilter;
  /** Its centre or corner. */
  frequency_hz: number;
  /** Its gain. */
  gain_db: number;
  /** Change of the largest peak of the blocks and of their 98th, 90th and 50th percentile. */
  peak_change_db: number[];
  /** Its quality. */
  q: number;
}

/** Picture of a file. */
export interface Picture {
  /** The picture itself, by length and hash. */
  content: Binary;
  /** Description; empty if there is none. */
  description: string;
  /** Type of the picture: `front cover`, `back cover`, `artist` … (the types of ID3v2 and FLAC), or a number above 20. */
  kind: string;
  /** Media type, such as `image/jpeg`. */
  media_type: string;
}

/** Effect of one service's loudness normalisation. */
export interface PlatformGain {
  /** Gain that the service applies; `null` when the loudness is unknown. */
  gain_db?: number | null;
  /** Service and mode, such as `spotify_normal`. */
  name: string;
  /** Whether the service itself publishes the rule; otherwise it is what others report of it. */
  published: boolean;
  /** Target loudness of the service. */
  target_lufs: number;
  /** Whether the full gain to the target would push the true peak over the service's ceiling, so that the service limits or turns up less. */
  would_limit: boolean;
}

/** Program, settings and networks that measured a result. */
export interface Provenance {
  /** Version of this program. */
  balanced_version: string;
  /** SHA-256 of the configuration, lower-case hex: equal hashes mean equal settings. */
  config_hash: string;
  /** Elapsed (wall-clock) time of the analysis. */
  elapsed_s: number;
  /** Networks used, if any. */
  models: ModelUsed[];
}

/** Reason for one step of the chain. */
export interface Reason {
  /** Index of the step in the chain. */
  step: number;
  /** Reason in one sentence, for a musician. */
  text: string;
}

/** Findings about a track, and the chain that brings it to a target. */
export interface Recommendation {
  /** Chain that acts on the findings. */
  chain: ChainSpec;
  /** Estimated level and peaks after the chain. */
  expected: Expected;
  /** Findings, most important first. */
  findings: Finding[];
  /** Reasons for its steps. */
  reasons: Reason[];
  /** Source of the track. */
  source: Source;
  /** Target. */
  target: Target;
}

/** Result of one rule for one file. */
export interface RuleResult {
  /** Allowed values, in words. */
  allowed: string;
  /** The rule's name. */
  id: string;
  /** Consequence of breaking it. */
  level: Level;
  /** Explanation in one sentence. */
  message: string;
  /** Whether it is kept. */
  passed: boolean;
  /** Reason why the value is unknown, if it is. */
  unknown?: string | null;
  /** Measured value, or the number of defects for a defect rule; `null` if unknown. */
  value: unknown;
}

/** Loop of a sampler. */
export interface SampleLoop {
  /** Direction in which it is played. */
  direction: LoopDirection;
  /** Frame after the last one. */
  end_frame: number;
  /** Number of times it is played; `null` for as long as the note is held. */
  plays?: number | null;
  /** First frame. */
  start_frame: number;
}

/** Character of the saturation. */
export type SaturationCurve = "tube" | "tape" | "transformer" | "soft_clip";

/** Severity of a fault. */
export type Severity = "info" | "minor" | "major" | "critical";

/** Measures of the sound by formula, 0 to 1; `null` where they make no sense. None depends on the track's level. */
export interface SoundMeasures {
  /** Rise of the bands' level from frame to frame, 2.5 dB being 1. */
  activity?: number | null;
  /** Mean of activity and brightness, a stand-in for felt arousal. */
  arousal_proxy?: number | null;
  /** Share of the magnitude spectrum above 1.5 kHz, up to 8 kHz. */
  brightness?: number | null;
  /** Mean of activity and fullness. */
  energy?: number | null;
  /** Spectral flatness, -30 dB being 0 and 0 dB being 1. */
  fullness?: number | null;
  /** How regular the onsets are: height of their autocorrelation's highest peak from 40 to 240 a minute. */
  pulse_clarity?: number | null;
}

/** The audio that was measured. */
export interface Source {
  /** Bit depth that the file declares; `null` for lossy codecs. */
  bit_depth?: number | null;
  /** Name of the channel layout. */
  channel_layout: string;
  /** Number of channels. */
  channels: number;
  /** Codec, such as `pcm_s24le`, `flac`, `mp3`. */
  codec: string;
  /** Container, such as `wav`, `rf64`, `aiff`, `flac`. */
  container: string;
  /** Length in seconds. */
  duration_s: number;
  /** Effective bit depth: trailing bits that are zero in every sample are not counted. */
  effective_bit_depth?: number | null;
  /** Frames decoded. */
  frames: number;
  /** Irregularities of the file and how it was read (a wrong data size, a truncated end …). */
  notes: string[];
  /** Path as the user gave it; `null` for audio from memory. */
  path?: string | null;
  /** Sample rate. */
  sample_rate_hz: number;
  /** SHA-256 of the file's bytes, lower-case hex; `null` for audio from arrays. */
  sha256?: string | null;
}

/** Spectrogram: levels over time and frequency, in at most 768 columns for any length. */
export interface Spectrogram {
  /** Number of bands. */
  bands: number;
  /** Bands per octave. */
  bands_per_octave: number;
  /** Duration of one column. */
  column_s: number;
  /** Number of columns. */
  columns: number;
  /** A value for each cell, 255 for the loudest, 0 for `range_db` or more below it, even steps between; the lowest band's columns first. */
  levels: number[];
  /** Lower edge of the lowest band; each next band is `1 / bands_per_octave` of an octave higher. */
  low_hz: number;
  /** How far below the loudest cell the value 0 lies. */
  range_db: number;
  /** Level of the loudest cell: mean square within band and column, a full-scale sine reads -3.01 dB. */
  top_db: number;
}

/** Long-term spectral measures, energy-weighted over the programme. */
export interface Spectrum {
  /** Level of each region relative to all of them together. */
  bands: Bands;
  /** Spread around the centroid, mean over frames. */
  bandwidth_hz?: number | null;
  /** Frequency at which the spectrum ends in a wall; `null` where it rolls off by nature or reaches the Nyquist frequency. */
  bandwidth_limit_hz?: number | null;
  /** Centre of gravity of the magnitude spectrum, mean over frames. */
  centroid_hz?: number | null;
  /** Strongest over weakest 2 % of bins in 0-200 Hz and the octaves above, mean over frames. */
  contrast_db: number[];
  /** Geometric over arithmetic mean of power, 0 (tone) to 1 (white noise), mean over frames. */
  flatness?: number | null;
  /** Distance of successive spectra of unit length, 0 (steady) to 1.41, mean over frames. */
  flux?: number | null;
  /** Long-term average spectrum in third-octave bands. */
  ltas: Ltas;
  /** Long-term average spectrum in twelfth-octave bands. */
  ltas_twelfth: Ltas;
  /** Mean of the first 20 MFCCs; empty if nothing sounds. */
  mfcc_mean: number[];
  /** Frequency below which 85 % of the magnitude lies, mean over frames. */
  rolloff85_hz?: number | null;
  /** Spectrogram for the report; absent unless the configuration requests it, and for silence. */
  spectrogram?: Spectrogram | null;
  /** Slope of the long-term spectrum from 100 Hz to 10 kHz. */
  tilt_db_per_octave?: number | null;
}

/** How a parallel step splits the audio between its branches. */
export type Split = "whole" | "mid_side" | "bands";

/** How far a finding was put right. */
export type Status = "cured" | "improved" | "left" | "refused";

/** Settings of any processor; `kind` names the processor in files. */
export type Step = {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Level change. */
  gain_db?: number;
  kind: "gain";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
} | {
  /** The bands, in the order the audio passes them. */
  bands?: EqBand[];
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "eq";
  /** Latency of linear phase; longer resolves lower and narrower bands. */
  linear_phase_latency_ms?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Level change after all bands. */
  output_gain_db?: number;
  /** Minimum phase has no latency; linear phase keeps the waveform's timing. */
  phase?: EqPhase;
} | {
  /** Time constant of falling gain. */
  attack_ms?: number;
  /** Recovers slowly from sustained gain reduction and fast from short peaks. */
  auto_release?: boolean;
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Whether the front pair is compressed as left and right, as mid and side, or one of the two alone. */
  channels?: CompressorChannels;
  /** Level measure of the detector. */
  detector?: Detector;
  kind: "compressor";
  /** Width of the soft knee around the threshold. */
  knee_db?: number;
  /** How much all channels follow the one with the most gain reduction. */
  link_percent?: number;
  /** Look-ahead of the detector; this is the latency. */
  lookahead_ms?: number;
  /** Make-up gain. */
  makeup_db?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Greatest gain reduction. */
  range_db?: number;
  /** Input change over output change above the threshold. */
  ratio?: number;
  /** Time constant of recovering gain. */
  release_ms?: number;
  /** Time constant of the mean of `rms`, length of the window of `true_rms`. */
  rms_window_ms?: number;
  /** High-pass of the sidechain: the detector does not hear below this frequency; 0 is off. */
  sidechain_high_pass_hz?: number;
  /** Low-pass of the sidechain: the detector does not hear above this frequency; 0 is off. */
  sidechain_low_pass_hz?: number;
  /** Level above which gain is reduced. */
  threshold_db?: number;
} | {
  /** Two to six bands, lowest first. */
  bands?: MultibandBand[];
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Crossover frequencies between the bands, rising; one fewer than bands. Range: 20.0 to 16000.0 Hz; default: `vec![120.0, 2500.0]`. */
  crossovers_hz?: number[];
  kind: "multiband";
  /** Latency of linear phase; longer keeps low crossovers steep. */
  linear_phase_latency_ms?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Minimum phase has no latency; with linear phase the bands sum to the delayed input itself. */
  phase?: CrossoverType;
} | {
  /** The bands, in the order the audio passes them. */
  bands?: DynamicEqBand[];
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "dynamic_eq";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Settings to start from; the fields beside it override theirs. */
  preset?: "de_esser" | "resonance";
} | {
  /** Balance: lowers the other channel; -100 leaves left, 100 leaves right. */
  balance_percent?: number;
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Crossover frequencies between bands of their own width, rising; up to four. Range: 20.0 to 16000.0 Hz; default: `Vec::new()`. */
  crossovers_hz?: number[];
  kind: "stereo";
  /** Level of the mid. */
  mid_gain_db?: number;
  /** Lowers the side where the correlation of left and right would fall below this; -1 is off. */
  min_correlation?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Makes everything below this frequency mono; 0 is off. */
  mono_below_hz?: number;
  /** Rotates the stereo image; positive to the right. */
  rotation_degrees?: number;
  /** Level of the side. */
  side_gain_db?: number;
  /** Stereo width: 0 is mono, 100 leaves it, 200 doubles the side. */
  width_percent?: number;
  /** Width of every band, lowest first: one more than crossovers, or none. Range: 0.0 to 200.0 %; default: `Vec::new()`. */
  widths_percent?: number[];
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Delay of the left channel; it is meant to be heard and therefore is not reported as latency. */
  delay_left_ms?: number;
  /** Delay of the right channel; it is meant to be heard and therefore is not reported as latency. */
  delay_right_ms?: number;
  /** Inverts the polarity of the left channel. */
  invert_left?: boolean;
  /** Inverts the polarity of the right channel. */
  invert_right?: boolean;
  kind: "utility";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Replaces both channels by their mean, after everything else. */
  mono?: boolean;
  /** Which channels are heard: both, or one of them on both sides, before the polarity. */
  source?: UtilitySource;
  /** Exchanges left and right, after the polarity. */
  swap?: boolean;
} | {
  /** Leaves digital silence silent. */
  auto_blank?: boolean;
  /** Bit depth of the file that the output is written to. */
  bits?: number;
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "dither";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Kind of dither noise. */
  noise?: DitherNoise;
  /** Number of the noise sequence; the same seed gives the same file. */
  seed?: number;
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Corner frequency (-3 dB) of the high-pass, which falls by 6 dB an octave below it. */
  frequency_hz?: number;
  kind: "dc_filter";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
} | {
  /** Time around a click within which two more like it make it part of a waveform; 0 takes rows of clicks out, too. */
  alone_ms?: number;
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "declick";
  /** Longest click that is taken out. */
  longest_ms?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** How far the prediction error of a click stands over the largest within 10 ms around it. */
  prominence_db?: number;
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "declip";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Level from which flat tops are taken for clipped ones; a little under the level at which the tops are cut. */
  threshold_dbfs?: number;
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "dehum";
  /** How many multiples of it are taken out, from the first on. */
  lines?: number;
  /** Frequency of the mains, as exactly as it is known. */
  mains_hz?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Width (-3 dB) of the first notch; the others are wider by their number. */
  width_hz?: number;
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Level at which it clips. */
  ceiling_dbfs?: number;
  /** Gain before the clipper. */
  drive_db?: number;
  kind: "clipper";
  /** Width of the soft knee below the ceiling; 0 is a hard corner. */
  knee_db?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Character of the saturation. */
  curve?: SaturationCurve;
  /** Gain into the curve, taken back behind it. */
  drive_db?: number;
  /** Even harmonics by an offset of the curve, beside those it has of its own. */
  even_percent?: number;
  /** Saturates only below this frequency; 20 kHz saturates everything. */
  high_hz?: number;
  kind: "saturator";
  /** Keeps the level of ordinary programme (Gaussian, -18 dBFS RMS) whatever the drive. */
  level_compensation?: boolean;
  /** Saturates only above this frequency; 20 Hz saturates everything. */
  low_hz?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Output level. */
  output_db?: number;
  /** Share of the saturated signal. */
  wet_percent?: number;
} | {
  /** Level change of onsets. */
  attack_db?: number;
  /** How long an onset is taken to last. */
  attack_ms?: number;
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "transient_shaper";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Output level. */
  output_db?: number;
  /** Level change of what rings after the onsets. */
  sustain_db?: number;
  /** Decay time beyond which sound counts as ringing. */
  sustain_ms?: number;
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Highest true peak of the output. */
  ceiling_dbtp?: number;
  /** Gain before the limiter. */
  drive_db?: number;
  /** Shortest time that the gain reduction is held after a peak, against distortion of dense bass; 0 leaves it to the style. */
  hold_ms?: number;
  kind: "limiter";
  /** How much the channels share the gain reduction of transients: 0 is each its own, 100 all the same. */
  link_percent?: number;
  /** Look-ahead: how long before a peak the gain begins to move. */
  lookahead_ms?: number;
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Release time after a lone peak, to 1/e; the style scales it. */
  release_ms?: number;
  /** How the gain recovers between peaks. */
  style?: LimiterStyle;
  /** How much the channels share the gain reduction of sustained loudness; no effect with fully linked transients. */
  sustain_link_percent?: number;
} | {
  /** The branches. */
  branches: Branch[];
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  /** Crossover frequencies between the branches of `bands`, rising; one fewer than branches. Range: 20.0 to 16000.0 Hz; default: `Vec::new()`. */
  crossovers_hz?: number[];
  kind: "parallel";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Part of the audio that each branch processes. */
  split?: Split;
} | {
  /** Passes the input on unchanged, still delayed by the step's latency. */
  bypass?: boolean;
  kind: "clap";
  /** Share of the processed signal; the rest is dry. */
  mix?: number;
  /** Values set after the state is loaded, in the plugin's own units, by the parameter's name or its numeric id. */
  parameters?: Record<string, number>;
  /** File or bundle of the plugin (`.clap`), by its name or its path in one of the plugin folders. */
  path: string;
  /** Id of the plugin; may be left out where the file holds only one. */
  plugin_id?: string | null;
  /** The state itself, in base64; instead of `state_file`. */
  state_base64?: string | null;
  /** File with the state that the plugin saved; one that is not absolute is looked for beside the chain file. */
  state_file?: string | null;
  /** Time that the plugin may take to load, or to process a block, before it counts as hung. */
  timeout_s?: number;
};

/** Width, correlation and balance of the front left and right channels. Every value is `null` for mono and for silence. */
export interface Stereo {
  /** Right over left power; positive means right is louder; within ±100. */
  balance_db?: number | null;
  /** Correlation of the bass, from 20 to 120 Hz, -1 (inverted) to 1 (mono). */
  bass_correlation?: number | null;
  /** Frequency below which the bass of one channel is the other's upside down; `null` where it is not. */
  bass_inverted_below_hz?: number | null;
  /** The channel whose bass is upside down, 0 left or 1 right: the one with a hole where its upright part begins. `null` where no bass is, or neither has a hole. */
  bass_inverted_channel?: number | null;
  /** Right over left level of what is panned to the middle, where enough of the mix is to tell; 0 in a balanced mix whatever is panned aside. `null` where nothing stands out. */
  centre_db?: number | null;
  /** Why the channels seem to be in another order than the layout says; `null` where nothing speaks for it, and always for two channels, as swapped sides sound no different. */
  channel_order_hint?: string | null;
  /** Correlation over time. */
  correlation_curve: CorrelationCurve;
  /** Correlation of left and right over the programme, -1 (inverted) to 1 (mono). */
  correlation_mean?: number | null;
  /** Lowest correlation of any window that is not silent. */
  correlation_min?: number | null;
  /** Correlation in each region. */
  correlation_per_band: (number | null)[];
  /** Side over mid power from 20 to 120 Hz, where a record cutter and a subwoofer want mono; within ±100. */
  low_side_to_mid_db?: number | null;
  /** Long-term average spectrum of mid, `(L+R)/2`, in third octaves; without bands for mono. */
  ltas_mid?: Ltas;
  /** Long-term average spectrum of side, `(L-R)/2`, in third octaves; without bands for mono. */
  ltas_side?: Ltas;
  /** Whether both channels carry the same. */
  mono_as_stereo?: boolean | null;
  /** Power lost when folded to `(L+R)/2`: 0 for mono, 3.01 for unrelated channels, at most 100. */
  mono_loss_db?: number | null;
  /** Mono loss in each region. */
  mono_loss_per_band_db: (number | null)[];
  /** Whether one channel is the other one upside down, by and large. */
  polarity_inverted?: boolean | null;
  /** Side over mid power, where mid is `(L+R)/2` and side `(L-R)/2`; within ±100. */
  side_to_mid_db?: number | null;
  /** Side share of each region's power, 0 (mono) to 1 (inverted), in the order of the spectrum's `bands`. */
  width_per_band: (number | null)[];
}

/** Label with its score. */
export interface Tag {
  /** Label of the stable vocabulary. */
  label: string;
  /** Networks behind it, joined by `+`. */
  model?: string | null;
  /** 0 to 1; 0.5 is no more and no less likely than on any track (genres: than a genre of middling commonness). */
  score: number;
  /** Program or service that gave the score. */
  source: string;
}

/** Tags by category, best first, and measures that need no network. */
export interface Tags {
  /** Penultimate layer (200 values) of the network trained on the Million Song Dataset, mean over what it heard, where asked for. */
  embedding?: number[] | null;
  /** Genre families. */
  genre: Tag[];
  /** Readings of heads of one's own, in the order in which they were given. */
  heads?: HeadTags[];
  /** Seconds of the track that the networks heard, in patches of three. */
  heard_s?: number;
  /** Instruments. */
  instrument: Tag[];
  /** Measures by formula, without a network. */
  measures?: SoundMeasures;
  /** Moods. */
  mood: Tag[];
  /** Remarks on missing or uncertain values. */
  notes?: string[];
  /** Subgenres within the families. */
  subgenre?: Tag[];
  /** Voice: who sings, or instrumental. */
  voice: Tag[];
}

/** Loudness and true peak to reach, and how much limiting is allowed. Streaming services publish the level they *play at*, not one they ask to be delivered: music mastered louder is turned down, music mastered softer is turned up or left alone. A target named after a service says what that service will do with the file, so that nothing is limited for a loudness that will be taken back. */
export interface Target {
  /** Highest true peak, -12 to 0 dBTP. */
  ceiling_dbtp: number;
  /** Purpose, in one sentence. */
  description: string;
  /** Integrated loudness (ITU-R BS.1770-5), -40 to -3 LUFS. */
  integrated_lufs: number;
  /** How much loudness the limiter may take from the loudest moments: the 95th percentile over the 400 ms windows that count for integrated loudness. What needs more is reported as infeasible. */
  max_limiting_db: number;
  /** Name of the target. */
  name: string;
  /** Source and date of the numbers; "house" for targets of this project. */
  source: string;
  /** Tolerance within which the target counts as reached. */
  tolerance_lu: number;
}

/** Tempo, beats and metre. */
export interface Tempo {
  /** Probability that bars begin at `downbeats_s`; calibrated. Also given where it is too small to say them. */
  bar_confidence?: number;
  /** Beat times. */
  beats_s: number[];
  /** Beats a minute; `null` when no beat is found. */
  bpm?: number | null;
  /** Other readings, such as half and double time, with weights that sum to one. */
  candidates: TempoCandidate[];
  /** Probability that `bpm` is what a listener would say, within 4 %; calibrated (see the rhythm module's README). */
  confidence: number;
  /** Tempo over time, for music that does not keep one; empty without beats. */
  curve: TempoCurve;
  /** First beats of bars; empty when nothing tells where they begin. */
  downbeats_s: number[];
  /** Note onsets a second. */
  onset_rate_hz?: number | null;
  /** Probability that the beats lie on a pulse that listeners feel, be it at half, twice, a third or three times the tempo they would name; calibrated. */
  pulse_confidence?: number;
  /** 1 when every beat interval is the same, falling as they spread. */
  stability?: number | null;
  /** Such as `4/4`, `6/8`, `5/4`; `null` when nothing tells how beats are counted. */
  time_signature?: string | null;
}

/** One reading of the tempo. */
export interface TempoCandidate {
  /** Beats a minute. */
  bpm: number;
  /** Share of the evidence. */
  weight: number;
}

/** Tempo at beats. */
export interface TempoCurve {
  /** Beats a minute there, over the four intervals around. */
  bpm: number[];
  /** Times, those of the beats. */
  times_s: number[];
}

/** Shape of a trial equaliser. */
export type TrialFilter = "bell" | "low_shelf" | "high_shelf";

/** Time range with true peaks above full scale, on a 100 ms grid. */
export interface TruePeakOver {
  /** Channel, from 0. */
  channel: number;
  /** End of the last of them in a row. */
  end_s: number;
  /** Highest true peak within. */
  peak_dbtp: number;
  /** Start of the first 100 ms with a peak over full scale. */
  start_s: number;
}

/** Channels that the utilities pass on. */
export type UtilitySource = "both" | "left" | "right";
