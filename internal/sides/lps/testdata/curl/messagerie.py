"""A mail program made of curl: every word to Pro Santé Connect and to the servers is curl's.

It reads one gesture on its standard input, keeps its session in session.json, and answers on its standard output. The
wrong settings are the words of MESSAGERIE_WRONG.
"""

import email.message
import email.policy
import email.utils
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

SESSION = "session.json"
WRONG = os.environ.get("MESSAGERIE_WRONG", "").split()
CLIENT, SECRET = "tf-lps", "secret-test-lps"
NIL, AUTHOR = "DEV935997", "Dr Anne TEST-UN Cabinet des Tilleuls"


class Refused(Exception):
    """What the program tells the person."""


def curl(*words, given=None):
    trust = ["--insecure"] if "certificate" in WRONG else ["--cacert", "roots.pem"]
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "8", *trust, *words], input=given, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace").strip()


def form(address, fields, *words):
    data = [w for name, value in fields.items() for w in ("--data-urlencode", f"{name}={value}")]
    status, out, told = curl(*data, *words, address)
    if status:
        raise Refused("Pro Santé Connect : " + told)
    return out.decode()


def load():
    try:
        with open(SESSION, encoding="utf-8") as f:
            return json.load(f)
    except OSError:
        return None


def save(session):
    if session is None:
        if os.path.exists(SESSION):
            os.remove(SESSION)
        return
    with open(SESSION, "w", encoding="utf-8") as f:
        json.dump(session, f)


def obtain(gesture, fields):
    answer = form(gesture["issuer"] + "/protocol/openid-connect/token", fields, "--user", f"{CLIENT}:{SECRET}")
    given = json.loads(answer or "{}")
    if "access_token" not in given:
        save(None)
        raise Refused("la session est terminée : identifiez-vous")
    session = {"access": given["access_token"], "refresh": given["refresh_token"], "until": time.time() + given["expires_in"] - 10}
    save(session)
    return session


def sign_in(gesture):
    if not gesture.get("identity"):
        raise Refused("identifiez-vous")
    base = urllib.parse.urlsplit(gesture["issuer"])
    back = form(f"{base.scheme}://{base.netloc}/auth", {
        "response_type": "code", "client_id": CLIENT, "redirect_uri": "http://127.0.0.1/callback", "scope": "openid scope_all", "acr_values": "eidas1",
        "state": "etat", "nonce": "nonce", "identifiant": gesture["identity"], "secret": gesture["secret"],
    }, "--output", os.devnull, "--write-out", "%{redirect_url}")
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query).get("code")
    if not code:
        raise Refused("l'identification a échoué")
    return obtain(gesture, {"grant_type": "authorization_code", "code": code[0], "redirect_uri": "http://127.0.0.1/callback"})


def renew(gesture, session):
    try:
        return obtain(gesture, {"grant_type": "refresh_token", "refresh_token": session["refresh"]})
    except Refused:
        return sign_in(gesture)


def tries(gesture, attempt):
    """Logs in with the token, and with another one when it is refused."""
    session = load() or sign_in(gesture)
    if time.time() > session["until"]:
        session = renew(gesture, session)
    for last in (False, True):
        status, out, told = attempt(session["access"])
        if status != 67 or last or "renewal" in WRONG:
            break
        session = renew(gesture, session)
    if status:
        raise Refused(told)
    return out


def login(gesture, token):
    secured = ["--ssl"] if "clear" in WRONG else ["--ssl-reqd"]
    return [*secured, "--login-options", "AUTH=XOAUTH2", "--user", gesture["mailbox"] + ":", "--oauth2-bearer", token]


def imap(gesture, *words, path="INBOX"):
    return tries(gesture, lambda token: curl(*login(gesture, token), *words, f"imap://{gesture['imap']}/{path}"))


def fetch(gesture):
    found = re.findall(rb"\d+", imap(gesture, "--request", "SEARCH ALL").partition(b"SEARCH")[2])
    seen = {}
    for number in found:
        header = imap(gesture, path=f"INBOX;MAILINDEX={number.decode()};SECTION=HEADER")
        message = email.message_from_bytes(header, policy=email.policy.default)
        seen[str(message["Message-ID"])] = str(message["References"] or "").split()
    with open("seen.json", "w", encoding="utf-8") as f:
        json.dump(seen, f)
    return list(seen)


def send(gesture):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = f'"{AUTHOR}" <{gesture["mailbox"]}>'
    message["To"], message["Subject"] = ", ".join(gesture["to"]), gesture["subject"]
    message["Date"] = email.utils.formatdate()
    message["Message-ID"] = f"<{uuid.uuid4()}@{gesture['mailbox'].partition('@')[2]}>"
    if "reference" not in WRONG:
        message["X-MSS-NIL"] = NIL
    if gesture.get("reply"):
        with open("seen.json", encoding="utf-8") as f:
            chain = json.load(f).get(gesture["reply"], [])
        message["In-Reply-To"], message["References"] = gesture["reply"], " ".join([*chain, gesture["reply"]])
    message.set_content(gesture["text"])
    with tempfile.NamedTemporaryFile(dir=".") as file:
        file.write(message.as_bytes())
        file.flush()
        to = [w for address in gesture["to"] for w in ("--mail-rcpt", address)]
        tries(gesture, lambda token: curl(*login(gesture, token), "--mail-from", gesture["mailbox"], *to, "--upload-file", file.name, f"smtp://{gesture['smtp']}"))


def main():
    gesture = json.loads(json.load(sys.stdin)["body"])
    answer = {}
    try:
        match gesture["gesture"]:
            case "connect":
                imap(gesture, "--request", "EXAMINE INBOX", path="")
            case "fetch":
                if load() is None:
                    raise Refused("identifiez-vous")
                answer["messages"] = fetch(gesture)
            case "send":
                send(gesture)
            case "logout":
                save(None)
            case other:
                raise Refused(f"geste {other} inconnu")
    except Refused as refused:
        answer["error"] = str(refused)
    json.dump(answer, sys.stdout)
    return 1 if "error" in answer else 0


sys.exit(main())
