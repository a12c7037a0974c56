"""Server of the Model Context Protocol (MCP) over standard input and output: assistants measure, check and master files.

`python -m balanced_mastering.mcp FOLDER… [--output FOLDER]` is the command that an MCP client starts. It reads files of the
folders named here and nothing else, writes masters into the output folder alone (none without one), replaces no file, and sends
nothing anywhere. Needs `pip install "balanced-mastering[mcp]"`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import balanced_mastering as bm
from balanced_mastering.catalogue._files import SUFFIXES

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from balanced_mastering.types import FamilyName

#: Lists that are longer than this (curves, beats, spectra) are left out of summaries.
_LONGEST_LIST = 16
#: Most files that one listing names.
_MOST_FILES = 500

Detail = Literal["summary", "full"]


class Folders:
    """The folders that may be read, and the one that may be written to."""

    def __init__(self, folders: list[Path], output: Path | None) -> None:
        self.readable = [folder.resolve(strict=True) for folder in folders]
        self.output = None if output is None else output.resolve(strict=True)

    def file(self, path: str) -> Path:
        """Returns a file that may be read, with links followed; a relative path is looked for in each folder."""
        for folder in self.readable:
            found = (folder / path).resolve()
            if found.is_relative_to(folder) and found.is_file():
                return found
        names = ", ".join(str(folder) for folder in self.readable)
        raise _tool_error(f"{path}: there is no such file in the folders of this server", f"name a file in {names}")

    def new_file(self, name: str) -> Path:
        """Returns the place of a file that may be written."""
        if self.output is None:
            raise _tool_error("this server writes no files", "start it with --output FOLDER")
        found = (self.output / name).resolve()
        if not found.is_relative_to(self.output) or found.parent != self.output:
            raise _tool_error(f"{name} is not a file name in {self.output}", "give a name such as master.wav")
        if found.exists():
            raise _tool_error(f"{found} is there already, and nothing is replaced", "give another name")
        return found


def _tool_error(problem: str, remedy: str) -> Exception:
    from mcp.server.mcpserver.exceptions import ToolError

    return ToolError(f"{problem}; {remedy}")


def _told(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Returns what `call` returns; an error of the library is told to the client with its remedy."""
    try:
        return call()
    except bm.BalancedError as error:
        raise _tool_error(error.problem if error.file is None else f"{error.file}: {error.problem}", error.remedy) from error


def _shown(result: dict[str, Any], detail: Detail) -> dict[str, Any]:
    """Returns a result, without its long lists for a summary."""
    if detail == "full":
        return result
    kept: dict[str, Any] = _without_long_lists(result)
    return kept


def _without_long_lists(value: Any) -> Any:
    if isinstance(value, dict):
        short = {name: each for name, each in value.items() if not _is_long(each)}
        return {name: _without_long_lists(each) for name, each in short.items()}
    return [_without_long_lists(each) for each in value] if isinstance(value, list) else value


def _compared(result: dict[str, Any], detail: Detail) -> dict[str, Any]:
    """Returns a comparison, without bands and seconds for a summary."""
    if detail == "summary" and result["residual"] is not None:
        result["residual"] = {name: each for name, each in result["residual"].items() if not isinstance(each, list)}
    return _shown(result, detail)


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) > _LONGEST_LIST and not isinstance(value[0], dict)


def server(folders: Folders) -> MCPServer[Any]:
    """Returns the server with its tools and schemas.

    Parameters
    ----------
    folders : Folders
        What may be read and written.
    """
    from mcp.server.mcpserver import MCPServer

    made: MCPServer[Any] = MCPServer(
        "balanced-mastering",
        version=bm.__version__,
        instructions=(
            "Measures and masters audio files. Units are in the names of the fields: _lufs, _lu, _db, _dbfs, _dbtp, _hz, _s. A"
            " value that is null could not be measured; `reasons` says why. The JSON Schemas of the results are resources."
        ),
    )
    _add_schemas(made)
    _add_reading_tools(made, folders)
    _add_writing_tools(made, folders)
    return made


def _add_schemas(made: MCPServer[Any]) -> None:
    for kind in bm.schemas():
        address = f"balanced://schema/{kind}"
        made.resource(address, name=f"schema of {kind}", mime_type="application/schema+json")(_schema_of(kind))


def _schema_of(kind: str) -> Callable[[], str]:
    """Returns a function without parameters that returns a schema, as a resource at a fixed address needs."""
    return lambda: json.dumps(bm.schema(kind))


def _add_reading_tools(made: MCPServer[Any], folders: Folders) -> None:
    from mcp.types import ToolAnnotations

    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    @made.tool(annotations=reads)
    def list_audio() -> dict[str, Any]:
        """Lists the audio files of the folders that this server may read."""
        found = [path for folder in folders.readable for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
        return {"files": [str(path) for path in found[:_MOST_FILES]], "left_out": max(0, len(found) - _MOST_FILES)}

    @made.tool(annotations=reads)
    def analyze(path: str, families: list[str] | None = None, detail: Detail = "summary") -> dict[str, Any]:
        """Measures a file: loudness and true peak, dynamics, spectrum, stereo, tempo, key, genre and mood, defects.

        `families` selects some of loudness, dynamics, spectrum, stereo, tempo, key, tags, defects. `detail` "full" adds curves,
        beats and spectra.
        """
        file = folders.file(path)
        # The library names an unknown family better than a schema does.
        chosen = cast("list[FamilyName] | None", families)
        return _told(lambda: _shown(bm.analyze(file, config=bm.AnalysisConfig(families=chosen)).to_dict(), detail))

    @made.tool(annotations=reads)
    def check(path: str, profile: str = "upload") -> dict[str, Any]:
        """Checks a file against the rules of a profile; `passed` tells whether it meets them.

        Profiles: upload, streaming, cd, broadcast-r128 and others; an unknown name is answered with the list.
        """
        file = folders.file(path)
        if profile not in bm.profiles():
            raise _tool_error(f"there is no profile {profile!r}", f"the profiles are {', '.join(sorted(bm.profiles()))}")
        return _told(lambda: bm.check(file, profile=bm.profile(profile)).to_dict())

    @made.tool(annotations=reads)
    def compare(a: str, b: str, detail: Detail = "summary") -> dict[str, Any]:
        """Compares two recordings: whether B is made from A, such as a master from a mix, and what differs.

        `verdict` is identical, same_audio, same_recording_processed, edited or different; `edits` names what was cut, inserted,
        replaced or moved. `detail` "full" adds what is left of B without A in bands and over time.
        """
        first, second = folders.file(a), folders.file(b)
        return _told(lambda: _compared(bm.compare(first, second).to_dict(), detail))

    @made.tool(annotations=reads)
    def recommend(path: str, target: str = "streaming", intensity: float = 1.0) -> dict[str, Any]:
        """Says what is wrong with a mix, how sure that is, and which mastering chain would treat it; nothing is rendered.

        `target` is a loudness target (streaming, broadcast-r128 …), `intensity` from 0 to 1 scales the moves.
        """
        file = folders.file(path)
        return _told(lambda: bm.recommend(file, target=_target(target), intensity=intensity).to_dict())


def _add_writing_tools(made: MCPServer[Any], folders: Folders) -> None:
    from mcp.types import ToolAnnotations

    writes = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)

    @made.tool(annotations=writes)
    def master(
        path: str, output: str, target: str = "streaming", intensity: float = 1.0, detail: Detail = "summary"
    ) -> dict[str, Any]:
        """Masters a mix into a new file of the output folder, and proves the result on the written file.

        `output` is a file name that ends in .wav, .aiff or .flac. The result says what was asked, what was reached, and for every
        finding whether it was cured.
        """
        file, new = folders.file(path), folders.new_file(output)
        return _told(lambda: _shown(bm.master(file, new, target=_target(target), intensity=intensity).to_dict(), detail))


def _target(name: str) -> bm.Target:
    if name not in bm.targets():
        raise _tool_error(f"there is no target {name!r}", f"the targets are {', '.join(sorted(bm.targets()))}")
    return bm.targets()[name]


def main(arguments: list[str] | None = None) -> int:
    """Runs the server until the client closes its standard input; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m balanced_mastering.mcp", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="folders whose files may be read")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="folder that masters are written into")
    options = parser.parse_args(arguments)
    try:
        made = server(Folders(options.folders, options.output))
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}; name folders that exist", file=sys.stderr)
        return 2
    except ImportError:
        print('error: the package mcp is not installed; pip install "balanced-mastering[mcp]"', file=sys.stderr)
        return 2
    made.run("stdio")
    return 0


if __name__ == "__main__":
    sys.exit(main())
