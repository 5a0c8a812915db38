"""`python -m cnncalc`."""

from cnncalc.cli import program

if __name__ == "__main__":
    program()
