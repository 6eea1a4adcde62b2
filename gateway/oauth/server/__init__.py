"""The authorization server for partners' systems. `endpoint.TokenEndpoint` answers, `metadata` says where everything
is; no web framework here.
"""
