"""The conversation. Pure: events and ``now`` come in, actions go out; no clock, no I/O, no third party."""
