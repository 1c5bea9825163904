-- Up Migration
-- Certificates of format 2: one digest over what does not depend on how a run went, a second one over the evidence it stands
-- on, both chained. Certificates issued before keep format 1 and are checked as they were sealed.

ALTER TABLE certificates
  ADD COLUMN format smallint NOT NULL DEFAULT 1 CHECK (format IN (1, 2)),
  -- Where the opening comes from: the closing of the date before, or the first certificate of its currency and balance type.
  ADD COLUMN opening_basis text CHECK (opening_basis IN ('carried', 'first')),
  ADD COLUMN previous_evidence_digest text,
  ADD COLUMN evidence_digest text,
  ADD CONSTRAINT certificates_format_whole CHECK (
    (format = 1) = (evidence_digest IS NULL) AND (format = 1) = (previous_evidence_digest IS NULL)
    AND (format = 1) = (opening_basis IS NULL));
ALTER TABLE certificates ALTER COLUMN format DROP DEFAULT;

-- Short digests of single rows and items: they name what was altered; the certificate's digest proves it. Null in format 1.
ALTER TABLE certificate_rows ADD COLUMN digest text;
ALTER TABLE certificate_outstanding ADD COLUMN digest text;
