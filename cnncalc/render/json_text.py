"""JSON on one line, as `json.dumps` writes it.

Importing `json`, which compiles the patterns of its decoder, would take a twentieth of a
short run; only texts that need escapes, and unusual numbers, are left to it.
"""

from __future__ import annotations

_BEYOND = "\U00010000"  # from here on a character is two escapes


def quoted(text: str) -> str:
    """A text as JSON, ASCII only."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    if escaped.isprintable() and max(escaped) < _BEYOND:
        return f'"{_ascii(escaped)}"'
    from json import dumps  # noqa: PLC0415 - few texts need it

    return dumps(text)


def _ascii(text: str) -> str:
    return "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in text)


def json_text(value: object) -> str:
    """A plain value as JSON; raises `TypeError` for what JSON cannot say."""
    if isinstance(value, str):
        return quoted(value)
    if type(value) is int:
        return repr(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)}: {json_text(one)}' for key, one in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(json_text, value))}]"
    from json import dumps  # noqa: PLC0415 - few values need it

    return dumps(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{key!r} is no name of a member")
    return quoted(key)


def indented(value: object, step: int) -> str:
    """A plain value as JSON, a member or an item per line.

    What a value holds at several places is written once and repeated: a schema says the same
    of many arguments.
    """
    return _Indented(step).of(value, "\n")


class _Indented:
    """Writes values, and keeps what it has written: by identity, and texts by themselves."""

    def __init__(self, step: int) -> None:
        self._step = " " * step
        self._written: dict[tuple[int, str], str] = {}
        self._quoted: dict[object, str] = {}

    def of(self, value: object, line: str) -> str:
        """A value whose line begins so."""
        if isinstance(value, str):
            return self._text(value)
        if not value or not isinstance(value, (dict, list, tuple)):
            return json_text(value)
        known = self._written.get((id(value), line))
        if known is not None:
            return known
        inner = line + self._step
        if isinstance(value, dict):
            parts = [f"{self._text(key)}: {self.of(one, inner)}" for key, one in value.items()]
            text = f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
        else:
            parts = [self.of(one, inner) for one in value]
            text = f"[{inner}{f',{inner}'.join(parts)}{line}]"
        self._written[id(value), line] = text
        return text

    def _text(self, text: object) -> str:
        known = self._quoted.get(text)
        if known is None:
            known = self._quoted[text] = _key(text)
        return known
