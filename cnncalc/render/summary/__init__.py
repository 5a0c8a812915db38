"""A summary as a table, JSON, CSV or Markdown, a file each; `columns` says what may be shown."""
