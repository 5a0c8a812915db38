"""The memory of a net as a table, JSON, CSV or Markdown."""
