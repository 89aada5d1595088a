"""French as it is spoken and heard: the pure floor that every layer may import. Standard library only."""
