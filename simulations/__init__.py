"""How often every interval method errs: `python -m simulations` measures it and fails when a gate is broken."""
