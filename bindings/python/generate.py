"""Writes the typed result classes and the processor classes from the committed JSON Schemas.

`python generate.py` writes them, `python generate.py --check` fails if one is out of date. Only the standard library is
used, and nothing of the package itself: the schemas of `crates/balanced/schemas` are all it reads.
"""

from __future__ import annotations

import argparse
import json
import keyword
import sys
import textwrap
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCHEMAS = HERE.parent.parent / "crates/balanced/schemas"
PACKAGE = HERE / "python/balanced_mastering"

#: Documents that become classes, and the classes with the methods of some of them.
DOCUMENTS = (
    "analysis",
    "recommendation",
    "master",
    "check",
    "profile",
    "info",
    "merged",
    "roster",
    "wishes",
    "matches",
    "preview",
    "manifest",
    "reproduction",
    "album-analysis",
    "album-result",
    "comparison",
    "fingerprint",
    "repair",
    "head",
)
MIXINS = {
    "AlbumAnalysis": "AlbumAnalysisMethods",
    "AlbumResult": "AlbumResultMethods",
    "Analysis": "AnalysisMethods",
    "Recommendation": "RecommendationMethods",
    "MasterResult": "MasterResultMethods",
    "CheckResult": "CheckResultMethods",
    "TrackComparison": "ComparisonMethods",
    "Merged": "MergedMethods",
    "EngineerMatches": "EngineerMatchesMethods",
    "Roster": "RosterMethods",
    "DeliveryManifest": "DeliveryManifestMethods",
    "RepairResult": "RepairResultMethods",
    "Reproduction": "ReproductionMethods",
    "TagHead": "TagHeadMethods",
}
#: Definitions that have hand-written classes.
ELSEWHERE = {"ChainSpec": "Chain"}
MODEL_HEAD = '''"""Results as typed classes."""

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
'''
PROCESSORS_HEAD = '''"""Processors as classes."""

# Written by `generate.py` from `chain.schema.json`, the parameter tables; do not edit.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from balanced_mastering._settings import Processor, Settings
'''

Tree = dict[str, Any]


def load(name: str) -> Tree:
    """Reads the committed schema called `name`."""
    tree: Tree = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return tree


def reference(tree: Tree) -> str | None:
    """Returns the definition that `tree` points to."""
    pointer = tree.get("$ref")
    return pointer.rsplit("/", 1)[-1] if isinstance(pointer, str) else None


def constants(tree: Tree) -> list[str] | None:
    """Returns the names of an enum that schemars wrote."""
    if "enum" in tree:
        return [item for item in tree["enum"] if isinstance(item, str)]
    kinds = tree.get("oneOf")
    if kinds and all(isinstance(kind.get("const"), str) or "enum" in kind for kind in kinds):
        return [name for kind in kinds for name in ([kind["const"]] if "const" in kind else kind["enum"])]
    return None


def literal(names: list[str]) -> str:
    """Formats a `Literal` type, on several lines if it is long."""
    line = f"Literal[{', '.join(json.dumps(name) for name in names)}]"
    if len(line) < 100:
        return line
    return "Literal[\n" + "".join(f"    {json.dumps(name)},\n" for name in names) + "]"


def class_name(kind: str) -> str:
    """Converts snake case to a class name: `dc_filter` to `DcFilter`."""
    return "".join(word.capitalize() for word in kind.split("_"))


def clean(text: str) -> str:
    """Converts Rust doc text to Python doc text."""
    return " ".join(
        text.replace("`null`", "`None`")
        .replace("\u2212", "-")
        .replace("[`", "`")
        .replace("`]", "`")
        .replace("\\", "\\\\")
        .split()
    )


def wrapped(text: str, indent: str) -> str:
    """Wraps `text` to an indented paragraph."""
    return textwrap.fill(text, 130, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


class Model:
    """Returns the module of the result classes."""

    def __init__(self) -> None:
        self.definitions: dict[str, Tree] = {}
        for document in DOCUMENTS:
            tree = load(document)
            for name, definition in tree.get("$defs", {}).items():
                self.definitions.setdefault(name, definition)
            self.definitions[tree["title"]] = {key: value for key, value in tree.items() if key != "$defs"}
        self.order: list[str] = []

    def python_type(self, tree: Tree | bool) -> tuple[str, str | None, bool]:
        """Returns the annotation, the nested record class if any, and whether it is a list of them."""
        if not isinstance(tree, dict):  # `true`: anything.
            return "Any", None, False
        name = reference(tree)
        if name:
            return self.named(name)
        if "anyOf" in tree:
            kinds = [kind for kind in tree["anyOf"] if kind.get("type") != "null"]
            optional = len(kinds) < len(tree["anyOf"])
            parts = [self.python_type(kind) for kind in kinds]
            text = " | ".join(dict.fromkeys(part[0] for part in parts))
            return f"{text} | None" if optional and "None" not in text else text, parts[0][1], parts[0][2]
        types = tree.get("type")
        kinds = types if isinstance(types, list) else [types]
        text, nested, is_list = self.plain(next(kind for kind in kinds if kind != "null"), tree)
        return f"{text} | None" if "null" in kinds else text, nested, is_list

    def plain(self, kind: str | None, tree: Tree) -> tuple[str, str | None, bool]:
        simple = {"number": "float", "integer": "int", "boolean": "bool", "string": "str"}
        if kind == "array":
            item, nested, _ = self.python_type(tree["items"])
            return f"list[{item}]", nested, nested is not None
        if kind == "object":
            value = tree.get("additionalProperties")
            inner = self.python_type(value)[0] if isinstance(value, dict) else "Any"
            return f"dict[str, {inner}]", None, False
        return simple.get(kind or "", "Any"), None, False

    def named(self, name: str) -> tuple[str, str | None, bool]:
        if name in ELSEWHERE:
            return ELSEWHERE[name], ELSEWHERE[name], False
        definition = self.definitions[name]
        if "properties" in definition:
            self.visit(name)
            return name, name, False
        if constants(definition):
            self.visit(name)
            return name, None, False
        return self.python_type(definition)

    def visit(self, name: str) -> None:
        """Emits the classes that `name` needs before it."""
        if name in self.order:
            return
        for field in self.definitions[name].get("properties", {}).values():
            self.python_type(field)
        if name not in self.order:
            self.order.append(name)

    def text(self) -> str:
        for document in DOCUMENTS:
            self.visit(load(document)["title"])
        parts = [MODEL_HEAD]
        names = sorted(self.order)
        parts.append("__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n")
        for name in self.order:
            definition = self.definitions[name]
            if "properties" in definition:
                parts.append(self.record(name, definition))
            else:
                description = clean(definition.get("description", ""))
                parts.append(f"\n#: {description}\n{name} = {literal(constants(definition) or [])}\n")
        return "\n".join(parts)

    def record(self, name: str, definition: Tree) -> str:
        bases = f"{MIXINS[name]}, Record" if name in MIXINS else "Record"
        lines = [f"\nclass {name}({bases}):", *docstring(definition, self.fields(definition)), ""]
        lines += ["    __slots__ = ()", ""]
        nested = []
        for field, tree in definition["properties"].items():
            annotation, record, is_list = self.python_type(tree)
            required = field in definition.get("required", [])
            if not required and "None" not in annotation and "default" not in tree:
                annotation += " | None"
            lines.append(f"    {field}: {annotation}")
            if record:
                nested.append((field, record, is_list))
        names = "".join(f'        "{field}",\n' for field in definition["properties"])
        lines += ["", f"    _fields: ClassVar[tuple[str, ...]] = (\n{names}    )"]
        if nested and not any(record == "Chain" for _, record, _ in nested):
            rows = "".join(f'        "{field}": ({record}, {is_list}),\n' for field, record, is_list in nested)
            lines.append(f"    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {{\n{rows}    }}")
        elif nested:
            rows = "".join(
                f'        "{field}": ({"ChainLoader" if record == "Chain" else record}, {is_list}),\n'
                for field, record, is_list in nested
            )
            lines.append(f"    _nested: ClassVar[dict[str, tuple[type[Any], bool]]] = {{\n{rows}    }}")
        return "\n".join(lines) + "\n"

    def fields(self, definition: Tree) -> list[tuple[str, str, str]]:
        rows = []
        for field, tree in definition["properties"].items():
            annotation = self.python_type(tree)[0]
            name = reference(tree)
            description = tree.get("description") or (self.definitions[name].get("description", "") if name else "")
            rows.append((field, annotation, clean(description)))
        return rows


def docstring(definition: Tree, fields: list[tuple[str, str, str]]) -> list[str]:
    """Formats a numpy-style docstring."""
    paragraphs = [clean(part) for part in definition.get("description", "").split("\n\n") if "```" not in part]
    lines = [wrapped('"""' + (paragraphs[0] if paragraphs else "Settings."), "    ")]
    for paragraph in paragraphs[1:]:
        lines += ["", wrapped(paragraph, "    ")]
    if fields:
        lines += ["", "    Attributes", "    ----------"]
        for name, annotation, description in fields:
            lines.append(f"    {name} : {annotation}")
            lines.append(wrapped(description or "No more to say.", "        "))
    return [*lines, '    """']


class Processors:
    """Returns the module of the processor and settings classes."""

    def __init__(self) -> None:
        self.schema = load("chain")
        self.definitions: dict[str, Tree] = self.schema["$defs"]
        self.settings: list[str] = []
        self.enums: list[str] = []

    def python_type(self, tree: Tree) -> str:
        name = reference(tree)
        if name == "Step":
            return "Processor | Mapping[str, Any]"
        if name:
            definition = self.definitions[name]
            if constants(definition):
                if name not in self.enums:
                    self.enums.append(name)
                return name
            if "properties" in definition:
                self.visit(name)
                return f"{name} | Mapping[str, Any]"
            return self.python_type(definition)
        if "anyOf" in tree:
            return " | ".join(dict.fromkeys(self.python_type(kind) for kind in tree["anyOf"]))
        kind = tree.get("type")
        if isinstance(kind, list):
            return " | ".join(self.python_type({**tree, "type": one}) for one in kind)
        if kind == "array":
            return f"Sequence[{self.python_type(tree['items'])}]"
        simple = {"number": "float", "integer": "int", "boolean": "bool", "string": "str", "null": "None"}
        return simple.get(kind or "", "Any")

    def visit(self, name: str) -> None:
        if name not in self.settings:
            for field in self.definitions[name]["properties"].values():
                self.python_type(field)
            if name not in self.settings:
                self.settings.append(name)

    def text(self) -> str:
        steps = self.definitions["Step"]["oneOf"]
        processors = [self.settings_class(class_name(kind_of(step)), step, kind_of(step)) for step in steps]
        settings = [self.settings_class(name, self.definitions[name], None) for name in self.settings]
        enums = []
        for name in self.enums:
            definition = self.definitions[name]
            enums.append(f"\n#: {clean(definition.get('description', ''))}\n{name} = {literal(constants(definition) or [])}\n")
        kinds = [class_name(kind_of(step)) for step in steps]
        names = sorted([*kinds, *self.settings, *self.enums])
        listing = "__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"
        table = "".join(f'    "{kind_of(step)}": {class_name(kind_of(step))},\n' for step in steps)
        table = f"\n#: Every processor by its name in chain files.\nPROCESSORS: dict[str, type[Processor]] = {{\n{table}}}\n"
        return "\n".join([PROCESSORS_HEAD, listing, *enums, *settings, *processors, table])

    def settings_class(self, name: str, definition: Tree, kind: str | None) -> str:
        fields = {key: tree for key, tree in definition["properties"].items() if kind is None or key != "kind"}
        required = set(definition.get("required", ())) - {"kind"} if kind else set(definition.get("required", ()))
        for tree in fields.values():
            self.python_type(tree)  # Notes what the fields need.
        rows = [(key, self.annotated(tree), self.described(tree)) for key, tree in fields.items()]
        lines = [f"\nclass {name}({'Processor' if kind else 'Settings'}):"]
        lines += docstring(definition, rows)
        lines.append("")
        if kind:
            lines.append(f'    kind: ClassVar[str] = "{kind}"')
        names = "".join(f'        "{key}",\n' for key in fields)
        lines.append(f"    _fields: ClassVar[tuple[str, ...]] = (\n{names}    )" if fields else "    _fields = ()")
        lists = [(key, reference(tree["items"])) for key, tree in fields.items() if tree.get("type") == "array"]
        lists = [(key, "Processor" if item == "Step" else item) for key, item in lists if item in [*self.settings, "Step"]]
        if lists:
            table = ", ".join(f'"{key}": {item}' for key, item in lists)
            lines.append(f"    _items: ClassVar[dict[str, type[Settings]]] = {{{table}}}")
        lines.append("")
        for key, tree in fields.items():
            lines.append(f"    {safe(key)}: {self.attribute(tree)}")
        lines += ["", "    def __init__(", "        self,", "        *,"]
        ordered = [key for key in fields if key in required] + [key for key in fields if key not in required]
        for key in ordered:
            annotation = self.python_type(fields[key])
            default = "" if key in required else f" = {self.default(fields[key])}"
            if default == " = None" and "None" not in annotation:
                annotation += " | None"
            lines.append(f"        {safe(key)}: {annotation}{default},")
        values = "".join(f"            {key}={safe(key)},\n" for key in fields)
        lines += ["    ) -> None:", f"        super().__init__(\n{values}        )"]
        return "\n".join(lines) + "\n"

    def attribute(self, tree: Tree) -> str:
        """Returns the type of the attribute when read."""
        if tree.get("type") == "array":
            name = reference(tree["items"])
            item = "Processor" if name == "Step" else name
            return (
                f"list[{item}]"
                if item and not constants(self.definitions.get(name or "", {}))
                else (f"list[{self.python_type(tree['items'])}]")
            )
        return self.python_type(tree).replace(" | Mapping[str, Any]", "")

    def annotated(self, tree: Tree) -> str:
        return f"{self.attribute(tree)}, default {self.default(tree)}" if "default" in tree else self.attribute(tree)

    def beside_defaults(self, item: Any, tree: Tree) -> Any:
        """Formats an item of a default list; of settings, only the values that differ from their defaults."""
        name = reference(tree)
        if not isinstance(item, dict) or name is None:
            return item
        fields = self.definitions[name]["properties"]
        return {key: value for key, value in item.items() if value != fields[key].get("default")}

    def described(self, tree: Tree) -> str:
        text = clean(tree.get("description", ""))
        if "minimum" in tree and "maximum" in tree:
            text += f" Range {tree['minimum']:g} to {tree['maximum']:g}."
        name = reference(tree)
        choices = constants(self.definitions[name]) if name else None
        return text + (f" One of {', '.join(choices)}." if choices else "")

    def default(self, tree: Tree) -> str:
        value = tree.get("default", () if tree.get("type") == "array" else None)
        if value == ():
            return "()"
        if isinstance(value, list):
            return repr(tuple(self.beside_defaults(item, tree["items"]) for item in value)) if value else "()"
        if tree.get("type") == "integer" and value is not None:
            return str(int(value))
        return json.dumps(value) if isinstance(value, str) else repr(value)


def kind_of(step: Tree) -> str:
    """Returns the name of a step in chain files."""
    kind: str = step["properties"]["kind"]["const"]
    return kind


def safe(name: str) -> str:
    """Returns a valid Python name."""
    return f"{name}_" if keyword.iskeyword(name) else name


def main() -> int:
    """Writes the files, or compares them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a file is out of date")
    check = parser.parse_args().check
    stale = []
    for name, text in (("_model.py", Model().text()), ("_processors.py", Processors().text())):
        path = PACKAGE / name
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            stale.append(path)
        elif not check:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path.name} is out of date; run `cargo xtask gen`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
