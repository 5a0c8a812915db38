"""What other tools would print for a net: one convention per file, a rule per layer kind."""
