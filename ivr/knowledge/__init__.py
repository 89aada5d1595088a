"""What the line knows: the FAQ, the prompts, opening hours, and what callers mean."""
