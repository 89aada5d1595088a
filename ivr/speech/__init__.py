"""Hearing and speaking: recognisers, endpointing, synthesisers, rendered prompts."""
