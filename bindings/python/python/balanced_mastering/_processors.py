"""Processors as classes."""

# Written by `generate.py` from `chain.schema.json`, the parameter tables; do not edit.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from balanced_mastering._settings import Processor, Settings

__all__ = [
    "Branch",
    "Clap",
    "Clipper",
    "Compressor",
    "CompressorChannels",
    "CrossoverType",
    "CutAlignment",
    "DcFilter",
    "Declick",
    "Declip",
    "Dehum",
    "Detector",
    "Dither",
    "DitherNoise",
    "DynamicEq",
    "DynamicEqBand",
    "DynamicEqKind",
    "DynamicsMode",
    "Eq",
    "EqBand",
    "EqBandKind",
    "EqChannels",
    "EqPhase",
    "Gain",
    "Limiter",
    "LimiterStyle",
    "Multiband",
    "MultibandBand",
    "Parallel",
    "SaturationCurve",
    "Saturator",
    "Split",
    "Stereo",
    "TransientShaper",
    "Utility",
    "UtilitySource",
]


#: Alignment of a cut.
CutAlignment = Literal["butterworth", "linkwitz_riley"]


#: Channels that a band acts on.
EqChannels = Literal["stereo", "left", "right", "mid", "side"]


#: Shape of a band.
EqBandKind = Literal["bell", "low_shelf", "high_shelf", "tilt", "low_cut", "high_cut", "notch", "band_pass"]


#: Phase of the whole equaliser.
EqPhase = Literal["minimum", "linear"]


#: How the front pair is compressed.
CompressorChannels = Literal["stereo", "mid_side", "mid", "side"]


#: Level measure of a detector.
Detector = Literal["peak", "rms", "true_rms"]


#: Direction of the gain change beyond the threshold.
DynamicsMode = Literal["compress", "expand", "upward_compress", "upward_expand"]


#: Phase of the crossovers.
CrossoverType = Literal["minimum", "linear"]


#: Shape of a dynamic band.
DynamicEqKind = Literal["bell", "low_shelf", "high_shelf"]


#: Channels that the utilities pass on.
UtilitySource = Literal["both", "left", "right"]


#: Kind of dither noise.
DitherNoise = Literal["tpdf", "tpdf_high_pass", "noise_shaped", "noise_shaped_strong", "none"]


#: Character of the saturation.
SaturationCurve = Literal["tube", "tape", "transformer", "soft_clip"]


#: How the gain of the limiter recovers between peaks.
LimiterStyle = Literal["transparent", "punchy", "loud"]


#: How a parallel step splits the audio between its branches.
Split = Literal["whole", "mid_side", "bands"]


class EqBand(Settings):
    """One band of the equaliser.

    Attributes
    ----------
    alignment : CutAlignment, default "butterworth"
        Alignment of cuts. One of butterworth, linkwitz_riley.
    channels : EqChannels, default "stereo"
        Channels that the band acts on. One of stereo, left, right, mid, side.
    enabled : bool, default True
        Switches the band on.
    frequency_hz : float, default 1000.0
        Centre of a bell, notch or band-pass, half-gain point of a shelf, pivot of a tilt, corner of a cut. Range 10 to 30000.
    gain_db : float, default 0.0
        Boost or cut; a tilt has it far above its pivot and its negative far below; cuts and notches have none. Range -30 to 30.
    kind : EqBandKind, default "bell"
        Shape of the band. One of bell, low_shelf, high_shelf, tilt, low_cut, high_cut, notch, band_pass.
    q : float, default 0.707
        Quality factor: centre frequency over bandwidth, up to 2 for shelves; scales the sharpest section of a Butterworth cut
        (0.707 leaves it). Range 0.1 to 40.
    slope_db_per_octave : float, default 12.0
        Slope of cuts, and 6 or 12 for shelves. Range 6 to 96.
    """

    _fields: ClassVar[tuple[str, ...]] = (
        "alignment",
        "channels",
        "enabled",
        "frequency_hz",
        "gain_db",
        "kind",
        "q",
        "slope_db_per_octave",
    )

    alignment: CutAlignment
    channels: EqChannels
    enabled: bool
    frequency_hz: float
    gain_db: float
    kind: EqBandKind
    q: float
    slope_db_per_octave: float

    def __init__(
        self,
        *,
        alignment: CutAlignment = "butterworth",
        channels: EqChannels = "stereo",
        enabled: bool = True,
        frequency_hz: float = 1000.0,
        gain_db: float = 0.0,
        kind: EqBandKind = "bell",
        q: float = 0.707,
        slope_db_per_octave: float = 12.0,
    ) -> None:
        super().__init__(
            alignment=alignment,
            channels=channels,
            enabled=enabled,
            frequency_hz=frequency_hz,
            gain_db=gain_db,
            kind=kind,
            q=q,
            slope_db_per_octave=slope_db_per_octave,
        )


class MultibandBand(Settings):
    """One band of the multiband dynamics. All channels share its gain.

    Attributes
    ----------
    attack_ms : float, default 20.0
        Time constant while the level rises. Range 0.1 to 500.
    auto_release : bool, default False
        Recovers slowly from sustained gain change and fast from short peaks.
    enabled : bool, default True
        Switches the band's dynamics on; the band itself is heard either way.
    gain_db : float, default 0.0
        Output level of the band. Range -24 to 24.
    knee_db : float, default 6.0
        Width of the soft knee around the threshold. Range 0 to 36.
    mode : DynamicsMode, default "compress"
        Direction of the gain change beyond the threshold. One of compress, expand, upward_compress, upward_expand.
    range_db : float, default 24.0
        Greatest gain change. Range 0 to 48.
    ratio : float, default 2.0
        Input change over output change, or its inverse for expansion. Range 1 to 50.
    release_ms : float, default 150.0
        Time constant while the level falls. Range 1 to 5000.
    solo : bool, default False
        Solo: only this band is heard, with others that have it on.
    threshold_db : float, default -20.0
        Peak level of the band beyond which its gain changes. Range -80 to 0.
    """

    _fields: ClassVar[tuple[str, ...]] = (
        "attack_ms",
        "auto_release",
        "enabled",
        "gain_db",
        "knee_db",
        "mode",
        "range_db",
        "ratio",
        "release_ms",
        "solo",
        "threshold_db",
    )

    attack_ms: float
    auto_release: bool
    enabled: bool
    gain_db: float
    knee_db: float
    mode: DynamicsMode
    range_db: float
    ratio: float
    release_ms: float
    solo: bool
    threshold_db: float

    def __init__(
        self,
        *,
        attack_ms: float = 20.0,
        auto_release: bool = False,
        enabled: bool = True,
        gain_db: float = 0.0,
        knee_db: float = 6.0,
        mode: DynamicsMode = "compress",
        range_db: float = 24.0,
        ratio: float = 2.0,
        release_ms: float = 150.0,
        solo: bool = False,
        threshold_db: float = -20.0,
    ) -> None:
        super().__init__(
            attack_ms=attack_ms,
            auto_release=auto_release,
            enabled=enabled,
            gain_db=gain_db,
            knee_db=knee_db,
            mode=mode,
            range_db=range_db,
            ratio=ratio,
            release_ms=release_ms,
            solo=solo,
            threshold_db=threshold_db,
        )


class DynamicEqBand(Settings):
    """One band of the dynamic equaliser. All channels it acts on share its gain.

    Attributes
    ----------
    attack_ms : float, default 5.0
        Time constant while the level rises. Range 0.1 to 500.
    auto_release : bool, default False
        Recovers slowly from sustained gain change and fast from short peaks.
    channels : EqChannels, default "stereo"
        Channels that the band hears and acts on. One of stereo, left, right, mid, side.
    enabled : bool, default True
        Switches the band on.
    frequency_hz : float, default 3000.0
        Centre of a bell, corner of a shelf. Range 20 to 20000.
    kind : DynamicEqKind, default "bell"
        Shape of the band. One of bell, low_shelf, high_shelf.
    knee_db : float, default 6.0
        Width of the soft knee around the threshold. Range 0 to 36.
    mode : DynamicsMode, default "compress"
        Direction of the gain change beyond the threshold. One of compress, expand, upward_compress, upward_expand.
    q : float, default 1.0
        Quality factor: centre frequency over bandwidth. Range 0.2 to 20.
    range_db : float, default 6.0
        Greatest gain change. Range 0 to 24.
    ratio : float, default 3.0
        Input change over output change, or its inverse for expansion. Range 1 to 50.
    release_ms : float, default 80.0
        Time constant while the level falls. Range 1 to 5000.
    threshold_db : float, default -30.0
        Peak level within the band beyond which its gain changes. Range -80 to 0.
    """

    _fields: ClassVar[tuple[str, ...]] = (
        "attack_ms",
        "auto_release",
        "channels",
        "enabled",
        "frequency_hz",
        "kind",
        "knee_db",
        "mode",
        "q",
        "range_db",
        "ratio",
        "release_ms",
        "threshold_db",
    )

    attack_ms: float
    auto_release: bool
    channels: EqChannels
    enabled: bool
    frequency_hz: float
    kind: DynamicEqKind
    knee_db: float
    mode: DynamicsMode
    q: float
    range_db: float
    ratio: float
    release_ms: float
    threshold_db: float

    def __init__(
        self,
        *,
        attack_ms: float = 5.0,
        auto_release: bool = False,
        channels: EqChannels = "stereo",
        enabled: bool = True,
        frequency_hz: float = 3000.0,
        kind: DynamicEqKind = "bell",
        knee_db: float = 6.0,
        mode: DynamicsMode = "compress",
        q: float = 1.0,
        range_db: float = 6.0,
        ratio: float = 3.0,
        release_ms: float = 80.0,
        threshold_db: float = -30.0,
    ) -> None:
        super().__init__(
            attack_ms=attack_ms,
            auto_release=auto_release,
            channels=channels,
            enabled=enabled,
            frequency_hz=frequency_hz,
            kind=kind,
            knee_db=knee_db,
            mode=mode,
            q=q,
            range_db=range_db,
            ratio=ratio,
            release_ms=release_ms,
            threshold_db=threshold_db,
        )


class Branch(Settings):
    """One branch of a parallel step: a row of steps and its level in the sum.

    Attributes
    ----------
    gain_db : float, default 0.0
        Level of the branch in the sum. Range -96 to 24.
    mute : bool
        Mutes the branch.
    name : str
        Name of the branch.
    solo : bool
        Solo: only this branch is heard, with others that have it on.
    steps : list[Processor], default ()
        The steps, in order; without any the branch passes its share unchanged.
    """

    _fields: ClassVar[tuple[str, ...]] = (
        "gain_db",
        "mute",
        "name",
        "solo",
        "steps",
    )
    _items: ClassVar[dict[str, type[Settings]]] = {"steps": Processor}

    gain_db: float
    mute: bool
    name: str
    solo: bool
    steps: list[Processor]

    def __init__(
        self,
        *,
        gain_db: float = 0.0,
        mute: bool | None = None,
        name: str | None = None,
        solo: bool | None = None,
        steps: Sequence[Processor | Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(
            gain_db=gain_db,
            mute=mute,
            name=name,
            solo=solo,
            steps=steps,
        )


class Gain(Processor):
    """Gain: changes the level.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    gain_db : float, default 0.0
        Level change. Range -96 to 48.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    """

    kind: ClassVar[str] = "gain"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "gain_db",
        "mix",
    )

    bypass: bool
    gain_db: float
    mix: float

    def __init__(
        self,
        *,
        bypass: bool = False,
        gain_db: float = 0.0,
        mix: float = 1.0,
    ) -> None:
        super().__init__(
            bypass=bypass,
            gain_db=gain_db,
            mix=mix,
        )


class Eq(Processor):
    """Parametric equaliser: up to 24 bands, minimum or linear phase.

    Attributes
    ----------
    bands : list[EqBand], default ()
        The bands, in the order the audio passes them.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    linear_phase_latency_ms : float, default 100.0
        Latency of linear phase; longer resolves lower and narrower bands. Range 10 to 500.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    output_gain_db : float, default 0.0
        Level change after all bands. Range -24 to 24.
    phase : EqPhase, default "minimum"
        Minimum phase has no latency; linear phase keeps the waveform's timing. One of minimum, linear.
    """

    kind: ClassVar[str] = "eq"
    _fields: ClassVar[tuple[str, ...]] = (
        "bands",
        "bypass",
        "linear_phase_latency_ms",
        "mix",
        "output_gain_db",
        "phase",
    )
    _items: ClassVar[dict[str, type[Settings]]] = {"bands": EqBand}

    bands: list[EqBand]
    bypass: bool
    linear_phase_latency_ms: float
    mix: float
    output_gain_db: float
    phase: EqPhase

    def __init__(
        self,
        *,
        bands: Sequence[EqBand | Mapping[str, Any]] = (),
        bypass: bool = False,
        linear_phase_latency_ms: float = 100.0,
        mix: float = 1.0,
        output_gain_db: float = 0.0,
        phase: EqPhase = "minimum",
    ) -> None:
        super().__init__(
            bands=bands,
            bypass=bypass,
            linear_phase_latency_ms=linear_phase_latency_ms,
            mix=mix,
            output_gain_db=output_gain_db,
            phase=phase,
        )


class Compressor(Processor):
    """Compressor: reduces the level above a threshold.

    Attributes
    ----------
    attack_ms : float, default 15.0
        Time constant of falling gain. Range 0.05 to 500.
    auto_release : bool, default False
        Recovers slowly from sustained gain reduction and fast from short peaks.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    channels : CompressorChannels, default "stereo"
        Whether the front pair is compressed as left and right, as mid and side, or one of the two alone. One of stereo, mid_side,
        mid, side.
    detector : Detector, default "peak"
        Level measure of the detector. One of peak, rms, true_rms.
    knee_db : float, default 6.0
        Width of the soft knee around the threshold. Range 0 to 36.
    link_percent : float, default 100.0
        How much all channels follow the one with the most gain reduction. Range 0 to 100.
    lookahead_ms : float, default 0.0
        Look-ahead of the detector; this is the latency. Range 0 to 50.
    makeup_db : float, default 0.0
        Make-up gain. Range -24 to 36.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    range_db : float, default 60.0
        Greatest gain reduction. Range 0 to 60.
    ratio : float, default 2.0
        Input change over output change above the threshold. Range 1 to 100.
    release_ms : float, default 120.0
        Time constant of recovering gain. Range 1 to 5000.
    rms_window_ms : float, default 10.0
        Time constant of the mean of `rms`, length of the window of `true_rms`. Range 0.5 to 500.
    sidechain_high_pass_hz : float, default 0.0
        High-pass of the sidechain: the detector does not hear below this frequency; 0 is off. Range 0 to 1000.
    sidechain_low_pass_hz : float, default 0.0
        Low-pass of the sidechain: the detector does not hear above this frequency; 0 is off. Range 0 to 20000.
    threshold_db : float, default -18.0
        Level above which gain is reduced. Range -80 to 0.
    """

    kind: ClassVar[str] = "compressor"
    _fields: ClassVar[tuple[str, ...]] = (
        "attack_ms",
        "auto_release",
        "bypass",
        "channels",
        "detector",
        "knee_db",
        "link_percent",
        "lookahead_ms",
        "makeup_db",
        "mix",
        "range_db",
        "ratio",
        "release_ms",
        "rms_window_ms",
        "sidechain_high_pass_hz",
        "sidechain_low_pass_hz",
        "threshold_db",
    )

    attack_ms: float
    auto_release: bool
    bypass: bool
    channels: CompressorChannels
    detector: Detector
    knee_db: float
    link_percent: float
    lookahead_ms: float
    makeup_db: float
    mix: float
    range_db: float
    ratio: float
    release_ms: float
    rms_window_ms: float
    sidechain_high_pass_hz: float
    sidechain_low_pass_hz: float
    threshold_db: float

    def __init__(
        self,
        *,
        attack_ms: float = 15.0,
        auto_release: bool = False,
        bypass: bool = False,
        channels: CompressorChannels = "stereo",
        detector: Detector = "peak",
        knee_db: float = 6.0,
        link_percent: float = 100.0,
        lookahead_ms: float = 0.0,
        makeup_db: float = 0.0,
        mix: float = 1.0,
        range_db: float = 60.0,
        ratio: float = 2.0,
        release_ms: float = 120.0,
        rms_window_ms: float = 10.0,
        sidechain_high_pass_hz: float = 0.0,
        sidechain_low_pass_hz: float = 0.0,
        threshold_db: float = -18.0,
    ) -> None:
        super().__init__(
            attack_ms=attack_ms,
            auto_release=auto_release,
            bypass=bypass,
            channels=channels,
            detector=detector,
            knee_db=knee_db,
            link_percent=link_percent,
            lookahead_ms=lookahead_ms,
            makeup_db=makeup_db,
            mix=mix,
            range_db=range_db,
            ratio=ratio,
            release_ms=release_ms,
            rms_window_ms=rms_window_ms,
            sidechain_high_pass_hz=sidechain_high_pass_hz,
            sidechain_low_pass_hz=sidechain_low_pass_hz,
            threshold_db=threshold_db,
        )


class Multiband(Processor):
    """Multiband dynamics: compressors or expanders in two to six bands.

    Attributes
    ----------
    bands : list[MultibandBand], default ({}, {}, {})
        Two to six bands, lowest first.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    crossovers_hz : list[float], default (120.0, 2500.0)
        Crossover frequencies between the bands, rising; one fewer than bands. Range: 20.0 to 16000.0 Hz; default: `vec![120.0,
        2500.0]`.
    linear_phase_latency_ms : float, default 60.0
        Latency of linear phase; longer keeps low crossovers steep. Range 10 to 500.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    phase : CrossoverType, default "minimum"
        Minimum phase has no latency; with linear phase the bands sum to the delayed input itself. One of minimum, linear.
    """

    kind: ClassVar[str] = "multiband"
    _fields: ClassVar[tuple[str, ...]] = (
        "bands",
        "bypass",
        "crossovers_hz",
        "linear_phase_latency_ms",
        "mix",
        "phase",
    )
    _items: ClassVar[dict[str, type[Settings]]] = {"bands": MultibandBand}

    bands: list[MultibandBand]
    bypass: bool
    crossovers_hz: list[float]
    linear_phase_latency_ms: float
    mix: float
    phase: CrossoverType

    def __init__(
        self,
        *,
        bands: Sequence[MultibandBand | Mapping[str, Any]] = ({}, {}, {}),
        bypass: bool = False,
        crossovers_hz: Sequence[float] = (120.0, 2500.0),
        linear_phase_latency_ms: float = 60.0,
        mix: float = 1.0,
        phase: CrossoverType = "minimum",
    ) -> None:
        super().__init__(
            bands=bands,
            bypass=bypass,
            crossovers_hz=crossovers_hz,
            linear_phase_latency_ms=linear_phase_latency_ms,
            mix=mix,
            phase=phase,
        )


class DynamicEq(Processor):
    """Dynamic equaliser: bells and shelves whose gain follows the level in their band.

    Attributes
    ----------
    bands : list[DynamicEqBand], default ()
        The bands, in the order the audio passes them.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    preset : str
        Settings to start from; the fields beside it override theirs.
    """

    kind: ClassVar[str] = "dynamic_eq"
    _fields: ClassVar[tuple[str, ...]] = (
        "bands",
        "bypass",
        "mix",
        "preset",
    )
    _items: ClassVar[dict[str, type[Settings]]] = {"bands": DynamicEqBand}

    bands: list[DynamicEqBand]
    bypass: bool
    mix: float
    preset: str

    def __init__(
        self,
        *,
        bands: Sequence[DynamicEqBand | Mapping[str, Any]] = (),
        bypass: bool = False,
        mix: float = 1.0,
        preset: str | None = None,
    ) -> None:
        super().__init__(
            bands=bands,
            bypass=bypass,
            mix=mix,
            preset=preset,
        )


class Stereo(Processor):
    """Stereo image: width, mono bass, mid and side level, balance, rotation.

    Attributes
    ----------
    balance_percent : float, default 0.0
        Balance: lowers the other channel; -100 leaves left, 100 leaves right. Range -100 to 100.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    crossovers_hz : list[float], default ()
        Crossover frequencies between bands of their own width, rising; up to four. Range: 20.0 to 16000.0 Hz; default:
        `Vec::new()`.
    mid_gain_db : float, default 0.0
        Level of the mid. Range -24 to 12.
    min_correlation : float, default -1.0
        Lowers the side where the correlation of left and right would fall below this; -1 is off. Range -1 to 0.9.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    mono_below_hz : float, default 0.0
        Makes everything below this frequency mono; 0 is off. Range 0 to 500.
    rotation_degrees : float, default 0.0
        Rotates the stereo image; positive to the right. Range -45 to 45.
    side_gain_db : float, default 0.0
        Level of the side. Range -24 to 12.
    width_percent : float, default 100.0
        Stereo width: 0 is mono, 100 leaves it, 200 doubles the side. Range 0 to 200.
    widths_percent : list[float], default ()
        Width of every band, lowest first: one more than crossovers, or none. Range: 0.0 to 200.0 %; default: `Vec::new()`.
    """

    kind: ClassVar[str] = "stereo"
    _fields: ClassVar[tuple[str, ...]] = (
        "balance_percent",
        "bypass",
        "crossovers_hz",
        "mid_gain_db",
        "min_correlation",
        "mix",
        "mono_below_hz",
        "rotation_degrees",
        "side_gain_db",
        "width_percent",
        "widths_percent",
    )

    balance_percent: float
    bypass: bool
    crossovers_hz: list[float]
    mid_gain_db: float
    min_correlation: float
    mix: float
    mono_below_hz: float
    rotation_degrees: float
    side_gain_db: float
    width_percent: float
    widths_percent: list[float]

    def __init__(
        self,
        *,
        balance_percent: float = 0.0,
        bypass: bool = False,
        crossovers_hz: Sequence[float] = (),
        mid_gain_db: float = 0.0,
        min_correlation: float = -1.0,
        mix: float = 1.0,
        mono_below_hz: float = 0.0,
        rotation_degrees: float = 0.0,
        side_gain_db: float = 0.0,
        width_percent: float = 100.0,
        widths_percent: Sequence[float] = (),
    ) -> None:
        super().__init__(
            balance_percent=balance_percent,
            bypass=bypass,
            crossovers_hz=crossovers_hz,
            mid_gain_db=mid_gain_db,
            min_correlation=min_correlation,
            mix=mix,
            mono_below_hz=mono_below_hz,
            rotation_degrees=rotation_degrees,
            side_gain_db=side_gain_db,
            width_percent=width_percent,
            widths_percent=widths_percent,
        )


class Utility(Processor):
    """Channel utilities: polarity, swap, mono, delay of one side.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    delay_left_ms : float, default 0.0
        Delay of the left channel; it is meant to be heard and therefore is not reported as latency. Range 0 to 500.
    delay_right_ms : float, default 0.0
        Delay of the right channel; it is meant to be heard and therefore is not reported as latency. Range 0 to 500.
    invert_left : bool, default False
        Inverts the polarity of the left channel.
    invert_right : bool, default False
        Inverts the polarity of the right channel.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    mono : bool, default False
        Replaces both channels by their mean, after everything else.
    source : UtilitySource, default "both"
        Which channels are heard: both, or one of them on both sides, before the polarity. One of both, left, right.
    swap : bool, default False
        Exchanges left and right, after the polarity.
    """

    kind: ClassVar[str] = "utility"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "delay_left_ms",
        "delay_right_ms",
        "invert_left",
        "invert_right",
        "mix",
        "mono",
        "source",
        "swap",
    )

    bypass: bool
    delay_left_ms: float
    delay_right_ms: float
    invert_left: bool
    invert_right: bool
    mix: float
    mono: bool
    source: UtilitySource
    swap: bool

    def __init__(
        self,
        *,
        bypass: bool = False,
        delay_left_ms: float = 0.0,
        delay_right_ms: float = 0.0,
        invert_left: bool = False,
        invert_right: bool = False,
        mix: float = 1.0,
        mono: bool = False,
        source: UtilitySource = "both",
        swap: bool = False,
    ) -> None:
        super().__init__(
            bypass=bypass,
            delay_left_ms=delay_left_ms,
            delay_right_ms=delay_right_ms,
            invert_left=invert_left,
            invert_right=invert_right,
            mix=mix,
            mono=mono,
            source=source,
            swap=swap,
        )


class Dither(Processor):
    """Dither: rounds to the bit depth of the file.

    Attributes
    ----------
    auto_blank : bool, default True
        Leaves digital silence silent.
    bits : int, default 24
        Bit depth of the file that the output is written to. Range 8 to 24.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    noise : DitherNoise, default "tpdf"
        Kind of dither noise. One of tpdf, tpdf_high_pass, noise_shaped, noise_shaped_strong, none.
    seed : int, default 0
        Number of the noise sequence; the same seed gives the same file. Range 0 to 4.29497e+09.
    """

    kind: ClassVar[str] = "dither"
    _fields: ClassVar[tuple[str, ...]] = (
        "auto_blank",
        "bits",
        "bypass",
        "mix",
        "noise",
        "seed",
    )

    auto_blank: bool
    bits: int
    bypass: bool
    mix: float
    noise: DitherNoise
    seed: int

    def __init__(
        self,
        *,
        auto_blank: bool = True,
        bits: int = 24,
        bypass: bool = False,
        mix: float = 1.0,
        noise: DitherNoise = "tpdf",
        seed: int = 0,
    ) -> None:
        super().__init__(
            auto_blank=auto_blank,
            bits=bits,
            bypass=bypass,
            mix=mix,
            noise=noise,
            seed=seed,
        )


class DcFilter(Processor):
    """DC filter: removes a constant offset and rumble.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    frequency_hz : float, default 3.0
        Corner frequency (-3 dB) of the high-pass, which falls by 6 dB an octave below it. Range 0.5 to 40.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    """

    kind: ClassVar[str] = "dc_filter"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "frequency_hz",
        "mix",
    )

    bypass: bool
    frequency_hz: float
    mix: float

    def __init__(
        self,
        *,
        bypass: bool = False,
        frequency_hz: float = 3.0,
        mix: float = 1.0,
    ) -> None:
        super().__init__(
            bypass=bypass,
            frequency_hz=frequency_hz,
            mix=mix,
        )


class Declick(Processor):
    """Declicker: takes impulses of a few samples out and fills in what was beneath them.

    Attributes
    ----------
    alone_ms : float, default 60.0
        Time around a click within which two more like it make it part of a waveform; 0 takes rows of clicks out, too. Range 0 to
        60.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    longest_ms : float, default 0.2
        Longest click that is taken out. Range 0.05 to 2.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    prominence_db : float, default 6.0
        How far the prediction error of a click stands over the largest within 10 ms around it. Range 3 to 40.
    """

    kind: ClassVar[str] = "declick"
    _fields: ClassVar[tuple[str, ...]] = (
        "alone_ms",
        "bypass",
        "longest_ms",
        "mix",
        "prominence_db",
    )

    alone_ms: float
    bypass: bool
    longest_ms: float
    mix: float
    prominence_db: float

    def __init__(
        self,
        *,
        alone_ms: float = 60.0,
        bypass: bool = False,
        longest_ms: float = 0.2,
        mix: float = 1.0,
        prominence_db: float = 6.0,
    ) -> None:
        super().__init__(
            alone_ms=alone_ms,
            bypass=bypass,
            longest_ms=longest_ms,
            mix=mix,
            prominence_db=prominence_db,
        )


class Declip(Processor):
    """Declipper: puts back the tops of waves that were cut flat.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    threshold_dbfs : float, default -0.1
        Level from which flat tops are taken for clipped ones; a little under the level at which the tops are cut. Range -36 to
        24.
    """

    kind: ClassVar[str] = "declip"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "mix",
        "threshold_dbfs",
    )

    bypass: bool
    mix: float
    threshold_dbfs: float

    def __init__(
        self,
        *,
        bypass: bool = False,
        mix: float = 1.0,
        threshold_dbfs: float = -0.1,
    ) -> None:
        super().__init__(
            bypass=bypass,
            mix=mix,
            threshold_dbfs=threshold_dbfs,
        )


class Dehum(Processor):
    """Hum remover: narrow notches at the mains frequency and its multiples.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    lines : float, default 6.0
        How many multiples of it are taken out, from the first on. Range 1 to 20.
    mains_hz : float, default 50.0
        Frequency of the mains, as exactly as it is known. Range 40 to 70.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    width_hz : float, default 0.3
        Width (-3 dB) of the first notch; the others are wider by their number. Range 0.05 to 5.
    """

    kind: ClassVar[str] = "dehum"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "lines",
        "mains_hz",
        "mix",
        "width_hz",
    )

    bypass: bool
    lines: float
    mains_hz: float
    mix: float
    width_hz: float

    def __init__(
        self,
        *,
        bypass: bool = False,
        lines: float = 6.0,
        mains_hz: float = 50.0,
        mix: float = 1.0,
        width_hz: float = 0.3,
    ) -> None:
        super().__init__(
            bypass=bypass,
            lines=lines,
            mains_hz=mains_hz,
            mix=mix,
            width_hz=width_hz,
        )


class Clipper(Processor):
    """Clipper: cuts peaks off, hard or with a soft knee.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    ceiling_dbfs : float, default -1.0
        Level at which it clips. Range -24 to 0.
    drive_db : float, default 0.0
        Gain before the clipper. Range -24 to 36.
    knee_db : float, default 0.0
        Width of the soft knee below the ceiling; 0 is a hard corner. Range 0 to 12.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    """

    kind: ClassVar[str] = "clipper"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "ceiling_dbfs",
        "drive_db",
        "knee_db",
        "mix",
    )

    bypass: bool
    ceiling_dbfs: float
    drive_db: float
    knee_db: float
    mix: float

    def __init__(
        self,
        *,
        bypass: bool = False,
        ceiling_dbfs: float = -1.0,
        drive_db: float = 0.0,
        knee_db: float = 0.0,
        mix: float = 1.0,
    ) -> None:
        super().__init__(
            bypass=bypass,
            ceiling_dbfs=ceiling_dbfs,
            drive_db=drive_db,
            knee_db=knee_db,
            mix=mix,
        )


class Saturator(Processor):
    """Saturator and exciter: adds harmonics by a smooth curve.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    curve : SaturationCurve, default "tube"
        Character of the saturation. One of tube, tape, transformer, soft_clip.
    drive_db : float, default 6.0
        Gain into the curve, taken back behind it. Range 0 to 36.
    even_percent : float, default 0.0
        Even harmonics by an offset of the curve, beside those it has of its own. Range 0 to 100.
    high_hz : float, default 20000.0
        Saturates only below this frequency; 20 kHz saturates everything. Range 40 to 20000.
    level_compensation : bool, default True
        Keeps the level of ordinary programme (Gaussian, -18 dBFS RMS) whatever the drive.
    low_hz : float, default 20.0
        Saturates only above this frequency; 20 Hz saturates everything. Range 20 to 16000.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    output_db : float, default 0.0
        Output level. Range -24 to 24.
    wet_percent : float, default 100.0
        Share of the saturated signal. Range 0 to 100.
    """

    kind: ClassVar[str] = "saturator"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "curve",
        "drive_db",
        "even_percent",
        "high_hz",
        "level_compensation",
        "low_hz",
        "mix",
        "output_db",
        "wet_percent",
    )

    bypass: bool
    curve: SaturationCurve
    drive_db: float
    even_percent: float
    high_hz: float
    level_compensation: bool
    low_hz: float
    mix: float
    output_db: float
    wet_percent: float

    def __init__(
        self,
        *,
        bypass: bool = False,
        curve: SaturationCurve = "tube",
        drive_db: float = 6.0,
        even_percent: float = 0.0,
        high_hz: float = 20000.0,
        level_compensation: bool = True,
        low_hz: float = 20.0,
        mix: float = 1.0,
        output_db: float = 0.0,
        wet_percent: float = 100.0,
    ) -> None:
        super().__init__(
            bypass=bypass,
            curve=curve,
            drive_db=drive_db,
            even_percent=even_percent,
            high_hz=high_hz,
            level_compensation=level_compensation,
            low_hz=low_hz,
            mix=mix,
            output_db=output_db,
            wet_percent=wet_percent,
        )


class TransientShaper(Processor):
    """Transient shaper: raises or lowers attack and sustain at any level.

    Attributes
    ----------
    attack_db : float, default 0.0
        Level change of onsets. Range -15 to 15.
    attack_ms : float, default 20.0
        How long an onset is taken to last. Range 5 to 100.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    output_db : float, default 0.0
        Output level. Range -24 to 24.
    sustain_db : float, default 0.0
        Level change of what rings after the onsets. Range -15 to 15.
    sustain_ms : float, default 50.0
        Decay time beyond which sound counts as ringing. Range 10 to 200.
    """

    kind: ClassVar[str] = "transient_shaper"
    _fields: ClassVar[tuple[str, ...]] = (
        "attack_db",
        "attack_ms",
        "bypass",
        "mix",
        "output_db",
        "sustain_db",
        "sustain_ms",
    )

    attack_db: float
    attack_ms: float
    bypass: bool
    mix: float
    output_db: float
    sustain_db: float
    sustain_ms: float

    def __init__(
        self,
        *,
        attack_db: float = 0.0,
        attack_ms: float = 20.0,
        bypass: bool = False,
        mix: float = 1.0,
        output_db: float = 0.0,
        sustain_db: float = 0.0,
        sustain_ms: float = 50.0,
    ) -> None:
        super().__init__(
            attack_db=attack_db,
            attack_ms=attack_ms,
            bypass=bypass,
            mix=mix,
            output_db=output_db,
            sustain_db=sustain_db,
            sustain_ms=sustain_ms,
        )


class Limiter(Processor):
    """True-peak limiter: keeps the output under the ceiling, on and between the samples.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    ceiling_dbtp : float, default -1.0
        Highest true peak of the output. Range -30 to 0.
    drive_db : float, default 0.0
        Gain before the limiter. Range -24 to 48.
    hold_ms : float, default 0.0
        Shortest time that the gain reduction is held after a peak, against distortion of dense bass; 0 leaves it to the style.
        Range 0 to 50.
    link_percent : float, default 100.0
        How much the channels share the gain reduction of transients: 0 is each its own, 100 all the same. Range 0 to 100.
    lookahead_ms : float, default 5.0
        Look-ahead: how long before a peak the gain begins to move. Range 1 to 20.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    release_ms : float, default 100.0
        Release time after a lone peak, to 1/e; the style scales it. Range 5 to 2000.
    style : LimiterStyle, default "transparent"
        How the gain recovers between peaks. One of transparent, punchy, loud.
    sustain_link_percent : float, default 100.0
        How much the channels share the gain reduction of sustained loudness; no effect with fully linked transients. Range 0 to
        100.
    """

    kind: ClassVar[str] = "limiter"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "ceiling_dbtp",
        "drive_db",
        "hold_ms",
        "link_percent",
        "lookahead_ms",
        "mix",
        "release_ms",
        "style",
        "sustain_link_percent",
    )

    bypass: bool
    ceiling_dbtp: float
    drive_db: float
    hold_ms: float
    link_percent: float
    lookahead_ms: float
    mix: float
    release_ms: float
    style: LimiterStyle
    sustain_link_percent: float

    def __init__(
        self,
        *,
        bypass: bool = False,
        ceiling_dbtp: float = -1.0,
        drive_db: float = 0.0,
        hold_ms: float = 0.0,
        link_percent: float = 100.0,
        lookahead_ms: float = 5.0,
        mix: float = 1.0,
        release_ms: float = 100.0,
        style: LimiterStyle = "transparent",
        sustain_link_percent: float = 100.0,
    ) -> None:
        super().__init__(
            bypass=bypass,
            ceiling_dbtp=ceiling_dbtp,
            drive_db=drive_db,
            hold_ms=hold_ms,
            link_percent=link_percent,
            lookahead_ms=lookahead_ms,
            mix=mix,
            release_ms=release_ms,
            style=style,
            sustain_link_percent=sustain_link_percent,
        )


class Parallel(Processor):
    """Parallel branches: the audio is split, each branch runs its own steps, and their outputs are summed, in time.

    Attributes
    ----------
    branches : list[Branch], default ()
        The branches.
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    crossovers_hz : list[float]
        Crossover frequencies between the branches of `bands`, rising; one fewer than branches. Range: 20.0 to 16000.0 Hz;
        default: `Vec::new()`.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    split : Split, default "whole"
        Part of the audio that each branch processes. One of whole, mid_side, bands.
    """

    kind: ClassVar[str] = "parallel"
    _fields: ClassVar[tuple[str, ...]] = (
        "branches",
        "bypass",
        "crossovers_hz",
        "mix",
        "split",
    )
    _items: ClassVar[dict[str, type[Settings]]] = {"branches": Branch}

    branches: list[Branch]
    bypass: bool
    crossovers_hz: list[float]
    mix: float
    split: Split

    def __init__(
        self,
        *,
        branches: Sequence[Branch | Mapping[str, Any]],
        bypass: bool = False,
        crossovers_hz: Sequence[float] = (),
        mix: float = 1.0,
        split: Split = "whole",
    ) -> None:
        super().__init__(
            branches=branches,
            bypass=bypass,
            crossovers_hz=crossovers_hz,
            mix=mix,
            split=split,
        )


class Clap(Processor):
    """Settings of a CLAP effect: its file, which plugin in it, its state and parameters.

    Attributes
    ----------
    bypass : bool, default False
        Passes the input on unchanged, still delayed by the step's latency.
    mix : float, default 1.0
        Share of the processed signal; the rest is dry. Range 0 to 1.
    parameters : Any
        Values set after the state is loaded, in the plugin's own units, by the parameter's name or its numeric id.
    path : str, default ""
        File or bundle of the plugin (`.clap`), by its name or its path in one of the plugin folders.
    plugin_id : str | None
        Id of the plugin; may be left out where the file holds only one.
    state_base64 : str | None
        The state itself, in base64; instead of `state_file`.
    state_file : str | None
        File with the state that the plugin saved; one that is not absolute is looked for beside the chain file.
    timeout_s : float, default 20.0
        Time that the plugin may take to load, or to process a block, before it counts as hung. Range 0.1 to 600.
    """

    kind: ClassVar[str] = "clap"
    _fields: ClassVar[tuple[str, ...]] = (
        "bypass",
        "mix",
        "parameters",
        "path",
        "plugin_id",
        "state_base64",
        "state_file",
        "timeout_s",
    )

    bypass: bool
    mix: float
    parameters: Any
    path: str
    plugin_id: str | None
    state_base64: str | None
    state_file: str | None
    timeout_s: float

    def __init__(
        self,
        *,
        path: str,
        bypass: bool = False,
        mix: float = 1.0,
        parameters: Any | None = None,
        plugin_id: str | None = None,
        state_base64: str | None = None,
        state_file: str | None = None,
        timeout_s: float = 20.0,
    ) -> None:
        super().__init__(
            bypass=bypass,
            mix=mix,
            parameters=parameters,
            path=path,
            plugin_id=plugin_id,
            state_base64=state_base64,
            state_file=state_file,
            timeout_s=timeout_s,
        )


#: Every processor by its name in chain files.
PROCESSORS: dict[str, type[Processor]] = {
    "gain": Gain,
    "eq": Eq,
    "compressor": Compressor,
    "multiband": Multiband,
    "dynamic_eq": DynamicEq,
    "stereo": Stereo,
    "utility": Utility,
    "dither": Dither,
    "dc_filter": DcFilter,
    "declick": Declick,
    "declip": Declip,
    "dehum": Dehum,
    "clipper": Clipper,
    "saturator": Saturator,
    "transient_shaper": TransientShaper,
    "limiter": Limiter,
    "parallel": Parallel,
    "clap": Clap,
}
