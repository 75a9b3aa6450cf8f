"""The fictional mission of the demo, and its mail viewer. None of it exists outside demo mode."""
