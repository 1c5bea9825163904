-- How many sales were ever opened.
SELECT count(*)::int AS count FROM sales
