-- Lets go of what processes said before $1.
DELETE FROM service_pulses WHERE at < $1
