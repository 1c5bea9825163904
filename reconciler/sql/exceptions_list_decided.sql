-- Exceptions that a person resolved or reopened and no run has told the certificates yet.
SELECT category, object FROM exceptions WHERE uncertified
