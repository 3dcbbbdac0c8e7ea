"""`make certificacion`: the certifier's seven scenarios in a browser, and one HTML report fit to be handed over."""
