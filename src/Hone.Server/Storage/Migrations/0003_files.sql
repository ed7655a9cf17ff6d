CREATE TABLE files (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    project TEXT NOT NULL,
    purpose TEXT NOT NULL,
    filename TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    -- Why its content cannot be used for its purpose; null when it can.
    problem TEXT
);
CREATE INDEX files_by_organisation ON files (organisation, sequence);
CREATE INDEX files_by_end ON files (expires_at);

CREATE TABLE uploads (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    project TEXT NOT NULL,
    purpose TEXT NOT NULL,
    filename TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    mime_type TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- How long the file is kept that it becomes; null for as long as its purpose says.
    file_seconds BIGINT,
    file TEXT
);

CREATE TABLE upload_parts (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    upload TEXT NOT NULL REFERENCES uploads (id),
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX upload_parts_by_upload ON upload_parts (upload);
