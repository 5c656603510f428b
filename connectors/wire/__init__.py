"""The one HTTP layer and sign-in for connectors that talk to a server."""
