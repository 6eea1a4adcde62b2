"""The registers, on either engine by one text of SQL."""
