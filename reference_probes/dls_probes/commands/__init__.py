"""The commands of `dls` that load models."""
