"""The commands that need the extra [probes]."""
