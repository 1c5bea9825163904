-- The reader did not get it: the next one who hands it over takes a Stripe key of its own. $1 action, $2 the count that was tried.
UPDATE reader_actions SET hands = hands + 1 WHERE id = $1 AND hands = $2 AND status = 'handing'
