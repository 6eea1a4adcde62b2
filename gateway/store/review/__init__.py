"""SQL of the review's index and of the desk's own state: files of one desk, derived or short-lived."""
