"""Who asks: `server` issues tokens to partners' systems, `resource` validates them, `dpop` binds both to a key.

Profile `fapi2`: client credentials with `private_key_jwt`, access tokens bound by DPoP. `tests/profiles` has a test
for each clause.
"""
