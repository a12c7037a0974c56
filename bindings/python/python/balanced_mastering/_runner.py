"""Running settings on audio: whole arrays, and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from balanced_mastering import _native, _plugins
from balanced_mastering._audio import as_array, as_channel_axis
from balanced_mastering._errors import PluginError, SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Runner:
    """What chains and processors have in common: they work on arrays."""

    #: The engine, what it was built for, and the document it runs.
    _engine: tuple[_native.Engine, tuple[float, int, str | None], str] | None = None
    #: An empty array like those of the stream, and its channel axis.
    _like: tuple[NDArray[Any], int] | None = None

    def _document(self) -> str:
        raise NotImplementedError

    def __call__(
        self,
        audio: NDArray[Any],
        sample_rate: float,
        *,
        reset: bool = True,
        channel_axis: int = 0,
        layout: str | None = None,
        cancel: _native.CancelToken | None = None,
    ) -> NDArray[Any]:
        """Process audio; the same as `process`."""
        return self.process(audio, sample_rate, reset=reset, channel_axis=channel_axis, layout=layout, cancel=cancel)

    def process(
        self,
        audio: NDArray[Any],
        sample_rate: float,
        *,
        reset: bool = True,
        channel_axis: int = 0,
        layout: str | None = None,
        cancel: _native.CancelToken | None = None,
    ) -> NDArray[Any]:
        """Process audio.

        Parameters
        ----------
        audio : ndarray of float32 or float64
            `(frames,)`, or two axes as `channel_axis` says. It is not changed.
        sample_rate : float
            Hz, 8000 to 384000.
        reset : bool
            True: `audio` is a whole programme; the processor starts afresh, and the output is lined up with the input.
            False: `audio` is the next part of a stream; the output is `latency_frames` late, and `flush` gives the rest.
        channel_axis : int
            0 for `(channels, frames)`, 1 for `(frames, channels)`.
        layout : str, optional
            Channel layout (`layouts()`), the usual one for the number of channels unless given.
        cancel : CancelToken, optional
            Stops the work from another thread.

        Returns
        -------
        ndarray
            Same shape and type; the arithmetic within is double precision.

        Raises
        ------
        SettingsError
            For settings or audio that cannot be processed.
        PluginError
            If a CLAP effect crashed, hung or failed; the next call starts it afresh.
        """
        axis = as_channel_axis(channel_axis)
        array = as_array(audio, axis)
        channels = array.shape[axis] if array.ndim == 2 else 1
        engine = self._running(float(sample_rate), channels, layout)
        self._like = (array[:0] if array.ndim == 1 else array[:, :0] if axis == 0 else array[:0], axis)
        try:
            return engine.render(array, axis, cancel) if reset else engine.process(array, axis, cancel)
        except PluginError:
            self._engine = None
            raise

    def _running(self, sample_rate: float, channels: int, layout: str | None) -> _native.Engine:
        document, wanted = self._document(), (sample_rate, channels, layout)
        # Looked at once: another thread may run other audio meanwhile.
        running = self._engine
        if running is None or running[1] != wanted:
            engine = _native.Engine(document, sample_rate, channels, layout, _plugins.command())
        else:
            engine = running[0]
            if running[2] == document:
                return engine
            engine.update(document)
        self._engine = (engine, wanted, document)
        return engine

    def flush(self) -> NDArray[Any]:
        """The end of a stream: the frames that the latency holds back. The next call starts afresh."""
        if self._engine is None or self._like is None:
            problem, remedy = "there is no stream to end", "process audio with reset=False first"
            raise SettingsError(f"{problem}; {remedy}", problem=problem, remedy=remedy)
        like, axis = self._like
        return self._engine[0].flush(as_array(like, axis), axis)

    def reset(self) -> None:
        """Forget the stream: the next output is that of a fresh processor."""
        if self._engine is not None:
            self._engine[0].reset()

    def latency_frames(self, sample_rate: float, channels: int = 2, layout: str | None = None) -> int:
        """Frames by which a stream's output is late."""
        return _native.Engine(self._document(), float(sample_rate), channels, layout, _plugins.command()).latency_frames

    @property
    def gain_reductions_db(self) -> list[float]:
        """Largest gain reduction of late of every step in dB, for meters; empty before the first audio."""
        return [] if self._engine is None else self._engine[0].gain_reductions_db
