"""The structure of a flat model: residuals, branches, loops, tables and blocks.

[`structured`][cnncalc.build.structured.structured] finds it, and holds it to the flat net.
"""
