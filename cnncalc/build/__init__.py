"""From the tree of a spec to a net.

- `reader`: the steps from a path or a text to a net, in order
- `scope` and `inputs`: the variables, and the shapes of the inputs
- `expand`: entries unrolled, by `loops`, `blocks`, `frame` (where one stands) and
  `costs` (what a turn of it takes)
- `building`: an entry to a layer, by `arguments`
- `placing`: layers into the graph, by `references` (names and what they refer to)
- `unused`: results that nothing takes
- `advice`: the ways out of an error
"""
