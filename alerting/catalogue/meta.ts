import type { AlertRule } from '../domain/rule.ts'
import { BLIND_RULES } from './meta-blind.ts'
import { CONTACT_RULES } from './meta-contacts.ts'
import { PEOPLE_RULES } from './meta-people.ts'

/** Rows of the alert catalogue about alerting itself. */
export const META_RULES: readonly AlertRule[] = [...BLIND_RULES, ...PEOPLE_RULES, ...CONTACT_RULES]
