"""Install, start and check the portal on one machine. Nothing here runs in production."""
