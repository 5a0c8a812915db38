"""The command line: one file per command. The only place that knows typer.

A command line is read by `plain` where it can be, else by typer; see `commands`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # nothing is imported before `program` takes interrupts
if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from typing import NoReturn


def program() -> NoReturn:
    """The entry point `cnncalc`: run, and end the process without taking its objects apart.

    All results are written and flushed by then; the teardown of the interpreter
    would take 4 of 85 ms.
    """
    import os  # noqa: PLC0415 - loaded already, as is sys
    import sys  # noqa: PLC0415 - start-up

    def unraisable(lost: UnraisableHookArgs) -> None:
        if lost.exc_type is KeyboardInterrupt:  # Python would print a traceback, and go on
            os._exit(130)
        sys.__unraisablehook__(lost)

    sys.unraisablehook = unraisable
    try:
        main()
        code: object = 0
    except SystemExit as end:
        code = end.code or 0
    except KeyboardInterrupt:  # while modules are imported
        code = 130
    if not isinstance(code, int):
        sys.exit(str(code))
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, KeyboardInterrupt):  # a closed pipe; what was lost was told by then
        code = code or 0
    os._exit(code)


def main() -> None:
    """Run the command that the arguments name; ends in `SystemExit`."""
    import gc  # noqa: PLC0415 - see below
    import sys  # noqa: PLC0415 - see below

    # One net is read and the process ends: collecting garbage would find nothing.
    gc.disable()
    from cnncalc.cli.output import exit_on_lost_output, prepare_streams  # noqa: PLC0415 - as above

    prepare_streams()
    from cnncalc.cli.commands import run  # noqa: PLC0415 - after the collector is off

    try:
        with exit_on_lost_output():
            run(sys.argv[1:])
    finally:
        # Python collects once more as it ends, whatever was disabled; with all
        # objects frozen there is nothing to look at. This saves 13 of 86 ms.
        gc.freeze()
