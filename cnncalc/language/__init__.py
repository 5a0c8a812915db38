"""The spec language as text and as a tree.

- `text`: a file's bytes to text
- `tree`: YAML to values that keep their places
- `syntax`: the typed tree of a spec, which everything after it reads
- `parse`, `entries`, `values`, `shapes`: YAML to the syntax tree
- `write`, `flow`: the syntax tree to YAML, as a person writes it
- `written`: entries that are written alike are read once
- `extents`: where nodes end, for editors
- `expressions`: what an expression's text means
- `words`, `limits`: what a spec may hold, and how much
- `problems`: errors that carry their places
- `schema`: all this for editors
"""
