"""Students with one known loss each, and what the probes say about them: `python -m planted --out FOLDER`."""
