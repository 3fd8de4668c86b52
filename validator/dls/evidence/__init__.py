"""Evidence beside a statement: manifests and per-item records."""
