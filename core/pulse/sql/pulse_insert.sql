-- Process $1 lives at $2 with services $3 (names); counts since its last pulse as JSON $4.
INSERT INTO service_pulses (process, at, services, counts) VALUES ($1, $2, $3::text[], $4::jsonb)
ON CONFLICT (process, at) DO NOTHING
