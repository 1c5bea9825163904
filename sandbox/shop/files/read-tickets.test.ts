import { describe, expect, it } from 'vitest'
import { readPrices } from './read-prices.ts'
import { readTickets } from './read-tickets.ts'
import { totalOf } from '../domain/ticket.ts'

const prices = readPrices(
  [
    'item,unit_price_minor,currency',
    'Bread,320,gbp',
    'Coffee,280,gbp',
    'Coffee granules ,270,gbp',
    'Tea,220,gbp',
    'Voucher,2500,eur',
    '"Jam, small",150,gbp',
    'Leaflet,0,gbp',
  ].join('\n'),
)
const read = (...rows: string[]) =>
  readTickets(['date,time,ticket,item', ...rows].join('\n'), prices, 'Europe/London')

describe('a ticket file', () => {
  it('becomes tickets with amounts counted by hand', () => {
    const { tickets, bad } = read(
      '2016-10-30,09:58:11,1,Bread', // 320 card
      '2016-10-30,10:05:34,2,Bread', // 2 x 320 + 280 = 920 card
      '2016-10-30,10:05:34,2,Coffee',
      '2016-10-30,10:05:34,2,Bread',
      '2016-10-30,10:07:57,3,Coffee granules ', // 270 cash
      '2016-10-31,08:00:00,4,"Jam, small"', // 150 + 220 = 370 card
      '2016-10-31,08:00:00,4,Tea',
      '2016-10-31,08:10:00,6,Coffee', // 280 cash; there is no ticket 5
    )
    expect(bad).toEqual([])
    expect(tickets.map((t) => [t.ref, totalOf(t.lines), t.attempts[0]?.method])).toEqual([
      ['2016-10-30-1', 320, 'card'],
      ['2016-10-30-2', 920, 'card'],
      ['2016-10-30-3', 270, 'cash'],
      ['2016-10-31-4', 370, 'card'],
      ['2016-10-31-6', 280, 'cash'],
    ])
    expect(tickets[1]?.lines).toEqual([
      { name: 'Bread', quantity: 2, unitAmount: 320 },
      { name: 'Coffee', quantity: 1, unitAmount: 280 },
    ])
    expect(tickets[0]?.atMs).toBe(Date.parse('2016-10-30T09:58:11Z'))
  })

  it('keeps names to the letter: a trailing blank is another item', () => {
    const { tickets, bad } = read(
      '2016-10-30,10:00:00,1,Coffee granules ',
      '2016-10-30,10:00:00,2,Coffee granules',
    )
    expect(tickets[0]?.lines[0]?.name).toBe('Coffee granules ')
    expect(bad).toEqual([{ file: 'tickets', line: 3, reason: '"Coffee granules" is not in the price file' }])
  })

  it('takes the same number on another date as another ticket', () => {
    const { tickets } = read('2016-10-30,10:00:00,7,Tea', '2016-10-31,10:00:00,7,Tea')
    expect(tickets.map((t) => t.ref)).toEqual(['2016-10-30-7', '2016-10-31-7'])
  })

  it('orders by time, then by number, and pays a ticket at its latest time', () => {
    const { tickets } = read(
      '2016-10-31,10:00:00,12,Tea',
      '2016-10-31,10:00:00,9,Tea',
      '2016-10-30,18:00:00,5,Tea',
      '2016-10-30,18:00:09,5,Bread',
    )
    expect(tickets.map((t) => t.ref)).toEqual(['2016-10-30-5', '2016-10-31-9', '2016-10-31-12'])
    expect(tickets[0]?.atMs).toBe(Date.parse('2016-10-30T18:00:09Z'))
  })

  it('lists every bad row with its line', () => {
    const { bad } = read(
      '2016-10-32,10:00:00,1,Tea',
      '2016-10-30,25:00:00,1,Tea',
      '2016-10-30,10:00:00,x,Tea',
      '2016-10-30,10:00:00,2,Cake',
      '2016-10-30,10:00:00,2, ',
      '2016-10-30,10:00:00',
      '2016-10-30,10:00:00,3,Tea',
    )
    expect(bad.map((row) => [row.line, row.reason])).toEqual([
      [2, '"2016-10-32" is not a date YYYY-MM-DD'],
      [3, '"25:00:00" is not a time HH:MM:SS'],
      [4, '"x" is not a ticket number'],
      [5, '"Cake" is not in the price file'],
      [6, 'the item has no name'],
      [7, '2 cells where 4 are needed'],
    ])
  })

  it.each([
    [
      'two currencies on one ticket',
      ['2016-10-30,10:00:00,1,Tea', '2016-10-30,10:00:00,1,Voucher'],
      /two currencies/,
    ],
    [
      'two currencies in one file',
      ['2016-10-30,10:00:00,1,Tea', '2016-10-30,10:00:00,2,Voucher'],
      /eur, gbp/,
    ],
    ['a ticket of nothing', ['2016-10-30,10:00:00,1,Leaflet'], /nothing to pay/],
    ['a quote that never ends', ['2016-10-30,10:00:00,1,"Tea'], /not readable as CSV/],
  ])('refuses %s', (_name, rows, reason) => {
    const { bad } = read(...rows)
    expect(bad).toHaveLength(1)
    expect(bad[0]?.reason).toMatch(reason)
  })

  it('refuses a file with another first line, and passes the bad rows of the price file on', () => {
    const list = readPrices(
      'item,unit_price_minor,currency\nBread,3.20,gbp\nTea,1,GBP\nCake,1,gbp\nCake,2,gbp',
    )
    const { bad } = readTickets('Date,Time,Transaction,Item\n', list, 'Europe/London')
    expect(bad.map((row) => [row.file, row.line])).toEqual([
      ['prices', 2],
      ['prices', 3],
      ['prices', 5],
      ['tickets', 1],
    ])
  })
})
