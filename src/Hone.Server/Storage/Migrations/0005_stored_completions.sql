CREATE TABLE stored_completions (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    model TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- The object as it is answered, but for its metadata, which can change.
    completion TEXT NOT NULL,
    messages TEXT NOT NULL
);
CREATE INDEX stored_completions_by_organisation ON stored_completions (organisation, sequence);

CREATE TABLE stored_completion_metadata (
    completion TEXT NOT NULL REFERENCES stored_completions (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (completion, name)
);
