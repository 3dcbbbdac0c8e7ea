"""The gateways' stand-in: ZonaPAGOS and PayU Latam over real HTTP, for demo and end-to-end tests only.

Its own process. It imports nothing from the portal, and nothing of the portal imports it. See README.md beside this.
"""
