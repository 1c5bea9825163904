-- A run whose process was told to stop was not killed: this take-up does not count. $1 id.
UPDATE reconciliation_runs SET take_ups = greatest(take_ups - 1, 0) WHERE id = $1 AND status = 'running'
