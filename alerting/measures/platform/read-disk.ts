import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Measure, Reading } from '../../domain/rule.ts'
import { remembered } from '../remembered.ts'
import { fullInMs, rememberSample, type DiskSample } from './disk-pace.ts'

const EVERY_MS = 60_000

/** The volume that holds the data folder. */
export interface DiskReading extends Reading {
  readonly freeBytes: number
  readonly sizeBytes: number
  /** At the pace of the last hour, as far as this process has seen it; null: it does not fill up, or nobody knows yet. */
  readonly fullInMs: number | null
}

const samplesOf = new WeakMap<object, readonly DiskSample[]>()

/**
 * What is free where this process keeps its data: its own file system's word, each minute. No reading where there is no data folder. A
 * database on another machine has to be watched there.
 */
export const diskMeasure: Measure<DiskReading> = remembered(
  {
    name: 'disk',
    from: 'probe',
    read: async ({ db, env, chainHeadFile }) => {
      if (chainHeadFile === '') return []
      const { bavail, blocks, bsize } = await statfs(dirname(chainHeadFile))
      const sample = { atMs: env.machine.nowMs(), freeBytes: bavail * bsize }
      const samples = rememberSample(samplesOf.get(db) ?? [], sample)
      samplesOf.set(db, samples)
      const sizeBytes = blocks * bsize
      return [{ labels: {}, freeBytes: sample.freeBytes, sizeBytes, fullInMs: fullInMs(samples) }]
    },
  },
  EVERY_MS,
)
