"""*Cijfers*: what is counted of which log, and which numbers are kept back where they leave the desk."""
