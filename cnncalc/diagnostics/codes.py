"""The codes of all diagnostics, each with its one-line title.

What `cnncalc explain CODE` prints (a description, a bad and a good example) is
kept as one Markdown file a code, so that nothing of it is read at start-up.
"""

from __future__ import annotations

from typing import Final

UNREADABLE: Final = "E001"
NOT_TEXT: Final = "E002"
EMPTY: Final = "E003"
SYNTAX: Final = "E004"
DUPLICATE_KEY: Final = "E005"
LIMIT: Final = "E006"

UNKNOWN_KEY: Final = "E101"
WRONG_TYPE: Final = "E102"
MISSING_KEY: Final = "E103"
UNKNOWN_TYPE: Final = "E104"
UNKNOWN_ARGUMENT: Final = "E105"
MISSING_ARGUMENT: Final = "E106"
BAD_VALUE: Final = "E107"
EXPRESSION: Final = "E108"
DUPLICATE_NAME: Final = "E109"
UNKNOWN_LAYER: Final = "E110"
FORWARD_REFERENCE: Final = "E111"
RECURSION: Final = "E112"
DUPLICATE_ARGUMENT: Final = "E113"

RANK: Final = "E201"
DECLARED: Final = "E202"
KERNEL_TOO_LARGE: Final = "E203"
NOT_DIVISIBLE: Final = "E204"
MERGE: Final = "E205"
PADDING: Final = "E206"
EMPTY_OUTPUT: Final = "E207"
ELEMENTS: Final = "E208"
AXIS: Final = "E209"
INPUT_COUNT: Final = "E210"
SHARE: Final = "E211"
REFUSED: Final = "E212"
VALUES: Final = "E213"

UNUSED: Final = "W301"
LAYOUT: Final = "W303"
IMPORTED: Final = "W304"

TITLES: Final[dict[str, str]] = {
    UNREADABLE: "the file cannot be read",
    NOT_TEXT: "the file is not UTF-8 text",
    EMPTY: "the spec is empty",
    SYNTAX: "the YAML cannot be parsed",
    DUPLICATE_KEY: "a key appears twice",
    LIMIT: "a limit is exceeded",
    UNKNOWN_KEY: "an unknown key",
    WRONG_TYPE: "another kind of value is needed",
    MISSING_KEY: "a key is missing",
    UNKNOWN_TYPE: "an unknown layer type",
    UNKNOWN_ARGUMENT: "an unknown argument",
    MISSING_ARGUMENT: "an argument is missing",
    BAD_VALUE: "an argument has a bad value",
    EXPRESSION: "an expression cannot be computed",
    DUPLICATE_NAME: "a name appears twice",
    UNKNOWN_LAYER: "an unknown layer name",
    FORWARD_REFERENCE: "a layer is used before it is defined",
    RECURSION: "a definition contains itself",
    DUPLICATE_ARGUMENT: "an argument is given twice",
    RANK: "the input has the wrong number of axes",
    DECLARED: "a declared size is not the actual size",
    KERNEL_TOO_LARGE: "the kernel is larger than its input",
    NOT_DIVISIBLE: "a number is not divisible as it must be",
    MERGE: "shapes do not meet at a merge",
    PADDING: "the padding is not possible here",
    EMPTY_OUTPUT: "the output would be empty",
    ELEMENTS: "the number of elements does not match",
    AXIS: "an axis is out of range",
    INPUT_COUNT: "the wrong number of inputs",
    SHARE: "weights cannot be shared",
    REFUSED: "a combination that the framework refuses",
    VALUES: "values are missing, or do not fit",
    UNUSED: "a result is never used",
    LAYOUT: "the order of the axes is not certain",
    IMPORTED: "part of an imported model is not understood",
}
