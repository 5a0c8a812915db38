"""The structure of a flat model: residuals, branches, loops, tables and blocks.

[`structured_spec`][cnncalc.build.structured.structured_spec] finds it and holds it to the flat net.
"""
