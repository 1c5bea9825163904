import { expect, test } from 'vitest'
import { TillwatchError } from '../errors.ts'
import { createGroupCommit } from './group-commit.ts'

const limits = (over: { groupMax?: number; writers?: number; waitingMax?: number } = {}) => ({
  groupMax: 10,
  writers: 1,
  waitingMax: 100,
  ...over,
})

/** A writer that is held until the test lets it go, and notes what each group held. */
const heldWriter = () => {
  const groups: number[][] = []
  const held: (() => void)[] = []
  const write = async (things: readonly number[]) => {
    groups.push([...things])
    await new Promise<void>((resolve) => held.push(resolve))
    return things.map((thing) => thing * 10)
  }
  const letGo = async () => {
    held.shift()?.()
    await new Promise(setImmediate)
    await new Promise(setImmediate)
  }
  return { groups, write, letGo }
}

const turn = async () => new Promise(setImmediate)

test('what comes in one turn of the event loop is one group, answered in its order', async () => {
  const groups: number[][] = []
  const commit = createGroupCommit(async (things: readonly number[]) => {
    groups.push([...things])
    return things.map((thing) => thing * 10)
  }, limits())
  expect(await Promise.all([3, 1, 2].map((thing) => commit.write(thing)))).toEqual([30, 10, 20])
  expect(groups).toEqual([[3, 1, 2]])
})

test('what comes while a group is written goes into the next one, as many as fit', async () => {
  const { groups, write, letGo } = heldWriter()
  const commit = createGroupCommit(write, limits({ groupMax: 2 }))
  const first = commit.write(1)
  await turn()
  const others = [2, 3, 4].map((thing) => commit.write(thing))
  await letGo()
  await letGo()
  await letGo()
  expect(await Promise.all([first, ...others])).toEqual([10, 20, 30, 40])
  expect(groups).toEqual([[1], [2, 3], [4]])
})

test('a second writer sends its group while the first waits for its commit, and there is no third', async () => {
  const { groups, write, letGo } = heldWriter()
  const commit = createGroupCommit(write, limits({ writers: 2 }))
  const all: Promise<number>[] = []
  for (const thing of [1, 2, 3]) {
    all.push(commit.write(thing))
    await turn()
  }
  expect(groups).toEqual([[1], [2]])
  await letGo()
  expect(groups).toEqual([[1], [2], [3]])
  await letGo()
  await letGo()
  expect(await Promise.all(all)).toEqual([10, 20, 30])
})

test('one bad thing does not fail the others of its group', async () => {
  const groups: string[][] = []
  const commit = createGroupCommit(async (things: readonly string[]) => {
    groups.push([...things])
    if (things.includes('bad')) throw new Error('bad thing')
    return things.map((thing) => thing.toUpperCase())
  }, limits())
  const settled = await Promise.allSettled(['first', 'bad', 'fine'].map((thing) => commit.write(thing)))
  expect(settled).toMatchObject([
    { status: 'fulfilled', value: 'FIRST' },
    { status: 'rejected', reason: { message: 'bad thing' } },
    { status: 'fulfilled', value: 'FINE' },
  ])
  expect(groups).toEqual([['first', 'bad', 'fine'], ['first'], ['bad'], ['fine']])
})

test('an outage fails the whole group at once', async () => {
  let writes = 0
  const commit = createGroupCommit(async (): Promise<readonly number[]> => {
    writes += 1
    throw new TillwatchError('storage_unavailable')
  }, limits())
  const settled = await Promise.allSettled([1, 2, 3, 4].map((thing) => commit.write(thing)))
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
  expect(writes).toBe(1)
})

test('beyond what may wait a caller is refused at once, and later ones are served again', async () => {
  const { write, letGo } = heldWriter()
  const commit = createGroupCommit(write, limits({ waitingMax: 2 }))
  const first = commit.write(1)
  await turn()
  const waiting = [commit.write(2), commit.write(3)]
  await expect(commit.write(4)).rejects.toMatchObject({ code: 'storage_unavailable', status: 503 })
  await letGo()
  await letGo()
  expect(await Promise.all([first, ...waiting])).toEqual([10, 20, 30])
  const later = commit.write(5)
  await turn()
  await letGo()
  expect(await later).toBe(50)
})
