import type { Drive } from './drive.ts'
import { cardPayment } from './drive.ts'

/** Every call about events and the endpoints they are sent to; to be driven last, so that all events are listed. */
export const driveEvents = async ({ stripe, running }: Drive): Promise<void> => {
  const endpoint = await stripe.webhookEndpoints.create({
    url: `${running.base}/healthz`,
    enabled_events: ['*'],
  })
  await stripe.webhookEndpoints.retrieve(endpoint.id)
  await stripe.webhookEndpoints.update(endpoint.id, { description: 'till', metadata: { shop: '1' } })
  await stripe.webhookEndpoints.list()
  await stripe.paymentIntents.create(cardPayment('pm_card_visa'))
  const [first] = (await stripe.events.list({ limit: 1 })).data
  await stripe.events.retrieve(first?.id ?? '')
  await stripe.rawRequest('POST', `/v1/events/${first?.id ?? ''}/retry`, { webhook_endpoint: endpoint.id })
  await stripe.webhookEndpoints.del(endpoint.id)
  for await (const _event of stripe.events.list({ limit: 100 }));
}
