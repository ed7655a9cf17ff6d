CREATE TABLE batches (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    status TEXT NOT NULL,
    -- Everything else, which nobody searches.
    record TEXT NOT NULL
);
CREATE INDEX batches_by_organisation ON batches (organisation, sequence);
CREATE INDEX batches_by_status ON batches (status);
