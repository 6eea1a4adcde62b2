"""One record as a reviewer reads it: opened out of the log, who asked what, what was decided, what happened since."""
