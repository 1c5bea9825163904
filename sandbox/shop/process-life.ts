/**
 * A signal that ends the shop: on SIGTERM and SIGINT, and when the parent's IPC channel closes, because a shop without its
 * platform has nothing to do.
 */
export function endOfProcess(): AbortSignal {
  const ended = new AbortController()
  const end = (): void => ended.abort()
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  process.once('disconnect', end)
  return ended.signal
}

/** Tells the parent, if there is one, that the shop trades. A parent expects a port; the shop serves none: 0. */
export function sayReady(): void {
  if (process.send !== undefined && process.connected) process.send({ type: 'ready', port: 0 })
}
