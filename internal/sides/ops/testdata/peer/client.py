"""An InterOPS-A client gateway: takes an application's plain SOAP call, and sends it with a signed VI over mutual TLS.

Usage: client.py SETTINGS.json. It says "ready" once it listens.
"""
import base64
import http.client
import json
import ssl
import sys
import threading
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import xmlsec
from lxml import etree

from gateway import (BEARER, CLASSES, DS, NOBODY, SAML, SKEW, SOAP, UNSPECIFIED, VI, WSSE, Authorities, Clock,
                     Convention, Handler, Server, Traces, fault, instant, manage, parse, record, subject, text, written)

BEFORE, LIFE = timedelta(minutes=2), timedelta(minutes=10)
RETRIES = 1


class Refused(Exception):
    """A call that does not leave: what the application is told, and nothing technical."""

    def __init__(self, status, code, said):
        super().__init__(code)
        self.fault = fault("g:" + code, said, status)


def unavailable():
    return Refused(503, "ServiceIndisponible", "Le service est indisponible.")


class Rights:
    """Who may exercise what, and who has logged out."""

    def __init__(self, users):
        self.granted = {(u["id"], p): set(rights) for u in users for p, rights in (u.get("rights") or {}).items()}
        self.seen, self.out, self.lock = {}, {}, threading.Lock()

    def holds(self, user, project, pagm):
        with self.lock:
            return bool(pagm) and set(pagm) <= self.granted.get((user, project), set())

    def change(self, headers, grant):
        key, pagm = (headers["X-Etalon-User"], headers["X-Etalon-Project"]), set(headers.get("X-Etalon-Pagm", "").split())
        with self.lock:
            held = self.granted.get(key, set())
            self.granted[key] = held | pagm if grant else held - pagm

    def logout(self, user, now):
        with self.lock:
            self.out[user] = self.seen.get(user, now)

    def logged_in(self, user, login):
        with self.lock:
            self.seen[user] = max(login, self.seen.get(user, login))
            return user not in self.out or login > self.out[user]


class Tokens:
    """Makes VIs, signs them, and keeps them for the calls that they may serve again."""

    def __init__(self, config, convention, clock):
        self.config, self.clock, self.flaws = config, clock, config.get("misconfigured", {})
        self.me, self.convention = convention.organisms[config["organism"]], convention
        self.key = xmlsec.Key.from_file(config["seal_key"], xmlsec.KeyFormat.PEM)
        pem = open(config["seal"], encoding="ascii").read()
        self.chain = [c.split("-----END")[0].strip() for c in pem.split("-----BEGIN CERTIFICATE-----")[1:]]
        self.signer = Authorities(config["roots"], [], False).judged([base64.b64decode(c) for c in self.chain])
        self.kept, self.lock, self.broken = {}, threading.Lock(), False

    def forget(self, user):
        with self.lock:
            self.kept = {k: v for k, v in self.kept.items() if k[0] != user}

    def drop(self, key):
        with self.lock:
            self.kept.pop(key, None)

    def key_of(self, call):
        who = call.user
        if self.flaws.get("shared_vi"):
            return (None, call.service["name"])
        return (who["id"], call.service["name"], who["class"], who["login"], who["format"], tuple(sorted(who["pagm"])))

    def get(self, call):
        """The VI of a call and its record; a new one is traced before it serves."""
        if self.broken:
            raise unavailable()
        key, now = self.key_of(call), self.clock.now()
        with self.lock:
            kept = self.kept.get(key)
        if kept and now < instant(kept[1]["notOnOrAfter"]) - SKEW - timedelta(seconds=10):
            return kept
        made = self.make(call, now)
        call.trace("created", made[1])
        with self.lock:
            self.kept[key] = made
        return made

    def make(self, call, now):
        who, provider = call.user, self.convention.organisms[call.project["provider"]]
        login = who["login"]
        if self.flaws.get("constant_authn"):
            login = now.replace(hour=0, minute=0, second=0, microsecond=0)
        claims = {
            "viId": "_" + str(uuid.uuid4()), "issuer": self.me["issuer"], "recipient": provider["recipient"],
            "audience": call.service["audience"], "nameId": who["id"], "nameIdFormat": who["format"],
            "authnContext": who["class"], "authnInstant": written(login), "notBefore": written(now - BEFORE),
            "notOnOrAfter": written(now + LIFE), "pagm": who["pagm"],
        }
        vi = self.assertion(claims, written(now))
        self.sign(vi)
        return etree.tostring(vi), claims

    def assertion(self, c, now):
        def put(parent, name, value=None, **attributes):
            e = etree.SubElement(parent, "{%s}%s" % (SAML, name), attributes)
            e.text = value
            return e

        vi = etree.Element("{%s}Assertion" % SAML, ID=c["viId"], Version="2.0", IssueInstant=now, nsmap={"saml2": SAML})
        put(vi, "Issuer", c["issuer"])
        who = put(vi, "Subject")
        put(who, "NameID", c["nameId"], Format=c["nameIdFormat"])
        put(put(who, "SubjectConfirmation", Method=BEARER), "SubjectConfirmationData", Recipient=c["recipient"],
            NotOnOrAfter=c["notOnOrAfter"])
        conditions = put(vi, "Conditions", NotBefore=c["notBefore"], NotOnOrAfter=c["notOnOrAfter"])
        put(put(conditions, "AudienceRestriction"), "Audience", c["audience"])
        login = put(vi, "AuthnStatement", AuthnInstant=c["authnInstant"], SessionIndex=c["viId"])
        put(put(login, "AuthnContext"), "AuthnContextClassRef", c["authnContext"])
        attribute = put(put(vi, "AttributeStatement"), "Attribute", Name="PAGM")
        for p in c["pagm"]:
            put(attribute, "AttributeValue", p)
        return vi

    def sign(self, vi):
        """An enveloped signature, after Issuer; its KeyInfo carries our chain, the signer's certificate first."""
        signature = xmlsec.template.create(vi, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256, ns="ds")
        vi.insert(1, signature)
        reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri="#" + vi.get("ID"))
        xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
        xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        context = xmlsec.SignatureContext()
        context.key = self.key
        xmlsec.tree.add_ids(vi, ["ID"])
        context.sign(signature)
        data = etree.SubElement(etree.SubElement(signature, "{%s}KeyInfo" % DS), "{%s}X509Data" % DS)
        for certificate in self.chain:
            etree.SubElement(data, "{%s}X509Certificate" % DS).text = certificate


class Call:
    """A call of the application on its way out."""

    def __init__(self, gateway, path, headers, raw, request_id):
        self.gateway, self.id, self.headers = gateway, request_id, headers
        self.project, self.service = gateway.aim(path.rpartition("/")[2])
        self.user = self.caller()
        self.envelope = self.business(raw)

    def caller(self):
        """Who calls: a user who may, or the application alone where the service takes that."""
        refused = Refused(403, "AccesRefuse", "L'utilisateur n'est pas habilité à cet appel.")
        wanted, given = self.service.get("user"), self.headers.get("X-Etalon-Identity")
        if given is None and wanted != "required":
            return {"id": NOBODY, "class": CLASSES[0], "format": UNSPECIFIED, "login": self.gateway.clock.now(),
                    "pagm": [p["name"] for p in self.project["pagm"]]}
        try:
            user = json.loads(given.encode("latin-1").decode())
            login = instant(user["authn_instant"])
            who = {"id": user["id"], "class": user.get("class") or CLASSES[0], "format": user.get("format") or UNSPECIFIED,
                   "login": login, "pagm": user.get("pagm") or []}
        except (AttributeError, KeyError, TypeError, ValueError):
            raise refused
        if not who["id"] or not login or wanted == "forbidden":
            raise refused
        rights = self.gateway.rights
        if not rights.holds(who["id"], self.project["name"], who["pagm"]) or not rights.logged_in(who["id"], login):
            raise refused
        return who

    def business(self, raw):
        """The application's envelope, without a Security header of its own."""
        try:
            root = parse(raw or b"")
        except (etree.XMLSyntaxError, ValueError):
            raise Refused(400, "AppelIllisible", "L'appel n'est pas un message SOAP lisible.")
        if root.tag != "{%s}Envelope" % SOAP or root.find("{%s}Body" % SOAP) is None:
            raise Refused(400, "AppelIllisible", "L'appel n'est pas un message SOAP lisible.")
        for e in root.findall("{%s}Header/{%s}Security" % (SOAP, WSSE)):
            e.getparent().remove(e)
        return etree.tostring(root)

    def message(self, vi):
        root = parse(self.envelope)
        header = root.find("{%s}Header" % SOAP)
        if header is None:
            header = etree.Element("{%s}Header" % SOAP)
            root.insert(0, header)
        security = etree.SubElement(header, "{%s}Security" % WSSE, nsmap={"wsse": WSSE})
        security.set("{%s}mustUnderstand" % SOAP, "1")
        security.append(etree.fromstring(vi))
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

    def trace(self, decision, claims, code=""):
        g = self.gateway
        provider, signer = g.convention.organisms[self.project["provider"]], g.tokens.signer
        try:
            g.traces.keep(record(
                g.config, "client", "emission", decision, self.id, g.clock, faultCode=code, project=self.project["name"],
                convention=g.convention.name, tlsPeer=provider["tls"][0]["subject"],
                signerCertificate={k: signer[k] for k in ("issuer", "serial")}, **claims))
        except OSError:
            raise unavailable()


class Gateway:
    """Sends calls to the partners, and reacts to their faults."""

    def __init__(self, config):
        self.config, self.flaws = config, config.get("misconfigured", {})
        self.clock, self.convention = Clock(self.flaws.get("clock_off", 0)), Convention(config["convention"])
        self.rights, self.traces = Rights(config["users"]), Traces(config["traces"], self.flaws.get("traces_off"))
        self.tokens = Tokens(config, self.convention, self.clock)
        authorities = Authorities(config["roots"], config["revocation"], not self.flaws.get("crl_off"))
        self.context = authorities.context(ssl.PROTOCOL_TLS_CLIENT, config["certificate"], config["key"])
        self.context.check_hostname = not self.flaws.get("hostname_off")

    def aim(self, service):
        for p, s in self.convention.opened(self.clock.now(), client=self.config["organism"]):
            if s["name"] == service and service in self.config["partners"]:
                return p, s
        raise Refused(404, "AppelIllisible", "Ce service n'est pas ouvert.")

    def deliver(self, call):
        for left in range(RETRIES, -1, -1):
            vi, claims = self.tokens.get(call)
            status, headers, body = self.post(call, vi, claims)
            code = technical(body) if status >= 400 else None
            if code is None:
                return self.pass_on(status, headers, body)
            if code != "{%s}InvalidVI" % VI or not left:
                raise Refused(502, "ServiceIndisponible", "Le partenaire n'a pas accepté l'appel.")
            self.tokens.drop(self.tokens.key_of(call))

    def post(self, call, vi, claims):
        """Opens the link, and only then lets the message leave."""
        to = urlsplit(self.config["partners"][call.service["name"]])
        link = http.client.HTTPSConnection(to.hostname, to.port, timeout=15, context=self.context)
        try:
            try:
                link.connect()
            except OSError:
                call.trace("discarded", claims)
                raise unavailable()
            call.trace("sent", claims)
            link.request("POST", to.path, call.message(vi), {
                "Content-Type": "text/xml; charset=utf-8", "SOAPAction": call.headers.get("SOAPAction", '""'),
                "X-Request-Id": call.id})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read(8 << 20)
        except (OSError, http.client.HTTPException):
            raise unavailable()
        finally:
            link.close()

    def pass_on(self, status, headers, body):
        """The partner's answer as it is, but for a Security header; a redirection or a page is no answer."""
        media = headers.get("Content-Type", "")
        if 300 <= status < 400 or media.split(";")[0].strip().lower() != "text/xml":
            raise unavailable()
        if WSSE.encode() in body:
            try:
                root = parse(body)
            except (etree.XMLSyntaxError, ValueError):
                raise unavailable()
            for e in root.findall("{%s}Header/{%s}Security" % (SOAP, WSSE)):
                e.getparent().remove(e)
            body = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return status, media, body


def technical(body):
    """The fault code of an answer in Clark notation, when it speaks of the exchange rather than of the business."""
    try:
        code = parse(body).find(".//{%s}Fault/faultcode" % SOAP)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if code is None:
        return None
    prefix, _, local = text(code).strip().rpartition(":")
    space = code.nsmap.get(prefix or None, "")
    exchange = space == VI or "oasis-200401-wss" in space
    envelope = space == SOAP and local in ("MustUnderstand", "VersionMismatch")
    return "{%s}%s" % (space, local) if exchange or envelope else None


class Application(Handler):
    """One connection of the application."""

    gateway = None

    def do_POST(self):
        raw, request_id = self.body(), self.request_id()
        try:
            answer = self.gateway.deliver(Call(self.gateway, self.path, self.headers, raw, request_id))
        except Refused as refused:
            answer = refused.fault
        self.answer(*answer, request_id)


def main():
    config = json.load(open(sys.argv[1], encoding="utf-8"))
    g = Application.gateway = Gateway(config)
    Application.clock = g.clock

    def forgets(act):
        return lambda h: (act(h), g.tokens.forget(h["X-Etalon-User"]))

    def sets(store, state):
        return lambda _: setattr(store, "broken", state)

    manage(config["management"], g.clock, {
        "withdraw-right": forgets(lambda h: g.rights.change(h, False)), "grant-right": lambda h: g.rights.change(h, True),
        "logout": forgets(lambda h: g.rights.logout(h["X-Etalon-User"], g.clock.now())),
        "break-traces": sets(g.traces, True), "mend-traces": sets(g.traces, False),
        "break-tokens": sets(g.tokens, True), "mend-tokens": sets(g.tokens, False),
    })
    server = Server(config["port"], Application)
    print("ready", flush=True)
    server.serve_forever()


main()
