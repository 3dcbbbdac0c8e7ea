"""The pages about what is owed."""
