"""From texts to rendered prompts: synthesisers, recordings, the rendered files."""
