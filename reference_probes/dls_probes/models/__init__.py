"""What answers a pack: one causal model, a classifier, a pair."""
