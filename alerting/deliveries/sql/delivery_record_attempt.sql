-- Notes before it is made that message $1 is tried once more: what answers nothing may have taken it.
UPDATE alert_deliveries SET attempts = attempts + 1 WHERE id = $1 AND status = 'pending'
