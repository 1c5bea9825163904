-- Up Migration
-- Only refused payments have a decline code. Without knowing that, the planner takes both filters together for a few hundred rows of a
-- million, now and then reads all of them to sort them, and the page takes 40 ms in place of 1.

CREATE STATISTICS payments_decline_of_status (dependencies, mcv) ON status, decline_code FROM payments;
