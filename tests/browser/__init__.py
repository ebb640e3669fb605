"""What people do on the site, done in a real browser against a real server."""
