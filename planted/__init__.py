"""Students with one known loss each, and the verdicts of the probes on them: `python -m planted --out FOLDER`."""
