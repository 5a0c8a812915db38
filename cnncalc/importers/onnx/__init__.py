"""ONNX files: the wire format, the graph, its operators as layers."""
