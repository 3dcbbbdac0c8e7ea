"""Pages about one's own login."""
