"""Torch alone: token ids in, log-probabilities, distributions and sampled tokens out."""
