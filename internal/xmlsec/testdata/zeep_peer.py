"""A WS-Security peer: zeep with python-xmlsec. Usage: MODE KEY CERTIFICATE MESSAGE; signed message on stdout."""
import sys

import xmlsec
from lxml import etree
from zeep.wsse import signature

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def main(mode, key, certificate, path):
    envelope = etree.parse(path).getroot()
    if mode == "verify":
        signature.verify_envelope(envelope, certificate)
        print("OK")
        return
    for token in envelope.iter("{%s}BinarySecurityToken" % WSSE):
        token.getparent().remove(token)
        break
    kind = {"sign": signature.Signature, "sign-binary": signature.BinarySignature}[mode]
    signer = kind(key, certificate, signature_method=xmlsec.Transform.RSA_SHA256, digest_method=xmlsec.Transform.SHA256)
    envelope, _ = signer.apply(envelope, {})
    sys.stdout.buffer.write(etree.tostring(envelope))


main(*sys.argv[1:])
