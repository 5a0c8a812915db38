"""From the syntax tree of a spec to a net.

- `reader`: the steps from a path or a text to a net, in order
- `scope` and `inputs`: the variables, and the shapes of the inputs
- `expand`: entries unrolled, by `loops`, `composites` (groups, residuals, parallels),
  `uses` (of blocks and layer types), `blocks` (their arguments), `frame` (where an
  entry stands) and `costs` (what a turn of it takes)
- `building`: an entry to a layer, by `arguments`
- `placing`: layers into the graph, by `references` (names and what they refer to)
- `unused`: results that nothing takes
- `advice`: the ways out of an error
"""
