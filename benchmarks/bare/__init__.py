"""The floor: a Django view that reads session and user, and writes the rows of one filing."""
