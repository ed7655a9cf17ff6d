CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (organisation, name)
);

CREATE TABLE api_keys (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    -- SHA-256 in hexadecimal digits; the key itself is kept nowhere.
    hash TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES projects (id),
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_keys_by_organisation ON api_keys (organisation, sequence);
