"""The language side of the recogniser: pronunciations, language model and decoding graph.

Runs in a process of its own (`python -m ivr.language_model`): OpenFst twice in one process, pynini's and
vosk's, dead-locks.
"""
