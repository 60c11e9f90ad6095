// A service that uses Pro Santé Connect, on express, express-session and openid-client: logins by code and by decoupled
// authentication, a page that wants a session, a logout. `node service.mjs settings.json` serves it, and at the port `desk` of
// this machine the gestures that its candidate file declares. A wrong setting, by its name in wrong.mjs, changes one thing.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import express from 'express';
import session from 'express-session';
import * as oidc from 'openid-client';
import { Agent, fetch } from 'undici';
import { wrongs } from './wrong.mjs';

const settings = JSON.parse(readFileSync(process.argv[2]));
const { base, issuer, client } = settings;
const read = (name) => readFileSync(settings.tls[name]);

// house is how the service does what its library leaves to it.
const house = {
  discovery: '/.well-known/wallet-openid-configuration',
  tls: { ca: read('roots'), cert: read('certificate'), key: read('key') },
  authentication: oidc.TlsClientAuth(),
  metadata: {},
  configure: () => oidc.discovery(new URL(issuer + house.discovery), client.id, house.metadata, house.authentication, { [oidc.customFetch]: wire }),
  complete: (config) => oidc.enableNonRepudiationChecks(config),
  scope: 'openid scope_all',
  level: 'eidas1',
  age: 4 * 3600,
  challenge: async (verifier) => ({ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }),
  nonce: () => oidc.randomNonce(),
  verifier: () => oidc.randomPKCECodeVerifier(),
  pending: (request) => (request.session.asked ??= {}), // by state, of this browser
  redeem: (config, url, asked) => oidc.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce, maxAge: house.age, idTokenExpected: true,
  }),
  claims: (tokens) => tokens.claims(),
  levels: ['eidas1', 'eidas2', 'eidas3'],
  subject: (claims) => claims.sub,
  person: (claims) => claims.preferred_username,
  renewed: (old, tokens) => tokens.refresh_token ?? old,
  refused: (user) => { user.over = true; },
  binding: () => ({ binding_message: oidc.randomState().slice(0, 4) }),
  mayEnter: (wanted, claims) => claims.preferred_username === wanted,
  farewell: (config, user) => oidc.buildEndSessionUrl(config, { id_token_hint: user.id, post_logout_redirect_uri: `${base}/` }).href,
  told: (error, request, response, next) => response.status(403).send(page('Connexion refusée', 'Pro Santé Connect n’a pas confirmé qui vous êtes. Recommencez.')),
};
const honest = { ...house };
Object.assign(house, wrongs[settings.wrong]?.(honest, { oidc, settings, fetch, agent: () => agent }));

const agent = new Agent({ connect: house.tls });
const wire = (url, options) => fetch(url, { ...options, dispatcher: agent });

let known; // Pro Santé Connect, once it has been read
async function provider() {
  known ??= await house.configure();
  known[oidc.customFetch] = wire;
  house.complete(known);
  return known;
}

const page = (title, text) => `<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`;

// admitted is a person whom tokens name, once the level and userinfo are looked at.
async function admitted(config, tokens) {
  const claims = house.claims(tokens);
  if (house.levels && !house.levels.includes(claims.acr)) throw new Error(`level ${claims.acr}`);
  const info = await oidc.fetchUserInfo(config, tokens.access_token, house.subject(claims));
  return { claims, idnat: house.person(claims, info), id: tokens.id_token, refresh: tokens.refresh_token };
}

const users = new Map(); // by IdNat: who is logged in, for the gesture
const waiting = new Map(); // decoupled logins, by number
let number = 0;

// seated gives a person a session of a new name.
const seated = (request, user) => new Promise((done, failed) => {
  request.session.regenerate((error) => {
    if (error) return failed(error);
    request.session.user = user.idnat;
    users.set(user.idnat, user);
    return done();
  });
});

const app = express();
app.use(session({ secret: 'secret-test', resave: false, saveUninitialized: false, cookie: { secure: true, httpOnly: true, sameSite: 'lax' } }));
app.use(express.urlencoded({ extended: false }));

app.get('/', (request, response) => response.send(page('Accueil', 'Connectez-vous.')));

app.get('/connexion', async (request, response) => {
  const config = await provider();
  const asked = { state: oidc.randomState(), nonce: house.nonce(), verifier: house.verifier() };
  house.pending(request)[asked.state] = asked;
  response.redirect(oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${base}/retour`, scope: house.scope, state: asked.state, max_age: String(house.age), ...(house.level && { acr_values: house.level }),
    ...(asked.nonce && { nonce: asked.nonce }), ...await house.challenge(asked.verifier),
  }).href);
});

app.get('/retour', async (request, response) => {
  const config = await provider();
  const pending = house.pending(request);
  const asked = pending[request.query.state] ?? (house.anyState && Object.values(pending).at(-1));
  if (!asked) throw new Error('no such request');
  delete pending[asked.state];
  await seated(request, await admitted(config, await house.redeem(config, new URL(request.originalUrl, base), asked)));
  response.redirect('/espace');
});

app.get('/espace', (request, response) => {
  const done = waiting.get(request.session.waiting);
  if (done?.user) {
    request.session.user = done.user.idnat;
    users.set(done.user.idnat, done.user);
  }
  const user = users.get(request.session.user);
  if (!user || user.over) return response.redirect('/connexion');
  response.send(page('Espace', `Vous êtes identifiant ${user.idnat}.`));
});

app.get('/deconnexion', async (request, response) => {
  const config = await provider();
  const user = users.get(request.session.user);
  if (!user) return response.redirect('/');
  request.session.destroy(() => response.redirect(house.farewell(config, user)));
});

app.post('/sans-carte', async (request, response) => {
  const config = await provider();
  const wanted = request.body.idnat;
  const demand = await oidc.initiateBackchannelAuthentication(config, { scope: house.scope, login_hint: wanted, acr_values: house.level, ...house.binding() });
  const way = {};
  waiting.set(request.session.waiting = ++number, way);
  oidc.pollBackchannelAuthenticationGrant(config, demand)
    .then(async (tokens) => {
      const user = await admitted(config, tokens);
      if (!house.mayEnter(wanted, user.claims)) throw new Error('another person');
      way.user = user;
    })
    .catch((error) => { console.error('decoupled:', error.code ?? error.message); });
  response.status(202).send(page('En attente', 'Approuvez la demande sur votre application.'));
});

app.use((error, request, response, next) => {
  console.error(request.path, error.code ?? '', error.message, error.cause?.message ?? '');
  house.told(error, request, response, next);
});

// The gestures: a person's access token is refreshed.
const desk = express();
desk.use(express.json());
desk.post('/refresh', async (request, response) => {
  const user = users.get(request.body.idnat);
  if (!user) return response.sendStatus(404);
  try {
    const tokens = await oidc.refreshTokenGrant(await provider(), user.refresh);
    user.refresh = house.renewed(user.refresh, tokens);
    user.id = tokens.id_token ?? user.id;
  } catch (error) {
    console.error('refresh:', error.code ?? error.message);
    house.refused(user);
  }
  response.sendStatus(204);
});

createServer({ cert: read('certificate'), key: read('key') }, app).listen(settings.port, '127.0.0.1', () => desk.listen(settings.desk, '127.0.0.1'));
