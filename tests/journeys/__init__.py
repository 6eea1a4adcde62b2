"""The whole gateway as processes, as those meet it who use it: newcomers, partners, many at once, the careless."""
