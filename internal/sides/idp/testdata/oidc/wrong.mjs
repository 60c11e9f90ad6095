// Wrong settings of an identity provider on oidc-provider, by name. `configure` changes the library's configuration,
// `override` what its documentation shows integrators to override (models, middleware), `house` the pages, accounts and
// policies that they write themselves, `tls` the server.
import { Provider } from 'oidc-provider';

// published changes what the provider tells of itself.
const published = (change) => ({
  override: (provider) => provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'discovery') change(ctx.body);
  }),
});

// found changes what the library finds in its store, by the request that it answers.
const found = (change, ...models) => ({
  override: (provider) => models.forEach((name) => {
    const { find } = provider[name];
    provider[name].find = async function findChanged(...args) {
      const one = await find.apply(this, args);
      if (one && Provider.ctx?.oidc?.route === 'token') change(one, Provider.ctx.oidc);
      return one;
    };
  }),
});

const strong = ['pwd', 'otp', 'mfa'];
const place = {}; // where a session said that its person is, by its grant

export const wrongs = {
  'amr-missing': { configure: (c) => { c.claims.openid = c.claims.openid.filter((name) => name !== 'amr'); } },
  'amr-text': { house: { means: () => 'pwd otp mfa' } },
  'amr-unknown': { house: { means: () => ['carte-maison', 'mfa'] } },
  'any-strength': { house: { means: () => strong } },
  'asked-strength': { house: { means: (person, { acr_values: asked }) => (asked || person.totp ? strong : ['pwd']) } },
  'asked-establishment': {
    configure: (c) => { c.extraParams = ['tid', 'domain_hint']; },
    house: {
      asked: ({ tid, domain_hint: hint }, grant) => { place[grant] = tid ?? hint ?? place[grant]; },
      establishment: (person, token) => place[token?.grantId] ?? person.establishment,
    },
  },
  'assertion-replayed': { override: (p) => { p.ReplayDetection.unique = async () => true; } },
  'auth-time-refreshed': { override: (p) => { p.Session.prototype.authTime = () => Math.floor(Date.now() / 1000); } },
  'certificate-unchecked': { configure: (c) => { c.features.mTLS.certificateAuthorized = () => true; } },
  'code-of-another': found((one, oidc) => { one.clientId = oidc.client.clientId; }, 'AuthorizationCode', 'Grant'),
  'code-replayed': { override: (p) => { p.AuthorizationCode.prototype.consume = async () => {}; } },
  'crl-unread': { tls: { crl: undefined } },
  'hs256': {
    configure: (c) => {
      c.enabledJWA = { idTokenSigningAlgValues: ['RS256', 'HS256'] };
      c.clients.filter((x) => x.client_secret).forEach((x) => { x.id_token_signed_response_alg = 'HS256'; });
    },
  },
  'id-token-of-a-day': { configure: (c) => { c.ttl.IdToken = 86400; } },
  'identity-missing': { configure: (c) => { c.claims.profile = ['given_name']; } },
  'indicators-open': { house: { auditors: null } },
  'issuer-other': published((d) => { d.issuer += '/'; }),
  'logout-anywhere': { override: (p) => { p.Client.prototype.postLogoutRedirectUriAllowed = () => true; } },
  'logout-leaves-session': { override: (p) => { p.Session.prototype.destroy = async () => {}; } },
  'max-age-unread': { configure: (c) => { c.interactions.policy.get('login').checks.remove('max_age'); } },
  'nonce-lost': {
    override: (p) => {
      const { set } = p.IdToken.prototype;
      p.IdToken.prototype.set = function setButNonce(key, value) { if (key !== 'nonce') set.call(this, key, value); };
    },
  },
  'none-announced': published((d) => { d.id_token_signing_alg_values_supported = [...d.id_token_signing_alg_values_supported, 'none']; }),
  'one-subject': { house: { subject: (person) => person.establishment } },
  'pkce-unread': found((code, oidc) => { code.codeChallenge = undefined; oidc.params.code_verifier = undefined; }, 'AuthorizationCode'),
  'prompt-login-unread': { configure: (c) => { c.interactions.policy.get('login').checks.remove('login_prompt'); } },
  'redirect-at-token-unread': found((code, oidc) => { code.redirectUri = oidc.params.redirect_uri; }, 'AuthorizationCode'),
  'redirect-by-prefix': {
    override: (p) => { p.Client.prototype.redirectUriAllowed = function allowed(uri) { return this.redirectUris.some((known) => uri.startsWith(known)); }; },
  },
  'secret-unread': { override: (p) => { p.Client.prototype.compareClientSecret = async () => true; } },
  'session-of-a-day': { house: { longest: 86400 } },
  'session-slides': { configure: (c) => { c.interactions.policy.get('login').checks.remove('session_age'); } },
  'stack-shown': { configure: (c) => { c.renderError = async (ctx, out, err) => { ctx.type = 'text'; ctx.body = err.stack; }; } },
  'sub-is-email': { house: { subject: (person) => person.email } },
  'sub-recycled': { house: { successor: (person) => person.id } },
  'subject-unread': { configure: (c) => { c.features.mTLS.certificateSubjectMatches = () => true; } },
  'tls-1.0': { tls: { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } },
  'untraced': { house: { trace: ({ time, result }) => ({ time, result }) } },
  'userinfo-other-sub': { house: { subject: (person, token) => (token?.kind === 'AccessToken' ? person.login : person.id) } },
};
