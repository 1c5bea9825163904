import { loadSql } from '#core/postgres/sql.ts'
import { eventually } from '../tillwatch.ts'
import type { Scene } from './scene.ts'

const countEvaluations = loadSql(import.meta.url, 'sql/scene_evaluations_count.sql')
const selectPhase = loadSql(import.meta.url, 'sql/scene_alert_select_phase.sql')

/** Evaluations after which whatever is breached and not waiting has been told: its own, the group's wait, one to spare. */
const EVALUATIONS = 5

const evaluations = async ({ owner }: Scene): Promise<number> =>
  (await owner.query<{ count: number }>(countEvaluations.text)).rows[0]?.count ?? 0

/** Waits until the engine has looked so often that silence means something. */
export const lookedAgain = async (scene: Scene): Promise<void> => {
  const before = await evaluations(scene)
  await eventually('more evaluations', async () =>
    (await evaluations(scene)) >= before + EVALUATIONS ? true : undefined,
  )
}

const phaseOf = async ({ owner }: Scene, rule: string): Promise<string> =>
  (await owner.query<{ phase: string }>(selectPhase.text, [rule])).rows[0]?.phase ?? 'inactive'

/** Waits until the alert of a rule that is furthest from quiet is in one of these phases. */
export const whenPhase = async (scene: Scene, rule: string, ...phases: string[]): Promise<void> => {
  await eventually(`${rule} is ${phases.join(' or ')}`, async () =>
    phases.includes(await phaseOf(scene, rule)) ? true : undefined,
  )
}
