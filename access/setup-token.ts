import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Deps } from '#core/service.ts'

type SetupDeps = { readonly notify: Pick<Deps['notify'], 'linkSecret'> }

/** The token that makes the first admin; worth nothing as soon as there is one. It follows from the installation's own secret. */
export const setupToken = ({ notify }: SetupDeps): string =>
  createHmac('sha256', notify.linkSecret).update('first admin').digest('hex').slice(0, 40)

/** True for the right token. */
export const readSetupToken = async (deps: SetupDeps, given: string): Promise<boolean> => {
  const [wanted, said] = [Buffer.from(setupToken(deps)), Buffer.from(given)]
  return wanted.length === said.length && timingSafeEqual(wanted, said)
}
