"""From frames to utterances: voice detection, endpointing, barge-in, Vosk."""
