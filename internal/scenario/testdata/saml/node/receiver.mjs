// A receiver of SAML Responses on node-saml: TLS, /acs, a session cookie, and /app/ relayed to the application
// behind it with the identity in a header. It owes nothing to the product but its settings, a JSON file.
import { SAML } from '@node-saml/node-saml';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const idleLimit = 30 * 60_000, lifeLimit = 8 * 3_600_000, bodyLimit = 256 * 1024;

const presented = new Map(); // assertion ID -> end of life
const sessions = new Map();  // cookie -> {user, pagm, until, used}

const saml = new SAML({
  callbackUrl: settings.acs, issuer: settings.audience, audience: settings.audience, idpIssuer: settings.issuer,
  idpCert: settings.certificates, wantAssertionsSigned: true, wantAuthnResponseSigned: false,
  entryPoint: settings.entry, acceptedClockSkewMs: settings.skew * 1000, validateInResponseTo: 'never',
  ...settings.options,
});

function page(response, status, text, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', ...headers });
  response.end(`<!doctype html><html lang="fr"><title>${status}</title><p>${text}</p></html>`);
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
  const { profile, loggedOut } = await saml.validatePostResponseAsync({ SAMLResponse: form.get('SAMLResponse') });
  if (!profile || loggedOut) return page(response, 403, 'Accès refusé');
  const assertion = profile.getAssertion().Assertion;
  const confirmation = assertion.Subject[0].SubjectConfirmation[0].SubjectConfirmationData[0].$;
  if (profile.issuer !== settings.issuer) throw new Error('issuer');
  if (!settings.recipientOff && confirmation.Recipient !== settings.recipient) throw new Error('recipient');
  if (!settings.replayOff) {
    if (presented.has(assertion.$.ID)) throw new Error('replay');
    presented.set(assertion.$.ID, Date.parse(confirmation.NotOnOrAfter));
  }
  const target = new URL(form.get('RelayState') || '/app/', settings.acs);
  if (!settings.relayOff && target.origin !== new URL(settings.acs).origin) throw new Error('relay state');
  const end = Date.parse(assertion.AuthnStatement[0].$.SessionNotOnOrAfter || '') || Infinity;
  const cookie = randomBytes(24).toString('base64url');
  sessions.set(cookie, { user: profile.nameID, pagm: [profile.PAGM ?? []].flat(), until: Math.min(Date.now() + lifeLimit, end), used: Date.now() });
  response.writeHead(303, { Location: target.href, 'Cache-Control': 'no-store', 'Set-Cookie': `session=${cookie}; Path=/; Secure; HttpOnly; SameSite=Lax` });
  response.end();
}

function serve(request, response) {
  const cookie = /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const session = sessions.get(cookie), now = Date.now();
  if (!session || now >= session.until || now - session.used > idleLimit) {
    sessions.delete(cookie);
    return page(response, 403, 'Aucune session');
  }
  session.used = now;
  const resource = new URL(request.url, settings.acs).pathname.split('/')[2];
  const wanted = settings.resources[`${request.method} ${resource}`];
  if (!wanted) return page(response, 405, 'Verbe ou page inconnus');
  if (!settings.pagmOff && !session.pagm.some(p => wanted.includes(p))) return page(response, 403, 'Droit insuffisant');
  const onward = http.request(settings.backend + request.url, {
    method: request.method,
    headers: { 'X-Interops-User': encodeURIComponent(session.user), 'X-Interops-Pagm': session.pagm.map(encodeURIComponent).join(',') },
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
      const { pathname } = new URL(request.url, settings.acs);
      if (pathname === '/acs') return await receive(request, response);
      if (pathname.startsWith('/app/')) return serve(request, response);
      page(response, 404, 'Adresse inconnue');
    } catch (cause) {
      appendFileSync(settings.log, `${cause.message}\n`);
      page(response, 403, 'Accès refusé');
    }
  });
server.listen(settings.port, '127.0.0.1', () => console.log('ready'));
