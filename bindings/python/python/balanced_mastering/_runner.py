"""Processing of arrays and streams by chains and processors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from balanced_mastering import _native, _plugins
from balanced_mastering._audio import as_array, as_channel_axis
from balanced_mastering._errors import PluginError, settings_error

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Runner:
    """Base class of chains and processors: processes arrays and streams."""

    #: The engine, the format and the plugins it was built for, and the chain document it runs.
    _engine: tuple[_native.Engine, tuple[float, int, str | None, _plugins.Host], str] | None = None
    #: An empty array of the stream's type, and its channel axis.
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
        allow_plugins: _plugins.AllowPlugins = False,
        cancel: _native.CancelToken | None = None,
    ) -> NDArray[Any]:
        """Processes audio; short for `process`."""
        return self.process(
            audio,
            sample_rate,
            reset=reset,
            channel_axis=channel_axis,
            layout=layout,
            allow_plugins=allow_plugins,
            cancel=cancel,
        )

    def process(
        self,
        audio: NDArray[Any],
        sample_rate: float,
        *,
        reset: bool = True,
        channel_axis: int = 0,
        layout: str | None = None,
        allow_plugins: _plugins.AllowPlugins = False,
        cancel: _native.CancelToken | None = None,
    ) -> NDArray[Any]:
        """Processes a whole programme, or the next part of a stream.

        Parameters
        ----------
        audio : ndarray of float32 or float64
            Samples of shape `(frames,)`, or with two axes in the order of `channel_axis`. They are not changed.
        sample_rate : float
            Sample rate in Hz, 8000 to 384000.
        reset : bool
            True: `audio` is a whole programme; processing starts from silence, and the output has no latency.
            False: `audio` is the next part of a stream; the output is `latency_frames` late, and `flush` returns the rest.
        channel_axis : int
            0 for `(channels, frames)`, 1 for `(frames, channels)`.
        layout : str, optional
            Channel layout (`layouts()`); by default the usual one for the number of channels.
        allow_plugins : bool or iterable of str or path
            Which CLAP plugins may be loaded, for they are native code. False: none. True: those in the plugin folders. A list:
            only these, each a folder or a plugin's file (with a path separator), or the file name or id of an installed one.
        cancel : CancelToken, optional
            Stops the call from another thread.

        Returns
        -------
        ndarray
            Processed samples of the same shape and type; the computation is double precision.

        Raises
        ------
        SettingsError
            For settings or audio that cannot be processed.
        PluginError
            If a CLAP effect crashed, hung or failed; the next call restarts it.
        """
        axis = as_channel_axis(channel_axis)
        array = as_array(audio, axis)
        channels = array.shape[axis] if array.ndim == 2 else 1
        engine = self._running(float(sample_rate), channels, layout, _plugins.host(allow_plugins))
        self._like = (array[:0] if array.ndim == 1 else array[:, :0] if axis == 0 else array[:0], axis)
        try:
            return engine.render(array, axis, cancel) if reset else engine.process(array, axis, cancel)
        except PluginError:
            self._engine = None
            raise

    def _running(self, sample_rate: float, channels: int, layout: str | None, host: _plugins.Host) -> _native.Engine:
        document, wanted = self._document(), (sample_rate, channels, layout, host)
        # Read only once, because another thread may replace it.
        running = self._engine
        if running is None or running[1] != wanted:
            engine = _native.Engine(document, *wanted)
        else:
            engine = running[0]
            if running[2] == document:
                return engine
            engine.update(document)
        self._engine = (engine, wanted, document)
        return engine

    def flush(self) -> NDArray[Any]:
        """Returns the end of a stream, which the latency held back, and clears the history."""
        if self._engine is None or self._like is None:
            problem, remedy = "there is no stream to flush", "process audio with reset=False first"
            raise settings_error(problem, remedy)
        like, axis = self._like
        return self._engine[0].flush(as_array(like, axis), axis)

    def reset(self) -> None:
        """Clears the history of a stream."""
        if self._engine is not None:
            self._engine[0].reset()

    def latency_frames(
        self,
        sample_rate: float,
        channels: int = 2,
        layout: str | None = None,
        *,
        allow_plugins: _plugins.AllowPlugins = False,
    ) -> int:
        """Returns the latency: the number of frames by which a stream's output lags its input."""
        host = _plugins.host(allow_plugins)
        return _native.Engine(self._document(), float(sample_rate), channels, layout, host).latency_frames

    @property
    def gain_reductions_db(self) -> list[float]:
        """The largest recent gain reduction of every step in dB, for meters; empty before the first audio."""
        return [] if self._engine is None else self._engine[0].gain_reductions_db
