"""A page about nets: one file of HTML that shows every analysis, for people who look first."""
