"""The spec language as text and as a tree.

- `text`: a file's bytes to text
- `tree`: YAML to values that keep their places
- `document` and `entries`: the parts of a spec told apart
- `values`, `expressions`: what a scalar's text means
- `words`, `limits`: what a spec may hold, and how much
- `problems`: errors that carry their places
- `schema`: all this for editors
"""
