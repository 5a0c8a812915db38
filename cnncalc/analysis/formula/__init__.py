"""Formulas as trees: read from the text that a layer declares, simplified, evaluated, written."""
