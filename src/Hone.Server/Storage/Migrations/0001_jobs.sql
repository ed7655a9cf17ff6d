CREATE TABLE jobs (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    project TEXT,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Its place in the queue.
    queued_at BIGINT NOT NULL,
    -- When a worker last began with it.
    started_at BIGINT,
    estimated_finish BIGINT,
    -- Who works on it, and until when that is certain without a word from there.
    worker TEXT,
    lease_until BIGINT,
    -- Starts since the last step: a job that only ever crashes is given up.
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Who asked for it and with what, so that a client's retry finds what its first attempt made.
    request_key TEXT,
    request_hash TEXT,
    -- Everything else, which nobody searches.
    record TEXT NOT NULL
);
CREATE INDEX jobs_by_organisation ON jobs (organisation, sequence);
CREATE INDEX jobs_by_status ON jobs (status, queued_at);
CREATE INDEX jobs_by_request ON jobs (request_key, request_hash);

CREATE TABLE job_events (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL REFERENCES jobs (id),
    created_at BIGINT NOT NULL,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    -- Of metrics: a step that is done again after a crash has its event already.
    step INTEGER,
    data TEXT
);
CREATE INDEX job_events_by_job ON job_events (job, sequence);
CREATE UNIQUE INDEX job_events_by_step ON job_events (job, step);

CREATE TABLE job_checkpoints (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL REFERENCES jobs (id),
    model TEXT NOT NULL UNIQUE,
    step INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    metrics TEXT NOT NULL
);
CREATE INDEX job_checkpoints_by_job ON job_checkpoints (job, step);

CREATE TABLE checkpoint_permissions (
    sequence {identity},
    id TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    project TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (model, project)
);
