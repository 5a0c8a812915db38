"""The hashes in a page's policy are those of its styles and its script."""

from __future__ import annotations

from pathlib import Path

from pages import hash_of

from cnncalc.render.drawing.svg import style
from cnncalc.render.report import hashes

FOLDER = Path(hashes.__file__).parent
#: What each is of.
TEXTS = {
    "STYLE": (FOLDER / "report.css").read_text(encoding="utf-8"),
    "PICTURE": style(),
    "SCRIPT": (FOLDER / "report.js").read_text(encoding="utf-8"),
}


def test_the_hashes_are_those_of_the_texts(request):
    made = {name: hash_of(text) for name, text in TEXTS.items()}
    if request.config.getoption("--update-goldens"):
        file = Path(hashes.__file__)
        head, _, _ = file.read_text(encoding="utf-8").partition("STYLE: Final")
        lines = "".join(f'{name}: Final = "{text}"\n' for name, text in made.items())
        file.write_text(head + lines, encoding="utf-8")
        return
    found = {name: getattr(hashes, name) for name in TEXTS}
    assert found == made, "run `pytest tests/report/test_hashes.py --update-goldens`"
