"""20 ms frames of telephone audio: their clock, buffers, levels and codecs."""
