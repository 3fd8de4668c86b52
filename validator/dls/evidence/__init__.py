"""What lies beside a statement: manifests and per-item records."""
