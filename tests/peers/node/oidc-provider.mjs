// An OpenID Connect server that somebody else wrote. One JSON document comes on standard input: the desk's URL, its
// secret, and people with their claims. It prints its port, and serves until it is ended.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const { desk, secret, people } = JSON.parse(await text(process.stdin));
const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: "es256" };

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{
      client_id: "sluis-bureau",
      client_secret: secret,
      redirect_uris: [`${desk}/aanmelden/terug`],
      post_logout_redirect_uris: [`${desk}/afgemeld`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      id_token_signed_response_alg: "ES256",
    }],
    jwks: { keys: [key] },
    claims: { openid: ["sub", "sluis_roles"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["of a test"] },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
  server.on("request", provider.callback());
  console.log(port);
});
