-- The settings that the audit trail last says were imported, with what they were.
SELECT e.after ->> 'digest' AS digest, v.body
FROM audit_entries e
LEFT JOIN settings_versions v ON v.digest = e.after ->> 'digest'
WHERE e.object = 'shop.yaml' AND e.action = 'settings.import'
ORDER BY e.at DESC, e.seq DESC
LIMIT 1
