"""A net as Keras code: the functional API, in which a block is a function."""
