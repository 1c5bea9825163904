import type { Env } from '../env.ts'
import { makeSender } from '../deliveries/send.ts'
import { randomText } from '../ids.ts'
import type { Journal } from '../store/journal.ts'
import { MailSink } from './mail-sink.ts'
import { PagerSink } from './pager-sink.ts'

const ID_LENGTH = 20

export type Sinks = { mail: MailSink; pager: PagerSink; close(): Promise<void> }

/**
 * Opens the mail and pager sinks on a data folder. What they take is no work of the sandbox: its clock neither waits for it
 * nor moves because of it; the journal says that it came.
 */
export const openSinks = (env: Env, dir: string, journal: Journal, now: () => number): Sinks => {
  const sender = makeSender(env.machine)
  const common = { dir, now, wall: () => Math.round(env.machine.wall()) }
  const idOf = (prefix: string) => () => `${prefix}_${randomText(env.random, ID_LENGTH)}`
  const mail = new MailSink({
    ...common,
    newId: idOf('mail'),
    onMail: ({ id, to, message_id }) => journal.add(now(), 'mail', { id, recipients: to.length, message_id }),
  })
  const pager = new PagerSink({
    ...common,
    newId: idOf('page'),
    send: sender.send,
    onPage: (page, effect) =>
      journal.add(now(), 'page', {
        id: page.id,
        action: page.kind === 'event' ? page.event_action : page.deed,
        dedup_key: page.dedup_key,
        effect,
      }),
  })
  const close = async (): Promise<void> => {
    await mail.close()
    sender.close()
    await pager.close()
  }
  return { mail, pager, close }
}
