import { startDrainLoop, type DrainLoop } from '#core/drain-loop.ts'
import type { Deps } from '#core/service.ts'
import { openChannels } from '../channels/open-channels.ts'
import { sendDue, type Delivery, type Sender } from './send-due.ts'
import { tellOthers } from './tell-others.ts'

/** What messages can be asked for. */
export interface Deliveries {
  /** Looks at once for messages to send. */
  wake(): void
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>
  /** Finishes what is being sent and sends no more. */
  stop(): Promise<void>
}

/** Channels of messages that no configuration leads to any more; they fail, and somebody else is told. */
const CHANNELS = ['pager', 'mail', 'slack', 'webhook'] as const

type Ended = 'sent' | 'dropped' | 'failed'

/** Counts a message that ended, and how long after its commit: by the business clock, which both instants are of. */
const countEnded = (
  { metrics, env }: Deps,
  { channel, created_at: since }: Delivery,
  result: Ended,
): void => {
  metrics.alertNotifications.inc({ channel, result })
  const waitedMs = Math.max(0, env.clock.now().getTime() - since.getTime())
  if (result === 'sent') metrics.alertNotificationDuration.observe({ channel }, waitedMs / 1_000)
}

const senderOf = (deps: Deps, channels: Sender['channels'], again: () => void): Sender => ({
  env: deps.env,
  db: deps.db,
  log: deps.log,
  channels,
  whenFailed: async (db, delivery, reason) => tellOthers(deps, db, delivery, reason),
  whenEnded: (delivery: Delivery, status: Ended) => {
    countEnded(deps, delivery, status)
    // Whoever is told instead is told now.
    if (status === 'failed') again()
  },
})

/** Each channel has a loop of its own: a receiver that hangs delays its own messages and no others. */
const startLane = (deps: Deps, sender: Sender, channel: string): DrainLoop => {
  const never = new AbortController().signal
  // The wake-up's name has one listener, which wakes every lane and waits for none.
  const alone = { ...deps, wakeups: { ...deps.wakeups, listen: () => undefined } }
  return startDrainLoop(alone, 'alerts', async () => {
    while ((await sendDue(sender, never, channel)) > 0);
  })
}

/**
 * Sends the messages of alerts: after each wake-up `alerts` and each second of machine time. Any number of processes may do
 * so on one database; a message whose process died is sent again by another, with the same key (reliability.md row 12).
 */
export const startDeliveries = (deps: Deps): Deliveries => {
  const { byName, close } = openChannels(deps)
  const lanes: DrainLoop[] = []
  const wake = () => lanes.forEach((lane) => lane.wake())
  const sender = senderOf(deps, byName, wake)
  for (const channel of CHANNELS) lanes.push(startLane(deps, sender, channel))
  deps.wakeups.listen('alerts', async () => {
    wake()
    return Promise.resolve()
  })
  wake()
  return {
    wake,
    idle: async () => {
      await Promise.all(lanes.map(async (lane) => lane.idle()))
    },
    stop: async () => {
      await Promise.all(lanes.map(async (lane) => lane.stop()))
      close()
    },
  }
}
