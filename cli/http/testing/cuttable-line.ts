import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line to a server that a test can cut: connections end, new ones are refused. */
export interface CuttableLine {
  readonly port: number
  cut(): Promise<void>
}

/** Opens a line to `host:port`. */
export const openCuttableLine = async (host: string, port: number): Promise<CuttableLine> => {
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, host)
    for (const end of [near, far]) {
      ends.add(end)
      // Either end may go first; the other follows.
      end.on('error', () => undefined)
      end.on('close', () => [near, far].forEach((one) => one.destroy()))
    }
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const end of ends) end.destroy()
      await closed
    },
  }
}
