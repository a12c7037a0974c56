"""Writes `package/results.d.ts`, the TypeScript types of results, from the committed JSON Schemas.

With `--check` nothing is written; the exit code tells whether the file is what would be written.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCHEMAS = HERE / "../../crates/balanced/schemas"
OUT = HERE / "package/results.d.ts"
KINDS = {"analysis": "Analysis", "check": "CheckResult", "recommendation": "Recommendation"}
SCALARS = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}
HEAD = "// Types of results, written by generate_types.py from the JSON Schemas in crates/balanced/schemas.\n"


def type_of(schema: object) -> str:
    """The TypeScript type of a schema."""
    if not isinstance(schema, dict):
        return "unknown"
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(dict.fromkeys(type_of(part) for part in schema[union]))
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return " | ".join(type_of_kind(kind, schema) for kind in kinds) or "unknown"


def type_of_kind(kind: str, schema: dict[str, object]) -> str:
    if kind == "array":
        inner = type_of(schema.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if kind == "object":
        if "properties" in schema:
            return body_of(schema)
        return f"Record<string, {type_of(schema.get('additionalProperties', {}))}>"
    return SCALARS[kind]


def comment(text: object, indent: str) -> str:
    return f"{indent}/** {' '.join(str(text).split())} */\n" if text else ""


def body_of(schema: dict[str, object]) -> str:
    """The fields of an object; those that may be absent are optional."""
    properties = schema["properties"]
    assert isinstance(properties, dict)
    required = schema.get("required", [])
    assert isinstance(required, list)
    lines = ["{\n"]
    for name, field in properties.items():
        mark = "" if name in required else "?"
        lines.append(comment(field.get("description"), "  ") + f"  {name}{mark}: {type_of(field)};\n")
    return "".join(lines) + "}"


def declaration(name: str, schema: dict[str, object]) -> str:
    start = comment(schema.get("description"), "")
    if "properties" in schema:
        return f"{start}export interface {name} {body_of(schema)}\n"
    return f"{start}export type {name} = {type_of(schema)};\n"


def types() -> str:
    found: dict[str, str] = {}
    for kind, name in KINDS.items():
        schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text("utf-8"))
        for inner, part in {**schema.get("$defs", {}), name: schema}.items():
            text = declaration(inner, part)
            if found.setdefault(inner, text) != text:
                raise SystemExit(f"two schemas have different types called {inner}")
    return HEAD + "".join(f"\n{found[name]}" for name in sorted(found))


def main() -> None:
    text = types()
    if "--check" not in sys.argv:
        OUT.write_text(text, "utf-8")
    elif not OUT.is_file() or OUT.read_text("utf-8") != text:
        raise SystemExit(f"{OUT.resolve()} is out of date; run `cargo xtask gen`")


if __name__ == "__main__":
    main()
