-- How many people there are or were.
SELECT count(*)::int AS people FROM people
