// An authentication operator on samlify: TLS, a login form, a session cookie, and the library's own handling of SAML
// messages behind /sso, /vers/NAME and /slo. It owes nothing to the product but its settings, a JSON file, and checks
// of a message what samlify checks. Each key of settings.wrong is one thing done badly.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import samlify from 'samlify';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const wrong = settings.wrong ?? {};
const { Constants, SamlLib, Utility, Extractor } = samlify;
const { algorithms, namespace } = Constants;
const bodyLimit = 256 * 1024, pagesLimit = 10_000;
const unspecified = namespace.format.unspecified;

// The schemas of OASIS, by libxml2: samlify wants a validator of one's own choice.
samlify.setSchemaValidator({
  validate: xml => new Promise((resolve, reject) => {
    const schema = settings.schemas + '/saml-schema-protocol-2.0.xsd';
    const run = execFile('xmllint', ['--noout', '--nonet', '--schema', schema, '-'], error => error ? reject(new Error('schema')) : resolve('valid'));
    run.stdin.on('error', () => {});
    run.stdin.end(xml);
  }),
});

const authnStatement = '<saml:AuthnStatement AuthnInstant="{AuthnInstant}" SessionIndex="{SessionIndex}"><saml:AuthnContext>' +
  '<saml:AuthnContextClassRef>{AuthnContextClassRef}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>';
const logoutStatus = SamlLib.defaultLogoutResponseTemplate.context.replace('<samlp:StatusCode Value="{StatusCode}"/>',
  '<samlp:StatusCode Value="{StatusCode}"><samlp:StatusCode Value="{SubStatus}"/></samlp:StatusCode>');

// operator is the identity provider, with the attribute of rights or without: the library fixes it in its template.
function operator(attributes) {
  const statement = attributes.length ? '{AttributeStatement}' : '';
  return samlify.IdentityProvider({
    entityID: settings.entityID, privateKey: readFileSync(settings.signingKey), signingCert: readFileSync(settings.signingCertificate),
    wantAuthnRequestsSigned: !wrong.requestSignature, wantLogoutRequestSigned: !wrong.logoutSignature, wantLogoutResponseSigned: true,
    requestSignatureAlgorithm: wrong.algorithm ?? algorithms.signature.RSA_SHA256, nameIDFormat: [unspecified],
    singleSignOnService: ['redirect', 'post'].map(b => ({ Binding: namespace.binding[b], Location: settings.base + '/sso' })),
    singleLogoutService: ['redirect', 'post'].map(b => ({ Binding: namespace.binding[b], Location: settings.base + '/slo' })),
    logoutResponseTemplate: { context: logoutStatus },
    loginResponseTemplate: {
      context: SamlLib.defaultLoginResponseTemplate.context.replace('{AuthnStatement}', authnStatement).replace('{AttributeStatement}', statement), attributes,
    },
  });
}
const plain = operator([]);
const entitled = operator([{ name: 'PAGM', nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', valueTag: 'pagm', valueXsiType: 'xs:string' }]);

const services = new Map(settings.services.map(s => [s.entityID, { ...s, sp: samlify.ServiceProvider({
  entityID: s.entityID, signingCert: readFileSync(s.certificate), authnRequestsSigned: !wrong.requestSignature,
  wantAssertionsSigned: !wrong.assertionSignature, wantMessageSigned: !!wrong.assertionSignature,
  wantLogoutRequestSigned: true, wantLogoutResponseSigned: true, nameIDFormat: [unspecified],
  assertionConsumerService: [{ Binding: namespace.binding.post, Location: s.acs }],
  singleLogoutService: [{ Binding: namespace.binding.post, Location: s.slo }],
}) }]));

const sessions = new Map(); // cookie -> {user, means, instant, index, visited}
const waiting = new Map();  // field of the login form -> what to do once the person is known
const chains = new Map();   // RelayState -> a logout under way

const token = () => randomBytes(24).toString('base64url');
function remember(map, value) {
  if (map.size >= pagesLimit) map.delete(map.keys().next().value);
  const name = token();
  map.set(name, value);
  return name;
}
const escape = text => String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);

function page(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', ...headers });
  response.end(`<!doctype html><html lang="fr"><title>Opérateur (TEST)</title>${body}</html>`);
}

// carry makes the browser post a message.
function carry(response, { entityEndpoint, type, context, relayState }) {
  const relay = relayState ? `<input type="hidden" name="RelayState" value="${escape(relayState)}">` : '';
  page(response, 200, `<body onload="document.forms[0].submit()"><form method="post" action="${escape(entityEndpoint)}">` +
    `<input type="hidden" name="${type}" value="${escape(context)}">${relay}<noscript><button>Continuer</button></noscript></form></body>`);
}

function login(response, passage) {
  const means = settings.means.map(m => `<option value="${escape(m)}">${escape(m)}</option>`).join('');
  page(response, 200, `<form method="post" action="/login"><input type="hidden" name="suite" value="${remember(waiting, passage ?? null)}">` +
    `<input name="identifiant"><input type="password" name="secret"><select name="moyen">${means}</select><button>Entrer</button></form>`);
}

async function enter(response, form) {
  const id = form.get('identifiant'), means = form.get('moyen'), person = settings.people[id];
  if (!person || form.get('secret') !== person.secret || !settings.means.includes(means)) return page(response, 403, '<p>Connexion refusée</p>');
  const passage = waiting.get(form.get('suite'));
  waiting.delete(form.get('suite'));
  const session = { user: id, means, instant: new Date(), index: wrong.sessionIndex ?? '_' + token(), visited: new Set() };
  response.setHeader('Set-Cookie', `session=${remember(sessions, session)}; Path=/; Secure; HttpOnly; SameSite=Lax`);
  if (passage) return issue(response, session, passage);
  page(response, 200, '<p>Bienvenue</p>');
}

// issue sends the person to a service with a new assertion.
async function issue(response, session, { service, request, relay }) {
  const rights = settings.people[session.user].rights[service.entityID] ?? [];
  if (service.rights && !rights.length) return page(response, 403, '<p>Aucun droit sur ce service</p>');
  const idp = service.rights ? entitled : plain, now = new Date(), asked = request?.extract.request;
  const end = new Date(+now + (wrong.lifetime ?? 300) * 1000).toISOString(), id = idp.entitySetting.generateID();
  const acs = wrong.acs && asked?.assertionConsumerServiceUrl || service.acs;
  const sent = await idp.createLoginResponse(service.sp, request, 'post', {}, { relayState: relay, customTagReplacement: template => ({ id, context:
    SamlLib.replaceTagsByValue(template, {
      ID: id, AssertionID: wrong.assertionID ?? idp.entitySetting.generateID(), Issuer: settings.entityID, IssueInstant: now.toISOString(),
      Destination: acs, SubjectRecipient: acs, Audience: wrong.audience ?? service.entityID, InResponseTo: asked?.id,
      StatusCode: namespace.statusCode.success, NameIDFormat: unspecified, NameID: session.user,
      ConditionsNotBefore: now.toISOString(), ConditionsNotOnOrAfter: end, SubjectConfirmationDataNotOnOrAfter: end,
      AuthnInstant: (wrong.instant ? now : session.instant).toISOString(), SessionIndex: session.index,
      AuthnContextClassRef: wrong.means ?? session.means, attrPagm: rights[0],
    }) }) });
  session.visited.add(service.entityID);
  carry(response, { ...sent, entityEndpoint: acs });
}

// message takes a SAML message out of its binding, and finds the service that it says it is from.
function message({ url, form }, parameter, root) {
  const redirected = !form, values = form ?? url.searchParams, encoded = values.get(parameter);
  if (!encoded) throw new Error('no message');
  const xml = redirected ? Utility.inflateString(encoded) : Utility.base64Decode(encoded).toString();
  const { issuer } = Extractor.extract(xml, [{ key: 'issuer', localPath: [root, 'Issuer'], attributes: [] }]);
  const service = services.get(issuer);
  if (!service) throw new Error('unknown service');
  const octetString = url.search.slice(1).split('&').filter(p => /^(SAMLRequest|SAMLResponse|RelayState|SigAlg)=/.test(p)).join('&');
  return { service, binding: redirected ? 'redirect' : 'post', relay: values.get('RelayState') ?? undefined,
    http: { query: Object.fromEntries(url.searchParams), body: form && Object.fromEntries(form), octetString } };
}

async function signOn(response, asked, session) {
  const { service, binding, relay, http } = message(asked, 'SAMLRequest', 'AuthnRequest');
  const passage = { service, relay, request: await plain.parseLoginRequest(service.sp, binding, http) };
  return session ? issue(response, session, passage) : login(response, passage);
}

// leave ends a session, then sends the browser through every service that it opened, and back to who asked.
function leave(response, [cookie, session], asked) {
  if (!wrong.session) sessions.delete(cookie);
  const todo = [...session.visited].filter(id => id !== asked?.service.entityID);
  return next(response, remember(chains, { session, asked, todo, partial: false }));
}

function next(response, name) {
  const chain = chains.get(name), target = services.get(chain.todo.shift());
  if (target && !wrong.silent) {
    chain.target = target;
    return carry(response, plain.createLogoutRequest(target.sp, 'post', { logoutNameID: chain.session.user, sessionIndex: chain.session.index }, { relayState: name }));
  }
  chains.delete(name);
  if (chain.asked) return conclude(response, chain.asked, namespace.statusCode.success, chain.partial ? namespace.statusCode.partialLogout : undefined);
  page(response, 200, chain.partial ? '<p>Déconnexion partielle</p>' : '<p>Déconnexion faite</p>');
}

// conclude answers a LogoutRequest.
function conclude(response, { service, request, relay }, status, sub) {
  carry(response, plain.createLogoutResponse(service.sp, request, 'post', { relayState: relay, customTagReplacement: template => {
    const id = plain.entitySetting.generateID();
    const context = sub ? template : template.replace(/<samlp:StatusCode Value="{SubStatus}"\/>/, '');
    return { id, context: SamlLib.replaceTagsByValue(context, {
      ID: id, Issuer: settings.entityID, IssueInstant: new Date().toISOString(), Destination: service.slo,
      InResponseTo: request.extract.request.id, StatusCode: status, SubStatus: sub,
    }) };
  } }));
}

async function signOff(response, asked) {
  if ((asked.form ?? asked.url.searchParams).has('SAMLResponse')) {
    const name = (asked.form ?? asked.url.searchParams).get('RelayState'), chain = chains.get(name);
    if (!chain) throw new Error('no logout under way');
    try {
      const { binding, http } = message(asked, 'SAMLResponse', 'LogoutResponse');
      await plain.parseLogoutResponse(chain.target.sp, binding, http);
    } catch (cause) {
      chain.partial = true;
    }
    return next(response, name);
  }
  const { service, binding, relay, http } = message(asked, 'SAMLRequest', 'LogoutRequest');
  const request = await plain.parseLogoutRequest(service.sp, binding, http);
  const { nameID, sessionIndex } = request.extract, order = { service, request, relay };
  const found = [...sessions].find(([, s]) => s.index === sessionIndex && s.user === nameID);
  return found ? leave(response, found, order) : conclude(response, order, namespace.statusCode.requester, namespace.statusCode.unknownPrincipal);
}

async function read(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > bodyLimit) throw new Error('body too large');
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

async function answer(request, response) {
  const url = new URL(request.url, settings.base), form = request.method === 'POST' ? await read(request) : undefined;
  const cookie = /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1], session = sessions.get(cookie);
  const [, at, name] = url.pathname.split('/');
  const service = settings.services.find(s => s.name === decodeURIComponent(name ?? ''));
  if (at === 'login') return form ? enter(response, form) : login(response);
  if (at === 'sso') return signOn(response, { url, form }, session);
  if (at === 'slo') return signOff(response, { url, form });
  if (at === 'metadata') {
    response.writeHead(200, { 'Content-Type': 'application/samlmetadata+xml' });
    return response.end(plain.getMetadata());
  }
  if (at === 'vers' && service) {
    const passage = { service: services.get(service.entityID), request: null, relay: url.searchParams.get('RelayState') ?? undefined };
    return session ? issue(response, session, passage) : login(response, passage);
  }
  if (at === 'deconnexion') return session ? leave(response, [cookie, session]) : page(response, 200, '<p>Aucune session</p>');
  page(response, 404, '<p>Adresse inconnue</p>');
}

const server = https.createServer({ cert: readFileSync(settings.certificate), key: readFileSync(settings.key), minVersion: 'TLSv1.2' },
  (request, response) => answer(request, response).catch(cause => {
    console.error(`${request.method} ${request.url.split('?')[0]} ${cause?.message ?? cause}`);
    page(response, 403, '<p>Demande refusée</p>');
  }));
server.listen(settings.port, '127.0.0.1');
