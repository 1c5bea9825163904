import { startAccess } from '../../access/main.ts'
import { startAudit } from '../../audit/main.ts'
import { startWorker } from '../../ingest/worker.ts'
import { startAlerting } from '../../alerting/main.ts'
import { startReconciler } from '../../reconciler/main.ts'
import { logAs } from '#core/log.ts'
import type { Deps, Service } from '#core/service.ts'

/** Parts of the platform that can run alone; `gateway` is the HTTP side, with people's access beside it. */
export const SERVICE_NAMES = ['gateway', 'worker', 'reconciler', 'alerting'] as const
export type ServiceName = (typeof SERVICE_NAMES)[number]

const STARTERS: Readonly<Record<Exclude<ServiceName, 'gateway'>, (deps: Deps) => Promise<Service>>> = {
  worker: startWorker,
  reconciler: startReconciler,
  alerting: startAlerting,
}

/** Starts the named services in a fixed order. */
export const startServices = async (deps: Deps, names: readonly ServiceName[]): Promise<Service[]> => {
  const services: Service[] = []
  if (names.includes('gateway')) services.push(await startAccess(deps))
  if (names.includes('reconciler')) services.push(await startAudit(deps))
  if (names.includes('worker')) services.push(await STARTERS.worker(deps))
  if (names.includes('reconciler')) services.push(await STARTERS.reconciler(logAs(deps, 'reconciler')))
  if (names.includes('alerting')) services.push(await STARTERS.alerting(logAs(deps, 'alerting')))
  return services
}
