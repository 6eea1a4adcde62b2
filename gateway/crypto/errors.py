"""What goes wrong in this room, for whoever reads what others wrote.

CryptoError        not readable, not signed, not for us: the message is for the log and names no value
└── InvalidKey     no key, or not one that is used here

A key of our own that is missing is a `Fault` (`gateway.errors`), since then it is we who fail.
"""


class CryptoError(ValueError):
    pass


class InvalidKey(CryptoError):
    pass
