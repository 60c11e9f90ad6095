// Identity providers of establishments on the library oidc-provider, behind one HTTPS server: one for each establishment, or
// one that they share. `node provider.mjs SETTINGS.json` serves until it is ended. Here is what a house must write around
// the library: pages, accounts, second factor, policy of sessions, traces. wrong.mjs has the wrong settings.
import https from 'node:https';
import http from 'node:http';
import fs from 'node:fs';
import crypto from 'node:crypto';
import { Provider, interactionPolicy } from 'oidc-provider';
import { wrongs } from './wrong.mjs';

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const wrong = settings.wrong.map((name) => {
  if (!wrongs[name]) throw new Error(`no wrong setting is called ${name}`);
  return wrongs[name];
});

// The clock that can be set: the library asks Date.now alone.
const wall = Date.now;
let ahead = 0;
Date.now = () => wall() + ahead;
const now = () => Math.floor(Date.now() / 1000);

// house is what this house does by itself; a wrong setting changes some of it.
const house = {
  longest: settings.session,
  means: (person) => (person.totp ? ['pwd', 'otp', 'mfa'] : ['pwd']),
  subject: (person) => person.id,
  establishment: (person) => person.establishment,
  successor: () => crypto.randomUUID(),
  auditors: [`Basic ${Buffer.from(settings.auditor).toString('base64')}`],
  trace: (line) => line,
  ...Object.assign({}, ...wrong.map((w) => w.house)),
};

const people = new Map(settings.people.map((p) => [p.login, p]));
const traces = [];

// code is that of RFC 6238 at an instant: six digits, thirty seconds, SHA-1.
function code(secret, at) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30)));
  const mac = crypto.createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

// identified tells whether what was typed identifies a person of a provider: the password, and the code of those who have one.
function identified(realm, person, typed) {
  if (!person || !realm.has(person) || person.password !== typed.motdepasse) return false;
  return !person.totp || [-30, 0, 30].some((off) => code(person.totp, now() + off) === typed.code);
}

// account is how the library learns a person, by the subject that a session or a token keeps.
function account(realm, subject, token) {
  const person = [...people.values()].find((p) => realm.has(p) && house.subject(p) === subject);
  return person && {
    accountId: house.subject(person, token),
    claims: () => ({
      family_name: person.family_name, given_name: person.given_name, email: person.email, tid: house.establishment(person, token),
    }),
  };
}

// distinguished writes the subject of a certificate as RFC 4514 does, from the last to the first.
const distinguished = (certificate) => certificate.subject.split('\n').reverse().map((part) => part.replaceAll(',', '\\,')).join(',');

// policy is the library's own, and a session that serves for so long from its login, however often (EXI FI 25).
function policy() {
  const all = interactionPolicy.base();
  all.get('login').checks.add(new interactionPolicy.Check('session_age', 'the login is too old', 'login_required', ({ oidc: { session } }) => (
    Boolean(session.accountId) && now() - session.loginTs >= house.longest
  )));
  return all;
}

function configuration(realm) {
  const cookie = { signed: true, httpOnly: true, secure: true, sameSite: 'lax' };
  return {
    jwks: { keys: [realm.key] },
    clients: structuredClone(settings.clients),
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'tid'], profile: ['family_name', 'given_name'], email: ['email'] },
    conformIdTokenClaims: false, // the identity is in the ID token too
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'tls_client_auth'],
    pkce: { required: () => false },
    cookies: {
      keys: [crypto.randomUUID()], long: cookie, short: cookie,
      names: { session: `s-${realm.name}`, interaction: `i-${realm.name}`, resume: `r-${realm.name}` },
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: farewell },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        getCertificate: (ctx) => ctx.socket.getPeerX509Certificate()?.toString(),
        certificateAuthorized: (ctx) => ctx.socket.authorized,
        certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_subject_dn'
          && distinguished(ctx.socket.getPeerX509Certificate()) === expected,
      },
    },
    findAccount: async (ctx, subject, token) => account(realm, subject, token),
    interactions: { policy: policy(), url: (ctx, interaction) => `/${realm.name}/connexion/${interaction.uid}` },
    loadExistingGrant: granted,
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = page('Erreur', `<p>${escaped(out.error)} : ${escaped(out.error_description ?? '')}</p>`);
    },
    ttl: {
      AccessToken: 120, AuthorizationCode: 60, IdToken: 300, Grant: 14 * 86400, Interaction: 600, Session: house.longest,
    },
  };
}

// granted: identities go to Pro Santé Connect alone, which the establishment wants; nobody is asked.
async function granted({ oidc }) {
  const { clientId } = oidc.client;
  const { accountId } = oidc.session;
  const known = oidc.session.grantIdFor(clientId);
  const before = known && await oidc.provider.Grant.find(known);
  const grant = before?.accountId === accountId ? before : new oidc.provider.Grant({ clientId, accountId });
  if (grant !== before) {
    grant.addOIDCScope('openid profile email');
    await grant.save();
  }
  house.asked?.(oidc.params, grant.jti);
  return grant;
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (title, content) => `<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${content}</body></html>`;

async function farewell(ctx, form) {
  ctx.body = page('Déconnexion', `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Se déconnecter</button>`);
}

const loginPage = (action, said) => page('Connexion', `<p>${escaped(said)}</p><form method="post" action="${action}">
<label>Identifiant <input name="identifiant" autocomplete="username"></label>
<label>Mot de passe <input name="motdepasse" type="password" autocomplete="current-password"></label>
<label>Code, pour qui en a <input name="code" autocomplete="one-time-code"></label>
<button type="submit">Se connecter</button></form>`);

// login shows the form of an interaction of the library, and hands it what was typed.
async function login(realm, req, res) {
  const { params, prompt } = await realm.provider.interactionDetails(req, res);
  const show = (status, said) => {
    res.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    res.end(loginPage(`/${realm.name}${req.url}`, said));
  };
  if (req.method !== 'POST') return show(200, prompt.reasons.join(' '));
  const typed = Object.fromEntries(new URLSearchParams(await body(req)));
  const person = people.get(typed.identifiant);
  const right = identified(realm, person, typed);
  traces.push(house.trace({
    time: new Date(Date.now()).toISOString(), user: person ? house.subject(person) : typed.identifiant, establishment: person?.establishment ?? '',
    means: person ? house.means(person, params) : [], address: req.socket.remoteAddress, client: params.client_id, result: right ? 'success' : 'failure',
  }));
  if (!right) return show(401, 'Identifiant, mot de passe ou code erroné.');
  return realm.provider.interactionFinished(req, res, {
    login: { accountId: house.subject(person), acr: 'eidas2', amr: house.means(person, params) },
  }, { mergeWithLastSubmission: false });
}

async function body(req) {
  let text = '';
  for await (const part of req) {
    text += part;
    if (text.length > 1e5) throw new Error('request too long');
  }
  return text;
}

const realms = settings.realms.map(({ name, establishments, key }) => {
  const realm = { name, key, has: (person) => establishments.includes(person.establishment) };
  const conf = configuration(realm);
  wrong.forEach((w) => w.configure?.(conf));
  realm.provider = new Provider(`${settings.base}/${name}`, conf);
  wrong.forEach((w) => w.override?.(realm.provider));
  realm.answer = realm.provider.callback();
  return realm;
});

// indicators is the interface of RECO FI 04.
function indicators(req, res) {
  if (house.auditors && !house.auditors.includes(req.headers.authorization)) {
    res.writeHead(401, { 'www-authenticate': 'Basic realm="indicateurs"' });
    return res.end();
  }
  res.writeHead(200, { 'content-type': 'application/json' });
  return res.end(JSON.stringify({ session: house.longest, means: [['pwd', 'otp', 'mfa'], ['pwd']], strength: ['forte', 'faible'], logins: traces.length }));
}

const server = https.createServer({
  key: fs.readFileSync(settings.tls.key), cert: fs.readFileSync(settings.tls.certificate), minVersion: 'TLSv1.2',
  ca: fs.readFileSync(settings.tls.clients), crl: fs.readFileSync(settings.tls.revoked, 'utf8').match(/-----BEGIN[^]*?-----END X509 CRL-----/g),
  requestCert: true, rejectUnauthorized: false, ...Object.assign({}, ...wrong.map((w) => w.tls)),
}, async (req, res) => {
  try {
    const realm = realms.find(({ name }) => req.url.startsWith(`/${name}/`));
    if (req.url === '/indicateurs') return indicators(req, res);
    if (!realm) {
      res.writeHead(404);
      return res.end();
    }
    req.originalUrl = req.url; // by which the library learns where it is mounted
    req.url = req.url.slice(realm.name.length + 1);
    if (req.url.startsWith('/connexion/')) return await login(realm, req, res);
    return realm.answer(req, res);
  } catch (err) {
    if (!res.headersSent) res.writeHead(400, { 'content-type': 'text/html; charset=utf-8' });
    return res.end(page('Erreur', `<p>${escaped(err.error ?? 'invalid_request')}</p>`));
  }
});

// The desk of whoever runs the trial: the clock, the accounts, the traces.
const gestures = {
  '/clock': (text) => { ahead = text ? Date.parse(text) - wall() : 0; },
  '/rename-user': (text) => {
    const { user, family_name, email } = JSON.parse(text);
    Object.assign(people.get(user), { family_name, email });
  },
  '/recreate-user': (text) => {
    const person = people.get(JSON.parse(text).user);
    person.id = house.successor(person);
  },
  '/traces': () => traces.map((line) => `${JSON.stringify(line)}\n`).join(''),
};
const desk = http.createServer(async (req, res) => {
  try {
    const answer = gestures[req.url](await body(req));
    res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    res.end(answer);
  } catch (err) {
    res.writeHead(400);
    res.end(String(err));
  }
});
server.listen(settings.port, '127.0.0.1', () => desk.listen(settings.desk, '127.0.0.1'));
