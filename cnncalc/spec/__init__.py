"""The spec language: YAML text to a net.

The way of the data, a file a step:

- `reader`: bytes to text, then the steps below in order
- `tree`: YAML to values that keep their places
- `document`: the top-level keys told apart
- `beginning`: the variables and the shapes of the inputs
- `expand`: entries unrolled, by `entries` (the parts of one), `loops`, `blocks`,
  `frame` (where one stands) and `costs` (what a turn of it takes)
- `building`: an entry to a layer, by `arguments`
- `placing`: layers into the graph, by `references` (names and what they refer to)
- `unused`: results that nothing takes

Along the way `values`, `expressions` and `scope` turn text into values; `words` and
`limits` say what a spec may hold; `problems` carry errors with their places, and
`advice`, `ways` and `remedies` find the way out of one. `schema` tells editors all this.
"""
