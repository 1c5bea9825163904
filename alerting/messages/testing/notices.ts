import type { Notice } from '../notice.ts'

/** A bad hour of a shop, as one would be told of it. */
export const BAD_HOUR: Notice = {
  incident: {
    id: 'inc_01',
    key: 'tillwatch:shop:PaymentSuccessRateCritical:bakery',
    openedAt: new Date('2026-03-02T09:30:00.000Z'),
    url: 'https://shop.example/alerts/inc_01',
    ackUrl: 'https://shop.example/alerts/inc_01/ack?by=mail',
  },
  number: 1,
  at: new Date('2026-03-02T09:31:00.000Z'),
  change: 'fired',
  alert: {
    name: 'PaymentSuccessRateCritical',
    severity: 'critical',
    labels: { store: 'bakery', component: 'gateway' },
    headline: 'Success rate 91.2 % is below 95 % (1 h, 21 of 240 failed)',
  },
  facts: [
    { name: 'Success rate', value: '91.2 % (219 of 240)' },
    { name: 'Line', value: '95 % over 1 h' },
    { name: 'Lost sales', value: '154.30 GBP' },
  ],
  cause: '18 of 21 were refused by the issuer: insufficient_funds',
  samples: [
    { id: 'pay_1', text: 'pay_1, 9:29, 4.50 GBP', url: 'https://shop.example/payments/pay_1' },
    { id: 'pay_2', text: 'pay_2, 9:30, 7.20 GBP', url: 'https://shop.example/payments/pay_2' },
  ],
  runbook: {
    title: 'Runbook section 4',
    url: 'https://shop.example/runbook#success-rate',
    steps: ['Look at the decline codes', 'Ask Stripe for its status'],
  },
}

/** The same hour with everything in it that somebody could put into a name. */
export const NASTY: Notice = {
  ...BAD_HOUR,
  alert: { ...BAD_HOUR.alert, headline: 'bad\r\nBcc: all@example.com <b>"hour"</b>\u202e' },
  facts: [{ name: 'Till\n', value: '<img src=x onerror=alert(1)> & <!channel>' }],
  cause: 'a\u0000b\u2028c',
  samples: [{ id: 'pay_1', text: '<script>1</script>', url: 'https://shop.example/"><script>' }],
}
