// oauth4webapi as a strict client of the authorization server: discovery, private_key_jwt, a DPoP-bound token, a call with it.
// One JSON document on standard input, one on standard output; any failure is the exit status.
import { readFileSync } from 'node:fs'
import * as oauth from 'oauth4webapi'

const { issuer, clientId, key, algorithm } = JSON.parse(readFileSync(0, 'utf8'))
const insecure = { [oauth.allowInsecureRequests]: true }
const names = { ES256: { name: 'ECDSA', namedCurve: 'P-256' }, PS256: { name: 'RSA-PSS', hash: 'SHA-256' }, Ed25519: 'Ed25519' }
const signing = await crypto.subtle.importKey('jwk', { ...key, alg: undefined, use: undefined }, names[algorithm], false, ['sign'])

const url = new URL(issuer)
const found = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
const server = await oauth.processDiscoveryResponse(url, found)
const client = { client_id: clientId }
const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(algorithm))
const authentication = oauth.PrivateKeyJwt({ key: signing, kid: key.kid })
const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, { DPoP, ...insecure })
const token = await oauth.processClientCredentialsResponse(server, client, answer)
const called = await oauth.protectedResourceRequest(
  token.access_token, 'GET', new URL('/v1/disclosures?x=1', issuer), undefined, null, { DPoP, ...insecure },
)
process.stdout.write(JSON.stringify({ type: token.token_type, expires: token.expires_in, status: called.status, requester: await called.text() }))
