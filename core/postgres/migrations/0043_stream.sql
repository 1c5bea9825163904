-- Up Migration
-- Numbers the changes of exceptions in the order in which they are written, so that open pages can be told of new ones.

ALTER TABLE exception_history ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX exception_history_by_seq ON exception_history (seq);
