"""What both halves of the peer gateway stand on: settings, clock, traces, certificates, and XML from partners.

No line of it comes from Étalon: Debian's python3-lxml and python3-xmlsec, the standard library, and openssl.
"""
import base64
import hashlib
import json
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSSE11 = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
VI = "urn:iops:vi:faultcodes"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
NOBODY = "NON_RENSEIGNE"
CLASSES = ["urn:oasis:names:tc:SAML:2.0:ac:classes:" + c for c in
           ("unspecified", "Password", "PasswordProtectedTransport", "SmartcardPKI")]
LEVELS = dict(zip(("none", "login-question", "login-code", "vitale-code"), CLASSES))
SKEW = timedelta(seconds=120)
MAX_MESSAGE = 2 << 20


class Clock:
    """The protocol clock; the operator may set it."""

    def __init__(self, shift=0):
        self.base = self.shift = timedelta(seconds=shift)

    def now(self):
        return datetime.now(timezone.utc) + self.shift

    def set(self, text):
        self.shift = instant(text) - datetime.now(timezone.utc) if text else self.base


INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")


def instant(text):
    """Reads an xs:dateTime in UTC; None when it is not one."""
    found = INSTANT.fullmatch(text or "")
    if not found:
        return None
    try:
        at = datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return at + timedelta(seconds=float(found[2] or 0))


def written(at):
    """Writes an instant to the millisecond; None stays None."""
    return at and at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


class Traces:
    """A file of JSON lines, chained: each holds the digest of the one before, in canonical JSON (RFC 8785)."""

    def __init__(self, path, off=False):
        self.file = open(path, "a", encoding="utf-8")
        self.previous, self.lock, self.broken, self.off = "0" * 64, threading.Lock(), False, off

    def keep(self, record):
        with self.lock:
            if self.broken:
                raise OSError("trace store unavailable")
            if self.off:
                return
            record["previousHash"] = self.previous
            line = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            self.file.write(line + "\n")
            self.file.flush()
            self.previous = hashlib.sha256(line.encode()).hexdigest()


class Convention:
    """The agreement between the organisms: who they are, and what opens what."""

    def __init__(self, data):
        self.name, self.projects = data["name"], [p for p in data["projects"] if p["mode"] == "A"]
        self.organisms = {o["name"]: o for o in data["organisms"]}

    def issuer(self, value):
        return next((o for o in self.organisms.values() if o.get("issuer") == value), None)

    def opened(self, now, **wanted):
        """The projects in force with these values, with their services."""
        for p in self.projects:
            today, end = now.strftime("%Y-%m-%d"), p.get("end")
            if all(p[k] == v for k, v in wanted.items()) and p.get("start", "") <= today and (not end or today < end):
                for s in p["services"]:
                    yield p, s


NAMES = {"commonName": "CN", "organizationalUnitName": "OU", "organizationName": "O", "countryName": "C",
         "localityName": "L", "stateOrProvinceName": "ST"}


def subject(peer):
    """The subject of what ssl.getpeercert() gave, as RFC 4514 writes it."""
    relative = ["+".join(NAMES.get(k, k) + "=" + re.sub(r'([,+"\\<>;])', r"\\\1", v) for k, v in rdn)
                for rdn in peer.get("subject", ())]
    return ",".join(reversed(relative))


class Authorities:
    """The authorities that are trusted, with what they revoked: openssl looks at both."""

    def __init__(self, roots, lists, check=True):
        self.check, self.known, self.lock = check, {}, threading.Lock()
        self.bundle = tempfile.NamedTemporaryFile(suffix=".pem")
        self.bundle.write(open(roots, "rb").read())
        for url in lists if check else ():
            der = urllib.request.urlopen(url, timeout=10).read()
            text = base64.encodebytes(der).decode()
            self.bundle.write(b"\n-----BEGIN X509 CRL-----\n" + text.encode() + b"-----END X509 CRL-----\n")
        self.bundle.flush()

    def context(self, side, certificate, key):
        """A TLS context that trusts them, and shows a certificate."""
        c = ssl.SSLContext(side)
        c.minimum_version = ssl.TLSVersion.TLSv1_2
        c.load_verify_locations(self.bundle.name)
        c.load_cert_chain(certificate, key)
        c.verify_mode = ssl.CERT_REQUIRED
        if self.check:
            c.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
        return c

    def signer(self, chain):
        """The first certificate of a chain, read and judged. What was judged is remembered for a minute."""
        with self.lock:
            known = self.known.get(tuple(chain))
        if known and time.monotonic() - known["at"] < 60:
            return known
        found = self.judged(chain)
        with self.lock:
            self.known = {k: v for k, v in self.known.items() if time.monotonic() - v["at"] < 60}
            self.known[tuple(chain)] = found
        return found

    def judged(self, chain):
        pem = [ssl.DER_cert_to_PEM_cert(der) for der in chain]
        said = subprocess.run(["openssl", "x509", "-noout", "-subject", "-issuer", "-serial", "-nameopt", "RFC2253"],
                              input=pem[0].encode(), capture_output=True).stdout.decode()
        told = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        with tempfile.NamedTemporaryFile(suffix=".pem") as rest:
            rest.write("".join(pem[1:]).encode())
            rest.flush()
            argv = ["openssl", "verify", "-auth_level", "2", "-CAfile", self.bundle.name]
            argv += ["-crl_check_all"] if self.check else []
            argv += ["-untrusted", rest.name] if chain[1:] else []
            trusted = subprocess.run(argv, input=pem[0].encode(), capture_output=True).returncode == 0
        return {"at": time.monotonic(), "pem": pem[0], "trusted": trusted, "subject": told.get("subject", ""),
                "issuer": told.get("issuer", ""), "serial": str(int(told.get("serial", "0"), 16))}


def parse(raw):
    """Reads XML from a partner: no DTD, no entity, no network, no huge tree."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
                             huge_tree=False)
    root = etree.fromstring(raw, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise etree.XMLSyntaxError("document type declaration", 0, 0, 0)
    return root


def text(element):
    """The whole text of an element; None when there is no element."""
    return None if element is None else element.xpath("string(.)")


def is_name(value):
    """An NCName, as XML identifiers are."""
    try:
        return bool(value) and ":" not in value and etree.QName(value) is not None
    except ValueError:
        return False


def listed(identities, name, now):
    today = now.strftime("%Y-%m-%d")
    return any(i["subject"] == name and i.get("from", "") <= today and (not i.get("until") or today < i["until"])
               for i in identities)


def fault(code, said, status=500):
    """A SOAP 1.1 fault: its status, media type and bytes."""
    prefix, space = {"wsse": ("wsse", WSSE), "vi": ("vi", VI), "soap": ("s", SOAP)}.get(
        code.split(":")[0], ("g", "urn:passerelle:faultcodes"))
    body = ('<s:Envelope xmlns:s="%s"><s:Body><s:Fault><faultcode xmlns:%s="%s">%s:%s</faultcode><faultstring>%s'
            "</faultstring></s:Fault></s:Body></s:Envelope>")
    whole = body % (SOAP, prefix, space, prefix, code.split(":")[1], said)
    return status, "text/xml; charset=utf-8", whole.encode()


def record(config, role, direction, decision, request_id, clock, **claims):
    """One record of the traces; what is not known is null."""
    fields = ("project convention viId issuer recipient audience nameId nameIdFormat authnContext authnInstant "
              "notBefore notOnOrAfter signerCertificate tlsPeer").split()
    r = dict.fromkeys(fields)
    r.update(eventId=str(uuid.uuid4()), timestamp=written(clock.now()), organisation=config["organism"], role=role,
             mode="A", direction=direction, decision=decision, requestId=request_id, faultCode="", pagm=[], verified=True)
    r.update({k: v for k, v in claims.items() if v is not None})
    return r


class Handler(BaseHTTPRequestHandler):
    """One connection: HTTP/1.1, kept alive, with a bounded body."""

    protocol_version, timeout, clock = "HTTP/1.1", 30, Clock()

    def setup(self):
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(10)
            self.request.do_handshake()
        super().setup()

    def date_time_string(self, timestamp=None):
        return super().date_time_string(self.clock.now().timestamp() if timestamp is None else timestamp)

    def log_message(self, form, *args):
        """Requests are told by the traces alone."""

    def body(self):
        """What came, or None when it is longer than what is read; then it is thrown away."""
        length = int(self.headers.get("Content-Length") or 0)
        if length <= MAX_MESSAGE:
            return self.rfile.read(length)
        left = min(length, 32 << 20)
        while left > 0:
            left -= len(self.rfile.read(min(left, 1 << 16))) or left
        return None

    def request_id(self):
        given = self.headers.get("X-Request-Id", "")
        return given if re.fullmatch(r"[!-~]{1,128}", given) else str(uuid.uuid4())

    def answer(self, status, media, body, request_id):
        self.send_response(status)
        if media:
            self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Request-Id", request_id)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Listens on loopback, over TLS when it has a context; each connection has its thread."""

    request_queue_size, daemon_threads = 128, True

    def __init__(self, port, handler, context=None):
        super().__init__(("127.0.0.1", port), handler)
        self.context = context

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request, address):
        """A connection that fails is no business of the others."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, address)


def manage(port, clock, gestures):
    """Serves the operator's gestures on loopback: POST /clock and POST of each gesture."""

    class Management(Handler):
        def do_POST(self):
            given, name = self.body().decode(), self.path.strip("/")
            known = name == "clock" or name in gestures
            if name == "clock":
                clock.set(given.strip())
            elif known:
                gestures[name](self.headers)
            self.answer(204 if known else 404, None, b"", "")

    threading.Thread(target=Server(port, Management).serve_forever, daemon=True).start()
