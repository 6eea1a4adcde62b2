"""Who somebody is: the provider that says so, the session that follows, and what waits until it is proved again."""
