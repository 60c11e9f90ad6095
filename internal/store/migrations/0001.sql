-- What went over the wires of a sandbox, and its campaigns.
CREATE TABLE exchange (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL, -- nanoseconds since 1970, wall clock
    owner    TEXT NOT NULL,
    protocol TEXT NOT NULL,
    role     TEXT NOT NULL,
    mode     TEXT NOT NULL,
    partner  TEXT NOT NULL,
    fault    TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    campaign TEXT NOT NULL,
    address  TEXT NOT NULL,
    verdict  TEXT NOT NULL,
    size     INTEGER NOT NULL, -- octets of its messages, as they were kept
    body     TEXT NOT NULL     -- the exchange, in JSON
);
CREATE INDEX exchange_at ON exchange (at);
CREATE INDEX exchange_case ON exchange (campaign, address);

-- The requirements that an exchange is about: that of its fault, and those of its findings.
CREATE TABLE about (
    exchange    INTEGER NOT NULL REFERENCES exchange (id) ON DELETE CASCADE,
    requirement TEXT NOT NULL,
    PRIMARY KEY (exchange, requirement)
) WITHOUT ROWID;
CREATE INDEX about_requirement ON about (requirement, exchange);

-- The messages that an exchange needs; their bytes are in the evidence folder.
CREATE TABLE message (
    exchange INTEGER NOT NULL REFERENCES exchange (id) ON DELETE CASCADE,
    digest   TEXT NOT NULL,
    PRIMARY KEY (exchange, digest)
) WITHOUT ROWID;
CREATE INDEX message_digest ON message (digest);

CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE campaign (
    id      TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,
    started INTEGER NOT NULL,
    state   TEXT NOT NULL,
    body    TEXT NOT NULL -- the campaign, in JSON
);
CREATE INDEX campaign_started ON campaign (started);

-- What retention removed, for whoever looks for it.
CREATE TABLE pruning (
    at        INTEGER NOT NULL,
    exchanges INTEGER NOT NULL,
    size      INTEGER NOT NULL,
    oldest    INTEGER NOT NULL -- what is kept begins here
);
