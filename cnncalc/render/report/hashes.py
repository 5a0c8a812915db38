"""What lets a browser use the styles and the script of a page in spite of its policy.

Written by `pytest tests/report/test_hashes.py --update-goldens`: they are the same on every page,
and the library that makes them takes longer to load than a net to read.
"""

from __future__ import annotations

from typing import Final

STYLE: Final = "'sha256-FoCZijkE8GLru65VHW1OBv4RrxlR3bH6rP6pRawduEI='"
PICTURE: Final = "'sha256-2Z5za9pxnPeWi3mB9x9wf0NDxZwinbAv4ALg70CMdeE='"
SCRIPT: Final = "'sha256-kU/tyTXPlZmlZ/QQEiyNQyPIshvSsdAT5odBa+SIozA='"
