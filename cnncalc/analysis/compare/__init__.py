"""Nets side by side: totals, layers aligned, MLPs that do the same job, growth with the input."""
