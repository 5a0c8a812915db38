"""The command line: a file a command. The only place that knows typer."""

from __future__ import annotations


def main() -> None:
    """The entry point `cnncalc`."""
    import gc  # noqa: PLC0415 - see below
    import sys  # noqa: PLC0415 - see below

    # One net is read and the process ends: collecting garbage would find nothing.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

    from cnncalc.cli.app import run  # noqa: PLC0415 - after the collector is off
    from cnncalc.cli.output import quiet_on_closed_pipe  # noqa: PLC0415 - as above

    try:
        with quiet_on_closed_pipe():
            run(sys.argv[1:])
    finally:
        # Python collects once more as it ends, whatever was disabled; with all
        # objects frozen there is nothing to look at. This saves 13 of 86 ms.
        gc.freeze()
