import { expect, test } from 'vitest'
import { WorkQueue } from './queue.ts'

const drain = (queue: WorkQueue): string[] => {
  const ids: string[] = []
  for (let work = queue.peek(); work; work = queue.peek()) {
    ids.push(work.id)
    queue.remove(work.id)
  }
  return ids
}

test('gives work by due time and then by the order it was added', () => {
  const queue = new WorkQueue()
  const times = [5, 3, 9, 3, 1, 7, 5, 2, 8]
  times.forEach((at_ms, at) => queue.add({ id: `w${at}`, kind: 'k', at_ms, ref: '' }))
  expect(drain(queue)).toEqual(['w4', 'w7', 'w1', 'w3', 'w0', 'w6', 'w5', 'w8', 'w2'])
})

test('moves work that is added again and forgets removed work', () => {
  const queue = new WorkQueue()
  for (const [id, at_ms] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const)
    queue.add({ id, kind: 'k', at_ms, ref: '' })
  queue.add({ id: 'a', kind: 'k', at_ms: 9, ref: '' })
  queue.remove('b')
  expect(drain(queue)).toEqual(['c', 'a'])
})
