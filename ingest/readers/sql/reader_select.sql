-- Which of Stripe's readers ours are, as far as it is known.
SELECT id, stripe_reader FROM readers
