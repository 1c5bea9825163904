-- Which of the charges $1 we know as captured, with the trace of the request that made each payment.
SELECT stripe_charge, trace_id FROM payments WHERE stripe_charge = ANY ($1) AND amount_captured > 0
