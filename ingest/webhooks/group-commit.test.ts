import { expect, test } from 'vitest'
import { createGroupCommit } from './group-commit.ts'

test('what arrives while a group is written goes into the next one', async () => {
  const groups: number[][] = []
  const commit = createGroupCommit(async (things: readonly number[]) => {
    groups.push([...things])
    await Promise.resolve()
    return things.map((thing) => thing * 10)
  }, 2)
  const answers = await Promise.all([1, 2, 3, 4].map((thing) => commit.write(thing)))
  expect(answers).toEqual([10, 20, 30, 40])
  expect(groups).toEqual([[1], [2, 3], [4]])
})

test('one bad thing does not fail the others of its group', async () => {
  const commit = createGroupCommit(async (things: readonly string[]) => {
    await Promise.resolve()
    if (things.includes('bad')) throw new Error('bad thing')
    return things
  }, 10)
  const settled = await Promise.allSettled(
    ['first', 'good', 'bad', 'fine'].map((thing) => commit.write(thing)),
  )
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
})

test('an outage fails the whole group at once', async () => {
  let writes = 0
  const away = new Error('away')
  const commit = createGroupCommit(
    async (things: readonly number[]): Promise<readonly number[]> => {
      writes += 1
      await Promise.resolve()
      if (things.length > 0) throw away
      return things
    },
    10,
    (error) => error === away,
  )
  const settled = await Promise.allSettled([1, 2, 3, 4].map((thing) => commit.write(thing)))
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
  expect(writes).toBe(2)
})
