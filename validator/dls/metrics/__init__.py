"""The formulas of the registered metrics; `formulas` maps each metric to its formula."""
