"""A net as PyTorch code: a block is a class, a straight run one `nn.Sequential`."""
