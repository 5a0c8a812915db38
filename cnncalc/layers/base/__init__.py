"""How layers are declared: the machinery that the families build on."""
