"""Functions of the spec language that Python has not, written into the file that needs them."""

from __future__ import annotations

ROUND_TO = '''\
def round_to(value, divisor):
    """The nearest multiple of the divisor, and never below 90 % of the value."""
    nearest = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * value else nearest
'''
