"""What version 1.0 fixes: schemas, metric registry, inequalities, numbers."""
