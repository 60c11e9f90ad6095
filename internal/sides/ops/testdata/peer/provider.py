"""An InterOPS-A provider gateway: receives calls over mutual TLS, verifies their VI, and forwards the sound ones.

Usage: provider.py SETTINGS.json. It says "ready" once it listens.
"""
import base64
import json
import ssl
import sys
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import xmlsec
from lxml import etree

from gateway import (BEARER, CLASSES, DS, EXC, LEVELS, NOBODY, PERSISTENT, SAML, SKEW, SOAP, UNSPECIFIED, WSSE, WSSE11,
                     WSU, Authorities, Clock, Convention, Handler, Server, Traces, fault, instant, is_name, listed,
                     manage, parse, record, subject, text, written)

FORMATS = (UNSPECIFIED, PERSISTENT)
METHODS = {"http://www.w3.org/2001/04/xmldsig-more#" + m
           for m in ("rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512")}
DIGESTS = {"http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384",
           "http://www.w3.org/2001/04/xmlenc#sha512"}
ENVELOPED = DS + "enveloped-signature"
SAMLID = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLID"
IDS = ("ID", "AssertionID", "{%s}Id" % WSU, "{http://www.w3.org/XML/1998/namespace}id")
MAX_WINDOW, MAX_AUTHN_AGE = timedelta(hours=4), timedelta(hours=12)


class Refused(Exception):
    """A call that is refused: the code of the fault, and what is told to the partner."""

    def __init__(self, code, said=""):
        super().__init__(code)
        self.code, self.said = code, said or "Le message est refusé"


def wants(condition, code, said=""):
    if not condition:
        raise Refused(code, said)


def saml(name):
    return "{%s}%s" % (SAML, name)


class Call:
    """A call on its way through the gate, with what is claimed by its VI for the traces."""

    signer = project = service = None

    def __init__(self, name, raw, peer, request_id):
        self.name, self.raw, self.peer, self.id, self.claims, self.pagm = name, raw, peer, request_id, {}, []


class Gate:
    """The order of the checks: message, signature, dates, audience, class, PAGM, convention."""

    def __init__(self, config, clock):
        self.config, self.clock, self.flaws = config, clock, config.get("misconfigured", {})
        self.convention = Convention(config["convention"])
        self.authorities = Authorities(config["roots"], config["revocation"], not self.flaws.get("crl_off"))
        self.me = self.convention.organisms[config["organism"]]
        self.skew = timedelta(seconds=self.flaws.get("skew", SKEW.total_seconds()))
        own = [p for p in self.convention.projects if p["provider"] == self.me["name"]]
        self.services = {s["name"] for p in own for s in p["services"]}
        self.presented, self.lock, self.verifier = {}, threading.Lock(), ThreadPoolExecutor(4)

    def admit(self, call, method, media):
        """Refuses a call that is not sound; what could not even be looked at is not."""
        try:
            self.check(call, method, media)
        except (Refused, OSError):
            raise
        except Exception:
            raise Refused("wsse:InvalidSecurityToken", "Le jeton de sécurité fourni est invalide")

    def check(self, call, method, media):
        wants(method == "POST" and media.split(";")[0].strip().lower() == "text/xml", "soap:Client")
        root = self.envelope(call.raw)
        vi = self.token(root)
        self.read(call, vi)
        self.structure(vi)
        self.signature(call, root, vi)
        now = self.clock.now()
        self.issuer(call, vi, now)
        self.dates(vi, now)
        self.target(call, vi)
        self.person(call, vi)
        self.rights(call, root)
        self.presentation(call, vi, now)

    def envelope(self, raw):
        try:
            root = parse(raw)
        except (etree.XMLSyntaxError, ValueError):
            raise Refused("wsse:InvalidSecurityToken", "Le message est illisible")
        wants(root.tag != "{http://www.w3.org/2003/05/soap-envelope}Envelope", "soap:VersionMismatch")
        wants(root.tag == "{%s}Envelope" % SOAP, "soap:Client")
        return root

    def token(self, root):
        """The one VI of the one Security header, among headers that are all understood."""
        headers = [e for h in root.findall("{%s}Header" % SOAP) for e in h.iterchildren("*")]
        ours = [e for e in headers if e.get("{%s}actor" % SOAP) in (None, "", "http://schemas.xmlsoap.org/soap/actor/next")]
        securities = [e for e in ours if e.tag == "{%s}Security" % WSSE]
        for e in ours:
            wants(e in securities or e.get("{%s}mustUnderstand" % SOAP) not in ("1", "true"), "soap:MustUnderstand")
        wants(securities, "wsse:SecurityTokenUnavailable", "La référence au jeton de sécurité est introuvable")
        wants(len(securities) == 1, "wsse:InvalidSecurity")
        tokens = list(securities[0].iterchildren("{*}Assertion"))
        if self.flaws.get("vi_anywhere"):
            tokens = list(root.iter("{*}Assertion"))[:1]
        wants(tokens, "wsse:SecurityTokenUnavailable", "La référence au jeton de sécurité est introuvable")
        wants(len(tokens) == 1, "wsse:InvalidSecurity")
        wants(tokens[0].tag == saml("Assertion"), "wsse:InvalidSecurityToken")
        self.timestamp(securities[0])
        self.reference(securities[0], tokens[0])
        return tokens[0]

    def timestamp(self, security):
        now = self.clock.now()
        for t in security.findall("{%s}Timestamp" % WSU):
            created, expires = (instant(text(t.find("{%s}%s" % (WSU, n)))) for n in ("Created", "Expires"))
            wants(not created or created <= now + self.skew, "wsse:MessageExpired")
            wants(not expires or now < expires + self.skew, "wsse:MessageExpired")

    def reference(self, security, vi):
        for r in security.iterchildren("{%s}SecurityTokenReference" % WSSE):
            key = r.find("{%s}KeyIdentifier" % WSSE)
            same = key is not None and key.get("ValueType") == SAMLID and text(key).strip() == vi.get("ID")
            kind = r.get("{%s}TokenType" % WSSE11)
            wants(same and (kind is None or kind.endswith("#SAMLV2.0")), "wsse:InvalidSecurity")

    def read(self, call, vi):
        """Notes what the VI claims, for the traces."""
        conditions, statement = vi.find(saml("Conditions")), vi.find(saml("AuthnStatement"))
        data, name = vi.find(".//" + saml("SubjectConfirmationData")), vi.find(".//" + saml("NameID"))
        read = lambda e, a: None if e is None else written(instant(e.get(a)))
        attribute = [a for a in vi.iter(saml("Attribute")) if a.get("Name") == "PAGM"]
        call.pagm = [text(v).strip() for a in attribute for v in a.findall(saml("AttributeValue")) if text(v).strip()]
        call.claims = {
            "viId": vi.get("ID"), "issuer": text(vi.find(saml("Issuer"))), "nameId": text(name),
            "recipient": None if data is None else data.get("Recipient"), "audience": text(vi.find(".//" + saml("Audience"))),
            "nameIdFormat": None if name is None else name.get("Format", UNSPECIFIED),
            "authnContext": text(vi.find(".//" + saml("AuthnContextClassRef"))), "authnInstant": read(statement, "AuthnInstant"),
            "notBefore": read(conditions, "NotBefore"), "notOnOrAfter": read(conditions, "NotOnOrAfter"), "pagm": call.pagm,
        }

    def structure(self, vi):
        """SAML 2.0, in the form that InterOPS uses: each part once and in order, nothing foreign."""
        bad = "wsse:InvalidSecurityToken"
        wants(vi.get("Version") == "2.0" and instant(vi.get("IssueInstant")), bad)
        wants(is_name(vi.get("ID")), bad)
        wants(not any(isinstance(e, (etree._Comment, etree._ProcessingInstruction)) for e in vi.iter()), bad)
        wants(all(etree.QName(e).namespace in (SAML, DS, EXC) for e in vi.iter("*")), bad)
        parts = [e.tag for e in vi if e.tag != "{%s}Signature" % DS]
        order = [saml(n) for n in ("Issuer", "Subject", "Conditions", "AuthnStatement", "AttributeStatement")]
        wants(text(vi.find(saml("Issuer"))), bad)
        wants(saml("Conditions") in parts, "vi:InvalidVI")
        wants(saml("AuthnStatement") in parts, "vi:InvalidAuthLevel")
        wants(saml("AttributeStatement") in parts, "vi:InvalidPagm")
        wants(parts == order, bad)
        wants([e.tag for e in vi.find(saml("Subject"))] == [saml("NameID"), saml("SubjectConfirmation")], bad)

    def signature(self, call, root, vi):
        """The enveloped signature, of this assertion alone and by its identifier."""
        found = root.findall(".//{%s}Signature" % DS)
        if not self.flaws.get("unbound"):
            found = vi.findall("{%s}Signature" % DS)
            ids = [e.get(a) for e in root.iter("*") for a in IDS if e.get(a)]
            ids += [e.get("Id") for e in root.iter("{%s}*" % DS) if e.get("Id")]
            wants(len(ids) == len(set(ids)), "wsse:InvalidSecurityToken", "Deux éléments ont le même identifiant")
        wants(found, "wsse:FailedCheck")
        signature, failed = found[0], "wsse:FailedCheck"
        one = lambda path: signature.findall(path.replace("ds:", "{%s}" % DS))
        references, transforms = one("ds:SignedInfo/ds:Reference"), [t.get("Algorithm") for t in one(".//ds:Transform")]
        if not self.flaws.get("unbound"):
            wants(len(found) == 1 and len(references) == 1 and references[0].get("URI") == "#" + vi.get("ID"), failed)
        wants(set(transforms) == {ENVELOPED, EXC} and len(transforms) == 2, failed)
        wants([c.get("Algorithm") for c in one("ds:SignedInfo/ds:CanonicalizationMethod")] == [EXC], failed)
        wants({m.get("Algorithm") for m in one(".//ds:SignatureMethod")} <= METHODS, "wsse:UnsupportedAlgorithm")
        wants({d.get("Algorithm") for d in one(".//ds:DigestMethod")} <= DIGESTS, "wsse:UnsupportedAlgorithm")
        try:
            chain = [base64.b64decode(text(c)) for c in one("ds:KeyInfo/ds:X509Data/ds:X509Certificate")]
            wants(chain, failed)
            call.signer = self.authorities.signer(chain)
            xmlsec.tree.add_ids(root, ["ID"])
            self.verifier.submit(verify, signature, call.signer["pem"]).result()
        except (xmlsec.Error, ValueError):
            raise Refused(failed, "La signature ou le chiffrement n'est pas valide")
        wants(call.signer["trusted"], failed, "La signature ou le chiffrement n'est pas valide")

    def issuer(self, call, vi, now):
        """The organism that speaks: its seal, its link, and a project in force that opens the service to it."""
        issuer = self.convention.issuer(text(vi.find(saml("Issuer"))))
        wants(issuer, "vi:InvalidIssuer")
        wants(listed(issuer["signature"], call.signer["subject"], now), "wsse:FailedCheck")
        wants(listed(issuer["tls"], call.peer, now), "wsse:FailedAuthentication")
        opened = [(p, s) for p, s in self.convention.opened(now, client=issuer["name"], provider=self.me["name"])
                  if s["name"] == call.name]
        wants(opened, "vi:InvalidIssuer")
        call.project, call.service = opened[0]

    def dates(self, vi, now):
        bad, conditions = "vi:InvalidVI", vi.find(saml("Conditions"))
        start, end = instant(conditions.get("NotBefore")), instant(conditions.get("NotOnOrAfter"))
        issued, login = instant(vi.get("IssueInstant")), instant(vi.find(saml("AuthnStatement")).get("AuthnInstant"))
        wants(start and end and login and start < end and end - start <= MAX_WINDOW, bad)
        wants(start - self.skew <= now < end + self.skew, bad)
        wants(now - MAX_WINDOW - self.skew <= issued <= now + self.skew, bad)
        wants(now - MAX_AUTHN_AGE - self.skew <= login <= min(now, issued) + self.skew, bad)
        allowed = {saml("AudienceRestriction"), saml("OneTimeUse")}
        wants({e.tag for e in conditions} <= allowed, bad)
        data = vi.find(".//" + saml("SubjectConfirmationData"))
        wants(data is not None and data.get("NotBefore") is None, bad)
        end = instant(data.get("NotOnOrAfter"))
        wants(end and now < end + self.skew, bad)

    def target(self, call, vi):
        """Audience, recipient, and the way the subject is confirmed."""
        restrictions = vi.find(saml("Conditions")).findall(saml("AudienceRestriction"))
        equal = str.startswith if self.flaws.get("audience_prefix") else str.__eq__
        wants(restrictions, "vi:InvalidService")
        for r in restrictions:
            wants(any(equal(text(a), call.service["audience"]) for a in r), "vi:InvalidService")
        confirmation = vi.find(".//" + saml("SubjectConfirmation"))
        wants(confirmation.get("Method") == BEARER, "vi:InvalidVI")
        wants(confirmation[0].get("Recipient") == self.me["recipient"], "vi:InvalidService")

    def person(self, call, vi):
        """The user, and how well they were authenticated."""
        name = vi.find(".//" + saml("NameID"))
        wants(text(name).strip(), "vi:InvalidVI")
        wants(name.get("Format", UNSPECIFIED) in FORMATS, "vi:InvalidVI")
        wants(call.service.get("user") != ("forbidden" if text(name) != NOBODY else "required"), "vi:InvalidVI")
        level = call.claims["authnContext"]
        minimum = LEVELS.get(call.service.get("minimum_level"), CLASSES[0])
        wants(level in CLASSES and CLASSES.index(level) >= CLASSES.index(minimum), "vi:InvalidAuthLevel")

    def rights(self, call, root):
        """The PAGM, all agreed for the project, and the operations that they open."""
        agreed = {p["name"]: p.get("operations") for p in call.project["pagm"]}
        if self.flaws.get("pagm_unchecked"):
            return
        wants(call.pagm and all(p in agreed for p in call.pagm), "vi:InvalidPagm")
        body = root.find("{%s}Body" % SOAP)
        wants(body is not None and len(body) > 0, "soap:Client")
        operation = etree.QName(next(body.iterchildren("*"))).localname
        wants(any(not agreed[p] or operation in agreed[p] for p in call.pagm), "app:DroitsInsuffisants")

    def presentation(self, call, vi, now):
        """Whether the VI may be presented again: by the same link, and not when it is for one use."""
        once = vi.find(saml("Conditions")).find(saml("OneTimeUse")) is not None
        until = instant(vi.find(saml("Conditions")).get("NotOnOrAfter")) + self.skew
        key = (call.claims["issuer"], vi.get("ID"))
        with self.lock:
            self.presented = {k: v for k, v in self.presented.items() if now < v[1]}
            before = self.presented.setdefault(key, (call.peer, until, call))
        wants(before[2] is call or before[0] == call.peer and not once, "vi:InvalidVI")


def verify(signature, pem):
    """Verifies a signature with the key of a certificate. It has threads of its own: what OpenSSL leaves in a
    thread's queue of errors when a signature is wrong would end the next TLS read of that thread."""
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.CERT_PEM)
    context.verify(signature)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


BACKEND = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


class Provider(Handler):
    """One connection of a partner."""

    gate = traces = config = None

    def do_POST(self):
        raw, request_id = self.body(), self.request_id()
        service = self.path.rpartition("/")[2]
        if raw is None or service not in self.gate.services:
            status = 413 if raw is None else 404
            return self.answer(*fault("soap:Client", "Le message est trop long ou l'adresse inconnue", status), request_id)
        call = Call(service, raw, subject(self.connection.getpeercert()), request_id)
        try:
            self.gate.admit(call, self.command, self.headers.get("Content-Type", ""))
            self.trace(call, "accept", "")
        except Refused as refused:
            try:
                self.trace(call, "reject", refused.code)
            except OSError:
                pass  # a refusal is sound without a trace
            answer = fault(refused.code, refused.said)
        except OSError:  # without traces nothing passes
            answer = fault("soap:Server", "Le service est indisponible")
        else:
            answer = self.forward(call)
        self.answer(*answer, request_id)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST

    def trace(self, call, decision, code):
        signer = call.signer and {k: call.signer[k] for k in ("issuer", "serial")}
        self.traces.keep(record(
            self.config, "fournisseur", "reception", decision, call.id, self.clock, faultCode=code, tlsPeer=call.peer,
            project=call.project and call.project["name"], convention=self.gate.convention.name, signerCertificate=signer,
            verified=decision == "accept", **call.claims))

    def forward(self, call):
        """Calls the application with the message as it came, and gives its answer back as it is."""
        kept = {"Content-Type": self.headers["Content-Type"], "SOAPAction": self.headers.get("SOAPAction", '""')}
        request = urllib.request.Request(self.config["backend"], data=call.raw, headers=kept | {"X-Request-Id": call.id})
        try:
            with BACKEND.open(request, timeout=20) as answer:
                return answer.status, answer.headers.get("Content-Type"), answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers.get("Content-Type"), answer.read()
        except OSError:
            return fault("soap:Server", "Le service est indisponible")


def main():
    config = json.load(open(sys.argv[1], encoding="utf-8"))
    flaws = config.get("misconfigured", {})
    Provider.config, Provider.clock = config, Clock(flaws.get("clock_off", 0))
    Provider.traces = Traces(config["traces"], flaws.get("traces_off"))
    Provider.gate = Gate(config, Provider.clock)
    context = Provider.gate.authorities.context(ssl.PROTOCOL_TLS_SERVER, config["certificate"], config["key"])
    server = Server(config["port"], Provider, context)
    broken = lambda state: lambda _: setattr(Provider.traces, "broken", state)
    manage(config["management"], Provider.clock, {"break-traces": broken(True), "mend-traces": broken(False)})
    print("ready", flush=True)
    server.serve_forever()


main()
