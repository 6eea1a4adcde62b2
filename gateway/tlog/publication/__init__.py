"""What is published of a log, and who vouches for it."""
