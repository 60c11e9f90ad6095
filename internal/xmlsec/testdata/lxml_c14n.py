"""Canonicalises with libxml2. Reads JSON lines {"xml", "prefixes", "inclusive"}, writes JSON lines of the result."""
import json
import sys

from lxml import etree

for line in sys.stdin:
    case = json.loads(line)
    root = etree.fromstring(case["xml"].encode())
    out = etree.tostring(
        root,
        method="c14n",
        exclusive=not case["inclusive"],
        with_comments=False,
        inclusive_ns_prefixes=None if case["inclusive"] else case["prefixes"],
    )
    print(json.dumps(out.decode()))
