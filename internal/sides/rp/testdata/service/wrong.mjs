// Wrong settings of the service, by name: each gives what it changes of the house, which is what an integrator writes around
// the library or tells it.

// checks are those that the library is given at the way back.
const checks = (house, asked) => ({
  pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce, maxAge: house.age, idTokenExpected: true,
});

// checking changes them.
const checking = (change) => (house, { oidc }) => ({
  redeem: (config, url, asked) => oidc.authorizationCodeGrant(config, url, { ...checks(house, asked), ...change(oidc) }),
});

// byHand redeems the code without the library, which would compare the nonce.
const byHand = (house, { oidc, settings }) => (config, url, asked) => oidc.genericGrantRequest(config, 'authorization_code', {
  code: url.searchParams.get('code'), redirect_uri: `${settings.base}/retour`, code_verifier: asked.verifier,
});

const decoded = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

export const wrongs = {
  'acr-unasked': () => ({ level: null }),
  'acr-unread': () => ({ levels: null }),
  'age-unread': checking(() => ({ maxAge: undefined })),
  'answerer-unannounced': (house, { oidc, settings }) => ({
    configure: async () => {
      const { authorization_response_iss_parameter_supported: left, ...told } = (await house.configure()).serverMetadata();
      return new oidc.Configuration(told, settings.client.id, house.metadata, house.authentication);
    },
  }),
  'any-browser': () => {
    const all = {};
    return { pending: () => all };
  },
  'any-server': (house) => ({ tls: { ...house.tls, rejectUnauthorized: false } }),
  'any-state': (house, x) => ({ anyState: true, ...checking((oidc) => ({ expectedState: oidc.skipStateCheck }))(house, x) }),
  'binding-missing': () => ({ binding: () => ({}) }),
  'certificate-missing': (house, { oidc, settings }) => ({ tls: { ca: house.tls.ca }, authentication: oidc.ClientSecretBasic(settings.client.secret) }),
  'challenge-missing': () => ({ verifier: () => undefined, challenge: async () => ({}) }),
  'challenge-plain': () => ({ challenge: async (verifier) => ({ code_challenge: verifier, code_challenge_method: 'plain' }) }),
  'decoupled-anybody': () => ({ mayEnter: () => true }),
  'discovery-of-the-standard': () => ({ discovery: '/.well-known/openid-configuration' }),
  'error-shown': () => ({ told: (error, request, response, next) => next(error) }),
  'hour-of-tolerance': (house, { oidc }) => ({ metadata: { [oidc.clockTolerance]: 3700 } }),
  'logout-alone': (house, { settings }) => ({ farewell: () => `${settings.base}/` }),
  'logout-without-hint': (house, { oidc, settings }) => ({
    farewell: (config) => oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: `${settings.base}/` }).href,
  }),
  'nonce-missing': () => ({ nonce: () => undefined }),
  'nonce-unread': (house, x) => ({ redeem: byHand(house, x) }),
  'refresh-token-kept': () => ({ renewed: (old) => old }),
  'refusal-unheard': () => ({ refused: () => {} }),
  'scope-openid': () => ({ scope: 'openid' }),
  'signature-unread': () => ({ complete: () => {} }), // as the library is, unless told otherwise
  'subject-unread': (house, { oidc }) => ({ subject: () => oidc.skipSubjectCheck, person: (claims, info) => info.preferred_username }),
  'token-decoded': (house, { settings, fetch, agent }) => ({
    redeem: async (config, url, asked) => {
      const answer = await fetch(config.serverMetadata().token_endpoint, {
        method: 'POST', dispatcher: agent(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'authorization_code', client_id: settings.client.id, code: url.searchParams.get('code'),
          redirect_uri: `${settings.base}/retour`, code_verifier: asked.verifier,
        }).toString(),
      });
      return answer.json();
    },
    claims: (tokens) => decoded(tokens.id_token),
  }),
};
