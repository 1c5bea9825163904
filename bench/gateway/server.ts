import { parseArgs } from 'node:util'
import { liveAsChild } from '#core/engines/child-life.ts'
import { createRoot } from '#core/http/root.ts'
import { listen, type Fetch } from '../../cli/http/listen.ts'
import { ingestRoutes } from '../../ingest/main.ts'
import { openBenchDeps } from '../lib/bench-deps.ts'

const { values } = parseArgs({
  options: { url: { type: 'string' }, folder: { type: 'string' }, stripe: { type: 'string' } },
})
const { url = '', folder = '', stripe } = values

/** The gateway's own routes for tills, as the platform mounts them. */
const { deps, close } = await openBenchDeps({ appUrl: url, folder, name: 'gateway', stripeUrl: stripe })
const app = createRoot(deps)
app.route('/payments/api', ingestRoutes(deps))
const listener = await listen('127.0.0.1', 0)
listener.serve(app.fetch as Fetch)
liveAsChild(listener.port, async () => {
  await listener.close()
  await close()
})
