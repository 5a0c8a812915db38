"""Pictures of nets: as data with coordinates, as SVG, in text, and for Mermaid and Graphviz."""

from cnncalc.render.drawing.data import Drawing as Drawing
from cnncalc.render.drawing.layout import drawing as drawing
from cnncalc.render.drawing.svg import svg as svg
