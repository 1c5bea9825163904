import type { Answer, Door } from './open-door.ts'

export const API = '/payments/api'

/** A good body of `POST /sales`, but for what `rest` says. */
export const sale = (rest: object = {}) => ({
  till_id: 'till-1',
  currency: 'gbp',
  lines: [{ name: 'Loaf', quantity: 1, unit_amount: 500 }],
  ...rest,
})

/** The same with another line. */
export const line = (rest: object) =>
  sale({ lines: [{ name: 'Loaf', quantity: 1, unit_amount: 500, ...rest }] })

/** A good body of `POST /payments`. */
export const payment = (rest: object = {}) => ({
  amount: 500,
  currency: 'gbp',
  till_id: 'till-1',
  payment_method: 'pm_card_visa',
  ...rest,
})

/** A good body of a cash tender for that sale. */
export const cash = (rest: object = {}) => ({ type: 'cash', amount: 500, ...rest })

const made = (answer: Answer): string => {
  if (answer.status !== 201) throw new Error(`Not made: ${answer.status} ${answer.text}`)
  return answer.body.id
}

/** Opens a sale of 5.00 and answers its id. */
export const openSale = async (door: Door, rest: object = {}): Promise<string> =>
  made(await door.send({ path: `${API}/sales`, body: sale(rest) }))

/** A sale of 5.00 paid in cash under an idempotency key; answers the payment's id. */
export const paySale = async (
  door: Door,
  key: string,
  rest: object = {},
  token?: string,
): Promise<string> => {
  const id = await openSale(door, rest)
  return made(
    await door.send({
      path: `${API}/sales/${id}/tenders`,
      body: cash(),
      headers: { 'idempotency-key': key },
      ...(token ? { token } : {}),
    }),
  )
}
