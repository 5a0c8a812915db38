"""Code out: a spec becomes the file that an engineer would have written by hand."""
