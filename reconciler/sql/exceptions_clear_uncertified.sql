-- Takes over what people resolved or reopened since the run before, so that the certificates of its dates are looked at.
UPDATE exceptions SET uncertified = false WHERE uncertified RETURNING category, object, business_date
