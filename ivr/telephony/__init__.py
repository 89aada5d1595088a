"""Asterisk: FastAGI controls the call, AudioSocket carries its audio, AMI watches queues and agents."""
