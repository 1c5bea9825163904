import type { Answer } from '../deliveries/domain/plan-delivery.ts'
import type { Notice } from '../messages/notice.ts'

/** A way to reach people. It answers for every message and never throws: what went wrong is part of the answer. */
export interface Channel {
  readonly name: string
  /** Hands a notice to the receiver; `contact` is an address, a key's name or a link, as the channel needs it. */
  send(notice: Notice, contact: string, signal: AbortSignal): Promise<Answer>
}
