CREATE TABLE vector_stores (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    -- Set before its vectors are deleted: from then on nobody sees it.
    removed INTEGER NOT NULL DEFAULT 0,
    last_active_at BIGINT NOT NULL,
    -- Everything else, which nobody searches.
    record TEXT NOT NULL
);
CREATE INDEX vector_stores_by_organisation ON vector_stores (organisation, sequence);

CREATE TABLE vector_store_files (
    sequence {identity},
    store TEXT NOT NULL REFERENCES vector_stores (id),
    -- Of the file.
    id TEXT NOT NULL,
    -- As the interface has it, or 'removed' until its vectors are deleted.
    status TEXT NOT NULL,
    batch TEXT,
    bytes BIGINT NOT NULL DEFAULT 0,
    record TEXT NOT NULL,
    UNIQUE (store, id)
);
CREATE INDEX vector_store_files_by_status ON vector_store_files (status, sequence);
CREATE INDEX vector_store_files_by_file ON vector_store_files (id);

CREATE TABLE vector_store_batches (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    store TEXT NOT NULL REFERENCES vector_stores (id),
    created_at BIGINT NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX vector_store_batches_by_store ON vector_store_batches (store);
