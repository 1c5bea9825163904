import { createWriteStream, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { createLogger, LOG_COMPONENTS, type Logger } from '#core/log.ts'

/** Everything goes to `tillwatch.log`; a component's lines to its own file as well (runbook section 4, "Review Error Logs"). */
export const openLogs = (dir: string, level: string): { log: Logger; close(): Promise<void> } => {
  const open = (name: string) => createWriteStream(join(dir, `${name}.log`), { flags: 'a', mode: 0o600 })
  const all = open('tillwatch')
  const own = new Map<string, WriteStream>(
    LOG_COMPONENTS.map((name) => [`"component":"${name}"`, open(name)]),
  )
  const write = (line: string) => {
    all.write(line)
    for (const [mark, stream] of own) if (line.includes(mark)) stream.write(line)
  }
  const end = async (stream: WriteStream) => new Promise<void>((resolve) => stream.end(resolve))
  return {
    log: createLogger(level, { write }),
    close: async () => {
      await Promise.all([all, ...own.values()].map(end))
    },
  }
}
