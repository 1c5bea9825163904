import { readFileSync } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { z } from 'zod'
import { TillwatchError } from '#core/errors.ts'
import { readIfThere, writePrivate, type DataFolder } from './data-folder.ts'

const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // No /proc on this system: a living pid is taken for ours, which errs on the safe side.
    return 'tillwatch'
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The pid of the platform that runs on this folder, or undefined; a number that another program has by now is not it. */
export const runningPid = async (folder: DataFolder): Promise<number | undefined> => {
  const pid = Number(await readIfThere(folder.pidFile))
  const isOurs = Number.isInteger(pid) && pid > 0 && isAlive(pid) && commandLineOf(pid).includes('tillwatch')
  return isOurs ? pid : undefined
}

/** Takes the folder for this process. Throws `data_folder_busy` when another platform runs on it; a killed one's mark is replaced. */
export const lockFolder = async (folder: DataFolder): Promise<{ release(): Promise<void> }> => {
  const other = await runningPid(folder)
  if (other !== undefined && other !== process.pid) {
    throw new TillwatchError('data_folder_busy', `Tillwatch already runs on ${folder.dir} (pid ${other}).`)
  }
  // A mark with our own number is of a process that had it before us, as in a restarted container. What a killed platform
  // announced is not true any more: its sandbox comes back on another port.
  for (const path of [folder.runningFile, folder.pidFile]) await unlink(path).catch(() => undefined)
  // 'wx' fails when someone else made the file in between: two starts at the same moment cannot both win.
  const file = await open(folder.pidFile, 'wx', 0o600).catch(() => {
    throw new TillwatchError('data_folder_busy', `Another start on ${folder.dir} came first.`)
  })
  await file.writeFile(`${process.pid}\n`)
  await file.close()
  return {
    release: async () => {
      for (const path of [folder.runningFile, folder.pidFile]) await unlink(path).catch(() => undefined)
    },
  }
}

const runningSchema = z.object({ url: z.string(), sandboxUrl: z.string().nullable() })

/** Where the running platform answers. */
export type Running = z.infer<typeof runningSchema>

/** Tells other commands where this platform answers. */
export const announce = async (folder: DataFolder, running: Running): Promise<void> => {
  await writePrivate(folder.runningFile, `${JSON.stringify(running)}\n`)
}

/** The platform that runs on this folder and is ready, or undefined. */
export const findRunning = async (folder: DataFolder): Promise<Running | undefined> => {
  if ((await runningPid(folder)) === undefined) return undefined
  const text = await readIfThere(folder.runningFile)
  return text === undefined ? undefined : runningSchema.parse(JSON.parse(text))
}
