-- What people resolved and no later fact has reopened.
SELECT category, object, currency, expected, actual FROM exceptions WHERE resolution <> 'healed'
