"""A thin door to libfluidsynth: General MIDI notes in, samples out."""

import ctypes
import ctypes.util
from dataclasses import dataclass

import numpy as np

from songs.song import Floats

BLOCK = 64


@dataclass(frozen=True)
class Event:
    """`kind`: 0 off, 1 on, 2 program, 3 volume; `a`, `b` its data bytes."""

    frame: int
    kind: int
    channel: int
    a: int
    b: int


class Fluid:
    """One synthesizer with one sound font."""

    def __init__(self, font: str, rate: float) -> None:
        lib = ctypes.CDLL(ctypes.util.find_library("fluidsynth") or "libfluidsynth.so.3")
        for name in ("new_fluid_settings", "new_fluid_synth"):
            getattr(lib, name).restype = ctypes.c_void_p
        pointer, text = ctypes.c_void_p, ctypes.c_char_p
        lib.fluid_settings_setnum.argtypes = [pointer, text, ctypes.c_double]
        lib.fluid_settings_setint.argtypes = [pointer, text, ctypes.c_int]
        lib.new_fluid_synth.argtypes = [pointer]
        lib.fluid_synth_sfload.argtypes = [pointer, text, ctypes.c_int]
        for name, count in (("noteon", 3), ("noteoff", 2), ("program_change", 2), ("cc", 3)):
            getattr(lib, f"fluid_synth_{name}").argtypes = [pointer] + [ctypes.c_int] * count
        lib.fluid_synth_system_reset.argtypes = [pointer]
        lib.fluid_synth_write_float.argtypes = [
            pointer,
            ctypes.c_int,
            pointer,
            ctypes.c_int,
            ctypes.c_int,
            pointer,
            ctypes.c_int,
            ctypes.c_int,
        ]
        settings = lib.new_fluid_settings()
        lib.fluid_settings_setnum(settings, b"synth.sample-rate", rate)
        lib.fluid_settings_setnum(settings, b"synth.gain", 0.5)
        lib.fluid_settings_setint(settings, b"synth.reverb.active", 0)
        lib.fluid_settings_setint(settings, b"synth.chorus.active", 0)
        lib.fluid_settings_setint(settings, b"synth.polyphony", 96)
        self.lib, self.synth = lib, lib.new_fluid_synth(settings)
        if lib.fluid_synth_sfload(self.synth, font.encode(), 1) < 0:
            raise OSError(f"cannot load the sound font {font}")

    def play(self, events: list[Event], frames: int) -> Floats:
        """The mean of both channels."""
        lib, synth = self.lib, self.synth
        lib.fluid_synth_system_reset(synth)
        out = np.zeros((frames + BLOCK, 2), np.float32)
        at = 0
        for event in sorted(events, key=lambda e: (e.frame, e.kind != 0)):
            at = self.render(out, at, min(event.frame, frames))
            if event.frame >= frames:
                break
            if event.kind == 0:
                lib.fluid_synth_noteoff(synth, event.channel, event.a)
            elif event.kind == 1:
                lib.fluid_synth_noteon(synth, event.channel, event.a, event.b)
            elif event.kind == 2:
                lib.fluid_synth_program_change(synth, event.channel, event.a)
            else:
                lib.fluid_synth_cc(synth, event.channel, 7, event.b)
        self.render(out, at, frames)
        return out[:frames].mean(axis=1).astype(np.float64)

    def render(self, out: np.ndarray, at: int, until: int) -> int:
        """Fill `out` from frame `at` to the block border before `until`."""
        count = (until - at) // BLOCK * BLOCK
        if count > 0:
            address = out.ctypes.data
            self.lib.fluid_synth_write_float(self.synth, count, address, 2 * at, 2, address, 2 * at + 1, 2)
        return at + max(count, 0)
