"""The fixed parts of version 1.0: schemas, metric registry, inequalities, numbers."""
