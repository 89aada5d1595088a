"""Asterisk's end of the three protocols, one module each; they know nothing of scripts or expectations."""
