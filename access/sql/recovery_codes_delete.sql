-- Takes away every recovery code of the person $1; new ones follow in the same database transaction.
DELETE FROM recovery_codes WHERE person_id = $1
