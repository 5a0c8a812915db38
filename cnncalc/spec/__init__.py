"""The spec language: YAML text to a net.

The way of the data, a file a step: `reader` (bytes to text), `tree` (YAML to
values with places), `document` (the top-level keys), `entries` (what an entry
of `layers` is), `expand` (blocks, groups and `loops` unrolled), `placing`
(layers into the graph). `expressions` and `scope` compute values on the way,
`advice` adds the ways out of an error.
"""
