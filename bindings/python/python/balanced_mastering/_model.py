"""Results as typed classes."""

# Written by `generate.py` from the JSON Schemas; do not edit.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from balanced_mastering._methods import (
    AlbumAnalysisMethods,
    AlbumResultMethods,
    AnalysisMethods,
    ChainLoader,
    CheckResultMethods,
    ComparisonMethods,
    DeliveryManifestMethods,
    EngineerMatchesMethods,
    MasterResultMethods,
    MergedMethods,
    RecommendationMethods,
    RepairResultMethods,
    ReproductionMethods,
    RosterMethods,
    TagHeadMethods,
)
from balanced_mastering._record import Record

if TYPE_CHECKING:
    from balanced_mastering._chain import Chain

__all__ = [
    "Achieved",
    "Agreement",
    "AlbumAnalysis",
    "AlbumDeviation",
    "AlbumFailure",
    "AlbumLoudness",
    "AlbumMember",
    "AlbumMode",
    "AlbumResult",
    "AlbumTrack",
    "Alignment",
    "Analysis",
    "AudioInfo",
    "BandDifference",
    "Bands",
    "Binary",
    "Broadcast",
    "CheckResult",
    "ClippedRun",
    "Codec",
    "CodecCheck",
    "CodecReport",
    "CodecStatus",
    "CodecStep",
    "Comparison",
    "Consensus",
    "CorrelationCurve",
    "DeclaredLoudness",
    "Defect",
    "DefectKind",
    "DeliveredFile",
    "DeliveryManifest",
    "Disagreement",
    "Dynamics",
    "DynamicsChange",
    "Edit",
    "EditKind",
    "Engineer",
    "EngineerMatch",
    "EngineerMatches",
    "ExcludedEngineer",
    "Expected",
    "Field",
    "FieldName",
    "FieldOutcome",
    "FieldValue",
    "Finding",
    "Fingerprint",
    "GainTags",
    "GivenMetadata",
    "HeadEmbedding",
    "HeadKind",
    "HeadLabel",
    "HeadLabelReport",
    "HeadReport",
    "HeadScore",
    "HeadTag",
    "HeadTags",
    "HeadTraining",
    "HumanValue",
    "Instrument",
    "Key",
    "KeyCandidate",
    "KeyMode",
    "KeySegment",
    "Level",
    "LoopDirection",
    "Loudness",
    "LoudnessCurve",
    "LoudnessHistogram",
    "LoudnessSection",
    "Ltas",
    "MadeBy",
    "Marker",
    "MasterResult",
    "MatchCondition",
    "MatchExplanation",
    "MatchExplanations",
    "MatchPart",
    "MatchReason",
    "MatchWeights",
    "Merged",
    "MergedSource",
    "Metadata",
    "MetadataField",
    "ModelUsed",
    "NotMade",
    "Observation",
    "Offer",
    "OfferOutcome",
    "Outcome",
    "PartKind",
    "PeakTrial",
    "Picture",
    "PlatformGain",
    "Portfolio",
    "PortfolioEmbedding",
    "PortfolioMeasure",
    "PreviewResult",
    "Profile",
    "Program",
    "Provenance",
    "ProviderResult",
    "RankedLabel",
    "Reason",
    "Recipe",
    "Recommendation",
    "Relation",
    "RepairFinding",
    "RepairKind",
    "RepairResult",
    "RepairedFile",
    "Reproduced",
    "Reproduction",
    "Resampling",
    "Residual",
    "ResidualBand",
    "ResidualSecond",
    "Roster",
    "Rule",
    "RuleResult",
    "SampleLoop",
    "SetAside",
    "Severity",
    "SoundMeasures",
    "Source",
    "Spectrogram",
    "Spectrum",
    "SpectrumChange",
    "Status",
    "Stereo",
    "StereoChange",
    "Stored",
    "Tag",
    "TagHead",
    "Tags",
    "Target",
    "Tempo",
    "TempoCandidate",
    "TempoCurve",
    "TimeLine",
    "TimePoint",
    "TrackComparison",
    "TrackEdit",
    "TrackLevels",
    "TrialFilter",
    "TruePeakOver",
    "Verdict",
    "WishedSound",
    "Wishes",
]


#: Kinds of fault.
DefectKind = Literal[
    "clipping",
    "inter_sample_overs",
    "dc_offset",
    "clicks",
    "dropout",
    "digital_silence",
    "hum",
    "cut_start",
    "cut_end",
    "leading_silence",
    "trailing_silence",
    "phase_inversion",
    "channel_imbalance",
    "dead_channel",
    "noise_floor",
    "noisy_intro",
    "noisy_end",
    "resonance",
    "sibilance",
    "not_finite",
    "padded_bit_depth",
    "upsampled",
    "lossy_transcode",
    "over_limiting",
    "mono_as_stereo",
    "channel_swap",
    "fade_in",
    "fade_out",
]


#: Severity of a fault.
Severity = Literal["info", "minor", "major", "critical"]


class Defect(Record):
    """One fault found in the audio.

    Attributes
    ----------
    channel : int | None
        Affected channel, or all channels.
    end_s : float
        End of the affected range.
    evidence : dict[str, float]
        Measured values behind it, by unit-suffixed name.
    kind : DefectKind
        Kind of fault.
    message : str
        Explanation in one sentence, for a musician.
    severity : Severity
        Severity.
    start_s : float
        Start of the affected range.
    """

    __slots__ = ()

    channel: int | None
    end_s: float
    evidence: dict[str, float]
    kind: DefectKind
    message: str
    severity: Severity
    start_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "channel",
        "end_s",
        "evidence",
        "kind",
        "message",
        "severity",
        "start_s",
    )


#: Shape of a trial equaliser.
TrialFilter = Literal["bell", "low_shelf", "high_shelf"]


class PeakTrial(Record):
    """Change of the peaks and the energy by one trial equaliser, over blocks of 50 ms spread over the programme.

    Attributes
    ----------
    energy_change_db : float
        Change of the energy.
    filter : TrialFilter
        Shape of the equaliser.
    frequency_hz : float
        Its centre or corner.
    gain_db : float
        Its gain.
    peak_change_db : list[float]
        Change of the largest peak of the blocks and of their 98th, 90th and 50th percentile.
    q : float
        Its quality.
    """

    __slots__ = ()

    energy_change_db: float
    filter: TrialFilter
    frequency_hz: float
    gain_db: float
    peak_change_db: list[float]
    q: float

    _fields: ClassVar[tuple[str, ...]] = (
        "energy_change_db",
        "filter",
        "frequency_hz",
        "gain_db",
        "peak_change_db",
        "q",
    )


class LoudnessSection(Record):
    """A stretch of steady loudness.

    Attributes
    ----------
    crest_db : float | None
        Sample peak over RMS within.
    end_s : float
        End.
    loudness_lufs : float | None
        Loudness, ungated.
    start_s : float
        Start.
    """

    __slots__ = ()

    crest_db: float | None
    end_s: float
    loudness_lufs: float | None
    start_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "crest_db",
        "end_s",
        "loudness_lufs",
        "start_s",
    )


class Dynamics(Record):
    """Dynamic range and crest measures.

    Attributes
    ----------
    band_crest_db : list[float | None]
        Crest of each band, lowest first, one more than there are borders.
    band_edges_hz : list[float]
        Borders of the bands of `band_crest_db`, crossed over at 12 dB per octave.
    crest_db : float | None
        Sample peak over RMS.
    crest_per_channel_db : list[float | None]
        Crest of each channel.
    dr : float | None
        "DR" of the Pleasurize Music Foundation (TT meter, Algorithmix 2009), mean over channels, not rounded; `None` below two
        blocks of 3 s.
    dr_per_channel : list[float | None]
        DR of each channel.
    macro_dynamics_lu : float | None
        Loudness of the loudest section less that of the quietest, fades and pauses aside; `None` with fewer than two.
    noise_floor_dbfs : float | None
        RMS of the quietest 100 ms that are not digital silence (their first percentile).
    peak_trials : list[PeakTrial]
        Change of the peaks by trial equalisers, which tells of an equaliser behind a limiter; empty below 5 s of sound and at
        rates under 30 kHz.
    rms_dbfs : float | None
        RMS of all channels; a full-scale sine reads -3.01.
    rms_per_channel_dbfs : list[float | None]
        RMS of each channel.
    sections : list[LoudnessSection]
        Sections of steady loudness.
    """

    __slots__ = ()

    band_crest_db: list[float | None]
    band_edges_hz: list[float]
    crest_db: float | None
    crest_per_channel_db: list[float | None]
    dr: float | None
    dr_per_channel: list[float | None]
    macro_dynamics_lu: float | None
    noise_floor_dbfs: float | None
    peak_trials: list[PeakTrial]
    rms_dbfs: float | None
    rms_per_channel_dbfs: list[float | None]
    sections: list[LoudnessSection]

    _fields: ClassVar[tuple[str, ...]] = (
        "band_crest_db",
        "band_edges_hz",
        "crest_db",
        "crest_per_channel_db",
        "dr",
        "dr_per_channel",
        "macro_dynamics_lu",
        "noise_floor_dbfs",
        "peak_trials",
        "rms_dbfs",
        "rms_per_channel_dbfs",
        "sections",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "peak_trials": (PeakTrial, True),
        "sections": (LoudnessSection, True),
    }


class KeyCandidate(Record):
    """One reading of the key.

    Attributes
    ----------
    name : str
        Such as `E minor`.
    weight : float
        Share of the evidence.
    """

    __slots__ = ()

    name: str
    weight: float

    _fields: ClassVar[tuple[str, ...]] = (
        "name",
        "weight",
    )


#: Mode of a key.
KeyMode = Literal["major", "minor"]


class KeySegment(Record):
    """A stretch of the track in one key.

    Attributes
    ----------
    camelot : str
        Camelot wheel name.
    confidence : float
        Share of this stretch's evidence that speaks for it.
    end_s : float
        End, in seconds.
    name : str
        Such as `E minor`.
    start_s : float
        Start, in seconds.
    """

    __slots__ = ()

    camelot: str
    confidence: float
    end_s: float
    name: str
    start_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "camelot",
        "confidence",
        "end_s",
        "name",
        "start_s",
    )


class Key(Record):
    """Global key.

    Attributes
    ----------
    camelot : str | None
        Camelot wheel name, such as `12A`.
    candidates : list[KeyCandidate]
        Readings with their share of the evidence, best first.
    confidence : float
        Share of the evidence that speaks for this key rather than another, 0 to 1.
    mode : KeyMode | None
        Major or minor.
    name : str | None
        Such as `C# minor`; `None` when nothing tonal is found.
    open_key : str | None
        Open Key name, such as `5m`.
    segments : list[KeySegment]
        Key over time, without gaps; a single segment if it does not change.
    tonic : str | None
        Such as `C#`.
    tuning_hz : float | None
        Frequency of A4 that the music is tuned to.
    """

    __slots__ = ()

    camelot: str | None
    candidates: list[KeyCandidate]
    confidence: float
    mode: KeyMode | None
    name: str | None
    open_key: str | None
    segments: list[KeySegment]
    tonic: str | None
    tuning_hz: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "camelot",
        "candidates",
        "confidence",
        "mode",
        "name",
        "open_key",
        "segments",
        "tonic",
        "tuning_hz",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "candidates": (KeyCandidate, True),
        "segments": (KeySegment, True),
    }


class ClippedRun(Record):
    """Run of consecutive samples at full scale.

    Attributes
    ----------
    channel : int
        Channel, from 0.
    samples : int
        Number of samples.
    start_s : float
        Time of its first sample.
    """

    __slots__ = ()

    channel: int
    samples: int
    start_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "channel",
        "samples",
        "start_s",
    )


class LoudnessCurve(Record):
    """Momentary and short-term loudness over time; `None` while a window is not full or holds silence. Values are rounded to
    0.001.

    Attributes
    ----------
    hop_s : float
        Distance between points; point `i` is the window that ends at `(i + 1) * hop_s`.
    momentary_lufs : list[float | None]
        400 ms windows.
    psr_db : list[float | None]
        Peak to short-term loudness ratio: true peak of 3 s less their loudness.
    short_term_lufs : list[float | None]
        3 s windows.
    true_peak_dbtp : list[float | None]
        True peak of each hop, highest channel.
    """

    __slots__ = ()

    hop_s: float
    momentary_lufs: list[float | None]
    psr_db: list[float | None]
    short_term_lufs: list[float | None]
    true_peak_dbtp: list[float | None]

    _fields: ClassVar[tuple[str, ...]] = (
        "hop_s",
        "momentary_lufs",
        "psr_db",
        "short_term_lufs",
        "true_peak_dbtp",
    )


class LoudnessHistogram(Record):
    """Shares of time by loudness, in steps of 1 LU; windows below -70 LUFS are left out.

    Attributes
    ----------
    from_lufs : float | None
        Lower edge of the first step; `None` when every window is below -70 LUFS.
    momentary_share : list[float]
        Share of the momentary windows in each step; sums to 1.
    short_term_share : list[float]
        Share of the short-term windows in each step; sums to 1.
    """

    __slots__ = ()

    from_lufs: float | None
    momentary_share: list[float]
    short_term_share: list[float]

    _fields: ClassVar[tuple[str, ...]] = (
        "from_lufs",
        "momentary_share",
        "short_term_share",
    )


class PlatformGain(Record):
    """Effect of one service's loudness normalisation.

    Attributes
    ----------
    gain_db : float | None
        Gain that the service applies; `None` when the loudness is unknown.
    name : str
        Service and mode, such as `spotify_normal`.
    published : bool
        Whether the service itself publishes the rule; otherwise it is what others report of it.
    target_lufs : float
        Target loudness of the service.
    would_limit : bool
        Whether the full gain to the target would push the true peak over the service's ceiling, so that the service limits or
        turns up less.
    """

    __slots__ = ()

    gain_db: float | None
    name: str
    published: bool
    target_lufs: float
    would_limit: bool

    _fields: ClassVar[tuple[str, ...]] = (
        "gain_db",
        "name",
        "published",
        "target_lufs",
        "would_limit",
    )


class TruePeakOver(Record):
    """Time range with true peaks above full scale, on a 100 ms grid.

    Attributes
    ----------
    channel : int
        Channel, from 0.
    end_s : float
        End of the last of them in a row.
    peak_dbtp : float
        Highest true peak within.
    start_s : float
        Start of the first 100 ms with a peak over full scale.
    """

    __slots__ = ()

    channel: int
    end_s: float
    peak_dbtp: float
    start_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "channel",
        "end_s",
        "peak_dbtp",
        "start_s",
    )


class Loudness(Record):
    """Loudness by ITU-R BS.1770-5, EBU Tech 3341 and 3342; peaks by BS.1770-5 Annex 2 or better.

    Attributes
    ----------
    clipped_run_count : int
        Number of runs of three or more samples of one sign at full scale (the largest 16-bit value or above).
    clipped_runs : list[ClippedRun]
        The first 1000 clipped runs, in order of time.
    curve : LoudnessCurve
        Loudness over time.
    histogram : LoudnessHistogram
        Distribution of loudness over the programme.
    integrated_lufs : float | None
        Integrated, gated loudness (BS.1770-5); `None` when nothing passes the gate.
    max_momentary_lufs : float | None
        Highest momentary loudness: 400 ms windows, every 10 ms.
    max_short_term_lufs : float | None
        Highest short-term loudness: 3 s windows, every 10 ms.
    min_psr_db : float | None
        Lowest ratio of the true peak of 3 s to the loudness of the same 3 s, where that is at most 20 LU below the absolute-gated
        level (the gate of loudness range), so that fades and pauses do not count.
    platforms : list[PlatformGain]
        Gain of each service's loudness normalisation.
    plr_db : float | None
        Peak to loudness ratio: true peak less integrated loudness.
    range_lu : float | None
        Loudness range (EBU Tech 3342); `None` below 3 s. Tech 3342 calls it unstable below 60 s.
    relative_gate_lufs : float | None
        Relative gate that integrated loudness used: 10 LU below the absolute-gated level.
    replay_gain_db : float | None
        ReplayGain 2.0 track gain: -18 LUFS less integrated loudness.
    sample_peak_dbfs : float | None
        Highest sample of any channel.
    sample_peak_per_channel_dbfs : list[float | None]
        Highest sample of each channel.
    true_peak_at_s : float | None
        Time of that peak.
    true_peak_dbtp : float | None
        Highest true peak of any channel.
    true_peak_overs : list[TruePeakOver]
        Time ranges with true peaks above full scale, in order of time; at most 1000.
    true_peak_per_channel_at_s : list[float | None]
        Time of each channel's true peak.
    true_peak_per_channel_dbtp : list[float | None]
        True peak of each channel.
    """

    __slots__ = ()

    clipped_run_count: int
    clipped_runs: list[ClippedRun]
    curve: LoudnessCurve
    histogram: LoudnessHistogram
    integrated_lufs: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    min_psr_db: float | None
    platforms: list[PlatformGain]
    plr_db: float | None
    range_lu: float | None
    relative_gate_lufs: float | None
    replay_gain_db: float | None
    sample_peak_dbfs: float | None
    sample_peak_per_channel_dbfs: list[float | None]
    true_peak_at_s: float | None
    true_peak_dbtp: float | None
    true_peak_overs: list[TruePeakOver]
    true_peak_per_channel_at_s: list[float | None]
    true_peak_per_channel_dbtp: list[float | None]

    _fields: ClassVar[tuple[str, ...]] = (
        "clipped_run_count",
        "clipped_runs",
        "curve",
        "histogram",
        "integrated_lufs",
        "max_momentary_lufs",
        "max_short_term_lufs",
        "min_psr_db",
        "platforms",
        "plr_db",
        "range_lu",
        "relative_gate_lufs",
        "replay_gain_db",
        "sample_peak_dbfs",
        "sample_peak_per_channel_dbfs",
        "true_peak_at_s",
        "true_peak_dbtp",
        "true_peak_overs",
        "true_peak_per_channel_at_s",
        "true_peak_per_channel_dbtp",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "clipped_runs": (ClippedRun, True),
        "curve": (LoudnessCurve, False),
        "histogram": (LoudnessHistogram, False),
        "platforms": (PlatformGain, True),
        "true_peak_overs": (TruePeakOver, True),
    }


class Binary(Record):
    """Bytes that results show by length and hash only.

    Attributes
    ----------
    bytes : int
        Length in bytes.
    sha256 : str
        SHA-256 of the bytes, lower-case hex.
    """

    __slots__ = ()

    bytes: int
    sha256: str

    _fields: ClassVar[tuple[str, ...]] = (
        "bytes",
        "sha256",
    )


class DeclaredLoudness(Record):
    """Loudness that a broadcast extension declares, in hundredths.

    Attributes
    ----------
    integrated_lufs : float | None
        Integrated loudness.
    max_momentary_lufs : float | None
        Highest momentary loudness.
    max_short_term_lufs : float | None
        Highest short-term loudness.
    max_true_peak_dbtp : float | None
        Highest true peak.
    range_lu : float | None
        Loudness range.
    """

    __slots__ = ()

    integrated_lufs: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    max_true_peak_dbtp: float | None
    range_lu: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "integrated_lufs",
        "max_momentary_lufs",
        "max_short_term_lufs",
        "max_true_peak_dbtp",
        "range_lu",
    )


class Broadcast(Record):
    """Broadcast extension of a file (`bext` chunk, EBU Tech 3285 version 2).

    Attributes
    ----------
    coding_history : str
        Coding history (EBU R 98), one line for each step.
    description : str
        Description of the sequence, at most 256 bytes.
    loudness : DeclaredLoudness | None
        Loudness that the file declares; `None` if it declares none.
    origination_date : str
        Date of creation, `yyyy-mm-dd`.
    origination_time : str
        Time of creation, `hh:mm:ss`.
    originator : str
        Name of the originator, at most 32 bytes.
    originator_reference : str
        Reference that the originator gave, at most 32 bytes.
    time_reference_frames : int
        Time reference: frames from midnight to the first frame of the file.
    umid : str | None
        Unique material identifier (SMPTE ST 330) in hex, 32 or 64 bytes; `None` if it is not set.
    """

    __slots__ = ()

    coding_history: str
    description: str
    loudness: DeclaredLoudness | None
    origination_date: str
    origination_time: str
    originator: str
    originator_reference: str
    time_reference_frames: int
    umid: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "coding_history",
        "description",
        "loudness",
        "origination_date",
        "origination_time",
        "originator",
        "originator_reference",
        "time_reference_frames",
        "umid",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "loudness": (DeclaredLoudness, False),
    }


class Instrument(Record):
    """How a sampler plays a file: root note, tuning and ranges.

    Attributes
    ----------
    base_note : int
        MIDI note at which the file is played at its own pitch, 0 to 127.
    detune_cents : int
        Tuning above that note in cents.
    gain_db : int
        Gain in decibels.
    high_note : int
        Highest MIDI note.
    high_velocity : int
        Highest MIDI velocity.
    low_note : int
        Lowest MIDI note.
    low_velocity : int
        Lowest MIDI velocity.
    """

    __slots__ = ()

    base_note: int
    detune_cents: int
    gain_db: int
    high_note: int
    high_velocity: int
    low_note: int
    low_velocity: int

    _fields: ClassVar[tuple[str, ...]] = (
        "base_note",
        "detune_cents",
        "gain_db",
        "high_note",
        "high_velocity",
        "low_note",
        "low_velocity",
    )


#: Direction of a loop.
LoopDirection = Literal["forward", "alternating", "backward"]


class SampleLoop(Record):
    """Loop of a sampler.

    Attributes
    ----------
    direction : LoopDirection
        Direction in which it is played.
    end_frame : int
        Frame after the last one.
    plays : int | None
        Number of times it is played; `None` for as long as the note is held.
    start_frame : int
        First frame.
    """

    __slots__ = ()

    direction: LoopDirection
    end_frame: int
    plays: int | None
    start_frame: int

    _fields: ClassVar[tuple[str, ...]] = (
        "direction",
        "end_frame",
        "plays",
        "start_frame",
    )


class Marker(Record):
    """Marker, or region if it has a length.

    Attributes
    ----------
    label : str
        Name.
    length_frames : int | None
        Length of a region in frames; `None` for a point.
    note : str
        Longer note; empty if there is none.
    position_frames : int
        Position in frames from the start of the file.
    """

    __slots__ = ()

    label: str
    length_frames: int | None
    note: str
    position_frames: int

    _fields: ClassVar[tuple[str, ...]] = (
        "label",
        "length_frames",
        "note",
        "position_frames",
    )


class Picture(Record):
    """Picture of a file.

    Attributes
    ----------
    content : Binary
        The picture itself, by length and hash.
    description : str
        Description; empty if there is none.
    kind : str
        Type of the picture: `front cover`, `back cover`, `artist` … (the types of ID3v2 and FLAC), or a number above 20.
    media_type : str
        Media type, such as `image/jpeg`.
    """

    __slots__ = ()

    content: Binary
    description: str
    kind: str
    media_type: str

    _fields: ClassVar[tuple[str, ...]] = (
        "content",
        "description",
        "kind",
        "media_type",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "content": (Binary, False),
    }


class Metadata(Record):
    """Metadata that a file carries beside its audio.

    Every position counts frames of the file that it was read from.

    Attributes
    ----------
    album : str | None
        Title of the album.
    album_artists : list[str]
        Artists of the album.
    artists : list[str]
        Artists of the track, the main one first.
    axml : Binary | None
        XML document of the `axml` chunk (EBU Tech 3285 supplement 5), such as an Audio Definition Model.
    broadcast : Broadcast | None
        Broadcast extension (EBU Tech 3285).
    chna : Binary | None
        Table of the `chna` chunk (ITU-R BS.2088), which ties tracks to an Audio Definition Model.
    comments : list[str]
        Comments.
    date : str | None
        Date of the recording or release as the file has it: a year, or ISO 8601.
    disc_number : int | None
        Number of the disc, counted from 1.
    disc_total : int | None
        Number of discs.
    genres : list[str]
        Genres as the file names them.
    instrument : Instrument | None
        How a sampler plays the file.
    isrc : str | None
        International Standard Recording Code (ISO 3901), twelve characters without hyphens where it is well formed.
    ixml : str | None
        iXML document (production data of recorders and workstations).
    loops : list[SampleLoop]
        Loops of a sampler.
    markers : list[Marker]
        Markers and regions (cue points), by position.
    other : dict[str, list[str]]
        Every other text field by its Vorbis comment name, in capitals (`COMPOSER`, `COPYRIGHT` …).
    pictures : list[Picture]
        Pictures, such as cover art.
    title : str | None
        Title of the track.
    track_number : int | None
        Number of the track on its disc, counted from 1.
    track_total : int | None
        Number of tracks on the disc.
    unread : list[str]
        Names of what the file holds beside this and was not read (`chunk acid`, `frame GEOB` …).
    upc : str | None
        Universal Product Code or European Article Number of the release.
    """

    __slots__ = ()

    album: str | None
    album_artists: list[str]
    artists: list[str]
    axml: Binary | None
    broadcast: Broadcast | None
    chna: Binary | None
    comments: list[str]
    date: str | None
    disc_number: int | None
    disc_total: int | None
    genres: list[str]
    instrument: Instrument | None
    isrc: str | None
    ixml: str | None
    loops: list[SampleLoop]
    markers: list[Marker]
    other: dict[str, list[str]]
    pictures: list[Picture]
    title: str | None
    track_number: int | None
    track_total: int | None
    unread: list[str]
    upc: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "album",
        "album_artists",
        "artists",
        "axml",
        "broadcast",
        "chna",
        "comments",
        "date",
        "disc_number",
        "disc_total",
        "genres",
        "instrument",
        "isrc",
        "ixml",
        "loops",
        "markers",
        "other",
        "pictures",
        "title",
        "track_number",
        "track_total",
        "unread",
        "upc",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "axml": (Binary, False),
        "broadcast": (Broadcast, False),
        "chna": (Binary, False),
        "instrument": (Instrument, False),
        "loops": (SampleLoop, True),
        "markers": (Marker, True),
        "pictures": (Picture, True),
    }


class ModelUsed(Record):
    """Neural network that contributed to the result.

    Attributes
    ----------
    name : str
        Name, such as `MSD_musicnn`.
    sha256 : str
        SHA-256 of the model file, lower-case hex.
    """

    __slots__ = ()

    name: str
    sha256: str

    _fields: ClassVar[tuple[str, ...]] = (
        "name",
        "sha256",
    )


class Provenance(Record):
    """Program, settings and networks that measured a result.

    Attributes
    ----------
    balanced_version : str
        Version of this program.
    config_hash : str
        SHA-256 of the configuration, lower-case hex: equal hashes mean equal settings.
    elapsed_s : float
        Elapsed (wall-clock) time of the analysis.
    models : list[ModelUsed]
        Networks used, if any.
    """

    __slots__ = ()

    balanced_version: str
    config_hash: str
    elapsed_s: float
    models: list[ModelUsed]

    _fields: ClassVar[tuple[str, ...]] = (
        "balanced_version",
        "config_hash",
        "elapsed_s",
        "models",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "models": (ModelUsed, True),
    }


class Source(Record):
    """The audio that was measured.

    Attributes
    ----------
    bit_depth : int | None
        Bit depth that the file declares; `None` for lossy codecs.
    channel_layout : str
        Name of the channel layout.
    channels : int
        Number of channels.
    codec : str
        Codec, such as `pcm_s24le`, `flac`, `mp3`.
    container : str
        Container, such as `wav`, `rf64`, `aiff`, `flac`.
    duration_s : float
        Length in seconds.
    effective_bit_depth : int | None
        Effective bit depth: trailing bits that are zero in every sample are not counted.
    frames : int
        Frames decoded.
    notes : list[str]
        Irregularities of the file and how it was read (a wrong data size, a truncated end …).
    path : str | None
        Path as the user gave it; `None` for audio from memory.
    sample_rate_hz : float
        Sample rate.
    sha256 : str | None
        SHA-256 of the file's bytes, lower-case hex; `None` for audio from arrays.
    """

    __slots__ = ()

    bit_depth: int | None
    channel_layout: str
    channels: int
    codec: str
    container: str
    duration_s: float
    effective_bit_depth: int | None
    frames: int
    notes: list[str]
    path: str | None
    sample_rate_hz: float
    sha256: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "bit_depth",
        "channel_layout",
        "channels",
        "codec",
        "container",
        "duration_s",
        "effective_bit_depth",
        "frames",
        "notes",
        "path",
        "sample_rate_hz",
        "sha256",
    )


class Bands(Record):
    """Level of each region relative to the whole.

    Attributes
    ----------
    air : float | None
        10-20 kHz.
    high : float | None
        5-10 kHz.
    high_mid : float | None
        2-5 kHz.
    low : float | None
        60-200 Hz.
    low_mid : float | None
        200-500 Hz.
    mid : float | None
        500-2000 Hz.
    sub : float | None
        20-60 Hz.
    """

    __slots__ = ()

    air: float | None
    high: float | None
    high_mid: float | None
    low: float | None
    low_mid: float | None
    mid: float | None
    sub: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "air",
        "high",
        "high_mid",
        "low",
        "low_mid",
        "mid",
        "sub",
    )


class Ltas(Record):
    """Band levels of the long-term average spectrum: mean square over programme and channels, a full-scale sine reads -3.01 dB.

    Attributes
    ----------
    center_hz : list[float]
        Centre frequencies.
    level_db : list[float | None]
        Mean level in the band; `None` where the band is digital silence.
    """

    __slots__ = ()

    center_hz: list[float]
    level_db: list[float | None]

    _fields: ClassVar[tuple[str, ...]] = (
        "center_hz",
        "level_db",
    )


class Spectrogram(Record):
    """Spectrogram: levels over time and frequency, in at most 768 columns for any length.

    Attributes
    ----------
    bands : int
        Number of bands.
    bands_per_octave : int
        Bands per octave.
    column_s : float
        Duration of one column.
    columns : int
        Number of columns.
    levels : list[int]
        A value for each cell, 255 for the loudest, 0 for `range_db` or more below it, even steps between; the lowest band's
        columns first.
    low_hz : float
        Lower edge of the lowest band; each next band is `1 / bands_per_octave` of an octave higher.
    range_db : float
        How far below the loudest cell the value 0 lies.
    top_db : float
        Level of the loudest cell: mean square within band and column, a full-scale sine reads -3.01 dB.
    """

    __slots__ = ()

    bands: int
    bands_per_octave: int
    column_s: float
    columns: int
    levels: list[int]
    low_hz: float
    range_db: float
    top_db: float

    _fields: ClassVar[tuple[str, ...]] = (
        "bands",
        "bands_per_octave",
        "column_s",
        "columns",
        "levels",
        "low_hz",
        "range_db",
        "top_db",
    )


class Spectrum(Record):
    """Long-term spectral measures, energy-weighted over the programme.

    Attributes
    ----------
    bands : Bands
        Level of each region relative to all of them together.
    bandwidth_hz : float | None
        Spread around the centroid, mean over frames.
    bandwidth_limit_hz : float | None
        Frequency at which the spectrum ends in a wall; `None` where it rolls off by nature or reaches the Nyquist frequency.
    centroid_hz : float | None
        Centre of gravity of the magnitude spectrum, mean over frames.
    contrast_db : list[float]
        Strongest over weakest 2 % of bins in 0-200 Hz and the octaves above, mean over frames.
    flatness : float | None
        Geometric over arithmetic mean of power, 0 (tone) to 1 (white noise), mean over frames.
    flux : float | None
        Distance of successive spectra of unit length, 0 (steady) to 1.41, mean over frames.
    ltas : Ltas
        Long-term average spectrum in third-octave bands.
    ltas_twelfth : Ltas
        Long-term average spectrum in twelfth-octave bands.
    mfcc_mean : list[float]
        Mean of the first 20 MFCCs; empty if nothing sounds.
    rolloff85_hz : float | None
        Frequency below which 85 % of the magnitude lies, mean over frames.
    spectrogram : Spectrogram | None
        Spectrogram for the report; absent unless the configuration requests it, and for silence.
    tilt_db_per_octave : float | None
        Slope of the long-term spectrum from 100 Hz to 10 kHz.
    """

    __slots__ = ()

    bands: Bands
    bandwidth_hz: float | None
    bandwidth_limit_hz: float | None
    centroid_hz: float | None
    contrast_db: list[float]
    flatness: float | None
    flux: float | None
    ltas: Ltas
    ltas_twelfth: Ltas
    mfcc_mean: list[float]
    rolloff85_hz: float | None
    spectrogram: Spectrogram | None
    tilt_db_per_octave: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "bands",
        "bandwidth_hz",
        "bandwidth_limit_hz",
        "centroid_hz",
        "contrast_db",
        "flatness",
        "flux",
        "ltas",
        "ltas_twelfth",
        "mfcc_mean",
        "rolloff85_hz",
        "spectrogram",
        "tilt_db_per_octave",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "bands": (Bands, False),
        "ltas": (Ltas, False),
        "ltas_twelfth": (Ltas, False),
        "spectrogram": (Spectrogram, False),
    }


class CorrelationCurve(Record):
    """Correlation of left and right in overlapping windows.

    Attributes
    ----------
    correlation : list[float | None]
        Correlation; `None` where the window is silent.
    hop_s : float
        Time from one value to the next; the first window ends one hop after the start.
    window_s : float
        Length of a window.
    """

    __slots__ = ()

    correlation: list[float | None]
    hop_s: float
    window_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "correlation",
        "hop_s",
        "window_s",
    )


class Stereo(Record):
    """Width, correlation and balance of the front left and right channels. Every value is `None` for mono and for silence.

    Attributes
    ----------
    balance_db : float | None
        Right over left power; positive means right is louder; within ±100.
    bass_correlation : float | None
        Correlation of the bass, from 20 to 120 Hz, -1 (inverted) to 1 (mono).
    bass_inverted_below_hz : float | None
        Frequency below which the bass of one channel is the other's upside down; `None` where it is not.
    bass_inverted_channel : int | None
        The channel whose bass is upside down, 0 left or 1 right: the one with a hole where its upright part begins. `None` where
        no bass is, or neither has a hole.
    centre_db : float | None
        Right over left level of what is panned to the middle, where enough of the mix is to tell; 0 in a balanced mix whatever is
        panned aside. `None` where nothing stands out.
    channel_order_hint : str | None
        Why the channels seem to be in another order than the layout says; `None` where nothing speaks for it, and always for two
        channels, as swapped sides sound no different.
    correlation_curve : CorrelationCurve
        Correlation over time.
    correlation_mean : float | None
        Correlation of left and right over the programme, -1 (inverted) to 1 (mono).
    correlation_min : float | None
        Lowest correlation of any window that is not silent.
    correlation_per_band : list[float | None]
        Correlation in each region.
    low_side_to_mid_db : float | None
        Side over mid power from 20 to 120 Hz, where a record cutter and a subwoofer want mono; within ±100.
    ltas_mid : Ltas
        Long-term average spectrum of mid, `(L+R)/2`, in third octaves; without bands for mono.
    ltas_side : Ltas
        Long-term average spectrum of side, `(L-R)/2`, in third octaves; without bands for mono.
    mono_as_stereo : bool | None
        Whether both channels carry the same.
    mono_loss_db : float | None
        Power lost when folded to `(L+R)/2`: 0 for mono, 3.01 for unrelated channels, at most 100.
    mono_loss_per_band_db : list[float | None]
        Mono loss in each region.
    polarity_inverted : bool | None
        Whether one channel is the other one upside down, by and large.
    side_to_mid_db : float | None
        Side over mid power, where mid is `(L+R)/2` and side `(L-R)/2`; within ±100.
    width_per_band : list[float | None]
        Side share of each region's power, 0 (mono) to 1 (inverted), in the order of the spectrum's `bands`.
    """

    __slots__ = ()

    balance_db: float | None
    bass_correlation: float | None
    bass_inverted_below_hz: float | None
    bass_inverted_channel: int | None
    centre_db: float | None
    channel_order_hint: str | None
    correlation_curve: CorrelationCurve
    correlation_mean: float | None
    correlation_min: float | None
    correlation_per_band: list[float | None]
    low_side_to_mid_db: float | None
    ltas_mid: Ltas
    ltas_side: Ltas
    mono_as_stereo: bool | None
    mono_loss_db: float | None
    mono_loss_per_band_db: list[float | None]
    polarity_inverted: bool | None
    side_to_mid_db: float | None
    width_per_band: list[float | None]

    _fields: ClassVar[tuple[str, ...]] = (
        "balance_db",
        "bass_correlation",
        "bass_inverted_below_hz",
        "bass_inverted_channel",
        "centre_db",
        "channel_order_hint",
        "correlation_curve",
        "correlation_mean",
        "correlation_min",
        "correlation_per_band",
        "low_side_to_mid_db",
        "ltas_mid",
        "ltas_side",
        "mono_as_stereo",
        "mono_loss_db",
        "mono_loss_per_band_db",
        "polarity_inverted",
        "side_to_mid_db",
        "width_per_band",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "correlation_curve": (CorrelationCurve, False),
        "ltas_mid": (Ltas, False),
        "ltas_side": (Ltas, False),
    }


class Tag(Record):
    """Label with its score.

    Attributes
    ----------
    label : str
        Label of the stable vocabulary.
    model : str | None
        Networks behind it, joined by `+`.
    score : float
        0 to 1; 0.5 is no more and no less likely than on any track (genres: than a genre of middling commonness).
    source : str
        Program or service that gave the score.
    """

    __slots__ = ()

    label: str
    model: str | None
    score: float
    source: str

    _fields: ClassVar[tuple[str, ...]] = (
        "label",
        "model",
        "score",
        "source",
    )


#: Number of labels that a track has.
HeadKind = Literal["one_label", "any_labels"]


class HeadTag(Record):
    """Label of a head with its probability.

    Attributes
    ----------
    label : str
        Name of the label.
    probability : float
        Probability, calibrated on held-out tracks of the training; it holds for music like those, mixed as those.
    """

    __slots__ = ()

    label: str
    probability: float

    _fields: ClassVar[tuple[str, ...]] = (
        "label",
        "probability",
    )


class HeadTags(Record):
    """Reading of one track by a head.

    Attributes
    ----------
    kind : HeadKind
        Number of labels that a track has.
    labels : list[HeadTag]
        Labels, the likeliest first.
    name : str
        Name of the head.
    """

    __slots__ = ()

    kind: HeadKind
    labels: list[HeadTag]
    name: str

    _fields: ClassVar[tuple[str, ...]] = (
        "kind",
        "labels",
        "name",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "labels": (HeadTag, True),
    }


class SoundMeasures(Record):
    """Measures of the sound by formula, 0 to 1; `None` where they make no sense. None depends on the track's level.

    Attributes
    ----------
    activity : float | None
        Rise of the bands' level from frame to frame, 2.5 dB being 1.
    arousal_proxy : float | None
        Mean of activity and brightness, a stand-in for felt arousal.
    brightness : float | None
        Share of the magnitude spectrum above 1.5 kHz, up to 8 kHz.
    energy : float | None
        Mean of activity and fullness.
    fullness : float | None
        Spectral flatness, -30 dB being 0 and 0 dB being 1.
    pulse_clarity : float | None
        How regular the onsets are: height of their autocorrelation's highest peak from 40 to 240 a minute.
    """

    __slots__ = ()

    activity: float | None
    arousal_proxy: float | None
    brightness: float | None
    energy: float | None
    fullness: float | None
    pulse_clarity: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "activity",
        "arousal_proxy",
        "brightness",
        "energy",
        "fullness",
        "pulse_clarity",
    )


class Tags(Record):
    """Tags by category, best first, and measures that need no network.

    Attributes
    ----------
    embedding : list[float] | None
        Penultimate layer (200 values) of the network trained on the Million Song Dataset, mean over what it heard, where asked
        for.
    genre : list[Tag]
        Genre families.
    heads : list[HeadTags]
        Readings of heads of one's own, in the order in which they were given.
    heard_s : float
        Seconds of the track that the networks heard, in patches of three.
    instrument : list[Tag]
        Instruments.
    measures : SoundMeasures
        Measures by formula, without a network.
    mood : list[Tag]
        Moods.
    notes : list[str]
        Remarks on missing or uncertain values.
    subgenre : list[Tag]
        Subgenres within the families.
    voice : list[Tag]
        Voice: who sings, or instrumental.
    """

    __slots__ = ()

    embedding: list[float] | None
    genre: list[Tag]
    heads: list[HeadTags]
    heard_s: float
    instrument: list[Tag]
    measures: SoundMeasures
    mood: list[Tag]
    notes: list[str]
    subgenre: list[Tag]
    voice: list[Tag]

    _fields: ClassVar[tuple[str, ...]] = (
        "embedding",
        "genre",
        "heads",
        "heard_s",
        "instrument",
        "measures",
        "mood",
        "notes",
        "subgenre",
        "voice",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "genre": (Tag, True),
        "heads": (HeadTags, True),
        "instrument": (Tag, True),
        "measures": (SoundMeasures, False),
        "mood": (Tag, True),
        "subgenre": (Tag, True),
        "voice": (Tag, True),
    }


class TempoCandidate(Record):
    """One reading of the tempo.

    Attributes
    ----------
    bpm : float
        Beats a minute.
    weight : float
        Share of the evidence.
    """

    __slots__ = ()

    bpm: float
    weight: float

    _fields: ClassVar[tuple[str, ...]] = (
        "bpm",
        "weight",
    )


class TempoCurve(Record):
    """Tempo at beats.

    Attributes
    ----------
    bpm : list[float]
        Beats a minute there, over the four intervals around.
    times_s : list[float]
        Times, those of the beats.
    """

    __slots__ = ()

    bpm: list[float]
    times_s: list[float]

    _fields: ClassVar[tuple[str, ...]] = (
        "bpm",
        "times_s",
    )


class Tempo(Record):
    """Tempo, beats and metre.

    Attributes
    ----------
    bar_confidence : float
        Probability that bars begin at `downbeats_s`; calibrated. Also given where it is too small to say them.
    beats_s : list[float]
        Beat times.
    bpm : float | None
        Beats a minute; `None` when no beat is found.
    candidates : list[TempoCandidate]
        Other readings, such as half and double time, with weights that sum to one.
    confidence : float
        Probability that `bpm` is what a listener would say, within 4 %; calibrated (see the rhythm module's README).
    curve : TempoCurve
        Tempo over time, for music that does not keep one; empty without beats.
    downbeats_s : list[float]
        First beats of bars; empty when nothing tells where they begin.
    onset_rate_hz : float | None
        Note onsets a second.
    pulse_confidence : float
        Probability that the beats lie on a pulse that listeners feel, be it at half, twice, a third or three times the tempo they
        would name; calibrated.
    stability : float | None
        1 when every beat interval is the same, falling as they spread.
    time_signature : str | None
        Such as `4/4`, `6/8`, `5/4`; `None` when nothing tells how beats are counted.
    """

    __slots__ = ()

    bar_confidence: float
    beats_s: list[float]
    bpm: float | None
    candidates: list[TempoCandidate]
    confidence: float
    curve: TempoCurve
    downbeats_s: list[float]
    onset_rate_hz: float | None
    pulse_confidence: float
    stability: float | None
    time_signature: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "bar_confidence",
        "beats_s",
        "bpm",
        "candidates",
        "confidence",
        "curve",
        "downbeats_s",
        "onset_rate_hz",
        "pulse_confidence",
        "stability",
        "time_signature",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "candidates": (TempoCandidate, True),
        "curve": (TempoCurve, False),
    }


class Analysis(AnalysisMethods, Record):
    """Result of analysing one file.

    Attributes
    ----------
    defects : list[Defect] | None
        Faults found, the worst first.
    dynamics : Dynamics | None
        Dynamics.
    key : Key | None
        Musical key.
    loudness : Loudness | None
        Loudness and peaks.
    metadata : Metadata | None
        Metadata of the file; absent if it has none.
    provenance : Provenance
        Program, settings and networks that measured it.
    reasons : dict[str, str]
        Why a value is `None` or empty, by its path (`tempo.bpm`); what has a value has no entry.
    schema_version : int
        Version of this result tree.
    source : Source
        Audio that was measured.
    spectrum : Spectrum | None
        Spectral shape.
    stereo : Stereo | None
        Stereo image.
    tags : Tags | None
        Genre, mood, instruments, voice.
    tempo : Tempo | None
        Tempo and beats.
    """

    __slots__ = ()

    defects: list[Defect] | None
    dynamics: Dynamics | None
    key: Key | None
    loudness: Loudness | None
    metadata: Metadata | None
    provenance: Provenance
    reasons: dict[str, str] | None
    schema_version: int
    source: Source
    spectrum: Spectrum | None
    stereo: Stereo | None
    tags: Tags | None
    tempo: Tempo | None

    _fields: ClassVar[tuple[str, ...]] = (
        "defects",
        "dynamics",
        "key",
        "loudness",
        "metadata",
        "provenance",
        "reasons",
        "schema_version",
        "source",
        "spectrum",
        "stereo",
        "tags",
        "tempo",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "defects": (Defect, True),
        "dynamics": (Dynamics, False),
        "key": (Key, False),
        "loudness": (Loudness, False),
        "metadata": (Metadata, False),
        "provenance": (Provenance, False),
        "source": (Source, False),
        "spectrum": (Spectrum, False),
        "stereo": (Stereo, False),
        "tags": (Tags, False),
        "tempo": (Tempo, False),
    }


class Expected(Record):
    """Level and peaks after the chain, estimated from the measurements; rendering decides.

    Attributes
    ----------
    feasible : bool | None
        Whether the target can be reached within the limiting it allows; `None` when the loudness is unknown.
    gain_db : float | None
        Gain before the limiter.
    integrated_lufs : float | None
        Integrated loudness.
    limiting_db : float | None
        How much loudness the limiter takes from the loudest moments, to compare with the target's `max_limiting_db`.
    note : str | None
        Further remark, in one sentence.
    peak_limiting_db : float | None
        Gain reduction of the highest peak.
    true_peak_dbtp : float | None
        Highest true peak.
    """

    __slots__ = ()

    feasible: bool | None
    gain_db: float | None
    integrated_lufs: float | None
    limiting_db: float | None
    note: str | None
    peak_limiting_db: float | None
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "feasible",
        "gain_db",
        "integrated_lufs",
        "limiting_db",
        "note",
        "peak_limiting_db",
        "true_peak_dbtp",
    )


#: Observation of the assistant in the measurements.
Observation = Literal[
    "no_loudness",
    "below_target",
    "above_target",
    "peaks_over_ceiling",
    "heavy_limiting",
    "over_limited",
    "wide_dynamics",
    "sub_rumble",
    "heavy_bass",
    "thin",
    "mud",
    "honk",
    "harshness",
    "brightness",
    "dullness",
    "out_of_phase",
    "out_of_phase_moment",
    "too_wide",
    "narrow",
    "wide_bass",
    "antiphase_bass",
    "imbalance",
    "mono_loss",
    "one_channel",
    "absurd_level",
    "reference_tone",
    "reference_loudness",
    "reference_dynamics",
    "reference_width",
]


#: How far a finding was put right.
Status = Literal["cured", "improved", "left", "refused"]


class Outcome(Record):
    """What became of a finding in the master.

    Attributes
    ----------
    after : float | None
        That measurement in the master; `None` where the fault is no longer found and has no value then.
    before : float | None
        That measurement in the mix.
    measure : str | None
        Name of the measurement that shows it, with its unit, such as `balance_db`; `None` where none shows it.
    note : str | None
        Remark, such as why nothing was done; `None` where there is none.
    status : Status
        How far it was put right.
    """

    __slots__ = ()

    after: float | None
    before: float | None
    measure: str | None
    note: str | None
    status: Status

    _fields: ClassVar[tuple[str, ...]] = (
        "after",
        "before",
        "measure",
        "note",
        "status",
    )


class Finding(Record):
    """One finding about a track, with regard to a target.

    Attributes
    ----------
    advice : str
        Advice: what to do about it in the mix.
    confidence : float
        Confidence, 0 to 1.
    done_here : str | None
        What the recommended chain does about it; absent where it does nothing.
    evidence : dict[str, float]
        Measured values behind it, by unit-suffixed name.
    kind : Observation | DefectKind
        Kind of finding.
    message : str
        Explanation in one sentence, for a musician.
    outcome : Outcome | None
        What the written master measures; absent before there is one.
    range_s : list[float] | None
        Start and end of the affected range in seconds; `None` for the whole track.
    severity : Severity
        Severity.
    """

    __slots__ = ()

    advice: str
    confidence: float
    done_here: str | None
    evidence: dict[str, float]
    kind: Observation | DefectKind
    message: str
    outcome: Outcome | None
    range_s: list[float] | None
    severity: Severity

    _fields: ClassVar[tuple[str, ...]] = (
        "advice",
        "confidence",
        "done_here",
        "evidence",
        "kind",
        "message",
        "outcome",
        "range_s",
        "severity",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "outcome": (Outcome, False),
    }


class Reason(Record):
    """Reason for one step of the chain.

    Attributes
    ----------
    step : int
        Index of the step in the chain.
    text : str
        Reason in one sentence, for a musician.
    """

    __slots__ = ()

    step: int
    text: str

    _fields: ClassVar[tuple[str, ...]] = (
        "step",
        "text",
    )


class Target(Record):
    """Loudness and true peak to reach, and how much limiting is allowed.

    Streaming services publish the level they *play at*, not one they ask to be delivered: music mastered louder is turned down,
    music mastered softer is turned up or left alone. A target named after a service says what that service will do with the file,
    so that nothing is limited for a loudness that will be taken back.

    Attributes
    ----------
    ceiling_dbtp : float
        Highest true peak, -12 to 0 dBTP.
    description : str
        Purpose, in one sentence.
    integrated_lufs : float
        Integrated loudness (ITU-R BS.1770-5), -40 to -3 LUFS.
    max_limiting_db : float
        How much loudness the limiter may take from the loudest moments: the 95th percentile over the 400 ms windows that count
        for integrated loudness. What needs more is reported as infeasible.
    name : str
        Name of the target.
    source : str
        Source and date of the numbers; "house" for targets of this project.
    tolerance_lu : float
        Tolerance within which the target counts as reached.
    """

    __slots__ = ()

    ceiling_dbtp: float
    description: str
    integrated_lufs: float
    max_limiting_db: float
    name: str
    source: str
    tolerance_lu: float

    _fields: ClassVar[tuple[str, ...]] = (
        "ceiling_dbtp",
        "description",
        "integrated_lufs",
        "max_limiting_db",
        "name",
        "source",
        "tolerance_lu",
    )


class Recommendation(RecommendationMethods, Record):
    """Findings about a track, and the chain that brings it to a target.

    Attributes
    ----------
    chain : Chain
        Chain that acts on the findings.
    expected : Expected
        Estimated level and peaks after the chain.
    findings : list[Finding]
        Findings, most important first.
    reasons : list[Reason]
        Reasons for its steps.
    source : Source
        Source of the track.
    target : Target
        Target.
    """

    __slots__ = ()

    chain: Chain
    expected: Expected
    findings: list[Finding]
    reasons: list[Reason]
    source: Source
    target: Target

    _fields: ClassVar[tuple[str, ...]] = (
        "chain",
        "expected",
        "findings",
        "reasons",
        "source",
        "target",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "chain": (ChainLoader, False),
        "expected": (Expected, False),
        "findings": (Finding, True),
        "reasons": (Reason, True),
        "source": (Source, False),
        "target": (Target, False),
    }


class Achieved(Record):
    """The written file in a few numbers; each is measured on the decoded file.

    Attributes
    ----------
    drive_db : float | None
        Gain before the limiter; `None` when a chain was rendered as it stands.
    integrated_lufs : float | None
        Integrated loudness.
    plr_db : float | None
        True peak less integrated loudness.
    range_lu : float | None
        Loudness range.
    true_peak_dbtp : float | None
        True peak.
    """

    __slots__ = ()

    drive_db: float | None
    integrated_lufs: float | None
    plr_db: float | None
    range_lu: float | None
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "drive_db",
        "integrated_lufs",
        "plr_db",
        "range_lu",
        "true_peak_dbtp",
    )


#: Outcome of a codec's check.
CodecStatus = Literal["safe", "clips", "not_checked"]


class CodecCheck(Record):
    """Codec's round trip: the audio encoded afresh and decoded again.

    Attributes
    ----------
    clipped_samples : int | None
        Decoded samples beyond full scale, all channels together.
    codec : str
        Name of the codec, such as `aac128`.
    encoder : str | None
        Name and version of the encoder; `None` if there is none.
    reason : str | None
        Why the codec was not checked; `None` if it was.
    sample_rate_hz : float | None
        Sample rate of the decoded audio in Hz.
    status : CodecStatus
        Outcome.
    true_peak_dbtp : float | None
        True peak of the decoded audio in dBTP (ITU-R BS.1770-5); `None` for silence.
    """

    __slots__ = ()

    clipped_samples: int | None
    codec: str
    encoder: str | None
    reason: str | None
    sample_rate_hz: float | None
    status: CodecStatus
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "clipped_samples",
        "codec",
        "encoder",
        "reason",
        "sample_rate_hz",
        "status",
        "true_peak_dbtp",
    )


class CodecStep(Record):
    """Master that was written on the way to one that no codec clips.

    Attributes
    ----------
    ceiling_dbtp : float | None
        Ceiling of the master in dBTP; `None` if a chain was rendered as it stands.
    clipped_samples : int
        Samples beyond full scale, all codecs that were checked at this step together.
    clipping : list[str]
        Codecs that clip.
    decoded_true_peak_dbtp : float | None
        Highest true peak that a codec made of it, in dBTP.
    integrated_lufs : float | None
        Integrated loudness of the written master.
    plr_db : float | None
        True peak less integrated loudness.
    true_peak_dbtp : float | None
        True peak of the written master.
    """

    __slots__ = ()

    ceiling_dbtp: float | None
    clipped_samples: int
    clipping: list[str]
    decoded_true_peak_dbtp: float | None
    integrated_lufs: float | None
    plr_db: float | None
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "ceiling_dbtp",
        "clipped_samples",
        "clipping",
        "decoded_true_peak_dbtp",
        "integrated_lufs",
        "plr_db",
        "true_peak_dbtp",
    )


class CodecReport(Record):
    """Codecs of a master: what every one makes of it, and what was done so that none clips.

    Attributes
    ----------
    asked_ceiling_dbtp : float | None
        Ceiling that was asked for, in dBTP; `None` if a chain was rendered as it stands.
    ceiling_dbtp : float | None
        Ceiling that the master was written with in the end, in dBTP.
    checks : list[CodecCheck]
        Every codec, measured on the master as it stands.
    cost_lu : float | None
        Loudness that the lower ceiling cost, in LU: 0 if there was no need to lower it.
    cost_plr_db : float | None
        Ratio of true peak to loudness that the lower ceiling cost, in dB: what the limiter takes more from the peaks.
    note : str | None
        Remark, such as why the ceiling was not lowered; `None` if there is none.
    safe : bool | None
        Whether no codec clips; `None` if none could be checked.
    steps : list[CodecStep]
        Masters written on the way, the one as asked first; the last one stands.
    """

    __slots__ = ()

    asked_ceiling_dbtp: float | None
    ceiling_dbtp: float | None
    checks: list[CodecCheck]
    cost_lu: float | None
    cost_plr_db: float | None
    note: str | None
    safe: bool | None
    steps: list[CodecStep]

    _fields: ClassVar[tuple[str, ...]] = (
        "asked_ceiling_dbtp",
        "ceiling_dbtp",
        "checks",
        "cost_lu",
        "cost_plr_db",
        "note",
        "safe",
        "steps",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "checks": (CodecCheck, True),
        "steps": (CodecStep, True),
    }


class Edit(Record):
    """Trim and fades of a master.

    The input is trimmed before it enters the chain. Fades are raised cosines, applied to the output of the chain before the
    limiter: compressors do not react to them, and the limiter's ceiling and the dither hold for the faded file.

    Attributes
    ----------
    end_s : float | None
        End of the master, in seconds of the input; the input's end if absent.
    fade_in_s : float
        Length of the fade-in at the start of the master, in seconds.
    fade_out_s : float
        Length of the fade-out at the end of the master, in seconds.
    start_s : float
        Start of the master, in seconds of the input.
    """

    __slots__ = ()

    end_s: float | None
    fade_in_s: float
    fade_out_s: float
    start_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "end_s",
        "fade_in_s",
        "fade_out_s",
        "start_s",
    )


#: What became of a field of the metadata.
FieldOutcome = Literal["kept", "mapped", "renewed", "set", "dropped"]


class MetadataField(Record):
    """What became of a field of the metadata of a mix in its master.

    Attributes
    ----------
    field : str
        Field: `title`, `broadcast.time_reference`, `markers`, `other.COMPOSER` …
    note : str | None
        What was changed or why it was dropped; `None` for what was kept or set.
    outcome : FieldOutcome
        What became of it.
    """

    __slots__ = ()

    field: str
    note: str | None
    outcome: FieldOutcome

    _fields: ClassVar[tuple[str, ...]] = (
        "field",
        "note",
        "outcome",
    )


class MasterResult(MasterResultMethods, Record):
    """Result of `master`: the request, the chain as rendered, and the measurements before and after.

    Attributes
    ----------
    achieved : Achieved
        Key measurements of the written file.
    after : Analysis
        Analysis of the master, decoded from the written file.
    before : Analysis
        Analysis of the mix.
    chain : Chain
        The chain as rendered; rendering it again over the mix gives the same samples on the same kind of processor.
    codecs : CodecReport | None
        What lossy codecs make of the master; absent if none was to be tried.
    edit : Edit
        Trim and fades; absent if there are none.
    feasible : bool
        Whether the target was reached.
    findings : list[Finding]
        Findings about the mix, most important first, each with what became of it in the master; empty if a chain was given.
    input : str
        Path of the mix; `audio in memory` if it was no file.
    metadata : list[MetadataField]
        What became of every field of the mix's metadata, and what was set; empty if there is none.
    notes : list[str]
        Changes to the given chain that it does not mention itself, and what is irregular about the mix, and what of its plugins
        could not be confined.
    output : str
        Path of the master.
    reason : str | None
        Why the target was not reached; `None` if it was.
    reasons : list[Reason]
        Why the steps of the recommended chain are there; empty if a chain was given.
    target : Target | None
        Loudness and ceiling to reach; `None` if a chain was rendered unchanged.
    """

    __slots__ = ()

    achieved: Achieved
    after: Analysis
    before: Analysis
    chain: Chain
    codecs: CodecReport | None
    edit: Edit | None
    feasible: bool
    findings: list[Finding]
    input: str
    metadata: list[MetadataField]
    notes: list[str]
    output: str
    reason: str | None
    reasons: list[Reason]
    target: Target | None

    _fields: ClassVar[tuple[str, ...]] = (
        "achieved",
        "after",
        "before",
        "chain",
        "codecs",
        "edit",
        "feasible",
        "findings",
        "input",
        "metadata",
        "notes",
        "output",
        "reason",
        "reasons",
        "target",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "achieved": (Achieved, False),
        "after": (Analysis, False),
        "before": (Analysis, False),
        "chain": (ChainLoader, False),
        "codecs": (CodecReport, False),
        "edit": (Edit, False),
        "findings": (Finding, True),
        "metadata": (MetadataField, True),
        "reasons": (Reason, True),
        "target": (Target, False),
    }


#: Consequence of breaking a rule.
Level = Literal["fail", "warn"]


class RuleResult(Record):
    """Result of one rule for one file.

    Attributes
    ----------
    allowed : str
        Allowed values, in words.
    id : str
        The rule's name.
    level : Level
        Consequence of breaking it.
    message : str
        Explanation in one sentence.
    passed : bool
        Whether it is kept.
    unknown : str | None
        Reason why the value is unknown, if it is.
    value : Any
        Measured value, or the number of defects for a defect rule; `None` if unknown.
    """

    __slots__ = ()

    allowed: str
    id: str
    level: Level
    message: str
    passed: bool
    unknown: str | None
    value: Any

    _fields: ClassVar[tuple[str, ...]] = (
        "allowed",
        "id",
        "level",
        "message",
        "passed",
        "unknown",
        "value",
    )


class CheckResult(CheckResultMethods, Record):
    """Result of checking one file against a profile.

    Attributes
    ----------
    input : str | None
        The file, as the user named it; `None` for audio from memory.
    passed : bool
        Whether every rule of level `fail` is kept.
    profile : str
        Name of the profile.
    results : list[RuleResult]
        Result of every rule, in the profile's order.
    """

    __slots__ = ()

    input: str | None
    passed: bool
    profile: str
    results: list[RuleResult]

    _fields: ClassVar[tuple[str, ...]] = (
        "input",
        "passed",
        "profile",
        "results",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "results": (RuleResult, True),
    }


class Rule(Record):
    """Rule of a profile: either `measure` with `min`, `max` or `one_of`, or `defect`.

    Attributes
    ----------
    defect : DefectKind | None
        Kind of defect that must not be there.
    id : str
        Short name, unique in the profile.
    level : Level
        Consequence of breaking the rule.
    max : float | None
        Largest value allowed.
    measure : str | None
        Dotted path into the analysis, such as `loudness.true_peak_dbtp`.
    min : float | None
        Smallest value allowed.
    one_of : list[Any] | None
        Values allowed.
    severity : Severity | None
        The mildest severity that counts; `minor` unless given.
    unknown_passes : bool
        Whether an unknown measurement (`None`) passes.
    why : str
        Purpose of the rule, with its source.
    """

    __slots__ = ()

    defect: DefectKind | None
    id: str
    level: Level
    max: float | None
    measure: str | None
    min: float | None
    one_of: list[Any] | None
    severity: Severity | None
    unknown_passes: bool
    why: str

    _fields: ClassVar[tuple[str, ...]] = (
        "defect",
        "id",
        "level",
        "max",
        "measure",
        "min",
        "one_of",
        "severity",
        "unknown_passes",
        "why",
    )


class Profile(Record):
    """Rules a file must keep.

    Attributes
    ----------
    description : str
        Purpose, in one sentence.
    name : str
        Name of the profile.
    rules : list[Rule]
        The rules.
    source : str
        Source of the rules, with its date.
    version : int
        Version of this format: 1.
    """

    __slots__ = ()

    description: str
    name: str
    rules: list[Rule]
    source: str
    version: int

    _fields: ClassVar[tuple[str, ...]] = (
        "description",
        "name",
        "rules",
        "source",
        "version",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "rules": (Rule, True),
    }


class AudioInfo(Record):
    """Format of an audio file, as its headers declare it.

    Attributes
    ----------
    bit_depth : int | None
        Bits per sample as the file declares them; `None` for lossy codecs.
    channel_layout : str
        Name of the channel layout, such as `stereo` or `5.1`.
    channels : int
        Number of channels.
    codec : str
        Codec, such as `pcm_s24le`, `flac`, `mp3`.
    container : str
        Container, such as `wav`, `rf64`, `aiff`, `flac`.
    duration_s : float | None
        Length in seconds; `None` if only decoding tells.
    frames : int | None
        Number of frames; `None` if only decoding tells. Uncompressed files are never believed beyond the bytes they hold.
    notes : list[str]
        Irregularities of the file found so far, and how they were handled.
    sample_rate_hz : float
        Sample rate in Hz.
    """

    __slots__ = ()

    bit_depth: int | None
    channel_layout: str
    channels: int
    codec: str
    container: str
    duration_s: float | None
    frames: int | None
    notes: list[str]
    sample_rate_hz: float

    _fields: ClassVar[tuple[str, ...]] = (
        "bit_depth",
        "channel_layout",
        "channels",
        "codec",
        "container",
        "duration_s",
        "frames",
        "notes",
        "sample_rate_hz",
    )


#: Whether two values agree.
Agreement = Literal["agree", "partly", "disagree", "not_comparable"]


#: A property of the track about which there may be several opinions.
FieldName = Literal[
    "tempo",
    "key",
    "time_signature",
    "genre",
    "subgenre",
    "classical_epoch",
    "mood",
    "mood_advanced",
    "instrument",
    "voice",
    "energy",
    "energy_dynamics",
    "valence",
    "arousal",
    "emotional_profile",
    "emotional_dynamics",
    "movement",
    "character",
    "era",
    "free_genre",
    "music_for",
    "description",
]


class Disagreement(Record):
    """Values that do not agree, in words.

    Attributes
    ----------
    agreement : Agreement
        Whether they are related or contradict each other.
    between : list[int]
        Places in the field's `values` of the two, or of the first two where several models say what one of them says.
    field : FieldName
        Which field.
    message : str
        What each says.
    """

    __slots__ = ()

    agreement: Agreement
    between: list[int]
    field: FieldName
    message: str

    _fields: ClassVar[tuple[str, ...]] = (
        "agreement",
        "between",
        "field",
        "message",
    )


#: How the second of two values relates to the first.
Relation = Literal[
    "equal",
    "double",
    "half",
    "triple",
    "third",
    "fifth_above",
    "fifth_below",
    "relative",
    "parallel",
    "among_the_first",
    "near",
    "sung_or_not",
    "other_singer",
    "other",
    "outside_vocabulary",
    "says_nothing",
    "varies",
    "unreadable",
]


class Comparison(Record):
    """How two values of a field relate.

    Attributes
    ----------
    agreement : Agreement
        Whether they agree.
    between : list[int]
        Places of the two values in the field's `values`, the smaller first.
    by_chance : float | None
        Score that two values without any connection have on average, where that is not zero.
    measure : str | None
        Measure of agreement that `score` is of.
    relation : Relation
        How the second relates to the first.
    remark : str | None
        What limits the comparison.
    score : float | None
        Score by that measure.
    """

    __slots__ = ()

    agreement: Agreement
    between: list[int]
    by_chance: float | None
    measure: str | None
    relation: Relation
    remark: str | None
    score: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "agreement",
        "between",
        "by_chance",
        "measure",
        "relation",
        "remark",
        "score",
    )


class Consensus(Record):
    """The value to use for a field, and why.

    Attributes
    ----------
    based_on : list[int]
        Places in `values` of the values behind it.
    labels : list[str]
        The labels, where the field is a ranking.
    number : float | None
        The number, where the field is one.
    reason : str
        Why it is sound.
    word : str | None
        The word, where the field is one.
    """

    __slots__ = ()

    based_on: list[int]
    labels: list[str]
    number: float | None
    reason: str
    word: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "based_on",
        "labels",
        "number",
        "reason",
        "word",
    )


class RankedLabel(Record):
    """A label of a ranking.

    Attributes
    ----------
    as_given : str | None
        The label as the source spells it, where that differs.
    label : str
        Label in the one spelling.
    leads : bool
        Whether the source names it as one that applies to the track.
    presence : str | None
        How much of the track an instrument plays: `absent`, `partially`, `frequently`, `throughout`.
    score : float | None
        Score as the source gives it; 0 to 1, but scores of different sources mean different things.
    """

    __slots__ = ()

    as_given: str | None
    label: str
    leads: bool
    presence: str | None
    score: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "as_given",
        "label",
        "leads",
        "presence",
        "score",
    )


class FieldValue(Record):
    """A value of a field: a number, a word or a ranking, with its source.

    Attributes
    ----------
    api : str | None
        Interface it came through: `graphql`, `rest-v1`.
    as_given : str | None
        The word as the source spells it, where that differs.
    at : str | None
        When it was fetched or said, as RFC 3339.
    by : str | None
        The person who said it.
    confidence : float | None
        0 to 1, as the source gives it.
    model : str | None
        Model behind it, such as `AudioAnalysisV7`, `BpmV2`, `MSD_musicnn`.
    number : float | None
        The number, where the field is one.
    ranking : list[RankedLabel]
        The labels, best first, where the field is a ranking.
    result : int | None
        Place of the answer it comes from in `results`.
    source : str
        Who says so: `balanced`, `cyanite` or `human`.
    version : str | None
        Version of the program behind it.
    word : str | None
        The word, where the field is one, in the one spelling.
    """

    __slots__ = ()

    api: str | None
    as_given: str | None
    at: str | None
    by: str | None
    confidence: float | None
    model: str | None
    number: float | None
    ranking: list[RankedLabel]
    result: int | None
    source: str
    version: str | None
    word: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "api",
        "as_given",
        "at",
        "by",
        "confidence",
        "model",
        "number",
        "ranking",
        "result",
        "source",
        "version",
        "word",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "ranking": (RankedLabel, True),
    }


class Field(Record):
    """A field with every value there is.

    Attributes
    ----------
    comparisons : list[Comparison]
        How each pair of values relates.
    consensus : Consensus | None
        The value to use; `None` where none is sound.
    name : FieldName
        Which field.
    values : list[FieldValue]
        The values: the local one, people's, then Cyanite's.
    """

    __slots__ = ()

    comparisons: list[Comparison]
    consensus: Consensus | None
    name: FieldName
    values: list[FieldValue]

    _fields: ClassVar[tuple[str, ...]] = (
        "comparisons",
        "consensus",
        "name",
        "values",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "comparisons": (Comparison, True),
        "consensus": (Consensus, False),
        "values": (FieldValue, True),
    }


class HumanValue(Record):
    """What a person says about a field; no program's value ever replaces it.

    Attributes
    ----------
    at : str | None
        When, as RFC 3339.
    by : str | None
        Who says so.
    field : FieldName
        The field.
    labels : list[str]
        The labels that apply, best first, where the field is a ranking.
    number : float | None
        The number, where the field is one.
    word : str | None
        The word, where the field is one.
    """

    __slots__ = ()

    at: str | None
    by: str | None
    field: FieldName
    labels: list[str]
    number: float | None
    word: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "at",
        "by",
        "field",
        "labels",
        "number",
        "word",
    )


class ProviderResult(Record):
    """A service's answer about a track, untouched, and where it comes from.

    Attributes
    ----------
    api : str
        Interface of the service: `graphql` or `rest-v1`.
    external_id : str | None
        Name that the track was uploaded under.
    fetched_at : str | None
        When it was fetched, as RFC 3339; `None` where nobody knows.
    provider : str
        Service: `cyanite`.
    raw : Any
        The answer as it came: GraphQL's `libraryTrack` object, or the object with `items` of REST's `/models`.
    source_sha256 : str | None
        SHA-256 of the file that the uploaded audio was made from, lower-case hex; `None` where nobody knows.
    track_id : str | None
        The service's name of the track.
    """

    __slots__ = ()

    api: str
    external_id: str | None
    fetched_at: str | None
    provider: str
    raw: Any
    source_sha256: str | None
    track_id: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "api",
        "external_id",
        "fetched_at",
        "provider",
        "raw",
        "source_sha256",
        "track_id",
    )


class SetAside(Record):
    """An answer about another file.

    Attributes
    ----------
    reason : str
        Why it was not merged.
    result : ProviderResult
        The answer, untouched.
    """

    __slots__ = ()

    reason: str
    result: ProviderResult

    _fields: ClassVar[tuple[str, ...]] = (
        "reason",
        "result",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "result": (ProviderResult, False),
    }


class MergedSource(Record):
    """The track.

    Attributes
    ----------
    duration_s : float
        Length in seconds.
    path : str | None
        Path as the user gave it to the analysis.
    sha256 : str | None
        SHA-256 of the file's bytes, lower-case hex.
    """

    __slots__ = ()

    duration_s: float
    path: str | None
    sha256: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "duration_s",
        "path",
        "sha256",
    )


class TimePoint(Record):
    """Values at one position.

    Attributes
    ----------
    agreement : Agreement | None
        Whether they agree, where that can be said.
    at_s : float
        Position in seconds, as Cyanite gives it; whether it is the start or the centre of a stretch is documented differently in
        different places.
    cyanite : float | str | None
        Cyanite's value.
    local : float | str | None
        Local value.
    relation : Relation | None
        How Cyanite's relates to the local one.
    """

    __slots__ = ()

    agreement: Agreement | None
    at_s: float
    cyanite: float | str | None
    local: float | str | None
    relation: Relation | None

    _fields: ClassVar[tuple[str, ...]] = (
        "agreement",
        "at_s",
        "cyanite",
        "local",
        "relation",
    )


class TimeLine(Record):
    """A field through time, as one model of Cyanite says it, with the local values at the same positions.

    Attributes
    ----------
    agree : int | None
        Positions at which they agree, of those compared by a verdict.
    compared : int
        Positions at which both can be compared.
    field : FieldName
        Which field.
    local_measure : str | None
        Local measure in `local`: `tempo` in beats a minute, `key`, `short_term_lufs`; `None` where there is none.
    model : str
        Model that says it.
    points : list[TimePoint]
        Values at each position, in the order of time.
    rank_correlation : float | None
        Spearman's rank correlation of the two, -1 to 1, where only their order can be compared.
    result : int
        Place in `results` of the answer.
    """

    __slots__ = ()

    agree: int | None
    compared: int
    field: FieldName
    local_measure: str | None
    model: str
    points: list[TimePoint]
    rank_correlation: float | None
    result: int

    _fields: ClassVar[tuple[str, ...]] = (
        "agree",
        "compared",
        "field",
        "local_measure",
        "model",
        "points",
        "rank_correlation",
        "result",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "points": (TimePoint, True),
    }


class Merged(MergedMethods, Record):
    """Local and Cyanite's values of one track side by side, how they agree, and everything they were taken from.

    Attributes
    ----------
    balanced_version : str
        Version of the program that merged.
    disagreements : list[Disagreement]
        What people should look at.
    fields : list[Field]
        Fields of which there is any value, in a fixed order.
    human : list[HumanValue]
        What people said.
    local : Any
        The local analysis, untouched.
    merge_version : int
        Version of this document.
    notes : list[str]
        What else is to be known: answers that are not finished, that could not be checked, that are not read.
    results : list[ProviderResult]
        Cyanite's answers, untouched, in the order that `result` counts.
    set_aside : list[SetAside]
        Answers about another file, which no field holds.
    source : MergedSource
        The track, as the local analysis names it.
    through_time : list[TimeLine]
        Values through time: Cyanite's values and the local ones at the same positions.
    """

    __slots__ = ()

    balanced_version: str
    disagreements: list[Disagreement]
    fields: list[Field]
    human: list[HumanValue]
    local: Any
    merge_version: int
    notes: list[str]
    results: list[ProviderResult]
    set_aside: list[SetAside]
    source: MergedSource
    through_time: list[TimeLine]

    _fields: ClassVar[tuple[str, ...]] = (
        "balanced_version",
        "disagreements",
        "fields",
        "human",
        "local",
        "merge_version",
        "notes",
        "results",
        "set_aside",
        "source",
        "through_time",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "disagreements": (Disagreement, True),
        "fields": (Field, True),
        "human": (HumanValue, True),
        "results": (ProviderResult, True),
        "set_aside": (SetAside, True),
        "source": (MergedSource, False),
        "through_time": (TimeLine, True),
    }


#: Outcome of an offer.
OfferOutcome = Literal["accepted", "declined_by_engineer", "declined_by_client"]


class Offer(Record):
    """Earlier offer of a track to an engineer.

    Attributes
    ----------
    client : str | None
        Client of that track; `None` where it is not kept.
    genre : str | None
        Genre of that track; `None` where it is not kept.
    outcome : OfferOutcome
        Outcome of the offer.
    """

    __slots__ = ()

    client: str | None
    genre: str | None
    outcome: OfferOutcome

    _fields: ClassVar[tuple[str, ...]] = (
        "client",
        "genre",
        "outcome",
    )


class PortfolioMeasure(Record):
    """Mean and spread of one measurement.

    Attributes
    ----------
    mean : float
        Mean.
    spread : float
        Standard deviation (of the sample); 0 for one master.
    tracks : int
        Number of masters that have a value.
    """

    __slots__ = ()

    mean: float
    spread: float
    tracks: int

    _fields: ClassVar[tuple[str, ...]] = (
        "mean",
        "spread",
        "tracks",
    )


class PortfolioEmbedding(Record):
    """Mean and spread of embeddings, each of length 1.

    Attributes
    ----------
    mean : list[float]
        Mean of the embeddings of the masters.
    spread : float
        Root mean square distance of the masters from that mean (of the sample); 0 for one master.
    tracks : int
        Number of masters that have one.
    """

    __slots__ = ()

    mean: list[float]
    spread: float
    tracks: int

    _fields: ClassVar[tuple[str, ...]] = (
        "mean",
        "spread",
        "tracks",
    )


class Portfolio(Record):
    """Means and spreads over the masters of a portfolio.

    Attributes
    ----------
    bands_db : list[PortfolioMeasure]
        Level of the seven regions relative to the whole, in the order of the spectrum's `bands`; empty where it is not known.
    embedding : PortfolioEmbedding | None
        Embedding of the masters; `None` where it was not computed.
    genres : dict[str, float]
        Number of masters of each genre; a master of two genres counts for both in parts.
    loudness_lufs : PortfolioMeasure | None
        Integrated loudness.
    plr_db : PortfolioMeasure | None
        Peak to loudness ratio.
    range_lu : PortfolioMeasure | None
        Loudness range.
    side_to_mid_db : PortfolioMeasure | None
        Side over mid power.
    tracks : int
        Number of masters.
    """

    __slots__ = ()

    bands_db: list[PortfolioMeasure]
    embedding: PortfolioEmbedding | None
    genres: dict[str, float]
    loudness_lufs: PortfolioMeasure | None
    plr_db: PortfolioMeasure | None
    range_lu: PortfolioMeasure | None
    side_to_mid_db: PortfolioMeasure | None
    tracks: int

    _fields: ClassVar[tuple[str, ...]] = (
        "bands_db",
        "embedding",
        "genres",
        "loudness_lufs",
        "plr_db",
        "range_lu",
        "side_to_mid_db",
        "tracks",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "bands_db": (PortfolioMeasure, True),
        "embedding": (PortfolioEmbedding, False),
        "loudness_lufs": (PortfolioMeasure, False),
        "plr_db": (PortfolioMeasure, False),
        "range_lu": (PortfolioMeasure, False),
        "side_to_mid_db": (PortfolioMeasure, False),
    }


class Engineer(Record):
    """Mastering engineer of a roster.

    Attributes
    ----------
    available_from : str | None
        First day on which a project may start; `None` for any.
    available_until : str | None
        Last day on which a project may end; `None` for any.
    capacity : int
        Largest number of projects at the same time.
    do_not_match : list[str]
        Clients for whom the engineer does not work.
    exposure : float
        Exposure so far: the sum of `exposure` over the lists in which the engineer was shown.
    genres : list[str]
        Genres that the engineer states, best as labels of `tags.genre`; other words only match a wish of the same word.
    history : list[Offer]
        Earlier offers and what became of them.
    id : str
        Identifier, unique in the roster.
    languages : list[str]
        Languages in which a client can be answered, as language tags (`en`, `pt-BR`); only the language itself is compared.
    load : int
        Current number of projects.
    name : str
        Name to show; never read by the ranking.
    portfolio : Portfolio | None
        Summary of finished masters; `None` where there are none.
    portfolio_file : str | None
        File with the analyses of finished masters (rows of `balanced analyze --embedding --json`), relative to the roster's file;
        read instead of `portfolio`.
    price : float | None
        Price of one track; `None` where it is agreed on later, which no budget allows.
    turnaround_days : int
        Days from the start of a project to its master.
    """

    __slots__ = ()

    available_from: str | None
    available_until: str | None
    capacity: int
    do_not_match: list[str]
    exposure: float
    genres: list[str]
    history: list[Offer]
    id: str
    languages: list[str]
    load: int
    name: str | None
    portfolio: Portfolio | None
    portfolio_file: str | None
    price: float | None
    turnaround_days: int

    _fields: ClassVar[tuple[str, ...]] = (
        "available_from",
        "available_until",
        "capacity",
        "do_not_match",
        "exposure",
        "genres",
        "history",
        "id",
        "languages",
        "load",
        "name",
        "portfolio",
        "portfolio_file",
        "price",
        "turnaround_days",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "history": (Offer, True),
        "portfolio": (Portfolio, False),
    }


class Roster(RosterMethods, Record):
    """Engineers of a platform, as `roster.json` holds them.

    Fields that are not named here are refused. There is none for gender, age, origin or another protected attribute, since no
    match may depend on one.

    Attributes
    ----------
    currency : str | None
        Currency of every price and budget, such as `EUR`; only shown.
    engineers : list[Engineer]
        The engineers, in any order.
    version : int
        Version of this format: 1.
    """

    __slots__ = ()

    currency: str | None
    engineers: list[Engineer]
    version: int

    _fields: ClassVar[tuple[str, ...]] = (
        "currency",
        "engineers",
        "version",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "engineers": (Engineer, True),
    }


class WishedSound(Record):
    """Sound that a client asks for; what is left out is taken from the track, except for loudness and peak to loudness ratio,
    which a mix does not tell.

    Attributes
    ----------
    bands_db : list[float]
        Level of the seven regions relative to the whole, in the order of the spectrum's `bands`; empty for those of the track.
    loudness_lufs : float | None
        Integrated loudness.
    plr_db : float | None
        Peak to loudness ratio.
    range_lu : float | None
        Loudness range.
    side_to_mid_db : float | None
        Side over mid power.
    """

    __slots__ = ()

    bands_db: list[float]
    loudness_lufs: float | None
    plr_db: float | None
    range_lu: float | None
    side_to_mid_db: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "bands_db",
        "loudness_lufs",
        "plr_db",
        "range_lu",
        "side_to_mid_db",
    )


class MatchWeights(Record):
    """Importance of each part of the score, 0 to 10 relative to each other; only their ratios count.

    The defaults were chosen on a simulated platform (`docs/roster.md`).

    Attributes
    ----------
    dynamics : float
        Dynamics of the masters.
    exposure : float
        Exposure below that of other engineers.
    genre : float
        Genre.
    history : float
        Earlier offers that were accepted, those of the same client and genre above others.
    load : float
        Free places.
    loudness : float
        Loudness of the masters against the wished one.
    price : float
        Low price.
    similar_music : float
        Similar music in the portfolio, by the embedding.
    tone : float
        Tonal balance of the masters.
    turnaround : float
        Short turnaround.
    width : float
        Stereo width of the masters.
    """

    __slots__ = ()

    dynamics: float
    exposure: float
    genre: float
    history: float
    load: float
    loudness: float
    price: float
    similar_music: float
    tone: float
    turnaround: float
    width: float

    _fields: ClassVar[tuple[str, ...]] = (
        "dynamics",
        "exposure",
        "genre",
        "history",
        "load",
        "loudness",
        "price",
        "similar_music",
        "tone",
        "turnaround",
        "width",
    )


class Wishes(Record):
    """Wishes of a client, as `wishes.json` holds them; whatever is left out sets no condition.

    Attributes
    ----------
    budget : float | None
        Most that the track may cost, in the roster's currency.
    client : str | None
        Identifier of the client.
    do_not_match : list[str]
        Engineers who are not wanted, by their identifiers.
    genres : list[str]
        Genres of the track, which replace those that the analysis heard.
    languages : list[str]
        Languages of which the engineer has to answer in one.
    sound : WishedSound
        Sound that the master should have.
    start : str | None
        Day on which the work is to start; `None` for today.
    version : int
        Version of this format: 1.
    weights : MatchWeights
        Importance of each part of the score.
    within_days : int | None
        Most days until the master.
    """

    __slots__ = ()

    budget: float | None
    client: str | None
    do_not_match: list[str]
    genres: list[str]
    languages: list[str]
    sound: WishedSound
    start: str | None
    version: int
    weights: MatchWeights
    within_days: int | None

    _fields: ClassVar[tuple[str, ...]] = (
        "budget",
        "client",
        "do_not_match",
        "genres",
        "languages",
        "sound",
        "start",
        "version",
        "weights",
        "within_days",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "sound": (WishedSound, False),
        "weights": (MatchWeights, False),
    }


#: Condition of a match.
MatchCondition = Literal[
    "availability",
    "capacity",
    "budget",
    "turnaround",
    "language",
    "client_excludes",
    "engineer_excludes",
]


class ExcludedEngineer(Record):
    """Engineer who does not meet a condition.

    Attributes
    ----------
    conditions : list[MatchCondition]
        The conditions that are not met.
    id : str
        Identifier in the roster.
    """

    __slots__ = ()

    conditions: list[MatchCondition]
    id: str

    _fields: ClassVar[tuple[str, ...]] = (
        "conditions",
        "id",
    )


class MatchReason(Record):
    """Reason that is shown to one side.

    Attributes
    ----------
    contribution : float
        Share of the score that it gives.
    reason : str
        Name of the part, or `terms` (price and turnaround) or `platform` (history, load and exposure) for a sum of parts.
    text : str
        The reason in words.
    """

    __slots__ = ()

    contribution: float
    reason: str
    text: str

    _fields: ClassVar[tuple[str, ...]] = (
        "contribution",
        "reason",
        "text",
    )


class MatchExplanation(Record):
    """Explanation of a match for one side.

    Attributes
    ----------
    reasons : list[MatchReason]
        Reasons whose contributions sum to the score.
    score : float
        Score, as in the match.
    summary : str
        The reasons in one sentence.
    """

    __slots__ = ()

    reasons: list[MatchReason]
    score: float
    summary: str

    _fields: ClassVar[tuple[str, ...]] = (
        "reasons",
        "score",
        "summary",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "reasons": (MatchReason, True),
    }


class MatchExplanations(Record):
    """Explanations of a match, one for each side.

    Attributes
    ----------
    client : MatchExplanation
        For the client: nothing of other clients; history, load and exposure are one sum.
    engineer : MatchExplanation
        For the engineer: nothing of the client's identity, budget and dates; price and turnaround are one sum, and so are
        history, load and exposure.
    """

    __slots__ = ()

    client: MatchExplanation
    engineer: MatchExplanation

    _fields: ClassVar[tuple[str, ...]] = (
        "client",
        "engineer",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "client": (MatchExplanation, False),
        "engineer": (MatchExplanation, False),
    }


#: Kind of part of a score.
PartKind = Literal[
    "genre",
    "similar_music",
    "loudness",
    "dynamics",
    "tone",
    "width",
    "price",
    "turnaround",
    "history",
    "load",
    "exposure",
]


class MatchPart(Record):
    """Part of a score.

    Attributes
    ----------
    contribution : float
        Share of the score that it gives.
    part : PartKind
        Kind of part.
    text : str
        The reason in words and numbers.
    value : float | None
        Fit, 0 to 1; `None` where it is not known, which counts as a quarter.
    weight : float
        Share of the whole score that the part can give; the shares of all parts sum to 1.
    """

    __slots__ = ()

    contribution: float
    part: PartKind
    text: str
    value: float | None
    weight: float

    _fields: ClassVar[tuple[str, ...]] = (
        "contribution",
        "part",
        "text",
        "value",
        "weight",
    )


class EngineerMatch(Record):
    """Engineer proposed for a track.

    Attributes
    ----------
    diversity_penalty : float
        What the likeness to engineers further up took off when the place was given; not part of `score`.
    explanation : MatchExplanations
        Explanations that may be shown.
    exposure : float
        Exposure that the place gives, 1 / log2(1 + rank); to be added to the engineer's `exposure` when the list is shown.
    id : str
        Identifier in the roster.
    is_explored : bool
        Whether the place was given by the share for newcomers rather than by the score.
    is_newcomer : bool
        Whether few offers were accepted so far.
    name : str
        Name to show.
    parts : list[MatchPart]
        The parts of the score.
    rank : int
        Place in the list, from 1.
    score : float
        Score, 0 to 1: the sum of the contributions of `parts`.
    """

    __slots__ = ()

    diversity_penalty: float
    explanation: MatchExplanations
    exposure: float
    id: str
    is_explored: bool
    is_newcomer: bool
    name: str
    parts: list[MatchPart]
    rank: int
    score: float

    _fields: ClassVar[tuple[str, ...]] = (
        "diversity_penalty",
        "explanation",
        "exposure",
        "id",
        "is_explored",
        "is_newcomer",
        "name",
        "parts",
        "rank",
        "score",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "explanation": (MatchExplanations, False),
        "parts": (MatchPart, True),
    }


class EngineerMatches(EngineerMatchesMethods, Record):
    """Engineers for a track, the best first, with the reasons.

    The whole is for the platform. What may be shown to a client or to an engineer is in `explanation` of each match.

    Attributes
    ----------
    currency : str | None
        Currency of the prices.
    diversity : float
        Penalty of being like an engineer further up, in units of the score.
    eligible : int
        Number of engineers who meet every condition.
    excluded : list[ExcludedEngineer]
        Engineers who do not meet a condition, in order of their identifiers.
    exploration : float
        Share of lists in which a newcomer gets the last place.
    matches : list[EngineerMatch]
        The engineers to propose, best first.
    seed : int
        Seed of the draws.
    source : Source
        The track.
    start : str | None
        Day on which the work is to start, to which availabilities were compared; `None` where none was compared.
    """

    __slots__ = ()

    currency: str | None
    diversity: float
    eligible: int
    excluded: list[ExcludedEngineer]
    exploration: float
    matches: list[EngineerMatch]
    seed: int
    source: Source
    start: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "currency",
        "diversity",
        "eligible",
        "excluded",
        "exploration",
        "matches",
        "seed",
        "source",
        "start",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "excluded": (ExcludedEngineer, True),
        "matches": (EngineerMatch, True),
        "source": (Source, False),
    }


class BandDifference(Record):
    """Difference in one region of the spectrum.

    Attributes
    ----------
    from_hz : float
        Lower edge in Hz.
    level_db : float | None
        Level of the difference relative to the audio in this region, in dB: 0 where the codec removed everything.
    to_hz : float
        Upper edge in Hz.
    """

    __slots__ = ()

    from_hz: float
    level_db: float | None
    to_hz: float

    _fields: ClassVar[tuple[str, ...]] = (
        "from_hz",
        "level_db",
        "to_hz",
    )


class PreviewResult(Record):
    """Result of `preview`: peaks of what was decoded, and the difference from what was encoded.

    Attributes
    ----------
    channels : int
        Number of channels.
    clipped_samples : int
        Decoded samples beyond full scale, all channels together.
    codec : str
        Name of the codec, such as `aac128`.
    difference : str | None
        Path of the difference; `None` if it was not asked for.
    difference_by_region : list[BandDifference]
        Level of the difference in each region of the spectrum.
    difference_db : float | None
        Level of the difference relative to the audio, in dB; `None` if either is silence.
    encoded_true_peak_dbtp : float | None
        True peak of what was encoded in dBTP, at the codec's rate; `None` for silence.
    encoder : str
        Name and version of the encoder.
    frames : int
        Number of frames of both files: as many as were encoded.
    input : str
        Path of the input; `audio in memory` if it was no file.
    output : str
        Path of the decoded audio.
    sample_rate_hz : float
        Sample rate of both files in Hz, at which the codec works; the input was converted to it before it was encoded.
    true_peak_dbtp : float | None
        True peak of what was decoded in dBTP; `None` for silence.
    """

    __slots__ = ()

    channels: int
    clipped_samples: int
    codec: str
    difference: str | None
    difference_by_region: list[BandDifference]
    difference_db: float | None
    encoded_true_peak_dbtp: float | None
    encoder: str
    frames: int
    input: str
    output: str
    sample_rate_hz: float
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "channels",
        "clipped_samples",
        "codec",
        "difference",
        "difference_by_region",
        "difference_db",
        "encoded_true_peak_dbtp",
        "encoder",
        "frames",
        "input",
        "output",
        "sample_rate_hz",
        "true_peak_dbtp",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "difference_by_region": (BandDifference, True),
    }


class GivenMetadata(Record):
    """Metadata that a master is given beside, or instead of, that of its mix.

    A field that is given replaces that of the mix; `None` and an empty list leave it.

    Attributes
    ----------
    album : str | None
        Title of the album.
    album_artists : list[str]
        Artists of the album.
    artists : list[str]
        Artists of the track, the main one first.
    comments : list[str]
        Comments.
    cover : str | None
        File of the front cover, a JPEG or PNG picture.
    date : str | None
        Date of the recording or release: a year, or ISO 8601.
    genres : list[str]
        Genres.
    isrc : str | None
        International Standard Recording Code (ISO 3901), with or without hyphens.
    strip : bool
        Whether the metadata of the mix is left out; the fields that are given here are written all the same.
    title : str | None
        Title of the track.
    track_number : int | None
        Number of the track on its disc, counted from 1.
    track_total : int | None
        Number of tracks on the disc.
    upc : str | None
        Universal Product Code (12 digits) or European Article Number (13 digits) of the release.
    """

    __slots__ = ()

    album: str | None
    album_artists: list[str]
    artists: list[str]
    comments: list[str]
    cover: str | None
    date: str | None
    genres: list[str]
    isrc: str | None
    strip: bool
    title: str | None
    track_number: int | None
    track_total: int | None
    upc: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "album",
        "album_artists",
        "artists",
        "comments",
        "cover",
        "date",
        "genres",
        "isrc",
        "strip",
        "title",
        "track_number",
        "track_total",
        "upc",
    )


class Recipe(Record):
    """Everything that renders a file from its source again.

    Attributes
    ----------
    accept_damaged : bool
        Whether a source that gives under half of what it promises is rendered all the same.
    bits : str
        Sample format: `16`, `24` or `32` bits, `32f` or `64f` for floating point; it says nothing of a lossy file.
    chain : Chain
        Chain as rendered, from the first step to the dither with its seed.
    codec : str | None
        Lossy codec with its bit rate, such as `mp3-320`; `None` for a lossless file.
    cover_sha256 : str | None
        SHA-256 of the cover that was given, lower-case hex.
    edit : Edit
        Trim and fades; absent if there are none.
    format : str
        File format: `wav`, `aiff` or `flac`; the extension of a lossy file.
    layout : str | None
        Channel layout that replaces the one the source declares; `None` if none was given.
    metadata : GivenMetadata
        Metadata that was given; the path of a cover is relative to the manifest's folder where the bundle holds it.
    sample_rate_hz : float | None
        Sample rate in Hz; `None` for that of the source.
    """

    __slots__ = ()

    accept_damaged: bool
    bits: str
    chain: Chain
    codec: str | None
    cover_sha256: str | None
    edit: Edit | None
    format: str
    layout: str | None
    metadata: GivenMetadata
    sample_rate_hz: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "accept_damaged",
        "bits",
        "chain",
        "codec",
        "cover_sha256",
        "edit",
        "format",
        "layout",
        "metadata",
        "sample_rate_hz",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "chain": (ChainLoader, False),
        "edit": (Edit, False),
        "metadata": (GivenMetadata, False),
    }


class Resampling(Record):
    """Conversion of a sample rate.

    Attributes
    ----------
    from_hz : float
        Sample rate of the source.
    method : str
        Method and its quality.
    to_hz : float
        Sample rate of the file.
    """

    __slots__ = ()

    from_hz: float
    method: str
    to_hz: float

    _fields: ClassVar[tuple[str, ...]] = (
        "from_hz",
        "method",
        "to_hz",
    )


class DeliveredFile(Record):
    """File of a delivery.

    Attributes
    ----------
    advice : list[str]
        Advice on loudness, peaks and cover art, in words.
    after : Achieved
        Key measurements of the written file.
    bytes : int
        Length in bytes.
    check : CheckResult | None
        Result of the delivery's profile; `None` where it has none.
    delivery : str | None
        Name of the delivery; `None` for a master.
    encoder : str | None
        Encoder of a lossy file with its version, whose bytes another version may write differently; `None` for a lossless one.
    file : Source
        The file; its path is relative to the manifest's folder, with slashes.
    is_exact : bool
        Whether every sample is that of the source, because neither rate nor bit depth were converted.
    metadata : list[MetadataField]
        What became of the source's metadata.
    playback : PlatformGain | None
        Gain that the platform plays it with; `None` where it has no rule.
    recipe : Recipe
        What renders the file from the source.
    resampling : Resampling | None
        Conversion of the sample rate; `None` if it is that of the source.
    """

    __slots__ = ()

    advice: list[str]
    after: Achieved
    bytes: int
    check: CheckResult | None
    delivery: str | None
    encoder: str | None
    file: Source
    is_exact: bool
    metadata: list[MetadataField]
    playback: PlatformGain | None
    recipe: Recipe
    resampling: Resampling | None

    _fields: ClassVar[tuple[str, ...]] = (
        "advice",
        "after",
        "bytes",
        "check",
        "delivery",
        "encoder",
        "file",
        "is_exact",
        "metadata",
        "playback",
        "recipe",
        "resampling",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "after": (Achieved, False),
        "check": (CheckResult, False),
        "file": (Source, False),
        "metadata": (MetadataField, True),
        "playback": (PlatformGain, False),
        "recipe": (Recipe, False),
        "resampling": (Resampling, False),
    }


class MadeBy(Record):
    """How a delivered master was made from its mix.

    Attributes
    ----------
    balanced_version : str
        Version of Balanced that made it.
    chain : Chain
        Chain as rendered over the mix.
    edit : Edit
        Trim and fades; absent if there are none.
    source : Source
        The mix, as the master's manifest or result names it.
    """

    __slots__ = ()

    balanced_version: str
    chain: Chain
    edit: Edit | None
    source: Source

    _fields: ClassVar[tuple[str, ...]] = (
        "balanced_version",
        "chain",
        "edit",
        "source",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "chain": (ChainLoader, False),
        "edit": (Edit, False),
        "source": (Source, False),
    }


class NotMade(Record):
    """Delivery that no file could be made for.

    Attributes
    ----------
    delivery : str
        Name of the delivery.
    reason : str
        Why there is no file.
    """

    __slots__ = ()

    delivery: str
    reason: str

    _fields: ClassVar[tuple[str, ...]] = (
        "delivery",
        "reason",
    )


class Program(Record):
    """Program and processor that made a delivery.

    Attributes
    ----------
    balanced_version : str
        Version of Balanced.
    config_hash : str
        SHA-256 of the measuring configuration.
    processor : str
        Kind of processor. Fourier transforms round differently on another kind, so that the last place of resampled audio, and
        its hash, may differ there.
    system : str
        Operating system, whose mathematical functions may round differently too.
    """

    __slots__ = ()

    balanced_version: str
    config_hash: str
    processor: str
    system: str

    _fields: ClassVar[tuple[str, ...]] = (
        "balanced_version",
        "config_hash",
        "processor",
        "system",
    )


class DeliveryManifest(DeliveryManifestMethods, Record):
    """Manifest of delivered files: their hashes, and everything that renders the same bytes again.

    It holds no time and no path but those that the caller gave, so that equal deliveries have equal manifests.

    Attributes
    ----------
    audio_sha256 : str
        SHA-256 of the decoded audio, lower-case hex: samples as 64-bit floats of little-endian order, frame by frame.
    before : Achieved
        Key measurements of the source.
    files : list[DeliveredFile]
        The files.
    made_by : MadeBy | None
        How the source was made itself, where its own manifest or result was found.
    not_made : list[NotMade]
        Deliveries that no file could be made for.
    notes : list[str]
        Remarks that concern every file.
    program : Program
        Program that made the files.
    source : Source
        The file that was rendered: the master of a bundle, the mix of a master.
    version : int
        Version of the format: 1.
    """

    __slots__ = ()

    audio_sha256: str
    before: Achieved
    files: list[DeliveredFile]
    made_by: MadeBy | None
    not_made: list[NotMade]
    notes: list[str]
    program: Program
    source: Source
    version: int

    _fields: ClassVar[tuple[str, ...]] = (
        "audio_sha256",
        "before",
        "files",
        "made_by",
        "not_made",
        "notes",
        "program",
        "source",
        "version",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "before": (Achieved, False),
        "files": (DeliveredFile, True),
        "made_by": (MadeBy, False),
        "not_made": (NotMade, True),
        "program": (Program, False),
        "source": (Source, False),
    }


#: State of a file beside its manifest.
Stored = Literal["same", "changed", "missing"]


class Reproduced(Record):
    """File that was rendered again.

    Attributes
    ----------
    expected_sha256 : str
        SHA-256 that the manifest tells, lower-case hex.
    first_difference_byte : int | None
        First byte that differs, counted from 0; `None` if none does, or if the file is not there to be compared with.
    identical : bool
        Whether these are the same.
    path : str
        Path of the file, relative to the manifest's folder.
    reason : str | None
        Why it was not rendered; `None` if it was.
    rendered_sha256 : str | None
        SHA-256 of what was rendered; `None` if it was not rendered.
    stored : Stored
        State of the file beside the manifest.
    """

    __slots__ = ()

    expected_sha256: str
    first_difference_byte: int | None
    identical: bool
    path: str
    reason: str | None
    rendered_sha256: str | None
    stored: Stored

    _fields: ClassVar[tuple[str, ...]] = (
        "expected_sha256",
        "first_difference_byte",
        "identical",
        "path",
        "reason",
        "rendered_sha256",
        "stored",
    )


class Reproduction(ReproductionMethods, Record):
    """Result of `reproduce`.

    Attributes
    ----------
    files : list[Reproduced]
        The files, in the manifest's order.
    identical : bool
        Whether every file was rendered with the bytes that the manifest tells, and no file beside it is another one.
    manifest : str
        Path of the manifest.
    notes : list[str]
        What differs between then and now: source, version, processor, system.
    source : str
        Path of the source that was rendered.
    """

    __slots__ = ()

    files: list[Reproduced]
    identical: bool
    manifest: str
    notes: list[str]
    source: str

    _fields: ClassVar[tuple[str, ...]] = (
        "files",
        "identical",
        "manifest",
        "notes",
        "source",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "files": (Reproduced, True),
    }


class AlbumLoudness(Record):
    """Loudness of several tracks taken together.

    Attributes
    ----------
    duration_s : float
        Duration of all tracks.
    integrated_lufs : float | None
        Integrated loudness: the gates of BS.1770-5 over the blocks of every track together; `None` when nothing passes them.
    loudest_track : int | None
        Number of the loudest track, counted from 1; the first of equals.
    loudest_track_lufs : float | None
        Integrated loudness of that track.
    max_momentary_lufs : float | None
        Highest momentary loudness of any track.
    max_short_term_lufs : float | None
        Highest short-term loudness of any track.
    range_lu : float | None
        Loudness range (EBU Tech 3342) over all tracks.
    replay_gain_db : float | None
        ReplayGain 2.0 album gain: -18 LUFS less integrated loudness.
    true_peak_dbtp : float | None
        Highest true peak of any track.
    """

    __slots__ = ()

    duration_s: float
    integrated_lufs: float | None
    loudest_track: int | None
    loudest_track_lufs: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    range_lu: float | None
    replay_gain_db: float | None
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "duration_s",
        "integrated_lufs",
        "loudest_track",
        "loudest_track_lufs",
        "max_momentary_lufs",
        "max_short_term_lufs",
        "range_lu",
        "replay_gain_db",
        "true_peak_dbtp",
    )


class AlbumFailure(Record):
    """Track of an album that could not be read.

    Attributes
    ----------
    path : str
        Path of the file.
    problem : str
        Problem with the track, in words.
    remedy : str
        What would be right.
    """

    __slots__ = ()

    path: str
    problem: str
    remedy: str

    _fields: ClassVar[tuple[str, ...]] = (
        "path",
        "problem",
        "remedy",
    )


class AlbumDeviation(Record):
    """Distance of one measure of a track from the median or the anchor of its album.

    Attributes
    ----------
    after_db : float | None
        Value on the written file; `None` if nothing was changed.
    is_outlier : bool
        Whether the track is an outlier.
    limit_db : float
        Distance beyond which a track is an outlier, in dB: 2.5 robust standard deviations of the album, and at least 2.
    measure : str
        Measure: `bass`, `low_mids`, `mids`, `high_mids`, `treble`, `width` or `dynamics`.
    move_db : float | None
        Change that was made; `None` if none was.
    reason : str
        Reason for the move, or for leaving an outlier as it is; empty for a track within the limit.
    reference_db : float
        Value of the median or the anchor in dB.
    value_db : float
        Value of the track in dB.
    """

    __slots__ = ()

    after_db: float | None
    is_outlier: bool
    limit_db: float
    measure: str
    move_db: float | None
    reason: str
    reference_db: float
    value_db: float

    _fields: ClassVar[tuple[str, ...]] = (
        "after_db",
        "is_outlier",
        "limit_db",
        "measure",
        "move_db",
        "reason",
        "reference_db",
        "value_db",
    )


class TrackLevels(Record):
    """Loudness and peak of one track.

    Attributes
    ----------
    duration_s : float
        Duration.
    integrated_lufs : float | None
        Integrated loudness.
    max_short_term_lufs : float | None
        Highest short-term loudness.
    range_lu : float | None
        Loudness range.
    true_peak_dbtp : float | None
        True peak.
    """

    __slots__ = ()

    duration_s: float
    integrated_lufs: float | None
    max_short_term_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "duration_s",
        "integrated_lufs",
        "max_short_term_lufs",
        "range_lu",
        "true_peak_dbtp",
    )


class AlbumMember(Record):
    """Track of an album, as it was measured.

    Attributes
    ----------
    deviations : list[AlbumDeviation]
        Tone, width and dynamics beside the album's median.
    levels : TrackLevels
        Measurements.
    path : str
        Path of the file.
    relative_lu : float | None
        Loudness less that of the album.
    title : str | None
        Title in the file's metadata.
    """

    __slots__ = ()

    deviations: list[AlbumDeviation]
    levels: TrackLevels
    path: str
    relative_lu: float | None
    title: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "deviations",
        "levels",
        "path",
        "relative_lu",
        "title",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "deviations": (AlbumDeviation, True),
        "levels": (TrackLevels, False),
    }


class AlbumAnalysis(AlbumAnalysisMethods, Record):
    """Result of `analyze_album`: the tracks beside each other, and all of them as one.

    Attributes
    ----------
    album : AlbumLoudness
        All tracks as one.
    failed : list[AlbumFailure]
        Tracks that could not be read; they are not part of the album's values.
    tracks : list[AlbumMember]
        The tracks that could be read, in the order given.
    """

    __slots__ = ()

    album: AlbumLoudness
    failed: list[AlbumFailure]
    tracks: list[AlbumMember]

    _fields: ClassVar[tuple[str, ...]] = (
        "album",
        "failed",
        "tracks",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "album": (AlbumLoudness, False),
        "failed": (AlbumFailure, True),
        "tracks": (AlbumMember, True),
    }


#: Loudness that an album is brought to.
AlbumMode = Literal["loudest-track", "album", "per-track"]


class GainTags(Record):
    """Values for players that adjust the level, as tags hold them.

    Attributes
    ----------
    r128_gain_q78 : int | None
        Gain of Opus files (RFC 7845): 256ths of a decibel towards -23 LUFS. Only Opus files may carry it; it is told for
        encoders.
    replay_gain_db : float | None
        ReplayGain 2.0 gain: -18 LUFS less integrated loudness.
    replay_gain_peak : float | None
        ReplayGain 2.0 peak: the true peak, 1 at full scale.
    sound_check : str | None
        Sound Check value of iTunes (`iTunNORM`), of a track only.
    """

    __slots__ = ()

    r128_gain_q78: int | None
    replay_gain_db: float | None
    replay_gain_peak: float | None
    sound_check: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "r128_gain_q78",
        "replay_gain_db",
        "replay_gain_peak",
        "sound_check",
    )


class AlbumTrack(Record):
    """Track of a written album.

    Attributes
    ----------
    after : TrackLevels
        Track on the written album.
    artist : str | None
        Artist; `None` if there is none.
    before : TrackLevels
        Source as it was measured.
    crossfade_frames : int
        Frames that the track shares with the one before it; they belong to this track.
    deviations : list[AlbumDeviation]
        Tone, width and dynamics beside the rest of the album, with what was moved.
    gain_db : float
        Gain of the track before the limiter that the album's plan gives it.
    gap_frames : int
        Silence before the track's audio, in frames; it belongs to the track before.
    input : str
        Path of the source.
    isrc : str | None
        International Standard Recording Code.
    length_frames : int
        Length in frames, up to the next track.
    makeup_db : float
        Gain beside it that makes up for what the limiter takes from the track.
    notes : list[str]
        Irregularities of the source, and changes that the album file does not ask for.
    number : int
        Number, counted from 1.
    output : str
        Name of the file in the album's folder that holds the track.
    sha256 : str | None
        SHA-256 of that file.
    start_frames : int
        First frame of the track on the album.
    tags : GainTags
        Values for players.
    title : str
        Title.
    wanted_lufs : float | None
        Loudness that the plan asks for.
    """

    __slots__ = ()

    after: TrackLevels
    artist: str | None
    before: TrackLevels
    crossfade_frames: int
    deviations: list[AlbumDeviation]
    gain_db: float
    gap_frames: int
    input: str
    isrc: str | None
    length_frames: int
    makeup_db: float
    notes: list[str]
    number: int
    output: str
    sha256: str | None
    start_frames: int
    tags: GainTags
    title: str
    wanted_lufs: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "after",
        "artist",
        "before",
        "crossfade_frames",
        "deviations",
        "gain_db",
        "gap_frames",
        "input",
        "isrc",
        "length_frames",
        "makeup_db",
        "notes",
        "number",
        "output",
        "sha256",
        "start_frames",
        "tags",
        "title",
        "wanted_lufs",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "after": (TrackLevels, False),
        "before": (TrackLevels, False),
        "deviations": (AlbumDeviation, True),
        "tags": (GainTags, False),
    }


class AlbumResult(AlbumResultMethods, Record):
    """Result of `album`: the plan, the tracks, and the measurements of the written files.

    Attributes
    ----------
    after : AlbumLoudness
        All tracks as one, on the written files.
    artist : str | None
        Artist of the album.
    before : AlbumLoudness
        All sources as one, before.
    bits : int
        Bits of a sample.
    feasible : bool
        Whether the target was reached.
    files : list[str]
        Names of the files in the folder.
    gain_db : float | None
        Gain that all tracks share; `None` where each has its own.
    mode : AlbumMode
        Loudness that the target counts for.
    notes : list[str]
        Changes to the album as a whole that were not asked for.
    output : str
        Folder of the album.
    reason : str | None
        Why it was not; `None` if it was.
    sample_rate_hz : float
        Sample rate of the album in Hz.
    tags : GainTags
        Values for players, of the album.
    target : Target
        Target and ceiling.
    title : str | None
        Title of the album.
    tracks : list[AlbumTrack]
        The tracks, in order.
    upc : str | None
        UPC or EAN of the release.
    """

    __slots__ = ()

    after: AlbumLoudness
    artist: str | None
    before: AlbumLoudness
    bits: int
    feasible: bool
    files: list[str]
    gain_db: float | None
    mode: AlbumMode
    notes: list[str]
    output: str
    reason: str | None
    sample_rate_hz: float
    tags: GainTags
    target: Target
    title: str | None
    tracks: list[AlbumTrack]
    upc: str | None

    _fields: ClassVar[tuple[str, ...]] = (
        "after",
        "artist",
        "before",
        "bits",
        "feasible",
        "files",
        "gain_db",
        "mode",
        "notes",
        "output",
        "reason",
        "sample_rate_hz",
        "tags",
        "target",
        "title",
        "tracks",
        "upc",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "after": (AlbumLoudness, False),
        "before": (AlbumLoudness, False),
        "tags": (GainTags, False),
        "target": (Target, False),
        "tracks": (AlbumTrack, True),
    }


class Alignment(Record):
    """Where B lies in A.

    Attributes
    ----------
    channels_swapped : bool
        Whether B's first two channels are those of A in the other order.
    coherence : float
        Agreement of phases in the windows that match, 0 to 1; the median.
    drift_error_ppm : float | None
        Standard error of the drift; `None` with fewer than five windows.
    drift_ppm : float
        Drift of B's clock: parts in a million that B is longer; 0 where none could be told.
    matched_share : float
        Share of B that was found in A, silence left out.
    offset_frames : float
        The offset in frames of the compared rate, with its fraction.
    offset_s : float
        Time in A that the beginning of B corresponds to, by the longest piece; negative if B begins earlier.
    polarity : list[int]
        Polarity of each channel of B against A: 1, or -1 where it is inverted.
    sample_rate_hz : float
        Rate at which B is compared with A: the lower one of the two.
    """

    __slots__ = ()

    channels_swapped: bool
    coherence: float
    drift_error_ppm: float | None
    drift_ppm: float
    matched_share: float
    offset_frames: float
    offset_s: float
    polarity: list[int]
    sample_rate_hz: float

    _fields: ClassVar[tuple[str, ...]] = (
        "channels_swapped",
        "coherence",
        "drift_error_ppm",
        "drift_ppm",
        "matched_share",
        "offset_frames",
        "offset_s",
        "polarity",
        "sample_rate_hz",
    )


class Codec(Record):
    """Traces of lossy codecs in both.

    Attributes
    ----------
    a_bandwidth_hz : float | None
        Frequency at which A ends in a wall.
    a_lossy : bool
        Whether A is, or was, coded with loss.
    b_bandwidth_hz : float | None
        Frequency at which B ends in a wall.
    b_lossy : bool
        Whether B is, or was, coded with loss.
    generation : str
        Conclusion from both, in a sentence.
    """

    __slots__ = ()

    a_bandwidth_hz: float | None
    a_lossy: bool
    b_bandwidth_hz: float | None
    b_lossy: bool
    generation: str

    _fields: ClassVar[tuple[str, ...]] = (
        "a_bandwidth_hz",
        "a_lossy",
        "b_bandwidth_hz",
        "b_lossy",
        "generation",
    )


class DynamicsChange(Record):
    """Differences of dynamics, B over A.

    Attributes
    ----------
    crest_db : float | None
        Change of the crest factor.
    plr_db : float | None
        Change of the peak-to-loudness ratio.
    range_lu : float | None
        Change of the loudness range.
    true_peak_db : float | None
        Change of the true peak.
    """

    __slots__ = ()

    crest_db: float | None
    plr_db: float | None
    range_lu: float | None
    true_peak_db: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "crest_db",
        "plr_db",
        "range_lu",
        "true_peak_db",
    )


#: Kind of an edit.
EditKind = Literal["cut", "inserted", "replaced", "moved", "repeated", "gain_changed"]


class TrackEdit(Record):
    """One edit between A and B.

    Attributes
    ----------
    a_range_s : list[float] | None
        Start and end in A; `None` if A has nothing of it.
    b_range_s : list[float] | None
        Start and end in B; `None` if B has nothing of it.
    gain_db : float | None
        Change of gain against the rest, for `gain_changed`.
    is_silent : bool
        Whether what was cut or inserted is silence, under -60 dBFS.
    kind : EditKind
        Kind of edit.
    """

    __slots__ = ()

    a_range_s: list[float] | None
    b_range_s: list[float] | None
    gain_db: float | None
    is_silent: bool
    kind: EditKind

    _fields: ClassVar[tuple[str, ...]] = (
        "a_range_s",
        "b_range_s",
        "gain_db",
        "is_silent",
        "kind",
    )


class ResidualBand(Record):
    """Rest in one third-octave band.

    Attributes
    ----------
    center_hz : float
        Centre of the band.
    gain_db : float | None
        Gain from A to B in this band; `None` where A has nothing.
    level_db : float | None
        Level of the rest relative to A in this band; `None` for nothing at all.
    nonlinear_db : float | None
        Level relative to A of what no equaliser explains.
    """

    __slots__ = ()

    center_hz: float
    gain_db: float | None
    level_db: float | None
    nonlinear_db: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "center_hz",
        "gain_db",
        "level_db",
        "nonlinear_db",
    )


class ResidualSecond(Record):
    """Rest in one second of B.

    Attributes
    ----------
    gain_db : float | None
        Gain from A to B in this second; `None` in silence.
    level_db : float | None
        Level of the rest relative to A, at the gain of the whole; `None` in silence or for nothing at all.
    start_s : float
        Start in B.
    """

    __slots__ = ()

    gain_db: float | None
    level_db: float | None
    start_s: float

    _fields: ClassVar[tuple[str, ...]] = (
        "gain_db",
        "level_db",
        "start_s",
    )


class Residual(Record):
    """Residual: B less A, at the gain that leaves least.

    Attributes
    ----------
    bands : list[ResidualBand]
        Rest in third-octave bands.
    gain_db : float
        Gain from A to B that leaves least.
    level_db : float | None
        Level of the rest relative to A; `None` for nothing at all.
    level_dbfs : float | None
        Level of the rest, at A's level; `None` for nothing at all.
    nonlinear_db : float | None
        Level relative to A of what no equaliser and no gain of A explain: dynamics, saturation, noise, additions.
    seconds : list[ResidualSecond]
        Rest over time.
    """

    __slots__ = ()

    bands: list[ResidualBand]
    gain_db: float
    level_db: float | None
    level_dbfs: float | None
    nonlinear_db: float | None
    seconds: list[ResidualSecond]

    _fields: ClassVar[tuple[str, ...]] = (
        "bands",
        "gain_db",
        "level_db",
        "level_dbfs",
        "nonlinear_db",
        "seconds",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "bands": (ResidualBand, True),
        "seconds": (ResidualSecond, True),
    }


class SpectrumChange(Record):
    """Differences of long-term spectra, B over A, in third octaves.

    Attributes
    ----------
    center_hz : list[float]
        Centres of the bands.
    change_db : list[float | None]
        Change of each band at equal loudness; `None` where one has nothing.
    tilt_db_per_octave : float | None
        Change of the slope.
    """

    __slots__ = ()

    center_hz: list[float]
    change_db: list[float | None]
    tilt_db_per_octave: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "center_hz",
        "change_db",
        "tilt_db_per_octave",
    )


class StereoChange(Record):
    """Differences of the stereo image, B over A.

    Attributes
    ----------
    balance_db : float | None
        Change of the balance, positive to the right.
    correlation : float | None
        Change of the mean correlation.
    side_to_mid_db : float | None
        Change of the side's level over the middle's.
    """

    __slots__ = ()

    balance_db: float | None
    correlation: float | None
    side_to_mid_db: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "balance_db",
        "correlation",
        "side_to_mid_db",
    )


#: Relation of a recording B to a recording A.
Verdict = Literal["identical", "same_audio", "same_recording_processed", "edited", "different"]


class TrackComparison(ComparisonMethods, Record):
    """Result of comparing a recording B with a recording A.

    Attributes
    ----------
    a : Source
        Recording A, such as the mix.
    alignment : Alignment | None
        Where B lies in A; `None` if it was not found there.
    b : Source
        Recording B, such as the master.
    codec : Codec
        Traces of lossy codecs.
    confidence : float
        Evidence for the verdict, 0 to 1: a score, not a probability.
    dynamics : DynamicsChange
        Differences of dynamics.
    edits : list[TrackEdit]
        Edits, in the order of B.
    gain_db : float | None
        Loudness of B over that of A, in LU, each measured over its whole; `None` if one is silent.
    made_from : bool
        Whether B is made from A: every verdict but `different`.
    notes : list[str]
        Remarks about how the comparison was made, and where it ends.
    residual : Residual | None
        Residual, B less A; `None` without an alignment.
    spectrum : SpectrumChange | None
        Differences of long-term spectra; `None` if one has none.
    stereo : StereoChange
        Differences of the stereo image.
    verdict : Verdict
        Relation of B to A.
    """

    __slots__ = ()

    a: Source
    alignment: Alignment | None
    b: Source
    codec: Codec
    confidence: float
    dynamics: DynamicsChange
    edits: list[TrackEdit]
    gain_db: float | None
    made_from: bool
    notes: list[str]
    residual: Residual | None
    spectrum: SpectrumChange | None
    stereo: StereoChange
    verdict: Verdict

    _fields: ClassVar[tuple[str, ...]] = (
        "a",
        "alignment",
        "b",
        "codec",
        "confidence",
        "dynamics",
        "edits",
        "gain_db",
        "made_from",
        "notes",
        "residual",
        "spectrum",
        "stereo",
        "verdict",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "a": (Source, False),
        "alignment": (Alignment, False),
        "b": (Source, False),
        "codec": (Codec, False),
        "dynamics": (DynamicsChange, False),
        "edits": (TrackEdit, True),
        "residual": (Residual, False),
        "spectrum": (SpectrumChange, False),
        "stereo": (StereoChange, False),
    }


class Fingerprint(Record):
    """Acoustic fingerprint of a recording.

    Attributes
    ----------
    encoded : str
        Fingerprint as AcoustID takes it: Chromaprint's algorithm 2, compressed, in URL-safe base64.
    items : list[int]
        Items of 32 bits, one for every 0.124 s; bits of like recordings are alike.
    """

    __slots__ = ()

    encoded: str
    items: list[int]

    _fields: ClassVar[tuple[str, ...]] = (
        "encoded",
        "items",
    )


class RepairedFile(Record):
    """A file that `repair` wrote.

    Attributes
    ----------
    channels : int
        Number of channels.
    fades_s : list[float]
        Fades in silence at edges that were cut, in seconds: at the start and at the end.
    frames : int
        Number of frames.
    gain_db : float
        Gain that keeps a conversion from clipping, in dB; 0 if none was needed.
    integrated_lufs : float | None
        Integrated loudness in LUFS; `None` for silence and very short files.
    is_exact : bool
        Whether every sample is that of the input, but for the fades.
    metadata : list[MetadataField]
        Fields of the metadata, and what became of each.
    path : str
        Path of the file.
    range_s : list[float]
        Start and end of what it holds, in seconds of the input.
    sample_format : str
        Sample format: `16-bit`, `24-bit`, `32-bit float` …
    sample_rate_hz : float
        Sample rate in Hz.
    sha256 : str
        SHA-256 of the file.
    true_peak_dbtp : float | None
        True peak in dBTP; `None` for silence.
    """

    __slots__ = ()

    channels: int
    fades_s: list[float]
    frames: int
    gain_db: float
    integrated_lufs: float | None
    is_exact: bool
    metadata: list[MetadataField]
    path: str
    range_s: list[float]
    sample_format: str
    sample_rate_hz: float
    sha256: str
    true_peak_dbtp: float | None

    _fields: ClassVar[tuple[str, ...]] = (
        "channels",
        "fades_s",
        "frames",
        "gain_db",
        "integrated_lufs",
        "is_exact",
        "metadata",
        "path",
        "range_s",
        "sample_format",
        "sample_rate_hz",
        "sha256",
        "true_peak_dbtp",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "metadata": (MetadataField, True),
    }


#: Kinds of fault that `repair` finds.
RepairKind = Literal[
    "leading_silence",
    "trailing_silence",
    "silent_gap",
    "only_silence",
    "mono_as_stereo",
    "inverted_mono",
    "dead_channel",
    "upsampled",
    "padded_bit_depth",
]


class RepairFinding(Record):
    """A fault of a file that can be repaired.

    Attributes
    ----------
    kind : RepairKind
        Kind of fault.
    message : str
        Explanation in one sentence.
    option : str | None
        Name of the option that repairs it; `None` if none does.
    range_s : list[float] | None
        Start and end in seconds of the input; `None` for the whole file.
    repaired : bool
        Whether that option was given.
    """

    __slots__ = ()

    kind: RepairKind
    message: str
    option: str | None
    range_s: list[float] | None
    repaired: bool

    _fields: ClassVar[tuple[str, ...]] = (
        "kind",
        "message",
        "option",
        "range_s",
        "repaired",
    )


class RepairResult(RepairResultMethods, Record):
    """Result of `repair`: what can be repaired in a file, and the files that were written.

    Attributes
    ----------
    files : list[RepairedFile]
        Files that were written, in the order of the input.
    findings : list[RepairFinding]
        Faults of delivery, each with the option that repairs it and whether it was given.
    input : Source
        The input, with its hash.
    notes : list[str]
        Remarks, as sentences.
    output : str | None
        Path of the file or folder that was written; `None` if nothing was to be written.
    silence_dbfs : float
        Level under which audio is silence, in dBFS.
    sounds_s : list[list[float]]
        Start and end of every stretch that sounds, in seconds of the input; silences between them are long enough to part pieces.
    """

    __slots__ = ()

    files: list[RepairedFile]
    findings: list[RepairFinding]
    input: Source
    notes: list[str]
    output: str | None
    silence_dbfs: float
    sounds_s: list[list[float]]

    _fields: ClassVar[tuple[str, ...]] = (
        "files",
        "findings",
        "input",
        "notes",
        "output",
        "silence_dbfs",
        "sounds_s",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "files": (RepairedFile, True),
        "findings": (RepairFinding, True),
        "input": (Source, False),
    }


class HeadEmbedding(Record):
    """Embedding that a head reads.

    Attributes
    ----------
    model : str
        Name of the network.
    sha256 : str
        SHA-256 of the network's file in lower-case hex.
    values : int
        Number of values.
    """

    __slots__ = ()

    model: str
    sha256: str
    values: int

    _fields: ClassVar[tuple[str, ...]] = (
        "model",
        "sha256",
        "values",
    )


class HeadLabel(Record):
    """Label of a head. Its logit is `slope * (weights . embedding + bias) + offset`.

    Attributes
    ----------
    bias : float
        Bias.
    label : str
        Name of the label.
    offset : float
        Offset of the calibration; 0 where a track has one label.
    slope : float
        Slope of the calibration; the same for all labels where a track has one.
    weights : list[float]
        Weight of each value of the embedding.
    """

    __slots__ = ()

    bias: float
    label: str
    offset: float
    slope: float
    weights: list[float]

    _fields: ClassVar[tuple[str, ...]] = (
        "bias",
        "label",
        "offset",
        "slope",
        "weights",
    )


class HeadScore(Record):
    """Score with its 95 % interval.

    Attributes
    ----------
    high : float
        Upper end of the interval.
    low : float
        Lower end of the interval.
    value : float
        Value, 0 to 1.
    """

    __slots__ = ()

    high: float
    low: float
    value: float

    _fields: ClassVar[tuple[str, ...]] = (
        "high",
        "low",
        "value",
    )


class HeadLabelReport(Record):
    """Scores of one label.

    Attributes
    ----------
    f1 : HeadScore
        Harmonic mean of precision and recall.
    groups : int
        Number of groups that have it.
    label : str
        Name of the label.
    precision : float | None
        Share of the tracks said to have it that do; `None` if none was said to.
    recall : float
        Share of the tracks that have it which were said to.
    tracks : int
        Number of tracks that have it.
    """

    __slots__ = ()

    f1: HeadScore
    groups: int
    label: str
    precision: float | None
    recall: float
    tracks: int

    _fields: ClassVar[tuple[str, ...]] = (
        "f1",
        "groups",
        "label",
        "precision",
        "recall",
        "tracks",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "f1": (HeadScore, False),
    }


class HeadReport(Record):
    """Scores of a head on tracks that it was not trained on, each with a 95 % interval by bootstrap over groups.

    Attributes
    ----------
    accuracy : HeadScore
        Share of tracks whose likeliest label is theirs; where tracks have any labels, of right decisions at one half.
    accuracy_of_most_common : float
        Accuracy of always saying what is most common.
    balanced_accuracy : HeadScore
        Mean recall of the labels; where tracks have any labels, mean of recall and specificity.
    calibration_error : HeadScore
        Expected calibration error of the probabilities, ten bins of equal width.
    labels : list[HeadLabelReport]
        Scores of each label.
    macro_f1 : HeadScore
        Mean F1 of the labels.
    """

    __slots__ = ()

    accuracy: HeadScore
    accuracy_of_most_common: float
    balanced_accuracy: HeadScore
    calibration_error: HeadScore
    labels: list[HeadLabelReport]
    macro_f1: HeadScore

    _fields: ClassVar[tuple[str, ...]] = (
        "accuracy",
        "accuracy_of_most_common",
        "balanced_accuracy",
        "calibration_error",
        "labels",
        "macro_f1",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "accuracy": (HeadScore, False),
        "balanced_accuracy": (HeadScore, False),
        "calibration_error": (HeadScore, False),
        "labels": (HeadLabelReport, True),
        "macro_f1": (HeadScore, False),
    }


class HeadTraining(Record):
    """Facts of a head's training.

    Attributes
    ----------
    balanced_version : str
        Version of the program.
    date : str | None
        Day of the training, as the caller gave it.
    folds : int
        Number of parts of the cross-validation.
    groups : int
        Number of groups, such as artists or albums, that were never divided between training and test.
    penalty : float
        Penalty of half the sum of squared weights, beside the sum of the tracks' losses, over standardised embeddings; chosen by
        cross-validation.
    report : HeadReport
        Scores on tracks that were held out.
    tracks : int
        Number of tracks.
    """

    __slots__ = ()

    balanced_version: str
    date: str | None
    folds: int
    groups: int
    penalty: float
    report: HeadReport
    tracks: int

    _fields: ClassVar[tuple[str, ...]] = (
        "balanced_version",
        "date",
        "folds",
        "groups",
        "penalty",
        "report",
        "tracks",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "report": (HeadReport, False),
    }


class TagHead(TagHeadMethods, Record):
    """Head of one's own: a linear classifier over the tagging network's embedding (`balanced heads train`).

    Attributes
    ----------
    embedding : HeadEmbedding
        Embedding that the head reads; it is refused for any other.
    kind : HeadKind
        Number of labels that a track has.
    labels : list[HeadLabel]
        Labels with their weights, in alphabetical order.
    name : str
        Name under which its labels stand in results, such as `genre`.
    training : HeadTraining
        Facts of the training, with the scores on tracks that were held out.
    version : int
        Version of this format, 1.
    """

    __slots__ = ()

    embedding: HeadEmbedding
    kind: HeadKind
    labels: list[HeadLabel]
    name: str
    training: HeadTraining
    version: int

    _fields: ClassVar[tuple[str, ...]] = (
        "embedding",
        "kind",
        "labels",
        "name",
        "training",
        "version",
    )
    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {
        "embedding": (HeadEmbedding, False),
        "labels": (HeadLabel, True),
        "training": (HeadTraining, False),
    }
