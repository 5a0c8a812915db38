"""What a lint is, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.analysis.check.view import View
    from cnncalc.net.node import Node


class Hit(NamedTuple):
    """One thing that a lint has found."""

    message: str
    node: Node | None = None
    label: str = ""
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()


class Lint(NamedTuple):
    """One design lint, declared at the end of its file.

    Attributes:
        code: such as L401; it stays when the file is renamed.
        title: one line, as `cnncalc explain --list` prints it.
        find: every place in a net where it strikes.
        description: the docstring of its file: what is wrong and why, where the lint keeps
            silent, a bad and a good spec.
        source: what justifies it.
        url: where that can be read.
        opinion: off until it is selected, since good nets differ.
    """

    code: str
    title: str
    find: Callable[[View], Iterator[Hit]]
    description: str | None
    source: str
    url: str
    opinion: bool = False

    @property
    def page(self) -> str:
        """What `cnncalc explain` prints of it, as Markdown."""
        description, bad, examples = (self.description or "").partition("## Bad")
        parts = [f"# {self.code}: {self.title}", description.strip()]
        if self.opinion:
            parts.append(
                f"An opinion: off until selected by `--select {self.code}` or\n"
                f"`lint: {{select: [{self.code}]}}`."
            )
        return "\n\n".join((*parts, f"Source: {self.source}, <{self.url}>.", f"{bad}{examples}"))
