-- Which of the charges $1 we know as captured.
SELECT stripe_charge FROM payments WHERE stripe_charge = ANY ($1) AND amount_captured > 0
