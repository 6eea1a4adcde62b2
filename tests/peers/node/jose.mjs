// npm jose as a peer: `open` reads an envelope as a recipient would, `sign` makes a JWS as a holder would.
// One JSON document on standard input, one on standard output; any failure is the exit status.
import { readFileSync } from 'node:fs'
import { SignJWT, calculateJwkThumbprint, compactDecrypt, createLocalJWKSet, importJWK, jwtVerify } from 'jose'

const commands = {
  async open({ jwe, key, jwks, issuer, audience, now }) {
    const { plaintext, protectedHeader: outer } = await compactDecrypt(jwe, await importJWK(key, 'ECDH-ES+A256KW'), {
      keyManagementAlgorithms: ['ECDH-ES+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    const { payload, protectedHeader: inner } = await jwtVerify(new TextDecoder().decode(plaintext), createLocalJWKSet(jwks), {
      issuer,
      audience,
      algorithms: ['ES256'],
      typ: 'sluis-disclosure+jwt',
      currentDate: new Date(now),
      requiredClaims: ['iat', 'exp', 'jti', 'recipient_jkt', 'disclosure'],
    })
    return { outer, inner, payload, thumbprint: await calculateJwkThumbprint(key) }
  },
  async sign({ key, claims, typ }) {
    const header = { alg: 'ES256', typ, kid: await calculateJwkThumbprint(key) }
    return { jws: await new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, 'ES256')) }
  },
}

const document = await commands[process.argv[2]](JSON.parse(readFileSync(0, 'utf8')))
process.stdout.write(JSON.stringify(document))
