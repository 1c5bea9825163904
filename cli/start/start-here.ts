import type { Config } from '#core/config.ts'
import { lockFolder, announce } from './folder-lock.ts'
import { makeDataFolder, type DataFolder } from './data-folder.ts'
import { openLogs } from './logs.ts'
import { startPlatform, type Platform } from './platform.ts'
import { SERVICE_NAMES, type ServiceName } from './services.ts'
import { createStack, reportTo, type Stack } from './stack.ts'

/** A platform that runs in this process. */
export interface Here {
  readonly platform: Platform
  readonly stack: Stack
  stop(): Promise<void>
}

export interface HereOptions {
  readonly config: Config
  readonly folder: DataFolder
  readonly services?: readonly ServiceName[]
  readonly clockStart?: Date | undefined
}

/** Locks the data folder and starts the platform in this process; what was started is stopped again when it fails half-way. */
export const startHere = async (options: HereOptions): Promise<Here> => {
  const { config, folder } = options
  await makeDataFolder(folder)
  const lock = await lockFolder(folder)
  const { log, close } = openLogs(folder.logsDir, config.TILLWATCH_LOG_LEVEL)
  const stack = createStack(reportTo(log))
  stack.onStop('lock', lock.release)
  stack.onStop('logs', close)
  try {
    const platform = await startPlatform({
      config,
      folder,
      log,
      stack,
      services: options.services ?? SERVICE_NAMES,
      clockStart: options.clockStart,
    })
    await announce(folder, { url: platform.url, sandboxUrl: platform.sandboxUrl })
    return { platform, stack, stop: () => stack.stop() }
  } catch (error) {
    log.error({ err: error }, 'the platform did not start')
    await stack.stop()
    throw error
  }
}
