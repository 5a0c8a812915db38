"""The Python API: nets are read, and answer what the commands answer.

- `reading`: `load`, `parse`, `SpecError`
- `network`: a net with `summary`, `explain`, `compare` and `check`
- `result`: what these return: the data, and its formats
"""

from cnncalc.api.network import Network
from cnncalc.api.reading import SpecError, load, parse
from cnncalc.api.result import Result

__all__ = ["Network", "Result", "SpecError", "load", "parse"]
