"""One formula each; `formulas` says which registered metric each of them is."""
