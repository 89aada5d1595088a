"""Forms: what was typed, as text, until it is right."""
