-- Versions of the settings, newest first; without their bodies.
SELECT digest, imported_at, imported_by FROM settings_versions ORDER BY imported_at DESC, digest LIMIT 100
