-- The newest certificate of the chain.
SELECT seq, id, digest FROM certificates ORDER BY seq DESC LIMIT 1
