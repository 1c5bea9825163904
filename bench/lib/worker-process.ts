import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A process of the bench's own that answers each order with one message. */
export interface WorkerProcess<Order, Result> {
  readonly pid: number
  ask(order: Order): Promise<Result>
  stop(): Promise<void>
}

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Starts a TypeScript file that says `{type:'ready'}` and then answers one message with one message. */
export const startWorkerProcess = async <Order extends object, Result>(
  entry: URL,
): Promise<WorkerProcess<Order, Result>> => {
  const child = fork(fileURLToPath(entry), { execArgv: ['--import', TSX] })
  const answer = async (): Promise<unknown> => {
    const gone = once(child, 'exit').then(([code]: unknown[]) => {
      throw new Error(`${entry.pathname} ended with ${String(code)}`)
    })
    return Promise.race([once(child, 'message').then(([message]: unknown[]) => message), gone])
  }
  await answer()
  return {
    pid: child.pid ?? 0,
    ask: async (order) => {
      child.send(order)
      return (await answer()) as Result
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
