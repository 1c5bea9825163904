import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder below the system's temporary one, and how to remove it with all it holds. */
export async function makeTempFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tillwatch-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
