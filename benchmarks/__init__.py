"""The speed figures: `./run bench [NAME] [--json]` (docs/benchmarks.md)."""
