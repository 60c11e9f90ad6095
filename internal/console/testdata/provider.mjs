// A provider of OpenID Connect on the library oidc-provider, with one page: whoever gives a name is let in under it, and nobody
// is asked for consent. `node provider.mjs SETTINGS.json` serves until it is ended.
import fs from 'node:fs';
import http from 'node:http';
import { Provider } from 'oidc-provider';

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const provider = new Provider(settings.issuer, {
  clients: [{ client_id: 'etalon', client_secret: settings.secret, redirect_uris: [settings.redirect] }],
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, groups: settings.groups[id] ?? [] }) }),
  features: { devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/connexion/${interaction.uid}` },
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
  jwks: { keys: [settings.key] },
  cookies: { keys: ['cookies d\'essai'] },
});
const answer = provider.callback();

http.createServer(async (req, res) => {
  if (!req.url.startsWith('/connexion/')) return answer(req, res);
  if (req.method === 'POST') {
    let text = '';
    for await (const part of req) text += part;
    return provider.interactionFinished(req, res, { login: { accountId: new URLSearchParams(text).get('login') } }, { mergeWithLastSubmission: false });
  }
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  return res.end('<!DOCTYPE html><html lang="fr"><head><title>Connexion</title><link rel="icon" href="data:,"></head><body><form method="post"><label>Nom <input name="login"></label></form></body></html>');
}).listen(settings.port, '127.0.0.1');
