"""What maintainers run: releasing a version, starting a probe."""
