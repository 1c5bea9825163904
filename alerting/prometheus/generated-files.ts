import { stringify } from 'yaml'
import { alertmanagerConfig } from './alertmanager-config.ts'
import { prometheusConfig, rulesConfig } from './prometheus-config.ts'
import { ruleTests } from './rule-tests.ts'
import { COMMITTED, type SecondPath } from './second-path.ts'

const HEADER =
  '# Generated from alerting/catalogue.ts by `npm run alerts:generate`; a test fails when it is stale.\n'

const yamlOf = (value: unknown): string =>
  HEADER + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

/** Files of the second path by their path below the repository, with their text. */
export const generatedFiles = (path: SecondPath = COMMITTED): ReadonlyMap<string, string> =>
  new Map([
    ['deploy/prometheus/prometheus.yml', yamlOf(prometheusConfig(path))],
    ['deploy/prometheus/rules.yml', yamlOf(rulesConfig(path))],
    ['deploy/prometheus/rules.test.yml', yamlOf(ruleTests('minutes'))],
    ['deploy/prometheus/rules.days.test.yml', yamlOf(ruleTests('days'))],
    ['deploy/alertmanager/alertmanager.yml', yamlOf(alertmanagerConfig(path))],
  ])
