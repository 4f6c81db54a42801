-- oldest-binary: 0.1.0
-- Tables that only grow are analysed again and again, and each column costs the same each time: the planner needs to know of those alone
-- that statements ask for.

ALTER TABLE events
  ALTER COLUMN id SET STATISTICS 0, ALTER COLUMN timestamp SET STATISTICS 0, ALTER COLUMN payload SET STATISTICS 0,
  SET (autovacuum_analyze_scale_factor = 0.2);
ALTER TABLE deliveries
  ALTER COLUMN id SET STATISTICS 0, ALTER COLUMN trigger SET STATISTICS 0, ALTER COLUMN attempt_count SET STATISTICS 0,
  ALTER COLUMN run_attempts SET STATISTICS 0, ALTER COLUMN next_attempt_at SET STATISTICS 0, ALTER COLUMN handed_over SET STATISTICS 0,
  ALTER COLUMN resume_status SET STATISTICS 0, ALTER COLUMN resume_at SET STATISTICS 0, ALTER COLUMN cancel_requested SET STATISTICS 0,
  ALTER COLUMN last_outcome SET STATISTICS 0, ALTER COLUMN last_status_code SET STATISTICS 0, ALTER COLUMN last_attempt_at SET STATISTICS 0,
  ALTER COLUMN completed_at SET STATISTICS 0,
  SET (autovacuum_analyze_scale_factor = 0.1);
ALTER TABLE attempts_default SET (autovacuum_analyze_scale_factor = 2);
