// A receiver of SAML Responses on node-saml: TLS, /acs, a session cookie, and /app/ relayed to the application
// behind it with the identity in a header. In a sphere it also asks its operator for persons and takes the end of their
// sessions at /slo. It owes nothing to the product but its settings, a JSON file.
import { SAML } from '@node-saml/node-saml';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { inflateRawSync } from 'node:zlib';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const idleLimit = 30 * 60_000, lifeLimit = 8 * 3_600_000, bodyLimit = 256 * 1024;

const presented = new Map(); // assertion ID -> end of life
const sessions = new Map();  // cookie -> {profile, user, pagm, until, used}

const operators = new Map(settings.operators.map(operator => [operator.issuer, new SAML({
  callbackUrl: settings.acs, issuer: settings.audience, audience: settings.audience, idpIssuer: operator.issuer,
  idpCert: operator.certificates, wantAssertionsSigned: true, wantAuthnResponseSigned: false,
  entryPoint: operator.entry, logoutUrl: operator.logout, privateKey: readFileSync(settings.sealKey, 'utf8'), signatureAlgorithm: 'sha256',
  acceptedClockSkewMs: settings.skew * 1000, validateInResponseTo: settings.sphere ? 'ifPresent' : 'never',
  ...settings.options,
})]));

// operator finds whom a message says that it comes from; what is signed is checked against that one afterwards.
function operator(text) {
  const issuer = /<(?:[\w-]+:)?Issuer\b[^>]*>([^<]*)</.exec(text)?.[1].trim();
  return operators.get(issuer) ?? operators.get(settings.operators[0].issuer);
}

function page(response, status, text, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', ...headers });
  response.end(`<!doctype html><html lang="fr"><title>${status}</title><p>${text}</p></html>`);
}

function redirect(response, location) {
  response.writeHead(303, { Location: location, 'Cache-Control': 'no-store' });
  response.end();
}

async function read(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > bodyLimit) throw new Error('body too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function receive(request, response) {
  if (request.method !== 'POST') return page(response, 405, 'POST attendu');
  const form = new URLSearchParams(await read(request));
  if (form.getAll('SAMLResponse').length !== 1) return page(response, 400, 'Une réponse SAML attendue');
  const message = form.get('SAMLResponse');
  const saml = operator(Buffer.from(message, 'base64').toString('utf8'));
  const { profile, loggedOut } = await saml.validatePostResponseAsync({ SAMLResponse: message });
  if (!profile || loggedOut) return page(response, 403, 'Accès refusé');
  const assertion = profile.getAssertion().Assertion;
  const confirmation = assertion.Subject[0].SubjectConfirmation[0].SubjectConfirmationData[0].$;
  if (profile.issuer !== saml.options.idpIssuer) throw new Error('issuer');
  if (!settings.recipientOff && confirmation.Recipient !== settings.recipient) throw new Error('recipient');
  if (settings.classes) {
    const reached = assertion.AuthnStatement?.[0].AuthnContext?.[0].AuthnContextClassRef?.[0]._;
    if (!settings.classes.includes(reached)) throw new Error('authentication class');
  }
  if (!settings.replayOff) {
    if (presented.has(assertion.$.ID)) throw new Error('replay');
    presented.set(assertion.$.ID, Date.parse(confirmation.NotOnOrAfter));
  }
  const target = new URL(form.get('RelayState') || '/app/', settings.acs);
  if (!settings.relayOff && target.origin !== new URL(settings.acs).origin) throw new Error('relay state');
  const end = Date.parse(assertion.AuthnStatement[0].$.SessionNotOnOrAfter || '') || Infinity;
  const cookie = randomBytes(24).toString('base64url');
  sessions.set(cookie, { profile, user: profile.nameID, pagm: [profile.PAGM ?? []].flat(), until: Math.min(Date.now() + lifeLimit, end), used: Date.now() });
  response.writeHead(303, { Location: target.href, 'Cache-Control': 'no-store', 'Set-Cookie': `session=${cookie}; Path=/; Secure; HttpOnly; SameSite=Lax` });
  response.end();
}

// end takes a LogoutRequest of the operator's, or its answer to ours, by Redirect.
async function end(request, response) {
  const { search, searchParams } = new URL(request.url, settings.acs);
  const query = Object.fromEntries(searchParams);
  const saml = operator(inflateRawSync(Buffer.from(query.SAMLRequest ?? query.SAMLResponse ?? '', 'base64')).toString('utf8'));
  const { profile, loggedOut } = await saml.validateRedirectAsync(query, search.slice(1));
  if (loggedOut && !profile) return page(response, 200, 'Vos sessions sont closes.');
  for (const [cookie, session] of sessions) {
    const named = session.profile.nameID === profile.nameID && session.profile.issuer === profile.issuer;
    if (named && (!profile.sessionIndex || session.profile.sessionIndex === profile.sessionIndex)) sessions.delete(cookie);
  }
  redirect(response, await saml.getLogoutResponseUrlAsync(profile, query.RelayState ?? '', {}, true));
}

// leave ends the session of the browser; everywhere, when asked for.
async function leave(cookie, session, response, everywhere) {
  sessions.delete(cookie);
  if (!everywhere || !session) return page(response, 200, 'Vous avez quitté ce service.');
  redirect(response, await operators.get(session.profile.issuer).getLogoutUrlAsync(session.profile, '', {}));
}

// login sends a person to the operator of her choice, the first one by default.
async function login(response, chosen, back) {
  const saml = operators.get(chosen ?? settings.operators[0].issuer);
  if (!saml) return page(response, 400, 'Opérateur inconnu');
  if (new URL(back, settings.acs).origin !== new URL(settings.acs).origin) return page(response, 400, 'Adresse de retour inconnue');
  redirect(response, await saml.getAuthorizeUrlAsync(back, '', {}));
}

async function serve(request, response, cookie, session) {
  const resource = new URL(request.url, settings.acs).pathname.split('/')[2];
  const free = settings.free === resource;
  if (!free && (!session || Date.now() >= session.until || Date.now() - session.used > idleLimit)) {
    sessions.delete(cookie);
    return settings.sphere ? login(response, undefined, request.url) : page(response, 403, 'Aucune session');
  }
  if (!free) {
    session.used = Date.now();
    const wanted = settings.resources[`${request.method} ${resource}`];
    if (!wanted) return page(response, 405, 'Verbe ou page inconnus');
    if (!settings.pagmOff && !session.pagm.some(p => wanted.includes(p))) return page(response, 403, 'Droit insuffisant');
  }
  const onward = http.request(settings.backend + request.url, {
    method: request.method,
    headers: free ? {} : { 'X-Interops-User': encodeURIComponent(session.user), 'X-Interops-Pagm': session.pagm.map(encodeURIComponent).join(',') },
  }, answer => {
    response.writeHead(answer.statusCode, { 'Content-Type': answer.headers['content-type'] ?? 'text/plain', 'Cache-Control': 'no-store' });
    answer.pipe(response);
  });
  onward.on('error', () => page(response, 502, 'Application injoignable'));
  onward.end();
}

const server = https.createServer({ cert: readFileSync(settings.certificate), key: readFileSync(settings.key), minVersion: 'TLSv1.2' },
  async (request, response) => {
    try {
      const { pathname, searchParams } = new URL(request.url, settings.acs);
      const cookie = /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
      const session = sessions.get(cookie);
      if (pathname === '/acs') return await receive(request, response);
      if (pathname.startsWith('/app/')) return await serve(request, response, cookie, session);
      if (settings.sphere && pathname === '/slo') return await end(request, response);
      if (settings.sphere && pathname === '/quitter') return await leave(cookie, session, response, searchParams.has('partout'));
      if (settings.sphere && pathname === '/choix') return await login(response, searchParams.get('operateur'), searchParams.get('retour') ?? '/app/');
      page(response, 404, 'Adresse inconnue');
    } catch (cause) {
      appendFileSync(settings.log, `${cause.message}\n`);
      page(response, 403, 'Accès refusé');
    }
  });
server.listen(settings.port, '127.0.0.1', () => console.log('ready'));
