"""Worked numbers: what every layer makes of given values, exactly, with every step.

- `exact`: numbers as written (integers and fractions), floats where a root or an
  exponential comes in
- `tape`: numbers that remember how they were made
- `functions`: activations and other functions of one number, with their derivatives
- `tensor`: values in the shape of a layer's input, weights or output
- `rules`: what each layer type computes, a file per family of layers
- `forward`: a net's values, layer by layer
- `backward`: the loss's gradient by every value on the tape

The steps that are printed and the gradients come from the same tape, so that there
is no second formula to disagree with the first.
"""
