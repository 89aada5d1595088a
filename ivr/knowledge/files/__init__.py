"""Files of ``prompts/``: how they are written, and what can be wrong with them."""
