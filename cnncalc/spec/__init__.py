"""The spec language: YAML text to a net.

The way of the data, a file a step: `reader` (bytes to text), `tree` (YAML to
values with places), `document` (the top-level keys), `entries` (what an entry
of `layers` is), `expand` (blocks and repeats unrolled, layers placed in the
graph), with `expressions` and `scope` computing values on the way.
"""
