"""From a model's folder to its identity, its key, and the differences between two identities. Loads no model."""
