"""Exceptions of this package: one class per kind of error, each with the file, the problem and the remedy."""

from __future__ import annotations

__all__ = [
    "AudioFileNotFoundError",
    "BalancedError",
    "CancelledError",
    "ChangedFileError",
    "CyaniteError",
    "DamagedFileError",
    "InputError",
    "InternalError",
    "LimitError",
    "NotAudioError",
    "OutputError",
    "PluginError",
    "ReadError",
    "SettingsError",
    "UnsupportedFormatError",
]


class BalancedError(Exception):
    """Base class of all exceptions of this package.

    Attributes
    ----------
    file : str or None
        The file concerned, if there is one.
    problem : str
        The problem, without the remedy.
    remedy : str
        What to do about the problem.
    """

    #: Identifier for rows and logs, stable between versions.
    kind: str = "error"

    def __init__(self, message: str, *, file: str | None = None, problem: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.file: str | None = file
        self.problem: str = message if problem is None else problem
        self.remedy: str = "" if remedy is None else remedy

    def __str__(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.args[0], self.file, self.problem, self.remedy))


def _rebuild(kind: type[BalancedError], message: str, file: str | None, problem: str, remedy: str) -> BalancedError:
    return kind(message, file=file, problem=problem, remedy=remedy)


class InputError(BalancedError):
    """The input cannot be read as audio."""

    kind = "input"


class AudioFileNotFoundError(InputError, FileNotFoundError):
    """The file is missing, is a folder, or may not be opened."""

    kind = "not_found"


class NotAudioError(InputError, ValueError):
    """The input is not audio: empty, text, a picture."""

    kind = "not_audio"


class UnsupportedFormatError(InputError, ValueError):
    """The input is audio in a format or codec that is not supported."""

    kind = "unsupported"


class DamagedFileError(InputError, ValueError):
    """Essential parts of the file are damaged."""

    kind = "damaged"


class ReadError(InputError, OSError):
    """The device failed while reading."""

    kind = "read"


class ChangedFileError(InputError, OSError):
    """The file was written to, cut or replaced while it was read."""

    kind = "changed"


class OutputError(BalancedError, OSError):
    """The output could not be written; nothing partial is left behind."""

    kind = "output"


class SettingsError(BalancedError, ValueError):
    """An argument, a configuration or a chain is invalid."""

    kind = "settings"


def settings_error(problem: str, remedy: str) -> SettingsError:
    """Returns the error of an invalid argument: what is wrong, and what would be right."""
    return SettingsError(f"{problem}; {remedy}", problem=problem, remedy=remedy)


class PluginError(BalancedError):
    """A CLAP plugin crashed, hung or failed."""

    kind = "plugin"


class LimitError(BalancedError, ValueError):
    """The input or the call passes one of the `Limits`; the message says which."""

    kind = "limit"


class CancelledError(BalancedError):
    """A `CancelToken` stopped the call."""

    kind = "cancelled"


class CyaniteError(BalancedError):
    """A call of Cyanite failed, or was refused before anything was sent.

    Attributes
    ----------
    reason : str
        Kind of the failure: `consent`, `authorization`, `not_found`, `not_ready`, `rejected`, `rate_limited`, `server`,
        `network`, `timeout`, `certificate`, `redirect`, `protocol`, `in_doubt`, `unsupported`, `audio`, `signature`, `journal`,
        `settings`.
    code : str or None
        Cyanite's own code of the reason.
    retry_after_s : float or None
        How long Cyanite asks to wait.
    """

    kind = "cyanite"

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        problem: str | None = None,
        remedy: str | None = None,
        reason: str = "",
        code: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, file=file, problem=problem, remedy=remedy)
        self.reason = reason
        self.code = code
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[object, ...]:
        state = {"reason": self.reason, "code": self.code, "retry_after_s": self.retry_after_s}
        return (*super().__reduce__(), state)


class InternalError(BalancedError):
    """The library itself failed on this input, which is a bug; the message says where."""

    kind = "internal"
