/** How long a child whose parent is gone may take to close what it holds. */
const CLOSE_WITHIN_MS = 10_000

/**
 * The child's side of spawnChild: tells the parent that `port` serves, and calls `close` once, then exits, when the parent
 * asks (SIGTERM) or is gone (the channel disconnects). SIGINT is the parent's business.
 */
export function liveAsChild(port: number, close: () => Promise<void>): void {
  let closing = false
  const end = () => {
    if (closing) return
    closing = true
    AbortSignal.timeout(CLOSE_WITHIN_MS).addEventListener('abort', () => process.exit(1))
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', () => undefined)
  process.on('disconnect', end)
  // The parent may have died while we started: then nobody is left to send the event.
  if (process.connected === false) end()
  else process.send?.({ type: 'ready', port })
}
