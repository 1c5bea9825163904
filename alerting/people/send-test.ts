import type { Audience } from '#core/contracts/audiences.ts'
import { newId } from '#core/ids.ts'
import type { Deps } from '#core/service.ts'
import type { Channel } from '../channels/channel.ts'
import { openChannels } from '../channels/open-channels.ts'
import type { Address } from '../deliveries/add-deliveries.ts'
import type { Change, Notice } from '../messages/notice.ts'
import { incidentLinks } from './ack-link.ts'
import { addressesOf } from './addresses-of.ts'

/** Who asked for a test, and of whom. */
export interface AskedTest {
  readonly audience: Audience
  readonly store: string | undefined
  readonly by: string
}

/** What a receiver made of a test; `why` when it did not take it. */
export interface TestResult extends Address {
  readonly result: 'taken' | 'refused' | 'later'
  readonly why: string | null
}

const WAIT_MS = 20_000
const WHY_MAX = 300

const testNotice = (deps: Deps, { audience, by, store }: AskedTest): Notice => {
  const at = deps.env.clock.now()
  const id = newId(deps.env, 'incident')
  return {
    incident: { id, key: `tillwatch:test:${id}`, openedAt: at, ...incidentLinks(deps.notify, id, at) },
    number: 1,
    at,
    change: 'fired',
    alert: {
      name: 'TestMessage',
      severity: 'info',
      labels: { component: 'alerting', ...(store === undefined ? {} : { store }) },
      headline: `TEST: this is only a test of how ${audience} is reached. Nothing is wrong`,
    },
    facts: [
      { name: 'Test of', value: audience },
      { name: 'Asked for by', value: by },
    ],
    cause: null,
    samples: [],
    runbook: {
      title: 'Test message',
      url: `${deps.notify.publicUrl}/docs/alerts`,
      steps: ['Nothing: that you read this is the result.'],
    },
  }
}

const send = async (channel: Channel | undefined, notice: Notice, address: Address): Promise<TestResult> => {
  if (channel === undefined) return { ...address, result: 'refused', why: 'this way is not set up' }
  const tell = async (change: Change, number: number) =>
    channel.send({ ...notice, change, number }, address.contact, AbortSignal.timeout(WAIT_MS))
  const answer = await tell('fired', 1)
  // A pager would keep the test open and call people.
  if (channel.name === 'pager') await tell('resolved', 2)
  return {
    channel: address.channel,
    contact: address.contact,
    result: answer.kind,
    why: answer.kind === 'taken' ? null : answer.why.slice(0, WHY_MAX),
  }
}

/**
 * Sends a message that says it is a test by every way that leads to an audience, now and once, and answers what each
 * receiver made of it. Nothing is stored: it is no incident, and a pager is told at once that it is over.
 */
export const sendTest = async (deps: Deps, asked: AskedTest): Promise<TestResult[]> => {
  const { audience, store } = asked
  const about = { store, severity: 'critical', pages: true } as const
  const addresses = addressesOf(deps.shop, deps.notify, [audience], about)
  const channels = openChannels(deps)
  const notice = testNotice(deps, asked)
  try {
    return await Promise.all(
      addresses.map(async (address) => send(channels.byName.get(address.channel), notice, address)),
    )
  } finally {
    channels.close()
  }
}
