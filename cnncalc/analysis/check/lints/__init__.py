"""Design lints, one file each: what is wrong, the search for it, and what must not set it off."""
