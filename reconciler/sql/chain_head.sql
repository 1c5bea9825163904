-- The newest certificate of the chain, and the newest link of the chain of evidence.
SELECT seq, id, digest,
       (SELECT evidence_digest FROM certificates WHERE evidence_digest IS NOT NULL ORDER BY seq DESC LIMIT 1) AS evidence_digest
FROM certificates ORDER BY seq DESC LIMIT 1
