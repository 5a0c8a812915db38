"""What each layer type computes: a file per family, as in `cnncalc.layers`."""
