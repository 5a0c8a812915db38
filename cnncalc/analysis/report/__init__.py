"""What a page about a net shows: every analysis of it, as one frozen result."""
